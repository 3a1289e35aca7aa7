using System.Security.Cryptography;
using VoiceQuality.Monitor.Sources.Synthetic;

namespace VoiceQuality.Monitor.Tests.Synthetic;

public class SyntheticTrafficTests
{
    private static readonly SyntheticScenario Mixed = SyntheticScenario.Mixed with
    {
        Calls = 120,
        Duration = TimeSpan.FromSeconds(12),
        Seed = 11,
        SilenceSuppressionFraction = 0.2,
        SsrcChangeFraction = 0.1,
        OneWayFraction = 0.05,
    };

    [Fact]
    public void The_same_seed_gives_the_same_octets_and_stamps()
    {
        Assert.Equal(Hash(Mixed), Hash(Mixed));
        Assert.NotEqual(Hash(Mixed), Hash(Mixed with { Seed = 12 }));
    }

    [Fact]
    public void Two_runs_that_are_asked_in_turn_do_not_disturb_each_other()
    {
        var scenario = Mixed with { Calls = 10 };
        using var first = new SyntheticTraffic(scenario.ToPlans(), scenario.ToOptions());
        using var second = new SyntheticTraffic(scenario.ToPlans(), scenario.ToOptions());
        using var firstHash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var secondHash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        // The second lags 1,000 frames behind and is asked in bursts of 7.
        for (var i = 0; i < 1_000; i++)
        {
            Assert.True(Append(first, firstHash));
        }

        while (Append(first, firstHash))
        {
            Append(second, secondHash);
        }

        while (Append(second, secondHash))
        {
        }

        Assert.Equal(Hash(scenario), Convert.ToHexString(firstHash.GetHashAndReset()));
        Assert.Equal(Hash(scenario), Convert.ToHexString(secondHash.GetHashAndReset()));
    }

    [Fact]
    public void Frames_come_in_time_order_with_whole_microseconds_and_checksums_that_hold()
    {
        var frames = Run(Mixed, []);

        Assert.True(frames.Count > 50_000);
        Assert.All(frames.Zip(frames.Skip(1)), pair => Assert.True(pair.First.TimestampNs <= pair.Second.TimestampNs));
        Assert.All(frames, frame => Assert.True(frame.ChecksumsHold));
        Assert.All(frames, frame => Assert.Equal(0, frame.TimestampNs % 1_000));
        Assert.Contains(frames, frame => frame.VlanId is >= 100 and < 108);
        Assert.Contains(frames, frame => frame.Source.Address.GetAddressBytes().Length == 16);
    }

    [Fact]
    public void Nanosecond_stamps_are_not_all_whole_microseconds()
    {
        var frames = Run(Mixed with { Calls = 5, NanosecondStamps = true }, []);

        Assert.Contains(frames, frame => frame.TimestampNs % 1_000 != 0);
    }

    [Theory]
    [InlineData(11, false)]
    [InlineData(12, true)]
    public void The_truth_is_what_a_naive_recount_of_the_octets_finds(ulong seed, bool nanoseconds)
    {
        var truths = new List<SyntheticCallTruth>();
        var scenario = Mixed with { Seed = seed, NanosecondStamps = nanoseconds };
        var streams = Run(scenario, truths)
            .Where(frame => frame.Kind == SyntheticFrameKind.Rtp)
            .GroupBy(frame => (Source: frame.Source.ToString(), Ssrc: frame.Long(8)))
            .ToDictionary(stream => stream.Key, stream => stream.ToList());
        var expected = truths.SelectMany(call => call.Streams).ToList();
        var wraps = 0;

        Assert.Equal(streams.Count, expected.Count);
        foreach (var truth in expected)
        {
            var clockRate = truth.Codec == "opus" ? 48_000 : 8_000;
            var frames = streams[(truth.Source.ToString(), truth.Ssrc)];
            var recount = new StreamRecount(frames, truth.PayloadType, clockRate);
            wraps += recount.Wraps ? 1 : 0;

            Assert.All(frames, frame => Assert.Equal(truth.Destination, frame.Destination));
            Assert.Equal(
                (recount.Captured, recount.Duplicates, recount.Expected, recount.Lost, recount.Reordered),
                (truth.Captured, truth.Duplicates, truth.Expected, truth.Lost, truth.Reordered));
            Assert.Equal((recount.LossRuns, recount.MaxLossRun), (truth.LossRuns, truth.MaxLossRun));
            Assert.Equal(
                (recount.ComfortNoise, recount.EventPackets, recount.Events),
                (truth.ComfortNoisePackets, truth.TelephoneEventPackets, truth.TelephoneEvents));
            Assert.Equal(
                (frames[0].TimestampNs, frames[^1].TimestampNs), (truth.FirstAtNs, truth.LastAtNs));
            Near(recount.JitterMeanMs, truth.JitterMeanMs);
            Near(recount.JitterMaxMs, truth.JitterMaxMs);
            Near(recount.MaxDeltaMs, truth.MaxDeltaMs);
            Assert.Equal(recount.Beyond60Ms, truth.Beyond60Ms);
            Assert.True(truth.Sent >= truth.Expected);
        }

        // Otherwise the scenario would not show what the recount is for.
        Assert.True(wraps > 0);
        Assert.Contains(expected, stream => stream.Lost > 0);
        Assert.Contains(expected, stream => stream.Duplicates > 0);
        Assert.Contains(expected, stream => stream.Reordered > 0);
        Assert.Contains(expected, stream => stream.Beyond60Ms > 0);
        Assert.Contains(expected, stream => stream.ComfortNoisePackets > 0);
        Assert.Contains(expected, stream => stream.TelephoneEvents > 0);
        Assert.Contains(expected, stream => stream.Segment == 1);
    }

    [Fact]
    public void Totals_are_the_sums_of_the_frames_and_of_the_truth()
    {
        var truths = new List<SyntheticCallTruth>();
        using var traffic = new SyntheticTraffic(Mixed.ToPlans(), Mixed.ToOptions(truths.Add));
        var frames = CapturedFrame.All(traffic);
        var totals = traffic.Totals;
        var streams = truths.SelectMany(call => call.Streams).ToList();

        Assert.Equal(frames.Count, totals.Packets);
        Assert.Equal(frames.Sum(frame => (long)frame.Octets.Length), totals.Octets);
        Assert.Equal(frames.Count(frame => frame.Kind == SyntheticFrameKind.Sip), totals.SipMessages);
        Assert.Equal(totals.SipMessages, truths.Sum(call => call.SipMessages));
        Assert.Equal(totals.RtpPackets, streams.Sum(stream => stream.Captured + stream.Duplicates));
        Assert.Equal(totals.Packets, totals.SipMessages + totals.RtpPackets + totals.RtcpPackets);
        Assert.Equal(totals.Expected, totals.Captured + totals.Lost);
        Assert.Equal(120, totals.Calls);
        Assert.Equal(0, traffic.CallsInProgress);
        Assert.Equal(Enumerable.Range(0, 120).Select(i => (long)i), truths.Select(call => call.Index).Order());
    }

    [Fact]
    public void Only_the_calls_in_progress_are_held()
    {
        // A call lasts 9.5 s at most (1.5 s + 3.5 s + 4 s and its release) and one starts every 10 s.
        var scenario = SyntheticScenario.Clean with
        {
            Calls = 2_000,
            Duration = TimeSpan.FromSeconds(4),
            Stagger = TimeSpan.FromSeconds(20_000),
        };
        using var traffic = new SyntheticTraffic(scenario.ToPlans(), scenario.ToOptions());
        while (traffic.TryNext(out _))
        {
            Assert.True(traffic.CallsInProgress <= 3);
        }

        Assert.Equal(2_000, traffic.Totals.Calls);
        Assert.True(traffic.Totals.PeakCallsInProgress <= 3);
    }

    [Fact]
    public void A_packet_costs_next_to_no_allocation()
    {
        var scenario = SyntheticScenario.Clean with { Calls = 20, Duration = TimeSpan.FromMinutes(5) };
        using var traffic = new SyntheticTraffic(scenario.ToPlans(), scenario.ToOptions());
        var before = GC.GetAllocatedBytesForCurrentThread();
        while (traffic.TryNext(out _))
        {
        }

        // 20 calls of 30,000 packets: what is left is a few kilobytes for every call.
        Assert.True(traffic.Totals.Packets > 590_000);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < traffic.Totals.Packets * 2);
    }

    internal static List<CapturedFrame> Run(SyntheticScenario scenario, List<SyntheticCallTruth> truths)
    {
        using var traffic = new SyntheticTraffic(scenario.ToPlans(), scenario.ToOptions(truths.Add));

        return CapturedFrame.All(traffic);
    }

    private static string Hash(SyntheticScenario scenario)
    {
        using var traffic = new SyntheticTraffic(scenario.ToPlans(), scenario.ToOptions());
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        while (Append(traffic, hash))
        {
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    private static bool Append(SyntheticTraffic traffic, IncrementalHash hash)
    {
        if (!traffic.TryNext(out var frame))
        {
            return false;
        }

        hash.AppendData(BitConverter.GetBytes(frame.TimestampNs));
        hash.AppendData(frame.Octets);

        return true;
    }

    private static void Near(double? expected, double? actual)
    {
        Assert.Equal(expected is null, actual is null);
        Assert.InRange(Math.Abs((expected ?? 0) - (actual ?? 0)), 0, 1e-6);
    }
}
