using System.Buffers.Binary;

namespace VoiceQuality.Protocols.Network;

/// <summary>
/// Tunnels in UDP: VXLAN (RFC 7348) and its generic extension, GENEVE (RFC 8926), GTP-U (3GPP TS 29.281), L2TP version
/// 2 (RFC 2661), and frames mirrored by TZSP. They are known by the port they are sent to and by their header.
/// </summary>
public static class UdpTunnel
{
    private const int MaxTags = 16;

    /// <summary>The ports that tunnels are sent to; a datagram to another one is no tunnel.</summary>
    public static ReadOnlySpan<ushort> Ports => [1701, 2152, 4789, 4790, 6081, 8472, 37008];

    /// <summary>Finds the frame in the payload of a datagram. Never throws.</summary>
    /// <param name="payload">Payload of the datagram.</param>
    /// <param name="destinationPort">Port that it was sent to.</param>
    /// <param name="offset">Offset of the inner frame in the payload, when the result is true.</param>
    /// <param name="linkType">What the inner frame starts with.</param>
    public static bool TryEnter(
        ReadOnlySpan<byte> payload, ushort destinationPort, out int offset, out LinkType linkType)
    {
        offset = 0;
        linkType = LinkType.Ethernet;
        if (payload.Length < 8)
        {
            return false;
        }

        var isEntered = destinationPort switch
        {
            4789 or 8472 => TryEnterVxlan(payload, out offset),
            4790 => TryEnterVxlanGpe(payload, out offset, out linkType),
            6081 => TryEnterGeneve(payload, out offset, out linkType),
            2152 => TryEnterGtp(payload, out offset, out linkType),
            1701 => TryEnterL2tp(payload, out offset, out linkType),
            37008 => TryEnterTzsp(payload, out offset),
            _ => false,
        };
        return isEntered && offset < payload.Length;
    }

    private static bool TryEnterVxlan(ReadOnlySpan<byte> payload, out int offset)
    {
        offset = 8;
        return payload[0] == 0x08;
    }

    // The extension says in the fourth octet what follows: 1 IPv4, 2 IPv6, 3 Ethernet.
    private static bool TryEnterVxlanGpe(ReadOnlySpan<byte> payload, out int offset, out LinkType linkType)
    {
        offset = 8;
        linkType = payload[3] == 3 ? LinkType.Ethernet : LinkType.Raw;
        return (payload[0] & 0xFC) == 0x0C && payload[3] is >= 1 and <= 3;
    }

    private static bool TryEnterGeneve(ReadOnlySpan<byte> payload, out int offset, out LinkType linkType)
    {
        var protocol = BinaryPrimitives.ReadUInt16BigEndian(payload[2..]);
        offset = 8 + ((payload[0] & 0x3F) * 4);
        linkType = protocol == 0x6558 ? LinkType.Ethernet : LinkType.Raw;

        // The bit after the version marks control messages.
        return payload[0] >> 6 == 0 && (payload[1] & 0x80) == 0 && protocol is 0x6558 or 0x0800 or 0x86DD;
    }

    // Version 1, protocol type GTP, message 255 (a user's packet); then the options that any of three flags asks for.
    private static bool TryEnterGtp(ReadOnlySpan<byte> payload, out int offset, out LinkType linkType)
    {
        offset = 8;
        linkType = LinkType.Raw;
        if ((payload[0] & 0xF0) != 0x30 || payload[1] != 0xFF)
        {
            return false;
        }

        if ((payload[0] & 0x07) == 0)
        {
            return true;
        }

        offset = 12;
        if (payload.Length < offset)
        {
            return false;
        }

        var next = (payload[0] & 0x04) != 0 ? payload[11] : (byte)0;
        for (var headers = 0; next != 0; headers++)
        {
            var length = offset < payload.Length ? payload[offset] * 4 : 0;
            if (headers == MaxTags || length == 0 || offset + length > payload.Length)
            {
                return false;
            }

            offset += length;
            next = payload[offset - 1];
        }

        return true;
    }

    // Data messages of version 2: flags say which of length, sequence numbers and offset there are.
    private static bool TryEnterL2tp(ReadOnlySpan<byte> payload, out int offset, out LinkType linkType)
    {
        linkType = LinkType.Raw;
        var flags = BinaryPrimitives.ReadUInt16BigEndian(payload);
        offset = 6 + (((flags >> 14) & 1) * 2) + (((flags >> 11) & 1) * 4);
        if ((flags & 0x800F) != 2)
        {
            return false;
        }

        if ((flags & 0x0200) != 0)
        {
            if (payload.Length < offset + 2)
            {
                return false;
            }

            offset += 2 + BinaryPrimitives.ReadUInt16BigEndian(payload[offset..]);
        }

        return offset < payload.Length && LinkLayer.FindBehindPpp(payload, ref offset) == FrameRejectReason.None;
    }

    // Version, type, encapsulated protocol (1 is Ethernet), then tags: 0 pads, 1 ends, any other has a length.
    private static bool TryEnterTzsp(ReadOnlySpan<byte> payload, out int offset)
    {
        offset = 4;
        if (payload[0] != 1 || payload[1] is not (0 or 1) || BinaryPrimitives.ReadUInt16BigEndian(payload[2..]) != 1)
        {
            return false;
        }

        for (var tags = 0; tags < MaxTags && offset < payload.Length; tags++)
        {
            var tag = payload[offset++];
            if (tag == 1)
            {
                return true;
            }

            if (tag != 0)
            {
                if (offset == payload.Length)
                {
                    return false;
                }

                offset += 1 + payload[offset];
            }
        }

        return false;
    }
}
