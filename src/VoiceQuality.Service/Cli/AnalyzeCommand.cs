using System.CommandLine;
using System.Runtime;
using VoiceQuality.Monitor;
using VoiceQuality.Quality.Rtp;
using VoiceQuality.Quality.Scoring;
using VoiceQuality.Service.Analyze;
using VoiceQuality.Service.Hosting;
using VoiceQuality.Service.Rescoring;

namespace VoiceQuality.Service.Cli;

/// <summary>The verb <c>analyze</c>: scores capture files offline.</summary>
internal static class AnalyzeCommand
{
    private const int OutputBuffer = 1 << 16;
    private const int MaxLanes = 64;
    private const int MaxJitterBuffers = 9;

    public static Command Create(CliConsole console)
    {
        var files = new Argument<string[]>("FILE")
        {
            Description = "pcap or pcapng files, plain or gzip; '-' reads standard input",
            Arity = ArgumentArity.ZeroOrMore,
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
            Description = "Threads that measure media, 1 to 64: beside the one that reads, where there is a second processor or "
                + "more than one of them. The figures do not depend on it.",
            DefaultValueFactory = static _ => 1,
        };
        lanes.Validators.Add(static result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > MaxLanes)
            {
                result.AddError("--lanes takes 1 to 64.");
            }
        });
        var jitterBuffers = JitterBuffers();
        var lostNumbers = new Option<bool>("--lost-numbers")
        {
            Description = "With json and ndjson: also which RTP sequence numbers each stream lost, in runs.",
        };
        var policy = new Option<string?>("--policy")
        {
            HelpName = "FILE",
            Description = "Score by this scoring policy, as 'rescore --policy default-1 --show' writes one. Its jitter buffer "
                + "scores; those of --jitter-buffer stand beside it.",
        };
        var keyLog = new Option<string?>("--key-log")
        {
            Description = "Secrets of TLS connections (SSLKEYLOGFILE format): SIP over TLS 1.2 and 1.3 is read with them.",
            HelpName = "FILE",
        };
        keyLog.Validators.Add(static result =>
        {
            if (result.GetValueOrDefault<string?>() is { } file && KeyLogFile.ProblemOf(file) is { } problem)
            {
                result.AddError($"--key-log {problem}.");
            }
        });
        var live = new LiveOptions();
        var verb = new Verb(
            "analyze",
            "Scores the calls in capture files, or of what passes on an interface. Several files are one capture, in the "
                + "order of their first packets.",
            "voicequality analyze edge.pcap",
            "voicequality analyze --format json edge-*.pcapng.gz > edge.json",
            "voicequality analyze --format json --jitter-buffer fixed:60 --jitter-buffer adaptive:200 edge.pcap",
            "voicequality analyze --policy policy.json --format csv edge.pcap",
            "voicequality analyze --interface eth1 --duration 600 --format ndjson",
            "tcpdump -w - -i eth0 udp | voicequality analyze --format ndjson -")
        {
            files, format, lanes, jitterBuffers, policy, lostNumbers, keyLog,
        };
        live.AddTo(verb, files);
        verb.SetAction((result, cancellationToken) =>
        {
            var options = Options(result.GetValue(lanes), result.GetRequiredValue(jitterBuffers)) with
            {
                KeepLostNumbers = result.GetValue(lostNumbers),
                TlsSecrets = result.GetValue(keyLog) is { } log
                    ? new KeyLogFile(log, TimeProvider.System, MayGrow(live.Of(result), result.GetValue(files)))
                    : null,
            };
            if (result.GetValue(policy) is { } path)
            {
                var beside = result.GetResult(jitterBuffers) is { Implicit: false }
                    ? options.MoreJitterBuffers.Prepend(new JitterBufferModel(options.JitterBuffer, options.JitterBufferMs))
                    : [];
                if (WithPolicy(console, options, path, beside) is not { } scored)
                {
                    return Task.FromResult(ExitStatus.Unusable);
                }

                options = scored;
            }

            return Task.FromResult(Run(
                console,
                result.GetValue(files) ?? [],
                live.Of(result),
                Enum.Parse<AnalysisFormat>(result.GetRequiredValue(format), ignoreCase: true),
                options,
                cancellationToken));
        });
        return verb;
    }

    // What stands in files has passed, and so has the writing of its secrets.
    private static bool MayGrow(LiveRequest? live, string[]? files) => live is not null || files?.Contains("-") == true;

    private static Option<string[]> JitterBuffers()
    {
        var option = new Option<string[]>("--jitter-buffer")
        {
            Description = "Jitter buffer to emulate: fixed:MS, or adaptive:MS with its largest depth; 10 to 1000 ms. "
                + "Given again, further ones up to 9 in all; the score is by the first.",
            DefaultValueFactory = static _ => [JitterBufferModel.Default.ToString()],
        };
        option.Validators.Add(static result =>
        {
            if (result.Tokens.Count > MaxJitterBuffers)
            {
                result.AddError("--jitter-buffer can be given 9 times.");
            }
            else if (result.Tokens.Any(static token => !JitterBufferModel.TryParse(token.Value, out var model)
                || model.DepthMs is < 10 or > 1_000))
            {
                result.AddError("--jitter-buffer takes fixed:MS or adaptive:MS, 10 to 1000 ms.");
            }
        });
        return option;
    }

    private static MonitorOptions Options(int lanes, string[] jitterBuffers)
    {
        var models = Array.ConvertAll(
            jitterBuffers,
            static text => JitterBufferModel.TryParse(text, out var named) ? named : JitterBufferModel.Default);
        return new MonitorOptions
        {
            Lanes = lanes,
            ReadsAhead = Environment.ProcessorCount > 1,
            JitterBuffer = models[0].Kind,
            JitterBufferMs = models[0].DepthMs,
            MoreJitterBuffers = models[1..],

            // No format of the results has the ladder.
            LadderLimit = 0,
        };
    }

    private static MonitorOptions? WithPolicy(
        CliConsole console, MonitorOptions options, string path, IEnumerable<JitterBufferModel> beside)
    {
        if (ScoringPolicies.Read(path, out var errors) is not { } policy)
        {
            foreach (var error in errors)
            {
                console.Error.WriteLine($"voicequality: {path}: {error}");
            }

            return null;
        }

        if (policy.Score != ScoreBasis.MosLq)
        {
            throw new CliException(
                $"{path}: score must be mosLq; the results have the MOS-CQ beside it wherever the delay was measured.");
        }

        var more = beside.Where(model => model != policy.JitterBuffer).Distinct().ToArray();
        return more.Length < MaxJitterBuffers
            ? options.With(policy) with { MoreJitterBuffers = more }
            : throw new CliException("--jitter-buffer can be given 8 times beside the buffer of --policy.");
    }

    private static int Run(
        CliConsole console,
        string[] files,
        LiveRequest? live,
        AnalysisFormat format,
        MonitorOptions options,
        CancellationToken cancellationToken)
    {
        if (live is null)
        {
            // Collections beside the work pay where something must be kept up with; a file waits.
            GCSettings.LatencyMode = GCLatencyMode.Batch;
        }
        else
        {
            ProcessRights.KeepRawNetworkAlone();
        }

        using var output = new BufferedStream(new ResultStream(console.OpenOutput()), OutputBuffer);
        using var writer = AnalysisWriter.Create(format, output);
        writer.TellsLostNumbers = options.KeepLostNumbers;
        return live is null
            ? new CaptureAnalysis(options, console).Run(files, writer, cancellationToken)
            : new LiveAnalysis(options, console).Run(
                live.Interfaces, live.Capture, live.Duration, writer, cancellationToken);
    }
}
