using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using VoiceQuality.Quality.Codecs;
using VoiceQuality.Quality.Rtp;
using VoiceQuality.Quality.Scoring;

namespace VoiceQuality.Quality.Tests.Scoring;

public class ScoringPolicyTests
{
    private const string OwnTable = """
        { "version": "own-1", "rows": [ { "id": "opus-own", "encodingNames": ["opus"], "clockRateHz": 48000,
          "variant": "measured in house", "scale": "fullband", "ie": 10.2, "bpl": 9.6, "source": "in-house test 7",
          "edition": "2026", "status": "established" } ] }
        """;

    [Fact]
    public void The_built_in_policy_is_what_the_product_states()
    {
        using var document = JsonDocument.Parse(ScoringPolicyDocument.Default.ToJson());
        var policy = document.RootElement;

        Assert.Equal("default-2", policy.GetProperty("id").GetString());
        Assert.Equal("plc", policy.GetProperty("g711").GetString());
        Assert.False(policy.GetProperty("estimatedRows").GetBoolean());
        Assert.Equal("fixed:60", policy.GetProperty("jitterBuffer").GetString());
        Assert.True(policy.GetProperty("skewCorrection").GetBoolean());
        Assert.Equal(100, policy.GetProperty("minExpectedPackets").GetInt32());
        Assert.Equal("mosLq", policy.GetProperty("score").GetString());
        Assert.Equal("ownScale", policy.GetProperty("wideband").GetString());
        Assert.Equal(
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(CodecTable.Default.Text))),
            policy.GetProperty("codecs").GetProperty("sha256").GetString());
    }

    [Fact]
    public void The_policy_of_before_skew_was_corrected_is_the_document_that_it_was()
    {
        var before = ScoringPolicyDocument.Default.ToJson()
            .Replace("default-2", "default-1", StringComparison.Ordinal)
            .Replace("  \"skewCorrection\": true,\n", "", StringComparison.Ordinal);
        Assert.Equal(before, ScoringPolicyDocument.Default1.ToJson());
        Assert.True(ScoringPolicyDocument.TryParse(before, Files, out var read, out _));
        Assert.Equal((false, ScoringPolicyDocument.Default1.Name), (read.CorrectsSkew, read.Name));
    }

    [Fact]
    public void The_digest_is_over_the_document_without_the_place_of_the_table()
    {
        var text = ScoringPolicyDocument.Default.ToJson();
        var withoutPlace = text.Replace("    \"file\": null,\n", "", StringComparison.Ordinal);

        Assert.NotEqual(text, withoutPlace);
        Assert.Equal(
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(withoutPlace))),
            ScoringPolicyDocument.Default.Digest);
    }

    [Fact]
    public void Every_field_goes_out_and_in_and_moves_the_digest()
    {
        var policies = new ScoringPolicyDocument[]
        {
            new(),
            new() { Id = "other-1" },
            new() { WithoutPlc = true },
            new() { AllowEstimated = true },
            new() { JitterBuffer = new JitterBufferModel(JitterBufferKind.Adaptive, 200) },
            new() { CorrectsSkew = false },
            new() { MinExpectedPackets = 50 },
            new() { Score = ScoreBasis.MosCq },
            new() { Wideband = WidebandRule.CappedAtNarrowband },
            new() { Wideband = WidebandRule.Unscored },
            new() { Codecs = CodecTable.Parse(OwnTable), CodecsFile = "own.json" },
        };

        foreach (var policy in policies)
        {
            Assert.True(
                ScoringPolicyDocument.TryParse(policy.ToJson(), Files, out var read, out var errors),
                string.Join('\n', errors));
            Assert.Equal(policy.Digest, read.Digest);
            Assert.Equal(policy.ToJson(), read.ToJson());
        }

        Assert.Equal(policies.Length, policies.Select(static policy => policy.Digest).Distinct().Count());
    }

    [Fact]
    public void All_errors_are_told_at_once()
    {
        const string Wrong = """
            { "id": "a b", "codecs": { "version": "9", "sha256": "00", "place": 1 }, "g711": "maybe",
              "estimatedRows": "yes", "jitterBuffer": "fixed", "minExpectedPackets": 0, "score": "mos",
              "wideband": "loud", "extra": 1 }
            """;

        Assert.False(ScoringPolicyDocument.TryParse(Wrong, Files, out _, out var errors));
        foreach (var field in (string[])[
            "id must", "codecs.version", "codecs.sha256", "codecs.place", "g711", "estimatedRows", "jitterBuffer",
            "minExpectedPackets", "score", "wideband", "extra"])
        {
            Assert.Single(errors, error => error.StartsWith(field, StringComparison.Ordinal));
        }

        Assert.Equal(11, errors.Count);
    }

    [Fact]
    public void The_errors_of_a_codec_file_are_told_with_their_rows()
    {
        var json = new ScoringPolicyDocument { CodecsFile = "own.json", Codecs = CodecTable.Parse(OwnTable) }.ToJson();
        var wrong = OwnTable.Replace("\"source\": \"in-house test 7\",", "", StringComparison.Ordinal)
            .Replace("\"edition\": \"2026\",", "", StringComparison.Ordinal);

        Assert.False(ScoringPolicyDocument.TryParse(json, _ => wrong, out _, out var errors));
        Assert.Contains(errors, static error => error.Contains("(opus-own) needs the text \"source\"", StringComparison.Ordinal));
        Assert.Contains(errors, static error => error.Contains("(opus-own) needs the text \"edition\"", StringComparison.Ordinal));
        Assert.False(ScoringPolicyDocument.TryParse(json, static _ => null, out _, out errors));
        Assert.Equal("codecs.file cannot be read.", errors[0]);
    }

    [Fact]
    public void The_schema_has_the_fields_and_words_of_the_document()
    {
        using var stream = typeof(ScoringPolicyDocument).Assembly.GetManifestResourceStream(
            "VoiceQuality.Quality.Scoring.scoring-policy.schema.json")!;
        using var schema = JsonDocument.Parse(stream);
        using var document = JsonDocument.Parse(ScoringPolicyDocument.Default.ToJson());
        var properties = schema.RootElement.GetProperty("properties");

        Assert.Equal(
            document.RootElement.EnumerateObject().Select(static field => field.Name),
            properties.EnumerateObject().Select(static field => field.Name).Where(static name => name != "$schema"));
        Assert.Equal(
            document.RootElement.GetProperty("codecs").EnumerateObject().Select(static field => field.Name),
            properties.GetProperty("codecs").GetProperty("properties").EnumerateObject().Select(static field => field.Name));
        Assert.Equal(Words<WidebandRule>(), Enumerated("wideband"));
        Assert.Equal(Words<ScoreBasis>(), Enumerated("score"));

        IEnumerable<string?> Enumerated(string field) => properties.GetProperty(field).GetProperty("enum")
            .EnumerateArray().Select(static word => word.GetString());

        static IEnumerable<string> Words<T>()
            where T : struct, Enum => Enum.GetNames<T>().Select(JsonNamingPolicy.CamelCase.ConvertName);
    }

    [Theory]
    [InlineData(WidebandRule.OwnScale)]
    [InlineData(WidebandRule.CappedAtNarrowband)]
    public void A_wideband_codec_below_the_cap_counts_by_its_own_model(WidebandRule rule)
    {
        // AMR-WB 12.65: R = 128.846 - 13, Rx = R / 1.29 = 89.803; 1 + 0.035 Rx + Rx (Rx-60)(100-Rx) 7e-6 = 4.33415.
        Assert.InRange(Score("amr-wb-12.65", rule).MosE4!.Value, 4_3341, 4_3342);
    }

    [Fact]
    public void A_cap_lets_no_wideband_codec_above_the_best_narrowband_connection()
    {
        // AMR-WB 23.05: R = 128.846 - 1, Rx = R / 1.29 = 99.105, MOS near 4.5; R = 93.206208 gives 4.409406.
        Assert.True(Score("amr-wb-23.05", WidebandRule.OwnScale).MosE4 > 4_4900);
        Assert.Equal(4_4094, Score("amr-wb-23.05", WidebandRule.CappedAtNarrowband).MosE4);
        Assert.Equal(UnscoredReason.ScaleNotCounted, Score("amr-wb-23.05", WidebandRule.Unscored).Reason);
    }

    private static StreamScore Score(string rowId, WidebandRule rule) => StreamScorer.Score(
        new IntervalCounters { Expected = 500, Received = 500 },
        CodecTable.Default.Rows.Single(row => row.Id == rowId),
        (ScoringPolicyDocument.Default with { Wideband = rule }).ToScoringPolicy());

    private static string? Files(string name) => name == "own.json" ? OwnTable : null;
}
