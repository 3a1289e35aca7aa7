using VoiceQuality.Monitor.Streams;
using VoiceQuality.Quality.Codecs;
using VoiceQuality.Quality.Rtp;
using VoiceQuality.Quality.Scoring;

namespace VoiceQuality.Monitor.CaptureLoss;

/// <summary>Takes numbers that the tap did not see out of a stream's expected packets, and scores it again.</summary>
internal static class UnseenCorrection
{
    public static StreamRecord Apply(
        StreamRecord stream, IReadOnlyList<UnseenRun> unseen, CodecRow? row, in ScoringPolicy policy)
    {
        var intervals = stream.Intervals.ToArray();
        var intervalPolicy = policy with { MinExpectedPackets = 1 };
        foreach (var run in unseen)
        {
            var index = Array.FindLastIndex(intervals, interval => interval.Counters.StartNs <= run.ToNs);
            if (index >= 0)
            {
                intervals[index] = Without(intervals[index], run);
            }
        }

        for (var i = 0; i < intervals.Length; i++)
        {
            if (intervals[i].Unseen > 0 && intervals[i].MosLqE4 is not null)
            {
                intervals[i] = intervals[i] with
                {
                    MosLqE4 = StreamScorer.Score(intervals[i].Counters, row, intervalPolicy).MosE4,
                };
            }
        }

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

            Emulations = [],

            // Which of their runs the unseen packets were part of is not known.
            OtherBuffers =
                [.. stream.OtherBuffers.Select(static other => other with { BurstR = null, MosLqE4 = null })],
        };
        return stream.MosLqE4 is null ? corrected : Rescored(corrected, row, policy);
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

    private static IntervalRecord Without(IntervalRecord interval, UnseenRun run)
    {
        var counters = interval.Counters;
        var count = Math.Min(run.Count, counters.Lost);
        counters.Expected -= count;
        if (run.IsWholeRun)
        {
            // Whatever is bad still lies in one run at least.
            counters.BadRuns = Math.Max(counters.Lost + counters.Discarded > 0 ? 1 : 0, counters.BadRuns - 1);
        }

        return interval with { Counters = counters, Unseen = interval.Unseen + count };
    }
}
