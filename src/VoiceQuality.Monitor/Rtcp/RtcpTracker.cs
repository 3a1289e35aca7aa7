using System.Collections.Immutable;
using VoiceQuality.Monitor.Pipeline;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Protocols.Network;
using VoiceQuality.Protocols.Rtcp;

namespace VoiceQuality.Monitor.Rtcp;

/// <summary>What RTCP shows of the path of a stream.</summary>
/// <param name="Delay">Its delay; null when nothing is known of it.</param>
/// <param name="IsTerminated">Something in between ends RTCP, so that the far side is hidden.</param>
internal readonly record struct PathFacts(PathDelay? Delay, bool IsTerminated);

/// <summary>
/// Reads RTCP in capture order, wherever its lane was, and knows at the end of a stream what was said of it and how
/// long its path is. A stream is known by its SSRC and the place that it is sent from, with RTCP on the same port
/// (RFC 5761) or on the next; where SDP put RTCP on other ports, by SSRC and address, when no other stream there has
/// the same. Where reports come from does not matter: a receiver may have several addresses. A sender whose own reports
/// come from another address than its media is known by its SSRC and the address that they go to.
/// </summary>
internal sealed class RtcpTracker(int maxSources)
{
    private readonly RtcpSources _sources = new(maxSources);

    /// <summary>Sources in the table.</summary>
    public int Count => _sources.Count;

    /// <summary>Reports and references that found the table full.</summary>
    public long Refused => _sources.Refused;

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
        _sources.Most = trust switch
        {
            FlowTrust.AtHome => maxSources,
            FlowTrust.Elsewhere => (int)(maxSources * 3L / 4),
            _ => maxSources / 2,
        };
        if (!RtcpCompound.TryParse(payload, out var compound, out _))
        {
            return;
        }

        _sources.Advance(atNs);
        foreach (var packet in compound)
        {
            if (packet.Ssrc is not { } reporter)
            {
                continue;
            }

            if (packet.TryGetSenderInfo(out var info) && info.NtpTimestamp != 0
                && _sources.Find(source, reporter, atNs) is { } sender)
            {
                sender.NoteReference(info.NtpMiddle, atNs);
                _sources.NoteHeard(sender, destination.Address);
            }

            foreach (var block in packet.ReportBlocks)
            {
                _sources.Find(destination, block.Ssrc, atNs)?.NoteReport(
                    block, new RtcpReporter(source, reporter), atNs, _sources.Heard(source.Address, block.Ssrc));
            }

            ReadExtended(packet, reporter, source, destination, atNs);
        }
    }

    /// <summary>What was said of a stream, and the delay of its path.</summary>
    /// <param name="stream">The stream as it was measured.</param>
    /// <param name="ofCall">Streams of its call that are known by now, itself among them; empty without a call.</param>
    /// <param name="isFinal">False at a checkpoint: it goes on.</param>
    /// <param name="reports">Where reports go.</param>
    public PathFacts Take(
        StreamRecord stream, IReadOnlyList<StreamRecord> ofCall, bool isFinal,
        ImmutableArray<RemoteReport>.Builder reports)
    {
        if (SourceOf(stream) is not { } own)
        {
            return new PathFacts(null, IsOtherSource(stream, ofCall));
        }

        own.IsTaken |= isFinal;
        own.AddTo(reports, stream.ClockRateHz);
        var isTerminated = own.IsReportedOn ? IsOtherReporter(own, stream, ofCall) : IsOtherSource(stream, ofCall);
        var opposite = own.Reporter is { } peer ? OppositeOf(peer, stream, ofCall) : null;
        var senderSideUs = opposite?.ReceiverSideUs;
        var toldUs = own.ToldRoundTripUs ?? opposite?.ToldRoundTripUs;
        var measuredUs = senderSideUs + own.ReceiverSideUs;
        if (senderSideUs is null && own.ReceiverSideUs is null && toldUs is null)
        {
            return new PathFacts(null, isTerminated);
        }

        // What ends RTCP in between tells of the way to itself.
        return new PathFacts(
            isTerminated
                ? new PathDelay(senderSideUs, own.ReceiverSideUs, null, null)
                : new PathDelay(
                    senderSideUs,
                    own.ReceiverSideUs,
                    toldUs ?? measuredUs,
                    toldUs is not null ? RoundTripSource.RtcpXr : measuredUs is not null ? RoundTripSource.Rtcp : null),
            isTerminated);
    }

    /// <summary>See <see cref="RtcpSource.LostOver"/>.</summary>
    public int? LostOver(IpEndpoint place, uint ssrc, ushort first, ushort last) =>
        _sources.FindKnown(place, ssrc)?.LostOver(first, last);

    // The reporter sends media of the call, and none of it with the SSRC that it reports with.
    private static bool IsOtherReporter(RtcpSource own, StreamRecord stream, IReadOnlyList<StreamRecord> ofCall)
    {
        if (own.Reporter is not { } reporter)
        {
            return false;
        }

        var sendsMedia = false;
        foreach (var other in ofCall)
        {
            if (IsOpposite(other, stream) && other.Ssrc == reporter.Ssrc)
            {
                return false;
            }

            sendsMedia |= IsOpposite(other, stream) && other.Source.Address == reporter.Place.Address;
        }

        return sendsMedia;
    }

    private static bool IsOpposite(StreamRecord one, StreamRecord other) =>
        one.Direction is { } direction && other.Direction is { } opposite && direction != opposite;

    // Reports go to the sender's place, and each is on an SSRC that none of the call's streams from there has.
    private bool IsOtherSource(StreamRecord stream, IReadOnlyList<StreamRecord> ofCall)
    {
        var isOther = false;
        for (var source = _sources.First(stream.Source); source is not null; source = source.Next)
        {
            // Ports are used again: what was said before the stream began is of another call.
            if (!source.IsReportedOnSince(stream.StartedAtUs * 1_000))
            {
                continue;
            }

            foreach (var one in ofCall)
            {
                if (one.Ssrc == source.Ssrc)
                {
                    return false;
                }
            }

            isOther = ofCall.Count > 0;
        }

        return isOther;
    }

    private RtcpSource? SourceOf(StreamRecord stream) =>
        _sources.FindKnown(stream.Source, stream.Ssrc) ?? _sources.Heard(stream.Destination.Address, stream.Ssrc);

    private RtcpSource? OppositeOf(RtcpReporter peer, StreamRecord stream, IReadOnlyList<StreamRecord> ofCall)
    {
        var direct = _sources.FindKnown(peer.Place, peer.Ssrc);
        if (direct?.ReceiverSideUs is not null)
        {
            return direct;
        }

        foreach (var other in ofCall)
        {
            if (IsOpposite(other, stream) && other.Ssrc == peer.Ssrc && SourceOf(other) is { ReceiverSideUs: not null } known)
            {
                return known;
            }
        }

        return direct;
    }

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
                _sources.Find(source, reporter, atNs)?.NoteReference((uint)(ntp >> 16), atNs);
            }
            else
            {
                ReadEchoes(block, source, destination, atNs);
            }
        }

        RtcpExtendedFacts? About(uint ssrc)
        {
            var facts = _sources.Find(destination, ssrc, atNs)?.Extended(new RtcpReporter(source, reporter), atNs);
            if (facts is not null && facts != noted)
            {
                facts.NotePacket(atNs);
                noted = facts;
            }

            return facts;
        }
    }

    private void ReadEchoes(RtcpXrBlock block, IpEndpoint source, IpEndpoint destination, long atNs)
    {
        for (var i = 0; i < RtcpXrRoundTrip.EchoCount(block); i++)
        {
            var receiver = RtcpXrRoundTrip.ReadEcho(block, i, out var lrr, out var dlrr);
            _sources.FindKnown(destination, receiver)?.NoteEcho(
                lrr, dlrr, atNs, _sources.Heard(source.Address, receiver));
        }
    }
}
