using FsCheck;
using FsCheck.Fluent;
using VoiceQuality.Quality.Rtp;
using static VoiceQuality.Quality.Tests.Rtp.ArrivalSeries;

namespace VoiceQuality.Quality.Tests.Rtp;

public class ClockSkewTests
{
    private const long Ms = 1_000_000;
    private const long Second = 1_000_000_000;

    [Theory]
    [InlineData(0)]
    [InlineData(35)]
    [InlineData(-50)]
    [InlineData(200)]
    [InlineData(-200)]
    public void The_slope_of_the_least_transits_is_the_skew_through_any_jitter(int ppm)
    {
        // Three minutes; 30 ms of jitter, of which some packet of every 10 s has less than 0.5 ms.
        var random = new Random(ppm);
        var arrivals = Delayed(Steady(9_000), i => (i * 20L * ppm) + random.Next(30_000_000));
        Assert.InRange(Measure(arrivals).Total().SkewPpm!.Value, ppm - 2, ppm + 2);
    }

    [Fact]
    public void Three_points_on_a_line_have_its_slope()
    {
        // 0 µs at 0 s, 500 µs at 10 s, 1,000 µs at 20 s: 50 ppm.
        var envelope = new ClockEnvelope { Points = 3, SumX = 300, SumY = 1_500, SumXx = 50_000, SumXy = 250_000 };
        Assert.Equal(50, envelope.SkewPpm!.Value, precision: 12);
    }

    [Fact]
    public void Below_30_s_the_skew_is_unknown()
    {
        Assert.Null(Measure(Steady(1_500)).Total().SkewPpm); // the third 10 s are not over
        Assert.Equal(0, Measure(Steady(1_502)).Total().SkewPpm);
        Assert.Null(Measure(Steady(9_000).Select(a => a with { ClockRateHz = 0 })).Total().SkewPpm);
    }

    [Fact]
    public void A_pause_with_frozen_timestamps_is_left_out_of_the_slope()
    {
        // 100 ppm, and after every 40 s a pause of 3 s in which the timestamps stand still.
        var arrivals = Steady(12_000).Select((a, i) => a with
        {
            ArrivalNs = a.ArrivalNs + (i * 2_000L) + (i / 2_000 * 3 * Second),
            Marker = i % 2_000 == 0,
        });
        Assert.InRange(Measure(arrivals).Total().SkewPpm!.Value, 99, 101);
    }

    [Fact]
    public void Points_of_any_size_give_a_slope_or_none() =>
        Prop.ForAll<int>(seed =>
        {
            var random = new Random(seed);
            var envelope = new ClockEnvelope
            {
                Points = random.NextInt64(), SumX = Any(), SumY = Any(), SumXx = Any(), SumXy = Any(),
            };
            return envelope.SkewPpm is null or > double.NegativeInfinity and < double.PositiveInfinity;

            long Any() => random.Next(3) == 0 ? long.MaxValue : random.NextInt64(long.MinValue, long.MaxValue);
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(200)]
    [InlineData(-200)]
    public void A_skew_of_200_ppm_moves_no_packet_over_the_edge_of_the_jitter_buffer(int ppm)
    {
        // Ten minutes of path delays of 0 to 40 ms, and every 50th packet 90 ms late: with or without the skew the
        // buffer of 60 ms discards those 600. The anchor trails the skew by up to half the depth, so what lies between
        // is left free.
        var random = new Random(5);
        var delays = Enumerable.Range(0, 30_000).Select(i => i % 50 == 7 ? 200 * Ms : random.Next(25) * Ms).ToArray();
        var plain = Measure(Delayed(Steady(30_000), i => delays[i])).Total();
        var skewed = Measure(Delayed(Steady(30_000), i => delays[i] + (i * 20L * ppm))).Total();
        Assert.Equal((600, 600), (plain.Discarded, skewed.Discarded));
    }

    [Theory]
    [InlineData(20.9, 12, false)] // 4.3 % slow: 0.5 s behind after 12 s
    [InlineData(19.1, 12, false)] // 4.5 % fast
    [InlineData(20.5, 12, true)] // 2.4 %: the buffer follows
    [InlineData(20.9, 8, true)] // seven steps are too few
    public void A_sender_that_drifts_alike_in_every_second_is_off_its_clock_before_a_second_has_gathered(
        double everyMs, int seconds, bool isKept)
    {
        var random = new Random(3);
        var arrivals = Drifting(everyMs, seconds, _ => random.Next(5_000_000));
        var total = Measure(arrivals).Total();
        Assert.True(Math.Abs(total.MediaArrivalNs - total.MediaNs) < Second);
        Assert.Equal(isKept, SenderClock.IsKept(total));
    }

    [Fact]
    public void A_queue_that_fills_in_part_of_a_stream_is_no_drift_of_the_sender()
    {
        // Ten seconds of steady delay, then a queue that grows by 45 ms a second up to 0.45 s.
        var filling = Delayed(Steady(1_000), i => Math.Max(0, i - 500) * 900_000L);
        Assert.True(SenderClock.IsKept(Measure(filling).Total()));

        // It grows unevenly from the first second on: 30 ms in one, 90 ms in the next.
        var uneven = Delayed(Steady(600), i => (i / 100 * 120 * Ms) + (i % 100 * (i % 100 < 50 ? 600_000L : 1_800_000L)));
        Assert.True(SenderClock.IsKept(Measure(uneven).Total()));
    }

    [Fact]
    public void Drift_merges_in_any_order() =>
        Prop.ForAll<int>(seed =>
        {
            var random = new Random(seed);
            var parts = Enumerable.Range(0, 3).Select(_ => random.Next(3) == 0 ? default : new ClockDrift
            {
                Steps = random.Next(1, 9), LeastPpm = random.Next(-9, 0), GreatestPpm = random.Next(9),
            }).ToArray();
            var (a, b, c) = (parts[0], parts[1], parts[2]);
            return ClockDrift.Merge(a, b) == ClockDrift.Merge(b, a)
                && ClockDrift.Merge(ClockDrift.Merge(a, b), c) == ClockDrift.Merge(a, ClockDrift.Merge(b, c));
        }).QuickCheckThrowOnFailure();

    private static IEnumerable<RtpArrival> Drifting(double everyMs, int seconds, Func<int, long> delayNs) =>
        Enumerable.Range(0, (int)(seconds * 1_000 / everyMs)).Select(i => new RtpArrival
        {
            SequenceNumber = (ushort)i,
            Timestamp = (uint)(i * FrameTicks),
            ArrivalNs = (long)(i * everyMs * 1e6) + delayNs(i),
            ClockRateHz = 8_000,
            PayloadLength = 160,
        });
}
