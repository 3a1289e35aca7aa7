using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using VoiceQuality.Testing.Programs;

namespace VoiceQuality.Testing.Network;

/// <summary>
/// A network of its own for one thread (unshare(2), CLONE_NEWNET): interfaces made in it are seen by nobody else and
/// vanish with it. It takes root.
/// </summary>
public static class PrivateNetwork
{
    private const int CloneNewNet = 0x4000_0000;
    private const uint CapabilityVersion3 = 0x2008_0522;

    private static readonly Lazy<string?> Obstacle = new(FindObstacle);

    /// <summary>Why there can be none here; null when there can.</summary>
    public static string? WhyNot => Obstacle.Value;

    /// <summary>Runs a test in a network of its own and waits for it.</summary>
    public static void Run(Action test)
    {
        ArgumentNullException.ThrowIfNull(test);
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                Enter();
                test();
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
    }

    /// <summary>Makes two interfaces that are the ends of one cable, and sets them up.</summary>
    public static void AddCable(string one, string other)
    {
        // Without addresses of its own no interface talks: a router solicitation would be a packet that no test sent.
        Ip($"link add {one} type veth peer name {other}");
        Ip($"link set {one} addrgenmode none up");
        Ip($"link set {other} addrgenmode none up");
        AwaitCarrier(one);
        AwaitCarrier(other);
    }

    /// <summary>Waits until an interface takes packets: the kernel says so a little after it is set up.</summary>
    public static void AwaitCarrier(string name)
    {
        for (var turn = 0; !Ip($"link show {name}").Contains("state UP", StringComparison.Ordinal); turn++)
        {
            if (turn == 200)
            {
                throw new InvalidOperationException($"{name} does not come up");
            }
        }
    }

    /// <summary>Runs ip(8) in the network of this thread.</summary>
    /// <returns>What it says.</returns>
    public static string Ip(string arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(RequiredProgram.PathOf("ip"), arguments)
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        var output = process.StandardOutput.ReadToEnd();
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"ip {arguments}: {error}");
        }

        return output;
    }

    /// <summary>Takes every capability from this thread, for good (capset(2)).</summary>
    public static void GiveUpRights()
    {
        uint[] header = [CapabilityVersion3, 0];
        if (Capset(header, new uint[6]) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    private static void Enter()
    {
        if (Unshare(CloneNewNet) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    private static string? FindObstacle()
    {
        if (!OperatingSystem.IsLinux())
        {
            return "network namespaces are a matter of Linux";
        }

        if (RequiredProgram.Find("ip") is null)
        {
            return "ip is not installed; install iproute2 to run this test";
        }

        try
        {
            Run(static () => AddCable("vqtest0", "vqtest1"));
            return null;
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException or IOException)
        {
            return $"this test makes network interfaces, which takes root: {e.Message}";
        }
    }

    [DllImport("libc", EntryPoint = "unshare", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Unshare(int flags);

    [DllImport("libc", EntryPoint = "capset", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Capset(uint[] header, uint[] data);
}
