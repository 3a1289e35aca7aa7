namespace VoiceQuality.Quality.EModel;

/// <summary>
/// The fullband E-model, ITU-T G.107.2, in the part that is established: R = 148 - Id - Ie,eff,FB with
/// Id = 1.48 Idd. The noise and echo terms of the 03/2023 edition are not established and not evaluated.
/// </summary>
public static class Fullband
{
    /// <summary>Name of the model in results.</summary>
    public const string ModelName = "g107.2";

    /// <summary>Edition of the model in results: delay and equipment terms only.</summary>
    public const string ModelVersion = "03/2023-simple";

    /// <summary>Ro,FB, the rating of an undistorted fullband connection.</summary>
    public const double Ro = 148;

    /// <summary>R,FB divided by this is on the scale of G.107 Annex B.</summary>
    public const double Scale = 1.48;

    /// <summary>Evaluates the model unless a parameter is outside its domain. Echo parameters have no effect.</summary>
    /// <param name="parameters">The parameters; Ie is on the fullband scale, 0 to 132.</param>
    /// <param name="result">Every term; default when false is returned.</param>
    /// <param name="errorField">Symbol of the first offending parameter, or null.</param>
    public static bool TryCalculate(WidebandParameters parameters, out WidebandResult result, out string? errorField)
    {
        result = default;
        errorField = Wideband.CheckDomain(parameters, ieLimit: 132);

        if (errorField is not null)
        {
            return false;
        }

        var p = parameters;
        var idd = Scale * DelayImpairment.Idd(p.Ta, DelayClass.Default);
        var ieEff = EquipmentImpairment.Evaluate(132, p.Ie, p.Bpl, p.Ppl, p.BurstR);
        var r = Ro - idd - ieEff;

        if (!double.IsFinite(r))
        {
            errorField = "BurstR";
            return false;
        }

        result = new WidebandResult
        {
            Ro = Ro,
            Idd = idd,
            Id = idd,
            IeEff = ieEff,
            R = r,
            Rx = r / Scale,
            IsEstimated = p.BurstR > 1 || p.T > 0 || p.Tr > 0,
        };
        return true;
    }
}
