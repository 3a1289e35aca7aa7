using FsCheck;
using FsCheck.Fluent;
using VoiceQuality.Monitor.Calls;
using VoiceQuality.Monitor.Rescoring;
using VoiceQuality.Monitor.Sources;
using VoiceQuality.Monitor.Sources.Synthetic;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Monitor.Tests.CaptureLoss;
using VoiceQuality.Quality.Codecs;
using VoiceQuality.Quality.Rtp;
using VoiceQuality.Quality.Scoring;
using VoiceQuality.Testing.Captures;

namespace VoiceQuality.Monitor.Tests.Rescoring;

public class RescorerTests
{
    private static readonly JitterBufferModel Deep = new(JitterBufferKind.Fixed, 120);
    private static readonly JitterBufferModel Adaptive = new(JitterBufferKind.Adaptive, 200);

    [Fact]
    public void By_the_policy_of_the_measurement_every_figure_comes_again()
    {
        var policies = (from withoutPlc in Gen.Elements(false, true)
                        from estimated in Gen.Elements(false, true)
                        from packets in Gen.Choose(1, 1_500)
                        from buffer in Gen.Elements(JitterBufferModel.Default, Deep, Adaptive)
                        from wideband in Gen.Elements(Enum.GetValues<WidebandRule>())
                        from seed in Gen.Choose(1, 1_000)
                        select (Seed: seed, Policy: new ScoringPolicyDocument
                        {
                            Id = "any",
                            WithoutPlc = withoutPlc,
                            AllowEstimated = estimated,
                            MinExpectedPackets = packets,
                            JitterBuffer = buffer,
                            Wideband = wideband,
                        })).ToArbitrary();
        Prop.ForAll(policies, one =>
        {
            var options = new MonitorOptions().With(one.Policy);
            Assert.Equal(one.Policy.Digest, options.ToScoringPolicy().Digest);
            AssertReproduced(Measure(one.Seed, options), one.Policy);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(12));
    }

    [Fact]
    public void What_the_tap_lost_itself_is_left_out_again()
    {
        bool Some(int stream, double at) => at is >= 12.5 and < 12.8 || (stream == 3 && at % 1 < 0.1);
        bool Much(int stream, double at) => at is > 5 and < 40 && at % 1 < 0.3;
        var some = Measurement.Of(CaptureLossTests.Calls(Some));
        var much = Measurement.Of(CaptureLossTests.Calls(Much));
        var barely = new MonitorOptions { MinExpectedPackets = 1_990 };

        Assert.All(some.Streams, static stream => Assert.NotEqual(0, stream.Unseen));
        Assert.Contains(much.Streams, static stream => stream.UnscoredReason == UnscoredReason.CaptureLoss);
        AssertReproduced(some, ScoringPolicyDocument.Default);
        AssertReproduced(much, ScoringPolicyDocument.Default);

        // Of 2,000 packets 15 were not seen, so 1,985 are expected: fewer than the policy asks for.
        AssertReproduced(
            Measurement.Of(CaptureLossTests.Calls(Some), barely), ScoringPolicyDocument.Default with
            {
                MinExpectedPackets = 1_990,
            });
    }

    [Fact]
    public void By_another_policy_it_scores_as_if_it_had_been_measured_by_it()
    {
        ScoringPolicyDocument[] others =
        [
            new() { Id = "a", WithoutPlc = true },
            new() { Id = "b", MinExpectedPackets = 700, AllowEstimated = true },
            new() { Id = "c", JitterBuffer = Deep, WithoutPlc = true },
            new() { Id = "d", JitterBuffer = Adaptive },
        ];
        var measured = Measure(7, new MonitorOptions { MoreJitterBuffers = [Deep, Adaptive] });
        foreach (var other in others)
        {
            var direct = Measure(7, new MonitorOptions().With(other));
            var rescorer = new Rescorer(other, static _ => CodecTable.Default);
            var differs = 0;
            foreach (var (call, expected) in measured.Calls.Zip(direct.Calls))
            {
                var again = rescorer.Score(call.Outcome, ScoreOf(call), call.Streams);
                Assert.Equal(RescoreObstacle.None, again.Obstacle);
                Assert.Equal(ScoreOf(expected), again.Score);
                Assert.Equal(
                    expected.Streams.Select(static stream => (stream.MosLqE4, stream.UnscoredReason, stream.Model)),
                    again.Streams.Select(static stream => (stream.MosLqE4, stream.UnscoredReason, stream.Model)));
                differs += again.Score.MosE4 == call.MosLqE4 ? 0 : 1;
            }

            Assert.Equal(measured.Calls.Count, direct.Calls.Count);
            Assert.True(differs > 0, $"policy {other.Id} moves no score, so this shows nothing");
        }
    }

    [Fact]
    public void By_a_stored_second_buffer_a_stream_scores_as_by_it_alone_where_the_tap_lost_packets_too()
    {
        // The tap lost 0.3 s of all streams; stream 3 lost more by itself.
        bool Lost(int stream, double at) => at is >= 12.5 and < 12.8 || (stream == 3 && at % 1 < 0.1);
        var both = Measurement.Of(CaptureLossTests.Calls(Lost), new MonitorOptions { MoreJitterBuffers = [Deep, Adaptive] });
        foreach (var buffer in new[] { Deep, Adaptive })
        {
            var policy = new ScoringPolicyDocument { Id = "second", JitterBuffer = buffer };
            var alone = Measurement.Of(CaptureLossTests.Calls(Lost), new MonitorOptions().With(policy));
            var rescorer = new Rescorer(policy, static _ => CodecTable.Default);
            foreach (var (stream, expected) in both.Streams.Zip(alone.Streams))
            {
                Assert.Equal(RescoreObstacle.None, rescorer.Score(stream, out var again, out var isEmulated));
                Assert.True(isEmulated && stream.Unseen > 0);
                Assert.Equal((expected.MosLqE4, expected.RFactor), (again.MosLqE4, again.RFactor));
                Assert.Equal(
                    expected.MosLqE4,
                    stream.OtherBuffers.Single(other => other.JitterBuffer == buffer.ToString()).MosLqE4);
            }
        }
    }

    [Fact]
    public void What_cannot_be_known_keeps_the_stored_score()
    {
        var stream = Measure(7, new MonitorOptions()).Streams.First(static stream => stream.Codec == "PCMU"
            && stream.MosLqE4 is not null);
        var noPlc = new ScoringPolicyDocument { Id = "a", WithoutPlc = true };
        var deep = new ScoringPolicyDocument { Id = "c", JitterBuffer = Deep };
        var old = stream with { SpeechCodecs = [] };
        var byVad = noPlc with
        {
            Codecs = CodecTable.Parse(CodecTable.Default.Text.Replace(
                "\"plc\": false,", "\"plc\": false, \"vad\": true,", StringComparison.Ordinal)),
        };

        Assert.Equal(RescoreObstacle.BufferNotMeasured, Of(deep, stream));
        Assert.Equal(RescoreObstacle.CodecVariantUnknown, Of(byVad, old));
        Assert.Equal(RescoreObstacle.None, Of(noPlc, old));

        // Skew is corrected after 80 s at the soonest, so shorter streams are the same with and without it.
        var longer = stream with { Total = stream.Total with { EndNs = stream.Total.StartNs + 80_000_000_000 } };
        Assert.Equal(RescoreObstacle.None, Of(ScoringPolicyDocument.Default1, stream));
        Assert.Equal(RescoreObstacle.BufferNotMeasured, Of(ScoringPolicyDocument.Default1, longer));
        Assert.Equal(RescoreObstacle.None, Of(ScoringPolicyDocument.Default, longer));
        Assert.Equal(
            RescoreObstacle.CodecRowUnknown,
            Of(noPlc, old with { Model = old.Model with { CodecRow = "no-such-row" } }));
        var call = new CallScore(4_0000, 80, UnscoredReason.None);
        var kept = new Rescorer(noPlc, static _ => null).Score(CallOutcome.Answered, call, []);
        Assert.Equal((RescoreObstacle.CountersDeleted, call), (kept.Obstacle, kept.Score));

        static RescoreObstacle Of(ScoringPolicyDocument policy, StreamRecord stream) =>
            new Rescorer(policy, static _ => CodecTable.Default).Score(stream, out _, out _);
    }

    private static Measurement Measure(int seed, MonitorOptions options)
    {
        var scenario = SyntheticScenario.Mixed with
        {
            Seed = (ulong)seed, Calls = 40, Duration = TimeSpan.FromSeconds(24), LossFraction = 0.5, LateFraction = 0.3,
        };
        using var source = new SyntheticSource("s", new SyntheticTraffic(scenario.ToPlans(), scenario.ToOptions()));
        return Measurement.Of(source, options);
    }

    private static void AssertReproduced(Measurement measured, ScoringPolicyDocument policy)
    {
        var rescorer = new Rescorer(policy, _ => policy.Codecs);
        Assert.NotEmpty(measured.Calls);
        foreach (var call in measured.Calls)
        {
            var again = rescorer.Score(call.Outcome, ScoreOf(call), call.Streams);
            Assert.Equal((RescoreObstacle.None, ScoreOf(call)), (again.Obstacle, again.Score));
            foreach (var (stored, scored) in call.Streams.Zip(again.Streams))
            {
                Assert.Equal(
                    (stored.MosLqE4, stored.RFactor, stored.UnscoredReason, stored.MosCqE4, stored.TaMs),
                    (scored.MosLqE4, scored.RFactor, scored.UnscoredReason, scored.MosCqE4, scored.TaMs));
                Assert.Equal(stored.Intervals, scored.Intervals);
                Assert.Equal(stored.Model with { Policy = null }, scored.Model with { Policy = null });
            }
        }
    }

    private static CallScore ScoreOf(CallRecord call) => new(call.MosLqE4, call.RFactor, call.UnscoredReason);
}
