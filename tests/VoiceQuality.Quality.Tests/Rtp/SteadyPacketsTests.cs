using FsCheck;
using FsCheck.Fluent;
using VoiceQuality.Quality.Rtp;

namespace VoiceQuality.Quality.Tests.Rtp;

/// <summary>Packets counted several at once against the same packets counted one by one.</summary>
public partial class SteadyPacketsTests
{
    [Theory]
    [InlineData(JitterBufferKind.Fixed, false, false)]
    [InlineData(JitterBufferKind.Fixed, true, false)]
    [InlineData(JitterBufferKind.Fixed, false, true)]
    [InlineData(JitterBufferKind.Adaptive, false, false)]
    public void Runs_of_any_length_give_the_figures_of_single_packets(
        JitterBufferKind kind, bool withMore, bool neverReAnchor)
    {
        var policy = new MeterPolicy
        {
            JitterBuffer = kind,
            NeverReAnchor = neverReAnchor,
            MoreJitterBuffers = withMore ? [new JitterBufferModel(JitterBufferKind.Fixed, 30)] : [],
        };
        var together = 0;
        Prop.ForAll<int>(seed =>
        {
            var random = new Random(seed);
            var arrivals = Series(random, random.Next(50, 4_000));
            var one = new StreamMeter(policy);
            var many = new StreamMeter(policy);

            for (var next = 0; next < arrivals.Count;)
            {
                if (random.Next(200) == 0)
                {
                    one.BeginAnswered(arrivals[next].ArrivalNs);
                    many.BeginAnswered(arrivals[next].ArrivalNs);
                }

                if (random.Next(300) == 0)
                {
                    one.NoteResumed();
                    many.NoteResumed();
                }

                var length = RunLength(arrivals, next, random.Next(1, SteadyPackets.Capacity + 1));

                for (var i = 0; i < length; i++)
                {
                    one.Add(arrivals[next + i]);
                }

                if (length == 1)
                {
                    many.Add(arrivals[next]);
                }
                else
                {
                    AddRun(many, arrivals, next, length);
                    together += length;
                }

                Assert.Equal(one.JitterNs, many.JitterNs);
                Assert.Equal(one.LastArrivalNs, many.LastArrivalNs);
                Assert.Equal(one.OpenInterval, many.OpenInterval);
                Assert.Equal(one.LateHighest, many.LateHighest);
                next += length;
            }

            one.Finish();
            many.Finish();
            Assert.Equal(one.Intervals.ToArray(), many.Intervals.ToArray());
            Assert.Equal(one.Emulations, many.Emulations);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(150));

        // Or the comparison has compared nothing.
        Assert.True(together > 10_000, $"only {together} packets came in runs");
    }

    [Fact]
    public void A_run_counts_what_its_packets_are()
    {
        // 10 packets of 20 ms, exactly on time, after one alone: 11 expected and received, no jitter, 200 ms apart.
        var arrivals = ArrivalSeries.Steady(11, 65_530, startNs: 5_000_000_000);
        var meter = new StreamMeter(default);
        meter.Add(arrivals[0]);
        AddRun(meter, arrivals, 1, 10);
        meter.Finish();
        var total = meter.Total();
        Assert.Equal((11, 11, 0u, 0u), (total.Expected, total.Received, total.Discarded, total.BadRuns));
        Assert.Equal((0L, 20_000_000L, 200_000_000L), (total.JitterSumPs, total.MaxDeltaNs, total.MediaNs));
        Assert.Equal((11L * 160, 5_200_000_000L), (total.PayloadOctets, meter.LastArrivalNs));
    }

    [Theory]
    [InlineData(200)]
    [InlineData(400)]
    public void After_a_clock_that_jumped_by_days_the_sum_of_jitter_saturates(int days)
    {
        // A stall of 200 days: J rises by 200 × 86,400 s / 16 = 1.08e15 ns, and falls by a sixteenth with each packet, so
        // sixteen add 10.3 × 1.08e18 ps; 2⁶³ has room for 9.2e18.
        var arrivals = ArrivalSeries.Steady(200);

        for (var i = 50; i < arrivals.Count; i++)
        {
            var jumpNs = (days * 86_400_000_000_000L) + (i > 51 ? 20_000_000 : 0);
            arrivals[i] = arrivals[i] with { ArrivalNs = arrivals[i].ArrivalNs + jumpNs - (i == 51 ? 19_000_000 : 0) };
        }

        var (one, many) = (new StreamMeter(default), new StreamMeter(default));
        arrivals.ForEach(arrival => one.Add(arrival));

        for (var next = 0; next < 53; next++)
        {
            many.Add(arrivals[next]);
        }

        for (var next = 53; next < 197; next += 16)
        {
            AddRun(many, arrivals, next, 16);
        }

        for (var next = 197; next < arrivals.Count; next++)
        {
            many.Add(arrivals[next]);
        }

        one.Finish();
        many.Finish();
        Assert.Equal(long.MaxValue, one.Total().JitterSumPs);
        Assert.Equal(one.Intervals.ToArray(), many.Intervals.ToArray());
    }

    [Fact]
    public void A_run_behind_a_packet_far_away_shows_that_it_was_a_stray()
    {
        var arrivals = ArrivalSeries.Steady(30);
        var meter = new StreamMeter(default);

        for (var i = 0; i < 10; i++)
        {
            meter.Add(arrivals[i]);
        }

        var far = arrivals[9] with { SequenceNumber = 9_000, ArrivalNs = arrivals[9].ArrivalNs + 1_000_000 };
        Assert.Equal(ArrivalOutcome.Stray, meter.Add(far));
        AddRun(meter, arrivals, 10, 16);

        // Next to the stray, but not the packet after it: no restart.
        var next = far with { SequenceNumber = 9_001, ArrivalNs = arrivals[25].ArrivalNs + 1_000_000 };
        Assert.Equal(ArrivalOutcome.Stray, meter.Add(next));
        meter.Finish();
        Assert.Equal((26, 26, 2u), (meter.Total().Expected, meter.Total().Received, meter.Total().Strays));
    }

    [Fact]
    public void A_run_over_the_end_of_an_interval_is_parted_there()
    {
        // 20 ms each, exactly: 500 before 10 s, and the one at 10 s is the first of the next.
        var arrivals = ArrivalSeries.Steady(1_000);
        var meter = new StreamMeter(new MeterPolicy { IntervalMs = 10_000 });

        for (var i = 0; i < 8; i++)
        {
            meter.Add(arrivals[i]);
        }

        for (var next = 8; next < 1_000; next += 16)
        {
            AddRun(meter, arrivals, next, 16);
        }

        meter.Finish();
        Assert.Equal([500L, 500L], meter.Intervals.ToArray().Select(interval => (long)interval.AudioReceived));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    public void A_packet_of_a_run_is_late_when_it_comes_behind_its_play_time(int afterNs, int late)
    {
        // A buffer of 60 ms: 60 ms behind is just in time. The network lets go of three more with it.
        var arrivals = ArrivalSeries.Steady(200);
        var heldNs = arrivals[20].ArrivalNs + 60_000_000 + afterNs;

        for (var i = 20; i < 24; i++)
        {
            arrivals[i] = arrivals[i] with { ArrivalNs = Math.Max(arrivals[i].ArrivalNs, heldNs) };
        }

        var meter = Counted(new MeterPolicy { JitterBufferMs = 60 }, arrivals, singles: 8);
        Assert.Equal(late, meter.Total().Discarded);
    }

    [Fact]
    public void A_run_begins_behind_the_last_packet_of_any_kind()
    {
        // 20 ms apart, but for a copy 15 ms behind the tenth packet, and the eleventh 15 ms behind that.
        var arrivals = ArrivalSeries.Steady(40);
        var meter = new StreamMeter(default);
        arrivals[..10].ForEach(arrival => meter.Add(arrival));
        Assert.Equal(
            ArrivalOutcome.Duplicate, meter.Add(arrivals[9] with { ArrivalNs = arrivals[9].ArrivalNs + 15_000_000 }));

        for (var i = 10; i < arrivals.Count; i++)
        {
            arrivals[i] = arrivals[i] with { ArrivalNs = arrivals[i].ArrivalNs + 10_000_000 };
        }

        AddRun(meter, arrivals, 10, 16);
        meter.Finish();
        Assert.Equal(20_000_000, meter.Total().MaxDeltaNs);
    }

    [Fact]
    public void Of_packets_as_early_as_one_another_the_first_tells_the_clock()
    {
        // Each second 50 µs later than the one before; of its 50 packets the first, or the first and the last, are the
        // earliest, the others 1 ms later.
        var arrivals = ArrivalSeries.Steady(3_000);

        for (var i = 0; i < arrivals.Count; i++)
        {
            var isEarly = i % 50 == 0 || (i % 100 == 49);
            arrivals[i] = arrivals[i] with
            {
                ArrivalNs = arrivals[i].ArrivalNs + (i / 50 * 50_000) + (isEarly ? 0 : 1_000_000),
            };
        }

        var one = Counted(default, arrivals, singles: arrivals.Count);
        var many = Counted(default, arrivals, singles: 8);
        Assert.Equal(one.Intervals.ToArray(), many.Intervals.ToArray());
    }

    [Fact]
    public void A_run_allocates_nothing()
    {
        var arrivals = ArrivalSeries.Steady(8_000);
        var least = long.MaxValue;

        for (var round = 0; round < 5; round++)
        {
            var meter = new StreamMeter(new MeterPolicy { IntervalMs = 600_000 });
            meter.Add(arrivals[0]);
            var before = GC.GetAllocatedBytesForCurrentThread();

            for (var next = 1; next + 16 < arrivals.Count; next += 16)
            {
                AddRun(meter, arrivals, next, 16);
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        // What the skew keeps of every 10 s begins with one object.
        Assert.InRange(least, 0, 200);
    }
}
