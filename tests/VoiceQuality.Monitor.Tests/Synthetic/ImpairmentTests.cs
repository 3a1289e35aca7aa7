using System.Net;
using VoiceQuality.Monitor.Sources.Synthetic;

namespace VoiceQuality.Monitor.Tests.Synthetic;

/// <summary>
/// A call of an hour has 180,000 packets (less the 25 ms and up to 20 ms before the first). The bounds are five
/// standard deviations of the stated model.
/// </summary>
public class ImpairmentTests
{
    private const double Packets = 180_000;

    [Fact]
    public void Independent_loss_has_its_probability_and_its_run_length()
    {
        var stream = Run(new Impairment { LossProbability = 0.02 });

        // sqrt(180,000 × 0.02 × 0.98) = 59.4; runs of mean 1/0.98 = 1.0204.
        Assert.InRange(stream.Lost, Packets * 0.02 - 5 * 59.4, Packets * 0.02 + 5 * 59.4);
        Assert.Equal(1.0204, (double)stream.Lost / stream.LossRuns, 0.012);
    }

    [Fact]
    public void Burst_loss_has_the_share_and_the_run_length_of_its_two_states()
    {
        var stream = Run(new Impairment { Burst = new BurstLoss(0.005, 0.25) });

        // Share p/(p+r) = 0.005/0.255 = 1.961 %; runs of mean 1/r = 4 with deviation sqrt(0.75)/0.25 = 3.46 over about
        // 180,000 × (1 - 0.0196) × 0.005 = 882 runs of deviation 29.7.
        Assert.InRange(stream.LossRuns, 882 - 5 * 29.7, 882 + 5 * 29.7);
        Assert.Equal(4, (double)stream.Lost / stream.LossRuns, 5 * 3.46 / 29.7);
    }

    [Fact]
    public void Half_of_the_packets_of_the_bad_state_survive_when_its_loss_is_one_half()
    {
        var stream = Run(new Impairment { Burst = new BurstLoss(1, 1e-9, 0.5) });

        // sqrt(180,000 / 4) = 212.
        Assert.InRange(stream.Lost, Packets / 2 - 5 * 212, Packets / 2 + 5 * 212);
    }

    [Fact]
    public void Exponential_delay_shows_as_about_its_mean_in_jitter_and_keeps_the_order()
    {
        var stream = Run(new Impairment { JitterMs = 2 });

        // The difference of two independent exponential delays has a mean magnitude equal to their mean.
        Assert.Equal(2, stream.JitterMeanMs!.Value, 0.1);
        Assert.Equal((0, 0), (stream.Reordered, stream.Lost));
    }

    [Fact]
    public void Delay_spikes_are_late_but_in_order_and_nothing_is_lost()
    {
        var stream = Run(new Impairment { JitterMs = 0, SpikeProbability = 0.001, SpikeMs = 200 });

        // A spike holds its packet 200 ms and those behind it 180, 160 … 80 ms: seven beyond 60 ms (the eighth is
        // 60 ms and some µs late). 180 spikes of deviation 13.4; few of them overlap.
        Assert.Equal((0, 0), (stream.Reordered, stream.Lost));
        Assert.InRange(stream.Beyond60Ms, (180 - 5 * 13.4) * 7, (180 + 5 * 13.4) * 8);
        Assert.Equal(220, stream.MaxDeltaMs!.Value, 1);
    }

    [Fact]
    public void Late_packets_are_overtaken_and_miss_a_buffer_of_60_ms()
    {
        var stream = Run(new Impairment { JitterMs = 0, LateProbability = 0.01, LateMs = 100 });

        // sqrt(180,000 × 0.01 × 0.99) = 42.2. A packet that only late ones follow for 100 ms would not be overtaken.
        Assert.InRange(stream.Beyond60Ms, 1_800 - 5 * 42.2, 1_800 + 5 * 42.2);
        Assert.InRange(stream.Reordered, stream.Beyond60Ms - 2, stream.Beyond60Ms);
        Assert.Equal(0, stream.Lost);
    }

    [Fact]
    public void Reordered_packets_are_no_loss()
    {
        var stream = Run(new Impairment { ReorderProbability = 0.01 });

        Assert.InRange(stream.Reordered, 1_800 - 5 * 42.2 - 30, 1_800 + 5 * 42.2);
        Assert.Equal((0, 0), (stream.Lost, stream.Duplicates));
    }

    [Fact]
    public void Duplicates_are_no_packets_of_their_own()
    {
        var stream = Run(new Impairment { DuplicateProbability = 0.01 });

        Assert.InRange(stream.Duplicates, 1_800 - 5 * 42.2, 1_800 + 5 * 42.2);
        Assert.Equal(stream.Captured, stream.Expected);
    }

    [Fact]
    public void Silence_suppression_sends_three_packets_in_five_and_loses_none()
    {
        var stream = Run(new Impairment { SilenceSuppression = true });

        // Talk 1.2 s in 2.0 s, rounded up to slots of 20 ms (half a slot each in the mean): 1.21 / 2.02 = 0.599.
        // About 1,782 pauses; the share of 1,782 cycles deviates by less than 1 %.
        Assert.InRange(stream.Captured, Packets * 0.56, Packets * 0.65);
        Assert.InRange(stream.ComfortNoisePackets, 1_782 - 250, 1_782 + 250);
        Assert.Equal(0, stream.Lost);
    }

    [Fact]
    public void Telephone_events_are_ten_packets_each()
    {
        var stream = Run(new Impairment { TelephoneEvents = 8 });

        Assert.Equal((8, 80), (stream.TelephoneEvents, stream.TelephoneEventPackets));
        Assert.Equal(0, stream.Lost);
    }

    [Fact]
    public void Everything_lost_leaves_no_stream()
    {
        Assert.Empty(RunAll(new Impairment { LossProbability = 1 }));
    }

    [Fact]
    public void A_new_ssrc_is_a_second_segment_between_three_and_seven_tenths()
    {
        var segments = RunAll(new Impairment { SsrcChange = true });

        Assert.Equal([0, 1], segments.Select(segment => segment.Segment));
        Assert.InRange(segments[0].Captured, Packets * 0.3 - 5, Packets * 0.7 + 5);
        Assert.InRange(segments.Sum(segment => segment.Captured), Packets - 5, Packets);
        Assert.NotEqual(segments[0].Ssrc, segments[1].Ssrc);
    }

    private static SyntheticStreamTruth Run(Impairment impairment) => Assert.Single(RunAll(impairment));

    private static SyntheticStreamTruth[] RunAll(Impairment impairment)
    {
        SyntheticCallTruth? truth = null;
        var plan = new SyntheticCallPlan
        {
            StartNs = 1_767_600_000_000_000_000,
            Caller = "+15550010001",
            Callee = "+18005550001",
            TrunkAddress = IPAddress.Parse("198.18.1.250"),
            SbcAddress = IPAddress.Parse("198.19.0.250"),
            Duration = TimeSpan.FromHours(1),
            FromCaller = impairment,
            FromCallee = new Impairment { NoMedia = true },
        };
        using var traffic = new SyntheticTraffic(
            [plan], new SyntheticTrafficOptions { Seed = 3, OnCallFinished = call => truth = call });
        while (traffic.TryNext(out _))
        {
        }

        return [.. truth!.Streams];
    }
}
