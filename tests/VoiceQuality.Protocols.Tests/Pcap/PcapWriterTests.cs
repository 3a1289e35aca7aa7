using VoiceQuality.Protocols.Pcap;

namespace VoiceQuality.Protocols.Tests.Pcap;

public class PcapWriterTests
{
    [Fact]
    public void The_file_header_says_magic_version_2_4_snap_length_and_link_type()
    {
        var header = new byte[PcapWriter.FileHeaderLength];

        Assert.Equal(24, PcapWriter.WriteFileHeader(header, nanoseconds: false));

        Assert.Equal("D4C3B2A1" + "0200" + "0400" + "00000000" + "00000000" + "FFFF0000" + "01000000",
            Convert.ToHexString(header));
    }

    [Fact]
    public void A_file_with_nanoseconds_has_its_own_magic()
    {
        var header = new byte[PcapWriter.FileHeaderLength];

        PcapWriter.WriteFileHeader(header, nanoseconds: true);

        Assert.Equal("4D3CB2A1", Convert.ToHexString(header.AsSpan(0, 4)));
    }

    [Theory]
    [InlineData(false, "01000000" + "40E20100")] // 0x01E240 = 123,456 µs, 789 ns cut off
    [InlineData(true, "01000000" + "15CD5B07")] // 0x075BCD15 = 123,456,789 ns
    public void A_record_header_says_seconds_fraction_and_both_lengths(bool nanoseconds, string stamp)
    {
        var header = new byte[PcapWriter.RecordHeaderLength];

        Assert.Equal(16, PcapWriter.WriteRecordHeader(header, 1_123_456_789, 60, 64, nanoseconds));

        Assert.Equal(stamp + "3C000000" + "40000000", Convert.ToHexString(header));
    }
}
