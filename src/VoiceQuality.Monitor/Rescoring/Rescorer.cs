using VoiceQuality.Monitor.Calls;
using VoiceQuality.Monitor.CaptureLoss;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Quality.Codecs;
using VoiceQuality.Quality.Delay;
using VoiceQuality.Quality.Rtp;
using VoiceQuality.Quality.Scoring;

namespace VoiceQuality.Monitor.Rescoring;

/// <summary>
/// Why a stored call cannot be scored by another policy, so that its stored score stands. A closed set.
/// </summary>
public enum RescoreObstacle
{
    /// <summary>There is none.</summary>
    None,

    /// <summary>Its counters were deleted on schedule; the score remains.</summary>
    CountersDeleted,

    /// <summary>The table that it was scored with is not on file, or has no row of that name.</summary>
    CodecRowUnknown,

    /// <summary>The rows of its codec differ by VAD or bit rate, and which it had was not kept.</summary>
    CodecVariantUnknown,

    /// <summary>
    /// The policy's jitter buffer was not emulated when it was measured, or its skew was corrected and by the policy is
    /// not, or the other way round.
    /// </summary>
    BufferNotMeasured,
}

/// <summary>A stored call scored again.</summary>
/// <param name="Score">Its score by the policy.</param>
/// <param name="Streams">Its streams with their scores by the policy.</param>
/// <param name="Obstacle">Why it cannot be scored; score and streams are then the stored ones.</param>
/// <param name="IsByEmulation">
/// A stream was scored by a jitter buffer beside the one that its intervals were measured with.
/// </param>
public readonly record struct RescoredCall(
    CallScore Score, IReadOnlyList<StreamRecord> Streams, RescoreObstacle Obstacle, bool IsByEmulation);

/// <summary>
/// Scores what is stored by a policy: a pure function of the stored counters, what was kept of the codec, and the
/// policy. By the policy that a call was scored with it gives the stored score.
/// </summary>
/// <param name="policy">The policy to score by.</param>
/// <param name="tableOf">
/// The codec table of a policy that stands with a stored score; null name: of before policies were kept. Null when the
/// table is not on file.
/// </param>
public sealed class Rescorer(ScoringPolicyDocument policy, Func<ScoringPolicyName?, CodecTable?> tableOf)
{
    private readonly ScoringPolicy _scoring = policy.ToScoringPolicy();
    private readonly ScoringPolicy _intervals = policy.ToScoringPolicy() with { MinExpectedPackets = 1 };
    private readonly CodecPolicy _rows = policy.ToCodecPolicy();
    private readonly ScoringPolicyName _name = policy.Name;

    /// <summary>Scores a call.</summary>
    /// <param name="outcome">What became of it.</param>
    /// <param name="stored">Its score as it is stored.</param>
    /// <param name="streams">Its streams as they are stored.</param>
    public RescoredCall Score(CallOutcome outcome, CallScore stored, IReadOnlyList<StreamRecord> streams)
    {
        ArgumentNullException.ThrowIfNull(streams);
        if (streams.Count == 0 && stored.Reason != UnscoredReason.NoMedia && outcome == CallOutcome.Answered)
        {
            return new RescoredCall(stored, streams, RescoreObstacle.CountersDeleted, IsByEmulation: false);
        }

        var rescored = new StreamRecord[streams.Count];
        var isByEmulation = false;
        for (var i = 0; i < rescored.Length; i++)
        {
            var obstacle = Score(streams[i], out rescored[i], out var isEmulated);
            if (obstacle != RescoreObstacle.None)
            {
                return new RescoredCall(stored, streams, obstacle, IsByEmulation: false);
            }

            isByEmulation |= isEmulated;
        }

        return new RescoredCall(
            CallScorer.ScoreOf(outcome, rescored, policy.Score), rescored, RescoreObstacle.None, isByEmulation);
    }

    /// <summary>Scores one stream.</summary>
    /// <param name="stream">As it is stored.</param>
    /// <param name="rescored">By the policy; as it was when there is an obstacle.</param>
    /// <param name="isEmulated">The policy's buffer stood beside the one that scored it.</param>
    public RescoreObstacle Score(StreamRecord stream, out StreamRecord rescored, out bool isEmulated)
    {
        ArgumentNullException.ThrowIfNull(stream);
        rescored = stream;
        isEmulated = false;
        var obstacle = FindRow(stream, out var row, out var unscorable);
        if (obstacle != RescoreObstacle.None)
        {
            return obstacle;
        }

        var counters = stream.Scored;
        if (row is not null && stream.Model.SkewCorrection != policy.CorrectsSkew
            && stream.Total.DurationNs >= ClockEnvelope.LeastCorrectedNs)
        {
            return RescoreObstacle.BufferNotMeasured;
        }

        if (row is not null && stream.Model.JitterBuffer != policy.JitterBuffer.ToString())
        {
            var index = IndexOf(stream.Emulations, policy.JitterBuffer);
            if (index < 0)
            {
                return RescoreObstacle.BufferNotMeasured;
            }

            isEmulated = true;
            counters = stream.Emulations[index].ApplyScored(counters);
        }

        var score = unscorable == UnscoredReason.None
            ? ScoreOf(stream, counters, row)
            : new StreamScore { Reason = unscorable };
        var taMs = score.IsScored && stream.Delay?.RoundTripUs is { } roundTripUs
            ? MouthToEar.TaMs(roundTripUs, counters, row, policy.JitterBuffer)
            : null;
        var mosCqE4 = MouthToEar.MosCqE4(counters, row, _scoring, taMs);
        rescored = stream with
        {
            MosLqE4 = score.MosE4,
            RFactor = score.R,
            UnscoredReason = score.Reason,
            MosCqE4 = mosCqE4,
            TaMs = mosCqE4 is null ? null : taMs,
            Intervals = isEmulated ? stream.Intervals : Intervals(stream, row, score.Reason),
            Model = new ScoreModel(
                score.ModelName ?? Quality.EModel.Narrowband.ModelName,
                score.ModelVersion ?? Quality.EModel.Narrowband.ModelVersion,
                row?.Id,
                policy.JitterBuffer.ToString()) { Policy = _name, SkewCorrection = policy.CorrectsSkew },
        };
        return RescoreObstacle.None;
    }

    /// <summary>As it was scored when it was measured: first as if the tap had seen all, then by what it saw.</summary>
    private StreamScore ScoreOf(StreamRecord stream, in IntervalCounters counters, CodecRow? row)
    {
        var unseen = 0L;
        for (var i = 0; stream.Unseen > 0 && i < stream.Intervals.Count; i++)
        {
            unseen += stream.Intervals[i].Counters.IsEarlyMedia ? 0 : stream.Intervals[i].Unseen;
        }

        if (unseen > 0)
        {
            var all = StreamScorer.Score(counters with { Expected = counters.Expected + unseen }, row, _scoring);
            if (!all.IsScored)
            {
                return all;
            }

            if (unseen * 100 > (counters.Expected + unseen) * CaptureLossRule.MostUnseenPercent)
            {
                return new StreamScore { Reason = UnscoredReason.CaptureLoss };
            }
        }

        var score = StreamScorer.Score(counters, row, _scoring);
        return !score.IsScored && counters.Expected == 0 && stream.Total.Expected + stream.Unseen > 0
            ? new StreamScore { Reason = UnscoredReason.EarlyMediaOnly }
            : score;
    }

    private IntervalRecord[] Intervals(StreamRecord stream, CodecRow? row, UnscoredReason reason)
    {
        var scoredRow = reason == UnscoredReason.ClockNotKept ? null : row;
        var intervals = new IntervalRecord[stream.Intervals.Count];
        for (var i = 0; i < intervals.Length; i++)
        {
            intervals[i] = stream.Intervals[i] with
            {
                MosLqE4 = StreamScorer.Score(stream.Intervals[i].Counters, scoredRow, _intervals).MosE4,
            };
        }

        return intervals;
    }

    private RescoreObstacle FindRow(StreamRecord stream, out CodecRow? row, out UnscoredReason unscorable)
    {
        row = null;
        unscorable = stream.UnscoredReason;

        // Those say what the stream is, and no policy changes that.
        if (unscorable is UnscoredReason.NotAudio or UnscoredReason.CodecUnknown or UnscoredReason.MediaNotReadable
            || stream.Codec is null)
        {
            return RescoreObstacle.None;
        }

        if (!stream.SpeechCodecs.IsEmpty)
        {
            row = Find(stream.SpeechCodecs[0], out unscorable);
            for (var i = 1; row is not null && i < stream.SpeechCodecs.Length; i++)
            {
                if (Find(stream.SpeechCodecs[i], out _)?.Id != row.Id)
                {
                    row = null;
                    unscorable = UnscoredReason.MixedCodecs;
                }
            }

            return RescoreObstacle.None;
        }

        if (unscorable == UnscoredReason.MixedCodecs)
        {
            return RescoreObstacle.None;
        }

        return FindByStoredRow(stream, out row, out unscorable);
    }

    /// <summary>
    /// What was stored before the codec's variant was kept has it in the name of its row, if it has one.
    /// </summary>
    private RescoreObstacle FindByStoredRow(StreamRecord stream, out CodecRow? row, out UnscoredReason unscorable)
    {
        row = null;
        unscorable = stream.UnscoredReason;
        CodecRow? stored = null;
        if (stream.Model.CodecRow is { } id)
        {
            stored = tableOf(stream.Model.Policy)?.Rows.FirstOrDefault(candidate => candidate.Id == id);
            if (stored is null)
            {
                return RescoreObstacle.CodecRowUnknown;
            }
        }
        else if (_name == (stream.Model.Policy ?? ScoringPolicyDocument.Default1.Name))
        {
            // The same table says the same of it.
            return RescoreObstacle.None;
        }

        var (byVad, byBitRate) = policy.Codecs.VariantsOf(stream.Codec!, stream.ClockRateHz);
        if ((byVad && stored?.Vad is null) || (byBitRate && stored?.BitRate is null))
        {
            return RescoreObstacle.CodecVariantUnknown;
        }

        var query = new CodecQuery(stream.Codec!, stream.ClockRateHz) { Vad = stored?.Vad, BitRate = stored?.BitRate };
        row = Find(query, out unscorable);
        return RescoreObstacle.None;
    }

    private CodecRow? Find(in CodecQuery query, out UnscoredReason reason) =>
        policy.Codecs.TryFind(query, _rows, out var row, out reason) ? row : null;

    private static int IndexOf(IReadOnlyList<EmulationCounters> emulations, JitterBufferModel buffer)
    {
        for (var i = 0; i < emulations.Count; i++)
        {
            if (emulations[i].Buffer == buffer)
            {
                return i;
            }
        }

        return -1;
    }
}
