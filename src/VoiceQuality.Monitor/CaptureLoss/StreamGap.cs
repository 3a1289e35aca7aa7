using VoiceQuality.Protocols.Network;

namespace VoiceQuality.Monitor.CaptureLoss;

/// <summary>Which stream, as its record will name it.</summary>
internal readonly record struct StreamKey(IpEndpoint Source, IpEndpoint Destination, uint Ssrc, long StartedAtUs);

/// <summary>Numbers that a stream skipped, or one of them that came after all.</summary>
/// <param name="Tick">Index of the tick of the block before which it was seen.</param>
/// <param name="Place">Where in the block it was seen: rises in capture order, whatever the clock says.</param>
/// <param name="Stream">The stream.</param>
/// <param name="FromNs">Arrival of the packet before, ns.</param>
/// <param name="ToNs">Arrival of the packet after, or of the late one, ns.</param>
/// <param name="First">The first number skipped, or the one that came.</param>
/// <param name="Missing">Numbers skipped, 1 or more; 0 for one that came.</param>
/// <param name="SpacingNs">Media time of one packet of the stream, ns; 0 when it is not known.</param>
internal readonly record struct StreamGap(
    int Tick, int Place, StreamKey Stream, long FromNs, long ToNs, ushort First, int Missing, long SpacingNs)
{
    /// <summary>Which interface the packet after it came from; 0 where that is not told.</summary>
    public byte Link { get; init; }

    /// <summary>Whether a number lies in it.</summary>
    public bool Has(ushort number) => unchecked((ushort)(number - First)) < Missing;

    /// <summary>The gap that is left when one of its numbers has come.</summary>
    public StreamGap Without(ushort number) => this with
    {
        First = number == First ? unchecked((ushort)(First + 1)) : First,
        Missing = Missing - 1,
    };
}

/// <summary>Numbers of a stream that the tap did not see.</summary>
/// <param name="ToNs">Arrival of the packet after them, ns: they count for its interval.</param>
/// <param name="Count">Numbers not seen, 1 or more.</param>
/// <param name="IsWholeRun">Whether no number of the gap is left over as lost.</param>
internal readonly record struct UnseenRun(long ToNs, int Count, bool IsWholeRun);
