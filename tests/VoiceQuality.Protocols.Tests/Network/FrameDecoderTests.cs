using System.Text;
using VoiceQuality.Protocols.Network;

namespace VoiceQuality.Protocols.Tests.Network;

public sealed class FrameDecoderTests
{
    [Theory]
    [InlineData(LinkType.Null)]
    [InlineData(LinkType.Ethernet)]
    [InlineData(LinkType.RawBsd)]
    [InlineData(LinkType.RawOpenBsd)]
    [InlineData(LinkType.Raw)]
    [InlineData(LinkType.Loop)]
    [InlineData(LinkType.LinuxSll)]
    [InlineData(LinkType.LinuxSll2)]
    [InlineData(LinkType.IPv4)]
    public void IPv4_is_found_behind_every_link_type(LinkType linkType)
    {
        var frame = Vectors.Link(linkType, isIPv6: false);

        Assert.True(FrameDecoder.TryDecodeUdp(frame, frame.Length, linkType, out var datagram, out _));
        Assert.Equal("192.0.2.1:4000", datagram.Source(frame).ToString());
        Assert.Equal("198.18.0.2:6000", datagram.Destination(frame).ToString());
        Assert.Equal("abcd", Encoding.ASCII.GetString(datagram.Payload(frame)));
        Assert.Equal((4, 4), (datagram.PayloadLength, datagram.WirePayloadLength));
    }

    [Theory]
    [InlineData(LinkType.Null)]
    [InlineData(LinkType.Ethernet)]
    [InlineData(LinkType.Raw)]
    [InlineData(LinkType.Loop)]
    [InlineData(LinkType.LinuxSll)]
    [InlineData(LinkType.LinuxSll2)]
    [InlineData(LinkType.IPv6)]
    public void IPv6_is_found_behind_every_link_type(LinkType linkType)
    {
        var frame = Vectors.Link(linkType, isIPv6: true);

        Assert.True(FrameDecoder.TryDecodeUdp(frame, frame.Length, linkType, out var datagram, out _));
        Assert.Equal("[2001:2::1]:4000", datagram.Source(frame).ToString());
        Assert.Equal("[2001:2::2]:6000", datagram.Destination(frame).ToString());
        Assert.Equal("abcd", Encoding.ASCII.GetString(datagram.Payload(frame)));
    }

    [Theory]
    [InlineData("00000002")]
    [InlineData("02000000")]
    public void The_loopback_family_is_read_in_either_byte_order(string family)
    {
        byte[] frame = [.. Vectors.Hex(family), .. Vectors.IPv4];

        Assert.Equal(FrameRejectReason.None, Decode(frame, LinkType.Null));
    }

    [Theory]
    [InlineData("8100 0064 0800", FrameRejectReason.None)]
    [InlineData("8100 E000 0800", FrameRejectReason.None)]
    [InlineData("88A8 0064 8100 0065 0800", FrameRejectReason.None)]
    [InlineData("9100 0001 8100 0002 8100 0003 88A8 0004 0800", FrameRejectReason.None)]
    [InlineData("8100 0001 8100 0002 8100 0003 8100 0004 8100 0005 0800", FrameRejectReason.Malformed)]
    [InlineData("8100 0064 0806", FrameRejectReason.NotIp)]
    [InlineData("0026 424203", FrameRejectReason.NotIp)]
    [InlineData("8847 00064140", FrameRejectReason.None)]                 // one label, bottom of the stack
    [InlineData("8100 0064 8847 00064040 00064140", FrameRejectReason.None)]
    [InlineData("8847 00064140 00000000", FrameRejectReason.NotIp)]       // a pseudowire control word
    [InlineData("8847 00064040 00064040 00064040 00064040 00064040 00064040 00064040 00064040",
        FrameRejectReason.Malformed)]
    [InlineData("8864 1100 0001 0022 0021", FrameRejectReason.None)]
    [InlineData("8864 1100 0001 0022 C021", FrameRejectReason.NotIp)]
    [InlineData("8864 1200 0001 0022 0021", FrameRejectReason.Malformed)]
    [InlineData("8863 1109 0000 0000", FrameRejectReason.NotIp)]
    public void Tags_labels_and_PPPoE_are_passed_over(string etherType, FrameRejectReason expected)
    {
        byte[] frame = [.. Vectors.Macs, .. Vectors.Hex(etherType), .. Vectors.IPv4];

        Assert.Equal(expected, Decode(frame, LinkType.Ethernet));
    }

    [Fact]
    public void Ethernet_padding_is_not_payload()
    {
        byte[] frame = [.. Vectors.EthernetIPv4, .. new byte[14]];

        FrameDecoder.TryDecodeUdp(frame, frame.Length, LinkType.Ethernet, out var datagram, out _);

        Assert.Equal((4, 4), (datagram.PayloadLength, datagram.WirePayloadLength));
    }

    [Fact]
    public void A_frame_that_the_capture_cut_keeps_its_length_on_the_wire()
    {
        var frame = Vectors.EthernetIPv4.AsSpan(0, Vectors.EthernetIPv4.Length - 3);

        Assert.True(FrameDecoder.TryDecodeUdp(
            frame, Vectors.EthernetIPv4.Length, LinkType.Ethernet, out var datagram, out _));
        Assert.Equal((1, 4), (datagram.PayloadLength, datagram.WirePayloadLength));
    }

    [Fact]
    public void IPv4_options_are_passed_over()
    {
        // IHL 6: one word of options; total length 36.
        byte[] packet = [.. Vectors.IPv4.AsSpan(0, 20), .. Vectors.Hex("01010100"), .. Vectors.Udp];
        packet[0] = 0x46;
        packet[3] = 36;

        Assert.True(FrameDecoder.TryDecodeUdp(packet, packet.Length, LinkType.IPv4, out var datagram, out _));
        Assert.Equal(32, datagram.PayloadOffset);
    }

    [Theory]
    [InlineData(0, 0x56, FrameRejectReason.Malformed)]       // version 5
    [InlineData(0, 0x44, FrameRejectReason.Malformed)]       // header of 16 octets
    [InlineData(0, 0x4F, FrameRejectReason.Malformed)]       // header longer than the packet
    [InlineData(3, 0x13, FrameRejectReason.Malformed)]       // total length 19, less than the header
    [InlineData(3, 0x00, FrameRejectReason.None)]            // total length 0: segmentation offload
    [InlineData(9, 0x06, FrameRejectReason.OtherTransport)]  // TCP
    [InlineData(7, 0x01, FrameRejectReason.Fragment)]        // offset 8 octets
    [InlineData(25, 0x07, FrameRejectReason.Malformed)]      // UDP length 7
    [InlineData(25, 0x00, FrameRejectReason.Malformed)]      // UDP length 0
    [InlineData(25, 0x0D, FrameRejectReason.Malformed)]      // UDP length 13 in 12 octets
    [InlineData(25, 0x0A, FrameRejectReason.None)]           // UDP length 10: it holds
    public void A_field_of_the_IPv4_or_UDP_header_decides(int offset, byte value, FrameRejectReason expected)
    {
        var packet = (byte[])Vectors.IPv4.Clone();
        packet[offset == 25 ? 25 : offset] = value;

        Assert.Equal(expected, Decode(packet, LinkType.IPv4));
    }

    [Fact]
    public void The_first_fragment_is_decoded_and_said_to_be_one()
    {
        var packet = (byte[])Vectors.IPv4.Clone();
        packet[6] = 0x20;
        packet[25] = 0xFF;

        Assert.True(FrameDecoder.TryDecodeUdp(packet, packet.Length, LinkType.IPv4, out var datagram, out _));
        Assert.True(datagram.IsFragment);
        Assert.Equal((4, 0xFF - 8), (datagram.PayloadLength, datagram.WirePayloadLength));
    }

    [Theory]
    [InlineData(0, "11 00 000000000000", false, FrameRejectReason.None)]
    [InlineData(43, "11 01 00000000000000000000000000 00", false, FrameRejectReason.None)]
    [InlineData(60, "2B 00 000000000000 11 00 000000000000", false, FrameRejectReason.None)]
    [InlineData(51, "11 01 0000 00000000 00000000", false, FrameRejectReason.None)]
    [InlineData(44, "11 00 0001 00000007", true, FrameRejectReason.None)]
    [InlineData(44, "11 00 0000 00000007", false, FrameRejectReason.None)]
    [InlineData(44, "11 00 0008 00000007", false, FrameRejectReason.Fragment)]
    [InlineData(44, "06 00 0008 00000007", false, FrameRejectReason.OtherTransport)]
    [InlineData(0, "3A 00 000000000000", false, FrameRejectReason.OtherTransport)]
    [InlineData(59, "", false, FrameRejectReason.OtherTransport)]
    [InlineData(0, "11 FF 000000000000", false, FrameRejectReason.Malformed)]
    public void IPv6_extension_headers_are_passed_over(
        byte first, string headers, bool isFragment, FrameRejectReason expected)
    {
        var extensions = Vectors.Hex(headers);
        byte[] packet = [.. Vectors.IPv6.AsSpan(0, 40), .. extensions, .. Vectors.Udp];
        packet[5] = (byte)(12 + extensions.Length);
        packet[6] = first;

        FrameDecoder.TryDecodeUdp(packet, packet.Length, LinkType.IPv6, out var datagram, out var reason);

        Assert.Equal(expected, reason);
        Assert.Equal(isFragment, datagram.IsFragment);
        Assert.Equal(expected == FrameRejectReason.None ? 4 : 0, datagram.PayloadLength);
    }

    [Theory]
    [InlineData(8, FrameRejectReason.None)]
    [InlineData(9, FrameRejectReason.Malformed)]
    public void At_most_eight_extension_headers_are_read(int count, FrameRejectReason expected)
    {
        byte[] packet = [.. Vectors.IPv6.AsSpan(0, 40)];
        for (var i = 1; i <= count; i++)
        {
            packet = [.. packet, (byte)(i == count ? 17 : 60), 0, 0, 0, 0, 0, 0, 0];
        }

        packet = [.. packet, .. Vectors.Udp];
        packet[5] = (byte)(packet.Length - 40);
        packet[6] = 60;

        Assert.Equal(expected, Decode(packet, LinkType.IPv6));
    }

    [Fact]
    public void Every_frame_that_ends_inside_its_headers_is_truncated()
    {
        foreach (var whole in new[] { Vectors.EthernetIPv4, Vectors.EthernetIPv6 })
        {
            for (var length = 0; length < whole.Length - 4; length++)
            {
                Assert.Equal(FrameRejectReason.Truncated, Decode(whole.AsSpan(0, length), LinkType.Ethernet));
            }
        }
    }

    [Fact]
    public void An_unknown_link_type_is_refused() =>
        Assert.Equal(FrameRejectReason.UnsupportedLinkType, Decode(Vectors.IPv4, (LinkType)147));

    private static FrameRejectReason Decode(ReadOnlySpan<byte> frame, LinkType linkType)
    {
        FrameDecoder.TryDecodeUdp(frame, frame.Length, linkType, out _, out var reason);
        return reason;
    }
}
