using System.Buffers.Binary;
using VoiceQuality.Monitor.Sources;
using VoiceQuality.Protocols.Pcap;
using VoiceQuality.Testing.Captures;

namespace VoiceQuality.Monitor.Tests.Sources;

public sealed class CaptureFileSourceTests
{
    private const int FileHeader = 24;
    private const int RecordHeader = 16;

    /// <summary>Frames of 14 + 20 + 8 + 12 + 160 octets, 100 of them.</summary>
    private static readonly Wire Hundred = Stream(100);

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100_000)]
    public void A_pipe_may_deliver_in_pieces_of_any_size(int piece)
    {
        var plain = new DrippingStream(Hundred.ToPcap(), piece);
        var compressed = new DrippingStream(CaptureOctets.Gzip(Hundred.ToPcap()), piece);

        Assert.Equal(Times(Hundred), Times(Read(plain, out _)));
        Assert.Equal(Times(Hundred), Times(Read(compressed, out _)));
    }

    [Fact]
    public void Nanoseconds_and_two_sections_of_pcapng_are_read()
    {
        Assert.Equal(Times(Hundred), Times(Read(new MemoryStream(Hundred.ToPcap(nanoseconds: true)), out _)));

        byte[] twoSections =
        [
            .. CaptureOctets.PcapNgSection(Hundred.Frames.Take(40)),
            .. CaptureOctets.PcapNgSection(Hundred.Frames.Skip(40)),
        ];
        Assert.Equal(Times(Hundred), Times(Read(new MemoryStream(twoSections), out var source)));
        Assert.Empty(source.Anomalies);
    }

    [Fact]
    public void A_file_cut_at_any_place_gives_every_whole_record_before_it()
    {
        var octets = Stream(3).ToPcap();
        const int record = RecordHeader + 214;
        Assert.Equal(FileHeader + (3 * record), octets.Length);

        for (var length = FileHeader; length <= octets.Length; length++)
        {
            var frames = Read(new MemoryStream(octets[..length]), out var source);

            Assert.Equal((length - FileHeader) / record, frames.Count);
            var isWhole = (length - FileHeader) % record == 0;
            Assert.Equal(isWhole ? 0 : 1, source.AnomalyCount);
            if (!isWhole)
            {
                Assert.Equal(CaptureAnomalyReason.RecordCut, source.Anomalies[0].Reason);
                Assert.Equal(FileHeader + ((length - FileHeader) / record * record), source.Anomalies[0].Offset);
            }
        }
    }

    [Fact]
    public void A_truncated_gzip_gives_what_came_before_and_says_that_it_is_damaged()
    {
        var octets = CaptureOctets.Gzip(Stream(5_000).ToPcap());

        var frames = Read(new MemoryStream(octets[..(octets.Length / 2)]), out var source);

        Assert.InRange(frames.Count, 100, 4_999);
        Assert.NotNull(source.DamagedAtOffset);
    }

    [Fact]
    public void A_gzip_with_a_flipped_bit_never_throws()
    {
        var octets = CaptureOctets.Gzip(Stream(50).ToPcap());
        for (var i = 0; i < octets.Length; i++)
        {
            var flipped = (byte[])octets.Clone();
            flipped[i] ^= 0x10;

            Assert.InRange(Read(new MemoryStream(flipped), out _).Count, 0, 50);
        }
    }

    [Fact]
    public void Empty_records_and_records_beyond_the_snap_length_are_noted()
    {
        var octets = Stream(3).ToPcap();

        // The second record claims nothing at all: its header stays, its octets go.
        const int second = FileHeader + RecordHeader + 214;
        byte[] empty =
        [
            .. octets[..(second + 8)], 0, 0, 0, 0,
            .. octets[(second + 12)..(second + 16)], .. octets[(second + 16 + 214)..],
        ];
        Assert.Equal(2, Read(new MemoryStream(empty), out var source).Count);
        Assert.Equal(CaptureAnomalyReason.RecordEmpty, Assert.Single(source.Anomalies).Reason);
        Assert.Equal(1, source.SkippedRecords);

        // A snap length of 100 octets that the writer did not keep to.
        BinaryPrimitives.WriteUInt32LittleEndian(octets.AsSpan(16), 100);
        Assert.Equal(3, Read(new MemoryStream(octets), out source).Count);
        Assert.Equal(CaptureAnomalyReason.RecordLongerThanSnapLength, Assert.Single(source.Anomalies).Reason);
    }

    [Fact]
    public void A_link_type_that_is_not_read_is_counted()
    {
        Assert.Empty(Read(new MemoryStream(Hundred.ToPcap(linkType: 147)), out var source));
        Assert.Equal(100, source.UnsupportedLinkTypePackets);
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("this is no capture file at all, only text")]
    public void What_is_no_capture_gives_nothing(string text)
    {
        Assert.Empty(Read(new MemoryStream(System.Text.Encoding.ASCII.GetBytes(text)), out var source));
        Assert.Equal(1, source.AnomalyCount);
        Assert.True(source.Anomalies[0].Stops);
    }

    [Fact]
    public void A_record_larger_than_a_block_is_read_and_the_next_block_is_of_the_usual_size()
    {
        var wire = Stream(1);
        wire.Frame(5, new byte[262_000]);
        new RtpScript(wire, "198.18.0.1:4000", "198.18.0.2:6000").Send(1, at: 6);

        // 262,000 octets and a header are just less than a block of 256 KiB; two such records are more.
        wire.Frame(7, new byte[262_144]);
        var octets = wire.ToPcap();
        BinaryPrimitives.WriteUInt32LittleEndian(octets.AsSpan(16), 262_144);

        var frames = Read(new MemoryStream(octets), out var source);

        Assert.Equal([214, 262_000, 214, 262_144], frames.Select(static frame => frame.Length));
        Assert.Empty(source.Anomalies);
    }

    [Fact]
    public void A_record_that_claims_gigabytes_stops_the_reading_before_any_memory_is_taken()
    {
        var octets = Stream(2).ToPcap();
        BinaryPrimitives.WriteUInt32LittleEndian(octets.AsSpan(FileHeader + RecordHeader + 214 + 8), 0x7FFF_FFF0);

        var before = GC.GetAllocatedBytesForCurrentThread();
        var frames = Read(new MemoryStream(octets), out var source);

        Assert.Single(frames);
        Assert.Equal(CaptureAnomalyReason.RecordLengthAbsurd, Assert.Single(source.Anomalies).Reason);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4_000_000);
    }

    private static Wire Stream(int packets)
    {
        var wire = new Wire();
        new RtpScript(wire, "198.18.0.1:4000", "198.18.0.2:6000").Send(packets, at: 1);
        return wire;
    }

    private static long[] Times(Wire wire) => [.. wire.Frames.Select(static frame => frame.AtNs)];

    private static long[] Times(List<(long AtNs, int Length)> frames) => [.. frames.Select(static frame => frame.AtNs)];

    private static List<(long AtNs, int Length)> Read(System.IO.Stream input, out CaptureFileSource source)
    {
        var frames = new List<(long AtNs, int Length)>();
        var pool = new PacketBlockPool();
        source = new CaptureFileSource("test", input);
        using (source)
        {
            while (true)
            {
                var block = pool.Rent();
                var hasMore = source.TryFill(block);
                foreach (var record in block.Records.AsSpan(0, block.RecordCount))
                {
                    frames.Add((record.TimestampNs, record.CapturedLength));
                }

                block.Release();
                if (!hasMore)
                {
                    return frames;
                }
            }
        }
    }
}
