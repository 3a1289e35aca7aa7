using System.Runtime.InteropServices;

namespace VoiceQuality.Monitor.Sources.Live;

/// <summary>Compiles filters in the language of libpcap, which must be installed for that and for nothing
/// else.</summary>
internal static class FilterCompiler
{
    private const string Library = "libpcap.so.0.8";
    private const int Ethernet = 1;
    private const int RawIp = 12;
    private const int WholeFrame = 262_144;
    private const uint UnknownNetmask = 0xFFFF_FFFF;

    /// <summary>Compiles a filter.</summary>
    /// <param name="expression">What an operator wrote.</param>
    /// <param name="isEthernet">Whether frames begin with an Ethernet header, else with IP.</param>
    /// <exception cref="LiveCaptureException">It is no filter, or libpcap is missing.</exception>
    public static byte[] Compile(string expression, bool isEthernet)
    {
        try
        {
            return CompileWithLibrary(expression, isEthernet);
        }
        catch (DllNotFoundException)
        {
            throw new LiveCaptureException(
                LiveCaptureFailure.BadFilter,
                "the filter cannot be compiled because libpcap is not installed; install libpcap0.8 or leave the filter "
                    + "out");
        }
    }

    private static byte[] CompileWithLibrary(string expression, bool isEthernet)
    {
        var handle = OpenDead(isEthernet ? Ethernet : RawIp, WholeFrame);
        if (handle == IntPtr.Zero)
        {
            throw new LiveCaptureException(LiveCaptureFailure.NoMemory, "libpcap has no memory for the filter");
        }

        try
        {
            if (Compile(handle, out var program, expression, 1, UnknownNetmask) != 0)
            {
                var reason = Marshal.PtrToStringAnsi(GetError(handle)) ?? "syntax error";
                throw new LiveCaptureException(LiveCaptureFailure.BadFilter, $"the filter is not valid: {reason}");
            }

            var octets = new byte[program.Count * PacketSocket.InstructionLength];
            Marshal.Copy(program.Instructions, octets, 0, octets.Length);
            FreeCode(ref program);
            return octets;
        }
        finally
        {
            Close(handle);
        }
    }

    [DllImport(Library, EntryPoint = "pcap_open_dead")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern IntPtr OpenDead(int linkType, int snapLength);

    [DllImport(Library, EntryPoint = "pcap_compile", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Compile(IntPtr handle, out Program program, string filter, int optimise, uint netmask);

    [DllImport(Library, EntryPoint = "pcap_geterr")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern IntPtr GetError(IntPtr handle);

    [DllImport(Library, EntryPoint = "pcap_freecode")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern void FreeCode(ref Program program);

    [DllImport(Library, EntryPoint = "pcap_close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern void Close(IntPtr handle);

    /// <summary><c>struct bpf_program</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Program
    {
        public uint Count;
        public IntPtr Instructions;
    }
}
