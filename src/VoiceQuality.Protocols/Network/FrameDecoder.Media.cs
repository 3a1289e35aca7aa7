using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VoiceQuality.Protocols.Network;

/// <content>The frames that nearly all of a voice edge's traffic is made of, found with few comparisons.</content>
public static partial class FrameDecoder
{
    /// <summary>UDP header and the fixed RTP header.</summary>
    private const int LeastMediaLength = 20;

    /// <summary>Ethernet with one tag, IPv4, UDP, RTP: what may be read before more is known.</summary>
    private const int LeastMediaFrameLength = 18 + 20 + LeastMediaLength;

    // As they lie in memory where the least octet comes first.
    private const int TagInMemory = 0x0081;
    private const int IPv4InMemory = 0x0008;
    private const int IPv6InMemory = 0xDD86;

    /// <summary>
    /// Finds UDP that may carry RTP or RTCP in a plain frame: Ethernet with one tag at most, IPv4 or IPv6 without
    /// options, no fragment, 12 octets of payload or more, the first two bits 10 (RFC 7983). What is found is what
    /// <see cref="TryDecodeUdp"/> would find; of any other frame that is to be asked.
    /// </summary>
    /// <param name="frame">The captured octets of an Ethernet frame.</param>
    /// <param name="addressOffset">Offset of the source address, when the result is true; the destination address and
    /// the UDP header follow.</param>
    /// <param name="udpOffset">Offset of the UDP header.</param>
    /// <param name="udpLength">Octets of the datagram, header included, by the UDP length.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryFindMedia(
        ReadOnlySpan<byte> frame, out int addressOffset, out int udpOffset, out int udpLength)
    {
        (addressOffset, udpOffset, udpLength) = (0, 0, 0);
        if (!BitConverter.IsLittleEndian || frame.Length < LeastMediaFrameLength)
        {
            return false;
        }

        ref var first = ref MemoryMarshal.GetReference(frame);
        var ip = EthernetHeaderLength;
        var type = Unsafe.ReadUnaligned<ushort>(ref Unsafe.Add(ref first, 12));
        if (type == TagInMemory)
        {
            ip += 4;
            type = Unsafe.ReadUnaligned<ushort>(ref Unsafe.Add(ref first, 16));
        }

        int room;
        var start = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref first, ip));
        if (type == IPv4InMemory)
        {
            // Version 4, five words of header; neither an offset nor more fragments; UDP.
            if ((start & 0xFF3F_0000_0000_00FF) != 0x45 || Unsafe.Add(ref first, ip + 9) != ProtocolUdp)
            {
                return false;
            }

            addressOffset = ip + 12;
            udpOffset = ip + 20;
            room = BinaryPrimitives.ReverseEndianness((ushort)(start >> 16)) - 20;
        }
        else if (type == IPv6InMemory && (start & 0x00FF_0000_0000_00F0) == 0x0011_0000_0000_0060)
        {
            addressOffset = ip + 8;
            udpOffset = ip + 40;
            room = BinaryPrimitives.ReverseEndianness((ushort)(start >> 32));
        }
        else
        {
            return false;
        }

        if (frame.Length < udpOffset + LeastMediaLength)
        {
            return false;
        }

        udpLength = BinaryPrimitives.ReverseEndianness(
            Unsafe.ReadUnaligned<ushort>(ref Unsafe.Add(ref first, udpOffset + 4)));
        return udpLength >= LeastMediaLength && udpLength <= room
            && (Unsafe.Add(ref first, udpOffset + 8) & 0xC0) == 0x80;
    }
}
