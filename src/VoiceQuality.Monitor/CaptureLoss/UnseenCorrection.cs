using System.Collections.Immutable;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Quality.Codecs;
using VoiceQuality.Quality.Rtp;
using VoiceQuality.Quality.Scoring;

namespace VoiceQuality.Monitor.CaptureLoss;

/// <summary>Takes numbers that the tap did not see out of a stream's counters, and scores it again.</summary>
internal static class UnseenCorrection
{
    public static StreamRecord Apply(
        StreamRecord stream, IReadOnlyList<UnseenRun> unseen, CodecRow? row, in ScoringPolicy policy)
    {
        var intervals = stream.Intervals.ToArray();
        var emulations = stream.Emulations.ToArray();
        var holes = new List<UnseenHole>(unseen.Count);
        foreach (var run in unseen.OrderBy(static run => run.Gap.ToNs))
        {
            var index = Array.FindLastIndex(intervals, interval => interval.Counters.StartNs <= run.Gap.ToNs);
            if (index >= 0)
            {
                holes.Add(new UnseenHole(run, index, TakeOut(intervals, index, run)));
                TakeOutOfRuns(ref intervals[index], emulations, run);
            }
        }

        UnseenPeriods.TakeOut(intervals, holes);
        ScoreIntervals(intervals, row, policy with { MinExpectedPackets = 1 });
        var total = default(IntervalCounters);
        var scored = default(IntervalCounters);
        foreach (var interval in intervals)
        {
            total = IntervalCounters.Merge(total, interval.Counters);
            scored = interval.Counters.IsEarlyMedia ? scored : IntervalCounters.Merge(scored, interval.Counters);
        }

        var corrected = stream with
        {
            Intervals = intervals,
            Total = total,
            Scored = stream.Scored == default ? default : scored,
            Unseen = intervals.Sum(static interval => interval.Unseen),
            ArePeriodsCorrected = true,
            Emulations = [.. emulations],
        };
        corrected = stream.MosLqE4 is null ? corrected : Rescored(corrected, row, policy);
        return corrected with { OtherBuffers = EmulatedScores.Of(corrected, row, policy) };
    }

    private static void ScoreIntervals(IntervalRecord[] intervals, CodecRow? row, in ScoringPolicy policy)
    {
        for (var i = 0; i < intervals.Length; i++)
        {
            if (intervals[i].Unseen > 0 && intervals[i].MosLqE4 is not null)
            {
                intervals[i] = intervals[i] with
                {
                    MosLqE4 = StreamScorer.Score(intervals[i].Counters, row, policy).MosE4,
                };
            }
        }
    }

    private static StreamRecord Rescored(StreamRecord stream, CodecRow? row, in ScoringPolicy policy)
    {
        var unseen = stream.Intervals.Where(static interval => !interval.Counters.IsEarlyMedia)
            .Sum(static interval => interval.Unseen);
        var score = unseen * 100 > (stream.Scored.Expected + unseen) * CaptureLossRule.MostUnseenPercent
            ? new StreamScore { Reason = UnscoredReason.CaptureLoss }
            : StreamScorer.Score(stream.Scored, row, policy);
        return stream with { MosLqE4 = score.MosE4, RFactor = score.R, UnscoredReason = score.Reason };
    }

    /// <summary>
    /// Takes the numbers out of what was expected in their interval; what it does not hold lies beside its edge. True
    /// when it held them all.
    /// </summary>
    private static bool TakeOut(IntervalRecord[] intervals, int index, in UnseenRun run)
    {
        long left = run.Count;
        var isInside = intervals[index].Counters.Lost >= left;
        foreach (var place in (ReadOnlySpan<int>)[index, index - 1, index + 1])
        {
            if (left > 0 && place >= 0 && place < intervals.Length)
            {
                var counters = intervals[place].Counters;
                var count = Math.Min(left, counters.Lost);
                counters.Expected -= count;
                left -= count;
                intervals[place] = intervals[place] with
                {
                    Counters = counters, Unseen = intervals[place].Unseen + count,
                };
            }
        }

        return isInside;
    }

    private static void TakeOutOfRuns(ref IntervalRecord interval, EmulationCounters[] emulations, in UnseenRun run)
    {
        var counters = interval.Counters;
        var runs = counters.LossRuns;
        var lengths = run.Gap.Runs().ToArray();
        var isKnown = run.IsWhole || lengths.Length == 1;
        foreach (var length in isKnown ? lengths : [])
        {
            isKnown &= runs.TryRemove(length);
        }

        if (isKnown && !run.IsWhole)
        {
            runs.Add(run.Gap.Missing - run.Count);
        }

        counters.LossRuns = runs;
        if (run.IsWhole)
        {
            // Whatever is bad still lies in one run at least.
            var least = counters.Lost + counters.Discarded > 0 ? 1 : 0;
            counters.BadRuns = Math.Max(least, counters.BadRuns + RunsMore(run.Gap, lengths.Length, buffer: 0));
            for (var i = 0; i < emulations.Length; i++)
            {
                emulations[i] = With(
                    emulations[i], RunsMore(run.Gap, lengths.Length, buffer: i + 1), counters.IsEarlyMedia);
            }
        }

        interval = interval with
        {
            Counters = counters,
            Doubts = isKnown ? interval.Doubts : interval.Doubts | PeriodDoubts.LossRuns,
        };
    }

    private static EmulationCounters With(in EmulationCounters emulation, int more, bool isEarly) => emulation with
    {
        BadRuns = Math.Max(emulation.Discarded > 0 ? 1 : 0, emulation.BadRuns + more),
        ScoredBadRuns = isEarly
            ? emulation.ScoredBadRuns
            : Math.Max(emulation.ScoredDiscarded > 0 ? 1 : 0, emulation.ScoredBadRuns + more),
    };

    /// <summary>
    /// By how many runs of bad packets there are more without the gap: its own go, and late packets on both sides of it
    /// are no longer one run with it.
    /// </summary>
    private static int RunsMore(in StreamGap gap, int runs, int buffer)
    {
        var before = gap.LateBefore >> buffer & 1;
        var after = gap.LateAfter >> buffer & 1;
        var joined = (gap.Has(gap.First) ? before : 0) + (gap.Has(gap.Last) ? after : 0);
        return joined - runs;
    }
}
