using System.CommandLine;
using VoiceQuality.Monitor.Sources.Synthetic;

namespace VoiceQuality.Service.Cli;

/// <summary>The verb <c>generate</c>: a synthetic capture file and its ground truth.</summary>
internal static class GenerateCommand
{
    public static Command Create(CliConsole console)
    {
        var output = new Option<string>("--out")
        {
            Description = "Capture file (pcap) to write; '-' for standard output.",
            HelpName = "FILE|-",
            Required = true,
        };
        var truth = new Option<string?>("--truth")
        {
            Description = "Write PREFIX.streams.csv, PREFIX.calls.csv and PREFIX.summary.json too.",
            HelpName = "PREFIX",
        };
        var force = new Option<bool>("--force") { Description = "Overwrite files that exist." };
        var options = new ScenarioOptions();

        var verb = new Verb(
            "generate",
            "Writes a capture file of synthetic calls with known impairments, and its ground truth. The same options "
            + "and seed give the same octets.",
            "voicequality generate --calls 100 --duration 60 --preset mixed --seed 7 --out m.pcap --truth m",
            "voicequality generate --calls 10 --loss 1:0.03 --jitter 0.5:8 --out - | voicequality analyze -")
        {
            output, truth, force,
        };
        options.AddTo(verb);

        verb.SetAction((result, cancellationToken) =>
        {
            var scenario = options.Read(result);
            var file = result.GetRequiredValue(output);
            var prefix = result.GetValue(truth);
            if (file.Length == 0 || prefix is { Length: 0 })
            {
                throw new CliException("--out and --truth need a name; give one.");
            }

            using var files = new OutputFiles(result.GetValue(force), console.OpenOutput);
            var capture = files.Open(file);
            var truthFiles = prefix is null ? null : new TruthFiles(files, prefix, scenario);
            var totals = Write(scenario, capture, truthFiles, console, cancellationToken);
            truthFiles?.WriteSummary(totals);
            files.Commit();
            Report(console, file, totals);

            return Task.FromResult(ExitStatus.Done);
        });

        return verb;
    }

    private static SyntheticTotals Write(
        SyntheticScenario scenario,
        Stream capture,
        TruthFiles? truth,
        CliConsole console,
        CancellationToken cancellationToken)
    {
        const int packetsBetweenChecks = 1 << 14;

        using var traffic = new SyntheticTraffic(
            scenario.ToPlans(), scenario.ToOptions(truth is null ? null : truth.Write));
        var writer = new CaptureFileWriter(capture, scenario.NanosecondStamps);
        var progress = new ProgressLine(console);

        while (traffic.TryNext(out var frame))
        {
            writer.Write(frame.Octets, frame.TimestampNs);

            if (traffic.Totals.Packets % packetsBetweenChecks == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                progress.Show($"{traffic.Totals.Packets:N0} packets, {traffic.Totals.Calls:N0} calls done");
            }
        }

        writer.Flush();
        progress.Clear();

        return traffic.Totals;
    }

    private static void Report(CliConsole console, string file, SyntheticTotals totals)
    {
        if (file != OutputFiles.StandardOutput)
        {
            console.Output.WriteLine(
                $"{totals.Packets} packets of {totals.Calls} calls and {totals.Streams} streams: {totals.RtpPackets} RTP, "
                + $"{totals.RtcpPackets} RTCP, {totals.SipMessages} SIP; {totals.Lost} of {totals.Expected} lost, "
                + $"{totals.Duplicates} duplicates, {totals.Reordered} reordered");
        }
    }
}
