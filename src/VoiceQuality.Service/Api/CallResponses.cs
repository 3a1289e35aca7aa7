using System.Text.Json;
using VoiceQuality.Monitor.Audio;
using VoiceQuality.Monitor.Calls;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Quality.Scoring;
using VoiceQuality.Service.Noc;
using VoiceQuality.Service.Pages;
using VoiceQuality.Sla.Policies;

namespace VoiceQuality.Service.Api;

/// <summary>One call with its signalling and streams.</summary>
internal sealed record CallResponse
{
    public required string Id { get; init; }

    public required string? CallId { get; init; }

    public required string? AccountId { get; init; }

    public required string UnitId { get; init; }

    public required string? RuleId { get; init; }

    /// <summary>Month of service, yyyy-MM; null when the call is in none.</summary>
    public required string? Month { get; init; }

    public required string? From { get; init; }

    public required string? To { get; init; }

    public required string? StartedAt { get; init; }

    public required string? AnsweredAt { get; init; }

    public required string? EndedAt { get; init; }

    public required string Outcome { get; init; }

    public required int? FinalStatus { get; init; }

    public required decimal? PostDialDelayMs { get; init; }

    /// <summary>SRD (RFC 6076 §4.3).</summary>
    public required decimal? RequestDelayMs { get; init; }

    /// <summary>First 18x to the answer or the end of the attempt.</summary>
    public required decimal? RingTimeMs { get; init; }

    /// <summary>SDD (RFC 6076 §4.4).</summary>
    public required decimal? DisconnectDelayMs { get; init; }

    /// <summary>401 and 407 to the INVITE; null when the call was stored before they were kept.</summary>
    public required int? Challenges { get; init; }

    /// <summary>What a Reason header said (RFC 3326).</summary>
    public required ReleaseReasonResponse? ReleaseReason { get; init; }

    public required string? ReleasedBy { get; init; }

    public required decimal? MosLq { get; init; }

    /// <summary>Null when the delay was not measured for each stream of the score, or the detail was deleted.</summary>
    public required decimal? MosCq { get; init; }

    public required decimal? OneWayDelayMs { get; init; }

    /// <summary>What is remarkable about the media: noMedia, oneWay, mediaAfterEnd, frozenAudio and so on.</summary>
    public required IReadOnlyList<string> Flags { get; init; }

    /// <summary>Streams that are others again, seen at a second place, by index; they have no vote.</summary>
    public required IReadOnlyList<StreamCopy> DuplicateStreams { get; init; }

    public required double? RFactor { get; init; }

    public required string? UnscoredReason { get; init; }

    /// <summary>What the contract of its account counts of it.</summary>
    public required CountedScoreResponse Counted { get; init; }

    /// <summary>Null when the detail was deleted on schedule.</summary>
    public required IReadOnlyList<LadderResponse>? Ladder { get; init; }

    public required int? LadderOmitted { get; init; }

    public required IReadOnlyList<StreamResponse>? Streams { get; init; }

    public static CallResponse Of(CallView view) => new()
    {
        Id = view.Id,
        CallId = view.Summary.Identity?.CallId,
        AccountId = view.AccountId,
        UnitId = view.UnitId,
        RuleId = view.Summary.RuleId,
        Month = view.Summary.Month?.ToString(),
        From = view.Summary.Identity?.Caller,
        To = view.Summary.Identity?.Callee,
        StartedAt = Wire.Time(view.Summary.StartedAtUs),
        AnsweredAt = Wire.Time(view.Summary.AnsweredAtUs),
        EndedAt = Wire.Time(view.Summary.EndedAtUs),
        Outcome = Words.Wire(view.Summary.Outcome),
        FinalStatus = view.Summary.FinalStatus,
        PostDialDelayMs = Wire.Milliseconds(view.Summary.PostDialDelayUs),
        RequestDelayMs = Wire.Milliseconds(view.Summary.RequestDelayUs),
        RingTimeMs = Wire.Milliseconds(view.Summary.RingTimeUs),
        DisconnectDelayMs = Wire.Milliseconds(view.Summary.DisconnectDelayUs),
        Challenges = view.Summary.Challenges,
        ReleaseReason = view.Summary.ReleaseReason is { } reason
            ? new ReleaseReasonResponse(reason.Protocol, reason.Cause)
            : null,
        ReleasedBy = view.Summary.ReleasedBy is { } party ? Words.Wire(party) : null,
        MosLq = Wire.Mos(view.Summary.MosLqE4),
        MosCq = Wire.Mos(view.Record?.MosCqE4),
        OneWayDelayMs = Wire.Milliseconds(view.Record?.OneWayDelayUs),
        Flags = [.. (view.Record?.Flags ?? []).Select(
            static flag => JsonNamingPolicy.CamelCase.ConvertName(flag.ToString()))],
        DuplicateStreams = view.Record?.Copies ?? [],
        RFactor = view.Summary.RFactor,
        UnscoredReason = view.Summary.UnscoredReason.ToWireName(),
        Counted = CountedScoreResponse.Of(view.Reading, view.Counted),
        Ladder = view.Record is null ? null : [.. view.Record.Ladder.Select(LadderResponse.Of)],
        LadderOmitted = view.Record?.LadderOmitted,
        Streams = view.Record is null ? null : [.. view.Streams.Select(StreamResponse.Of)],
    };
}

/// <summary>The score of a call that a contract counts.</summary>
/// <param name="ScoreBasis">Which MOS, as the policy names it: LISTENING or CONVERSATIONAL.</param>
/// <param name="WidebandCalls">How wideband calls count: OWN_SCALE, CAPPED_AT_NARROWBAND or LEFT_OUT.</param>
/// <param name="Mos">The score; null when unscored, or when it is not known any more.</param>
/// <param name="UnscoredReason">Why it has none by this reading; null with a score, and when not known.</param>
internal sealed record CountedScoreResponse(
    string ScoreBasis, string WidebandCalls, decimal? Mos, string? UnscoredReason)
{
    public static CountedScoreResponse Of(MosReading reading, CallScore? score) => new(
        Sla.WireName.Of(reading.Basis), Sla.WireName.Of(reading.Wideband), Wire.Mos(score?.MosE4),
        score?.Reason.ToWireName());
}

/// <summary>Why a call was released.</summary>
/// <param name="Protocol">"Q.850", "SIP" or "other".</param>
/// <param name="Cause">Cause in terms of the protocol.</param>
internal sealed record ReleaseReasonResponse(string Protocol, int Cause);

/// <summary>One SIP message.</summary>
internal sealed record LadderResponse(
    string? At, string Source, string Destination, string Summary, bool HasSdp, bool IsRetransmission)
{
    public static LadderResponse Of(SignallingEvent item) => new(
        Wire.Time(item.AtUs), item.Source.ToString(), item.Destination.ToString(), item.Summary, item.HasSdp,
        item.IsRetransmission);
}

/// <summary>One RTP stream, with the fields of <c>analyze --format json</c>.</summary>
internal sealed record StreamResponse
{
    public required string Direction { get; init; }

    public required string Source { get; init; }

    public required string Destination { get; init; }

    public required string Ssrc { get; init; }

    public required string? Codec { get; init; }

    public required int PayloadType { get; init; }

    public required string? StartedAt { get; init; }

    public required string? EndedAt { get; init; }

    public required long Received { get; init; }

    public required long Expected { get; init; }

    public required long Lost { get; init; }

    public required long Duplicates { get; init; }

    public required long Reordered { get; init; }

    /// <summary>Null when the sender does not keep its clock: the emulated buffer then says nothing.</summary>
    public required long? Discarded { get; init; }

    public required double? LossPercent { get; init; }

    public required double? BurstRatio { get; init; }

    public required double? JitterMeanMs { get; init; }

    public required double? JitterMaxMs { get; init; }

    public required double MaxDeltaMs { get; init; }

    /// <summary>Duration of one packet by the sender's timestamps, ms.</summary>
    public required double? PacketMs { get; init; }

    /// <summary>Clock skew, ppm; above 0 when packets come later and later. Null below 30 s.</summary>
    public required double? SkewPpm { get; init; }

    public required BurstsResponse? Bursts { get; init; }

    /// <summary>Why they are null: clockNotKept, notCounted, lossBesideUnseen; null when they are known.</summary>
    public required string? BurstsUnknown { get; init; }

    public required LossRunsResponse? LossRuns { get; init; }

    /// <summary>Why they are null, in the same words.</summary>
    public required string? LossRunsUnknown { get; init; }

    /// <summary>Null when no packet was sent.</summary>
    public required double? SeenPercent { get; init; }

    /// <summary>What the buffer of the score and further emulated ones make of the stream.</summary>
    public required IReadOnlyList<EmulationResponse> Emulations { get; init; }

    public required DelayVariationResponse? DelayVariation { get; init; }
    /// <summary>Packets that the tap lost itself: neither expected nor lost.</summary>
    public required long Unseen { get; init; }

    /// <summary>
    /// What was sent again (RFC 4588); recovered is null where the payload cannot be read (SRTP). Null when nothing
    /// was.
    /// </summary>
    public required RetransmissionCounters? Retransmissions { get; init; }

    /// <summary>Lost packets that redundant audio (RFC 2198) or a retransmission (RFC 4588) brought in time.</summary>
    public required long Recovered { get; init; }

    /// <summary>
    /// Place in the call's streams of the one that counts, when this is the same stream seen at a second place; else
    /// null.
    /// </summary>
    public required int? DuplicateOf { get; init; }

    /// <summary>Null unless both halves of the round trip were measured.</summary>
    public required decimal? OneWayDelayMs { get; init; }

    public required double? RFactor { get; init; }

    public required decimal? MosLq { get; init; }

    /// <summary>Null without a measured delay.</summary>
    public required decimal? MosCq { get; init; }

    /// <summary>Round trips on both sides of the tap; null when RTCP shows none.</summary>
    public required PathDelay? Delay { get; init; }

    /// <summary>
    /// Why the one-way delay is not known: noReports, oneSideOnly or rtcpTerminated; null when it is.
    /// </summary>
    public required string? DelayUnknown { get; init; }

    /// <summary>What the receiver said, apart from our figures.</summary>
    public required IReadOnlyList<RemoteResponse> Remote { get; init; }

    /// <summary>What the samples of a G.711 stream were like.</summary>
    public required AudioCounters? Audio { get; init; }

    /// <summary>Silence over the stream, s; null where it is unknown.</summary>
    public required double? SilentSeconds { get; init; }

    /// <summary>Sound that repeats itself, s; null where it is unknown.</summary>
    public required double? FrozenSeconds { get; init; }

    /// <summary>Comfort noise in percent of the audio packets; null when none came.</summary>
    public required double? ComfortNoisePercent { get; init; }

    public required string? UnscoredReason { get; init; }

    public required ScoreModel Model { get; init; }

    /// <summary>Symbols of the E-model with their values, evaluated again from the stored counters.</summary>
    public required IReadOnlyDictionary<string, double> ModelTerms { get; init; }

    /// <summary>What the score was made from and by.</summary>
    public required ProvenanceResponse Provenance { get; init; }

    /// <summary>Whether that evaluation gives the stored score.</summary>
    public required bool IsReproduced { get; init; }

    public required IReadOnlyList<IntervalResponse> Intervals { get; init; }

    public static StreamResponse Of(StreamView view)
    {
        var stream = view.Stream;
        var total = stream.Total;
        return new StreamResponse
        {
            Direction = stream.Direction is { } direction ? Words.Wire(direction) : "unknown",
            Source = stream.Source.ToString(),
            Destination = stream.Destination.ToString(),
            Ssrc = $"0x{stream.Ssrc:x8}",
            Codec = stream.Codec,
            PayloadType = stream.PayloadType,
            StartedAt = Wire.Time(stream.StartedAtUs),
            EndedAt = Wire.Time(stream.EndedAtUs),
            Received = total.Received,
            Expected = total.Expected,
            Lost = total.Lost,
            Duplicates = total.Duplicates,
            Reordered = total.Reordered - stream.Recovered,
            Discarded = stream.DiscardedOf(total),
            LossPercent = total.LossPercent,
            BurstRatio = stream.BurstROf(total),
            JitterMeanMs = total.JitterMeanMs,
            JitterMaxMs = total.JitterMaxMs,
            MaxDeltaMs = total.MaxDeltaMs,
            PacketMs = total.PacketMs,
            SkewPpm = total.SkewPpm,
            Bursts = BurstsResponse.Of(stream.BurstGaps, total.PacketMs),
            BurstsUnknown = BurstsResponse.WhyNot(stream.BurstsUnknown),
            LossRuns = LossRunsResponse.Of(stream.LossRuns),
            LossRunsUnknown = BurstsResponse.WhyNot(stream.LossRunsUnknown),
            SeenPercent = stream.SeenPercent,
            Emulations = [.. view.Explanation.Buffers.Select(EmulationResponse.Of)],
            DelayVariation = DelayVariationResponse.Of(stream.DelayVariationOf(total)),
            Unseen = stream.Unseen,
            Recovered = stream.Recovered,
            Retransmissions = stream.Retransmissions,
            DuplicateOf = view.DuplicateOf,
            OneWayDelayMs = Wire.Milliseconds(stream.Delay?.OneWayUs),
            Delay = stream.Delay,
            DelayUnknown = stream.DelayObstacle == DelayObstacle.None
                ? null
                : JsonNamingPolicy.CamelCase.ConvertName(stream.DelayObstacle.ToString()),
            Remote = [.. stream.Remote.Select(RemoteResponse.Of)],
            Audio = stream.Audio,
            SilentSeconds = stream.AudioLooks?.SilentSeconds,
            FrozenSeconds = stream.AudioLooks?.FrozenSeconds,
            ComfortNoisePercent = StreamRecord.ComfortNoisePercentOf(total),
            MosCq = Wire.Mos(stream.MosCqE4),
            RFactor = stream.RFactor,
            MosLq = Wire.Mos(stream.MosLqE4),
            UnscoredReason = stream.UnscoredReason.ToWireName(),
            Model = stream.Model,
            ModelTerms = view.Explanation.Inputs.Concat(view.Explanation.Terms)
                .ToDictionary(term => term.Symbol, term => term.Value),
            Provenance = ProvenanceResponse.Of(view),
            IsReproduced = view.Explanation.IsReproduced,
            Intervals = [.. stream.Intervals.Select(interval => IntervalResponse.Of(interval, stream))],
        };
    }
}
