namespace VoiceQuality.Monitor.CaptureLoss;

/// <summary>
/// When a silence is the tap's and not the network's. All of it must hold; a loss of one stream, one call or one
/// direction is never excused.
/// </summary>
internal static class CaptureLossRule
{
    /// <summary>
    /// Least time without any media packet on the tap, ns: more than a packet of 20 ms and its jitter, so every stream
    /// that talked missed one.
    /// </summary>
    public const long LeastSilenceNs = 25_000_000;

    /// <summary>Longest silence, ns. A link that fails stays down longer than a buffer overflows.</summary>
    public const long MostSilenceNs = 2_000_000_000;

    /// <summary>Longest gap of a stream that may hold such a silence, ns.</summary>
    public const long MostGapNs = 2_500_000_000;

    /// <summary>Streams that must have skipped numbers over the silence.</summary>
    public const int LeastStreams = 6;

    /// <summary>Pairs of addresses, in any direction, that these streams run between: so many places at once.</summary>
    public const int LeastAddressPairs = 3;

    /// <summary>Pairs of endpoints of which both directions skipped numbers.</summary>
    public const int LeastBothWays = 2;

    /// <summary>How long reports of receivers are waited for before a silence is judged, ns.</summary>
    public const long JudgedAfterNs = 15_000_000_000;

    /// <summary>Percent of a stream's packets beyond which it is unscored when they were not seen.</summary>
    public const int MostUnseenPercent = 10;
}
