using FsCheck;
using FsCheck.Fluent;
using VoiceQuality.Quality.Rtp;
using static VoiceQuality.Quality.Tests.Rtp.ArrivalSeries;

namespace VoiceQuality.Quality.Tests.Rtp;

public class SkewCorrectionTests
{
    private const long Ms = 1_000_000;
    private const int HourPackets = 180_000;

    private static readonly MeterPolicy Uncorrected = new() { WithoutSkewCorrection = true };

    private static readonly MeterPolicy Adaptive = new()
    {
        JitterBuffer = JitterBufferKind.Adaptive, JitterBufferMs = 500,
    };

    [Theory]
    [InlineData(200)]
    [InlineData(-200)]
    [InlineData(37)]
    public void An_hour_of_skew_discards_what_the_impairments_discard(int ppm)
    {
        // Delays of 0 to 40 ms, and each 50th packet 80 ms late. The skew is established after 80 s, when 200 ppm have
        // gathered 16 ms: 40 + 16 < 60 < 80 - 16. So the buffer of 60 ms discards the 3,600 late ones and no other.
        var random = new Random(5);
        var delays = Enumerable.Range(0, HourPackets)
            .Select(i => i == 0 ? 0 : i % 50 == 7 ? 80 * Ms : random.NextInt64(40 * Ms)).ToArray();
        var skewed = Delayed(Steady(HourPackets), i => delays[i] + (i * 20L * ppm));
        Assert.Equal(HourPackets / 50, Measure(skewed).Total().Discarded);

        // The anchor alone moves when a whole second has come 30 ms early in the mean and no packet late: with 20 ms of
        // delay in the mean after 50 ms of skew, when 80 - 50 < 60.
        if (ppm == -200)
        {
            Assert.NotEqual(HourPackets / 50, Measure(skewed, Uncorrected).Total().Discarded);
        }
    }

    [Theory]
    [InlineData(200)]
    [InlineData(-200)]
    public void An_hour_of_skew_discards_no_more_behind_an_adaptive_buffer(int ppm)
    {
        // 2 % at 200 ms are trimmed (3 %), so spread and margin allow 40 + 40 ms and 2 ms of skew over 500 packets.
        var random = new Random(6);
        var delays = Enumerable.Range(0, HourPackets)
            .Select(i => i % 50 == 7 ? 200 * Ms : random.NextInt64(40 * Ms)).ToArray();
        var skewed = Delayed(Steady(HourPackets), i => delays[i] + (i * 20L * ppm));
        Assert.Equal(HourPackets / 50, Measure(skewed, Adaptive).Total().Discarded);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(15)]
    [InlineData(39)]
    [InlineData(40)]
    [InlineData(44)]
    [InlineData(60)]
    [InlineData(85)]
    [InlineData(201)]
    public void A_step_of_the_delay_is_not_taken_for_skew(int atSecond)
    {
        // 25 ms more from a second on. 25 + 34 < 60 < 25 + 36: of the packets that are later still, those by 36 ms are
        // discarded after the step and those by 34 ms never. 1 ppm too much would move 1 ms over this quarter of an
        // hour.
        var step = atSecond * 50;
        var packets = 45_000;
        var stepped = Delayed(Steady(packets), i =>
            (i >= step ? 25 * Ms : 0) + (i % 100 == 30 ? 34 * Ms : i % 100 == 80 ? 36 * Ms : 0));
        var late = Enumerable.Range(step, packets - step).Count(i => i % 100 == 80);
        Assert.Equal(late, Measure(stepped).Total().Discarded);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(-200)]
    public void A_step_of_the_delay_leaves_the_skew_as_it_was(int ppm)
    {
        // After 300 s the route is 25 ms longer; the clocks are the same. The correction knows 200 ppm to the
        // truncation of a point, 1 µs in 30 s: 0.03 ppm, 0.03 ms over a quarter of an hour. What was late by then is.
        var stepped = Delayed(Steady(45_000), i => (i * 20L * ppm)
            + (i >= 15_000 ? 25 * Ms + (i % 100 == 30 ? 34 * Ms : i % 100 == 80 ? 36 * Ms : 0) : 0));
        Assert.Equal(300, Measure(stepped).Total().Discarded);
    }

    [Fact]
    public void A_path_whose_delay_goes_up_and_down_has_no_skew()
    {
        // A wave of 10 ms over 4 min is up to 260 ppm of slope, and none to its left and right.
        var waves = Delayed(Steady(90_000), i => (long)(10 * Ms * (1 + Math.Sin(2 * Math.PI * i / 12_000)))
            + (i % 100 == 30 ? 34 * Ms : 0));
        Assert.Equal(0, Measure(waves).Total().Discarded);
    }

    [Fact]
    public void Noise_alone_moves_no_packet_over_the_edge() =>
        Prop.ForAll<int>(seed =>
        {
            // Ten minutes; normal delays of 5 ms about 20 ms have no sharp edge below. 40 ms is far from 60 either way.
            var random = new Random(seed);
            var noisy = Delayed(Steady(30_000), i => i == 0 ? 10 * Ms
                : i % 50 == 7 ? 90 * Ms
                : (long)Math.Clamp((20 + (5 * Normal(random))) * Ms, 5 * Ms, 40 * Ms));
            return Measure(noisy).Total().Discarded == 600;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(20));

    [Fact]
    public void Buffers_side_by_side_and_copies_of_a_meter_are_corrected_alike() =>
        Prop.ForAll<int>(seed =>
        {
            var random = new Random(seed);
            var ppm = random.Next(-300, 301);
            var arrivals = Delayed(Steady(10_000), i => (i * 20L * ppm) + random.NextInt64(70 * Ms));
            JitterBufferModel[] models = [new(JitterBufferKind.Fixed, 60), new(JitterBufferKind.Adaptive, 80)];
            var meter = new StreamMeter(new MeterPolicy { MoreJitterBuffers = [.. models] });
            StreamMeter? clone = null;
            var copyAt = random.Next(arrivals.Count);

            for (var i = 0; i < arrivals.Count; i++)
            {
                meter.Add(arrivals[i]);
                clone?.Add(arrivals[i]);
                clone ??= i == copyAt ? meter.Clone() : null;
            }

            meter.Finish();
            clone!.Finish();
            return clone.Total() == meter.Total() && clone.Emulations.SequenceEqual(meter.Emulations)
                && meter.Emulations.Zip(models).All(pair => pair.First.Discarded == Measure(arrivals, new MeterPolicy
                {
                    JitterBuffer = pair.Second.Kind, JitterBufferMs = pair.Second.DepthMs,
                }).Total().Discarded);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(20));

    [Fact]
    public void Copies_and_the_length_of_intervals_change_nothing_where_skew_is_corrected() =>
        Prop.ForAll<int>(seed =>
        {
            var random = new Random(seed);
            var ppm = random.Next(-400, 401);
            var arrivals = Delayed(Steady(9_000), i => (i * 20L * ppm) + (i == 0 ? 0 : random.NextInt64(90 * Ms)));
            var once = Measure(arrivals).Total();
            var twice = Measure(arrivals.SelectMany(a => new[] { a, a with { ArrivalNs = a.ArrivalNs + 1 } })).Total();
            var other = Measure(arrivals, new MeterPolicy { IntervalMs = random.Next(100, 60_000) }).Total();
            return once.Discarded > 0 && once with { MaxDeltaNs = 0 } == twice with { Duplicates = 0, MaxDeltaNs = 0 }
                && once with { StartNs = 0, EndNs = 0 } == other with { StartNs = 0, EndNs = 0 };
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(20));

    [Fact]
    public void A_meter_that_is_used_again_has_no_skew_of_the_stream_before()
    {
        var meter = new StreamMeter(Adaptive);
        var fresh = new StreamMeter(Adaptive);
        var plain = Delayed(Steady(10_000), i => i * 7_919 % 90 * Ms);

        foreach (var arrival in Delayed(Steady(10_000), i => i * 20L * 500))
        {
            meter.Add(arrival);
        }

        meter.Reset();

        foreach (var arrival in plain)
        {
            meter.Add(arrival);
            fresh.Add(arrival);
        }

        meter.Finish();
        fresh.Finish();
        Assert.Equal(fresh.Total(), meter.Total());
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
