using System.Text;
using VoiceQuality.Protocols.Network;

namespace VoiceQuality.Protocols.Tests.Network;

public sealed class TunnelTests
{
    /// <summary>IPv4 192.0.2.9 to 198.18.0.9 around <paramref name="payload"/>.</summary>
    private static byte[] OuterIPv4(byte protocol, params byte[] payload) =>
    [
        0x45, 0, (byte)((payload.Length + 20) >> 8), (byte)(payload.Length + 20), 0, 1, 0, 0, 64, protocol, 0, 0,
        .. Vectors.Hex("C0000209 C6120009"), .. payload,
    ];

    [Theory]
    [InlineData(4, "", false)]                                   // RFC 2003
    [InlineData(41, "", true)]                                   // RFC 4213
    [InlineData(47, "0000 0800", false)]                         // RFC 2784
    [InlineData(47, "0000 86DD", true)]
    [InlineData(47, "8000 0800 0000 0000", false)]               // with checksum
    [InlineData(47, "2000 0800 0000002A", false)]                // with key, RFC 2890
    [InlineData(47, "3000 0800 0000002A 00000007", false)]       // with key and sequence number
    [InlineData(47, "B000 0800 0000 0000 0000002A 00000007", false)]
    [InlineData(47, "0000 6558 020000000002 020000000001 0800", false)]
    [InlineData(47, "0000 6558 020000000002 020000000001 8100 0064 86DD", true)]
    [InlineData(47, "0000 8847 00064140", false)]                // RFC 4023
    [InlineData(47, "0000 88BE 020000000002 020000000001 0800", false)]                          // ERSPAN type I
    [InlineData(47, "1000 88BE 00000001 1064 0001 00000000 020000000002 020000000001 0800", false)] // type II
    [InlineData(47, "1000 22EB 00000001 2064 0001 00000000 0000 0000 020000000002 020000000001 0800", false)]
    [InlineData(47, "1000 22EB 00000001 2064 0001 00000000 0000 0001 0000000000000000"
        + "020000000002 020000000001 0800", false)]              // type III with a platform header
    [InlineData(47, "1000 22EB 00000001 2064 0001 00000000 0000 0800", false)]                   // type III, IP
    public void What_a_tunnel_of_IP_carries_is_found(byte protocol, string header, bool isIPv6)
    {
        byte[] frame =
        [
            .. Vectors.Macs, .. Vectors.Hex("0800"),
            .. OuterIPv4(protocol, [.. Vectors.Hex(header), .. isIPv6 ? Vectors.IPv6 : Vectors.IPv4]),
        ];

        Assert.True(FrameDecoder.TryDecodeUdp(
            frame, frame.Length, LinkType.Ethernet, out var datagram, out var reason), reason.ToString());
        Assert.Equal(isIPv6 ? "[2001:2::1]:4000" : "192.0.2.1:4000", datagram.Source(frame).ToString());
        Assert.Equal("abcd", Encoding.ASCII.GetString(datagram.Payload(frame)));
    }

    [Theory]
    [InlineData("0001 880B 0000 0000", FrameRejectReason.OtherTransport)]        // PPTP
    [InlineData("4000 0800 0000 0000", FrameRejectReason.OtherTransport)]        // source route of RFC 1701
    [InlineData("0000 0806", FrameRejectReason.NotIp)]                           // ARP
    [InlineData("1000 22EB 00000001 2064 0001 00000000 0000 0400", FrameRejectReason.NotIp)]
    [InlineData("00", FrameRejectReason.Truncated)]
    public void A_tunnel_of_something_else_is_refused(string header, FrameRejectReason expected)
    {
        var packet = OuterIPv4(47, Vectors.Hex(header));

        Assert.False(FrameDecoder.TryDecodeUdp(packet, packet.Length, LinkType.IPv4, out _, out var reason));
        Assert.Equal(expected, reason);
    }

    [Fact]
    public void Four_tunnels_in_one_another_are_read_and_a_fifth_is_refused()
    {
        var packet = Vectors.IPv4;
        for (var depth = 1; depth <= 5; depth++)
        {
            packet = OuterIPv4(4, packet);

            var isRead = FrameDecoder.TryDecodeUdp(packet, packet.Length, LinkType.IPv4, out _, out var reason);

            Assert.Equal(
                (depth <= 4, depth <= 4 ? FrameRejectReason.None : FrameRejectReason.Malformed), (isRead, reason));
        }
    }

    [Theory]
    [InlineData(4789, "08 000000 000064 00", LinkType.Ethernet)]                 // RFC 7348
    [InlineData(4790, "0C 0000 01 000064 00", LinkType.Raw)]
    [InlineData(4790, "0C 0000 03 000064 00", LinkType.Ethernet)]
    [InlineData(6081, "00 00 6558 000064 00", LinkType.Ethernet)]                // RFC 8926
    [InlineData(6081, "02 00 0800 000064 00 0102800100000000", LinkType.Raw)]    // eight octets of options
    [InlineData(2152, "30 FF 0020 00000001", LinkType.Raw)]                      // TS 29.281
    [InlineData(2152, "32 FF 0024 00000001 0001 00 00", LinkType.Raw)]           // sequence number
    [InlineData(2152, "34 FF 0028 00000001 0000 00 85 01 100900", LinkType.Raw)] // one extension header
    [InlineData(1701, "0002 0001 0002 FF03 0021", LinkType.Raw)]                 // RFC 2661, nothing optional
    [InlineData(1701, "4802 0030 0001 0002 0003 0004 0021", LinkType.Raw)]       // length and sequence numbers
    [InlineData(1701, "0202 0001 0002 0002 AAAA 0021", LinkType.Raw)]            // two octets of offset
    [InlineData(37008, "01 00 0001 01", LinkType.Ethernet)]
    [InlineData(37008, "01 01 0001 00 0A 02 AAAA 00 01", LinkType.Ethernet)]     // padding and a tag of two octets
    public void A_tunnel_in_UDP_is_entered_by_its_port_and_header(int port, string header, LinkType expected)
    {
        var headerOctets = Vectors.Hex(header);
        byte[] payload = [.. headerOctets, .. Vectors.IPv4];

        Assert.True(UdpTunnel.TryEnter(payload, (ushort)port, out var offset, out var linkType));
        Assert.Equal((headerOctets.Length, expected), (offset, linkType));
    }

    [Theory]
    [InlineData(4789, "00 000000 000064 00")]              // no network identifier
    [InlineData(6081, "40 00 6558 000064 00")]             // version 1
    [InlineData(6081, "00 80 6558 000064 00")]             // control
    [InlineData(2152, "32 01 0004 00000000 0001 00 00")]   // echo request
    [InlineData(2152, "34 FF 0028 00000001 0000 00 85 00 100900")]   // an extension of no length
    [InlineData(1701, "C802 0014 0001 0000 0000 0000")]    // control
    [InlineData(37008, "01 00 0012 01")]                   // another protocol than Ethernet
    [InlineData(5060, "08 000000 000064 00")]              // another port
    public void What_only_looks_like_a_tunnel_is_not_entered(int port, string header)
    {
        byte[] payload = [.. Vectors.Hex(header), .. Vectors.IPv4];

        Assert.False(UdpTunnel.TryEnter(payload, (ushort)port, out _, out _));
    }
}
