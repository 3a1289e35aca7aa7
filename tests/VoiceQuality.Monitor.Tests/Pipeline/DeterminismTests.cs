using System.Globalization;
using System.Text;
using VoiceQuality.Monitor.Calls;
using VoiceQuality.Monitor.Sources;
using VoiceQuality.Monitor.Sources.Synthetic;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Protocols.Network;
using VoiceQuality.Testing.Captures;

namespace VoiceQuality.Monitor.Tests.Pipeline;

public sealed class DeterminismTests
{
    private static readonly SyntheticScenario Scenario = SyntheticScenario.Mixed with
    {
        Seed = 77,
        Calls = 120,
        Duration = TimeSpan.FromSeconds(25),
        Stagger = TimeSpan.FromSeconds(60),
    };

    private static readonly Lazy<(WireFrame[] Frames, SyntheticCallTruth[] Truth)> Traffic = new(Generate);

    private static readonly Lazy<string> Expected =
        new(static () => MeasurementText.Of(Measurement.Of(new FrameSource(Traffic.Value.Frames, 4_096))));

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 37)]
    [InlineData(LaneOptions.ReadingAhead, 1)]
    [InlineData(LaneOptions.ReadingAhead, 4_096)]
    [InlineData(2, 4_096)]
    [InlineData(2, 500)]
    [InlineData(3, 333)]
    [InlineData(4, 4_096)]
    [InlineData(4, 11)]
    [InlineData(8, 4_096)]
    public void Lanes_and_the_size_of_blocks_change_neither_figures_nor_order(int lanes, int framesPerBlock)
    {
        var measured = Measurement.Of(
            new FrameSource(Traffic.Value.Frames, framesPerBlock), LaneOptions.Of(lanes));

        Assert.Equal(Expected.Value, MeasurementText.Of(measured));
    }

    [Fact]
    public void Another_seed_of_the_hash_changes_nothing()
    {
        var options = new MonitorOptions { Lanes = 2, HashSeed = 0xDEAD_BEEF_0123_4567 };

        Assert.Equal(Expected.Value, MeasurementText.Of(Measurement.Of(new FrameSource(Traffic.Value.Frames, 4_096), options)));
    }

    [Fact]
    public void Every_stream_has_exactly_the_counts_of_the_generator()
    {
        var measured = Measurement.Of(new FrameSource(Traffic.Value.Frames, 4_096));
        var streams = measured.Streams.ToLookup(static stream => (stream.Ssrc, stream.Source.ToString()));
        var truths = Traffic.Value.Truth.SelectMany(static call => call.Streams).ToArray();
        var problems = new StringBuilder();

        foreach (var truth in truths)
        {
            var found = streams[(truth.Ssrc, truth.Source.ToString())].ToArray();
            if (found.Length != 1)
            {
                // Below five packets nothing that SDP did not announce is believed.
                if (truth.Captured >= 5)
                {
                    problems.AppendLine(CultureInfo.InvariantCulture, $"{truth.Ssrc:x8}: found {found.Length} times");
                }

                continue;
            }

            Compare(problems, truth, found[0]);
        }

        Assert.Equal("", problems.ToString());
        Assert.True(truths.Length > 200, "The scenario has two streams for most of 120 calls.");
        Assert.True(truths.Sum(static truth => truth.Lost) > 0 && truths.Sum(static truth => truth.Reordered) > 0);
    }

    [Fact]
    public void Every_call_has_exactly_the_facts_of_the_generator()
    {
        var measured = Measurement.Of(new FrameSource(Traffic.Value.Frames, 4_096));
        var calls = measured.Calls.ToDictionary(static call => call.CallId, StringComparer.Ordinal);

        foreach (var truth in Traffic.Value.Truth)
        {
            var sawSignalling = truth.SipMessages > 0;
            Assert.Equal(sawSignalling, calls.Remove(truth.CallId, out var call));
            if (call is null)
            {
                continue;
            }

            Assert.Equal(truth.Outcome.ToString(), call.Outcome.ToString());
            if (truth.Outcome == SyntheticOutcome.Incomplete)
            {
                continue;
            }

            Assert.Equal(truth.FinalStatus, call.FinalStatus);
            Assert.Equal(truth.InviteAtNs / 1_000, call.StartedAtUs);
            Assert.Equal((truth.RingingAtNs - truth.InviteAtNs) / 1_000, call.PostDialDelayUs);
            if (truth.Outcome == SyntheticOutcome.Answered)
            {
                Assert.Equal(truth.FinalResponseAtNs / 1_000, call.AnsweredAtUs);
                Assert.Equal(truth.ByeAtNs / 1_000, call.EndedAtUs);
            }
            else
            {
                Assert.Null(call.AnsweredAtUs);
                Assert.Equal(truth.FinalResponseAtNs / 1_000, call.EndedAtUs);
            }
        }

        Assert.Empty(calls);
    }

    private static void Compare(StringBuilder problems, SyntheticStreamTruth truth, StreamRecord stream)
    {
        void Check(string name, double? expected, double? actual, double tolerance = 0)
        {
            if (expected.HasValue != actual.HasValue || Math.Abs((expected ?? 0) - (actual ?? 0)) > tolerance)
            {
                problems.AppendLine(CultureInfo.InvariantCulture, $"{truth.Ssrc:x8} {name}: {actual}, not {expected}");
            }
        }

        Check("received", truth.Captured, stream.Total.Received);
        Check("expected", truth.Expected, stream.Total.Expected);
        Check("lost", truth.Lost, stream.Total.Lost);
        Check("duplicates", truth.Duplicates, stream.Total.Duplicates);
        Check("reordered", truth.Reordered, stream.Total.Reordered);
        Check("comfort noise", truth.ComfortNoisePackets, stream.Total.ComfortNoise);
        Check("telephone events", truth.TelephoneEventPackets, stream.Total.TelephoneEvents);
        Check("jitter mean", truth.JitterMeanMs, stream.Total.JitterMeanMs, 1e-3);
        Check("jitter max", truth.JitterMaxMs, stream.Total.JitterMaxMs, 1e-3);
        Check("first packet", truth.FirstAtNs / 1_000, stream.StartedAtUs);
        Check("payload type", truth.PayloadType, stream.PayloadType);
    }

    private static (WireFrame[] Frames, SyntheticCallTruth[] Truth) Generate()
    {
        var truth = new List<SyntheticCallTruth>();
        var frames = new List<WireFrame>();
        using var traffic = new SyntheticTraffic(Scenario.ToPlans(), Scenario.ToOptions(truth.Add));
        while (traffic.TryNext(out var frame))
        {
            frames.Add(new WireFrame(
                frame.TimestampNs, frame.Octets.ToArray(), frame.Octets.Length, LinkType.Ethernet));
        }

        return ([.. frames], [.. truth]);
    }

    /// <summary>Everything in the order in which it was handed over, with every figure to the last bit.</summary>
}
