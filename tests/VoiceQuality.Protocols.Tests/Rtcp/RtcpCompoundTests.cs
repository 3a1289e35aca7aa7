using System.Text;
using VoiceQuality.Protocols.Rtcp;

namespace VoiceQuality.Protocols.Tests.Rtcp;

public sealed class RtcpCompoundTests
{
    [Fact]
    public void A_compound_gives_its_reports_items_and_leavers()
    {
        Assert.True(RtcpCompound.TryParse(Vectors.RtcpCompound, out var compound, out _));
        var packets = compound.GetEnumerator();

        Assert.True(packets.MoveNext());
        Assert.True(packets.Current.TryGetSenderInfo(out var info));
        Assert.Equal(new RtcpSenderInfo(0x11223344, 0x83AA7E80_80000000, 160, 100, 16_000), info);
        Assert.Equal(0x7E808000u, info.NtpMiddle);
        Assert.Equal(1, packets.Current.ReportBlocks.Count);
        foreach (var block in packets.Current.ReportBlocks)
        {
            // Fraction 0x40 = 25 %, cumulative 0xFFFFFE = -2, one cycle and sequence number 65535.
            Assert.Equal(
                new RtcpReportBlock(0x55667788, 64, -2, 0x0001FFFF, 20, 0x7E808000, 65_536), block);
        }

        Assert.True(packets.MoveNext());
        var items = new List<string>();
        foreach (var item in packets.Current.SdesItems)
        {
            items.Add($"{item.Ssrc:x} {item.ItemType} {Encoding.ASCII.GetString(item.Text)}");
        }

        Assert.Equal(["11223344 1 a@b", "11223344 6 x"], items);

        Assert.True(packets.MoveNext());
        Assert.True(packets.Current.TryGetGoodbyeSsrc(0, out var leaver));
        Assert.Equal(0x11223344u, leaver);
        Assert.Equal("end", Encoding.ASCII.GetString(packets.Current.GoodbyeReason));
        Assert.False(packets.MoveNext());
    }

    [Theory]
    [InlineData("", RtcpRejectReason.TooShort)]
    [InlineData("80C900", RtcpRejectReason.TooShort)]
    [InlineData("80C90001 11223344 80C9", RtcpRejectReason.None)]           // two octets too many, as seen live
    [InlineData("80C90001 11223344 00000000", RtcpRejectReason.VersionIsNotTwo)]
    [InlineData("40C90001 11223344", RtcpRejectReason.VersionIsNotTwo)]
    [InlineData("80BF0001 11223344", RtcpRejectReason.PacketTypeIsNotRtcp)]
    [InlineData("80E00001 11223344", RtcpRejectReason.PacketTypeIsNotRtcp)]
    [InlineData("80C90002 11223344", RtcpRejectReason.LengthBeyondDatagram)]
    [InlineData("81C90001 11223344", RtcpRejectReason.CountBeyondLength)]
    [InlineData("80C80001 11223344", RtcpRejectReason.CountBeyondLength)]
    [InlineData("80C90000", RtcpRejectReason.CountBeyondLength)]
    [InlineData("82CB0001 11223344", RtcpRejectReason.CountBeyondLength)]
    [InlineData("81CA0002 11223344 01036140", RtcpRejectReason.CountBeyondLength)]
    [InlineData("81CA0002 11223344 01026140", RtcpRejectReason.CountBeyondLength)]
    [InlineData("A0C90001 11223300", RtcpRejectReason.PaddingInvalid)]
    [InlineData("A0C90001 11223305", RtcpRejectReason.PaddingInvalid)]
    [InlineData("A0C90002 11223344 00000004 80C90001 11223344", RtcpRejectReason.PaddingInvalid)]
    [InlineData("A0C90002 11223344 00000004", RtcpRejectReason.None)]
    [InlineData("80C90001 11223344", RtcpRejectReason.None)]
    [InlineData("80CB0000", RtcpRejectReason.None)]
    [InlineData("8FCD0002 11223344 55667788", RtcpRejectReason.None)]      // RFC 5506: feedback alone
    [InlineData("80CF0001 11223344", RtcpRejectReason.None)]
    [InlineData("81CA0002 11223344 01016100", RtcpRejectReason.None)]
    public void Each_length_and_count_is_checked(string hex, RtcpRejectReason expected)
    {
        _ = RtcpCompound.TryParse(Vectors.Hex(hex), out _, out var reason);

        Assert.Equal(expected, reason);
    }

    [Theory]
    [InlineData("7FFFFF", 8_388_607)]
    [InlineData("800000", -8_388_608)]
    [InlineData("000000", 0)]
    public void Cumulative_loss_is_signed_in_24_bits(string loss, int expected)
    {
        var octets = Vectors.Hex($"81C90007 11223344 55667788 FF{loss} 00000000 00000000 00000000 00000000");

        Assert.True(RtcpCompound.TryParse(octets, out var compound, out _));
        foreach (var packet in compound)
        {
            foreach (var block in packet.ReportBlocks)
            {
                Assert.Equal((255, expected), (block.FractionLost, block.CumulativeLost));
            }
        }
    }

    [Fact]
    public void VoIP_metrics_are_read_and_what_the_endpoint_does_not_know_is_null()
    {
        Assert.True(RtcpCompound.TryParse(Vectors.RtcpXr, out var compound, out _));
        var types = new List<byte>();
        RtcpVoipMetrics metrics = default;
        foreach (var packet in compound)
        {
            foreach (var block in packet.XrBlocks)
            {
                types.Add(block.BlockType);
                _ = RtcpVoipMetrics.TryRead(block, out metrics);
            }
        }

        Assert.Equal([4, 7], types);
        Assert.Equal((0x55667788u, 13, 2), (metrics.Ssrc, metrics.LossRate, metrics.DiscardRate));
        Assert.Equal((64, 1), (metrics.BurstDensity, metrics.GapDensity));
        Assert.Equal((120, 20_000), (metrics.BurstDurationMs, metrics.GapDurationMs));
        Assert.Equal((ushort?)85, metrics.RoundTripDelayMs);
        Assert.Null(metrics.EndSystemDelayMs);
        Assert.Equal(((byte?)92, (byte?)41, (byte?)40), (metrics.RFactor, metrics.MosLqTenths, metrics.MosCqTenths));
    }
}
