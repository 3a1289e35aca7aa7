using VoiceQuality.Monitor.Streams;
using VoiceQuality.Quality;
using VoiceQuality.Quality.Scoring;

namespace VoiceQuality.Monitor.Calls;

/// <summary>Scores a call from its streams: the mean of its measured directions (contract ).</summary>
internal static class CallScorer
{
    /// <summary>The call with its streams and its score, or with the reason why it has none.</summary>
    public static CallRecord Score(CallRecord call, IReadOnlyList<StreamRecord> streams)
    {
        if (streams.Count == 0)
        {
            var flags = CallFlags.Of(call);
            var reason = Reason(call.Outcome, streams);
            return flags.IsEmpty && reason == call.UnscoredReason
                ? call
                : call with { Flags = flags, UnscoredReason = reason };
        }

        var whole = WithStreams(call, streams, out var counted);
        var score = ScoreOf(call.Outcome, streams, counted, ScoreBasis.MosLq);
        return whole with { MosLqE4 = score.MosE4, RFactor = score.R, UnscoredReason = score.Reason };
    }

    /// <summary>The score of a call from its streams alone.</summary>
    public static CallScore ScoreOf(CallOutcome outcome, IReadOnlyList<StreamRecord> streams, ScoreBasis basis) =>
        ScoreOf(
            outcome, streams,
            outcome == CallOutcome.Answered ? Counted(streams, StreamCopies.Find(streams)) : [], basis);

    /// <summary>MOS-LQ and MOS-CQ of a call from its streams alone, ten-thousandths; null when unscored.</summary>
    public static (int? LqE4, int? CqE4) MosOf(CallOutcome outcome, IReadOnlyList<StreamRecord> streams)
    {
        if (outcome != CallOutcome.Answered || IsMostlyUnseen(streams))
        {
            return (null, null);
        }

        var counted = Counted(streams, StreamCopies.Find(streams));
        return (MosE4(counted, static stream => stream.MosLqE4), MosE4(counted, static stream => stream.MosCqE4));
    }

    /// <summary>The call with its streams and what follows from them, but for its score and the reason.</summary>
    /// <param name="call">The call.</param>
    /// <param name="streams">Its streams.</param>
    /// <param name="counted">Those that its score is made of.</param>
    public static CallRecord WithStreams(
        CallRecord call, IReadOnlyList<StreamRecord> streams, out List<StreamRecord> counted)
    {
        var copies = StreamCopies.Find(streams);
        counted = call.Outcome == CallOutcome.Answered ? Counted(streams, copies) : [];
        var whole = call with
        {
            Streams = streams,
            Copies = copies,
            MosCqE4 = IsMostlyUnseen(streams) ? null : MosE4(counted, static stream => stream.MosCqE4),
            OneWayDelayUs = OneWayDelayUs(counted),
        };
        return whole with { Flags = CallFlags.Of(whole) };
    }

    private static CallScore ScoreOf(
        CallOutcome outcome, IReadOnlyList<StreamRecord> streams, List<StreamRecord> counted, ScoreBasis basis)
    {
        if (counted.Count > 0 && IsMostlyUnseen(streams))
        {
            return new CallScore(null, null, UnscoredReason.CaptureLoss);
        }

        var listeningE4 = MosE4(counted, static stream => stream.MosLqE4);
        if (listeningE4 is null)
        {
            return new CallScore(null, null, Reason(outcome, streams));
        }

        var mosE4 = basis == ScoreBasis.MosLq ? listeningE4 : MosE4(counted, static stream => stream.MosCqE4);
        return mosE4 is null
            ? new CallScore(null, null, UnscoredReason.DelayNotMeasured)
            : new CallScore(mosE4, RFactor(counted), UnscoredReason.None);
    }

    /// <summary>
    /// Whether the monitor missed more of the media than it saw: what is left of it, a stream before a re-INVITE
    /// perhaps, does not stand for the call.
    /// </summary>
    private static bool IsMostlyUnseen(IReadOnlyList<StreamRecord> streams)
    {
        // Exact for any counters: a sum of numbers of 64 bits may have more.
        var unseenMoreThanSeen = 0m;
        foreach (var stream in streams)
        {
            unseenMoreThanSeen += (decimal)stream.Unseen - stream.Total.Expected;
        }

        return unseenMoreThanSeen > 0;
    }

    /// <summary>
    /// The streams that the score is made of: those with a score and a direction, and of a direction only those from
    /// where its party said it was, when there are any.
    /// </summary>
    private static List<StreamRecord> Counted(
        IReadOnlyList<StreamRecord> streams, IReadOnlyList<StreamCopy> copies)
    {
        var counted = new List<StreamRecord>(streams.Count);
        for (var i = 0; i < streams.Count; i++)
        {
            if (streams[i] is { MosLqE4: not null, Direction: not null }
                && !copies.Any(copy => copy.Stream == i && streams[copy.Of].MosLqE4 is not null))
            {
                counted.Add(streams[i]);
            }
        }

        foreach (var direction in (ReadOnlySpan<MediaDirection>)[MediaDirection.FromCaller, MediaDirection.FromCallee])
        {
            if (counted.Exists(stream => stream.Direction == direction && !stream.IsFromElsewhere))
            {
                counted.RemoveAll(stream => stream.Direction == direction && stream.IsFromElsewhere);
            }
        }

        return counted;
    }

    private static double? RFactor(List<StreamRecord> streams)
    {
        var fromCaller = Weighted(streams, MediaDirection.FromCaller);
        var fromCallee = Weighted(streams, MediaDirection.FromCallee);
        return fromCaller is { } caller && fromCallee is { } callee
            ? (caller + callee) / 2
            : fromCaller ?? fromCallee;
    }

    /// <summary>The mean R of one direction, weighted by time; null without streams.</summary>
    private static double? Weighted(List<StreamRecord> streams, MediaDirection direction)
    {
        var (weighted, seconds, plain, count) = (0.0, 0.0, 0.0, 0);
        foreach (var stream in streams)
        {
            if (stream.Direction == direction)
            {
                weighted += stream.RFactor!.Value * (double)stream.ScoredSeconds;
                seconds += (double)stream.ScoredSeconds;
                plain += stream.RFactor.Value;
                count++;
            }
        }

        return count == 0 ? null : seconds > 0 ? weighted / seconds : plain / count;
    }

    /// <summary>Why a call has no score that has no streams.</summary>
    public static UnscoredReason ReasonWithoutStreams(CallOutcome outcome) => Reason(outcome, []);

    private static UnscoredReason Reason(CallOutcome outcome, IReadOnlyList<StreamRecord> streams)
    {
        if (outcome == CallOutcome.Incomplete)
        {
            return UnscoredReason.PartlyObserved;
        }

        if (outcome != CallOutcome.Answered)
        {
            return UnscoredReason.NoAnswer;
        }

        // Events and video beside the speech do not explain why the speech has no score.
        var only = UnscoredReason.None;
        foreach (var stream in streams)
        {
            if (stream.UnscoredReason is not (UnscoredReason.NotAudio or UnscoredReason.None) and var reason)
            {
                if (only != UnscoredReason.None && only != reason)
                {
                    return UnscoredReason.NoScoredStream;
                }

                only = reason;
            }
        }

        return only != UnscoredReason.None ? only
            : streams.Count == 0 ? UnscoredReason.NoMedia
            : UnscoredReason.NotAudio;
    }

    private static long? OneWayDelayUs(List<StreamRecord> streams)
    {
        if (streams.Count == 0 || streams.Exists(static stream => stream.Delay?.OneWayUs is null))
        {
            return null;
        }

        var (sum, directions) = (0L, 0);
        foreach (var direction in (ReadOnlySpan<MediaDirection>)[MediaDirection.FromCaller, MediaDirection.FromCallee])
        {
            if (GreatestDelayUs(streams, direction) is { } delayUs)
            {
                sum = checked(sum + delayUs);
                directions++;
            }
        }

        return sum / directions;
    }

    private static long? GreatestDelayUs(List<StreamRecord> streams, MediaDirection direction)
    {
        long? greatest = null;
        foreach (var stream in streams)
        {
            if (stream.Direction == direction)
            {
                greatest = Math.Max(greatest ?? long.MinValue, stream.Delay!.OneWayUs!.Value);
            }
        }

        return greatest;
    }

    /// <summary>The call's score out of one of each stream; null when a stream has none.</summary>
    private static int? MosE4(List<StreamRecord> streams, Func<StreamRecord, int?> scoreOf)
    {
        var scores = new StreamMos[streams.Count];
        for (var i = 0; i < scores.Length; i++)
        {
            if (scoreOf(streams[i]) is not { } scoreE4)
            {
                return null;
            }

            scores[i] = new StreamMos(streams[i].Direction!.Value, scoreE4 / 10_000m, streams[i].ScoredSeconds);
        }

        var result = CallMos.Evaluate(scores);
        return result.Status == CallMosStatus.Scored ? result.ScoreE4 : null;
    }
}
