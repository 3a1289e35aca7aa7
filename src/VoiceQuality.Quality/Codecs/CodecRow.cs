using System.Text.Json.Serialization;

namespace VoiceQuality.Quality.Codecs;

/// <summary>The E-model's scale that a codec's values belong to.</summary>
public enum CodecScale
{
    /// <summary>G.107: Ie and Bpl.</summary>
    Narrowband,

    /// <summary>G.107.1: Ie,wb and Bpl,wb.</summary>
    Wideband,

    /// <summary>G.107.2: Ie,fb and Bpl,fb.</summary>
    Fullband,
}

/// <summary>How well a row's values are known.</summary>
public enum CodecRowStatus
{
    /// <summary>Independent sources that quote the Recommendation agree on Ie and, where given, on Bpl.</summary>
    Established,

    /// <summary>
    /// One source, a value taken from a related codec, or an own fit. Used only when the policy allows it.
    /// </summary>
    Estimated,
}

/// <summary>Impairment values of one codec in one variant: a row of G.113 or what stands in for it.</summary>
public sealed record CodecRow
{
    /// <summary>Unique name of the row, as it is stored with a score.</summary>
    public required string Id { get; init; }

    /// <summary>Encoding names in SDP (RFC 4855), compared without case.</summary>
    public required IReadOnlyList<string> EncodingNames { get; init; }

    /// <summary>RTP clock rate, Hz.</summary>
    public required int ClockRateHz { get; init; }

    /// <summary>Words for the variant: loss concealment, VAD, bit rate.</summary>
    public required string Variant { get; init; }

    /// <summary>Packet loss concealment: the row is for receivers with it, without it, or (null) either.</summary>
    public bool? Plc { get; init; }

    /// <summary>Voice activity detection: the row is for senders with it, without it, or (null) either.</summary>
    public bool? Vad { get; init; }

    /// <summary>Bit rate that the row is for, bit/s; null when the codec has one.</summary>
    public int? BitRate { get; init; }

    /// <summary>The scale of <see cref="Ie"/> and <see cref="Bpl"/>.</summary>
    public required CodecScale Scale { get; init; }

    /// <summary>Equipment impairment factor: 0 to 95, fullband 0 to 132.</summary>
    public required double Ie { get; init; }

    /// <summary>Packet-loss robustness factor, above 0; null when no value is published.</summary>
    public double? Bpl { get; init; }

    /// <summary>Duration of a frame, ms; null for sample-based codecs.</summary>
    public double? FrameMs { get; init; }

    /// <summary>Look-ahead of the encoder, ms.</summary>
    public double LookAheadMs { get; init; }

    /// <summary>Where the values stand.</summary>
    public required string Source { get; init; }

    /// <summary>Edition of the source.</summary>
    public required string Edition { get; init; }

    /// <summary>How well the values are known.</summary>
    public required CodecRowStatus Status { get; init; }

    /// <summary>True when streams can be scored with it: Ie and Bpl are both there.</summary>
    [JsonIgnore]
    public bool HasLossFactor => Bpl is not null;
}
