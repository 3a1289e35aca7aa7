using VoiceQuality.Protocols.Network;
using VoiceQuality.Protocols.Pcap;

namespace VoiceQuality.Protocols.Tests.Pcap;

public sealed class CaptureParserTests
{
    [Theory]
    [InlineData(false, 0xA1B2C3D4, 1_500_000_000, 2_000_001_000)]
    [InlineData(true, 0xA1B2C3D4, 1_500_000_000, 2_000_001_000)]
    [InlineData(false, 0xA1B23C4D, 1_000_500_000, 2_000_000_001)]
    [InlineData(true, 0xA1B23C4D, 1_000_500_000, 2_000_000_001)]
    public void A_pcap_file_of_either_order_and_resolution_is_read(
        bool isBigEndian, uint magic, long first, long second)
    {
        var (records, parser) = Read(CaptureFiles.Pcap(isBigEndian, magic));

        Assert.Equal(CaptureFormat.Pcap, parser.Format);
        Assert.Equal([first, second], records.Select(record => record.TimestampNs));
        Assert.Equal([46, 66], records.Select(record => record.CapturedLength));
        Assert.Empty(parser.Anomalies);
    }

    [Fact]
    public void The_modified_pcap_format_has_longer_record_headers()
    {
        var file = new CaptureFiles(false).PcapHeader(0xA1B2CD34, 65_535, 1)
            .U32(1).U32(2).U32(46).U32(46).U32(0).U32(0).Raw(Vectors.EthernetIPv4).ToArray();

        var (records, _) = Read(file);

        Assert.Equal(1_000_002_000, Assert.Single(records).TimestampNs);
        Assert.Equal(48, records[0].Offset);
    }

    [Fact]
    public void The_upper_bits_of_the_link_type_are_the_check_sequence() =>
        Assert.Equal(LinkType.Ethernet, Read(CaptureFiles.Pcap(linkType: 0x2400_0001)).Records[0].LinkType);

    [Fact]
    public void Sections_of_either_order_have_their_own_interfaces_and_resolutions()
    {
        var bigEndian = new CaptureFiles(true).Section()
            .Interface(101, 0, resolution: 9)
            .Interface(1, 0, resolution: 0x8A, offset: 100)
            .Enhanced(1, (3 << 10) + 512, Vectors.EthernetIPv4)
            .Enhanced(0, 7, Vectors.IPv4)
            .ToArray();
        var littleEndian = new CaptureFiles(false).Section()
            .Interface(113, 0, resolution: 6)
            .Unknown()
            .Obsolete(0, 1_500_000, Vectors.Link(LinkType.LinuxSll, false))
            .Interface(276, 0, resolution: 12, offset: -1)
            .Enhanced(1, 2_000_000_005_999, Vectors.Link(LinkType.LinuxSll2, false))
            .ToArray();

        var (records, parser) = Read([.. bigEndian, .. littleEndian]);

        Assert.Empty(parser.Anomalies);
        Assert.Equal(
            [
                (LinkType.Ethernet, 103_500_000_000),    // 100 s + 3 s + 512/1024 s
                (LinkType.Raw, 7),
                (LinkType.LinuxSll, 1_500_000_000),
                (LinkType.LinuxSll2, 1_000_000_005),     // 2.000000005999 s - 1 s
            ],
            records.Select(record => (record.LinkType, record.TimestampNs)));
    }

    [Fact]
    public void A_simple_packet_is_as_long_as_the_snap_length_lets_it()
    {
        var file = new CaptureFiles(false).Section().Interface(101, 20).Simple(new byte[20], original: 32).ToArray();

        var record = Assert.Single(Read(file).Records);

        Assert.Equal((20, 32, 0L), (record.CapturedLength, record.OriginalLength, record.TimestampNs));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 64)]
    [InlineData(64, 2)]
    [InlineData(4_096, 3)]
    public void Buffers_and_record_arrays_of_any_size_give_the_same_frames(int step, int recordCapacity)
    {
        foreach (var file in new[] { CaptureFiles.Pcap(), CaptureFiles.PcapNg(), CaptureFiles.PcapNg(true) })
        {
            Assert.Equal(Summarize(Read(file).Records), Summarize(ReadInSteps(file, step, recordCapacity)));
        }
    }

    [Fact]
    public void A_file_cut_inside_its_last_record_gives_the_ones_before()
    {
        var file = CaptureFiles.Pcap();

        var (records, parser) = Read(file[..^5]);

        Assert.Single(records);
        Assert.Equal(
            [new CaptureAnomaly(CaptureAnomalyReason.RecordCut, 24 + 16 + 46, true, 5)], parser.Anomalies);
    }

    [Fact]
    public void A_record_header_cut_short_is_told_with_what_is_missing()
    {
        var (records, parser) = Read(CaptureFiles.Pcap()[..(24 + 16 + 46 + 6)]);

        Assert.Single(records);
        Assert.Equal([new CaptureAnomaly(CaptureAnomalyReason.RecordCut, 86, true, 10)], parser.Anomalies);
    }

    [Theory]
    [InlineData("", CaptureAnomalyReason.NotACaptureFile)]
    [InlineData("A1", CaptureAnomalyReason.NotACaptureFile)]
    [InlineData("7F454C46 00000000", CaptureAnomalyReason.NotACaptureFile)]
    [InlineData("D4C3B2A1 0200", CaptureAnomalyReason.FileHeaderCut)]
    [InlineData("0A0D0D0A 1C000000 4D3C2B1A", CaptureAnomalyReason.FileHeaderCut)]
    [InlineData("0A0D0D0A 1C000000 4D3C2B1B", CaptureAnomalyReason.ByteOrderMagicUnknown)]
    [InlineData("0A0D0D0A 18000000 4D3C2B1A", CaptureAnomalyReason.BlockTooShort)]
    [InlineData("0A0D0D0A 1D000000 4D3C2B1A", CaptureAnomalyReason.BlockLengthUnaligned)]
    [InlineData("0A0D0D0A 00000002 4D3C2B1A", CaptureAnomalyReason.BlockTooLong)]
    public void An_input_that_is_no_whole_capture_stops_at_once(string hex, CaptureAnomalyReason expected)
    {
        var (records, parser) = Read(Vectors.Hex(hex));

        Assert.Empty(records);
        var anomaly = Assert.Single(parser.Anomalies);
        Assert.Equal((expected, 0L, true), (anomaly.Reason, anomaly.Offset, anomaly.Stops));
    }

    [Fact]
    public void A_record_longer_than_its_snap_length_is_used_and_told_once()
    {
        var file = new CaptureFiles(false).PcapHeader(0xA1B2C3D4, 40, 1)
            .PcapRecord(1, 0, Vectors.EthernetIPv4).PcapRecord(2, 0, Vectors.EthernetIPv4).ToArray();

        var (records, parser) = Read(file);

        Assert.Equal(2, records.Count);
        Assert.Equal(
            [new CaptureAnomaly(CaptureAnomalyReason.RecordLongerThanSnapLength, 24, false, 46)], parser.Anomalies);
    }

    [Fact]
    public void An_absurd_captured_length_stops_with_the_good_part_kept()
    {
        var file = new CaptureFiles(true).PcapHeader(0xA1B2C3D4, 65_535, 1)
            .PcapRecord(1, 0, Vectors.EthernetIPv4)
            .PcapRecord(2, 0, Vectors.EthernetIPv4, captured: 262_145)
            .ToArray();

        var (records, parser) = Read(file);

        Assert.Single(records);
        Assert.Equal(
            [new CaptureAnomaly(CaptureAnomalyReason.RecordLengthAbsurd, 86, true, 262_145)], parser.Anomalies);
    }

    [Fact]
    public void An_empty_record_is_told_and_skipped()
    {
        var file = new CaptureFiles(false).PcapHeader(0xA1B2C3D4, 65_535, 1)
            .PcapRecord(1, 0, []).PcapRecord(2, 0, Vectors.EthernetIPv4).ToArray();

        var (records, parser) = Read(file);

        Assert.Single(records);
        Assert.Equal(1, parser.SkippedPackets);
        Assert.Equal([new CaptureAnomaly(CaptureAnomalyReason.RecordEmpty, 24, false, null)], parser.Anomalies);
    }

    [Fact]
    public void Packets_of_an_unsupported_or_undefined_interface_are_skipped_and_counted()
    {
        var file = new CaptureFiles(false).Section()
            .Interface(147, 0).Interface(1, 0)
            .Enhanced(0, 0, [1]).Enhanced(0, 0, [2]).Enhanced(2, 0, [3]).Enhanced(1, 0, [4]).ToArray();

        var (records, parser) = Read(file);

        Assert.Single(records);
        Assert.Equal((3, 2), (parser.SkippedPackets, parser.UnsupportedLinkTypePackets));
        Assert.Equal(
            [
                new CaptureAnomaly(CaptureAnomalyReason.UnsupportedLinkType, 28, false, 147),
                new CaptureAnomaly(CaptureAnomalyReason.InterfaceUndefined, 28 + 24 + 24 + 36 + 36, false, 2),
            ],
            parser.Anomalies);
    }

    [Fact]
    public void A_packet_longer_than_its_block_is_skipped()
    {
        var file = new CaptureFiles(false).Section().Interface(1, 0)
            .Enhanced(0, 0, [1, 2, 3, 4], captured: 5).Enhanced(0, 0, [1, 2, 3]).ToArray();

        var (records, parser) = Read(file);

        Assert.Single(records);
        Assert.Equal(CaptureAnomalyReason.PacketBeyondBlock, Assert.Single(parser.Anomalies).Reason);
    }

    [Fact]
    public void Two_block_lengths_that_differ_stop()
    {
        var file = new CaptureFiles(false).Section().Interface(1, 0).Enhanced(0, 0, [1])
            .Block(6, body => body.U32(0).U32(0).U32(0).U32(4).U32(4).U32(9), trailing: 40).ToArray();

        var (records, parser) = Read(file);

        Assert.Single(records);
        Assert.Equal(
            [new CaptureAnomaly(CaptureAnomalyReason.BlockLengthMismatch, 28 + 24 + 36, true, 40)], parser.Anomalies);
    }

    [Fact]
    public void Only_the_first_anomalies_are_kept_and_all_are_counted()
    {
        var file = new CaptureFiles(false).PcapHeader(0xA1B2C3D4, 65_535, 1);
        for (var i = 0; i < 100; i++)
        {
            file.PcapRecord(1, 0, []);
        }

        var (_, parser) = Read(file.U32(0).ToArray());

        Assert.Equal(CaptureParser.MaxAnomalies, parser.Anomalies.Count);
        Assert.Equal(101, parser.AnomalyCount);
        Assert.Equal(CaptureAnomalyReason.RecordCut, parser.Anomalies[^1].Reason);
    }

    [Fact]
    public void A_block_that_does_not_fit_says_how_long_the_buffer_must_be()
    {
        var file = new CaptureFiles(false).Section().Interface(1, 0).Enhanced(0, 0, new byte[1_000]).ToArray();
        var parser = new CaptureParser();

        var status = parser.Parse(file.AsSpan(0, 100), false, new CaptureRecord[4], out var count, out var consumed);

        Assert.Equal(CaptureParseStatus.NeedMoreData, status);
        Assert.Equal((0, 52, 1_032), (count, consumed, parser.RequiredBufferLength));
    }

    [Theory]
    [InlineData("1F8B0800", true)]
    [InlineData("1F8B", false)]
    [InlineData("D4C3B2A1", false)]
    public void Gzip_is_told_by_its_first_octets(string hex, bool expected) =>
        Assert.Equal(expected, CaptureFormatSniffer.IsGzip(Vectors.Hex(hex)));

    private static IEnumerable<(int Captured, long TimestampNs, LinkType LinkType)> Summarize(
        IEnumerable<CaptureRecord> records) =>
        records.Select(record => (record.CapturedLength, record.TimestampNs, record.LinkType));

    private static (List<CaptureRecord> Records, CaptureParser Parser) Read(byte[] file)
    {
        var parser = new CaptureParser();
        var records = new CaptureRecord[128];
        parser.Parse(file, endOfInput: true, records, out var count, out _);
        return ([.. records[..count]], parser);
    }

    private static List<CaptureRecord> ReadInSteps(byte[] file, int step, int recordCapacity)
    {
        var parser = new CaptureParser();
        var found = new List<CaptureRecord>();
        var records = new CaptureRecord[recordCapacity];
        var start = 0;
        var end = 0;
        while (true)
        {
            var status = parser.Parse(
                file.AsSpan(start, end - start), end == file.Length, records, out var count, out var consumed);
            found.AddRange(records[..count]);
            start += consumed;
            if (status is CaptureParseStatus.EndOfInput or CaptureParseStatus.Stopped)
            {
                Assert.Empty(parser.Anomalies);
                return found;
            }

            if (status == CaptureParseStatus.NeedMoreData)
            {
                end = Math.Min(end + step, file.Length);
            }
        }
    }
}
