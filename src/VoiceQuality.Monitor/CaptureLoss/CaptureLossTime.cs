namespace VoiceQuality.Monitor.CaptureLoss;

/// <summary>A time in which a tap lost packets itself, again and again with less than a minute between.</summary>
/// <param name="FromUs">Its begin, microseconds since 1970-01-01 UTC.</param>
/// <param name="UntilUs">Its end as far as it is known.</param>
/// <param name="Spans">Silences of the whole tap in it, and times of drops that the source told.</param>
/// <param name="UnseenPackets">RTP packets that were sent in it and not seen, as the numbers of streams tell.</param>
/// <param name="DroppedPackets">Packets of any kind that the source says it dropped.</param>
/// <param name="Streams">Streams that have unseen packets in it.</param>
public sealed record CaptureLossTime(
    long FromUs, long UntilUs, long Spans, long UnseenPackets, long DroppedPackets, int Streams)
{
    /// <summary>So long without loss ends such a time, µs of capture time.</summary>
    public const long QuietUs = 60_000_000;
}
