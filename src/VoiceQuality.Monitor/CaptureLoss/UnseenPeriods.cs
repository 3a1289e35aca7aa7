using VoiceQuality.Monitor.Streams;
using VoiceQuality.Quality.Rtp;

namespace VoiceQuality.Monitor.CaptureLoss;

/// <summary>Numbers that the tap did not see, and the interval that they were expected in.</summary>
/// <param name="Run">The numbers.</param>
/// <param name="Interval">Index of the interval.</param>
/// <param name="IsInside">Whether that interval held them all.</param>
internal readonly record struct UnseenHole(UnseenRun Run, int Interval, bool IsInside);

/// <summary>
/// Takes what the tap did not see out of bursts and gaps (RFC 3611 clause 4.7.2). It ends the period that it lies in;
/// of how many packets it would have been is not known, so it belongs to none.
/// </summary>
/// <remarks>
/// A hole with <see cref="BurstMetrics.DefaultGmin"/> played packets on both sides was counted as a burst of its own,
/// or as one bad packet in a gap, and is taken out exactly. With a lost packet nearer than that, or a late one in its
/// interval, what the periods of the interval would be cannot be told from the counters: they are left out, and marked.
/// </remarks>
internal static class UnseenPeriods
{
    /// <summary>Takes the holes out; they come in order of time, and are out of the expected packets already.</summary>
    public static void TakeOut(IntervalRecord[] intervals, IReadOnlyList<UnseenHole> holes)
    {
        foreach (var hole in holes)
        {
            if (!IsAlone(intervals, hole) || !TryTakeOut(intervals, hole))
            {
                Doubt(intervals, hole);
            }
        }

        for (var i = 0; i < intervals.Length; i++)
        {
            if (intervals[i].Doubts.HasFlag(PeriodDoubts.Bursts))
            {
                intervals[i] = intervals[i] with { Counters = intervals[i].Counters with { BurstGaps = default } };
            }
        }
    }

    private static bool IsAlone(IntervalRecord[] intervals, in UnseenHole hole)
    {
        var gap = hole.Run.Gap;
        if (!hole.IsInside || !hole.Run.IsWhole || !gap.Came.IsEmpty || gap.IsBesideGap)
        {
            return false;
        }

        // Other gaps are known by their numbers; where late packets are is not.
        var interval = intervals[hole.Interval].Counters;
        var isNearEnd = IsNear(gap, gap.ToNs, interval.EndNs);
        return !HasLate(intervals, hole.Interval)
            && (!IsNear(gap, gap.FromNs, interval.StartNs) || !HasLate(intervals, hole.Interval - 1))
            && (!isNearEnd || !HasLate(intervals, hole.Interval + 1))
            && (hole.Run.Count > 1 || !isNearEnd || interval.Lost == 0);
    }

    private static bool HasLate(IntervalRecord[] intervals, int index) =>
        index >= 0 && index < intervals.Length && intervals[index].Counters.Discarded > 0;

    /// <summary>
    /// Whether an edge of the interval may lie within Gmin packets, with half again as many for jitter.
    /// </summary>
    private static bool IsNear(in StreamGap gap, long atNs, long edgeNs) => gap.SpacingNs == 0
        || Math.Abs(atNs - edgeNs) < gap.SpacingNs * BurstMetrics.DefaultGmin * 3 / 2;

    private static bool TryTakeOut(IntervalRecord[] intervals, in UnseenHole hole)
    {
        var length = hole.Run.Count;
        var counters = intervals[hole.Interval].Counters;
        var periods = counters.BurstGaps;
        if (length > 1)
        {
            periods.Bursts--;
            periods.BurstPackets -= length;
            periods.BurstBad -= length;
        }
        else if (periods.GapBad == 0 && hole.Interval + 1 < intervals.Length)
        {
            // It was decided in the next interval that one bad packet lies in a gap.
            return TryTakeOut(intervals, hole with { Interval = hole.Interval + 1 });
        }
        else
        {
            periods.Gaps++;
            periods.GapPackets--;
            periods.GapBad--;
        }

        if (periods is { Bursts: < 0 } or { BurstPackets: < 0 } or { BurstBad: < 0 }
            or { GapPackets: < 0 } or { GapBad: < 0 })
        {
            return false;
        }

        counters.BurstGaps = periods;
        intervals[hole.Interval] = intervals[hole.Interval] with { Counters = counters };
        return true;
    }

    private static void Doubt(IntervalRecord[] intervals, in UnseenHole hole)
    {
        var gap = hole.Run.Gap;
        var isNearEnd = IsNear(gap, gap.ToNs, intervals[hole.Interval].Counters.EndNs);
        for (var i = hole.Interval; i <= hole.Interval + (isNearEnd ? 1 : 0) && i < intervals.Length; i++)
        {
            intervals[i] = intervals[i] with { Doubts = intervals[i].Doubts | PeriodDoubts.Bursts };
        }
    }
}
