using System.ComponentModel.DataAnnotations;
using VoiceQuality.Protocols.Tls;
using VoiceQuality.Quality.Codecs;
using VoiceQuality.Quality.Rtp;
using VoiceQuality.Quality.Scoring;

namespace VoiceQuality.Monitor;

/// <summary>How traffic is measured. Every limit has a counter that shows when it was reached.</summary>
public sealed record MonitorOptions
{
    /// <summary>
    /// Threads that measure media. 1 measures on the reading thread, unless <see cref="ReadsAhead"/>; more hand batches
    /// over. The figures do not depend on it.
    /// </summary>
    [Range(1, 64)]
    public int Lanes { get; init; } = 1;

    /// <summary>
    /// Whether a single lane has a thread of its own, so that packets are read while those before are measured: it pays
    /// where there is a second processor, and takes a few MiB. The figures do not depend on it.
    /// </summary>
    public bool ReadsAhead { get; init; }

    /// <summary>Batches that a lane holds before the reader waits; a single lane holds two at most.</summary>
    [Range(1, 1_024)]
    public int LaneQueueCapacity { get; init; } = 16;

    /// <summary>
    /// Calls in progress; beyond it the one whose time is nearest is given up, so one without an answer before others.
    /// </summary>
    [Range(16, 10_000_000)]
    public int MaxCalls { get; init; } = 200_000;

    /// <summary>
    /// How full, in percent, the place is that packets of a live source wait in when media begin to be shed, by whole
    /// calls, which then have no score; 101 for never. Files wait, and lose nothing.
    /// </summary>
    [Range(10, 101)]
    public int ShedAtPercent { get; init; } = 50;

    /// <summary>
    /// Percent of the calls, OPTIONS transactions, fragmented datagrams and TCP connections with their octets that one
    /// source may hold (an IPv4 address, the first 64 bits of one of IPv6). Who has more loses its own oldest, of calls
    /// one that nobody has answered or that is over before one that talks; further OPTIONS are left out.
    /// </summary>
    [Range(1, 100)]
    public int MaxPercentOfOneSource { get; init; } = 75;

    /// <summary>OPTIONS transactions of the last 32 s; further ones are left out and counted.</summary>
    [Range(16, 10_000_000)]
    public int MaxProbes { get; init; } = 65_536;

    /// <summary>Media flows in one lane; packets of further flows are dropped and counted.</summary>
    [Range(16, 16_777_216)]
    public int MaxFlowsPerLane { get; init; } = 262_144;

    /// <summary>Streams (SSRCs) of one flow; packets of further ones are dropped and counted.</summary>
    [Range(1, 1_024)]
    public int MaxStreamsPerFlow { get; init; } = 16;

    /// <summary>
    /// Streams in one lane that may still turn out not to be RTP; packets of further ones are dropped and counted.
    /// </summary>
    [Range(16, 16_777_216)]
    public int MaxCandidatesPerLane { get; init; } = 65_536;

    /// <summary>Streams of one call; further ones are measured without their call.</summary>
    [Range(2, 1_024)]
    public int MaxStreamsPerCall { get; init; } = 64;

    /// <summary>Sources that RTCP speaks of; reports on further ones are left out and counted.</summary>
    [Range(16, 16_777_216)]
    public int MaxRtcpSources { get; init; } = 524_288;

    /// <summary>Voice quality reports in SIP (RFC 6035) that wait for their stream; no more than so many.</summary>
    [Range(16, 1_048_576)]
    public int MaxQualityReports { get; init; } = 65_536;

    /// <summary>Media endpoints that SDP announced and that are remembered.</summary>
    [Range(16, 16_777_216)]
    public int MaxEndpoints { get; init; } = 1_048_576;

    /// <summary>
    /// TCP connections, each direction by itself, that carry SIP; a further one takes the place of the one that was
    /// silent longest.
    /// </summary>
    [Range(16, 1_048_576)]
    public int MaxSipConnections { get; init; } = 16_384;

    /// <summary>Octets that those connections hold for messages and segments that are not complete.</summary>
    [Range(1_048_576, 1_073_741_824)]
    public int MaxSipConnectionOctets { get; init; } = 67_108_864;

    /// <summary>
    /// Fragmented datagrams that are being put together; a further one takes the place of the oldest.
    /// </summary>
    [Range(16, 65_536)]
    public int MaxFragmentedDatagrams { get; init; } = 256;

    /// <summary>Secrets of TLS connections that carry SIP; null reads none of them.</summary>
    public ITlsSecrets? TlsSecrets { get; init; }

    /// <summary>SIP messages kept for the ladder of one call.</summary>
    [Range(0, 10_000)]
    public int LadderLimit { get; init; } = 64;

    /// <summary>How long a stream that no SDP announced may pause before it is final, s of packet time.</summary>
    [Range(1, 86_400)]
    public int StreamIdleSeconds { get; init; } = 60;

    /// <summary>How long a stream of a call may pause before it is final, s of packet time.</summary>
    [Range(1, 86_400)]
    public int CallStreamIdleSeconds { get; init; } = 3_600;

    /// <summary>How long a call is kept after its BYE or final response, s: late media and retransmissions.</summary>
    [Range(0, 3_600)]
    public int LingerSeconds { get; init; } = 32;

    /// <summary>How long an answered call may stay without any SIP message, s.</summary>
    [Range(60, 604_800)]
    public int AnsweredIdleSeconds { get; init; } = 14_400;

    /// <summary>Whether streams tell which sequence numbers they lost.</summary>
    public bool KeepLostNumbers { get; init; }

    /// <summary>Length of a measuring interval, s.</summary>
    [Range(1, 60)]
    public int IntervalSeconds { get; init; } = 10;

    /// <summary>Which jitter buffer is emulated: of constant depth, or one that follows the jitter.</summary>
    public JitterBufferKind JitterBuffer { get; init; } = JitterBufferKind.Fixed;

    /// <summary>Depth of a fixed jitter buffer, largest depth of an adaptive one, ms.</summary>
    [Range(10, 1_000)]
    public int JitterBufferMs { get; init; } = 60;

    /// <summary>
    /// Whether the sender's clock skew is taken out of what the jitter buffers see, once it is established.
    /// </summary>
    public bool SkewCorrection { get; init; } = true;

    /// <summary>
    /// Further jitter buffers to emulate, at most 8: what they would discard stands beside the score.
    /// </summary>
    public IReadOnlyList<JitterBufferModel> MoreJitterBuffers { get; init; } = [];

    /// <summary>
    /// The same as text, such as "adaptive:200": what the settings say, which takes the place of
    /// <see cref="MoreJitterBuffers"/> where they are read.
    /// </summary>
    public IReadOnlyList<string> JitterBuffersBeside { get; init; } = [];

    /// <summary>Expected packets below which a stream gets no score.</summary>
    [Range(1, 100_000)]
    public int MinExpectedPackets { get; init; } = 100;

    /// <summary>SIP header fields whose values rules look at, at most 16; names compare without case.</summary>
    public IReadOnlyList<string> Headers { get; init; } = [];

    /// <summary>Codec rows that scores are made with.</summary>
    public CodecTable Codecs { get; init; } = CodecTable.Default;

    /// <summary>G.711 is scored as without packet loss concealment: Bpl 4.3 in place of 25.1.</summary>
    public bool WithoutPlc { get; init; }

    /// <summary>Codec rows of status estimated may score; what they give is marked.</summary>
    public bool AllowEstimated { get; init; }

    /// <summary>How wideband and fullband codecs count.</summary>
    public WidebandRule Wideband { get; init; } = WidebandRule.OwnScale;

    /// <summary>
    /// Id of the scoring policy that these settings were made from; empty: "default-2" if they are the defaults, else
    /// "settings", and its digest tells which.
    /// </summary>
    public string ScoringPolicyId { get; init; } = "";

    /// <summary>Seed of the hash that spreads flows over tables, so that a sender cannot aim at one slot.</summary>
    public ulong HashSeed { get; init; } = 0x9E37_79B9_7F4A_7C15;

    /// <summary>The scoring policy that these settings make.</summary>
    public ScoringPolicyDocument ToScoringPolicy()
    {
        var standard = ScoringPolicyDocument.Default;
        var policy = standard with
        {
            Codecs = Codecs,
            WithoutPlc = WithoutPlc,
            AllowEstimated = AllowEstimated,
            JitterBuffer = new JitterBufferModel(JitterBuffer, JitterBufferMs),
            CorrectsSkew = SkewCorrection,
            MinExpectedPackets = MinExpectedPackets,
            Wideband = Wideband,
        };
        return ScoringPolicyId.Length > 0 ? policy with { Id = ScoringPolicyId }
            : policy == standard || policy.Digest == standard.Digest ? policy
            : policy with { Id = "settings" };
    }

    /// <summary>These settings with what a scoring policy says in place of their own.</summary>
    /// <param name="policy">One that counts MOS-LQ: the stored score of a call is its listening score.</param>
    public MonitorOptions With(ScoringPolicyDocument policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentOutOfRangeException.ThrowIfNotEqual(policy.Score, ScoreBasis.MosLq, nameof(policy));
        return this with
        {
            ScoringPolicyId = policy.Id,
            Codecs = policy.Codecs,
            WithoutPlc = policy.WithoutPlc,
            AllowEstimated = policy.AllowEstimated,
            JitterBuffer = policy.JitterBuffer.Kind,
            JitterBufferMs = policy.JitterBuffer.DepthMs,
            SkewCorrection = policy.CorrectsSkew,
            MinExpectedPackets = policy.MinExpectedPackets,
            Wideband = policy.Wideband,
        };
    }
}
