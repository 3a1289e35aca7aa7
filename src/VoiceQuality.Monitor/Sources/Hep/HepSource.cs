using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using VoiceQuality.Protocols.Hep;
using VoiceQuality.Protocols.Network;

namespace VoiceQuality.Monitor.Sources.Hep;

/// <summary>
/// Packets that capture agents send (HEP over UDP and TCP): Kamailio, OpenSIPS, rtpengine, heplify. What is left out is
/// counted by its reason.
/// </summary>
public sealed class HepSource : ILiveSource
{
    private const int ReceiveBuffer = 8 * 1_048_576;
    private const int SolSocket = 1;
    private const int SoMemInfo = 55;
    private const int MemInfoDrops = 8;

    // Agents tell a packet a little after it has passed.
    private const long HeldBackNs = 2_000_000_000;

    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(100);

    private readonly Socket _udp;
    private readonly Socket _listener;
    private readonly List<HepConnection> _connections = [];
    private readonly List<Socket> _readable = [];
    private readonly byte[] _datagram = new byte[ushort.MaxValue];
    private readonly SocketAddress _from;
    private readonly HepGate _gate;
    private readonly int _maxConnections;
    private readonly TimeProvider _time;
    private readonly CancellationToken _stop;
    private readonly long[] _dropped = new long[Enum.GetValues<HepDropReason>().Length];
    private long _toldNoRoom;

    /// <param name="options">Where to listen and whom to trust.</param>
    /// <param name="time">Our clock, which the times of messages are held against.</param>
    /// <param name="stop">Ends the source.</param>
    /// <exception cref="SocketException">The address cannot be listened on.</exception>
    public HepSource(HepOptions options, TimeProvider time, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);

        _gate = new HepGate(options);
        _maxConnections = options.MaxConnections;
        _time = time;
        _stop = stop;
        var family = options.Listen.AddressFamily;
        _from = new SocketAddress(family);
        _udp = new Socket(family, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = ReceiveBuffer };
        _listener = new Socket(family, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            _udp.Bind(options.Listen);
            var port = ((IPEndPoint)_udp.LocalEndPoint!).Port;
            _listener.Bind(new IPEndPoint(options.Listen.Address, port));
            _listener.Listen(options.MaxConnections);
            LocalEndPoint = new IPEndPoint(options.Listen.Address, port);
        }
        catch
        {
            Dispose();
            throw;
        }

        Name = $"HEP on {LocalEndPoint}";
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>Where it listens, for UDP and TCP.</summary>
    public IPEndPoint LocalEndPoint { get; }

    /// <summary>Messages that were handed over as packets.</summary>
    public long MessagesTaken { get; private set; }

    /// <summary>Messages (connections, where they are refused as such) that were left out for a reason.</summary>
    public long Dropped(HepDropReason reason) => Volatile.Read(ref _dropped[(int)reason]);

    /// <inheritdoc/>
    public bool TryFill(PacketBlock block) => TryFill(block, LongestWait);

    /// <inheritdoc/>
    public bool TryFill(PacketBlock block, TimeSpan wait)
    {
        ArgumentNullException.ThrowIfNull(block);

        block.RecordCount = 0;
        if (_stop.IsCancellationRequested && !HasWaiting())
        {
            return false;
        }

        Wait(wait);
        var used = 0;
        ReadDatagrams(block, ref used);
        foreach (var connection in _connections.ToArray())
        {
            if (_readable.Contains(connection.Socket) && !ReadConnection(connection, block, ref used))
            {
                _connections.Remove(connection);
                connection.Dispose();
            }
        }

        if (_readable.Contains(_listener))
        {
            Accept();
        }

        CountNoRoom(block);
        MessagesTaken += block.RecordCount;
        if (block.RecordCount == 0)
        {
            block.QuietUntilNs = Math.Max(0, NowNs() - HeldBackNs);
        }
        else
        {
            // When nothing comes nobody can say whether there was nothing or the agents have gone.
            block.ListenedUntilNs = Math.Max(0, NowNs() - HeldBackNs);
        }

        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _udp.Dispose();
        _listener.Dispose();
        _connections.ForEach(static connection => connection.Dispose());
    }

    /// <summary>Reads <c>struct sockaddr_in</c> or <c>sockaddr_in6</c>.</summary>
    internal static IpEndpoint EndpointOf(SocketAddress address)
    {
        var octets = address.Buffer.Span;
        return new IpEndpoint(
            IpAddress128.FromBytes(
                address.Family == AddressFamily.InterNetwork ? octets.Slice(4, 4) : octets.Slice(8, 16)),
            BinaryPrimitives.ReadUInt16BigEndian(octets[2..]));
    }

    private bool HasWaiting() => _udp.Poll(0, SelectMode.SelectRead);

    private void Wait(TimeSpan time)
    {
        _readable.Clear();
        _readable.Add(_udp);
        _readable.Add(_listener);
        foreach (var connection in _connections)
        {
            _readable.Add(connection.Socket);
        }

        Socket.Select(_readable, null, null, (int)time.TotalMicroseconds);
    }

    private void ReadDatagrams(PacketBlock block, ref int used)
    {
        while (DatagramFrames.HasRoom(block, used) && HasWaiting())
        {
            var length = _udp.ReceiveFrom(_datagram, SocketFlags.None, _from);
            var sender = AddressOf(_from);
            if (_gate.IsAllowed(sender))
            {
                Take(_datagram.AsSpan(0, length), sender, block, ref used);
            }
            else
            {
                Drop(HepDropReason.SenderNotAllowed);
            }
        }
    }

    /// <summary>Reads what a connection has sent; false when it is to be closed.</summary>
    private bool ReadConnection(HepConnection connection, PacketBlock block, ref int used)
    {
        if (!DatagramFrames.HasRoom(block, used))
        {
            return true;
        }

        var isAlive = connection.Receive();
        while (DatagramFrames.HasRoom(block, used) && connection.Octets.Length >= HepMessage.FramingLength)
        {
            if (!HepMessage.TryFrame(connection.Octets, out var length))
            {
                Drop(HepDropReason.Malformed);
                return false;
            }

            if (length > connection.Octets.Length)
            {
                break;
            }

            Take(connection.Octets[..length], connection.Sender, block, ref used);
            connection.Take(length);
        }

        return isAlive;
    }

    private void Take(ReadOnlySpan<byte> octets, IpAddress128 sender, PacketBlock block, ref int used)
    {
        var reason = !HepMessage.TryParse(octets, out var message, out _) ? HepDropReason.Malformed
            : _gate.Check(message, sender, NowNs());
        if (reason == HepDropReason.None && !HepFrames.TryAdd(message, block, ref used))
        {
            reason = HepDropReason.OtherPayload;
        }

        if (reason != HepDropReason.None)
        {
            Drop(reason);
        }
    }

    private void Accept()
    {
        var socket = _listener.Accept();
        socket.Blocking = false;
        var sender = AddressOf(socket.RemoteEndPoint!.Serialize());
        var reason = !_gate.IsAllowed(sender) ? HepDropReason.SenderNotAllowed
            : _connections.Count >= _maxConnections ? HepDropReason.TooManyConnections
            : HepDropReason.None;
        if (reason == HepDropReason.None)
        {
            _connections.Add(new HepConnection(socket, sender));
        }
        else
        {
            Drop(reason);
            socket.Dispose();
        }
    }

    /// <summary>What the kernel dropped because we were slow: SO_MEMINFO, SK_MEMINFO_DROPS.</summary>
    private void CountNoRoom(PacketBlock block)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        Span<uint> info = stackalloc uint[MemInfoDrops + 1];
        info.Clear();
        _udp.GetRawSocketOption(SolSocket, SoMemInfo, MemoryMarshal.AsBytes(info));
        block.NotSeen = info[MemInfoDrops] - _toldNoRoom;
        _toldNoRoom = info[MemInfoDrops];
        Volatile.Write(ref _dropped[(int)HepDropReason.NoRoom], _toldNoRoom);
    }

    private void Drop(HepDropReason reason) => Volatile.Write(ref _dropped[(int)reason], _dropped[(int)reason] + 1);

    private static IpAddress128 AddressOf(SocketAddress address) => EndpointOf(address).Address;

    private long NowNs() => (_time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;
}
