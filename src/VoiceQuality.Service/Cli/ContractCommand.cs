using System.Buffers;
using System.CommandLine;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using VoiceQuality.Sla.Examples;
using VoiceQuality.Sla.Policies;

namespace VoiceQuality.Service.Cli;

/// <summary>The verb <c>contract run</c>: worked examples through the rules that decide credits.</summary>
internal static class ContractCommand
{
    /// <summary>Octets of a file of examples that are read at most.</summary>
    private const int Limit = 64 * 1024 * 1024;

    private const string Json = "json";

    public static Command Create(CliConsole console)
    {
        var file = new Argument<string>("FILE")
        {
            Description = "Worked examples as JSON ('-' for standard input).",
        };
        var format = new Option<string>("--format")
        {
            Description = "text (one line for each example that differs, then the counts) or json (every answer).",
            DefaultValueFactory = _ => "text",
        };
        format.AcceptOnlyFromAmong("text", Json);
        var run = new Verb(
            "run",
            "Runs worked contract examples through the rules that decide credits. Status 1 when an answer differs.",
            "voicequality contract run contract_examples.json",
            "voicequality contract run --format json - < contract_examples.json") { file, format };

        run.SetAction(async (result, cancellationToken) => Run(
            console,
            result.GetValue(file)!,
            await ReadAsync(console, result.GetValue(file)!, cancellationToken),
            result.GetValue(format) == Json));
        return new Command("contract", "The rules of the contract.") { run };
    }

    private static int Run(CliConsole console, string file, ReadOnlyMemory<byte> json, bool asJson)
    {
        var run = new ContractExampleRunner(ContractPolicy.Default).Run(json);
        if (run.Fault is { } fault)
        {
            throw new CliException($"{NameOf(file)} holds no worked examples. {fault}");
        }

        if (asJson)
        {
            WriteJson(console, run);
        }
        else
        {
            WriteText(console, run);
        }

        return run.FailedCount == 0 ? ExitStatus.Done : ExitStatus.PartlyUnusable;
    }

    private static void WriteText(CliConsole console, ExampleRun run)
    {
        foreach (var result in run.Results.Where(result => !result.Matches))
        {
            var came = result.Status switch
            {
                ExampleStatus.Unsupported => $"unsupported operation {Quote(result.Op)}",
                ExampleStatus.BadInput => $"no answer: {result.Message}",
                _ => result.Actual,
            };
            console.Output.WriteLine($"{OneLine(result.Id)}: expected {result.Expected}, got {came}");
        }

        console.Output.WriteLine($"{run.PassedCount} passed, {run.FailedCount} failed");
    }

    private static void WriteJson(CliConsole console, ExampleRun run)
    {
        var octets = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(octets, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartArray();
            foreach (var result in run.Results)
            {
                json.WriteStartObject();
                json.WriteString("id", result.Id);
                json.WritePropertyName("actual");
                if (result.Actual is { } actual)
                {
                    JsonNode.Parse(actual)!.WriteTo(json);
                }
                else
                {
                    json.WriteNullValue();
                }

                json.WriteBoolean("matches", result.Matches);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        console.Output.WriteLine(Encoding.UTF8.GetString(octets.WrittenSpan));
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(
        CliConsole console, string file, CancellationToken cancellationToken)
    {
        try
        {
            await using var input = file == "-" ? console.OpenInput() : File.OpenRead(file);
            using var octets = new MemoryStream();
            var buffer = new byte[81_920];

            for (int length; (length = await input.ReadAsync(buffer, cancellationToken)) > 0;)
            {
                if (octets.Length + length > Limit)
                {
                    throw new CliException($"{NameOf(file)} is larger than {Limit} octets; split it.");
                }

                octets.Write(buffer, 0, length);
            }

            var all = octets.GetBuffer().AsMemory(0, (int)octets.Length);
            return all.Span.StartsWith(Encoding.UTF8.Preamble) ? all[Encoding.UTF8.Preamble.Length..] : all;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CliException($"cannot read {NameOf(file)}: {OneLine(exception.Message)}");
        }
    }

    private static string NameOf(string file) => file == "-" ? "standard input" : OneLine(file);

    // A line break in a document must not make two lines out of one.
    private static string OneLine(string text) => text.ReplaceLineEndings(" ");

    private static string Quote(string text) => JsonValue.Create(text).ToJsonString();
}
