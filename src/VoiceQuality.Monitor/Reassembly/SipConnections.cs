using VoiceQuality.Monitor.Limits;
using VoiceQuality.Protocols.Network;

namespace VoiceQuality.Monitor.Reassembly;

/// <summary>
/// The TCP connections that carry SIP, each direction by itself. One is followed from a segment that begins a message
/// or a WebSocket handshake, or from its SYN where a port is SIP's. Their number and the octets they hold are bounded,
/// of one sender and of all: the one that was silent longest goes first.
/// </summary>
internal sealed class SipConnections(int maxConnections, int maxOctets, int percentOfOneSource = 100)
{
    private const ushort SipPort = 5060;

    private readonly int _maxOfOneSource = SourceShares.Of(maxConnections, percentOfOneSource);
    private readonly int _maxOctetsOfOneSource = SourceShares.Of(maxOctets, percentOfOneSource);
    private readonly Dictionary<Key, Entry> _index = [];
    private readonly Dictionary<IpAddress128, Share> _shares = [];
    private readonly LinkedList<Entry> _bySilence = new();
    private Entry? _last;
    private long _octets;
    private long _breaksOfGone;

    /// <summary>Connections that were given up for want of room.</summary>
    public long Evicted { get; private set; }

    /// <summary>Places where octets were missing or no message began.</summary>
    public long Breaks => _breaksOfGone + _bySilence.Sum(entry => (long)entry.Connection.Breaks);

    /// <summary>
    /// The connection of the segment, with the segment in it; null when it is none that carries SIP. The caller takes
    /// the messages and then says <see cref="Settle"/>.
    /// </summary>
    public SipConnection? Add(in TcpSegment segment, IpAddress128 from, IpAddress128 to, long atNs)
    {
        var key = new Key(new IpEndpoint(from, segment.SourcePort), new IpEndpoint(to, segment.DestinationPort));
        if (!_index.TryGetValue(key, out var entry))
        {
            var isOpening = segment.IsSyn && (segment.SourcePort == SipPort || segment.DestinationPort == SipPort);
            if (!isOpening && !SipConnection.MayBegin(segment.Payload))
            {
                return null;
            }

            entry = Follow(key);
        }
        else
        {
            MoveToEnd(entry.Node);
            MoveToEnd(entry.NodeOfSource);
        }

        _last = entry;
        var connection = entry.Connection;
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
        entry.Share.Octets += connection.Octets - before;
        return connection;
    }

    /// <summary>Ends a connection that its sender ended, and makes room.</summary>
    public void Settle(in TcpSegment segment)
    {
        if (_last is not { } last)
        {
            return;
        }

        _last = null;
        var share = last.Share;
        if (segment.IsEnd && !last.Connection.IsWaiting)
        {
            Drop(last);
        }

        while (share.BySilence.First is { } own
            && (share.BySilence.Count > _maxOfOneSource || share.Octets > _maxOctetsOfOneSource))
        {
            Evicted++;
            Drop(own.Value);
        }

        while (_bySilence.First is { } silent && (_bySilence.Count > maxConnections || _octets > maxOctets))
        {
            Evicted++;
            Drop(silent.Value);
        }
    }

    private static void MoveToEnd(LinkedListNode<Entry> node)
    {
        if (node.Next is not null)
        {
            var list = node.List!;
            list.Remove(node);
            list.AddLast(node);
        }
    }

    private Entry Follow(in Key key)
    {
        var site = key.Source.Address.Site;
        if (!_shares.TryGetValue(site, out var share))
        {
            share = new Share();
            _shares.Add(site, share);
        }

        var entry = new Entry(new SipConnection(key.Source, key.Destination), share);
        _index.Add(key, entry);
        _bySilence.AddLast(entry.Node);
        share.BySilence.AddLast(entry.NodeOfSource);
        return entry;
    }

    private void Drop(Entry entry)
    {
        var connection = entry.Connection;
        _octets -= connection.Octets;
        entry.Share.Octets -= connection.Octets;
        _breaksOfGone += connection.Breaks;
        connection.Clear();
        _index.Remove(new Key(connection.Source, connection.Destination));
        _bySilence.Remove(entry.Node);
        entry.Share.BySilence.Remove(entry.NodeOfSource);
        if (entry.Share.BySilence.Count == 0)
        {
            _shares.Remove(connection.Source.Address.Site);
        }
    }

    /// <summary>The connections of one sender.</summary>
    private sealed class Share
    {
        public LinkedList<Entry> BySilence { get; } = new();

        public long Octets;
    }

    private sealed class Entry
    {
        public Entry(SipConnection connection, Share share)
        {
            Connection = connection;
            Share = share;
            Node = new LinkedListNode<Entry>(this);
            NodeOfSource = new LinkedListNode<Entry>(this);
        }

        public SipConnection Connection { get; }

        public Share Share { get; }

        public LinkedListNode<Entry> Node { get; }

        public LinkedListNode<Entry> NodeOfSource { get; }
    }

    private readonly record struct Key(IpEndpoint Source, IpEndpoint Destination)
    {
        // Seeded in each process, so that a sender cannot aim at one bucket.
        public override int GetHashCode() => HashCode.Combine(Source, Destination);
    }
}
