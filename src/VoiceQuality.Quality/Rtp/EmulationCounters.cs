namespace VoiceQuality.Quality.Rtp;

/// <summary>What a jitter buffer beside the one that the score is made by would have discarded of a stream.</summary>
/// <param name="Buffer">The emulated buffer.</param>
/// <param name="Discarded">Packets too late for it.</param>
/// <param name="BadRuns">Runs of consecutive lost or discarded packets.</param>
/// <param name="ScoredDiscarded">The same without early media.</param>
/// <param name="ScoredBadRuns">The runs without those that began in early media.</param>
public readonly record struct EmulationCounters(
    JitterBufferModel Buffer, long Discarded, long BadRuns, long ScoredDiscarded, long ScoredBadRuns)
{
    /// <summary>A stream's counters as they would be with this buffer; bursts and gaps are left out.</summary>
    public IntervalCounters Apply(in IntervalCounters total) =>
        total with { Discarded = Discarded, BadRuns = BadRuns, BurstGaps = default };

    /// <summary>The counters of a stream's scored part as they would be with this buffer.</summary>
    public IntervalCounters ApplyScored(in IntervalCounters scored) =>
        scored with { Discarded = ScoredDiscarded, BadRuns = ScoredBadRuns, BurstGaps = default };
}
