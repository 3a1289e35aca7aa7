using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace VoiceQuality.Protocols.Network;

/// <summary>Finds the UDP datagram in a captured frame: link layer, IPv4 (RFC 791) or IPv6 (RFC 8200), UDP.</summary>
public static partial class FrameDecoder
{
    /// <summary>Nested IEEE 802.1Q/802.1ad tags that are read before a frame counts as malformed.</summary>
    public const int MaxVlanTags = 4;

    /// <summary>IPv6 extension headers that are read before a packet counts as malformed.</summary>
    public const int MaxExtensionHeaders = 8;

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
        if (linkType != LinkType.Ethernet)
        {
            return TryDecodeOther(frame, originalLength, linkType, out datagram, out reason);
        }

        if (frame.Length < EthernetHeaderLength)
        {
            return Reject(FrameRejectReason.Truncated, out datagram, out reason);
        }

        var etherType = BinaryPrimitives.ReadUInt16BigEndian(frame[12..]);
        return etherType == EtherTypeIPv4
            ? TryDecodeIPv4(frame, EthernetHeaderLength, originalLength, out datagram, out reason)
            : TryDecodeEtherType(frame, EthernetHeaderLength, etherType, originalLength, out datagram, out reason);
    }

    private static bool TryDecodeOther(
        ReadOnlySpan<byte> frame,
        int originalLength,
        LinkType linkType,
        out UdpDatagram datagram,
        out FrameRejectReason reason)
    {
        switch (linkType)
        {
            case LinkType.Raw or LinkType.RawBsd or LinkType.RawOpenBsd:
                return TryDecodeRaw(frame, originalLength, out datagram, out reason);
            case LinkType.IPv4:
                return TryDecodeIPv4(frame, 0, originalLength, out datagram, out reason);
            case LinkType.IPv6:
                return TryDecodeIPv6(frame, 0, originalLength, out datagram, out reason);
            case LinkType.Null or LinkType.Loop:
                return TryDecodeLoopback(frame, originalLength, out datagram, out reason);
            case LinkType.LinuxSll or LinkType.LinuxSll2:
                var isFirstVersion = linkType == LinkType.LinuxSll;
                var headerLength = isFirstVersion ? 16 : 20;
                if (frame.Length < headerLength)
                {
                    return Reject(FrameRejectReason.Truncated, out datagram, out reason);
                }

                var etherType = BinaryPrimitives.ReadUInt16BigEndian(frame[(isFirstVersion ? 14 : 0)..]);
                return TryDecodeEtherType(frame, headerLength, etherType, originalLength, out datagram, out reason);
            default:
                return Reject(FrameRejectReason.UnsupportedLinkType, out datagram, out reason);
        }
    }

    private static bool TryDecodeRaw(
        ReadOnlySpan<byte> frame, int originalLength, out UdpDatagram datagram, out FrameRejectReason reason)
    {
        if (frame.IsEmpty)
        {
            return Reject(FrameRejectReason.Truncated, out datagram, out reason);
        }

        return (frame[0] >> 4) switch
        {
            4 => TryDecodeIPv4(frame, 0, originalLength, out datagram, out reason),
            6 => TryDecodeIPv6(frame, 0, originalLength, out datagram, out reason),
            _ => Reject(FrameRejectReason.NotIp, out datagram, out reason),
        };
    }

    private static bool TryDecodeLoopback(
        ReadOnlySpan<byte> frame, int originalLength, out UdpDatagram datagram, out FrameRejectReason reason)
    {
        if (frame.Length < 4)
        {
            return Reject(FrameRejectReason.Truncated, out datagram, out reason);
        }

        var family = BinaryPrimitives.ReadUInt32BigEndian(frame);
        if (family > 0xFFFF)
        {
            family = BinaryPrimitives.ReverseEndianness(family);
        }

        // AF_INET is 2 everywhere; AF_INET6 is 10 on Linux, 24, 28 and 30 on the BSD systems and macOS.
        return family switch
        {
            2 => TryDecodeIPv4(frame, 4, originalLength, out datagram, out reason),
            10 or 24 or 28 or 30 => TryDecodeIPv6(frame, 4, originalLength, out datagram, out reason),
            _ => Reject(FrameRejectReason.NotIp, out datagram, out reason),
        };
    }

    private static bool TryDecodeEtherType(
        ReadOnlySpan<byte> frame,
        int offset,
        int etherType,
        int originalLength,
        out UdpDatagram datagram,
        out FrameRejectReason reason)
    {
        for (var tags = 0; tags <= MaxVlanTags; tags++)
        {
            switch (etherType)
            {
                case EtherTypeIPv4:
                    return TryDecodeIPv4(frame, offset, originalLength, out datagram, out reason);
                case EtherTypeIPv6:
                    return TryDecodeIPv6(frame, offset, originalLength, out datagram, out reason);
                case 0x8100 or 0x88A8 or 0x9100:
                    if (frame.Length < offset + 4)
                    {
                        return Reject(FrameRejectReason.Truncated, out datagram, out reason);
                    }

                    etherType = BinaryPrimitives.ReadUInt16BigEndian(frame[(offset + 2)..]);
                    offset += 4;
                    break;
                case EtherTypePppoeSession:
                    return TryDecodePppoe(frame, offset, originalLength, out datagram, out reason);
                case EtherTypeMpls or EtherTypeMplsUpstream:
                    return TryDecodeMpls(frame, offset, originalLength, out datagram, out reason);
                default:
                    return Reject(FrameRejectReason.NotIp, out datagram, out reason);
            }
        }

        return Reject(FrameRejectReason.Malformed, out datagram, out reason);
    }

    // RFC 791 §3.1. The total length ends the packet: what follows it is Ethernet padding or a trailer.
    private static bool TryDecodeIPv4(
        ReadOnlySpan<byte> frame,
        int offset,
        int originalLength,
        out UdpDatagram datagram,
        out FrameRejectReason reason)
    {
        var ip = frame[offset..];
        if (ip.Length < 20)
        {
            return Reject(FrameRejectReason.Truncated, out datagram, out reason);
        }

        var headerLength = (ip[0] & 0x0F) * 4;
        int totalLength = BinaryPrimitives.ReadUInt16BigEndian(ip[2..]);
        if (totalLength == 0)
        {
            // Segmentation offload: the host left the length to the network card.
            totalLength = Math.Max(originalLength, frame.Length) - offset;
        }

        if (ip[0] >> 4 != 4 || headerLength < 20 || totalLength < headerLength)
        {
            return Reject(FrameRejectReason.Malformed, out datagram, out reason);
        }

        if (ip[9] != ProtocolUdp)
        {
            return Reject(FrameRejectReason.OtherTransport, out datagram, out reason);
        }

        var fragment = BinaryPrimitives.ReadUInt16BigEndian(ip[6..]) & 0x3FFF;
        if ((fragment & 0x1FFF) != 0)
        {
            return Reject(FrameRejectReason.Fragment, out datagram, out reason);
        }

        return TryDecodeUdpHeader(
            frame, offset + headerLength, totalLength - headerLength, offset + 12, 4, fragment != 0,
            out datagram, out reason);
    }

    // RFC 8200 §3 and §4. A payload length of 0 is a jumbogram or segmentation offload.
    private static bool TryDecodeIPv6(
        ReadOnlySpan<byte> frame,
        int offset,
        int originalLength,
        out UdpDatagram datagram,
        out FrameRejectReason reason)
    {
        var ip = frame[offset..];
        if (ip.Length < 40)
        {
            return Reject(FrameRejectReason.Truncated, out datagram, out reason);
        }

        if (ip[0] >> 4 != 6)
        {
            return Reject(FrameRejectReason.Malformed, out datagram, out reason);
        }

        int payloadLength = BinaryPrimitives.ReadUInt16BigEndian(ip[4..]);
        var end = payloadLength == 0 ? Math.Max(originalLength, frame.Length) : offset + 40 + payloadLength;
        var position = offset + 40;
        var isFragment = false;
        var next = ip[6];
        if (next != ProtocolUdp
            && !TrySkipExtensions(frame, end, ref position, ref next, ref isFragment, out reason))
        {
            datagram = default;
            return false;
        }

        return TryDecodeUdpHeader(
            frame, position, end - position, offset + 8, 16, isFragment, out datagram, out reason);
    }

    private static bool TrySkipExtensions(
        ReadOnlySpan<byte> frame,
        int end,
        ref int position,
        ref byte next,
        ref bool isFragment,
        out FrameRejectReason reason)
    {
        for (var headers = 0; headers <= MaxExtensionHeaders; headers++)
        {
            if (next == ProtocolUdp)
            {
                reason = FrameRejectReason.None;
                return true;
            }

            // Hop-by-hop, routing, fragment, authentication, destination, mobility, HIP, Shim6.
            if (next is not (0 or 43 or 44 or 51 or 60 or 135 or 139 or 140))
            {
                reason = FrameRejectReason.OtherTransport;
                return false;
            }

            if (frame.Length - position < 8 || end - position < 8)
            {
                reason = end - position < 8 ? FrameRejectReason.Malformed : FrameRejectReason.Truncated;
                return false;
            }

            var length = next switch
            {
                44 => 8,
                51 => (frame[position + 1] + 2) * 4,
                _ => (frame[position + 1] + 1) * 8,
            };
            if (next == 44)
            {
                var fragment = BinaryPrimitives.ReadUInt16BigEndian(frame[(position + 2)..]);
                isFragment |= (fragment & 0xFFF9) != 0;
                if (fragment >> 3 != 0)
                {
                    reason = frame[position] == ProtocolUdp
                        ? FrameRejectReason.Fragment
                        : FrameRejectReason.OtherTransport;
                    return false;
                }
            }

            next = frame[position];
            position += length;
        }

        reason = FrameRejectReason.Malformed;
        return false;
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
