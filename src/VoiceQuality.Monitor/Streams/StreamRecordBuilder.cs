using System.Collections.Immutable;
using VoiceQuality.Monitor.Audio;
using VoiceQuality.Monitor.Calls;
using VoiceQuality.Monitor.CaptureLoss;
using VoiceQuality.Protocols.Network;
using VoiceQuality.Quality;
using VoiceQuality.Quality.Codecs;
using VoiceQuality.Quality.Rtp;
using VoiceQuality.Quality.Scoring;

namespace VoiceQuality.Monitor.Streams;

/// <summary>Turns a finished stream into its record and scores it. One lane owns it.</summary>
internal sealed class StreamRecordBuilder
{
    /// <summary>Intervals whose room is kept for the next stream: ten minutes of them.</summary>
    private const int KeptRoom = 64;

    private readonly CodecTable _codecs;
    private readonly CodecPolicy _rows;
    private readonly ScoringPolicyName _name;
    private readonly ScoringPolicy _policy;
    private readonly ScoringPolicy _intervalPolicy;
    private readonly string _jitterBuffer;
    private readonly bool _correctsSkew;
    private IntervalCounters[] _room = [];

    public StreamRecordBuilder(MonitorOptions options)
    {
        var document = options.ToScoringPolicy();
        _codecs = document.Codecs;
        _rows = document.ToCodecPolicy();
        _name = document.Name;
        _correctsSkew = document.CorrectsSkew;
        _policy = document.ToScoringPolicy();
        _intervalPolicy = _policy with { MinExpectedPackets = 1 };
        _jitterBuffer = new JitterBufferModel(options.JitterBuffer, options.JitterBufferMs).ToString();
    }

    public StreamRecord Build(StreamState stream) => Build(stream, stream.Meter);

    /// <summary>The record of a stream by a meter of its own: a copy, for a stream that goes on.</summary>
    public StreamRecord Build(StreamState stream, StreamMeter meter)
    {
        meter.Finish();
        var counters = meter.ReadAll(ref _room);
        var total = IntervalCounters.Merge(counters, withEarlyMedia: true);
        var call = stream.Endpoint?.Call;
        var isEarly = call is { AnsweredAtNs: 0 };
        var scored = isEarly ? default : IntervalCounters.Merge(counters, withEarlyMedia: false);
        var format = stream.Formats[stream.MainPayloadType];
        var row = FindRow(stream, format, out var unscorable);
        if (row is not null && stream.OtherSpeechTypes.Any(
            other => FindRow(stream, stream.Formats[other], out _)?.Id != row.Id))
        {
            // One score stands for one codec; counters do not tell which of them lost the packets.
            row = null;
            unscorable = UnscoredReason.MixedCodecs;
        }

        var score = unscorable == UnscoredReason.None
            ? StreamScorer.Score(scored, row, _policy)
            : new StreamScore { Reason = unscorable };
        if (!score.IsScored && unscorable == UnscoredReason.None && scored.Expected == 0 && total.Expected > 0)
        {
            score = new StreamScore { Reason = UnscoredReason.EarlyMediaOnly };
        }

        var record = new StreamRecord
        {
            CallId = call?.CallId,
            Direction = stream.Direction,
            Source = stream.Flow.Source,
            Destination = stream.Flow.Destination,
            IsFromElsewhere = stream.Direction is { } direction && call is not null
                && call.IsElsewhere(
                    direction == MediaDirection.FromCaller ? CallParty.Caller : CallParty.Callee,
                    stream.Flow.Source.Address),
            Ssrc = stream.Ssrc,
            Codec = string.IsNullOrEmpty(format?.EncodingName) ? null : format.EncodingName,
            PayloadType = stream.MainPayloadType,
            ClockRateHz = format?.ClockRateHz ?? 0,
            StartedAtUs = meter.FirstArrivalNs / 1_000,
            EndedAtUs = Math.Max(meter.FirstArrivalNs, meter.LastArrivalNs) / 1_000,
            FirstSequenceNumber = stream.FirstSequenceNumber,
            Recovered = stream.Recovered,
            Retransmissions = stream.Retransmissions,
            LostNumbers = stream.Lost?.ToRuns(total.Lost),
            Audio = stream.Audio?.ToCounters(),
            Total = total,
            Scored = scored,
            RFactor = score.R,
            MosLqE4 = score.MosE4,
            UnscoredReason = score.Reason,
            Model = new ScoreModel(
                score.ModelName ?? Quality.EModel.Narrowband.ModelName,
                score.ModelVersion ?? Quality.EModel.Narrowband.ModelVersion,
                row?.Id,
                _jitterBuffer) { Policy = _name, SkewCorrection = _correctsSkew },
            Emulations = [.. meter.Emulations],
            SpeechCodecs = SpeechCodecs(stream, format),
            Intervals = Intervals(
                counters, score.Reason == UnscoredReason.ClockNotKept ? null : row, stream.Audio),
            ScoredSeconds = scored.DurationNs / 1_000 / 1_000_000m,
        };
        if (_room.Length > KeptRoom)
        {
            _room = [];
        }

        record = stream.ShedPackets == 0 ? record : WithShed(record, stream, row);
        return record.Emulations.IsEmpty
            ? record
            : record with { OtherBuffers = EmulatedScores.Of(record, row, _policy) };
    }

    /// <summary>
    /// What came and was not measured was not seen: it is neither expected nor lost, and with too much of it the stream
    /// has no score.
    /// </summary>
    private StreamRecord WithShed(StreamRecord record, StreamState stream, CodecRow? row)
    {
        var shed = stream.ShedPackets;
        var intervals = record.Intervals.ToArray();
        if (intervals.Length > 0)
        {
            intervals[^1] = intervals[^1] with { Unseen = shed };
        }

        var isMostlySeen = shed * 100 <= (record.Scored.Expected + shed) * CaptureLossRule.MostUnseenPercent;
        var wouldHaveScore = StreamScorer.Score(
            record.Scored with { Expected = record.Scored.Expected + shed }, row, _policy).IsScored;
        record = record with
        {
            Intervals = intervals,
            Unseen = shed,

            // Nothing in the middle of what was measured is missing.
            ArePeriodsCorrected = true,
            EndedAtUs = Math.Max(record.EndedAtUs, stream.LastPacketNs / 1_000),
        };
        return isMostlySeen || !wouldHaveScore
            ? record
            : record with { MosLqE4 = null, RFactor = null, UnscoredReason = UnscoredReason.CaptureLoss };
    }

    private static bool? Vad(MediaFormat format)
    {
        var parameters = format.Parameters;
        return parameters.Contains("annexb=no", StringComparison.OrdinalIgnoreCase)
            || parameters.Contains("annexa=no", StringComparison.OrdinalIgnoreCase) ? false : null;
    }

    private CodecRow? FindRow(StreamState stream, MediaFormat? format, out UnscoredReason reason)
    {
        if (!stream.HasSpeech || format is { IsSpeech: false } || format is { Kind: not RtpPacketKind.Audio })
        {
            reason = UnscoredReason.NotAudio;
            return null;
        }

        if (format is null || format.EncodingName.Length == 0)
        {
            reason = UnscoredReason.CodecUnknown;
            return null;
        }

        _codecs.TryFind(QueryOf(stream, format), _rows, out var row, out reason);
        return row;
    }

    private static CodecQuery QueryOf(StreamState stream, MediaFormat format) =>
        new(format.EncodingName, format.ClockRateHz)
        {
            Vad = Vad(format),
            BitRate = CodecQuery.BitRateOf(format.EncodingName, stream.LongestSpeechPayload),
        };

    // Empty as soon as one of them is not known: then no other policy can score the stream either.
    private static ImmutableArray<CodecQuery> SpeechCodecs(StreamState stream, MediaFormat? main)
    {
        var queries = ImmutableArray.CreateBuilder<CodecQuery>();
        foreach (var format in stream.OtherSpeechTypes.Select(other => stream.Formats[other]).Prepend(main))
        {
            if (format is null || format.EncodingName.Length == 0)
            {
                return [];
            }

            queries.Add(QueryOf(stream, format));
        }

        return queries.DrainToImmutable();
    }

    private IntervalRecord[] Intervals(ReadOnlySpan<IntervalCounters> counters, CodecRow? row, AudioMeter? audio)
    {
        var looks = audio?.ToIntervals(counters.Length);
        var intervals = new IntervalRecord[counters.Length];
        for (var i = 0; i < counters.Length; i++)
        {
            intervals[i] = new IntervalRecord(
                counters[i], StreamScorer.Score(counters[i], row, _intervalPolicy).MosE4) { Audio = looks?[i] };
        }

        return intervals;
    }
}
