using System.Buffers.Binary;

namespace VoiceQuality.Protocols.Network;

/// <summary>
/// Finds the IP packet behind a link-layer header, VLAN tags, and what carriers put between Ethernet and IP: PPPoE on
/// access lines, MPLS in the core.
/// </summary>
internal static class LinkLayer
{
    /// <summary>MPLS labels that are read before a frame counts as malformed.</summary>
    public const int MaxMplsLabels = 8;

    private const int EtherTypeIPv4 = 0x0800;
    private const int EtherTypeIPv6 = 0x86DD;
    private const int EtherTypePppoeSession = 0x8864;
    private const int EtherTypeMpls = 0x8847;
    private const int EtherTypeMplsUpstream = 0x8848;

    /// <summary>The offset of the IP header in a frame that begins at <paramref name="start"/>.</summary>
    public static FrameRejectReason FindIp(ReadOnlySpan<byte> frame, int start, LinkType linkType, out int offset)
    {
        offset = start;
        switch (linkType)
        {
            case LinkType.Ethernet:
                return FindBehindHeader(frame, start + 12, start + 14, out offset);
            case LinkType.LinuxSll:
                return FindBehindHeader(frame, start + 14, start + 16, out offset);
            case LinkType.LinuxSll2:
                return frame.Length - start < 20
                    ? FrameRejectReason.Truncated
                    : FindBehindHeader(frame, start, start + 20, out offset);
            case LinkType.Raw or LinkType.RawBsd or LinkType.RawOpenBsd:
                return ByVersion(frame, start);
            case LinkType.IPv4 or LinkType.IPv6:
                return Expect(frame, start, linkType == LinkType.IPv4 ? 4 : 6);
            case LinkType.Null or LinkType.Loop:
                return FindBehindFamily(frame, start, out offset);
            default:
                return FrameRejectReason.UnsupportedLinkType;
        }
    }

    /// <summary>Whether an IP packet of either version begins at <paramref name="offset"/>.</summary>
    public static FrameRejectReason ByVersion(ReadOnlySpan<byte> frame, int offset) =>
        offset >= frame.Length ? FrameRejectReason.Truncated
        : frame[offset] >> 4 is 4 or 6 ? FrameRejectReason.None
        : FrameRejectReason.NotIp;

    /// <summary>Finds the IP packet behind an EtherType whose content begins at <paramref name="start"/>.</summary>
    public static FrameRejectReason FindByEtherType(
        ReadOnlySpan<byte> frame, int start, int etherType, out int offset)
    {
        offset = start;
        for (var tags = 0; tags <= FrameDecoder.MaxVlanTags; tags++)
        {
            switch (etherType)
            {
                case EtherTypeIPv4:
                    return Expect(frame, offset, 4);
                case EtherTypeIPv6:
                    return Expect(frame, offset, 6);
                case 0x8100 or 0x88A8 or 0x9100:
                    if (frame.Length < offset + 4)
                    {
                        return FrameRejectReason.Truncated;
                    }

                    etherType = BinaryPrimitives.ReadUInt16BigEndian(frame[(offset + 2)..]);
                    offset += 4;
                    break;
                case EtherTypePppoeSession:
                    return FindBehindPppoe(frame, ref offset);
                case EtherTypeMpls or EtherTypeMplsUpstream:
                    return FindBehindMpls(frame, ref offset);
                default:
                    return FrameRejectReason.NotIp;
            }
        }

        return FrameRejectReason.Malformed;
    }

    /// <summary>
    /// Finds the IP packet behind a PPP protocol number, with the address and control octets or without.
    /// </summary>
    public static FrameRejectReason FindBehindPpp(ReadOnlySpan<byte> frame, ref int offset)
    {
        if (frame.Length - offset >= 2 && BinaryPrimitives.ReadUInt16BigEndian(frame[offset..]) == 0xFF03)
        {
            offset += 2;
        }

        if (frame.Length - offset < 2)
        {
            return FrameRejectReason.Truncated;
        }

        var version = BinaryPrimitives.ReadUInt16BigEndian(frame[offset..]) switch
        {
            0x0021 => 4,
            0x0057 => 6,
            _ => 0,
        };
        offset += 2;
        return version == 0 ? FrameRejectReason.NotIp : Expect(frame, offset, version);
    }

    private static FrameRejectReason Expect(ReadOnlySpan<byte> frame, int offset, int version) =>
        offset >= frame.Length ? FrameRejectReason.Truncated
        : frame[offset] >> 4 == version ? FrameRejectReason.None
        : FrameRejectReason.Malformed;

    private static FrameRejectReason FindBehindHeader(
        ReadOnlySpan<byte> frame, int etherTypeAt, int headerEnd, out int offset)
    {
        offset = headerEnd;
        return frame.Length < etherTypeAt + 2
            ? FrameRejectReason.Truncated
            : FindByEtherType(
                frame, headerEnd, BinaryPrimitives.ReadUInt16BigEndian(frame[etherTypeAt..]), out offset);
    }

    private static FrameRejectReason FindBehindFamily(ReadOnlySpan<byte> frame, int start, out int offset)
    {
        offset = start + 4;
        if (frame.Length < offset)
        {
            return FrameRejectReason.Truncated;
        }

        var family = BinaryPrimitives.ReadUInt32BigEndian(frame[start..]);
        if (family > 0xFFFF)
        {
            family = BinaryPrimitives.ReverseEndianness(family);
        }

        // AF_INET is 2 everywhere; AF_INET6 is 10 on Linux, 24, 28 and 30 on the BSD systems and macOS.
        return family switch
        {
            2 => Expect(frame, offset, 4),
            10 or 24 or 28 or 30 => Expect(frame, offset, 6),
            _ => FrameRejectReason.NotIp,
        };
    }

    // RFC 2516 §4: version and type 1, code 0 for a session, session id, length; then the PPP protocol number.
    private static FrameRejectReason FindBehindPppoe(ReadOnlySpan<byte> frame, ref int offset)
    {
        if (frame.Length < offset + 8)
        {
            return FrameRejectReason.Truncated;
        }

        if (frame[offset] != 0x11 || frame[offset + 1] != 0)
        {
            return FrameRejectReason.Malformed;
        }

        offset += 6;
        return FindBehindPpp(frame, ref offset);
    }

    // RFC 3032 §2.1. The label stack does not say what follows it; the IP version nibble does (RFC 4928 §3).
    private static FrameRejectReason FindBehindMpls(ReadOnlySpan<byte> frame, ref int offset)
    {
        for (var labels = 0; labels < MaxMplsLabels; labels++)
        {
            if (frame.Length < offset + 5)
            {
                return FrameRejectReason.Truncated;
            }

            var isBottom = (frame[offset + 2] & 1) != 0;
            offset += 4;
            if (isBottom)
            {
                return ByVersion(frame, offset);
            }
        }

        return FrameRejectReason.Malformed;
    }
}
