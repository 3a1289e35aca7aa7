using VoiceQuality.Protocols.Network;

namespace VoiceQuality.Monitor.Reassembly;

/// <summary>
/// The TCP connections that carry SIP, each direction by itself. One is followed from a segment that begins a message
/// or a WebSocket handshake, or from its SYN where a port is SIP's. Their number and the octets they hold are bounded:
/// the one that was silent longest goes first.
/// </summary>
internal sealed class SipConnections(int maxConnections, int maxOctets)
{
    private const ushort SipPort = 5060;

    private readonly Dictionary<Key, LinkedListNode<SipConnection>> _index = [];
    private readonly LinkedList<SipConnection> _bySilence = new();
    private long _octets;
    private long _breaksOfGone;

    /// <summary>Connections that were given up for want of room.</summary>
    public long Evicted { get; private set; }

    /// <summary>Places where octets were missing or no message began.</summary>
    public long Breaks => _breaksOfGone + _bySilence.Sum(connection => (long)connection.Breaks);

    /// <summary>
    /// The connection of the segment, with the segment in it; null when it is none that carries SIP. The caller takes
    /// the messages and then says <see cref="Settle"/>.
    /// </summary>
    public SipConnection? Add(in TcpSegment segment, IpAddress128 from, IpAddress128 to, long atNs)
    {
        var key = new Key(new IpEndpoint(from, segment.SourcePort), new IpEndpoint(to, segment.DestinationPort));
        if (!_index.TryGetValue(key, out var node))
        {
            var isOpening = segment.IsSyn && (segment.SourcePort == SipPort || segment.DestinationPort == SipPort);
            if (!isOpening && !SipConnection.MayBegin(segment.Payload))
            {
                return null;
            }

            node = _bySilence.AddLast(new SipConnection(key.Source, key.Destination));
            _index.Add(key, node);
        }
        else if (node.Next is not null)
        {
            _bySilence.Remove(node);
            _bySilence.AddLast(node);
        }

        var connection = node.Value;
        var before = connection.Octets;
        if (segment.IsSyn)
        {
            connection.Open(segment.Sequence);
        }
        else
        {
            connection.Add(segment, atNs);
        }

        _octets += connection.Octets - before;
        return connection;
    }

    /// <summary>Ends a connection that its sender ended, and makes room.</summary>
    public void Settle(in TcpSegment segment)
    {
        if (segment.IsEnd && _bySilence.Last is { Value.IsWaiting: false } last)
        {
            Drop(last);
        }

        while (_bySilence.First is { } silent && (_bySilence.Count > maxConnections || _octets > maxOctets))
        {
            Evicted++;
            Drop(silent);
        }
    }

    private void Drop(LinkedListNode<SipConnection> node)
    {
        var connection = node.Value;
        _octets -= connection.Octets;
        _breaksOfGone += connection.Breaks;
        connection.Clear();
        _index.Remove(new Key(connection.Source, connection.Destination));
        _bySilence.Remove(node);
    }

    private readonly record struct Key(IpEndpoint Source, IpEndpoint Destination)
    {
        // Seeded in each process, so that a sender cannot aim at one bucket.
        public override int GetHashCode() => HashCode.Combine(Source, Destination);
    }
}
