using FsCheck;
using FsCheck.Fluent;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Quality.Codecs;
using VoiceQuality.Quality.Rtp;
using VoiceQuality.Quality.Scoring;
using VoiceQuality.Storage.Calls;

namespace VoiceQuality.Storage.Tests;

public sealed class EncodingTests
{
    [Fact]
    public void A_measurement_is_written_as_its_version_says()
    {
        // One interval from 0 to 10 ns, 2 expected and received: mask bits 1 (EndNs) and 4 (Expected) = 0x12; Received,
        // AudioReceived, JitterSamples, SpacedSteps and GapPackets follow from Expected. 10 folds to 20 = 0x14, 2 to 4.
        // MOS 1.0001 is bit 19: the mask is 0x80012 = 0000 0010 0000 0000 0001 0010, in groups of 7 from the right 12,
        // 00, 20 (hex), so 92 80 20. 10001 folds to 20002 = 0x4E22: 22, 9C in groups of 7 (20002 = 1*16384 + 28*128 +
        // 34), so A2 9C 01. Total equals the sum: 00. Scored is left empty: bits 1, 4, 5, 11, 17, 26, 31 differ, by -10
        // (19 = 0x13) and -2 (3). Mask 2^1 + 2^4 + 2^5 + 2^11 + 2^17 + 2^26 + 2^31 in groups of 7 from the right: bits
        // 1, 4, 5 are 32 (hex), bit 11 is 10, bit 17 is 08, bit 26 is 20 and bit 31 is 08, so B2 90 88 A0 08.
        var counters = new IntervalCounters
        {
            EndNs = 10, Expected = 2, Received = 2, AudioReceived = 2, JitterSamples = 2, SpacedSteps = 2,
            BurstGaps = new BurstGapCounters { GapPackets = 2 },
        };
        var stream = SampleCalls.Stream(0, 0) with
        {
            StartedAtUs = 0, Intervals = [new IntervalRecord(counters, 1_0001)], Total = counters, Scored = default,
        };
        var writer = new OctetWriter();

        MeasurementEncoding.Write(writer, stream);

        Assert.Equal(
            "03" + "00" + "01" + "928020" + "14" + "04" + "A29C01" + "00" + "B29088A008" + "13" + "030303030303",
            Convert.ToHexString(writer.Written));
    }

    [Theory]
    [InlineData("01")]
    [InlineData("0200")]
    public void What_older_versions_wrote_is_read_with_what_they_did_not_count_unknown(string head)
    {
        // The octets that versions 1 and 2 wrote for the stream above; the blocks of version 1 end with bit 19.
        var octets = Convert.FromHexString(
            head + "01" + "928020" + "14" + "04" + "A29C01" + "00" + "B29008" + "13" + "03" + "03" + "03" + "03");

        var read = MeasurementEncoding.Read(octets, 0);

        var counters = new IntervalCounters
        {
            EndNs = 10, Expected = 2, Received = 2, AudioReceived = 2, JitterSamples = 2,
        };
        Assert.Equal((counters, default, false), (read.Total, read.Scored, read.IsFromElsewhere));
        Assert.Equal(new IntervalRecord(counters, 1_0001), Assert.Single(read.Intervals));

        var stream = SampleCalls.Stream(0, 0) with { Total = read.Total, Intervals = read.Intervals };
        Assert.Equal((null, null), (stream.BurstGaps, stream.LossRuns));
        Assert.Equal(PeriodsUnknown.NotCounted, stream.BurstsUnknown);
        Assert.Null(stream.DelayVariationOf(read.Total));
        Assert.Null(read.Total.SkewPpm);
        Assert.Null(read.Total.PacketMs);
    }

    [Fact]
    public void Bins_follow_the_score_with_a_mask_of_their_own()
    {
        // One run of 5 to 8 lost packets is bin 4, two packets that vary by 0.5 to 1 ms are bin 11: mask 2^4 + 2^11 =
        // 2,064 = 16*128 + 16: 90 10, and 1 and 2 fold to 02 and 04. The bins are bit 41 of the mask, 2^41 = 2^6 in the
        // sixth group of 7: 80 80 80 80 80 40. Total and Scored are the sum: 00.
        var counters = default(IntervalCounters);
        var (runs, variation) = (counters.LossRuns, counters.DelayVariation);
        runs.Add(6);
        variation.Add(700_000);
        variation.Add(999_999);
        counters.LossRuns = runs;
        counters.DelayVariation = variation;
        var stream = SampleCalls.Stream(0, 0) with
        {
            StartedAtUs = 0, Intervals = [new IntervalRecord(counters, null)], Total = counters, Scored = counters,
        };
        var writer = new OctetWriter();

        MeasurementEncoding.Write(writer, stream);

        Assert.Equal(
            "03" + "00" + "01" + "808080808040" + "9010" + "02" + "04" + "00" + "00", Convert.ToHexString(writer.Written));
    }

    [Fact]
    public void What_a_meter_counted_is_scored_alike_after_storage() =>
        Prop.ForAll<int>(seed =>
        {
            var random = new Random(seed);
            var meter = new StreamMeter(default);
            foreach (var arrival in SampleCalls.Arrivals(random))
            {
                meter.Add(arrival);
            }

            meter.Finish();
            var stream = SampleCalls.Stream(0, 0) with
            {
                StartedAtUs = meter.FirstArrivalNs / 1_000,
                Intervals = [.. meter.Intervals.ToArray().Select(interval => new IntervalRecord(interval, null))],
                Total = meter.Total(),
                Scored = meter.TotalScored(),
            };
            var writer = new OctetWriter();
            MeasurementEncoding.Write(writer, stream);
            var read = MeasurementEncoding.Read(writer.Written, stream.StartedAtUs);
            CodecTable.Default.TryFind(new CodecQuery("PCMU", 8_000), default, out var row, out _);
            return read.Total == stream.Total && read.Scored == stream.Scored
                && read.Intervals.SequenceEqual(stream.Intervals)
                && StreamScorer.Score(read.Scored, row, default) == StreamScorer.Score(stream.Scored, row, default)
                && writer.Written.Length < 120 + (90 * stream.Intervals.Count);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_media_time_of_an_interval_follows_the_bit_of_the_score()
    {
        // MediaNs 5 and MediaArrivalNs 7 in an interval of nothing else: bits 20 and 21, mask 0x300000, in groups of 7
        // from the right 00, 00, 40, 01: 80 80 C0 01. 5 folds to 0A, and 7 is 2 more than its prediction: 04. Total is
        // the sum: 00. Scored is the sum too: 00.
        var counters = new IntervalCounters { MediaNs = 5, MediaArrivalNs = 7 };
        var stream = SampleCalls.Stream(0, 0) with
        {
            StartedAtUs = 0, Intervals = [new IntervalRecord(counters, null)], Total = counters, Scored = counters,
            IsFromElsewhere = true,
        };
        var writer = new OctetWriter();

        MeasurementEncoding.Write(writer, stream);

        Assert.Equal("03" + "01" + "01" + "8080C001" + "0A" + "04" + "00" + "00", Convert.ToHexString(writer.Written));
    }

    [Fact]
    public void Counters_of_any_size_are_recovered_exactly() =>
        Prop.ForAll<int>(seed =>
        {
            var stream = new SampleCalls(seed).NextStream(SampleCalls.OctoberUs);
            var writer = new OctetWriter();
            MeasurementEncoding.Write(writer, stream);
            var read = MeasurementEncoding.Read(writer.Written, stream.StartedAtUs);
            return read.Total == stream.Total && read.Scored == stream.Scored
                && read.Intervals.SequenceEqual(stream.Intervals.Select(interval => interval with { Unseen = 0, Doubts = default, Audio = null }))
                && read.IsFromElsewhere == stream.IsFromElsewhere;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void A_minute_of_steady_media_takes_less_than_300_octets()
    {
        // What compactness is for: six intervals that differ in jitter alone.
        var intervals = Enumerable.Range(0, 6).Select(i => new IntervalRecord(
            new IntervalCounters
            {
                StartNs = (SampleCalls.OctoberUs * 1000) + (i * 10_000_000_000L),
                EndNs = (SampleCalls.OctoberUs * 1000) + ((i + 1) * 10_000_000_000L),
                Segments = i == 0 ? 1 : 0, Expected = 500, Received = 500, AudioReceived = 500, PayloadOctets = 80_000,
                JitterSumPs = 1_500_000_000_000 + (i * 7_777_777_777), JitterMaxPs = 5_000_000_000 + (i * 1_234_567),
                JitterSamples = i == 0 ? 499 : 500, MaxDeltaNs = 21_000_000 + (i * 1000),
                MediaNs = 10_000_000_000, MediaArrivalNs = 10_000_000_000 + (i * 345_678),
                SpacedNs = 10_000_000_000, SpacedSteps = i == 0 ? 499 : 500,
                BurstGaps = new BurstGapCounters { Gaps = i == 0 ? 1 : 0, GapPackets = 500 },
                DelayVariation = Variation(300 + i, 150 - (2 * i), 50 + i),
                Envelope = new ClockEnvelope
                {
                    Points = 1, SumX = 55 + (i * 100), SumY = 40 * i, SumXx = (55 + (i * 100)) * (55 + (i * 100)),
                    SumXy = (55 + (i * 100)) * 40 * i,
                },
                Drift = new ClockDrift { Steps = 10 },
            },
            4_3000 + i)).ToList();
        var total = intervals.Select(interval => interval.Counters).Aggregate((a, b) => IntervalCounters.Merge(a, b));
        var writer = new OctetWriter();

        MeasurementEncoding.Write(
            writer, SampleCalls.Stream(0, 0) with { Intervals = intervals, Total = total, Scored = total });

        Assert.InRange(writer.Written.Length, 1, 300);

        static DelayVariationHistogram Variation(int first, int second, int third) => new()
        {
            [0] = (uint)first, [1] = (uint)second, [2] = (uint)third,
        };
    }

    [Fact]
    public void Damaged_octets_are_refused_or_read_but_never_crash()
    {
        var stream = new SampleCalls(4).NextStream(SampleCalls.OctoberUs);
        var writer = new OctetWriter();
        MeasurementEncoding.Write(writer, stream);
        var octets = writer.ToArray();

        for (var length = 0; length < octets.Length; length++)
        {
            Assert.Throws<StoredDataException>(
                () => MeasurementEncoding.Read(octets.AsSpan(0, length), stream.StartedAtUs));
        }

        for (var bit = 0; bit < octets.Length * 8; bit++)
        {
            var flipped = octets.ToArray();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            var failure = Record.Exception(() => MeasurementEncoding.Read(flipped, stream.StartedAtUs));
            Assert.True(failure is null or StoredDataException, failure?.ToString());
        }
    }

    [Theory]
    [InlineData(0, "00")]
    [InlineData(-1, "01")]
    [InlineData(1, "02")]
    [InlineData(-64, "7F")]
    [InlineData(64, "8001")]
    [InlineData(long.MaxValue, "FEFFFFFFFFFFFFFFFF01")]
    [InlineData(long.MinValue, "FFFFFFFFFFFFFFFFFF01")]
    public void Signed_integers_are_folded_and_written_in_groups_of_seven_bits(long value, string expected)
    {
        var writer = new OctetWriter();
        writer.WriteSigned(value);

        Assert.Equal(expected, Convert.ToHexString(writer.Written));
        Assert.Equal(value, new OctetReader(writer.Written).ReadSigned());
    }
}
