using FsCheck;
using FsCheck.Fluent;
using VoiceQuality.Quality.Rtp;
using static VoiceQuality.Quality.Tests.EModelVectors;
using static VoiceQuality.Quality.Tests.Rtp.ArrivalSeries;

namespace VoiceQuality.Quality.Tests.Rtp;

public class BurstGapTests
{
    private const long Ms = 1_000_000;

    [Fact]
    public void Every_reference_pattern_with_gmin_16_is_metered_by_the_definition_of_rfc_3611()
    {
        var cases = 0;

        foreach (var vector in Cases("burst.json"))
        {
            // A meter sees only what lies between the first and the last packet that arrived.
            var pattern = vector.GetProperty("pattern").GetString()!;
            if (vector.GetProperty("gmin").GetInt32() != 16 || pattern.Length == 0 || pattern[0] != '1'
                || pattern[^1] == '0')
            {
                continue;
            }

            var id = vector.GetProperty("id").GetString()!;
            var packetMs = vector.GetProperty("packet_ms").GetInt32();
            var expected = vector.GetProperty("expected").GetProperty("rfc3611_by_definition");
            var total = Measure(Arrivals(pattern, packetMs), Bare).Total();
            var periods = total.BurstGaps;
            var figures = new (string Name, double Value)[]
            {
                ("expected", total.Expected), ("lost", total.Lost), ("discarded", total.Discarded),
                ("bursts", periods.Bursts), ("gaps", periods.Gaps), ("burst_packets", periods.BurstPackets),
                ("burst_bad", periods.BurstBad), ("gap_packets", periods.GapPackets), ("gap_bad", periods.GapBad),
                ("burst_density", periods.BurstDensity), ("gap_density", periods.GapDensity),
            };

            foreach (var (name, value) in figures)
            {
                AssertClose(expected.GetProperty(name).GetDouble(), value, $"{id} {name}", 1e-6);
            }

            if (total.PacketMs is { } measuredMs)
            {
                Assert.Equal(packetMs, measuredMs, precision: 9);
                AssertClose(expected.GetProperty("burst_mean_ms").GetDouble(), periods.BurstMeanMs(measuredMs), id, 1e-6);
                AssertClose(expected.GetProperty("gap_mean_ms").GetDouble(), periods.GapMeanMs(measuredMs), id, 1e-6);
            }

            cases++;
        }

        Assert.True(cases >= 12, $"{cases} patterns can be metered");
    }

    [Fact]
    public void The_example_of_rfc_3611_has_one_burst_of_120_ms_and_gaps_of_230_and_290_ms()
    {
        // RFC 3611 clause 4.7.2, packets of 10 ms: a burst of 12 packets with 4 bad, gaps of 23 and 29 with one each.
        var total = Measure(
            Arrivals("11110111111111111111111X111X1011110111111111111111111X1111111111", 10), Bare).Total();
        Assert.Equal(
            new BurstGapCounters
            {
                Bursts = 1, Gaps = 2, BurstPackets = 12, BurstBad = 4, GapPackets = 52, GapBad = 2,
            },
            total.BurstGaps);
        Assert.Equal((120, 260), (total.BurstGaps.BurstMeanMs(10), total.BurstGaps.GapMeanMs(10)));
    }

    [Fact]
    public void Any_pattern_is_metered_as_the_definition_says() =>
        Prop.ForAll<int>(seed =>
        {
            var random = new Random(seed);
            var badPercent = random.Next(1, 60);
            var pattern = "1" + new string([.. Enumerable.Range(0, random.Next(600)).Select(
                _ => random.Next(100) >= badPercent ? '1' : random.Next(2) == 0 ? '0' : 'X')]) + "1";
            var expected = BurstMetrics.Compute(
                [.. pattern.Select(c => c == '0' ? PacketFate.Lost : c == 'X' ? PacketFate.Discarded : PacketFate.Played)]);
            var policy = Bare with { IntervalMs = random.Next(100, 5_000) };
            var meter = Measure(Arrivals(pattern, 20), policy);
            var total = meter.Total();
            var sum = meter.Intervals.ToArray().Aggregate(
                default(BurstGapCounters), (sum, interval) => BurstGapCounters.Merge(sum, interval.BurstGaps));
            return total.AreBurstsKnown && sum == total.BurstGaps
                && meter.Intervals.ToArray().All(i => i.BurstGaps.BurstBad <= i.BurstGaps.BurstPackets
                    && i.BurstGaps.GapBad <= i.BurstGaps.GapPackets)
                && total.BurstGaps == new BurstGapCounters
                {
                    Bursts = expected.Bursts,
                    Gaps = expected.Gaps,
                    BurstPackets = expected.BurstPackets,
                    BurstBad = expected.BurstBad,
                    GapPackets = expected.GapPackets,
                    GapBad = expected.GapBad,
                };
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Fact]
    public void A_gap_wider_than_the_window_is_one_burst()
    {
        // 100 played, 1,000 lost, 100 played.
        var arrivals = Steady(1_200);
        arrivals.RemoveRange(100, 1_000);
        var total = Measure(arrivals).Total();
        Assert.Equal(
            new BurstGapCounters { Bursts = 1, Gaps = 2, BurstPackets = 1_000, BurstBad = 1_000, GapPackets = 200 },
            total.BurstGaps);
        Assert.Equal((1u, 1L), (total.LossRuns[LossRunHistogram.BinCount - 1], total.LossRuns.Runs));
    }

    [Fact]
    public void A_burst_does_not_go_on_over_a_restart_of_the_sender()
    {
        // 50 lost 2 before the restart, and 2 after it: two numbers on each side are too few for a burst of both.
        var before = Steady(100, 500);
        before.RemoveAt(97);
        var after = Steady(100, 40_000, startNs: 100 * FrameNs);
        after.RemoveAt(2);
        var total = Measure([.. before, .. after]).Total();
        Assert.Equal((2, 2), (total.Segments, total.Lost));
        Assert.Equal(
            new BurstGapCounters { Gaps = 1, GapPackets = 200, GapBad = 2 }, total.BurstGaps);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(3, 2)]
    [InlineData(4, 3)]
    [InlineData(5, 4)]
    [InlineData(8, 4)]
    [InlineData(9, 5)]
    [InlineData(16, 5)]
    [InlineData(17, 6)]
    [InlineData(32, 6)]
    [InlineData(33, 7)]
    [InlineData(64, 7)]
    [InlineData(65, 8)]
    [InlineData(128, 8)]
    [InlineData(129, 9)]
    [InlineData(long.MaxValue, 9)]
    public void A_run_of_lost_packets_has_its_bin(long length, int bin) =>
        Assert.Equal(bin, LossRunHistogram.BinOf(length));

    [Fact]
    public void Each_bound_of_the_loss_runs_is_the_longest_run_of_its_bin()
    {
        for (var bin = 0; bin < LossRunHistogram.UpperBounds.Length; bin++)
        {
            Assert.Equal(bin, LossRunHistogram.BinOf(LossRunHistogram.UpperBounds[bin]));
            Assert.Equal(bin + 1, LossRunHistogram.BinOf(LossRunHistogram.UpperBounds[bin] + 1));
        }
    }

    [Fact]
    public void Runs_of_lost_packets_are_counted_by_length_and_a_late_packet_ends_a_run()
    {
        // Runs of 1, 2, 1 and 1: between the last two lies a late packet.
        var total = Measure(Arrivals("1111101111110011111111110X0111111", 20), Bare).Total();
        Assert.Equal((3u, 1u, 4L), (total.LossRuns[0], total.LossRuns[1], total.LossRuns.Runs));
        Assert.Equal((5, 1, 3), (total.Lost, total.Discarded, total.BadRuns));
    }

    [Fact]
    public void The_runs_of_all_intervals_are_those_of_the_pattern() =>
        Prop.ForAll<int>(seed =>
        {
            var random = new Random(seed);
            var lossPercent = random.Next(1, 70);
            var pattern = "1" + new string([.. Enumerable.Range(0, random.Next(800)).Select(
                _ => random.Next(100) < lossPercent ? '0' : '1')]) + "1";
            var expected = default(LossRunHistogram);

            foreach (var run in pattern.Split('1', StringSplitOptions.RemoveEmptyEntries))
            {
                expected.Add(run.Length);
            }

            var meter = Measure(Arrivals(pattern, 20), Bare with { IntervalMs = random.Next(100, 3_000) });
            return meter.Total().LossRuns == expected && meter.Intervals.ToArray().All(i => i.LossRuns.Runs <= i.Lost);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));

    [Theory]
    [InlineData(80, 10)]
    [InlineData(240, 30)]
    [InlineData(480, 60)]
    public void The_duration_of_a_packet_is_that_of_its_timestamps_whatever_is_lost_or_swapped(int ticks, int ms)
    {
        var random = new Random(7);
        var arrivals = Enumerable.Range(0, 2_000).Where(_ => random.Next(10) > 0).Select(i => new RtpArrival
        {
            SequenceNumber = (ushort)i,
            Timestamp = (uint)(i * ticks),
            ArrivalNs = (i * ms * Ms) + random.Next(50_000_000),
            ClockRateHz = 8_000,
            PayloadLength = ticks,
        }).OrderBy(a => a.ArrivalNs);
        Assert.Equal(ms, Measure(arrivals).Total().PacketMs!.Value, precision: 9);
    }

    private static MeterPolicy Bare { get; } = new() { NeverReAnchor = true };

    /// <summary>A packet for each symbol of a pattern: 1 in time, X late by 100 ms, 0 none.</summary>
    private static IEnumerable<RtpArrival> Arrivals(string pattern, int packetMs) => pattern
        .Select((symbol, i) => (symbol, arrival: new RtpArrival
        {
            SequenceNumber = (ushort)i,
            Timestamp = (uint)(i * packetMs * 8),
            ArrivalNs = (i * packetMs * Ms) + (symbol == 'X' ? 100 * Ms : 0),
            ClockRateHz = 8_000,
            PayloadLength = packetMs * 8,
        }))
        .Where(item => item.symbol != '0')
        .Select(item => item.arrival)
        .OrderBy(arrival => arrival.ArrivalNs);
}
