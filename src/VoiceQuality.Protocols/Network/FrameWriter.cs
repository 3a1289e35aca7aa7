using System.Buffers.Binary;

namespace VoiceQuality.Protocols.Network;

/// <summary>What the headers of a UDP datagram in an Ethernet frame say. Addresses are in network order.</summary>
public readonly ref struct UdpFrameHeader
{
    /// <summary>Sender's MAC address, 6 octets.</summary>
    public required ReadOnlySpan<byte> SourceMac { get; init; }

    /// <summary>Receiver's MAC address, 6 octets.</summary>
    public required ReadOnlySpan<byte> DestinationMac { get; init; }

    /// <summary>Sender's IP address: 4 octets for IPv4, 16 for IPv6, as many as the destination's.</summary>
    public required ReadOnlySpan<byte> SourceAddress { get; init; }

    /// <summary>Receiver's IP address: 4 octets for IPv4, 16 for IPv6.</summary>
    public required ReadOnlySpan<byte> DestinationAddress { get; init; }

    public required ushort SourcePort { get; init; }

    public required ushort DestinationPort { get; init; }

    /// <summary>VLAN identifier of an 802.1Q tag, 1 to 4,094; 0 for a frame without a tag.</summary>
    public ushort VlanId { get; init; }

    /// <summary>Differentiated services code point, 0 to 63 (RFC 2474).</summary>
    public byte Dscp { get; init; }

    /// <summary>TTL or hop limit. 0 writes 64.</summary>
    public byte HopLimit { get; init; }
}

/// <summary>
/// Writes Ethernet II frames that carry UDP over IPv4 (RFC 791) or IPv6 (RFC 8200) into spans that the caller owns.
/// The headers are written once as a template; lengths and checksums follow when the payload is in place.
/// </summary>
public static class FrameWriter
{
    /// <summary>Longest header: Ethernet, 802.1Q, IPv6 and UDP, in octets.</summary>
    public const int MaxHeaderLength = MacHeaderLength + VlanTagLength + Ipv6HeaderLength + UdpHeaderLength;

    private const int MacHeaderLength = 14;
    private const int VlanTagLength = 4;
    private const int Ipv4HeaderLength = 20;
    private const int Ipv6HeaderLength = 40;
    private const int UdpHeaderLength = 8;
    private const ushort VlanEtherType = 0x8100;
    private const ushort Ipv4EtherType = 0x0800;
    private const ushort Ipv6EtherType = 0x86DD;
    private const ushort DoNotFragment = 0x4000;
    private const byte UdpProtocol = 17;
    private const byte DefaultHopLimit = 64;

    /// <summary>Writes all headers, with lengths and checksums 0, and returns their length in octets.</summary>
    /// <exception cref="ArgumentException">The two addresses are not both of 4 or both of 16 octets.</exception>
    public static int WriteUdpHeaders(Span<byte> destination, in UdpFrameHeader header)
    {
        if (header.SourceAddress.Length != header.DestinationAddress.Length
            || header.SourceAddress.Length is not (4 or 16))
        {
            throw new ArgumentException("Both addresses must have 4 octets, or both 16.", nameof(header));
        }

        header.DestinationMac[..6].CopyTo(destination);
        header.SourceMac[..6].CopyTo(destination[6..]);
        var at = 12;

        if (header.VlanId != 0)
        {
            BinaryPrimitives.WriteUInt16BigEndian(destination[at..], VlanEtherType);
            BinaryPrimitives.WriteUInt16BigEndian(destination[(at + 2)..], header.VlanId);
            at += VlanTagLength;
        }

        var hopLimit = header.HopLimit == 0 ? DefaultHopLimit : header.HopLimit;
        at += header.SourceAddress.Length == 4
            ? WriteIpv4(destination[at..], header, hopLimit)
            : WriteIpv6(destination[at..], header, hopLimit);

        BinaryPrimitives.WriteUInt16BigEndian(destination[at..], header.SourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(destination[(at + 2)..], header.DestinationPort);
        destination.Slice(at + 4, 4).Clear();

        return at + UdpHeaderLength;
    }

    /// <summary>Fills in the lengths and checksums of a frame whose headers and payload are in place.</summary>
    /// <param name="frame">The whole frame, from the MAC address to the last payload octet.</param>
    /// <param name="headerLength">What <see cref="WriteUdpHeaders"/> returned.</param>
    /// <param name="identification">IPv4 Identification; IPv6 has none.</param>
    public static void CompleteUdp(Span<byte> frame, int headerLength, ushort identification)
    {
        var udp = frame[(headerLength - UdpHeaderLength)..];
        var udpLength = (ushort)udp.Length;
        BinaryPrimitives.WriteUInt16BigEndian(udp[4..], udpLength);
        udp[6] = 0;
        udp[7] = 0;

        var etherType = BinaryPrimitives.ReadUInt16BigEndian(frame[12..]);
        if (etherType == VlanEtherType)
        {
            etherType = BinaryPrimitives.ReadUInt16BigEndian(frame[(12 + VlanTagLength)..]);
        }

        // The pseudo-header of RFC 768 and of RFC 8200 §8.1 sums to the same: addresses, protocol and UDP length.
        ulong sum = (uint)UdpProtocol + udpLength;
        if (etherType == Ipv6EtherType)
        {
            var ip = frame.Slice(headerLength - UdpHeaderLength - Ipv6HeaderLength, Ipv6HeaderLength);
            BinaryPrimitives.WriteUInt16BigEndian(ip[4..], udpLength);
            sum += Sum(ip[8..]);
        }
        else
        {
            var ip = frame.Slice(headerLength - UdpHeaderLength - Ipv4HeaderLength, Ipv4HeaderLength);
            BinaryPrimitives.WriteUInt16BigEndian(ip[2..], (ushort)(Ipv4HeaderLength + udpLength));
            BinaryPrimitives.WriteUInt16BigEndian(ip[4..], identification);
            ip[10] = 0;
            ip[11] = 0;
            BinaryPrimitives.WriteUInt16BigEndian(ip[10..], (ushort)~Fold(Sum(ip)));
            sum += Sum(ip[12..]);
        }

        var checksum = (ushort)~Fold(sum + Sum(udp));

        // 0 would mean that the sender computed no checksum (RFC 768).
        BinaryPrimitives.WriteUInt16BigEndian(udp[6..], checksum == 0 ? (ushort)0xFFFF : checksum);
    }

    private static int WriteIpv4(Span<byte> destination, in UdpFrameHeader header, byte hopLimit)
    {
        BinaryPrimitives.WriteUInt16BigEndian(destination, Ipv4EtherType);
        var ip = destination.Slice(2, Ipv4HeaderLength);
        ip.Clear();
        ip[0] = 0x45;
        ip[1] = (byte)(header.Dscp << 2);
        BinaryPrimitives.WriteUInt16BigEndian(ip[6..], DoNotFragment);
        ip[8] = hopLimit;
        ip[9] = UdpProtocol;
        header.SourceAddress.CopyTo(ip[12..]);
        header.DestinationAddress.CopyTo(ip[16..]);

        return 2 + Ipv4HeaderLength;
    }

    private static int WriteIpv6(Span<byte> destination, in UdpFrameHeader header, byte hopLimit)
    {
        BinaryPrimitives.WriteUInt16BigEndian(destination, Ipv6EtherType);
        var ip = destination.Slice(2, Ipv6HeaderLength);
        BinaryPrimitives.WriteUInt32BigEndian(ip, 0x6000_0000u | ((uint)header.Dscp << 22));
        BinaryPrimitives.WriteUInt16BigEndian(ip[4..], 0);
        ip[6] = UdpProtocol;
        ip[7] = hopLimit;
        header.SourceAddress.CopyTo(ip[8..]);
        header.DestinationAddress.CopyTo(ip[24..]);

        return 2 + Ipv6HeaderLength;
    }

    /// <summary>
    /// Sum of 16-bit words in network order (RFC 1071), not yet folded; an odd octet is padded with 0.
    /// </summary>
    private static ulong Sum(ReadOnlySpan<byte> octets)
    {
        ulong sum = 0;

        while (octets.Length >= sizeof(ulong))
        {
            var word = BinaryPrimitives.ReadUInt64BigEndian(octets);
            sum += (word >> 32) + (uint)word;
            octets = octets[sizeof(ulong)..];
        }

        while (octets.Length >= sizeof(ushort))
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(octets);
            octets = octets[sizeof(ushort)..];
        }

        return octets.IsEmpty ? sum : sum + ((ulong)octets[0] << 8);
    }

    private static uint Fold(ulong sum)
    {
        while (sum >> 16 != 0)
        {
            sum = (sum & 0xFFFF) + (sum >> 16);
        }

        return (uint)sum;
    }
}
