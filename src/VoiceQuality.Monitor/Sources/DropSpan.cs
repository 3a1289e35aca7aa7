namespace VoiceQuality.Monitor.Sources;

/// <summary>A time in which a source lost packets itself, and how many.</summary>
/// <param name="Link">
/// Where: <see cref="Protocols.Pcap.CaptureRecord.Link"/> of the packets that came from there; 1 or more.
/// </param>
/// <param name="FromNs">Time of the last packet before them, ns since 1970-01-01 UTC.</param>
/// <param name="ToNs">Time of the first packet after them, ns since 1970-01-01 UTC.</param>
/// <param name="Packets">How many there were, of whatever kind, 1 or more.</param>
public readonly record struct DropSpan(byte Link, long FromNs, long ToNs, long Packets);
