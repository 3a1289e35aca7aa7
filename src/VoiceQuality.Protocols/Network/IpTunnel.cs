using System.Buffers.Binary;

namespace VoiceQuality.Protocols.Network;

/// <summary>
/// Tunnels that are IP protocols of their own: IP in IP (RFC 2003, RFC 2473), 6in4 (RFC 4213), GRE (RFC 2784, RFC 2890)
/// with IP, Ethernet or a mirrored frame (ERSPAN types I to III) in it.
/// </summary>
internal static class IpTunnel
{
    private const byte ProtocolIPv4 = 4;
    private const byte ProtocolIPv6 = 41;
    private const byte ProtocolGre = 47;

    private const int GreTransparentEthernet = 0x6558;
    private const int GreErspan = 0x88BE;
    private const int GreErspanType3 = 0x22EB;
    private const int GreSequencePresent = 0x1000;

    public static bool IsTunnel(byte protocol) => protocol is ProtocolIPv4 or ProtocolIPv6 or ProtocolGre;

    /// <summary>The offset of the IP header in the tunnel that is <paramref name="outer"/>'s payload.</summary>
    public static FrameRejectReason FindInner(ReadOnlySpan<byte> frame, in IpPayload outer, out int offset)
    {
        offset = outer.PayloadOffset;
        return outer.Protocol == ProtocolGre
            ? FindBehindGre(frame, ref offset)
            : LinkLayer.ByVersion(frame, offset);
    }

    private static FrameRejectReason FindBehindGre(ReadOnlySpan<byte> frame, ref int offset)
    {
        if (frame.Length - offset < 4)
        {
            return FrameRejectReason.Truncated;
        }

        var flags = BinaryPrimitives.ReadUInt16BigEndian(frame[offset..]);
        var protocol = BinaryPrimitives.ReadUInt16BigEndian(frame[(offset + 2)..]);

        // Source routes (RFC 1701) went away with RFC 2784; version 1 is PPTP.
        if ((flags & 0x4007) != 0)
        {
            return FrameRejectReason.OtherTransport;
        }

        // Checksum, key and sequence number take four octets each.
        offset += 4 + ((flags >> 15) * 4) + (((flags >> 13) & 1) * 4) + (((flags >> 12) & 1) * 4);
        return protocol switch
        {
            GreTransparentEthernet => LinkLayer.FindIp(frame, offset, LinkType.Ethernet, out offset),
            GreErspan => FindBehindErspan(frame, (flags & GreSequencePresent) == 0 ? 0 : 8, ref offset),
            GreErspanType3 => FindBehindErspan3(frame, ref offset),
            _ => LinkLayer.FindByEtherType(frame, offset, protocol, out offset),
        };
    }

    // Type I has no header of its own and no GRE sequence number; type II has eight octets.
    private static FrameRejectReason FindBehindErspan(ReadOnlySpan<byte> frame, int headerLength, ref int offset)
    {
        offset += headerLength;
        return LinkLayer.FindIp(frame, offset, LinkType.Ethernet, out offset);
    }

    // Twelve octets; the last bit says whether eight more of the platform follow, five bits what was mirrored.
    private static FrameRejectReason FindBehindErspan3(ReadOnlySpan<byte> frame, ref int offset)
    {
        if (frame.Length - offset < 12)
        {
            return FrameRejectReason.Truncated;
        }

        var last = BinaryPrimitives.ReadUInt16BigEndian(frame[(offset + 10)..]);
        offset += 12 + ((last & 1) * 8);
        return ((last >> 10) & 0x1F) switch
        {
            0 => LinkLayer.FindIp(frame, offset, LinkType.Ethernet, out offset),
            2 => LinkLayer.ByVersion(frame, offset),
            _ => FrameRejectReason.NotIp,
        };
    }
}
