using VoiceQuality.Quality.Codecs;
using VoiceQuality.Quality.Scoring;
using VoiceQuality.Service.Hosting;

namespace VoiceQuality.Service.Tests.Rescoring;

public sealed class ScoringSettingsTests : IDisposable
{
    private const string Rows = """
        { "version": "own-1", "rows": [
          { "id": "opus-a", "encodingNames": ["opus"], "clockRateHz": 48000, "variant": "a", "scale": "fullband",
            "ie": 10.2, "bpl": 9.6, SOURCE "status": "established" },
          { "id": "opus-b", "encodingNames": ["opus"], "clockRateHz": 48000, "variant": "b", "scale": "fullband",
            "ie": 200, "bpl": 9.6, SOURCE "status": "estimated" } ] }
        """;

    private readonly RescoreSite _site = new();

    public void Dispose() => _site.Dispose();

    [Fact]
    public void Without_files_the_built_in_policy_is_in_force()
    {
        var settings = Read([], out var errors);

        Assert.Empty(errors);
        Assert.Equal(ScoringPolicyDocument.Default.Name, settings.Monitor.ToScoringPolicy().Name);
    }

    [Fact]
    public void Single_settings_have_a_digest_of_their_own()
    {
        var settings = Read([new("Monitor:WithoutPlc", "true")], out var errors);

        Assert.Empty(errors);
        Assert.Equal("settings", settings.Monitor.ToScoringPolicy().Id);
        Assert.Equal(
            (ScoringPolicyDocument.Default with { Id = "settings", WithoutPlc = true }).Digest,
            settings.Monitor.ToScoringPolicy().Digest);
    }

    [Fact]
    public void Further_jitter_buffers_are_read_and_move_no_policy()
    {
        var settings = Read(
            [new("Monitor:JitterBuffersBeside:0", "fixed:40"), new("Monitor:JitterBuffersBeside:1", "adaptive:200")],
            out var errors);

        Assert.Empty(errors);
        Assert.Equal(["fixed:40", "adaptive:200"], settings.Monitor.MoreJitterBuffers.Select(buffer => buffer.ToString()));
        Assert.Equal(ScoringPolicyDocument.Default.Name, settings.Monitor.ToScoringPolicy().Name);

        Read([new("Monitor:JitterBuffersBeside:0", "elastic:40")], out errors);
        Assert.Equal("Monitor:JitterBuffersBeside takes fixed:MS or adaptive:MS, 10 to 1000 ms", Assert.Single(errors));
        Read([.. Enumerable.Range(0, 9).Select(i =>
            new KeyValuePair<string, string?>($"Monitor:JitterBuffersBeside:{i}", "fixed:40"))], out errors);
        Assert.Equal("Monitor:JitterBuffersBeside has more than 8", Assert.Single(errors));
    }

    [Fact]
    public void Every_error_of_a_codec_file_is_told()
    {
        var wrong = _site.Write("codecs.json", Rows.Replace("SOURCE", "", StringComparison.Ordinal));
        Read([new("Codecs:File", wrong)], out var errors);

        // Source and edition of two rows, and an Ie that is none.
        Assert.Equal(5, errors.Count);
        Assert.All(errors, static error => Assert.StartsWith("Codecs:File: row ", error, StringComparison.Ordinal));
        Assert.Contains("Codecs:File: row 2 (opus-b) needs \"ie\" from 0 to 132.", errors);
    }

    [Fact]
    public void A_codec_file_scores_what_the_built_in_table_does_not()
    {
        var good = _site.Write("codecs.json", Rows
            .Replace("SOURCE", "\"source\": \"in-house test 7\", \"edition\": \"2026\",", StringComparison.Ordinal)
            .Replace("\"ie\": 200", "\"ie\": 20", StringComparison.Ordinal));
        var settings = Read([new("Codecs:File", good)], out var errors);
        var opus = new CodecQuery("opus", 48_000);

        Assert.Empty(errors);
        Assert.True(settings.Monitor.Codecs.TryFind(opus, default, out var row, out _));
        Assert.Equal("opus-a", row.Id);
        Assert.False(CodecTable.Default.TryFind(opus, default, out _, out var reason));
        Assert.Equal(UnscoredReason.CodecNotInTable, reason);
        Assert.Equal("settings", settings.Monitor.ToScoringPolicy().Id);
    }

    [Fact]
    public void A_policy_file_takes_the_place_of_single_settings()
    {
        var file = _site.WritePolicy(RescoreSite.WithoutPlc);
        var settings = Read([new("Scoring:File", file)], out var errors);

        Assert.Empty(errors);
        Assert.Equal(RescoreSite.WithoutPlc.Name, settings.Monitor.ToScoringPolicy().Name);
    }

    [Fact]
    public void A_policy_that_cannot_be_in_force_is_refused()
    {
        var conversational = _site.WritePolicy(
            ScoringPolicyDocument.Default with { Id = "cq-1", Score = ScoreBasis.MosCq });
        Read([new("Scoring:File", conversational)], out var errors);
        Assert.Contains("MOS-CQ", Assert.Single(errors), StringComparison.Ordinal);

        Read([new("Scoring:File", conversational), new("Codecs:File", conversational)], out errors);
        Assert.StartsWith("Codecs:File goes without", Assert.Single(errors), StringComparison.Ordinal);
        Read([new("Scoring:File", conversational + ".none")], out errors);
        Assert.Equal("Scoring:File: The file cannot be read.", Assert.Single(errors));
    }

    private static ServeSettings Read(KeyValuePair<string, string?>[] settings, out IReadOnlyList<string> errors) =>
        ServeSettings.Read(null, settings, out errors);
}
