namespace VoiceQuality.Quality.EModel;

/// <summary>
/// Parameters of the wideband E-model (G.107.1) and, where it has them, of the fullband one (G.107.2).
/// </summary>
public sealed record WidebandParameters
{
    /// <summary>Talker echo loudness rating, dB. The default is the one of G.107 Table 3.</summary>
    public double TELR { get; init; } = 65;

    /// <summary>Weighted echo path loss, dB. The default is the one of G.107 Table 3.</summary>
    public double WEPL { get; init; } = 110;

    /// <summary>Mean one-way delay of the echo path, ms, 0 or more.</summary>
    public double T { get; init; }

    /// <summary>Round-trip delay in a four-wire loop, ms, 0 or more.</summary>
    public double Tr { get; init; }

    /// <summary>Absolute delay in an echo-free connection, ms, 0 or more.</summary>
    public double Ta { get; init; }

    /// <summary>Ie,wb (0 to 95) or Ie,fb (0 to 132), dimensionless: G.113 appendix IV or V.</summary>
    public double Ie { get; init; }

    /// <summary>Bpl,wb or Bpl,fb, dimensionless, above 0.</summary>
    public double Bpl { get; init; } = 4.3;

    /// <summary>Lost plus discarded packets, percent, 0 to 100.</summary>
    public double Ppl { get; init; }

    /// <summary>
    /// Burst ratio, 1 or more. G.107.1 has no burst ratio: 1 is the Recommendation, more is this product's extension
    /// in the shape of (7-29) and marks the result as estimated.
    /// </summary>
    public double BurstR { get; init; } = 1;
}

/// <summary>Every term of one evaluation of the wideband or fullband E-model.</summary>
public readonly record struct WidebandResult
{
    /// <summary>Basic signal-to-noise ratio: 129 (wideband) or 148 (fullband).</summary>
    public double Ro { get; init; }

    /// <summary>Impairment by talker echo; 0 in the fullband form.</summary>
    public double Idte { get; init; }

    /// <summary>Impairment by listener echo; 0 in the fullband form.</summary>
    public double Idle { get; init; }

    /// <summary>Impairment by absolute delay.</summary>
    public double Idd { get; init; }

    /// <summary>Delay impairment factor.</summary>
    public double Id { get; init; }

    /// <summary>Effective equipment impairment factor.</summary>
    public double IeEff { get; init; }

    /// <summary>Transmission rating on the model's own scale, at most 129 or 148.</summary>
    public double R { get; init; }

    /// <summary>R divided by 1.29 or 1.48: the scale of G.107 Annex B.</summary>
    public double Rx { get; init; }

    /// <summary>
    /// True when a term rests on a reading of the Recommendation that is not established: talker echo with T above 0
    /// on the wideband scale (Roe), any burst ratio above 1, and echo parameters on the fullband scale.
    /// </summary>
    public bool IsEstimated { get; init; }
}
