using System.Runtime.CompilerServices;

namespace VoiceQuality.Protocols.Rtp;

/// <summary>Tells RTP from RTCP on one port by the second octet (RFC 5761 §4) and both from other traffic.</summary>
public static class RtpSniffer
{
    /// <summary>
    /// True when <paramref name="datagram"/> has RTP's version and fixed header and is not RTCP. Other traffic
    /// passes too: a stream is only believed after several packets that agree.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool CouldBeRtp(ReadOnlySpan<byte> datagram) =>
        datagram.Length >= RtpPacket.FixedHeaderLength
        && datagram[0] >> 6 == 2
        && (uint)(datagram[1] - 192) > 31;

    /// <summary>True when <paramref name="datagram"/> starts like an RTCP packet: version 2, type 192 to 223.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsRtcp(ReadOnlySpan<byte> datagram) =>
        datagram.Length >= 4
        && datagram[0] >> 6 == 2
        && (uint)(datagram[1] - 192) <= 31;
}
