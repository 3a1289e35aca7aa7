using VoiceQuality.Protocols.Network;
using VoiceQuality.Protocols.Tls;

namespace VoiceQuality.Monitor.Reassembly.Tls;

/// <summary>
/// The TLS connections that a key log may open, from their ClientHello on. Their number and octets are bounded: the one
/// that was silent longest goes first, and those that are known to carry SIP after all others, because what is given up
/// cannot be read again before its next ClientHello.
/// </summary>
internal sealed class TlsConnections(ITlsSecrets secrets, int maxConnections, int maxOctets)
{
    private const byte Handshake = 22;
    private const byte ClientHello = 1;
    private const int OwnOctets = 2_048;

    private readonly Dictionary<(IpEndpoint Client, IpEndpoint Server), LinkedListNode<Entry>> _index = [];
    private readonly LinkedList<Entry> _others = new();
    private readonly LinkedList<Entry> _ofSip = new();
    private readonly byte[] _plain = new byte[TlsRecordCipher.MaxRecordLength];
    private readonly long[] _ended = new long[Enum.GetValues<TlsEndReason>().Length];
    private LinkedListNode<Entry>? _last;
    private long _octets;

    /// <summary>Connections that were given up for want of room.</summary>
    public long Evicted { get; private set; }

    /// <summary>Connections of which nothing more was read.</summary>
    public long Ended(TlsEndReason reason) => _ended[(int)reason];

    /// <summary>The connection that messages may be taken from; null when the segment is of none.</summary>
    public TlsConnection? Add(in TcpSegment segment, IpAddress128 source, IpAddress128 destination)
    {
        var from = new IpEndpoint(source, segment.SourcePort);
        var to = new IpEndpoint(destination, segment.DestinationPort);
        var isFromClient = _index.TryGetValue((from, to), out var node);
        if (isFromClient && segment.IsSyn)
        {
            // The same ports again: whatever was there is over.
            Drop(node!);
            return null;
        }

        if (node is null && !_index.TryGetValue((to, from), out node))
        {
            if (!IsClientHello(segment.Payload))
            {
                return null;
            }

            isFromClient = true;
            node = _others.AddLast(new Entry(
                from, to, new TlsConnection(from, to, segment.Acknowledgment, secrets, _plain)));
            _index.Add((from, to), node);
        }

        _last = node;
        var connection = node.Value.Connection;
        connection.Add(segment, isFromClient);
        MoveToEnd(node, connection.IsSip ? _ofSip : _others);
        var octets = OwnOctets + connection.Octets;
        _octets += octets - node.Value.Octets;
        node.Value.Octets = octets;
        return connection;
    }

    /// <summary>Forgets a connection that is over, and makes room.</summary>
    public void Settle(in TcpSegment segment)
    {
        if (_last is { } last)
        {
            _last = null;
            if (last.Value.Connection.Ended is { } reason)
            {
                _ended[(int)reason]++;
                Drop(last);
            }
            else if (segment.IsEnd && !segment.IsSyn && ++last.Value.Ends == 2)
            {
                Drop(last);
            }
        }

        while ((_others.First ?? _ofSip.First) is { } silent && (_index.Count > maxConnections || _octets > maxOctets))
        {
            Evicted++;
            Drop(silent);
        }
    }

    private static void MoveToEnd(LinkedListNode<Entry> node, LinkedList<Entry> list)
    {
        if (node.List != list || node.Next is not null)
        {
            node.List!.Remove(node);
            list.AddLast(node);
        }
    }

    private static bool IsClientHello(ReadOnlySpan<byte> payload) =>
        payload.Length > 5 && payload[0] == Handshake && payload[1] == 3 && payload[2] <= 4 && payload[5] == ClientHello;

    private void Drop(LinkedListNode<Entry> node)
    {
        // Its secrets never came.
        _ended[(int)TlsEndReason.NoSecret] += node.Value.Connection is { Ended: null, IsWaiting: true } ? 1 : 0;
        _octets -= node.Value.Octets;
        node.Value.Connection.Dispose();
        _index.Remove((node.Value.Client, node.Value.Server));
        node.List!.Remove(node);
    }

    private sealed class Entry(IpEndpoint client, IpEndpoint server, TlsConnection connection)
    {
        public IpEndpoint Client => client;

        public IpEndpoint Server => server;

        public TlsConnection Connection => connection;

        public int Octets;

        public int Ends;
    }
}
