using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace VoiceQuality.Service.Hosting;

/// <summary>
/// Capturing takes CAP_NET_RAW and nothing else. A process that has more, one of root, starts itself again with that
/// alone: capabilities belong to threads, so those of a process that runs already cannot be given up together.
/// </summary>
internal static class ProcessRights
{
    private const int NetRaw = 13;
    private const int LastCapability = 63;
    private const int CapBsetRead = 23;
    private const int CapBsetDrop = 24;
    private const string Guard = "VOICEQUALITY_RIGHTS";

    /// <summary>Whether this process may be replaced: only that of the command itself.</summary>
    public static bool MayRestart { get; set; }

    /// <summary>
    /// Gives up every capability but CAP_NET_RAW; does not return when it does. Returns when there is nothing to give
    /// up, when it cannot be captured anyway, and when the system does not let it.
    /// </summary>
    public static void KeepRawNetworkAlone()
    {
        if (!MayRestart || !OperatingSystem.IsLinux() || Environment.GetEnvironmentVariable(Guard) is not null
            || Effective() is not { } effective || (effective & (1UL << NetRaw)) == 0 || effective == 1UL << NetRaw)
        {
            return;
        }

        // What is not in the bounding set is not given to the program that is started next, were it root's.
        for (var capability = 0; capability <= LastCapability; capability++)
        {
            if (capability != NetRaw && Prctl(CapBsetRead, (nuint)capability, 0, 0, 0) == 1
                && Prctl(CapBsetDrop, (nuint)capability, 0, 0, 0) != 0)
            {
                return;
            }
        }

        var arguments = Encoding.UTF8.GetString(File.ReadAllBytes("/proc/self/cmdline")).Split('\0')[..^1];
        var environment = new List<string?> { $"{Guard}=raw network" };
        foreach (System.Collections.DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            environment.Add($"{variable.Key}={variable.Value}");
        }

        _ = Execve("/proc/self/exe", [.. arguments, null], [.. environment, null]);
    }

    /// <summary>The capabilities in effect, a bit each; null when the system does not tell.</summary>
    internal static ulong? Effective()
    {
        var line = File.ReadLines("/proc/self/status")
            .FirstOrDefault(static line => line.StartsWith("CapEff:", StringComparison.Ordinal));
        return ulong.TryParse(
            line.AsSpan(Math.Min(line?.Length ?? 0, 7)), NumberStyles.HexNumber | NumberStyles.AllowLeadingWhite,
            CultureInfo.InvariantCulture, out var bits)
            ? bits
            : null;
    }

    [DllImport("libc", EntryPoint = "prctl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Prctl(int option, nuint two, nuint three, nuint four, nuint five);

    [DllImport("libc", EntryPoint = "execve", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Execve(string path, string?[] arguments, string?[] environment);
}
