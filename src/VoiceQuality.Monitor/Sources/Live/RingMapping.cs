using System.ComponentModel;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace VoiceQuality.Monitor.Sources.Live;

/// <summary>The memory of a ring, which the kernel and this process share until it is disposed.</summary>
internal sealed class RingMapping : SafeHandle
{
    private const int ProtectReadWrite = 3;
    private const int MapShared = 1;
    private static readonly IntPtr Failed = new(-1);

    private readonly nuint _length;

    private RingMapping(IntPtr start, nuint length)
        : base(Failed, ownsHandle: true)
    {
        _length = length;
        SetHandle(start);
    }

    public override bool IsInvalid => handle == Failed || handle == IntPtr.Zero;

    /// <summary>Maps the ring that was created on <paramref name="socket"/>.</summary>
    /// <exception cref="Win32Exception">The system refuses.</exception>
    public static RingMapping Map(SafeSocketHandle socket, nuint length)
    {
        var start = Mmap(IntPtr.Zero, length, ProtectReadWrite, MapShared, socket, 0);
        return start == Failed
            ? throw new Win32Exception(Marshal.GetLastPInvokeError())
            : new RingMapping(start, length);
    }

    /// <summary>Reads a word that the kernel may write, before anything that was written ahead of it.</summary>
    public int ReadState(int offset)
    {
        var state = Marshal.ReadInt32(handle, offset);
        Thread.MemoryBarrier();
        return state;
    }

    /// <summary>Writes a word that the kernel waits for, behind everything read so far.</summary>
    public void WriteState(int offset, int state)
    {
        Thread.MemoryBarrier();
        Marshal.WriteInt32(handle, offset, state);
    }

    public int ReadInt(int offset) => Marshal.ReadInt32(handle, offset);

    public void Copy(int offset, byte[] destination, int length) =>
        Marshal.Copy(handle + offset, destination, 0, length);

    protected override bool ReleaseHandle() => Munmap(handle, _length) == 0;

    [DllImport("libc", EntryPoint = "mmap", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern IntPtr Mmap(
        IntPtr address, nuint length, int protection, int flags, SafeSocketHandle socket, nint offset);

    [DllImport("libc", EntryPoint = "munmap", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Munmap(IntPtr address, nuint length);
}
