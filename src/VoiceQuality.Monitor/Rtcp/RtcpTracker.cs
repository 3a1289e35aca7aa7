using System.Collections.Immutable;
using VoiceQuality.Monitor.Pipeline;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Protocols.Network;
using VoiceQuality.Protocols.Rtcp;

namespace VoiceQuality.Monitor.Rtcp;

/// <summary>
/// Reads RTCP in capture order, wherever its lane was, and knows at the end of a stream what was said of it and how
/// long its path is. A stream is known by its SSRC and the place that it is sent from, with RTCP on the same port
/// (RFC 5761) or on the next; where SDP put RTCP on other ports, by SSRC and address, when no other stream there has
/// the same. Where reports come from does not matter: a receiver may have several addresses.
/// </summary>
internal sealed class RtcpTracker(int maxSources)
{
    private const long SweepNs = 10_000_000_000;

    /// <summary>How long a source is kept whose stream is final, for reports of a copy of it, ns.</summary>
    private const long TakenIdleNs = 60_000_000_000;

    /// <summary>How long a source without RTCP is kept, ns.</summary>
    private const long IdleNs = 900_000_000_000;

    private readonly Dictionary<Key, RtcpSource> _sources = [];
    private readonly Dictionary<AddressKey, Key?> _byAddress = [];
    private readonly List<Key> _dead = [];
    private SweepClock _sweeps;
    private int _most;

    /// <summary>Sources in the table.</summary>
    public int Count => _sources.Count;

    /// <summary>Reports and references that found the table full.</summary>
    public long Refused { get; private set; }

    /// <summary>Reads one compound packet.</summary>
    /// <param name="payload">Its octets.</param>
    /// <param name="source">Where it came from.</param>
    /// <param name="destination">Where it goes.</param>
    /// <param name="atNs">Capture time, ns.</param>
    /// <param name="trust">
    /// What signalling says of its ends: what nobody announced may fill half of the table, what comes from elsewhere
    /// than its call said three quarters.
    /// </param>
    public void Read(
        ReadOnlySpan<byte> payload, IpEndpoint source, IpEndpoint destination, long atNs,
        FlowTrust trust = FlowTrust.AtHome)
    {
        _most = trust switch
        {
            FlowTrust.AtHome => maxSources,
            FlowTrust.Elsewhere => (int)(maxSources * 3L / 4),
            _ => maxSources / 2,
        };
        if (!RtcpCompound.TryParse(payload, out var compound, out _))
        {
            return;
        }

        if (_sweeps.IsDue(atNs, SweepNs))
        {
            Sweep(atNs);
        }

        foreach (var packet in compound)
        {
            if (packet.Ssrc is not { } reporter)
            {
                continue;
            }

            if (packet.TryGetSenderInfo(out var info) && info.NtpTimestamp != 0
                && Find(source, reporter, atNs) is { } sender)
            {
                sender.NoteReference(info.NtpMiddle, atNs);
            }

            foreach (var block in packet.ReportBlocks)
            {
                Find(destination, block.Ssrc, atNs)?.NoteReport(block, new RtcpReporter(source, reporter), atNs);
            }

            ReadExtended(packet, reporter, source, destination, atNs);
        }
    }

    /// <summary>What was said of a stream, and the delay of its path.</summary>
    /// <param name="stream">The stream as it was measured.</param>
    /// <param name="isFinal">False at a checkpoint: it goes on.</param>
    /// <param name="reports">Where reports go.</param>
    public PathDelay? Take(StreamRecord stream, bool isFinal, ImmutableArray<RemoteReport>.Builder reports)
    {
        var own = FindKnown(stream.Source, stream.Ssrc);
        if (own is null)
        {
            return null;
        }

        own.IsTaken |= isFinal;
        own.AddTo(reports, stream.ClockRateHz);
        var opposite = own.Reporter is { } peer ? FindKnown(peer.Place, peer.Ssrc) : null;
        var senderSideUs = opposite?.ReceiverSideUs;
        var toldUs = own.ToldRoundTripUs ?? opposite?.ToldRoundTripUs;
        var measuredUs = senderSideUs + own.ReceiverSideUs;
        return senderSideUs is null && own.ReceiverSideUs is null && toldUs is null
            ? null
            : new PathDelay(
                senderSideUs,
                own.ReceiverSideUs,
                toldUs ?? measuredUs,
                toldUs is not null ? RoundTripSource.RtcpXr : measuredUs is not null ? RoundTripSource.Rtcp : null);
    }

    /// <summary>See <see cref="RtcpSource.LostOver"/>.</summary>
    public int? LostOver(IpEndpoint place, uint ssrc, ushort first, ushort last) =>
        FindKnown(place, ssrc)?.LostOver(first, last);

    private static IpEndpoint Rtp(IpEndpoint endpoint) => endpoint with { Port = (ushort)(endpoint.Port & ~1) };

    private void ReadExtended(
        RtcpPacket packet, uint reporter, IpEndpoint source, IpEndpoint destination, long atNs)
    {
        RtcpExtendedFacts? noted = null;
        foreach (var block in packet.XrBlocks)
        {
            if (RtcpVoipMetrics.TryRead(block, out var voip))
            {
                About(voip.Ssrc)?.Note(voip);
            }
            else if (RtcpXrRunLengths.TryRead(block, out var lengths))
            {
                About(lengths.Ssrc)?.Note(lengths);
            }
            else if (RtcpXrStatistics.TryRead(block, out var statistics))
            {
                About(statistics.Ssrc)?.Note(statistics);
            }
            else if (RtcpXrReceiptTimes.TryRead(block, out var times))
            {
                About(times.Ssrc)?.Note(times);
            }
            else if (RtcpXrRoundTrip.TryReadReference(block, out var ntp))
            {
                Find(source, reporter, atNs)?.NoteReference((uint)(ntp >> 16), atNs);
            }
            else
            {
                ReadEchoes(block, destination, atNs);
            }
        }

        RtcpExtendedFacts? About(uint ssrc)
        {
            var facts = Find(destination, ssrc, atNs)?.Extended(new RtcpReporter(source, reporter), atNs);
            if (facts is not null && facts != noted)
            {
                facts.NotePacket(atNs);
                noted = facts;
            }

            return facts;
        }
    }

    private void ReadEchoes(RtcpXrBlock block, IpEndpoint destination, long atNs)
    {
        for (var i = 0; i < RtcpXrRoundTrip.EchoCount(block); i++)
        {
            var receiver = RtcpXrRoundTrip.ReadEcho(block, i, out var lrr, out var dlrr);
            FindKnown(destination, receiver)?.NoteEcho(lrr, dlrr, atNs);
        }
    }

    private RtcpSource? FindKnown(IpEndpoint place, uint ssrc)
    {
        if (_sources.TryGetValue(new Key(Rtp(place), ssrc), out var known))
        {
            return known;
        }

        return _byAddress.TryGetValue(new AddressKey(place.Address, ssrc), out var other) && other is { } only
            ? _sources.GetValueOrDefault(only)
            : null;
    }

    private RtcpSource? Find(IpEndpoint place, uint ssrc, long atNs)
    {
        var key = new Key(Rtp(place), ssrc);
        if (!_sources.TryGetValue(key, out var known))
        {
            if (_sources.Count >= _most)
            {
                Refused++;
                return null;
            }

            known = new RtcpSource();
            _sources.Add(key, known);
            var address = new AddressKey(place.Address, ssrc);
            _byAddress[address] = _byAddress.ContainsKey(address) ? null : key;
        }

        known.LastAtNs = atNs;
        return known;
    }

    private void Sweep(long nowNs)
    {
        foreach (var (key, source) in _sources)
        {
            if (nowNs - source.LastAtNs > (source.IsTaken ? TakenIdleNs : IdleNs))
            {
                _dead.Add(key);
            }
        }

        foreach (var key in _dead)
        {
            _sources.Remove(key);
            _byAddress.Remove(new AddressKey(key.Place.Address, key.Ssrc));
        }

        _dead.Clear();
    }

    private readonly record struct Key(IpEndpoint Place, uint Ssrc);

    private readonly record struct AddressKey(IpAddress128 Address, uint Ssrc);
}
