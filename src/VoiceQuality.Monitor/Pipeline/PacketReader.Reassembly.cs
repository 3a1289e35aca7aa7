using System.Runtime.CompilerServices;
using VoiceQuality.Monitor.Reassembly;
using VoiceQuality.Monitor.Reassembly.Tls;
using VoiceQuality.Protocols.Network;
using VoiceQuality.Protocols.Pcap;
using VoiceQuality.Protocols.Sip;

namespace VoiceQuality.Monitor.Pipeline;

/// <content>
/// What is not a whole UDP datagram of its own: SIP over TCP and WebSocket, fragments, and frames inside of datagrams.
/// </content>
internal sealed partial class PacketReader
{
    private const byte ProtocolTcp = 6;
    private const byte ProtocolUdp = 17;

    private readonly IpReassembler _datagrams;
    private readonly SipConnections _connections;
    private readonly TlsConnections? _tls;
    private int _tunnels;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ReadOther(
        ReadOnlySpan<byte> frame, in CaptureRecord record, FrameRejectReason reason, BlockWork work)
    {
        if (reason is not (FrameRejectReason.OtherTransport or FrameRejectReason.Fragment)
            || !FrameDecoder.TryDecodeIp(frame, record.OriginalLength, record.LinkType, out var ip, out _))
        {
            _frameRejects[(int)reason]++;
        }
        else if (ip.Protocol == ProtocolUdp)
        {
            ReadFragment(frame, ip, record, work);
        }
        else if (ip.Protocol != ProtocolTcp || ip.IsFragment || !TryReadTcp(frame, ip, record, work))
        {
            _frameRejects[(int)reason]++;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ReadFragment(ReadOnlySpan<byte> frame, in CaptureRecord record, BlockWork work)
    {
        if (FrameDecoder.TryDecodeIp(frame, record.OriginalLength, record.LinkType, out var ip, out _))
        {
            ReadFragment(frame, ip, record, work);
        }
    }

    private void ReadFragment(ReadOnlySpan<byte> frame, in IpPayload part, in CaptureRecord record, BlockWork work)
    {
        _frameRejects[(int)FrameRejectReason.Fragment]++;
        if (!_datagrams.TryComplete(frame, part, record.TimestampNs, out var whole)
            || !FrameDecoder.TryReadUdp(whole, out var sourcePort, out var destinationPort, out var content))
        {
            return;
        }

        // It stands in no block, so media of it could not go to a lane; its first fragment has.
        if (SipSniffer.LooksLikeSip(content))
        {
            ReadSip(
                content,
                new IpEndpoint(Address(frame, part, 0), sourcePort),
                new IpEndpoint(Address(frame, part, 1), destinationPort),
                record.TimestampNs,
                work);
        }
    }

    private bool TryReadTcp(ReadOnlySpan<byte> frame, in IpPayload ip, in CaptureRecord record, BlockWork work)
    {
        if (!TcpSegment.TryRead(
            frame.Slice(ip.PayloadOffset, ip.PayloadLength), ip.WirePayloadLength, out var segment))
        {
            return false;
        }

        if (_tls?.Add(segment, Address(frame, ip, 0), Address(frame, ip, 1), record.TimestampNs) is { } secured)
        {
            ReadSip(secured.FromClient, record.TimestampNs, work);
            ReadSip(secured.FromServer, record.TimestampNs, work);
            _tls.Settle(segment);
            return true;
        }

        _tls?.Settle(segment);
        var connection = _connections.Add(
            segment, Address(frame, ip, 0), Address(frame, ip, 1), record.TimestampNs);
        if (connection is null)
        {
            return false;
        }

        ReadSip(connection, record.TimestampNs, work);
        _connections.Settle(segment);
        return true;
    }

    private void ReadSip(SipConnection connection, long atNs, BlockWork work)
    {
        while (connection.TryTake(out var message))
        {
            ReadSip(message, connection.Source, connection.Destination, atNs, work);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ReadTunnel(
        ReadOnlySpan<byte> frame, in UdpDatagram datagram, in CaptureRecord record, BlockWork work)
    {
        if (_tunnels == FrameDecoder.MaxTunnels
            || !UdpTunnel.TryEnter(
                datagram.Payload(frame), datagram.DestinationPort, out var innerOffset, out var linkType))
        {
            _otherUdp++;
            return;
        }

        var at = datagram.PayloadOffset + innerOffset;
        var inner = new CaptureRecord
        {
            Offset = record.Offset + at,
            CapturedLength = datagram.PayloadLength - innerOffset,
            OriginalLength = datagram.WirePayloadLength - innerOffset,
            LinkType = linkType,
            TimestampNs = record.TimestampNs,
            Link = record.Link,
        };
        var innerFrame = frame.Slice(at, inner.CapturedLength);
        _tunnels++;
        if (FrameDecoder.TryDecodeUdp(
            innerFrame, inner.OriginalLength, linkType, out var innerDatagram, out var reason))
        {
            ReadDatagram(innerFrame, innerDatagram, inner, work);
        }
        else
        {
            ReadOther(innerFrame, inner, reason, work);
        }

        _tunnels--;
    }

    private static IpAddress128 Address(ReadOnlySpan<byte> frame, in IpPayload ip, int which) =>
        IpAddress128.FromBytes(frame.Slice(ip.AddressOffset + (which * ip.AddressLength), ip.AddressLength));
}
