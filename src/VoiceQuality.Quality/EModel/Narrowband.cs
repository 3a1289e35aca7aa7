namespace VoiceQuality.Quality.EModel;

/// <summary>The narrowband E-model, ITU-T G.107 (06/2015), equations (7-1) to (7-29).</summary>
public static class Narrowband
{
    /// <summary>Name of the model in results.</summary>
    public const string ModelName = "g107";

    /// <summary>Edition of the model in results.</summary>
    public const string ModelVersion = "06/2015";

    /// <summary>R of a connection with every parameter at its default; clause 7.7 quotes 93.2.</summary>
    public static double DefaultR { get; } = Calculate(NarrowbandParameters.Default).R;

    /// <summary>Evaluates the model unless a parameter is outside the domain of <paramref name="policy"/>.</summary>
    /// <param name="parameters">The parameters; Table 3 gives units and ranges.</param>
    /// <param name="policy">Which values are accepted.</param>
    /// <param name="result">Every term of the model; default when false is returned.</param>
    /// <param name="errorField">Symbol of the first offending parameter in Table 3's order, or null.</param>
    public static bool TryCalculate(
        NarrowbandParameters parameters,
        ParameterPolicy policy,
        out NarrowbandResult result,
        out string? errorField)
    {
        ArgumentNullException.ThrowIfNull(parameters);

        result = default;
        var check = Check(parameters, policy);
        errorField = check.ErrorField;

        if (errorField is not null)
        {
            return false;
        }

        var calculated = Evaluate(parameters);

        // Finite input can still overflow a power of ten under the extended policy.
        if (!double.IsFinite(calculated.R) || !double.IsFinite(calculated.No))
        {
            errorField = check.OutsideTable ?? nameof(parameters.Nfor);
            return false;
        }

        result = calculated;
        return true;
    }

    /// <summary>Evaluates the model for parameters inside Table 3.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is outside its range.</exception>
    public static NarrowbandResult Calculate(
        NarrowbandParameters parameters, ParameterPolicy policy = ParameterPolicy.Strict) =>
        TryCalculate(parameters, policy, out var result, out var errorField)
            ? result
            : throw new ArgumentOutOfRangeException(
                nameof(parameters), $"{errorField} is outside the {policy} domain of G.107 Table 3.");

    private static ParameterCheck Check(NarrowbandParameters p, ParameterPolicy policy)
    {
        var check = new ParameterCheck(policy);
        check.Range("SLR", p.SLR, 0, 18);
        check.Range("RLR", p.RLR, -5, 14);
        check.Range("STMR", p.STMR, 10, 20);
        check.Range("LSTR", p.LSTR, 13, 23);
        check.Range("Ds", p.Ds, -3, 3);
        check.Range("Dr", p.Dr, -3, 3);
        check.Range("TELR", p.TELR, 5, 65);
        check.Range("WEPL", p.WEPL, 5, 110);
        check.Range("T", p.T, 0, 500, 0, double.MaxValue);
        check.Range("Tr", p.Tr, 0, 1000, 0, double.MaxValue);
        check.Range("Ta", p.Ta, 0, 500, 0, double.MaxValue);
        check.Range("qdu", p.Qdu, 1, 14, double.Epsilon, double.MaxValue);
        check.Range("Ie", p.Ie, 0, 40, 0, 95);
        check.Range("Bpl", p.Bpl, 4.3, 40, double.Epsilon, double.MaxValue);
        check.Range("Ppl", p.Ppl, 0, 20, 0, 100);
        check.Range("BurstR", p.BurstR, 1, 8, 1, double.MaxValue);
        check.Range("Nc", p.Nc, -80, -40);
        check.Range("Nfor", p.Nfor, double.MinValue, double.MaxValue);
        check.Range("Ps", p.Ps, 35, 85);
        check.Range("Pr", p.Pr, 35, 85);
        check.Range("A", p.A, 0, 20);
        return check;
    }

    private static NarrowbandResult Evaluate(NarrowbandParameters p)
    {
        var olr = p.SLR + p.RLR;
        var nos = p.Ps - p.SLR - p.Ds - 100 + 0.004 * Square(p.Ps - olr - p.Ds - 14);
        var pre = p.Pr + 10 * Math.Log10(1 + Power10((10 - p.LSTR) / 10));
        var nor = p.RLR - 121 + pre + 0.008 * Square(pre - 35);
        var nfo = p.Nfor + p.RLR;
        var no = 10 * Math.Log10(Power10(p.Nc / 10) + Power10(nos / 10) + Power10(nor / 10) + Power10(nfo / 10));
        var ro = 15 - 1.5 * (p.SLR + no);

        var iolr = Iolr(olr + 0.2 * (64 + no - p.RLR));
        var ist = Ist(p);
        var iq = Iq(ro, p.Qdu);
        var @is = iolr + ist + iq;

        var idte = Idte(p, no, ist);
        var idle = DelayImpairment.Idle(ro, p.WEPL, p.Tr);
        var idd = DelayImpairment.Idd(p.Ta, p.DelayClass);
        var id = idte + idle + idd;
        var ieEff = EquipmentImpairment.Evaluate(95, p.Ie, p.Bpl, p.Ppl, p.BurstR);

        return new NarrowbandResult
        {
            No = no,
            Nos = nos,
            Nor = nor,
            Nfo = nfo,
            Ro = ro,
            Iolr = iolr,
            Ist = ist,
            Iq = iq,
            Is = @is,
            Idte = idte,
            Idle = idle,
            Idd = idd,
            Id = id,
            IeEff = ieEff,
            A = p.A,
            R = ro - @is - id - ieEff + p.A,
        };
    }

    /// <summary>Iolr: (7-9) with Xolr of (7-10).</summary>
    private static double Iolr(double xolr) => 20 * (Math.Pow(1 + Math.Pow(xolr / 8, 8), 1.0 / 8) - xolr / 8);

    /// <summary>Ist: (7-11) with STMRo of (7-12).</summary>
    private static double Ist(NarrowbandParameters p)
    {
        var stmro = -10 * Math.Log10(Power10(-p.STMR / 10) + Math.Exp(-p.T / 4) * Power10(-p.TELR / 10));
        return 12 * Math.Pow(1 + Math.Pow((stmro - 13) / 6, 8), 1.0 / 8)
            - 28 * Math.Pow(1 + Math.Pow((stmro + 1) / 19.4, 35), 1.0 / 35)
            - 13 * Math.Pow(1 + Math.Pow((stmro - 3) / 33, 13), 1.0 / 13)
            + 29;
    }

    /// <summary>Iq: (7-13) to (7-17).</summary>
    private static double Iq(double ro, double qdu)
    {
        var q = 37 - 15 * Math.Log10(qdu);
        var g = 1.07 + 0.258 * q + 0.0602 * q * q;
        var y = (ro - 100) / 15 + 46 / 8.4 - g / 9;
        var z = 46.0 / 30 - g / 40;
        return 15 * Math.Log10(1 + Power10(y) + Power10(z));
    }

    /// <summary>
    /// Idte: (7-19) to (7-24). Below 1 ms the echo is sidetone and Idte is 0. Which of that rule and (7-24) goes
    /// first is not established; here the rule does.
    /// </summary>
    private static double Idte(NarrowbandParameters p, double no, double ist)
    {
        if (p.T < 1)
        {
            return 0;
        }

        var terv = DelayImpairment.Terv(p.TELR, p.T);
        terv = p.STMR < 9 ? terv + ist / 2 : terv;

        var roe = -1.5 * (no - p.RLR);
        var re = 80 + 2.5 * (terv - 14);
        var idte = DelayImpairment.Idte(roe, re, p.T);
        return p.STMR > 20 ? Math.Sqrt(idte * idte + ist * ist) : idte;
    }

    private static double Square(double x) => x * x;

    private static double Power10(double x) => Math.Pow(10, x);
}
