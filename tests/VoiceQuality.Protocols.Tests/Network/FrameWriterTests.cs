using VoiceQuality.Protocols.Network;

namespace VoiceQuality.Protocols.Tests.Network;

public class FrameWriterTests
{
    private static readonly byte[] SourceMac = [2, 0, 0, 0, 0, 1];
    private static readonly byte[] DestinationMac = [2, 0, 0, 0, 0, 2];

    [Fact]
    public void An_ipv4_frame_has_the_octets_that_hand_arithmetic_gives()
    {
        var frame = Write([192, 0, 2, 1], [192, 0, 2, 2], 0, 46, [0x61, 0x62, 0x63]);

        // IPv4 words: 45B8+001F = 45D7, +0001 = 45D8, +4000 = 85D8, +4011 = C5E9, +C000 = 185E9, +0201 = 187EA,
        // +C000 = 247EA, +0202 = 249EC; folded 49EE; inverted B611.
        Assert.Equal("020000000002" + "020000000001" + "0800", Hex(frame, 0, 14));
        Assert.Equal("45B8001F" + "00014000" + "4011B611" + "C0000201" + "C0000202", Hex(frame, 14, 20));

        // UDP: C000+0201+C000+0202 = 18403; +0011 (protocol) +000B (length) = 1841F; +13C4+13C6 (ports 5060, 5062)
        // = 1ABA9; +000B = 1ABB4; +6162+6300 = 27016; folded 7018; inverted 8FE7.
        Assert.Equal("13C413C6" + "000B8FE7" + "616263", Hex(frame, 34, 11));
        Assert.Equal(45, frame.Length);
    }

    [Fact]
    public void A_tag_stands_between_the_mac_addresses_and_the_ether_type()
    {
        var frame = Write([192, 0, 2, 1], [192, 0, 2, 2], 104, 0, [1]);

        Assert.Equal("8100" + "0068" + "0800" + "45", Hex(frame, 12, 7));
    }

    [Fact]
    public void An_ipv6_frame_says_traffic_class_length_and_hop_limit()
    {
        byte[] source = [0x20, 0x01, 0, 2, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 1];
        byte[] destination = [0x20, 0x01, 0, 2, 0xFF, 0xFF, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
        var frame = Write(source, destination, 0, 46, [1, 2]);

        Assert.Equal("86DD" + "6B800000" + "000A" + "11" + "40", Hex(frame, 12, 10));
        Assert.Equal(Convert.ToHexString(source) + Convert.ToHexString(destination), Hex(frame, 22, 32));

        // 2001+2+7+1 = 200B and 2001+2+FFFF+1 = 12003 make 1400E; +0011+000A = 14029; +13C4+13C6 = 167B3;
        // +000A = 167BD; +0102 = 168BF; folded 68C0; inverted 973F.
        Assert.Equal("13C413C6" + "000A973F" + "0102", Hex(frame, 54, 10));
    }

    [Fact]
    public void A_checksum_that_comes_out_as_zero_is_written_as_all_ones()
    {
        // Without payload the words are C000+0201+C000+0202 = 18403, +0011+000A = 1841E, +13C4+13C6 = 1ABA8,
        // +000A = 1ABB2; folded ABB3. A payload of FFFF-ABB3 = 544C makes the sum FFFF and its inverse 0.
        var frame = Write([192, 0, 2, 1], [192, 0, 2, 2], 0, 0, [0x54, 0x4C]);

        Assert.Equal("FFFF", Hex(frame, 40, 2));
    }

    [Fact]
    public void Addresses_of_two_families_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Write([192, 0, 2, 1], new byte[16], 0, 0, []));
    }

    [Fact]
    public void Writing_allocates_nothing()
    {
        var frame = new byte[256];
        WriteInto(frame);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 1_000; i++)
        {
            WriteInto(frame);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static void WriteInto(byte[] frame)
    {
        var length = FrameWriter.WriteUdpHeaders(frame, new UdpFrameHeader
        {
            SourceMac = SourceMac,
            DestinationMac = DestinationMac,
            SourceAddress = [192, 0, 2, 1],
            DestinationAddress = [192, 0, 2, 2],
            SourcePort = 5_060,
            DestinationPort = 5_062,
        });
        FrameWriter.CompleteUdp(frame, length, 1);
    }

    private static byte[] Write(byte[] source, byte[] destination, ushort vlanId, byte dscp, byte[] payload)
    {
        var frame = new byte[FrameWriter.MaxHeaderLength + payload.Length];
        var length = FrameWriter.WriteUdpHeaders(frame, new UdpFrameHeader
        {
            SourceMac = SourceMac,
            DestinationMac = DestinationMac,
            SourceAddress = source,
            DestinationAddress = destination,
            SourcePort = 5_060,
            DestinationPort = 5_062,
            VlanId = vlanId,
            Dscp = dscp,
        });
        payload.CopyTo(frame, length);
        FrameWriter.CompleteUdp(frame.AsSpan(0, length + payload.Length), length, 1);

        return frame[..(length + payload.Length)];
    }

    private static string Hex(byte[] frame, int at, int length) => Convert.ToHexString(frame.AsSpan(at, length));
}
