namespace VoiceQuality.Quality.EModel;

/// <summary>Which parameter values the E-model accepts.</summary>
public enum ParameterPolicy
{
    /// <summary>The ranges of G.107 (06/2015) Table 3; a value outside them is an error.</summary>
    Strict,

    /// <summary>
    /// Any value for which the equations have a meaning: Ppl 0 to 100, BurstR at least 1, Bpl above 0, Ie 0 to 95,
    /// delays not negative, qdu above 0, everything finite. A measured stream may lose more than Table 3 foresees.
    /// </summary>
    Extended,
}

/// <summary>Delay sensitivity class of G.107 (06/2015), the constants sT and mT of equation (7-27).</summary>
public enum DelayClass
{
    /// <summary>sT = 1, mT = 100 ms. To be used when the group of users is unknown.</summary>
    Default,

    /// <summary>Low sensitivity: sT = 0.55, mT = 120 ms.</summary>
    Low,

    /// <summary>Very low sensitivity: sT = 0.4, mT = 150 ms.</summary>
    VeryLow,
}
