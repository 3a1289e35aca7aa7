using System.Diagnostics;
using VoiceQuality.Service.Hosting;
using VoiceQuality.Testing.Network;

namespace VoiceQuality.Service.Tests.Hosting;

public sealed class ProcessRightsTests
{
    private const string RawNetworkAlone = "CapEff:\t0000000000002000";

    [PrivateNetworkFact]
    public void The_command_captures_with_CAP_NET_RAW_alone_and_says_the_same_as_ever()
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        foreach (var argument in (string[])[
            Path.Combine(AppContext.BaseDirectory, "voicequality.dll"), "analyze", "--interface", "lo", "--duration", "3",
            "--format", "json", "--filter", "udp port 9"])
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var hadItAlone = false;
        while (!process.WaitForExit(20))
        {
            hadItAlone |= Status(process.Id).Contains(RawNetworkAlone, StringComparison.Ordinal);
        }

        Assert.True(hadItAlone);
        Assert.Equal(0, process.ExitCode);
        Assert.Contains("\"packets\"", output.Result, StringComparison.Ordinal);
    }

    [Fact]
    public void A_process_that_is_not_the_command_is_never_replaced()
    {
        Assert.False(ProcessRights.MayRestart);
        ProcessRights.KeepRawNetworkAlone();
    }

    private static string Status(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/status");
        }
        catch (IOException)
        {
            return "";
        }
    }
}
