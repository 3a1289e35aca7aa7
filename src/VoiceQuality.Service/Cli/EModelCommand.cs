using System.CommandLine;
using System.Globalization;
using VoiceQuality.Quality.EModel;

namespace VoiceQuality.Service.Cli;

/// <summary>The verb <c>emodel</c>: the E-model with every parameter and every term.</summary>
internal static class EModelCommand
{
    public static Command Create(CliConsole console)
    {
        var csv = new Option<string?>("--csv")
        {
            Description = "Score the rows of a CSV file ('-' for standard input) instead of single values.",
            HelpName = "FILE|-",
        };
        var model = new Option<string>("--model")
        {
            Description = "g107 (narrowband), g107.1 (wideband) or g107.2 (fullband).",
            DefaultValueFactory = _ => Narrowband.ModelName,
        };
        model.AcceptOnlyFromAmong(Narrowband.ModelName, Wideband.ModelName, Fullband.ModelName);
        var policy = new Option<string>("--policy")
        {
            Description = "strict (the ranges of G.107 Table 3) or extended (all that the equations can take).",
            DefaultValueFactory = _ => "strict",
        };
        policy.AcceptOnlyFromAmong("strict", "extended");
        var delayClass = new Option<string>("--delay-class")
        {
            Description = "Delay sensitivity: default, low or very_low.",
            DefaultValueFactory = _ => "default",
        };
        delayClass.AcceptOnlyFromAmong("default", "low", "very_low");
        var parameters = EModelInput.Columns.ToDictionary(
            column => column.Symbol,
            column => new Option<string?>($"--{column.Symbol}")
            {
                Description = column.Description,
                HelpName = column.Default.ToString(CultureInfo.InvariantCulture),
            });

        var verb = new Verb(
            "emodel",
            "Calculates R and MOS by ITU-T G.107, G.107.1 or G.107.2 and prints every term.",
            "voicequality emodel --Ie 11 --Bpl 19 --Ppl 3",
            "voicequality emodel --model g107.1 --Ie 13 --Bpl 4.3 --Ppl 1 --Ta 150",
            "voicequality emodel --csv parameters.csv > scores.csv") { csv, model, policy, delayClass };
        foreach (var option in parameters.Values)
        {
            verb.Add(option);
        }

        verb.SetAction(result =>
        {
            var given = parameters
                .Where(parameter => result.GetResult(parameter.Value) is not null)
                .ToDictionary(parameter => parameter.Key, parameter => result.GetValue(parameter.Value));
            var defaults = new EModelDefaults(
                result.GetValue(model)!, result.GetValue(policy)!, result.GetValue(delayClass)!);

            return result.GetValue(csv) is { } file
                ? RunCsv(console, file, defaults, given)
                : RunSingle(console, defaults, given);
        });

        return verb;
    }

    private static int RunSingle(CliConsole console, EModelDefaults defaults, Dictionary<string, string?> given)
    {
        if (defaults.Model != Narrowband.ModelName
            && given.Keys.FirstOrDefault(symbol => !EModelInput.IsWideband(symbol)) is { } foreign)
        {
            throw new CliException($"--{foreign} is no parameter of {defaults.Model}; leave it out or use --model g107.");
        }

        var input = new EModelInput(symbol => given.TryGetValue(symbol, out var text)
            ? EModelInput.Parse(text)
            : EModelInput.DefaultOf(symbol));
        var output = EModelOutput.Calculate(input, defaults.Model, defaults.Policy, defaults.DelayClass);

        if (output.ErrorField is { } symbol)
        {
            var advice = defaults is { Model: Narrowband.ModelName, Policy: "strict" }
                ? "give one of G.107 Table 3 or use --policy extended"
                : "give a number inside it";
            throw new CliException($"--{symbol} is not a number inside its range; {advice}.");
        }

        foreach (var (name, value) in output.Terms)
        {
            console.Output.WriteLine($"{name,-12} {EModelOutput.Format(value)}");
        }

        return ExitStatus.Done;
    }

    private static int RunCsv(
        CliConsole console, string file, EModelDefaults defaults, Dictionary<string, string?> given)
    {
        if (given.Count > 0)
        {
            throw new CliException($"--{given.Keys.First()} cannot be combined with --csv; put it into a column.");
        }

        using var input = OpenInput(console, file);
        var (rows, errors) = EModelCsv.Run(input, console.Output, defaults);

        if (errors == 0)
        {
            return ExitStatus.Done;
        }

        console.Error.WriteLine($"voicequality: {errors} of {rows} rows are errors; error_field names the column.");

        return ExitStatus.PartlyUnusable;
    }

    private static Stream OpenInput(CliConsole console, string file)
    {
        if (file == "-")
        {
            return console.OpenInput();
        }

        try
        {
            return new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1 << 16);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CliException($"cannot read the file given to --csv: {exception.Message}");
        }
    }
}
