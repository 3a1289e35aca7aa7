using System.ComponentModel;
using System.Net.Sockets;
using VoiceQuality.Protocols.Network;
using VoiceQuality.Protocols.Pcap;

namespace VoiceQuality.Monitor.Sources.Live;

/// <summary>
/// A ring of packets of one interface (TPACKET_V3): the kernel fills its blocks and this reads them in turn.
/// </summary>
internal sealed class PacketRing : IDisposable
{
    /// <summary>Octets of a block of the ring: it fits a <see cref="PacketBlock"/>, and takes the longest
    /// frame.</summary>
    public const int BlockLength = PacketBlock.DefaultLength;

    private const int ErrnoPermission = 1;
    private const int ErrnoNoMemory = 12;
    private const int ErrnoAccess = 13;
    private const int ErrnoNoSuchAddress = 6;
    private const int ErrnoNoDevice = 19;

    private readonly Socket _socket;
    private readonly RingMapping _mapping;
    private readonly int _blocks;
    private readonly LinkType _linkType;
    private readonly RingDrops _drops;
    private int _next;

    private PacketRing(Socket socket, RingMapping mapping, int blocks, int interfaceIndex, LinkType linkType)
    {
        _socket = socket;
        _mapping = mapping;
        _blocks = blocks;
        _linkType = linkType;
        _drops = new RingDrops(blocks);
        InterfaceIndex = interfaceIndex;
    }

    /// <summary>The number that the system gave the interface; another one means another interface.</summary>
    public int InterfaceIndex { get; }

    /// <summary>Whether the kernel has finished a block.</summary>
    public bool HasBlock =>
        (_mapping.ReadState((_next * BlockLength) + RingBlock.StatusOffset) & RingBlock.StatusUser) != 0;

    /// <summary>How much of the ring waits to be read, percent.</summary>
    public int BacklogPercent
    {
        get
        {
            // The kernel fills block after block, so those that wait lie together from the next one on.
            var (waiting, free) = (0, _blocks);
            while (waiting < free)
            {
                var middle = (waiting + free) / 2;
                var block = (_next + middle) % _blocks;
                if ((_mapping.ReadState((block * BlockLength) + RingBlock.StatusOffset) & RingBlock.StatusUser) != 0)
                {
                    waiting = middle + 1;
                }
                else
                {
                    free = middle;
                }
            }

            return waiting * 100 / _blocks;
        }
    }

    /// <summary>Begins to capture, with as many rings as there are readers.</summary>
    /// <exception cref="LiveCaptureException">It cannot be captured; the message says what to do.</exception>
    public static PacketRing[] Open(string name, LiveCaptureOptions options)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new LiveCaptureException(
                LiveCaptureFailure.NotSupported, "interfaces are captured on Linux only; give capture files elsewhere");
        }

        var index = PacketSocket.InterfaceIndex(name);
        if (index == 0)
        {
            throw NoSuchInterface(name);
        }

        var hardware = LinkHardware.Of(name);
        var program = FilterProgram.Of(options, hardware.IsEthernet);
        var rings = new PacketRing?[options.Readers];
        try
        {
            // As long as they are no group each of several would take everything.
            for (var i = 0; i < rings.Length; i++)
            {
                rings[i] = Open(index, hardware, rings.Length == 1 ? program : FilterProgram.Nothing, options);
            }

            Share(rings!, name, hardware.IsLoopback);
            foreach (var ring in rings.Length == 1 ? [] : rings)
            {
                PacketSocket.Attach(ring!._socket, program);
            }

            return rings!;
        }
        catch (Exception e)
        {
            Array.ForEach(rings, static ring => ring?.Dispose());
            throw e switch
            {
                SocketException refused => Failure(name, refused.NativeErrorCode, e),
                Win32Exception refused => Failure(name, refused.NativeErrorCode, e),
                _ => e,
            };
        }
    }

    /// <summary>
    /// Copies the next block that the kernel has finished, finds its packets and gives it back; false when none is.
    /// </summary>
    /// <param name="octets">Takes the block, <see cref="BlockLength"/> octets at least.</param>
    /// <param name="link">Which interface it is, for <see cref="CaptureRecord.Link"/>.</param>
    /// <param name="records">Where the frames lie in it.</param>
    /// <param name="taken">What was in it, and what is missing before it.</param>
    public bool TryTake(byte[] octets, byte link, CaptureRecord[] records, out TakenBlock taken)
    {
        taken = default;
        if (!HasBlock)
        {
            return false;
        }

        var block = _next * BlockLength;
        var length = Math.Clamp(_mapping.ReadInt(block + RingBlock.LengthOffset), 0, BlockLength);
        _mapping.Copy(block, octets, length);

        // Before the block is given back, or it would not be certain which block the drops lie before.
        var (received, dropped) = TakeStatistics();
        _mapping.WriteState(block + RingBlock.StatusOffset, 0);
        _next = _next + 1 == _blocks ? 0 : _next + 1;
        var count = RingBlock.Read(octets.AsSpan(0, length), _linkType, link, records, out var unusable);
        var drop = count == 0 ? _drops.Take() : _drops.Take(records[0].TimestampNs, records[count - 1].TimestampNs);
        taken = new TakenBlock(count, unusable, received, dropped, drop);
        return true;
    }

    /// <summary>Waits until a block is finished, something is wrong or the time is over.</summary>
    public void Wait(TimeSpan time) => _socket.Poll(time, SelectMode.SelectRead);

    /// <summary>What the kernel counted since the last look.</summary>
    public (uint Received, uint Dropped) TakeStatistics()
    {
        var statistics = PacketSocket.TakeStatistics(_socket);
        _drops.Note(statistics.Dropped);
        return statistics;
    }

    /// <summary>Whether the interface said that it went down.</summary>
    public bool TakeError() => PacketSocket.TakeError(_socket) != 0;

    /// <summary>Receives nothing more; what is in the ring can still be taken.</summary>
    public void Stop() => PacketSocket.Attach(_socket, FilterProgram.Nothing);

    public void Dispose()
    {
        _mapping.Dispose();
        _socket.Dispose();
    }

    /// <summary>What an error of the system means, and what to do.</summary>
    public static LiveCaptureException Failure(string name, int errno, Exception exception) => errno switch
    {
        ErrnoPermission or ErrnoAccess => new(
            LiveCaptureFailure.NoPermission,
            $"capturing on {name} needs the capability CAP_NET_RAW; give it with 'setcap cap_net_raw+ep' on the program, "
                + "AmbientCapabilities=CAP_NET_RAW in its systemd unit, or --cap-add=NET_RAW for its container"),
        ErrnoNoSuchAddress or ErrnoNoDevice => NoSuchInterface(name),
        ErrnoNoMemory => new(
            LiveCaptureFailure.NoMemory, $"there is no memory for the ring of {name}; make the ring smaller"),
        _ => new(LiveCaptureFailure.NotSupported, $"{name} cannot be captured: {exception.Message}"),
    };

    private static PacketRing Open(int index, LinkHardware hardware, byte[] program, LiveCaptureOptions options)
    {
        Socket? socket = null;
        RingMapping? mapping = null;
        try
        {
            socket = PacketSocket.Open(hardware.IsEthernet ? SocketType.Raw : SocketType.Dgram);
            PacketSocket.SetVersion3(socket);
            PacketSocket.Attach(socket, program);
            var blocks = options.RingMiB * (1_048_576 / BlockLength);
            PacketSocket.CreateRing(socket, BlockLength, blocks, options.BlockTimeoutMs);
            mapping = RingMapping.Map(socket.SafeHandle, (nuint)BlockLength * (nuint)blocks);
            PacketSocket.AskForEarlyTimes(socket);
            if (hardware.IsLoopback)
            {
                // Loopback shows each packet going out and coming in.
                PacketSocket.IgnoreOutgoing(socket);
            }

            if (options.HardwareTimestamps)
            {
                PacketSocket.AskForHardwareTimes(socket);
            }

            if (options.Promiscuous)
            {
                PacketSocket.BecomePromiscuous(socket, index);
            }

            PacketSocket.Bind(socket, index);
            var linkType = hardware.IsEthernet ? LinkType.Ethernet : LinkType.Raw;
            var ring = new PacketRing(socket, mapping, blocks, index, linkType);
            (socket, mapping) = (null, null);
            return ring;
        }
        finally
        {
            mapping?.Dispose();
            socket?.Dispose();
        }
    }

    private static void Share(PacketRing[] rings, string name, bool ignoresOutgoing)
    {
        try
        {
            ushort? group = null;
            foreach (var ring in rings.Length == 1 ? [] : rings)
            {
                group = PacketSocket.Share(ring._socket, group, ignoresOutgoing);
            }
        }
        catch (SocketException e)
        {
            throw new LiveCaptureException(
                LiveCaptureFailure.NotSupported,
                $"the system does not share the packets of {name} among several readers (PACKET_FANOUT, Linux 4.12): "
                    + $"{e.Message}; capture it with one reader");
        }
    }

    private static LiveCaptureException NoSuchInterface(string name) => new(
        LiveCaptureFailure.NoSuchInterface, $"there is no interface {name}; 'ip link' lists those there are");
}

/// <summary>A block that was taken from a ring.</summary>
/// <param name="Count">Its frames that can be used.</param>
/// <param name="Unusable">Its packets that could not be given out.</param>
/// <param name="Received">Packets that the kernel received since the last look, the dropped ones included.</param>
/// <param name="Dropped">Packets that it dropped since then.</param>
/// <param name="Before">What was dropped between the block before it and this one, in whose times; null for
/// nothing.</param>
internal readonly record struct TakenBlock(
    int Count, int Unusable, long Received, long Dropped, (long FromNs, long ToNs, long Packets)? Before);
