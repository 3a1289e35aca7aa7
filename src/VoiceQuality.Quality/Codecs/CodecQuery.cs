namespace VoiceQuality.Quality.Codecs;

/// <summary>What is known of a stream's codec from its description and its packets.</summary>
/// <param name="EncodingName">Encoding name of SDP, or of the static payload type.</param>
/// <param name="ClockRateHz">RTP clock rate, Hz.</param>
public readonly record struct CodecQuery(string EncodingName, int ClockRateHz)
{
    /// <summary>
    /// Voice activity detection: annexb of G729 and annexa of G723 in a=fmtp. Null when not said, which means yes for
    /// both (RFC 4856 clauses 2.1.8 and 2.1.9).
    /// </summary>
    public bool? Vad { get; init; }

    /// <summary>Bit rate of the stream, bit/s; null when unknown, see <see cref="BitRateOf"/>.</summary>
    public int? BitRate { get; init; }

    /// <summary>
    /// Bit rate of a packet with one frame, from its payload length: G723 (RFC 3551 clause 4.5.3) and AMR-WB (RFC 4867,
    /// bandwidth-efficient or octet-aligned). Null for other codecs and lengths.
    /// </summary>
    /// <param name="encodingName">Encoding name, compared without case.</param>
    /// <param name="payloadLength">Payload length, octets.</param>
    public static int? BitRateOf(string encodingName, int payloadLength)
    {
        if (string.Equals(encodingName, "G723", StringComparison.OrdinalIgnoreCase))
        {
            // Frames of 24 octets at 6.3 kbit/s and of 20 at 5.3; 120 octets could be either.
            return payloadLength switch
            {
                > 0 when payloadLength % 120 == 0 => null,
                > 0 when payloadLength % 24 == 0 => 6_300,
                > 0 when payloadLength % 20 == 0 => 5_300,
                _ => null,
            };
        }

        if (string.Equals(encodingName, "AMR-WB", StringComparison.OrdinalIgnoreCase))
        {
            return payloadLength switch
            {
                18 or 19 => 6_600,
                24 or 25 => 8_850,
                33 or 34 => 12_650,
                37 or 38 => 14_250,
                41 or 42 => 15_850,
                47 or 48 => 18_250,
                51 or 52 => 19_850,
                59 or 60 => 23_050,
                61 or 62 => 23_850,
                _ => null,
            };
        }

        return null;
    }
}

/// <summary>Which rows of the table may be used. A default value has the product's defaults.</summary>
public readonly record struct CodecPolicy
{
    /// <summary>The receivers conceal no loss: G.711 then has Bpl 4.3 in place of 25.1. Default false.</summary>
    public bool WithoutPlc { get; init; }

    /// <summary>Rows of status estimated may be used; the score is marked. Default false.</summary>
    public bool AllowEstimated { get; init; }
}
