using System.Buffers.Binary;

namespace VoiceQuality.Protocols.Network;

/// <summary>Reads an IPv4 (RFC 791) or IPv6 (RFC 8200) header and finds its payload.</summary>
internal static class IpHeader
{
    private const byte FragmentHeader = 44;
    private const byte AuthenticationHeader = 51;

    /// <summary>Reads the header at <paramref name="offset"/>, whose octet there was seen to exist.</summary>
    public static FrameRejectReason Read(
        ReadOnlySpan<byte> frame, int offset, int originalLength, out IpPayload payload) =>
        frame[offset] >> 4 == 4
            ? ReadIPv4(frame, offset, originalLength, out payload)
            : ReadIPv6(frame, offset, originalLength, out payload);

    // RFC 791 §3.1. The total length ends the packet: what follows it is Ethernet padding or a trailer.
    private static FrameRejectReason ReadIPv4(
        ReadOnlySpan<byte> frame, int offset, int originalLength, out IpPayload payload)
    {
        payload = default;
        var ip = frame[offset..];
        if (ip.Length < 20)
        {
            return FrameRejectReason.Truncated;
        }

        var headerLength = (ip[0] & 0x0F) * 4;
        int totalLength = BinaryPrimitives.ReadUInt16BigEndian(ip[2..]);
        if (totalLength == 0)
        {
            // Segmentation offload: the host left the length to the network card.
            totalLength = Math.Max(originalLength, frame.Length) - offset;
        }

        if (headerLength < 20 || totalLength < headerLength)
        {
            return FrameRejectReason.Malformed;
        }

        var fragment = BinaryPrimitives.ReadUInt16BigEndian(ip[6..]) & 0x3FFF;
        payload = Create(
            frame, offset + 12, 4, ip[9], offset + headerLength, totalLength - headerLength) with
        {
            FragmentId = fragment == 0 ? 0u : BinaryPrimitives.ReadUInt16BigEndian(ip[4..]),
            FragmentOffset = (fragment & 0x1FFF) * 8,
            HasMoreFragments = (fragment & 0x2000) != 0,
        };
        return FrameRejectReason.None;
    }

    // RFC 8200 §3 and §4. A payload length of 0 is a jumbogram or segmentation offload.
    private static FrameRejectReason ReadIPv6(
        ReadOnlySpan<byte> frame, int offset, int originalLength, out IpPayload payload)
    {
        payload = default;
        var ip = frame[offset..];
        if (ip.Length < 40)
        {
            return FrameRejectReason.Truncated;
        }

        int payloadLength = BinaryPrimitives.ReadUInt16BigEndian(ip[4..]);
        var end = payloadLength == 0 ? Math.Max(originalLength, frame.Length) : offset + 40 + payloadLength;
        var position = offset + 40;
        var next = ip[6];
        var (fragmentId, fragmentOffset, hasMore) = (0u, 0, false);
        for (var headers = 0; IsExtension(next) && fragmentOffset == 0; headers++)
        {
            if (headers == FrameDecoder.MaxExtensionHeaders)
            {
                return FrameRejectReason.Malformed;
            }

            if (frame.Length - position < 8 || end - position < 8)
            {
                return end - position < 8 ? FrameRejectReason.Malformed : FrameRejectReason.Truncated;
            }

            var length = 8;
            switch (next)
            {
                case FragmentHeader:
                    var fragment = BinaryPrimitives.ReadUInt16BigEndian(frame[(position + 2)..]);
                    fragmentOffset = fragment & 0xFFF8;
                    hasMore = (fragment & 1) != 0;
                    fragmentId = fragmentOffset > 0 || hasMore
                        ? BinaryPrimitives.ReadUInt32BigEndian(frame[(position + 4)..])
                        : 0;
                    break;
                case AuthenticationHeader:
                    length = (frame[position + 1] + 2) * 4;
                    break;
                default:
                    length = (frame[position + 1] + 1) * 8;
                    break;
            }

            next = frame[position];
            position += length;
        }

        if (position > end)
        {
            return FrameRejectReason.Malformed;
        }

        payload = Create(frame, offset + 8, 16, next, position, end - position) with
        {
            FragmentId = fragmentId,
            FragmentOffset = fragmentOffset,
            HasMoreFragments = hasMore,
        };
        return FrameRejectReason.None;
    }

    // Hop-by-hop, routing, fragment, authentication, destination, mobility, HIP, Shim6.
    private static bool IsExtension(byte next) =>
        next is 0 or 43 or FragmentHeader or AuthenticationHeader or 60 or 135 or 139 or 140;

    private static IpPayload Create(
        ReadOnlySpan<byte> frame, int addressOffset, int addressLength, byte protocol, int offset,
        int wireLength) => new()
    {
        AddressOffset = addressOffset,
        AddressLength = addressLength,
        Protocol = protocol,
        PayloadOffset = offset,
        PayloadLength = Math.Clamp(frame.Length - offset, 0, wireLength),
        WirePayloadLength = wireLength,
    };
}
