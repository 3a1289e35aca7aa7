namespace VoiceQuality.Quality.EModel;

/// <summary>
/// The wideband E-model, ITU-T G.107.1 in the form of 06/2015 to 06/2019:
/// R = 129 - Id,WB - Ie,eff,WB. Is,WB and A are 0.
/// </summary>
public static class Wideband
{
    /// <summary>Name of the model in results.</summary>
    public const string ModelName = "g107.1";

    /// <summary>Edition of the model in results.</summary>
    public const string ModelVersion = "06/2019";

    /// <summary>Ro,WB, the rating of an undistorted wideband connection.</summary>
    public const double Ro = 129;

    /// <summary>R,WB divided by this is on the scale of G.107 Annex B.</summary>
    public const double Scale = 1.29;

    /// <summary>
    /// Roe = -1.5 (No,WB - RLR). The Recommendation leaves No,WB undefined; this takes the sum (7-3) of G.107 at its
    /// defaults with Nfor = -96 dBmp, which gives No = -68.8055 dBm0p and Roe = 106.208. Not established.
    /// </summary>
    private static readonly double Roe = WidebandRoe();

    /// <summary>Evaluates the model unless a parameter is outside its domain.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="result">Every term; default when false is returned.</param>
    /// <param name="errorField">Symbol of the first offending parameter, or null.</param>
    public static bool TryCalculate(WidebandParameters parameters, out WidebandResult result, out string? errorField)
    {
        result = default;
        errorField = CheckDomain(parameters, ieLimit: 95);

        if (errorField is not null)
        {
            return false;
        }

        var p = parameters;
        var idte = Idte(p.TELR, p.T);
        var idle = DelayImpairment.Idle(Ro, p.WEPL, p.Tr);
        var idd = Scale * DelayImpairment.Idd(p.Ta, DelayClass.Default);
        var id = idte + idle + idd;
        var ieEff = EquipmentImpairment.Evaluate(95, p.Ie, p.Bpl, p.Ppl, p.BurstR);
        var r = Ro - id - ieEff;

        if (!double.IsFinite(r))
        {
            errorField = "TELR";
            return false;
        }

        result = new WidebandResult
        {
            Ro = Ro,
            Idte = idte,
            Idle = idle,
            Idd = idd,
            Id = id,
            IeEff = ieEff,
            R = r,
            Rx = r / Scale,
            IsEstimated = p.T > 0 || p.BurstR > 1,
        };
        return true;
    }

    internal static string? CheckDomain(WidebandParameters parameters, double ieLimit)
    {
        ArgumentNullException.ThrowIfNull(parameters);

        var check = new ParameterCheck(ParameterPolicy.Extended);
        check.Range("TELR", parameters.TELR, 5, 65);
        check.Range("WEPL", parameters.WEPL, 5, 110);
        check.Range("T", parameters.T, 0, 500, 0, double.MaxValue);
        check.Range("Tr", parameters.Tr, 0, 1000, 0, double.MaxValue);
        check.Range("Ta", parameters.Ta, 0, 500, 0, double.MaxValue);
        check.Range("Ie", parameters.Ie, 0, ieLimit, 0, ieLimit);
        check.Range("Bpl", parameters.Bpl, 4.3, 40, double.Epsilon, double.MaxValue);
        check.Range("Ppl", parameters.Ppl, 0, 20, 0, 100);
        check.Range("BurstR", parameters.BurstR, 1, 8, 1, double.MaxValue);
        return check.ErrorField;
    }

    /// <summary>Idte,WB with TERV,WB = TERV + K and Re,WB = 80 + 3 (TERV,WB - 14).</summary>
    private static double Idte(double telr, double t)
    {
        var k = t < 100 ? 0.08 * t + 10 : 18;
        var terv = DelayImpairment.Terv(telr, t) + k;
        return DelayImpairment.Idte(Roe, 80 + 3 * (terv - 14), t);
    }

    private static double WidebandRoe()
    {
        var p = NarrowbandParameters.Default with { Nfor = -96 };
        return -1.5 * (Narrowband.Calculate(p).No - p.RLR);
    }
}
