using VoiceQuality.Quality.Rtp;
using static VoiceQuality.Quality.Tests.Rtp.ArrivalSeries;

namespace VoiceQuality.Quality.Tests.Rtp;

public class StreamMeterTimingTests
{
    [Fact]
    public void Comfort_noise_and_telephone_events_count_as_received_but_have_no_jitter()
    {
        var arrivals = Steady(200);

        for (var i = 100; i < 120; i++)
        {
            arrivals[i] = arrivals[i] with { Kind = RtpPacketKind.TelephoneEvent, Timestamp = arrivals[100].Timestamp };
        }

        arrivals[150] = arrivals[150] with { Kind = RtpPacketKind.ComfortNoise, PayloadLength = 1 };
        var total = Measure(arrivals).Total();
        Assert.Equal((200, 0, 0), (total.Expected, total.Lost, total.Discarded));
        Assert.Equal((179, 1, 20), (total.AudioReceived, total.ComfortNoise, total.TelephoneEvents));
        Assert.Equal((178, 0), (total.JitterSamples, total.JitterMaxPs)); // the first of the 179 is compared with nothing
        Assert.Equal(199 * 160 + 1, total.PayloadOctets);
    }

    [Fact]
    public void Without_a_media_clock_nothing_is_timed_and_jitter_is_unknown()
    {
        var total = Measure(Steady(200).Select(a => a with { ClockRateHz = 0 })).Total();
        Assert.Equal((200, 0), (total.Expected, total.Discarded));
        Assert.Null(total.JitterMeanMs);
        Assert.Null(total.JitterMaxMs);
    }

    [Fact]
    public void A_queue_that_empties_after_a_stall_is_jitter_and_a_pause_of_the_sender_is_not()
    {
        // From packet 100 on the network holds everything for 4 s and then lets one packet go each millisecond: D is
        // 4 s once and 19 ms for each of the queue, so that J = 4000/16 = 250 ms falls from there.
        var stalled = Steady(600);
        var releaseNs = stalled[100].ArrivalNs + 4_000_000_000;

        for (var i = 100; i < 600; i++)
        {
            var queuedNs = releaseNs + ((i - 100) * 1_000_000L);
            stalled[i] = stalled[i] with { ArrivalNs = Math.Max(stalled[i].ArrivalNs, queuedNs) };
        }

        Assert.Equal(250, Measure(stalled).Total().JitterMaxMs!.Value, precision: 6);

        // The same 4 s between two packets whose timestamps are 20 ms apart, then in real time: the sender was silent.
        var paused = Steady(600);

        for (var i = 100; i < 600; i++)
        {
            paused[i] = paused[i] with { ArrivalNs = paused[i].ArrivalNs + 4_000_000_000 };
        }

        Assert.Equal(0, Measure(paused).Total().JitterMaxMs!.Value);
    }

    [Fact]
    public void A_change_of_the_clock_starts_a_new_jitter_baseline()
    {
        var arrivals = Steady(200);

        for (var i = 100; i < 200; i++)
        {
            arrivals[i] = arrivals[i] with { ClockRateHz = 16_000, Timestamp = (uint)(i * 320 + 7_777) };
        }

        var total = Measure(arrivals).Total();
        Assert.Equal((99 + 99, 0, 0), (total.JitterSamples, total.JitterMaxPs, total.Discarded));
    }

    [Fact]
    public void The_longest_time_between_arrivals_ends_at_a_duplicate_too()
    {
        var arrivals = Steady(100);
        arrivals.RemoveRange(40, 4); // 100 ms from 39 to 44
        arrivals.Insert(40, arrivals[39] with { ArrivalNs = arrivals[39].ArrivalNs + 30_000_000 });
        Assert.Equal(70, Measure(arrivals).Total().MaxDeltaMs);
    }
}
