using System.Globalization;
using VoiceQuality.Quality.EModel;

namespace VoiceQuality.Service.Cli;

/// <summary>
/// What one evaluation gave, whatever the model: the common terms, all terms, or the field that is wrong.
/// </summary>
internal sealed record EModelOutput
{
    private const string ModelField = "model";
    private const string PolicyField = "policy";
    private const string DelayClassField = "delay_class";

    /// <summary>The parameter or column that kept the model from being evaluated, or null.</summary>
    public string? ErrorField { get; private init; }

    /// <summary>Ro, Is, Id, Ie_eff, R, MOS and MOS_clamped; all 0 with an error.</summary>
    public (double Ro, double Is, double Id, double IeEff, double R, double Mos, double MosClamped) Common
    {
        get;
        private init;
    }

    /// <summary>Every term by its symbol, in the order of the equations.</summary>
    public IReadOnlyList<(string Name, double Value)> Terms { get; private init; } = [];

    /// <summary>Six decimals with a point, and no minus in front of a zero.</summary>
    public static string Format(double value) =>
        (Math.Abs(value) < 0.5e-6 ? 0 : value).ToString("F6", CultureInfo.InvariantCulture);

    public static EModelOutput Calculate(EModelInput input, string model, string policy, string delayClass)
    {
        if (ReadPolicy(policy) is not { } readPolicy)
        {
            return Error(PolicyField);
        }

        if (ReadDelayClass(delayClass) is not { } readDelayClass)
        {
            return Error(DelayClassField);
        }

        return model switch
        {
            "g107" or "nb" => CalculateNarrowband(input, readPolicy, readDelayClass),
            "g107.1" or "wb" => CalculateWideband(input),
            "g107.2" or "fb" => CalculateFullband(input),
            _ => Error(ModelField),
        };
    }

    private static ParameterPolicy? ReadPolicy(string text) => text switch
    {
        "strict" => ParameterPolicy.Strict,
        "extended" => ParameterPolicy.Extended,
        _ => null,
    };

    private static DelayClass? ReadDelayClass(string text) => text switch
    {
        "default" => DelayClass.Default,
        "low" => DelayClass.Low,
        "very_low" => DelayClass.VeryLow,
        _ => null,
    };

    private static EModelOutput CalculateNarrowband(EModelInput input, ParameterPolicy policy, DelayClass delayClass)
    {
        var parameters = input.ToNarrowband(delayClass);
        if (!Narrowband.TryCalculate(parameters, policy, out var result, out var errorField))
        {
            return Error(errorField!);
        }

        var mos = Mos.FromR(result.R);
        var clamped = Mos.FromRClamped(result.R);

        return new EModelOutput
        {
            Common = (result.Ro, result.Is, result.Id, result.IeEff, result.R, mos, clamped),
            Terms =
            [
                ("No", result.No), ("Nos", result.Nos), ("Nor", result.Nor), ("Nfo", result.Nfo), ("Ro", result.Ro),
                ("Iolr", result.Iolr), ("Ist", result.Ist), ("Iq", result.Iq), ("Is", result.Is),
                ("Idte", result.Idte), ("Idle", result.Idle), ("Idd", result.Idd), ("Id", result.Id),
                ("Ie_eff", result.IeEff), ("A", result.A), ("R", result.R), ("MOS", mos), ("MOS_clamped", clamped),
            ],
        };
    }

    private static EModelOutput CalculateWideband(EModelInput input) =>
        Wideband.TryCalculate(input.ToWideband(), out var result, out var errorField)
            ? Of(result)
            : Error(errorField!);

    private static EModelOutput CalculateFullband(EModelInput input) =>
        Fullband.TryCalculate(input.ToWideband(), out var result, out var errorField)
            ? Of(result)
            : Error(errorField!);

    private static EModelOutput Of(in WidebandResult result)
    {
        var mos = Mos.FromR(result.Rx);
        var clamped = Mos.FromRClamped(result.Rx);

        // Is,WB and Is,FB are 0 by definition.
        return new EModelOutput
        {
            Common = (result.Ro, 0, result.Id, result.IeEff, result.R, mos, clamped),
            Terms =
            [
                ("Ro", result.Ro), ("Is", 0), ("Idte", result.Idte), ("Idle", result.Idle), ("Idd", result.Idd),
                ("Id", result.Id), ("Ie_eff", result.IeEff), ("R", result.R), ("Rx", result.Rx), ("MOS", mos),
                ("MOS_clamped", clamped),
            ],
        };
    }

    private static EModelOutput Error(string field) => new() { ErrorField = field };
}
