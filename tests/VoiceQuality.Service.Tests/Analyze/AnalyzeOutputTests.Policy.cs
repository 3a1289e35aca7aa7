using System.Globalization;
using System.Text;
using System.Text.Json;
using VoiceQuality.Quality.Rtp;
using VoiceQuality.Quality.Scoring;
using VoiceQuality.Service.Tests.Cli;
using VoiceQuality.Testing.Captures;

namespace VoiceQuality.Service.Tests.Analyze;

/// <content>By which jitter buffers and scoring policy a capture is scored.</content>
public sealed partial class AnalyzeOutputTests
{
    [Fact]
    public async Task Several_jitter_buffers_are_emulated_at_once_and_the_first_one_scores()
    {
        var path = await WriteAsync("buffers.pcap", SampleCapture.Wire().ToPcap());
        var both = (await AnalyzeRun.OfAsync(
            "--format", "json", "--jitter-buffer", "fixed:60", "--jitter-buffer", "adaptive:200", path)).Json;
        var adaptive = (await AnalyzeRun.OfAsync(
            "--format", "json", "--jitter-buffer", "adaptive:200", path)).Json;

        var streams = both.GetProperty("streams").EnumerateArray().ToArray();
        Assert.NotEmpty(streams);
        foreach (var (stream, alone) in streams.Zip(adaptive.GetProperty("streams").EnumerateArray()))
        {
            var emulations = stream.GetProperty("emulations").EnumerateArray().ToArray();
            Assert.Equal(
                ["fixed:60", "adaptive:200"], emulations.Select(item => item.GetProperty("jitterBuffer").GetString()));
            Assert.Equal(stream.GetProperty("mosLq").ToString(), emulations[0].GetProperty("mosLq").ToString());
            Assert.Equal("fixed:60", stream.GetProperty("model").GetProperty("jitterBuffer").GetString());
            foreach (var field in new[] { "discarded", "burstRatio", "mosLq" })
            {
                Assert.Equal(alone.GetProperty(field).ToString(), emulations[1].GetProperty(field).ToString());
            }
        }
    }

    [Theory]
    [InlineData("--jitter-buffer", "fixed:60", "--jitter-buffer", "fixed:5")]
    [InlineData("--jitter-buffer", "fixed:60", "--jitter-buffer", "elastic:50")]
    public async Task Each_jitter_buffer_that_is_given_is_checked(params string[] args) =>
        Assert.Equal(2, (await AnalyzeRun.OfAsync([.. args, "none.pcap"])).Status);

    [Fact]
    public async Task A_scoring_policy_decides_row_buffer_and_least_packets_and_stands_with_every_score()
    {
        var path = await WriteAsync("policy.pcap", SampleCapture.Wire().ToPcap());
        var policy = ScoringPolicyDocument.Default with
        {
            Id = "no-plc-120", WithoutPlc = true, JitterBuffer = new JitterBufferModel(JitterBufferKind.Fixed, 120),
        };
        var file = await WriteAsync("policy.json", Encoding.UTF8.GetBytes(policy.ToJson()));
        var json = (await AnalyzeRun.OfAsync(
            "--format", "json", "--policy", file, "--jitter-buffer", "fixed:60", path)).Json;
        var plain = (await AnalyzeRun.OfAsync("--format", "json", path)).Json;

        var (streams, before) = (json.GetProperty("streams"), plain.GetProperty("streams"));
        Assert.Equal(before.GetArrayLength(), streams.GetArrayLength());
        foreach (var (stream, other) in streams.EnumerateArray().Zip(before.EnumerateArray()))
        {
            var model = stream.GetProperty("model");
            Assert.Equal("no-plc-120", model.GetProperty("policy").GetProperty("id").GetString());
            Assert.Equal(policy.Digest, model.GetProperty("policy").GetProperty("digest").GetString());
            Assert.Equal("fixed:120", model.GetProperty("jitterBuffer").GetString());
            Assert.Equal(
                other.GetProperty("model").GetProperty("codecRow").GetString()?.Replace(
                    "g711-plc", "g711-noplc", StringComparison.Ordinal),
                model.GetProperty("codecRow").GetString());
            Assert.Equal(
                ["fixed:120", "fixed:60"],
                stream.GetProperty("emulations").EnumerateArray()
                    .Select(static item => item.GetProperty("jitterBuffer").GetString()));
        }

        Assert.Contains(
            streams.EnumerateArray(),
            static stream => stream.GetProperty("model").GetProperty("codecRow").GetString() == "g711-noplc");
    }

    [Fact]
    public async Task Everything_that_is_wrong_with_a_scoring_policy_is_told_and_nothing_is_read()
    {
        var wrong = await WriteAsync("wrong.json", "{ \"id\": \"\", \"score\": \"mos\" }"u8.ToArray());
        var run = await AnalyzeRun.OfAsync("--policy", wrong, "none.pcap");
        Assert.Equal((2, ""), (run.Status, run.Output));
        Assert.Contains($"voicequality: {wrong}: id must be", run.ErrorLines[0] + run.ErrorLines[1], StringComparison.Ordinal);
        Assert.Contains(run.ErrorLines, static line => line.Contains("score must be one of", StringComparison.Ordinal));

        var conversational = await WriteAsync("cq.json", Encoding.UTF8.GetBytes(
            (ScoringPolicyDocument.Default with { Id = "cq", Score = ScoreBasis.MosCq }).ToJson()));
        run = await AnalyzeRun.OfAsync("--policy", conversational, "none.pcap");
        Assert.Equal(2, run.Status);
        Assert.Contains("score must be mosLq", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        Assert.Equal(2, (await AnalyzeRun.OfAsync("--policy", "missing.json", "none.pcap")).Status);
    }
}
