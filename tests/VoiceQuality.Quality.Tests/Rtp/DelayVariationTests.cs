using FsCheck;
using FsCheck.Fluent;
using VoiceQuality.Quality.Rtp;
using static VoiceQuality.Quality.Tests.Rtp.ArrivalSeries;

namespace VoiceQuality.Quality.Tests.Rtp;

public class DelayVariationTests
{
    private const long Ms = 1_000_000;

    [Fact]
    public void Each_bound_is_the_first_value_of_the_next_bin()
    {
        var bounds = DelayVariationHistogram.UpperBoundsMs;
        Assert.Equal(DelayVariationHistogram.BinCount - 1, bounds.Length);
        Assert.Equal((0, 0), (DelayVariationHistogram.BinOf(0), DelayVariationHistogram.BinOf(long.MinValue)));
        Assert.Equal(DelayVariationHistogram.BinCount - 1, DelayVariationHistogram.BinOf(long.MaxValue));

        for (var bin = 0; bin < bounds.Length; bin++)
        {
            Assert.Equal(bin, DelayVariationHistogram.BinOf((long)(bounds[bin] * 1e6) - 1));
            Assert.Equal(bin + 1, DelayVariationHistogram.BinOf((long)(bounds[bin] * 1e6)));
        }
    }

    [Fact]
    public void A_percentile_is_the_upper_bound_of_the_bin_in_which_it_lies()
    {
        // 50 packets below 0.5 ms, 45 from 8 to 12 ms, 4 from 48 to 64 ms, 1 of half a second and more.
        var variation = default(DelayVariationHistogram);
        Add(50, 0);
        Add(45, 10 * Ms);
        Add(4, 60 * Ms);
        Add(1, 600 * Ms);
        Assert.Equal((0.5, 12.0, 64.0), (variation.PercentileMs(50), variation.PercentileMs(95), variation.PercentileMs(99)));
        Assert.Equal(12, variation.PercentileMs(51));
        Assert.Null(variation.PercentileMs(100));
        Assert.Null(default(DelayVariationHistogram).PercentileMs(50));

        void Add(int packets, long ns)
        {
            for (var i = 0; i < packets; i++)
            {
                variation.Add(ns);
            }
        }
    }

    [Fact]
    public void A_packet_varies_by_its_delay_above_the_least_one()
    {
        // Every tenth packet comes 30 ms later than the rest, so 10 % lie between 24 and 32 ms.
        var total = Measure(Delayed(Steady(3_000), i => i % 10 == 5 ? 30 * Ms : 0)).Total();
        Assert.Equal((2_700u, 300u), (total.DelayVariation[0], total.DelayVariation[DelayVariationHistogram.BinOf(30 * Ms)]));
        Assert.Equal((0.5, 32), (total.DelayVariation.PercentileMs(90), total.DelayVariation.PercentileMs(91)));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(-100)]
    public void A_clock_skew_is_no_variation(int ppm)
    {
        // 100 ppm are 2 ms in the 20 s that the reference may be old, and 180 ms in half an hour.
        var total = Measure(Delayed(Steady(90_000), i => i * 20L * ppm)).Total();
        Assert.True(total.DelayVariation.PercentileMs(100) <= 3);
    }

    [Fact]
    public void A_longer_route_is_the_new_reference_after_20_s()
    {
        // 60 s, then 60 s 40 ms later: of 3,000 packets no more than 1,000 show it.
        var total = Measure(Delayed(Steady(6_000), i => i >= 3_000 ? 40 * Ms : 0)).Total();
        var shown = total.DelayVariation[DelayVariationHistogram.BinOf(40 * Ms)];
        Assert.InRange(shown, 500u, 1_050u);
        Assert.Equal(6_000 - shown, total.DelayVariation[0]);
    }

    [Fact]
    public void A_second_of_stall_is_in_the_last_bin_and_a_pause_of_the_sender_is_none()
    {
        // 100 packets queue for 2 s and come together: those late by 512 ms and more are 2,000, 1,980 … 520 ms: 75.
        var stalled = Measure(Delayed(Steady(1_000), i => i is >= 400 and < 500 ? (500 - i) * 20 * Ms : 0)).Total();
        Assert.Equal(75u, stalled.DelayVariation[DelayVariationHistogram.BinCount - 1]);
        Assert.Equal(1_000, stalled.DelayVariation.Packets);

        var frozen = Measure(Steady(1_000).Select((a, i) => a with
        {
            ArrivalNs = a.ArrivalNs + (i < 500 ? 0 : 5_000 * Ms),
        })).Total();
        Assert.Equal(frozen.DelayVariation.Packets, frozen.DelayVariation[0]);
    }

    [Fact]
    public void Events_comfort_noise_copies_and_packets_without_a_clock_have_no_variation()
    {
        var arrivals = Steady(400).Select((a, i) => a with
        {
            Kind = i % 4 == 1 ? RtpPacketKind.TelephoneEvent : i % 4 == 2 ? RtpPacketKind.ComfortNoise : RtpPacketKind.Audio,
        });
        var total = Measure(arrivals.SelectMany(a => new[] { a, a with { ArrivalNs = a.ArrivalNs + 1 } })).Total();
        Assert.Equal(200, total.DelayVariation.Packets);
        Assert.Equal(0, Measure(Steady(100).Select(a => a with { ClockRateHz = 0 })).Total().DelayVariation.Packets);
    }

    [Fact]
    public void The_variation_does_not_depend_on_the_length_of_the_intervals() =>
        Prop.ForAll<int>(seed =>
        {
            var random = new Random(seed);
            var arrivals = Delayed(Steady(3_000), _ => random.Next(80_000_000));
            var whole = Measure(arrivals, new MeterPolicy { IntervalMs = 3_600_000 }).Total();
            var parts = Measure(arrivals, new MeterPolicy { IntervalMs = random.Next(100, 9_000) });
            var backwards = parts.Intervals.ToArray().Reverse()
                .Aggregate(default(IntervalCounters), (sum, interval) => IntervalCounters.Merge(sum, interval));
            return parts.Total().DelayVariation == whole.DelayVariation && parts.Total().Envelope == whole.Envelope
                && parts.Total().Drift == whole.Drift && backwards == parts.Total();
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(60));
}
