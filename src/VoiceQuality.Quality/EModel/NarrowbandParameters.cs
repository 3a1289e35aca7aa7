namespace VoiceQuality.Quality.EModel;

/// <summary>
/// Transmission parameters of the narrowband E-model with the defaults of G.107 (06/2015) Table 3. The range in each
/// comment is the one of Table 3, which <see cref="ParameterPolicy.Strict"/> enforces.
/// </summary>
public sealed record NarrowbandParameters
{
    /// <summary>All parameters at their default.</summary>
    public static NarrowbandParameters Default { get; } = new();

    /// <summary>Send loudness rating, dB, 0 to 18.</summary>
    public double SLR { get; init; } = 8;

    /// <summary>Receive loudness rating, dB, -5 to 14.</summary>
    public double RLR { get; init; } = 2;

    /// <summary>Sidetone masking rating, dB, 10 to 20.</summary>
    public double STMR { get; init; } = 15;

    /// <summary>
    /// Listener sidetone rating, dB, 13 to 23. Table 3 ties it to STMR + Dr; this value is what is used.
    /// </summary>
    public double LSTR { get; init; } = 18;

    /// <summary>D-value of the telephone at the send side, dB, -3 to 3.</summary>
    public double Ds { get; init; } = 3;

    /// <summary>
    /// D-value of the telephone at the receive side, dB, -3 to 3. It acts only through <see cref="LSTR"/>.
    /// </summary>
    public double Dr { get; init; } = 3;

    /// <summary>Talker echo loudness rating, dB, 5 to 65.</summary>
    public double TELR { get; init; } = 65;

    /// <summary>Weighted echo path loss, dB, 5 to 110.</summary>
    public double WEPL { get; init; } = 110;

    /// <summary>Mean one-way delay of the echo path, ms, 0 to 500.</summary>
    public double T { get; init; }

    /// <summary>Round-trip delay in a four-wire loop, ms, 0 to 1000.</summary>
    public double Tr { get; init; }

    /// <summary>Absolute delay in an echo-free connection, ms, 0 to 500.</summary>
    public double Ta { get; init; }

    /// <summary>Number of quantization distortion units, 1 to 14.</summary>
    public double Qdu { get; init; } = 1;

    /// <summary>Equipment impairment factor, dimensionless, 0 to 40.</summary>
    public double Ie { get; init; }

    /// <summary>Packet-loss robustness factor, dimensionless, 4.3 to 40.</summary>
    public double Bpl { get; init; } = 4.3;

    /// <summary>Lost plus discarded packets, percent, 0 to 20.</summary>
    public double Ppl { get; init; }

    /// <summary>
    /// Burst ratio, dimensionless, 1 to 8. Above 2 it is valid only for Ppl below 2 % (Table 3 note 6).
    /// </summary>
    public double BurstR { get; init; } = 1;

    /// <summary>Circuit noise referred to the 0 dBr point, dBm0p, -80 to -40.</summary>
    public double Nc { get; init; } = -70;

    /// <summary>Noise floor at the receive side, dBmp. Table 3 gives no range.</summary>
    public double Nfor { get; init; } = -64;

    /// <summary>Room noise at the send side, dB(A), 35 to 85.</summary>
    public double Ps { get; init; } = 35;

    /// <summary>Room noise at the receive side, dB(A), 35 to 85.</summary>
    public double Pr { get; init; } = 35;

    /// <summary>Advantage factor, dimensionless, 0 to 20. A monitor uses 0.</summary>
    public double A { get; init; }

    /// <summary>
    /// The delay sensitivity class, <see cref="EModel.DelayClass.Default"/> when the users are unknown.
    /// </summary>
    public DelayClass DelayClass { get; init; }
}
