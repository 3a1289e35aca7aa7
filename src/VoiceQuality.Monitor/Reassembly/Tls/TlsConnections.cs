using VoiceQuality.Monitor.Limits;
using VoiceQuality.Protocols.Network;
using VoiceQuality.Protocols.Tls;

namespace VoiceQuality.Monitor.Reassembly.Tls;

/// <summary>
/// The TLS connections that a key log may open, from their ClientHello on. Their number and octets are bounded, of one
/// client and of all: the one that was silent longest goes first, and those that are known to carry SIP after all
/// others, because what is given up cannot be read again before its next ClientHello.
/// </summary>
internal sealed class TlsConnections(
    ITlsSecrets secrets, int maxConnections, int maxOctets, int percentOfOneSource = 100)
{
    private const byte Handshake = 22;
    private const byte ClientHello = 1;
    private const int OwnOctets = 2_048;

    private readonly int _maxOfOneSource = SourceShares.Of(maxConnections, percentOfOneSource);
    private readonly int _maxOctetsOfOneSource = SourceShares.Of(maxOctets, percentOfOneSource);
    private readonly Dictionary<(IpEndpoint Client, IpEndpoint Server), Entry> _index = [];
    private readonly Dictionary<IpAddress128, Share> _shares = [];
    private readonly Share _all = new();
    private readonly byte[] _plain = new byte[TlsRecordCipher.MaxRecordLength];
    private readonly long[] _ended = new long[Enum.GetValues<TlsEndReason>().Length];
    private Entry? _last;
    private long _resumedOfGone;
    private long _earlyDataOfGone;

    /// <summary>Connections that were given up for want of room.</summary>
    public long Evicted { get; private set; }

    /// <summary>Times that octets were missing and reading went on behind them.</summary>
    public long Resumed => _resumedOfGone + _index.Values.Sum(static entry => (long)entry.Connection.Resumed);

    /// <summary>Connections whose client sent data before the server answered, which was not read.</summary>
    public long EarlyData => _earlyDataOfGone + _index.Values.LongCount(static entry => entry.Connection.HasEarlyData);

    /// <summary>Connections of which nothing more was read.</summary>
    public long Ended(TlsEndReason reason) => _ended[(int)reason];

    /// <summary>The connection that messages may be taken from; null when the segment is of none.</summary>
    public TlsConnection? Add(in TcpSegment segment, IpAddress128 source, IpAddress128 destination, long atNs)
    {
        var from = new IpEndpoint(source, segment.SourcePort);
        var to = new IpEndpoint(destination, segment.DestinationPort);
        var isFromClient = _index.TryGetValue((from, to), out var entry);
        if (isFromClient && segment.IsSyn)
        {
            // The same ports again: whatever was there is over.
            Drop(entry!);
            return null;
        }

        if (entry is null && !_index.TryGetValue((to, from), out entry))
        {
            if (!IsClientHello(segment.Payload))
            {
                return null;
            }

            isFromClient = true;
            entry = Follow(from, to, segment.Acknowledgment);
        }

        _last = entry;
        var connection = entry.Connection;
        connection.Add(segment, isFromClient, atNs);
        _all.Heard(entry.Node, connection.IsSip);
        entry.Share.Heard(entry.NodeOfSource, connection.IsSip);
        Weigh(entry, OwnOctets + connection.Octets);
        return connection;
    }

    /// <summary>Forgets a connection that is over, and makes room.</summary>
    public void Settle(in TcpSegment segment)
    {
        if (_last is not { } last)
        {
            return;
        }

        _last = null;
        if (last.Connection.Ended is { } reason)
        {
            _ended[(int)reason]++;
            Drop(last);
        }
        else if (segment.IsEnd && !segment.IsSyn && ++last.Ends == 2)
        {
            Drop(last);
        }

        while (last.Share.Silent is { } own
            && (last.Share.Count > _maxOfOneSource || last.Share.Octets > _maxOctetsOfOneSource))
        {
            Evicted++;
            Drop(own);
        }

        while (_all.Silent is { } silent && (_all.Count > maxConnections || _all.Octets > maxOctets))
        {
            Evicted++;
            Drop(silent);
        }
    }

    private static bool IsClientHello(ReadOnlySpan<byte> payload) =>
        payload.Length > 5 && payload[0] == Handshake && payload[1] == 3 && payload[2] <= 4 && payload[5] == ClientHello;

    private Entry Follow(IpEndpoint client, IpEndpoint server, uint serverSequence)
    {
        if (!_shares.TryGetValue(client.Address.Site, out var share))
        {
            share = new Share();
            _shares.Add(client.Address.Site, share);
        }

        var entry = new Entry(
            client, server, new TlsConnection(client, server, serverSequence, secrets, _plain), share);
        _index.Add((client, server), entry);
        return entry;
    }

    private void Weigh(Entry entry, int octets)
    {
        _all.Octets += octets - entry.Octets;
        entry.Share.Octets += octets - entry.Octets;
        entry.Octets = octets;
    }

    private void Drop(Entry entry)
    {
        var connection = entry.Connection;

        // Its secrets never came.
        _ended[(int)TlsEndReason.NoSecret] += connection is { Ended: null, IsWaiting: true } ? 1 : 0;
        _resumedOfGone += connection.Resumed;
        _earlyDataOfGone += connection.HasEarlyData ? 1 : 0;
        Weigh(entry, 0);
        connection.Dispose();
        _index.Remove((entry.Client, entry.Server));
        entry.Node.List!.Remove(entry.Node);
        entry.NodeOfSource.List!.Remove(entry.NodeOfSource);
        if (entry.Share.Count == 0)
        {
            _shares.Remove(entry.Client.Address.Site);
        }
    }

    /// <summary>All connections, or those of one client, by how long they were silent.</summary>
    private sealed class Share
    {
        private readonly LinkedList<Entry> _others = new();
        private readonly LinkedList<Entry> _ofSip = new();

        public int Count => _others.Count + _ofSip.Count;

        public long Octets;

        /// <summary>Who goes first; null for nobody.</summary>
        public Entry? Silent => (_others.First ?? _ofSip.First)?.Value;

        public void Heard(LinkedListNode<Entry> node, bool isSip)
        {
            var list = isSip ? _ofSip : _others;
            if (node.List != list || node.Next is not null)
            {
                node.List?.Remove(node);
                list.AddLast(node);
            }
        }
    }

    private sealed class Entry
    {
        public Entry(IpEndpoint client, IpEndpoint server, TlsConnection connection, Share share)
        {
            (Client, Server, Connection, Share) = (client, server, connection, share);
            Node = new LinkedListNode<Entry>(this);
            NodeOfSource = new LinkedListNode<Entry>(this);
        }

        public IpEndpoint Client { get; }

        public IpEndpoint Server { get; }

        public TlsConnection Connection { get; }

        public Share Share { get; }

        public LinkedListNode<Entry> Node { get; }

        public LinkedListNode<Entry> NodeOfSource { get; }

        public int Octets;

        public int Ends;
    }
}
