using System.CommandLine;
using VoiceQuality.Monitor;
using VoiceQuality.Quality.Rtp;
using VoiceQuality.Service.Analyze;

namespace VoiceQuality.Service.Cli;

/// <summary>The verb <c>analyze</c>: scores capture files offline.</summary>
internal static class AnalyzeCommand
{
    private const int OutputBuffer = 1 << 16;
    private const int MaxLanes = 64;

    public static Command Create(CliConsole console)
    {
        var files = new Argument<string[]>("FILE")
        {
            Description = "pcap or pcapng files, plain or gzip; '-' reads standard input",
            Arity = ArgumentArity.OneOrMore,
        };
        files.Validators.Add(static result =>
        {
            // The parser takes what is no option of this verb for one more file.
            if (result.Tokens.FirstOrDefault(
                token => token.Value is ['-', _, ..] && !File.Exists(token.Value)) is { } token)
            {
                result.AddError($"Unrecognized option '{token.Value}'.");
            }
        });
        var format = new Option<string>("--format")
        {
            Description = "table, json, ndjson (a line as soon as it is final, in bounded memory) or csv (streams)",
            DefaultValueFactory = static _ => "table",
        };
        format.AcceptOnlyFromAmong("table", "json", "ndjson", "csv");
        var lanes = new Option<int>("--lanes")
        {
            Description = "Threads that measure media, 1 to 64. The figures do not depend on it.",
            DefaultValueFactory = static _ => 1,
        };
        lanes.Validators.Add(static result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > MaxLanes)
            {
                result.AddError("--lanes takes 1 to 64.");
            }
        });
        var jitterBuffer = new Option<string>("--jitter-buffer")
        {
            Description = "Jitter buffer to emulate: fixed:MS, or adaptive:MS with its largest depth; 10 to 1000 ms",
            DefaultValueFactory = static _ => JitterBufferModel.Default.ToString(),
        };
        jitterBuffer.Validators.Add(static result =>
        {
            if (!JitterBufferModel.TryParse(result.GetValueOrDefault<string>(), out var model)
                || model.DepthMs is < 10 or > 1_000)
            {
                result.AddError("--jitter-buffer takes fixed:MS or adaptive:MS, 10 to 1000 ms.");
            }
        });
        var verb = new Verb(
            "analyze",
            "Scores the calls in capture files. Several files are one capture, in the order of their first packets.",
            "voicequality analyze edge.pcap",
            "voicequality analyze --format json edge-*.pcapng.gz > edge.json",
            "tcpdump -w - -i eth0 udp | voicequality analyze --format ndjson -") { files, format, lanes, jitterBuffer };
        verb.SetAction((result, cancellationToken) => Task.FromResult(Run(
            console,
            result.GetRequiredValue(files),
            Enum.Parse<AnalysisFormat>(result.GetRequiredValue(format), ignoreCase: true),
            Options(result.GetValue(lanes), result.GetRequiredValue(jitterBuffer)),
            cancellationToken)));
        return verb;
    }

    private static MonitorOptions Options(int lanes, string jitterBuffer)
    {
        var model = JitterBufferModel.TryParse(jitterBuffer, out var named) ? named : JitterBufferModel.Default;
        return new MonitorOptions
        {
            Lanes = lanes,
            JitterBuffer = model.Kind,
            JitterBufferMs = model.DepthMs,

            // No format of the results has the ladder.
            LadderLimit = 0,
        };
    }

    private static int Run(
        CliConsole console,
        string[] files,
        AnalysisFormat format,
        MonitorOptions options,
        CancellationToken cancellationToken)
    {
        using var output = new BufferedStream(new ResultStream(console.OpenOutput()), OutputBuffer);
        using var writer = AnalysisWriter.Create(format, output);
        return new CaptureAnalysis(options, console).Run(files, writer, cancellationToken);
    }
}
