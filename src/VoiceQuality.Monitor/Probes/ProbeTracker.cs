using System.Buffers.Binary;
using System.Security.Cryptography;
using VoiceQuality.Monitor.Limits;
using VoiceQuality.Monitor.Pipeline;
using VoiceQuality.Protocols.Network;
using VoiceQuality.Protocols.Sip;

namespace VoiceQuality.Monitor.Probes;

/// <summary>
/// Follows OPTIONS transactions outside dialogs. Each is kept for 32 s from its first request, answered or not, so that
/// retransmissions find it, and is then final. What the end of the capture cuts short is no result and is left out.
/// </summary>
internal sealed class ProbeTracker(MonitorOptions options)
{
    /// <summary>RFC 3261 §17.1.2.2 timer F: a request without a final response has failed after this.</summary>
    private const long NoResponseNs = 32_000_000_000;

    /// <summary>A start that lies so far ahead was seen before the capture clock was set back.</summary>
    private const long StepBackNs = 60_000_000_000;

    private readonly Dictionary<Identity, Probe> _probes = [];

    // Each is kept for the same time, so the first to come is the first to go.
    private readonly Queue<Probe> _order = new();
    private readonly SourceShares _shares = new(SourceShares.Of(options.MaxProbes, options.MaxPercentOfOneSource));

    /// <summary>Transactions that found no room.</summary>
    public long Dropped { get; private set; }

    /// <summary>Transactions that are kept.</summary>
    public int Count => _order.Count;

    /// <summary>Takes a message if it is one of these transactions.</summary>
    public void Read(in SipMessage message, IpEndpoint source, IpEndpoint destination, long atNs)
    {
        if (message.IsRequest)
        {
            if (message.Method == SipMethod.Options && message.ToTag.IsEmpty)
            {
                ReadRequest(message, source, destination, atNs);
            }
        }
        else if (message.CSeqMethod == SipMethod.Options && message.StatusCode >= 200
            && _probes.Count > 0 && _probes.TryGetValue(IdentityOf(message), out var probe)
            && probe.FinalStatus == 0)
        {
            probe.FinalStatus = message.StatusCode;
            probe.EndedAtNs = Math.Max(atNs, probe.StartedAtNs);
        }
    }

    /// <summary>Hands over what is final.</summary>
    public void Expire(long nowNs, BlockReport report)
    {
        while (_order.TryPeek(out var probe) && nowNs - probe.StartedAtNs is >= NoResponseNs or < -StepBackNs)
        {
            _order.Dequeue();
            _probes.Remove(probe.Identity);
            _shares.Remove(probe.Source);
            if (probe.FinalStatus != 0 || nowNs >= probe.StartedAtNs)
            {
                report.Probes.Add((report.Ticks, probe.ToRecord()));
            }
        }
    }

    /// <summary>Hands over what was answered: nothing more will be seen.</summary>
    public void CloseAll(BlockReport report)
    {
        while (_order.TryDequeue(out var probe))
        {
            if (probe.FinalStatus != 0)
            {
                report.Probes.Add((report.Ticks, probe.ToRecord()));
            }
        }

        _probes.Clear();
        _shares.Clear();
    }

    private void ReadRequest(in SipMessage message, IpEndpoint source, IpEndpoint destination, long atNs)
    {
        var identity = IdentityOf(message);
        if (_probes.TryGetValue(identity, out var known))
        {
            known.Retransmissions++;
        }
        else if (_order.Count >= options.MaxProbes || _shares.IsFull(source.Address))
        {
            Dropped++;
        }
        else
        {
            var probe = new Probe(identity, source, destination, atNs);
            _probes.Add(identity, probe);
            _order.Enqueue(probe);
            _shares.Add(source.Address);
        }
    }

    private static Identity IdentityOf(in SipMessage message)
    {
        // Hashed one by one: a Call-ID may be as long as a datagram.
        Span<byte> parts = stackalloc byte[(2 * SHA256.HashSizeInBytes) + sizeof(uint)];
        SHA256.HashData(message.CallId, parts);
        SHA256.HashData(message.Branch, parts[SHA256.HashSizeInBytes..]);
        BinaryPrimitives.WriteUInt32BigEndian(parts[(2 * SHA256.HashSizeInBytes)..], message.CSeqNumber);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(parts, hash);
        return new Identity(
            BinaryPrimitives.ReadUInt64BigEndian(hash), BinaryPrimitives.ReadUInt64BigEndian(hash[sizeof(ulong)..]));
    }

    // Code over UInt128 cannot be compiled ahead, and this is looked at for every message.
    private readonly record struct Identity(ulong Upper, ulong Lower);

    private sealed class Probe(Identity identity, IpEndpoint source, IpEndpoint destination, long startedAtNs)
    {
        public Identity Identity => identity;

        public IpAddress128 Source => source.Address;

        public long StartedAtNs => startedAtNs;

        public long EndedAtNs;
        public int FinalStatus;
        public int Retransmissions;

        public ProbeRecord ToRecord() => new(
            new UInt128(identity.Upper, identity.Lower),
            source,
            destination,
            startedAtNs / 1_000,
            FinalStatus == 0 ? null : EndedAtNs / 1_000,
            FinalStatus == 0 ? null : FinalStatus,
            Retransmissions);
    }
}
