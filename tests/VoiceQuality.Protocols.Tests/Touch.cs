using VoiceQuality.Protocols.Network;
using VoiceQuality.Protocols.Pcap;
using VoiceQuality.Protocols.Rtcp;
using VoiceQuality.Protocols.Rtp;
using VoiceQuality.Protocols.Sdp;
using VoiceQuality.Protocols.Sip;

namespace VoiceQuality.Protocols.Tests;

/// <summary>
/// Gives octets to a parser, checks that the reason agrees with the result, and reads every accessor.
/// </summary>
internal static class Touch
{
    public static readonly LinkType[] LinkTypes =
    [
        LinkType.Null, LinkType.Ethernet, LinkType.RawBsd, LinkType.RawOpenBsd, LinkType.Raw, LinkType.Loop,
        LinkType.LinuxSll, LinkType.IPv4, LinkType.IPv6, LinkType.LinuxSll2, (LinkType)147,
    ];

    public delegate bool Parser(ReadOnlySpan<byte> octets);

    public static bool Frame(ReadOnlySpan<byte> octets)
    {
        var any = false;
        foreach (var linkType in LinkTypes)
        {
            any |= Frame(octets, octets.Length, linkType);
        }

        return any;
    }

    public static bool Frame(ReadOnlySpan<byte> octets, int originalLength, LinkType linkType)
    {
        var ok = FrameDecoder.TryDecodeUdp(octets, originalLength, linkType, out var datagram, out var reason);
        Require(ok == (reason == FrameRejectReason.None));
        if (ok)
        {
            Require(datagram.PayloadLength <= datagram.WirePayloadLength);
            Require(datagram.Payload(octets).Length == datagram.PayloadLength);
            Require(datagram.Source(octets).Port == datagram.SourcePort);
            Require(datagram.Destination(octets).Port == datagram.DestinationPort);
        }

        return ok;
    }

    public static bool Tunnel(ReadOnlySpan<byte> octets)
    {
        var any = false;
        foreach (var port in (ReadOnlySpan<ushort>)[4789, 4790, 6081, 2152, 1701, 37008])
        {
            if (UdpTunnel.TryEnter(octets, port, out var offset, out var linkType))
            {
                any = true;
                Frame(octets[offset..], octets.Length - offset, linkType);
            }
        }

        return any;
    }

    public static bool SipStreamItems(ReadOnlySpan<byte> octets)
    {
        var (any, scanned) = (false, 0);
        while (SipStream.Next(octets, ref scanned, out var skip, out var length) == SipStreamItem.Message)
        {
            Require(length > 0 && skip + length <= octets.Length);
            any = true;
            octets = octets[(skip + length)..];
            scanned = 0;
        }

        return any;
    }

    public static bool Rtp(ReadOnlySpan<byte> octets) => Rtp(octets, octets.Length) | Rtp(octets, octets.Length + 100);

    public static bool Rtp(ReadOnlySpan<byte> octets, int wireLength)
    {
        var ok = RtpPacket.TryParse(octets, wireLength, out var packet, out var reason);
        Require(ok == (reason == RtpRejectReason.None));
        if (ok)
        {
            var sum = packet.PayloadLength + packet.Timestamp + packet.Ssrc + packet.SequenceNumber
                + packet.PayloadType + packet.ExtensionProfile;
            for (var i = 0; i < packet.CsrcCount; i++)
            {
                sum += packet.Csrc(i);
            }

            Require(packet.HeaderLength + packet.PayloadLength <= wireLength);
            Require(packet.Payload.Length <= packet.PayloadLength && packet.ExtensionData.Length <= octets.Length);
            Require(sum >= 0 && RtpSniffer.CouldBeRtp(octets) != RtpSniffer.IsRtcp(octets));
        }

        return ok;
    }

    public static bool Rtcp(ReadOnlySpan<byte> octets)
    {
        var ok = RtcpCompound.TryParse(octets, out var compound, out var reason);
        Require(ok == (reason == RtcpRejectReason.None));
        var octetCount = 0;
        foreach (var packet in compound)
        {
            octetCount += packet.Octets.Length;
            packet.TryGetSenderInfo(out _);
            foreach (var block in packet.ReportBlocks)
            {
                Require(block.CumulativeLost is >= -8_388_608 and <= 8_388_607);
            }

            foreach (var item in packet.SdesItems)
            {
                Require(item.ItemType != 0 && item.Text.Length <= 255);
            }

            foreach (var block in packet.XrBlocks)
            {
                RtcpVoipMetrics.TryRead(block, out var metrics);
                Require(metrics.RFactor is null or <= 100 && block.Contents.Length <= packet.Body.Length - 8);
            }

            for (var i = 0; i < packet.Count; i++)
            {
                packet.TryGetGoodbyeSsrc(i, out _);
            }

            Require(packet.GoodbyeReason.Length <= 255 && packet.Body.Length < packet.Octets.Length);
            Require(packet.Ssrc is not null == packet.Body.Length >= 4);
        }

        Require(octetCount + compound.TrailingLength == (ok ? octets.Length : 0) && compound.TrailingLength < 4);
        return ok;
    }

    public static bool Sip(ReadOnlySpan<byte> octets)
    {
        SipSniffer.LooksLikeSip(octets);
        var ok = SipMessage.TryParse(octets, out var message, out var reason);
        Require(ok == (reason == SipRejectReason.None));
        if (!ok)
        {
            return false;
        }

        Require(!message.CallId.IsEmpty && !message.CSeqMethodSpan.IsEmpty);
        Require(message.IsRequest ? !message.RequestUri.IsEmpty : message.StatusCode is >= 100 and <= 699);
        Require(message.Body.Length <= octets.Length && message.FromTag.Length + message.ToTag.Length >= 0);
        Address(message.From);
        Address(message.To);
        Address(message.Contact);
        Address(message.PAssertedIdentity);
        Address(message.RemotePartyId);
        _ = SipUri.TryParse(message.RequestUri, out _);
        _ = SipReason.TryParse(message.Reason, out _);
        foreach (var header in message.Headers)
        {
            Require(header.Name.Length + header.Value.Length < octets.Length);
        }

        foreach (var via in message.Vias)
        {
            Require(!via.Host.IsEmpty && via.Branch.Length < octets.Length);
        }

        if (SipBody.TryFindSdp(message, out var sdp))
        {
            Sdp(sdp);
        }

        return true;
    }

    public static bool Sdp(ReadOnlySpan<byte> octets)
    {
        var ok = SdpSession.TryParse(octets, out var session, out var reason);
        Require(ok == (reason == SdpRejectReason.None));
        foreach (var media in session.Media)
        {
            Require(media.Port is >= 0 and <= 65_535 && media.RtcpPort is null or (>= 1 and <= 65_535));
            Require(media.IsHold || media.Direction is SdpDirection.SendRecv or SdpDirection.RecvOnly);
            foreach (var format in media.Formats)
            {
                Require(format.PayloadType < 128 && format.ClockRateHz is null or > 0);
                Require(format.EncodingName.Length + format.Fmtp.Length <= octets.Length + 16);
            }
        }

        return ok;
    }

    public static bool Capture(ReadOnlySpan<byte> octets)
    {
        var parser = new CaptureParser();
        Span<CaptureRecord> records = stackalloc CaptureRecord[4];
        var any = false;
        while (true)
        {
            var status = parser.Parse(octets, endOfInput: true, records, out var count, out var consumed);
            foreach (var record in records[..count])
            {
                Require(record.CapturedLength > 0);
                Require(octets.Slice(record.Offset, record.CapturedLength).Length == record.CapturedLength);
                any = true;
            }

            octets = octets[consumed..];
            if (status is not CaptureParseStatus.RecordsFull)
            {
                Require(status is CaptureParseStatus.EndOfInput or CaptureParseStatus.Stopped && octets.IsEmpty
                    || status == CaptureParseStatus.Stopped);
                Require(status == CaptureParseStatus.Stopped == (parser.Anomalies.Any(a => a.Stops)));
                return any;
            }

            Require(count > 0);
        }
    }

    private static void Address(ReadOnlySpan<byte> value)
    {
        if (SipNameAddr.TryParse(value, out var address) && address.TryGetUri(out var uri))
        {
            Require(uri.User.Length + uri.Host.Length <= value.Length);
            uri.Parameters.TryGet("transport"u8, out _);
        }
    }

    private static void Require(bool condition)
    {
        if (!condition)
        {
            throw new InvalidOperationException("A parser broke its contract.");
        }
    }
}
