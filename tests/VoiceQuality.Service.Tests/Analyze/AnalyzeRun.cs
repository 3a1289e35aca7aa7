using System.Text;
using System.Text.Json;
using VoiceQuality.Service.Cli;

namespace VoiceQuality.Service.Tests.Analyze;

/// <summary>What one run of <c>analyze</c> left behind.</summary>
internal sealed record AnalyzeRun(int Status, string Output, string Error)
{
    public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public string[] ErrorLines => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    public static async Task<AnalyzeRun> OfAsync(Stream? input, Func<Stream>? output, params string[] args)
    {
        var error = new StringWriter { NewLine = "\n" };
        using var octets = new MemoryStream();
        var status = await VoiceQualityCommand.RunAsync(["analyze", .. args], new CliConsole
        {
            Output = TextWriter.Null,
            Error = error,
            OpenInput = () => input ?? Stream.Null,
            OpenOutput = output ?? (() => octets),
        });

        return new AnalyzeRun(status, Encoding.UTF8.GetString(octets.ToArray()), error.ToString());
    }

    public static Task<AnalyzeRun> OfAsync(params string[] args) => OfAsync(null, null, args);
}
