using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using VoiceQuality.Protocols.Hep;
using VoiceQuality.Protocols.Network;

namespace VoiceQuality.Monitor.Sources.Hep;

/// <summary>
/// Packets that capture agents send (HEP over UDP, TCP and TLS): Kamailio, OpenSIPS, rtpengine, heplify. What is left
/// out is counted by its reason.
/// </summary>
public sealed class HepSource : ILiveSource
{
    /// <summary>Ports tried when any will do.</summary>
    private const int PortsToTry = 16;

    private const int ReceiveBuffer = 8 * 1_048_576;
    private const int SolSocket = 1;
    private const int SoMemInfo = 55;
    private const int MemInfoUsed = 0;
    private const int MemInfoLimit = 1;
    private const int MemInfoDrops = 8;

    // Agents tell a packet a little after it has passed.
    private const long HeldBackNs = 2_000_000_000;

    // A connection may be taken away after that much silence, when another one asks for its place.
    private const long SilentNs = 60_000_000_000;

    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(100);

    // What came over TLS waits so long at most.
    private static readonly TimeSpan AskedEvery = TimeSpan.FromMilliseconds(10);

    private readonly Socket _udp;
    private readonly Socket _listener;
    private readonly Socket? _tlsListener;
    private readonly HepTlsOptions? _tls;
    private readonly List<HepConnection> _connections = [];
    private readonly List<Socket> _readable = [];
    private readonly byte[] _datagram = new byte[ushort.MaxValue];
    private readonly SocketAddress _from;
    private readonly HepGate _gate;
    private readonly HepOptions _options;
    private readonly byte[] _inflated = new byte[DatagramFrames.MaxPayload + 1];
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
        _options = options;
        _tls = options.Tls;
        _time = time;
        _stop = stop;
        var family = options.Listen.AddressFamily;
        _from = new SocketAddress(family);
        (_udp, _listener) = ListenOnBoth(options.Listen, options.MaxConnections);
        LocalEndPoint = new IPEndPoint(options.Listen.Address, ((IPEndPoint)_udp.LocalEndPoint!).Port);
        try
        {
            _tlsListener = _tls is null ? null : Listen(_tls.Listen, options.MaxConnections);
            TlsEndPoint = (IPEndPoint?)_tlsListener?.LocalEndPoint;
        }
        catch
        {
            Dispose();
            throw;
        }

        Name = TlsEndPoint is null ? $"HEP on {LocalEndPoint}" : $"HEP on {LocalEndPoint} and {TlsEndPoint} (TLS)";
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>Where it listens, for UDP and TCP.</summary>
    public IPEndPoint LocalEndPoint { get; }

    /// <summary>Where it listens for TLS; null when it does not.</summary>
    public IPEndPoint? TlsEndPoint { get; }

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
            if ((connection.Socket is not { } socket || _readable.Contains(socket))
                && !ReadConnection(connection, block, ref used))
            {
                Close(connection);
            }
        }

        if (_readable.Contains(_listener))
        {
            Accept(_listener);
        }

        if (_tlsListener is not null && _readable.Contains(_tlsListener))
        {
            Accept(_tlsListener);
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
        _tlsListener?.Dispose();
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

    /// <summary>
    /// UDP and TCP on one port. Where any port will do, one that is free for the first may be taken for the second:
    /// then others are tried.
    /// </summary>
    private static (Socket Udp, Socket Tcp) ListenOnBoth(IPEndPoint listen, int connections)
    {
        for (var left = listen.Port == 0 ? PortsToTry : 1; ; left--)
        {
            var family = listen.AddressFamily;
            var udp = new Socket(family, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = ReceiveBuffer };
            var tcp = new Socket(family, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                udp.Bind(listen);
                tcp.Bind(new IPEndPoint(listen.Address, ((IPEndPoint)udp.LocalEndPoint!).Port));
                tcp.Listen(connections);
                return (udp, tcp);
            }
            catch (SocketException exception)
            {
                udp.Dispose();
                tcp.Dispose();
                if (left == 1 || exception.SocketErrorCode != SocketError.AddressAlreadyInUse)
                {
                    throw;
                }
            }
        }
    }

    private bool HasWaiting() => _udp.Poll(0, SelectMode.SelectRead);

    private void Wait(TimeSpan time)
    {
        _readable.Clear();
        _readable.Add(_udp);
        _readable.Add(_listener);
        if (_tlsListener is not null)
        {
            _readable.Add(_tlsListener);
        }

        foreach (var connection in _connections)
        {
            if (connection.Socket is { } socket)
            {
                _readable.Add(socket);
            }
            else if (time > AskedEvery)
            {
                time = AskedEvery;
            }
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

        var isAlive = connection.Receive(NowNs());
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
        if (reason == HepDropReason.None && message.IsCompressed)
        {
            // After the gate, so that only who may send makes us work.
            reason = HepInflater.TryInflate(message.Payload, _inflated, out var length)
                ? HepDropReason.None
                : HepDropReason.Malformed;
            message = message.Inflated(_inflated.AsSpan(0, length));
        }

        if (reason == HepDropReason.None && !HepFrames.TryAdd(message, block, ref used))
        {
            reason = HepDropReason.OtherPayload;
        }

        if (reason != HepDropReason.None)
        {
            Drop(reason);
        }
    }

    private void Accept(Socket listener)
    {
        var socket = listener.Accept();
        if (socket.RemoteEndPoint is not { } remote)
        {
            socket.Dispose();
            return;
        }

        var sender = AddressOf(remote.Serialize());
        var reason = !_gate.IsAllowed(sender) ? HepDropReason.SenderNotAllowed
            : !HasRoomFor(sender) ? HepDropReason.TooManyConnections
            : HepDropReason.None;
        if (reason != HepDropReason.None)
        {
            Drop(reason);
            socket.Dispose();
            return;
        }

        socket.Blocking = listener == _tlsListener;
        _connections.Add(listener == _tlsListener
            ? new HepTlsConnection(socket, sender, _tls!)
            : new HepTcpConnection(socket, sender));
        _connections[^1].HeardAtNs = NowNs();
    }

    /// <summary>
    /// Whether a sender may have another connection. One that was silent for a minute makes room: of this sender where
    /// it has too many, else the one silent longest.
    /// </summary>
    private bool HasRoomFor(IpAddress128 sender)
    {
        var own = _connections.Count(connection => connection.Sender == sender);
        if (own < _options.MaxConnectionsOfOneSender && _connections.Count < _options.MaxConnections)
        {
            return true;
        }

        var isTooManyOfOne = own >= _options.MaxConnectionsOfOneSender;
        var silent = _connections.Where(connection => !isTooManyOfOne || connection.Sender == sender)
            .MinBy(static connection => connection.HeardAtNs);
        if (silent is null || NowNs() - silent.HeardAtNs < SilentNs)
        {
            return false;
        }

        Close(silent);
        return true;
    }

    private void Close(HepConnection connection)
    {
        if (connection.HasFailed)
        {
            Drop(HepDropReason.TlsFailed);
        }

        _connections.Remove(connection);
        connection.Dispose();
    }

    private static Socket Listen(IPEndPoint endPoint, int backlog)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(endPoint);
            socket.Listen(backlog);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
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
        block.BacklogPercent = block.NotSeen > 0
            ? 100
            : (int)Math.Min(100, info[MemInfoUsed] * 100L / Math.Max(1, info[MemInfoLimit]));
    }

    private void Drop(HepDropReason reason) => Volatile.Write(ref _dropped[(int)reason], _dropped[(int)reason] + 1);

    private static IpAddress128 AddressOf(SocketAddress address) => EndpointOf(address).Address;

    private long NowNs() => (_time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;
}
