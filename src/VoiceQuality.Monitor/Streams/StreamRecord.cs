using System.Collections.Immutable;
using VoiceQuality.Monitor.Audio;
using VoiceQuality.Protocols.Network;
using VoiceQuality.Quality;
using VoiceQuality.Quality.Codecs;
using VoiceQuality.Quality.Rtp;
using VoiceQuality.Quality.Scoring;

namespace VoiceQuality.Monitor.Streams;

/// <summary>How a score was made, so that it can be made again.</summary>
/// <param name="Name">"g107".</param>
/// <param name="Version">Edition of the Recommendation and version of our implementation.</param>
/// <param name="CodecRow">Identifier of the row of the codec table; null when the codec has none.</param>
/// <param name="JitterBuffer">Emulated jitter buffer, "fixed:60" for 60 ms.</param>
public sealed record ScoreModel(string Name, string Version, string? CodecRow, string JitterBuffer)
{
    /// <summary>
    /// Whether the sender's clock skew was taken out of what the buffer saw; false in what was stored before it was
    /// done.
    /// </summary>
    public bool SkewCorrection { get; init; }

    /// <summary>The scoring policy; null in what was stored before it was kept.</summary>
    public ScoringPolicyName? Policy { get; init; }
}

/// <summary>One interval of a stream: its counters and its score.</summary>
/// <param name="Counters">What was counted.</param>
/// <param name="MosLqE4">MOS-LQ in ten-thousandths; null when there was too little media.</param>
public readonly record struct IntervalRecord(IntervalCounters Counters, int? MosLqE4)
{
    /// <summary>Packets that the tap lost itself: neither expected nor lost in <see cref="Counters"/>.</summary>
    public long Unseen { get; init; }

    /// <summary>
    /// What the samples were like; null for other codecs than G.711, for SRTP, where nothing was looked at, and in what
    /// was stored before it was kept.
    /// </summary>
    public AudioLooks? Audio { get; init; }

    /// <summary>
    /// Comfort noise (RFC 3389) in percent of the audio packets that came, 0 to 100; null when none came.
    /// </summary>
    public double? ComfortNoisePercent => StreamRecord.ComfortNoisePercentOf(Counters);

    /// <summary>
    /// What the counters do not tell, because the tap lost packets beside packets that were lost or late.
    /// </summary>
    public PeriodDoubts Doubts { get; init; }

    /// <summary>
    /// Packets that the tap could see in percent of those that were sent, 0 to 100; null when none was.
    /// </summary>
    public double? SeenPercent =>
        Counters.Expected + Unseen > 0 ? 100.0 * Counters.Expected / (Counters.Expected + Unseen) : null;
}

/// <summary>What unseen packets leave untold of an interval.</summary>
[Flags]
public enum PeriodDoubts
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Bursts and gaps; their counters are 0.</summary>
    Bursts = 1,

    /// <summary>Runs of lost packets.</summary>
    LossRuns = 2,
}

/// <summary>Why bursts and gaps, or runs of lost packets, are not known.</summary>
public enum PeriodsUnknown
{
    /// <summary>They are known.</summary>
    None,

    /// <summary>The sender does not keep its clock, so the discards are an artefact.</summary>
    ClockNotKept,

    /// <summary>The stream was stored before they were counted.</summary>
    NotCounted,

    /// <summary>Packets were lost or late within 16 packets of some that the tap did not see.</summary>
    LossBesideUnseen,
}

/// <summary>What was sent again of a stream (RFC 4588).</summary>
/// <param name="Packets">Packets that sent one of it again, in time or not, needed or not.</param>
/// <param name="Recovered">
/// Numbers that they brought before their play time; null in SRTP, where which number it is is encrypted, and where the
/// capture cut it off.
/// </param>
public readonly record struct RetransmissionCounters(long Packets, long? Recovered);

/// <summary>One finished RTP stream: one SSRC on one flow.</summary>
public sealed record StreamRecord
{
    /// <summary>Call that SDP tied it to; null for RTP that no SDP announced.</summary>
    public string? CallId { get; init; }

    /// <summary>Who sent it; null when unknown.</summary>
    public MediaDirection? Direction { get; init; }

    /// <summary>Sender.</summary>
    public required IpEndpoint Source { get; init; }

    /// <summary>Receiver.</summary>
    public required IpEndpoint Destination { get; init; }

    /// <summary>
    /// Whether the sender's address is none of those that its party announced or signalled from. Such a stream counts
    /// for the call only when its direction has no other: a stranger must not move the score of a call.
    /// </summary>
    public bool IsFromElsewhere { get; init; }

    /// <summary>Synchronization source (RFC 3550 §3).</summary>
    public required uint Ssrc { get; init; }

    /// <summary>Encoding name of the payload type that most packets had; null when nothing announced it.</summary>
    public string? Codec { get; init; }

    /// <summary>Payload type that most audio packets had, 0 to 127.</summary>
    public required int PayloadType { get; init; }

    /// <summary>RTP clock of that payload type, Hz; 0 when unknown.</summary>
    public required int ClockRateHz { get; init; }

    /// <summary>First packet, microseconds since 1970-01-01 UTC.</summary>
    public required long StartedAtUs { get; init; }

    /// <summary>Last packet, microseconds since 1970-01-01 UTC.</summary>
    public required long EndedAtUs { get; init; }

    /// <summary>Packets that the tap lost itself, over all intervals: neither expected nor lost.</summary>
    public long Unseen { get; init; }

    /// <summary>
    /// Packets that the tap could see in percent of those that were sent, 0 to 100; null when none was.
    /// </summary>
    public double? SeenPercent =>
        Total.Expected + Unseen > 0 ? 100.0 * Total.Expected / (Total.Expected + Unseen) : null;

    /// <summary>Sequence number of the first packet; null when it was not kept.</summary>
    public ushort? FirstSequenceNumber { get; init; }

    /// <summary>
    /// Packets that the network lost and a redundant block of a later one (RFC 2198) or a retransmission (RFC 4588)
    /// brought before their play time: they count as received.
    /// </summary>
    public long Recovered { get; init; }

    /// <summary>
    /// What was sent again of it; null when nothing was, and in what was stored before it was counted.
    /// </summary>
    public RetransmissionCounters? Retransmissions { get; init; }

    /// <summary>
    /// Which sequence numbers the tap missed, in order; null when nobody asked, and where they are not known: more than
    /// 16,384 runs of them, or a gap of more than 65,535. Not stored.
    /// </summary>
    public IReadOnlyList<NumberRun>? LostNumbers { get; init; }

    /// <summary>What the samples were like; null for other codecs than G.711 and where nothing was looked at.</summary>
    public AudioCounters? Audio { get; init; }

    /// <summary>
    /// The looks of all intervals; null where they are unknown, as in what was stored before they were kept.
    /// </summary>
    public AudioLooks? AudioLooks
    {
        get
        {
            AudioLooks? sum = null;
            foreach (var interval in Intervals)
            {
                sum = interval.Audio is { } looks ? Monitor.Audio.AudioLooks.Merge(sum ?? default, looks) : sum;
            }

            return sum;
        }
    }

    /// <summary>
    /// Comfort noise (RFC 3389) in percent of the audio packets that came, 0 to 100; null when none came.
    /// </summary>
    public static double? ComfortNoisePercentOf(in IntervalCounters counters) =>
        counters.ComfortNoise + counters.AudioReceived > 0
            ? 100.0 * counters.ComfortNoise / (counters.ComfortNoise + counters.AudioReceived)
            : null;

    /// <summary>Sum of all intervals.</summary>
    public required IntervalCounters Total { get; init; }

    /// <summary>Sum of the intervals that the score is made of: all but early media.</summary>
    public required IntervalCounters Scored { get; init; }

    /// <summary>
    /// Whether the sender kept to the announced clock. If not, the emulated jitter buffer's discards are an artefact
    /// and are not reported; they stay in the counters.
    /// </summary>
    public bool IsClockKept => SenderClock.IsKept(Total);

    /// <summary>Packets too late for the emulated jitter buffer; null when that says nothing.</summary>
    /// <param name="counters">Those of the stream or of one of its intervals.</param>
    public long? DiscardedOf(in IntervalCounters counters) => IsClockKept ? counters.Discarded : null;

    /// <summary>BurstR over lost and discarded packets, 1 or more; null when the discards say nothing.</summary>
    /// <param name="counters">Those of the stream or of one of its intervals.</param>
    public double? BurstROf(in IntervalCounters counters) => IsClockKept ? counters.BurstR : null;

    /// <summary>
    /// Whether what the tap did not see was taken out of bursts, gaps and runs; before, they were unknown.
    /// </summary>
    public bool ArePeriodsCorrected { get; init; }

    /// <summary>
    /// Bursts and gaps of RFC 3611 over lost and discarded packets, of the intervals of which they are known; null when
    /// <see cref="BurstsUnknown"/> says why.
    /// </summary>
    public BurstGapCounters? BurstGaps => BurstsUnknown == PeriodsUnknown.None ? Total.BurstGaps : null;

    /// <summary>Those of an interval.</summary>
    public BurstGapCounters? BurstGapsOf(in IntervalRecord interval) =>
        BurstsUnknownOf(interval) == PeriodsUnknown.None ? interval.Counters.BurstGaps : null;

    /// <summary>Why they are not known of any interval.</summary>
    public PeriodsUnknown BurstsUnknown => !IsClockKept ? PeriodsUnknown.ClockNotKept
        : !ArePeriodsCounted ? PeriodsUnknown.NotCounted
        : Unseen > 0 && Intervals.All(static interval => interval.Doubts.HasFlag(PeriodDoubts.Bursts))
            ? PeriodsUnknown.LossBesideUnseen
        : PeriodsUnknown.None;

    /// <summary>Why they are not known of an interval.</summary>
    public PeriodsUnknown BurstsUnknownOf(in IntervalRecord interval) =>
        BurstsUnknown != PeriodsUnknown.None ? BurstsUnknown
        : interval.Doubts.HasFlag(PeriodDoubts.Bursts) ? PeriodsUnknown.LossBesideUnseen
        : PeriodsUnknown.None;

    /// <summary>Runs of lost packets by length; null when <see cref="LossRunsUnknown"/> says why.</summary>
    public LossRunHistogram? LossRuns => LossRunsUnknown == PeriodsUnknown.None ? Total.LossRuns : null;

    /// <summary>Why they are not known.</summary>
    public PeriodsUnknown LossRunsUnknown => !ArePeriodsCounted ? PeriodsUnknown.NotCounted
        : Intervals.Any(static interval => interval.Doubts.HasFlag(PeriodDoubts.LossRuns))
            ? PeriodsUnknown.LossBesideUnseen
        : PeriodsUnknown.None;

    private bool ArePeriodsCounted => Unseen > 0 ? ArePeriodsCorrected : Total.AreBurstsKnown;

    /// <summary>
    /// Packet delay variation; null when nothing was timed, when the sender does not keep its clock, and in what was
    /// stored before it was counted.
    /// </summary>
    /// <param name="counters">Those of the stream or of one of its intervals.</param>
    public DelayVariationHistogram? DelayVariationOf(in IntervalCounters counters) =>
        IsClockKept && counters.DelayVariation.Packets > 0 ? counters.DelayVariation : null;

    /// <summary>R of the scored part, 0 to 100; null when unscored.</summary>
    public double? RFactor { get; init; }

    /// <summary>MOS-LQ of the scored part in ten-thousandths, 10000 to 45000; null when unscored.</summary>
    public int? MosLqE4 { get; init; }

    /// <summary>
    /// MOS-CQ of the scored part in ten-thousandths, 10000 to 45000; null when unscored or the delay was not measured.
    /// </summary>
    public int? MosCqE4 { get; init; }

    /// <summary>Ta that <see cref="MosCqE4"/> was made with, ms; null without one.</summary>
    public double? TaMs { get; init; }

    /// <summary>Delay of the path as RTCP shows it; null when RTCP shows none.</summary>
    public PathDelay? Delay { get; init; }

    /// <summary>
    /// Something between the parties, such as an SBC, ends RTCP: reports come from an SSRC that sends none of the
    /// call's media, or are on SSRCs that never pass. The far side is hidden then.
    /// </summary>
    public bool IsRtcpTerminated { get; init; }

    /// <summary>
    /// Why the round trip between the parties is not known; <see cref="DelayObstacle.None"/> when it is.
    /// </summary>
    public DelayObstacle DelayObstacle =>
        Delay?.RoundTripUs is not null ? DelayObstacle.None
        : IsRtcpTerminated ? DelayObstacle.RtcpTerminated
        : Delay is null && !Remote.Any(static report => report.Source != RemoteSource.VoiceQualityReport) ? DelayObstacle.NoReports
        : DelayObstacle.OneSideOnly;

    /// <summary>What the receiver said of the stream; no figure of ours is made of it but the round trip.</summary>
    public ImmutableArray<RemoteReport> Remote { get; init; } = [];

    /// <summary>Why there is no score; <see cref="UnscoredReason.None"/> when there is one.</summary>
    public UnscoredReason UnscoredReason { get; init; }

    /// <summary>How the score was made.</summary>
    public required ScoreModel Model { get; init; }

    /// <summary>
    /// What other jitter buffers would have made of the stream, in the order they were asked for: not stored, but made
    /// again from <see cref="Emulations"/>.
    /// </summary>
    public IReadOnlyList<EmulatedScore> OtherBuffers { get; init; } = [];

    /// <summary>
    /// What those buffers discarded, so that a score by one of them can be made again; empty where it was not kept.
    /// </summary>
    public ImmutableArray<EmulationCounters> Emulations { get; init; } = [];

    /// <summary>
    /// What is known of the codecs of its speech, the main one first; empty where it was not kept. One of G.711 alone
    /// has no variants and says no more than <see cref="Codec"/>, and is not stored.
    /// </summary>
    public ImmutableArray<CodecQuery> SpeechCodecs { get; init; } = [];

    /// <summary>10 s intervals in order.</summary>
    public required IReadOnlyList<IntervalRecord> Intervals { get; init; }

    /// <summary>Length of the scored part, seconds with microsecond resolution: the weight of R-07.</summary>
    public decimal ScoredSeconds { get; init; }
}
