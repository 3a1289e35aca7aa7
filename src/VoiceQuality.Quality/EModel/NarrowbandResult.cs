namespace VoiceQuality.Quality.EModel;

/// <summary>
/// Every term of one evaluation of G.107 (06/2015), so that a score can be audited. All are on the R scale but for the
/// noise levels No, Nos, Nor and Nfo, which are in dBm0p.
/// </summary>
public readonly record struct NarrowbandResult
{
    /// <summary>Sum of all noise powers at the 0 dBr point, dBm0p: (7-3).</summary>
    public double No { get; init; }

    /// <summary>Noise from the room at the send side, dBm0p: (7-4).</summary>
    public double Nos { get; init; }

    /// <summary>Noise from the room at the receive side, dBm0p: (7-5).</summary>
    public double Nor { get; init; }

    /// <summary>Noise floor at the receive side, dBm0p: (7-7).</summary>
    public double Nfo { get; init; }

    /// <summary>Basic signal-to-noise ratio: (7-2).</summary>
    public double Ro { get; init; }

    /// <summary>Impairment by too low an overall loudness rating: (7-9).</summary>
    public double Iolr { get; init; }

    /// <summary>Impairment by a non-optimum sidetone: (7-11).</summary>
    public double Ist { get; init; }

    /// <summary>Impairment by quantizing distortion: (7-13).</summary>
    public double Iq { get; init; }

    /// <summary>Simultaneous impairment factor: (7-8).</summary>
    public double Is { get; init; }

    /// <summary>
    /// Impairment by talker echo: (7-19), or (7-24). Slightly negative near T = 1 ms; it is not clamped.
    /// </summary>
    public double Idte { get; init; }

    /// <summary>Impairment by listener echo: (7-25).</summary>
    public double Idle { get; init; }

    /// <summary>Impairment by too long an absolute delay: (7-27).</summary>
    public double Idd { get; init; }

    /// <summary>Delay impairment factor: (7-18).</summary>
    public double Id { get; init; }

    /// <summary>Effective equipment impairment factor: (7-29). It may exceed 95 when BurstR is above 1.</summary>
    public double IeEff { get; init; }

    /// <summary>Advantage factor.</summary>
    public double A { get; init; }

    /// <summary>Transmission rating factor: (7-1). It may be negative.</summary>
    public double R { get; init; }
}
