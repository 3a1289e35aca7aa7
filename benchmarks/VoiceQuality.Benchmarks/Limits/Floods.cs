using System.Diagnostics;
using System.Globalization;
using VoiceQuality.Monitor;
using VoiceQuality.Testing.Captures;

namespace VoiceQuality.Benchmarks.Limits;

/// <summary>
/// Floods of a million frames against tables of the default sizes, each in a process of its own: whether the figures of
/// the real call among them are the same, and what memory it takes. <c>floods [FRAMES]</c>.
/// </summary>
internal static class Floods
{
    private const string Quiet = "none";

    public static int Run(string[] arguments)
    {
        if (arguments is ["one", var one, var frames])
        {
            return RunOne(one, int.Parse(frames, CultureInfo.InvariantCulture));
        }

        var count = arguments is [var first] ? first : "1000000";
        Console.WriteLine("| flood | frames | figures of the call | held, MiB | resident at most, MiB | CPU, s |");
        Console.WriteLine("|---|---|---|---|---|---|");
        var failures = 0;
        foreach (var kind in (string[])[Quiet, .. Flood.Kinds])
        {
            string[] own = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet"
                ? [typeof(Floods).Assembly.Location]
                : [];
            using var process = Process.Start(new ProcessStartInfo(
                Environment.ProcessPath!, [.. own, "floods", "one", kind, count]))!;
            process.WaitForExit();
            failures += process.ExitCode;
        }

        return failures == 0 ? 0 : 1;
    }

    private static int RunOne(string kind, int count)
    {
        var options = new MonitorOptions();
        var (quiet, held) = FloodedCall.Measure(Flood.Kinds[0], 0, options);
        var (call, isSame) = (quiet, true);
        if (kind != Quiet)
        {
            (call, held) = FloodedCall.Measure(kind, count, options);
            isSame = FloodedCall.Figures(quiet) == FloodedCall.Figures(call);
        }

        using var process = Process.GetCurrentProcess();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {kind} | {(kind == Quiet ? 0 : count)} | {(isSame ? "the same" : "CHANGED")} | {held / 1_048_576.0:F1} | "
                + $"{process.PeakWorkingSet64 / 1_048_576.0:F0} | {process.TotalProcessorTime.TotalSeconds:F1} |"));
        return isSame ? 0 : 1;
    }
}
