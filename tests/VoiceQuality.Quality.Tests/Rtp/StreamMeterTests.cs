using FsCheck;
using FsCheck.Fluent;
using VoiceQuality.Quality.Rtp;
using static VoiceQuality.Quality.Tests.Rtp.ArrivalSeries;

namespace VoiceQuality.Quality.Tests.Rtp;

public class StreamMeterTests
{
    private static readonly MeterPolicy Bare = new() { NeverReAnchor = true };

    [Fact]
    public void Random_streams_are_counted_like_a_naive_counter_does() =>
        Prop.ForAll<int>(seed =>
        {
            var arrivals = Impaired(new Random(seed));
            var meter = Measure(arrivals, Bare);
            var actual = meter.Total();
            var naive = NaiveCounter.Total(arrivals, 60);
            return Same(naive, actual) && Same(naive, Sum(meter.Intervals)) && actual.Strays == 0
                && meter.Intervals.ToArray().All(interval => interval.Lost >= 0 && interval.Discarded >= 0);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(400));

    [Fact]
    public void Every_start_sequence_number_gives_the_same_counts()
    {
        // 300 packets without numbers 100 to 104: whatever the first number, the wrap changes nothing.
        for (var first = 0; first <= ushort.MaxValue; first += first is > 1_000 and < 65_000 ? 97 : 1)
        {
            var arrivals = Steady(300, (ushort)first);
            arrivals.RemoveRange(100, 5);
            var total = Measure(arrivals).Total();
            Assert.Equal((300, 295, 5, 1), (total.Expected, total.Received, total.Lost, total.BadRuns));
        }
    }

    [Fact]
    public void Packets_swapped_across_the_wrap_are_reordered_in_both_directions()
    {
        var arrivals = Steady(10, 65_533);
        (arrivals[2], arrivals[3]) = (arrivals[3], arrivals[2]); // 65535 and 0
        (arrivals[0], arrivals[1]) = (arrivals[1], arrivals[0]); // and the very first two
        var total = Measure(arrivals).Total();
        Assert.Equal((10, 10, 2, 0), (total.Expected, total.Received, total.Reordered, total.Lost));
    }

    [Fact]
    public void Expected_packets_start_at_the_lowest_number_seen_and_not_at_the_first()
    {
        var arrivals = Steady(6, 10);
        arrivals.RemoveAt(1); // 11 is lost
        (arrivals[0], arrivals[1]) = (arrivals[1], arrivals[0]); // 12 comes before 10
        var total = Measure(arrivals).Total();
        Assert.Equal((6, 5, 1), (total.Expected, total.Received, total.Lost));
    }

    [Fact]
    public void Duplicating_every_packet_changes_nothing_but_the_duplicates() =>
        Prop.ForAll<int>(seed =>
        {
            var arrivals = Impaired(new Random(seed), withDuplicates: false);
            var twice = arrivals.SelectMany(a => new[] { a, a with { ArrivalNs = a.ArrivalNs + 3_000 } });
            var once = Measure(arrivals).Total();
            var doubled = Measure(twice).Total();

            // The longest time between two arrivals begins at the copy, 3 µs later.
            return once.MaxDeltaNs - doubled.MaxDeltaNs is >= 0 and <= 3_000
                && doubled with { Duplicates = 0, MaxDeltaNs = 0 } == once with { Duplicates = 0, MaxDeltaNs = 0 };
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Permuting_packets_within_the_buffer_moves_no_loss() =>
        Prop.ForAll<int>(seed =>
        {
            var random = new Random(seed);
            var arrivals = Steady(1_200, (ushort)random.Next(65_536)).Where(_ => random.Next(20) > 0).ToList();
            var plain = Measure(arrivals);

            // Every packet is late by up to 55 ms of the buffer's 60, so up to three overtake it.
            var permuted = Measure(Delayed(arrivals, _ => random.Next(55_000_000)), Bare);
            var (a, b) = (plain.Total(), permuted.Total());
            return a.Expected == b.Expected && a.Lost == b.Lost && a.BadRuns == b.BadRuns;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Merging_is_associative_and_commutative_and_has_a_neutral_element() =>
        Prop.ForAll<int>(seed =>
        {
            var random = new Random(seed);
            IntervalCounters a = Any(random), b = Any(random), c = Any(random);
            return IntervalCounters.Merge(IntervalCounters.Merge(a, b), c)
                    == IntervalCounters.Merge(a, IntervalCounters.Merge(b, c))
                && IntervalCounters.Merge(a, b) == IntervalCounters.Merge(b, a)
                && IntervalCounters.Merge(a, default) == a && IntervalCounters.Merge(default, a) == a;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Short_and_long_intervals_add_up_to_the_same_totals() =>
        Prop.ForAll<int>(seed =>
        {
            var arrivals = Impaired(new Random(seed));
            var fine = Measure(arrivals, Bare with { IntervalMs = 100 }).Total();
            var coarse = Measure(arrivals, Bare with { IntervalMs = 3_600_000 }).Total();
            var bounded = Measure(arrivals, Bare with { IntervalMs = 100, MaxIntervals = 3 });
            return Same(fine, coarse) && Same(bounded.Total(), coarse) && bounded.Intervals.Length <= 3
                && fine.JitterSumPs == coarse.JitterSumPs && fine.MaxDeltaNs == coarse.MaxDeltaNs;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Intervals_are_ten_seconds_from_the_first_packet_and_end_with_the_last()
    {
        var meter = Measure(Steady(1_200, 60_000, startNs: 5)); // 0 to 23.98 s
        var spans = meter.Intervals.ToArray().Select(i => (i.StartNs, i.EndNs, i.Expected)).ToArray();
        Assert.Equal(
            [(5, 10_000_000_005, 500), (10_000_000_005, 20_000_000_005, 500), (20_000_000_005, 23_980_000_005, 200)],
            spans);
    }

    [Fact]
    public void A_lost_packet_belongs_to_the_interval_in_which_it_was_passed()
    {
        var arrivals = Steady(1_000);
        arrivals.RemoveRange(498, 4); // the last two of the first interval and the first two of the second
        var meter = Measure(arrivals);
        Assert.Equal((498, 0, 0), Summary(meter.Intervals[0]));
        Assert.Equal((502, 4, 1), Summary(meter.Intervals[1]));

        static (long, long, long) Summary(IntervalCounters i) => (i.Expected, i.Lost, i.BadRuns);
    }

    [Fact]
    public void A_run_across_a_boundary_counts_once_where_it_starts()
    {
        // 499 is lost in the first interval; 500 arrives in the second, but too late.
        var arrivals = Steady(1_000);
        arrivals[500] = arrivals[500] with { ArrivalNs = arrivals[500].ArrivalNs + 90_000_000 };
        arrivals[498] = arrivals[498] with { ArrivalNs = arrivals[498].ArrivalNs + 1 };
        var late = arrivals.Where((_, i) => i != 499).OrderBy(a => a.ArrivalNs).ToList();
        var meter = Measure(late);
        Assert.Equal(1, meter.Total().BadRuns);
        Assert.Equal((1, 1), (meter.Total().Lost, meter.Total().Discarded));
        Assert.Equal(meter.Total().BadRuns, meter.Intervals.ToArray().Sum(i => i.BadRuns));
    }

    [Fact]
    public void A_silence_of_an_hour_leaves_no_empty_intervals()
    {
        var arrivals = Steady(1_000);
        var resumed = arrivals.Select((a, i) => i < 500 ? a : a with
        {
            ArrivalNs = a.ArrivalNs + 3_600_000_000_000,
            Timestamp = a.Timestamp + 3_600 * 8_000,
        });
        var meter = Measure(resumed);
        Assert.Equal([500, 500], meter.Intervals.ToArray().Select(i => i.Expected));
        Assert.Equal(3_610_000_000_000, meter.Intervals[1].StartNs);
        Assert.Equal((0, 0), (meter.Total().Lost, meter.Total().Discarded));
    }

    [Fact]
    public void Media_before_the_answer_is_kept_out_of_the_score()
    {
        var meter = new StreamMeter(default);
        var arrivals = Steady(1_000);
        arrivals.RemoveRange(50, 10);

        foreach (var arrival in arrivals.Take(190)) // 200 numbers, 10 of them lost
        {
            meter.Add(arrival);
        }

        meter.BeginAnswered(4_000_000_000);
        meter.BeginAnswered(9_000_000_000); // a retransmitted answer
        arrivals.Skip(190).ToList().ForEach(arrival => meter.Add(arrival));
        meter.Finish();

        Assert.Equal((800, 0), (meter.TotalScored().Expected, meter.TotalScored().Lost));
        Assert.Equal((1_000, 10), (meter.Total().Expected, meter.Total().Lost));
        Assert.Equal(
            [(true, 0L, 4_000_000_000L), (false, 4_000_000_000, 14_000_000_000), (false, 14_000_000_000, 19_980_000_000)],
            meter.Intervals.ToArray().Select(i => (i.IsEarlyMedia, i.StartNs, i.EndNs)));
    }

    [Fact]
    public void A_stream_that_starts_after_the_answer_has_no_early_media()
    {
        var meter = new StreamMeter(default);
        meter.BeginAnswered(0);
        Steady(200).ForEach(arrival => meter.Add(arrival));
        meter.Finish();
        Assert.Equal(meter.Total(), meter.TotalScored());
        Assert.Equal(200, meter.TotalScored().Expected);
    }

    [Fact]
    public void A_packet_after_the_end_is_not_counted()
    {
        var meter = Measure(Steady(100));
        Assert.Equal(ArrivalOutcome.AfterFinish, meter.Add(Steady(101)[100]));
        Assert.Equal(100, meter.Total().Expected);
    }

    [Fact]
    public void A_meter_without_packets_has_no_counters()
    {
        var meter = Measure([]);
        Assert.Equal(default, meter.Total());
        Assert.Equal(0, meter.Intervals.Length);
        Assert.Null(meter.Total().Ppl);
    }

    [Fact]
    public void A_reset_meter_measures_like_a_new_one()
    {
        var arrivals = Impaired(new Random(4));
        var meter = Measure(Impaired(new Random(3)));
        meter.BeginAnswered(1);
        meter.Reset();
        arrivals.ForEach(arrival => meter.Add(arrival));
        meter.Finish();
        Assert.Equal(Measure(arrivals).Intervals.ToArray(), meter.Intervals.ToArray());
    }

    [Fact]
    public void Adding_a_packet_allocates_nothing()
    {
        var arrivals = Impaired(new Random(1));
        var meter = Measure(arrivals);
        meter.Reset(); // the interval list has its size now
        var before = GC.GetAllocatedBytesForCurrentThread();

        foreach (var arrival in arrivals)
        {
            meter.Add(arrival);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Any_numbers_at_all_are_counted_without_contradiction() =>
        Prop.ForAll<int>(seed =>
        {
            var random = new Random(seed);
            var meter = new StreamMeter(new MeterPolicy { IntervalMs = 100, MaxIntervals = 5 });

            for (var i = 0; i < 3_000; i++)
            {
                meter.Add(Hostile(random));

                if (random.Next(1_000) == 0)
                {
                    meter.BeginAnswered(Odd(random));
                }
            }

            meter.Finish();
            var total = meter.Total();
            return total.Lost >= 0 && total.Discarded <= total.Received && total.BadRuns <= total.Lost + total.Discarded
                && total.Received + total.Duplicates + total.Strays == 3_000 && meter.Intervals.Length <= 6;
        }).QuickCheckThrowOnFailure();

    private static RtpArrival Hostile(Random random) => new()
    {
        ArrivalNs = Odd(random),
        SequenceNumber = (ushort)(random.Next(3) == 0 ? random.Next(65_536) : random.Next(300)),
        Timestamp = (uint)random.NextInt64(1L << 32),
        Marker = random.Next(2) == 0,
        Kind = (RtpPacketKind)random.Next(5),
        ClockRateHz = random.Next(4) switch { 0 => 0, 1 => -1, 2 => int.MaxValue, _ => 8_000 },
        PayloadLength = random.Next(1_500),
    };

    private static long Odd(Random random) => random.Next(8) switch
    {
        0 => long.MaxValue,
        1 => long.MinValue,
        2 => -random.NextInt64(1L << 60),
        _ => random.NextInt64(1L << random.Next(1, 62)),
    };

    private static IntervalCounters Any(Random random) => new()
    {
        StartNs = random.Next(),
        EndNs = random.Next(),
        IsEarlyMedia = random.Next(2) == 0,
        Expected = random.Next(),
        Received = random.Next(),
        BadRuns = random.Next(),
        JitterSumPs = random.NextInt64(),
        JitterMaxPs = random.Next(),
        JitterSamples = random.Next(),
        MaxDeltaNs = random.Next(),
    };

    private static IntervalCounters Sum(ReadOnlySpan<IntervalCounters> intervals)
    {
        var sum = default(IntervalCounters);

        foreach (var interval in intervals)
        {
            sum = IntervalCounters.Merge(sum, interval);
        }

        return sum;
    }

    private static bool Same(in IntervalCounters a, in IntervalCounters b) =>
        (a.Expected, a.Received, a.Lost, a.Discarded, a.BadRuns, a.Duplicates, a.Reordered)
        == (b.Expected, b.Received, b.Lost, b.Discarded, b.BadRuns, b.Duplicates, b.Reordered);

    /// <summary>A stream with loss in bursts, delay up to 200 ms, reordering and duplicates.</summary>
    private static List<RtpArrival> Impaired(Random random, bool withDuplicates = true)
    {
        var lossPercent = random.Next(15);
        var delayNs = random.Next(1, 200_000_000);
        var series = Steady(random.Next(1, 3_000), (ushort)random.Next(65_536));
        var kept = new List<RtpArrival>();

        for (var i = 0; i < series.Count; i++)
        {
            i += random.Next(100) < lossPercent ? random.Next(1, 40) : 0;

            if (i < series.Count)
            {
                kept.Add(series[i]);
            }
        }

        kept = kept.Count == 0 ? series : kept;
        kept = Delayed(kept, _ => random.Next(10) == 0 ? random.Next(delayNs) : 0);

        if (withDuplicates)
        {
            kept = [.. kept.SelectMany(a => random.Next(10) == 0
                ? new[] { a, a with { ArrivalNs = a.ArrivalNs + random.Next(100_000_000) } }
                : [a]).OrderBy(a => a.ArrivalNs)];
        }

        return kept;
    }
}
