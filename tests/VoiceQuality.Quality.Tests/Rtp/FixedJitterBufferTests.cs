using VoiceQuality.Quality.Rtp;
using static VoiceQuality.Quality.Tests.Rtp.ArrivalSeries;

namespace VoiceQuality.Quality.Tests.Rtp;

public class FixedJitterBufferTests
{
    private const long Ms = 1_000_000;

    [Fact]
    public void A_packet_late_by_the_depth_is_played_and_by_more_is_discarded()
    {
        Assert.Equal(0, Discarded(Delayed(Steady(100), i => i == 50 ? 60 * Ms : 0)));
        Assert.Equal(1, Discarded(Delayed(Steady(100), i => i == 50 ? 60 * Ms + 1 : 0)));
    }

    [Fact]
    public void A_stall_that_ends_in_a_burst_discards_what_was_late_and_nothing_after_it()
    {
        // 200 packets queue for 4 s and arrive together at packet 300's time: 100 to 296 are late by 80 ms and more.
        var stalled = Delayed(Steady(2_000), i => i is >= 100 and < 300 ? (300 - i) * 20 * Ms : 0);
        Assert.Equal(197, Discarded(stalled));
    }

    [Theory]
    [InlineData(200)]
    [InlineData(-200)]
    public void An_hour_of_skew_discards_nothing(int ppm) =>
        Assert.Equal(0, Discarded(Delayed(Steady(180_000), i => i * 20L * ppm)));

    [Theory]
    [InlineData(50, 0)]
    [InlineData(-50, 0)]
    [InlineData(100, 100)]
    [InlineData(500, 100)]
    [InlineData(-500, 0)]
    public void A_lasting_step_of_the_delay_costs_two_seconds_of_speech_at_most(int stepMs, int limit)
    {
        var arrivals = Delayed(Steady(3_000, startNs: 0), i => 600 * Ms + (i >= 1_000 ? stepMs * Ms : 0));
        Assert.InRange(Discarded(arrivals), stepMs > 60 ? 1 : 0, limit);
    }

    [Fact]
    public void A_first_packet_that_was_late_does_not_deepen_the_buffer_for_good()
    {
        // The first packet is 150 ms late; from 5 s on every tenth packet is 90 ms late, beyond the true depth.
        var arrivals = Delayed(Steady(1_250), i => i == 0 ? 15 * Ms : i >= 250 && i % 10 == 0 ? 90 * Ms : 0);
        Assert.Equal(100, Discarded(arrivals));

        var lateFirst = Delayed(Steady(1_250), i => i < 8 ? (8 - i) * 20 * Ms : i >= 250 && i % 10 == 0 ? 90 * Ms : 0);
        Assert.Equal(100, Discarded(lateFirst));
    }

    [Fact]
    public void Jitter_alone_does_not_move_the_anchor()
    {
        // Delays of 0 to 99 ms, evenly: those of 61 ms and more are late behind a buffer anchored on the path.
        var arrivals = Delayed(Steady(5_000), i => i * 37 % 100 * Ms);
        var expected = Enumerable.Range(0, 5_000).Count(i => i * 37 % 100 > 60);
        Assert.Equal(expected, Discarded(arrivals));
    }

    [Fact]
    public void A_talkspurt_after_silence_is_played_with_its_own_delay()
    {
        // Timestamps go on through the silence; the path is 100 ms longer after it.
        var arrivals = Steady(400).Select((a, i) => i < 200 ? a : a with
        {
            ArrivalNs = a.ArrivalNs + 5_100 * Ms,
            Timestamp = a.Timestamp + 5_000 * 8,
            Marker = i == 200,
        });
        Assert.Equal(0, Discarded(arrivals));
        Assert.Equal(0, Discarded(arrivals.Select(a => a with { Marker = false })));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_pause_with_frozen_timestamps_discards_nothing(bool isMarked)
    {
        var arrivals = Steady(400).Select((a, i) => i < 200 ? a : a with
        {
            ArrivalNs = a.ArrivalNs + 4_000 * Ms,
            Marker = isMarked && i == 200,
        });
        Assert.Equal(0, Discarded(arrivals));
    }

    [Fact]
    public void A_marker_on_every_packet_does_not_hide_what_is_late()
    {
        var arrivals = Delayed(Steady(1_000), i => i % 10 == 5 ? 90 * Ms : 0);
        Assert.Equal(100, Discarded(arrivals));
        Assert.Equal(100, Discarded(arrivals.Select(a => a with { Marker = true })));
    }

    [Fact]
    public void Comfort_noise_ends_a_talkspurt()
    {
        var arrivals = Steady(400).Select((a, i) => i < 200 ? a : a with { ArrivalNs = a.ArrivalNs + 150 * Ms }).ToList();
        var plain = Discarded(arrivals);
        arrivals[199] = arrivals[199] with { Kind = RtpPacketKind.ComfortNoise };
        var afterComfortNoise = Discarded(arrivals);
        arrivals[199] = arrivals[199] with { Kind = RtpPacketKind.Audio, EndsTalkspurt = true };
        Assert.True(plain > 0);
        Assert.Equal((0, 0), (afterComfortNoise, Discarded(arrivals)));
    }

    [Theory]
    [InlineData(4_000_000_000u)]
    [InlineData(50_000u)]
    [InlineData(2_147_483_648u)]
    public void A_new_timestamp_base_starts_the_playout_anew(uint jump)
    {
        var arrivals = Steady(400).Select((a, i) => i < 200 ? a : a with { Timestamp = unchecked(a.Timestamp + jump) });
        Assert.Equal(0, Discarded(arrivals));
    }

    [Fact]
    public void Timestamps_that_stand_still_tell_nothing_and_discard_nothing() =>
        Assert.Equal(0, Discarded(Steady(1_000).Select(a => a with { Timestamp = 7 })));

    [Fact]
    public void A_change_of_the_packet_time_discards_nothing()
    {
        var arrivals = new List<RtpArrival>();
        long ticks = 0;

        for (var i = 0; i < 600; i++)
        {
            arrivals.Add(Steady(1, (ushort)i)[0] with { Timestamp = (uint)ticks, ArrivalNs = ticks * 125_000 });
            ticks += (i / 100 % 3) switch { 0 => 160, 1 => 480, _ => 80 };
        }

        Assert.Equal(0, Discarded(arrivals));
    }

    private static long Discarded(IEnumerable<RtpArrival> arrivals) => Measure(arrivals).Total().Discarded;
}
