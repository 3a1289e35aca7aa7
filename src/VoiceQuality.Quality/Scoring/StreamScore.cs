using VoiceQuality.Quality.Rtp;

namespace VoiceQuality.Quality.Scoring;

/// <summary>How the score of a wideband or fullband codec counts beside narrowband ones.</summary>
public enum WidebandRule
{
    /// <summary>By its own model: R/1.29 or R/1.48 on the scale of G.107 Annex B, up to 4.5.</summary>
    OwnScale,

    /// <summary>
    /// By its own model, but at most what the best narrowband connection has: the default R of G.107, clause 7.7.
    /// </summary>
    CappedAtNarrowband,

    /// <summary>Not at all: the stream is unscored.</summary>
    Unscored,
}

/// <summary>How streams are scored. A default value has the product's defaults.</summary>
public readonly record struct ScoringPolicy
{
    private readonly int _minExpectedPackets;
    private readonly int _jitterBufferMs;

    /// <summary>The policy for one interval of a stream: any packet will do.</summary>
    public static ScoringPolicy ForIntervals { get; } = new() { MinExpectedPackets = 1 };

    /// <summary>Expected packets below which there is no score, 1 or more. Default 100.</summary>
    public int MinExpectedPackets
    {
        get => _minExpectedPackets == 0 ? 100 : _minExpectedPackets;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            _minExpectedPackets = value;
        }
    }

    /// <summary>Which jitter buffer the counters were measured with. Default fixed.</summary>
    public JitterBufferKind JitterBuffer { get; init; }

    /// <summary>How wideband and fullband codecs count. Default by their own model.</summary>
    public WidebandRule Wideband { get; init; }

    /// <summary>Depth of the jitter buffer that the counters were measured with, ms. Default 60.</summary>
    public int JitterBufferMs
    {
        get => _jitterBufferMs == 0 ? 60 : _jitterBufferMs;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            _jitterBufferMs = value;
        }
    }
}

/// <summary>The score of one stream or interval with everything it was computed from. Unknown is null.</summary>
public readonly record struct StreamScore
{
    /// <summary>Why there is no score, or <see cref="UnscoredReason.None"/>.</summary>
    public UnscoredReason Reason { get; init; }

    /// <summary>Listening-quality R on the scale of <see cref="ModelName"/>; it may be negative.</summary>
    public double? R { get; init; }

    /// <summary>R on the scale of G.107 Annex B: R, R/1.29 or R/1.48.</summary>
    public double? Rx { get; init; }

    /// <summary>MOS-LQ, 1 to 4.5, unrounded. What is stored and summed is <see cref="MosE4"/>.</summary>
    public double? MosLq { get; init; }

    /// <summary>MOS-LQ in ten-thousandths, rounded once, half away from zero: 10,000 to 45,000.</summary>
    public int? MosE4 { get; init; }

    /// <summary>Effective equipment impairment factor.</summary>
    public double? IeEff { get; init; }

    /// <summary>Lost plus discarded packets, percent.</summary>
    public double? Ppl { get; init; }

    /// <summary>Burst ratio over lost and discarded packets.</summary>
    public double? BurstR { get; init; }

    /// <summary>g107, g107.1 or g107.2.</summary>
    public string? ModelName { get; init; }

    /// <summary>Edition of the model.</summary>
    public string? ModelVersion { get; init; }

    /// <summary>Identifier of the codec table's row.</summary>
    public string? CodecRowId { get; init; }

    /// <summary>The emulated jitter buffer, as in "fixed:60" or "adaptive:500" (ms).</summary>
    public string? JitterBuffer { get; init; }

    /// <summary>The policy lets it have no more than the best narrowband connection.</summary>
    public bool IsCapped { get; init; }

    /// <summary>The codec row or a term of the model has no established source.</summary>
    public bool IsEstimated { get; init; }

    /// <summary>
    /// Ppl or BurstR lies outside what G.107 Table 3 calls valid: Ppl above 20 %, BurstR above 8, or BurstR above 2
    /// with Ppl of 2 % or more (note 6). The equations hold there, their accuracy is not claimed.
    /// </summary>
    public bool IsOutsideTable3 =>
        Ppl is { } ppl && BurstR is { } burstR && (ppl > 20 || burstR > 8 || (burstR > 2 && ppl >= 2));

    /// <summary>True when there is a score.</summary>
    public bool IsScored => MosE4 is not null;

    internal static StreamScore Unscored(UnscoredReason reason) => new() { Reason = reason };
}
