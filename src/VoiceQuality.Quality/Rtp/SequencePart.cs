namespace VoiceQuality.Quality.Rtp;

/// <summary>
/// What the window's tail changes in the interval that it is in: the part of <see cref="IntervalCounters"/> that is
/// final when the tail goes on to the next interval.
/// </summary>
internal struct SequencePart
{
    public long Expected;
    public long Received;
    public uint Discarded;
    public uint BadRuns;
    public BurstGapCounters BurstGaps;
    public LossRunHistogram LossRuns;

    /// <summary>Writes the part into the whole.</summary>
    public readonly void CopyTo(ref IntervalCounters counters)
    {
        counters.Expected = Expected;
        counters.Received = Received;
        counters.Discarded = Discarded;
        counters.BadRuns = BadRuns;
        counters.BurstGaps = BurstGaps;
        counters.LossRuns = LossRuns;
    }
}
