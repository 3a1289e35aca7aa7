using VoiceQuality.Protocols.Rtcp;

namespace VoiceQuality.Protocols.Tests.Rtcp;

public class RtcpWriterTests
{
    private const string BlockHex = "0A0B0C0D" + "40FFFFFE" + "00012345" + "00000007" + "11223344" + "00010000";

    private static readonly RtcpReportValues Block = new(
        0x0A0B0C0D, 64, -2, 0x12345, 7, 0x11223344, 0x10000);

    [Fact]
    public void A_sender_report_has_its_blocks_and_a_length_in_words_less_one()
    {
        var packet = new byte[52];

        Assert.Equal(52, RtcpWriter.WriteSenderReport(packet, 1, 0x0000000200000003, 4, 5, 6, [Block]));

        Assert.Equal("81C8000C" + "00000001" + "0000000200000003" + "00000004" + "00000005" + "00000006" + BlockHex,
            Convert.ToHexString(packet));
    }

    [Fact]
    public void A_receiver_report_may_be_empty()
    {
        var packet = new byte[8];

        Assert.Equal(8, RtcpWriter.WriteReceiverReport(packet, 1, []));

        Assert.Equal("80C9000100000001", Convert.ToHexString(packet));
    }

    [Theory]
    [InlineData("ab", "81CA0003" + "00000001" + "0102" + "6162" + "00000000")]
    [InlineData("a", "81CA0002" + "00000001" + "0101" + "61" + "00")]
    public void A_name_is_followed_by_one_to_four_null_octets(string cname, string expected)
    {
        var packet = new byte[32];
        var length = RtcpWriter.WriteSourceDescription(packet, 1, System.Text.Encoding.UTF8.GetBytes(cname));

        Assert.Equal(expected, Convert.ToHexString(packet.AsSpan(0, length)));
    }

    [Fact]
    public void A_bye_names_its_source()
    {
        var packet = new byte[8];

        Assert.Equal(8, RtcpWriter.WriteBye(packet, 0x01020304));

        Assert.Equal("81CB000101020304", Convert.ToHexString(packet));
    }

    [Theory]
    [InlineData(0x100_0000, "7FFFFF")]
    [InlineData(-0x100_0000, "800000")]
    public void Cumulative_loss_is_clamped_to_24_bits(int lost, string expected)
    {
        var packet = new byte[32];
        RtcpWriter.WriteReceiverReport(packet, 1, [Block with { CumulativeLost = lost }]);

        Assert.Equal(expected, Convert.ToHexString(packet.AsSpan(13, 3)));
    }
}
