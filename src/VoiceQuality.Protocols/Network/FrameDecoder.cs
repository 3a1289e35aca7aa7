using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace VoiceQuality.Protocols.Network;

/// <summary>
/// Finds the UDP datagram in a captured frame: link layer, IPv4 (RFC 791) or IPv6 (RFC 8200), tunnels of IP, UDP.
/// </summary>
public static partial class FrameDecoder
{
    /// <summary>Nested IEEE 802.1Q/802.1ad tags that are read before a frame counts as malformed.</summary>
    public const int MaxVlanTags = 4;

    /// <summary>IPv6 extension headers that are read before a packet counts as malformed.</summary>
    public const int MaxExtensionHeaders = 8;

    /// <summary>Tunnels in one another that are read before a packet counts as malformed.</summary>
    public const int MaxTunnels = 4;

    private const int EthernetHeaderLength = 14;
    private const int EtherTypeIPv4 = 0x0800;
    private const int EtherTypeIPv6 = 0x86DD;
    private const byte ProtocolUdp = 17;

    /// <summary>Decodes <paramref name="frame"/> down to its UDP payload. Never throws.</summary>
    /// <param name="frame">The captured octets.</param>
    /// <param name="originalLength">Octets of the frame on the wire; less than captured counts as captured.</param>
    /// <param name="linkType">What the frame starts with.</param>
    /// <param name="datagram">Where the datagram lies, when the result is true.</param>
    /// <param name="reason"><see cref="FrameRejectReason.None"/> exactly when the result is true.</param>
    public static bool TryDecodeUdp(
        ReadOnlySpan<byte> frame,
        int originalLength,
        LinkType linkType,
        out UdpDatagram datagram,
        out FrameRejectReason reason)
    {
        // Nearly every frame of a voice edge: Ethernet, then IPv4 or IPv6 at once, then UDP and nothing special.
        if (linkType == LinkType.Ethernet && frame.Length >= EthernetHeaderLength + 28)
        {
            var ip = frame[EthernetHeaderLength..];
            switch (BinaryPrimitives.ReadUInt16BigEndian(frame[12..]))
            {
                case EtherTypeIPv4 when ip[9] == ProtocolUdp && ip[0] is >= 0x45 and <= 0x4F
                    && (BinaryPrimitives.ReadUInt16BigEndian(ip[6..]) & 0x3FFF) == 0:
                    var headerLength = (ip[0] & 0x0F) * 4;
                    int totalLength = BinaryPrimitives.ReadUInt16BigEndian(ip[2..]);
                    if (totalLength < headerLength)
                    {
                        break;
                    }

                    return TryDecodeUdpHeader(
                        frame, EthernetHeaderLength + headerLength, totalLength - headerLength,
                        EthernetHeaderLength + 12, 4, false, out datagram, out reason);
                case EtherTypeIPv6 when ip.Length >= 40 && ip[6] == ProtocolUdp && ip[0] >> 4 == 6:
                    int payloadLength = BinaryPrimitives.ReadUInt16BigEndian(ip[4..]);
                    if (payloadLength == 0)
                    {
                        break;
                    }

                    return TryDecodeUdpHeader(
                        frame, EthernetHeaderLength + 40, payloadLength,
                        EthernetHeaderLength + 8, 16, false, out datagram, out reason);
                default:
                    break;
            }
        }

        return TryDecodeUdpByLayers(frame, originalLength, linkType, out datagram, out reason);
    }

    /// <summary>
    /// Decodes <paramref name="frame"/> down to the payload of its innermost IP packet. Never throws.
    /// </summary>
    /// <param name="frame">The captured octets.</param>
    /// <param name="originalLength">Octets of the frame on the wire; less than captured counts as captured.</param>
    /// <param name="linkType">What the frame starts with.</param>
    /// <param name="payload">Where the payload lies, when the result is true. It may be a fragment.</param>
    /// <param name="reason"><see cref="FrameRejectReason.None"/> exactly when the result is true.</param>
    public static bool TryDecodeIp(
        ReadOnlySpan<byte> frame,
        int originalLength,
        LinkType linkType,
        out IpPayload payload,
        out FrameRejectReason reason)
    {
        payload = default;
        reason = LinkLayer.FindIp(frame, 0, linkType, out var offset);
        for (var tunnels = 0; reason == FrameRejectReason.None; tunnels++)
        {
            reason = IpHeader.Read(frame, offset, originalLength, out payload);
            if (reason != FrameRejectReason.None)
            {
                break;
            }

            if (payload.FragmentOffset > 0 || !IpTunnel.IsTunnel(payload.Protocol))
            {
                return true;
            }

            reason = tunnels < MaxTunnels
                ? IpTunnel.FindInner(frame, payload, out offset)
                : FrameRejectReason.Malformed;
        }

        payload = default;
        return false;
    }

    /// <summary>Reads the UDP header at the start of a payload that was put together from fragments.</summary>
    /// <param name="payload">The whole payload of the IP packet.</param>
    /// <param name="sourcePort">Port of the sender, when the result is true.</param>
    /// <param name="destinationPort">Port of the receiver.</param>
    /// <param name="content">What the datagram carries.</param>
    public static bool TryReadUdp(
        ReadOnlySpan<byte> payload,
        out ushort sourcePort,
        out ushort destinationPort,
        out ReadOnlySpan<byte> content)
    {
        if (TryDecodeUdpHeader(payload, 0, payload.Length, 0, 0, false, out var datagram, out _))
        {
            (sourcePort, destinationPort) = (datagram.SourcePort, datagram.DestinationPort);
            content = datagram.Payload(payload);
            return true;
        }

        (sourcePort, destinationPort) = (0, 0);
        content = default;
        return false;
    }

    private static bool TryDecodeUdpByLayers(
        ReadOnlySpan<byte> frame,
        int originalLength,
        LinkType linkType,
        out UdpDatagram datagram,
        out FrameRejectReason reason)
    {
        if (!TryDecodeIp(frame, originalLength, linkType, out var ip, out reason))
        {
            datagram = default;
            return false;
        }

        if (ip.Protocol != ProtocolUdp || ip.FragmentOffset > 0)
        {
            return Reject(
                ip.Protocol == ProtocolUdp ? FrameRejectReason.Fragment : FrameRejectReason.OtherTransport,
                out datagram,
                out reason);
        }

        return TryDecodeUdpHeader(
            frame, ip.PayloadOffset, ip.WirePayloadLength, ip.AddressOffset, ip.AddressLength, ip.IsFragment,
            out datagram, out reason);
    }

    // RFC 768. The UDP length may be less than the IP payload (then it holds), never more in a whole packet.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryDecodeUdpHeader(
        ReadOnlySpan<byte> frame,
        int offset,
        int ipPayloadLength,
        int addressOffset,
        int addressLength,
        bool isFragment,
        out UdpDatagram datagram,
        out FrameRejectReason reason)
    {
        if (ipPayloadLength < 8)
        {
            return Reject(FrameRejectReason.Malformed, out datagram, out reason);
        }

        if (frame.Length - offset < 8)
        {
            return Reject(FrameRejectReason.Truncated, out datagram, out reason);
        }

        var header = BinaryPrimitives.ReadUInt64BigEndian(frame[offset..]);
        var udpLength = (int)((header >> 16) & 0xFFFF);
        if (udpLength < 8 || (udpLength > ipPayloadLength && !isFragment))
        {
            return Reject(FrameRejectReason.Malformed, out datagram, out reason);
        }

        var here = Math.Min(udpLength, ipPayloadLength) - 8;
        datagram = new UdpDatagram
        {
            AddressOffset = addressOffset,
            AddressLength = addressLength,
            SourcePort = (ushort)(header >> 48),
            DestinationPort = (ushort)(header >> 32),
            PayloadOffset = offset + 8,
            PayloadLength = Math.Min(here, frame.Length - offset - 8),
            WirePayloadLength = udpLength - 8,
            IsFragment = isFragment,
        };
        reason = FrameRejectReason.None;
        return true;
    }

    private static bool Reject(
        FrameRejectReason why, out UdpDatagram datagram, out FrameRejectReason reason)
    {
        datagram = default;
        reason = why;
        return false;
    }
}
