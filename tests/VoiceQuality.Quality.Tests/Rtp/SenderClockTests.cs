using FsCheck;
using FsCheck.Fluent;
using VoiceQuality.Quality.Codecs;
using VoiceQuality.Quality.Rtp;
using VoiceQuality.Quality.Scoring;
using static VoiceQuality.Quality.Tests.Rtp.ArrivalSeries;

namespace VoiceQuality.Quality.Tests.Rtp;

public class SenderClockTests
{
    private const long Second = 1_000_000_000;

    [Theory]
    [InlineData(160, 20, 8_000, true)] // 20 ms of media every 20 ms
    [InlineData(256, 32, 11_025, false)] // L16 announced as 11,025 Hz and sent at 8,000 Hz: 23.2 ms every 32 ms
    [InlineData(160, 30, 8_000, false)] // 20 ms of timestamps for packets of 30 ms
    [InlineData(320, 20, 8_000, false)] // a clock of 16,000 Hz announced as 8,000 Hz
    [InlineData(160, 20.5, 8_000, true)] // 2.4 % slow: the buffer follows
    [InlineData(160, 21, 8_000, false)] // 4.8 % slow: 1.45 s behind after 30 s
    [InlineData(160, 20.004, 8_000, true)] // 200 ppm
    public void A_sender_keeps_its_clock_when_timestamps_and_arrivals_advance_alike(
        int ticks, double everyMs, int clockRateHz, bool isKept)
    {
        var arrivals = Enumerable.Range(0, (int)(30_000 / everyMs)).Select(i => new RtpArrival
        {
            SequenceNumber = (ushort)i,
            Timestamp = (uint)(i * ticks),
            ArrivalNs = (long)(i * everyMs * 1e6),
            ClockRateHz = clockRateHz,
            PayloadLength = 160,
        });

        Assert.Equal(isKept, SenderClock.IsKept(Measure(arrivals).Total()));
    }

    [Fact]
    public void A_stream_off_its_clock_is_unscored_and_its_counters_still_say_why()
    {
        // 1,000 packets of G.711 at 30 ms with timestamps of 20 ms: 999 pairs, 19.98 s of media in 29.97 s.
        var arrivals = Steady(1_000).Select((a, i) => a with { ArrivalNs = i * 30_000_000L });
        var total = Measure(arrivals).Total();
        CodecTable.Default.TryFind(new CodecQuery("PCMU", 8_000), default, out var row, out _);

        var score = StreamScorer.Score(total, row, default);

        Assert.Equal((19_980_000_000, 29_970_000_000), (total.MediaNs, total.MediaArrivalNs));
        Assert.Equal((0, 0), (total.PausedMediaNs, total.PausedArrivalNs));
        Assert.Equal(UnscoredReason.ClockNotKept, score.Reason);
        Assert.Null(score.MosE4);
        Assert.True(total.Discarded > 900); // each packet is 10 ms later than the one before it
    }

    [Fact]
    public void A_stream_too_short_to_tell_is_given_the_benefit_of_the_doubt()
    {
        // 100 packets: 99 × 10 ms behind, 0.99 s, which a change of delay could be.
        var arrivals = Steady(100).Select((a, i) => a with { ArrivalNs = i * 30_000_000L });
        Assert.True(SenderClock.IsKept(Measure(arrivals).Total()));
    }

    [Fact]
    public void A_pause_counts_apart_whether_the_timestamps_stand_still_or_go_on()
    {
        // A marker after 5 s in which the timestamps stood still: 20 ms of media in 5.02 s.
        var frozen = Steady(1_000)
            .Select((a, i) => a with { ArrivalNs = a.ArrivalNs + (i < 500 ? 0 : 5 * Second), Marker = i == 500 });
        var total = Measure(frozen).Total();
        Assert.Equal((19_960_000_000, 19_960_000_000), (total.MediaNs, total.MediaArrivalNs)); // 998 pairs
        Assert.Equal((20_000_000, 5_020_000_000, 1), (total.PausedMediaNs, total.PausedArrivalNs, total.Pauses));
        Assert.True(SenderClock.IsKept(total));
    }

    [Fact]
    public void No_network_and_no_pause_makes_a_clock_look_wrong() =>
        Prop.ForAll<int>(seed => SenderClock.IsKept(Measure(Troubled(new Random(seed), 1, 1)).Total()))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(400));

    [Fact]
    public void A_wrong_clock_shows_through_jitter_loss_and_pauses() =>
        Prop.ForAll<int>(seed =>
        {
            // Media at 0.73 or 1.5 of real time. The pauses keep neither clock, so two thirds of talk are enough.
            var random = new Random(seed);
            var (numerator, denominator) = random.Next(2) == 0 ? (8_000, 11_025) : (3, 2);
            return !SenderClock.IsKept(Measure(Troubled(random, numerator, denominator)).Total());
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));

    [Fact]
    public void Intervals_merge_to_the_verdict_of_the_whole() =>
        Prop.ForAll<int>(seed =>
        {
            var meter = Measure(Troubled(new Random(seed), 8_000, 11_025));
            var sum = default(IntervalCounters);

            foreach (var interval in meter.Intervals)
            {
                sum = IntervalCounters.Merge(sum, interval);
            }

            return sum.MediaNs == meter.Total().MediaNs && sum.MediaArrivalNs == meter.Total().MediaArrivalNs;
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(long.MaxValue, long.MinValue)]
    [InlineData(long.MinValue, long.MaxValue)]
    [InlineData(0, long.MinValue)]
    public void Counters_of_any_size_give_a_verdict(long mediaNs, long arrivalNs) =>
        Assert.False(SenderClock.IsKept(new IntervalCounters
        {
            MediaNs = mediaNs, MediaArrivalNs = arrivalNs, PausedMediaNs = mediaNs, PausedArrivalNs = arrivalNs,
        }));

    /// <summary>
    /// Two minutes of talk with pauses, through a network that loses, delays, stalls, bunches and duplicates. The
    /// timestamps advance by <paramref name="numerator"/> over <paramref name="denominator"/> of real time. Seconds of
    /// stall beside many seconds of frozen timestamps are left out: no sum can tell the one from the other.
    /// </summary>
    private static List<RtpArrival> Troubled(Random random, int numerator, int denominator)
    {
        var freezes = random.Next(2) == 0;
        var pauses = random.Next(3) == 0 ? 0 : random.Next(1, 12);
        var jitterNs = random.Next(1, 80) * 1_000_000;
        var wakeUpNs = random.Next(2) == 0 ? 0 : random.Next(150) * 1_000_000L;
        var bunchNs = random.Next(3) == 0 ? random.Next(20, 200) * 1_000_000L : 1;
        var (stallFrom, stallTo) = (random.Next(2_000), random.Next(2_000));
        var lossPercent = random.Next(20);
        var series = new List<RtpArrival>();
        var (sentNs, ticks, previousNs) = (0L, 0L, 0L);

        for (var i = 0; i < 6_000; i++)
        {
            var starts = pauses > 0 && i % (6_000 / (pauses + 1)) == 0 && i > 0;
            var pauseNs = starts ? random.Next(1, 40) * FrameNs : 0;
            sentNs += FrameNs + pauseNs;
            ticks += (FrameTicks + (freezes ? 0 : pauseNs / FrameNs * FrameTicks)) * numerator / denominator;

            if (random.Next(100) < lossPercent || (i > 3_000 && i < 3_000 + (stallFrom / 4)))
            {
                continue; // lost alone, or in a blackout of up to 10 s
            }

            var delayNs = random.Next(jitterNs) + (starts ? wakeUpNs : 0);
            var stallNs = !freezes && i > 4_500 && i < 4_500 + (stallTo / 8) ? (4_500 + (stallTo / 8) - i) * FrameNs : 0;
            var arrivalNs = (sentNs + delayNs + stallNs + bunchNs - 1) / bunchNs * bunchNs;
            previousNs = Math.Max(previousNs + 1_000, arrivalNs);
            series.Add(new RtpArrival
            {
                SequenceNumber = (ushort)i,
                Timestamp = unchecked((uint)ticks),
                ArrivalNs = previousNs,
                ClockRateHz = 8_000,
                PayloadLength = 160,
                Marker = starts,
            });
        }

        return series;
    }
}
