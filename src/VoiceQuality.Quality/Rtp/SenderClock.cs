namespace VoiceQuality.Quality.Rtp;

/// <summary>
/// Tells whether a sender keeps to the media clock that was announced, from what was counted: the media time that its
/// timestamps span against the time that the same packets took to arrive.
/// </summary>
/// <remarks>
/// <para>A network delays packets, but each delay ends: over a stretch both times differ by no more than the delay at
/// its end and that at its begin, however much jitter, loss, bunching or stalling lies between. A sender whose
/// timestamps advance at another rate than real time differs by more and more. A receiver cannot play such a stream by
/// its timestamps, so what an emulated jitter buffer discards of it says nothing about the network.</para>
/// <para>Where the sender paused, its timestamps may stand still or go on. The clock counts as kept when it is kept
/// with the pauses or without them.</para>
/// <para>A deviation of less than a second may be delay that grew. Where every second of the stream drifts by as much
/// as the one before, from the first to the last, it is the sender's (<see cref="ClockDrift"/>).</para>
/// </remarks>
public static class SenderClock
{
    /// <summary>
    /// Largest deviation that is a clock's own, percent of real time. The buffer's anchor follows that much (60 ms of
    /// depth, a look at the delay every second); real clocks stay within 0.05 %.
    /// </summary>
    public const int TolerancePercent = 3;

    /// <summary>Deviation, ns, that a change of delay may leave behind, however short the stretch.</summary>
    public const long DelayAllowanceNs = 1_000_000_000;

    /// <summary>
    /// Deviation, ns, that each pause may leave behind when it is not counted itself: what its first packet came late.
    /// </summary>
    public const long PauseAllowanceNs = 250_000_000;

    /// <summary>Whether the sender kept to its clock, as far as can be told; true when nothing was timed.</summary>
    /// <param name="counters">A stream, or the scored part of one.</param>
    public static bool IsKept(in IntervalCounters counters) =>
        !counters.Drift.IsProven
        && (IsKept(counters.MediaNs, counters.MediaArrivalNs, counters.Pauses)
            || IsKept(
                IntervalCounters.SaturatingSum(counters.MediaNs, counters.PausedMediaNs),
                IntervalCounters.SaturatingSum(counters.MediaArrivalNs, counters.PausedArrivalNs),
                pauses: 0));

    private static bool IsKept(long mediaNs, long arrivalNs, long pauses)
    {
        // Exact: a decimal holds 28 digits, and these have 27 at most.
        var deviationNs = Math.Abs((decimal)arrivalNs - mediaNs);
        return deviationNs <= DelayAllowanceNs + ((decimal)pauses * PauseAllowanceNs)
            || deviationNs * 100 <= (decimal)arrivalNs * TolerancePercent;
    }
}
