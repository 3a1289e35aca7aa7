using System.Buffers.Binary;

namespace VoiceQuality.Protocols.Network;

/// <content>What carriers put between Ethernet and IP: PPPoE on access lines, MPLS in the core.</content>
public static partial class FrameDecoder
{
    /// <summary>MPLS labels that are read before a frame counts as malformed.</summary>
    public const int MaxMplsLabels = 8;

    private const int EtherTypePppoeSession = 0x8864;
    private const int EtherTypeMpls = 0x8847;
    private const int EtherTypeMplsUpstream = 0x8848;

    // RFC 2516 §4: version and type 1, code 0 for a session, session id, length; then the PPP protocol number.
    private static bool TryDecodePppoe(
        ReadOnlySpan<byte> frame,
        int offset,
        int originalLength,
        out UdpDatagram datagram,
        out FrameRejectReason reason)
    {
        if (frame.Length < offset + 8)
        {
            return Reject(FrameRejectReason.Truncated, out datagram, out reason);
        }

        if (frame[offset] != 0x11 || frame[offset + 1] != 0)
        {
            return Reject(FrameRejectReason.Malformed, out datagram, out reason);
        }

        return BinaryPrimitives.ReadUInt16BigEndian(frame[(offset + 6)..]) switch
        {
            0x0021 => TryDecodeIPv4(frame, offset + 8, originalLength, out datagram, out reason),
            0x0057 => TryDecodeIPv6(frame, offset + 8, originalLength, out datagram, out reason),
            _ => Reject(FrameRejectReason.NotIp, out datagram, out reason),
        };
    }

    // RFC 3032 §2.1. The label stack does not say what follows it; the IP version nibble does (RFC 4928 §3).
    private static bool TryDecodeMpls(
        ReadOnlySpan<byte> frame,
        int offset,
        int originalLength,
        out UdpDatagram datagram,
        out FrameRejectReason reason)
    {
        for (var labels = 0; labels < MaxMplsLabels; labels++)
        {
            if (frame.Length < offset + 5)
            {
                return Reject(FrameRejectReason.Truncated, out datagram, out reason);
            }

            var isBottom = (frame[offset + 2] & 1) != 0;
            offset += 4;
            if (isBottom)
            {
                return (frame[offset] >> 4) switch
                {
                    4 => TryDecodeIPv4(frame, offset, originalLength, out datagram, out reason),
                    6 => TryDecodeIPv6(frame, offset, originalLength, out datagram, out reason),
                    _ => Reject(FrameRejectReason.NotIp, out datagram, out reason),
                };
            }
        }

        return Reject(FrameRejectReason.Malformed, out datagram, out reason);
    }
}
