using VoiceQuality.Quality.Codecs;
using VoiceQuality.Quality.Scoring;

namespace VoiceQuality.Quality.Tests.Codecs;

public class CodecTableTests
{
    [Theory]
    [InlineData("PCMU", 8_000, null, null, 0, 25.1)]
    [InlineData("pcma", 8_000, null, null, 0, 25.1)]
    [InlineData("G729", 8_000, null, null, 11, 19.0)] // annexb is yes when not said
    [InlineData("G729", 8_000, true, null, 11, 19.0)]
    [InlineData("G723", 8_000, null, 6_300, 15, 16.1)]
    [InlineData("GSM-EFR", 8_000, null, null, 5, 10.0)]
    [InlineData("AMR-WB", 16_000, null, 12_650, 13, 4.3)]
    [InlineData("AMR-WB", 16_000, null, 23_050, 1, 4.6)]
    [InlineData("AMR-WB", 16_000, null, 23_850, 8, 4.9)]
    public void A_codec_of_g113_has_its_values(
        string name, int clockRateHz, bool? vad, int? bitRate, double ie, double bpl)
    {
        var query = new CodecQuery(name, clockRateHz) { Vad = vad, BitRate = bitRate };
        Assert.True(CodecTable.Default.TryFind(query, default, out var row, out var reason));
        Assert.Equal((ie, bpl, UnscoredReason.None), (row.Ie, row.Bpl!.Value, reason));
        Assert.Equal(CodecRowStatus.Established, row.Status);
    }

    [Theory]
    [InlineData("G729", 8_000, false, null, UnscoredReason.CodecHasNoLossFactor)]
    [InlineData("G726-32", 8_000, null, null, UnscoredReason.CodecHasNoLossFactor)]
    [InlineData("G728", 8_000, null, null, UnscoredReason.CodecHasNoLossFactor)]
    [InlineData("G723", 8_000, null, 5_300, UnscoredReason.CodecHasNoLossFactor)]
    [InlineData("G723", 8_000, null, null, UnscoredReason.CodecNotInTable)] // the rate decides
    [InlineData("AMR-WB", 16_000, null, 6_600, UnscoredReason.CodecHasNoLossFactor)]
    [InlineData("AMR", 8_000, null, 12_200, UnscoredReason.CodecNotInTable)]
    [InlineData("GSM", 8_000, null, null, UnscoredReason.CodecHasNoLossFactor)]
    [InlineData("opus", 48_000, null, null, UnscoredReason.CodecNotInTable)]
    [InlineData("iLBC", 8_000, null, null, UnscoredReason.CodecNotInTable)]
    [InlineData("speex", 16_000, null, null, UnscoredReason.CodecNotInTable)]
    [InlineData("L16", 8_000, null, null, UnscoredReason.CodecNotInTable)]
    [InlineData("PCMU", 16_000, null, null, UnscoredReason.CodecNotInTable)]
    [InlineData("G722", 8_000, null, null, UnscoredReason.CodecNotInTable)]
    [InlineData("telephone-event", 8_000, null, null, UnscoredReason.NotAudio)]
    [InlineData("cn", 8_000, null, null, UnscoredReason.NotAudio)]
    [InlineData("red", 8_000, null, null, UnscoredReason.NotAudio)]
    [InlineData("H264", 90_000, null, null, UnscoredReason.NotAudio)]
    [InlineData("", 8_000, null, null, UnscoredReason.CodecUnknown)]
    public void What_has_no_published_values_has_no_row_and_a_reason(
        string name, int clockRateHz, bool? vad, int? bitRate, UnscoredReason expected)
    {
        var query = new CodecQuery(name, clockRateHz) { Vad = vad, BitRate = bitRate };
        Assert.False(CodecTable.Default.TryFind(query, default, out var row, out var reason));
        Assert.Null(row);
        Assert.Equal(expected, reason);
    }

    [Fact]
    public void Receivers_without_concealment_are_scored_with_a_row_of_their_own()
    {
        var policy = new CodecPolicy { WithoutPlc = true };
        Assert.True(CodecTable.Default.TryFind(new CodecQuery("PCMU", 8_000), policy, out var row, out _));
        Assert.Equal((0, 4.3), (row.Ie, row.Bpl));
    }

    [Fact]
    public void Estimated_rows_are_used_only_when_the_policy_allows_it()
    {
        var policy = new CodecPolicy { AllowEstimated = true };
        var query = new CodecQuery("G729", 8_000) { Vad = false };
        Assert.True(CodecTable.Default.TryFind(query, policy, out var row, out _));
        Assert.Equal((10, 19.0, CodecRowStatus.Estimated), (row.Ie, row.Bpl, row.Status));
    }

    [Theory]
    [InlineData("G723", 24, 6_300)]
    [InlineData("G723", 48, 6_300)]
    [InlineData("G723", 20, 5_300)]
    [InlineData("G723", 120, null)] // five frames of 24 octets or six of 20
    [InlineData("G723", 4, null)] // a silence descriptor
    [InlineData("AMR-WB", 33, 12_650)] // 4 + 6 + 253 bits
    [InlineData("AMR-WB", 34, 12_650)] // 1 + 1 + 32 octets
    [InlineData("AMR-WB", 62, 23_850)]
    [InlineData("PCMU", 160, null)]
    public void The_payload_length_tells_the_bit_rate_where_it_can(string name, int octets, int? bitRate) =>
        Assert.Equal(bitRate, CodecQuery.BitRateOf(name, octets));

    [Theory]
    [InlineData("G729", 2, true)] // a silence descriptor
    [InlineData("G729", 12, true)] // a frame of speech and a silence descriptor
    [InlineData("G729", 10, false)] // 10 ms of speech
    [InlineData("G729", 20, false)]
    [InlineData("g723", 4, true)]
    [InlineData("G723", 24, false)]
    [InlineData("AMR", 7, true)]
    [InlineData("AMR-WB", 7, true)]
    [InlineData("AMR", 14, false)] // 4.75 kbit/s: 4 + 6 + 95 bits
    [InlineData("PCMU", 2, false)]
    [InlineData("G729", 0, false)]
    public void A_silence_descriptor_is_known_by_its_length(string name, int octets, bool isSilence) =>
        Assert.Equal(isSilence, SilenceDescriptor.EndsTalkspurt(name, octets));

    [Fact]
    public void Every_built_in_row_states_its_source_and_its_edition()
    {
        Assert.NotEmpty(CodecTable.Default.Rows);
        Assert.All(CodecTable.Default.Rows, row => Assert.True(row.Source.Length > 0 && row.Edition.Length > 0));
    }

    [Fact]
    public void An_operator_may_bring_a_table()
    {
        var table = CodecTable.Parse("""
            {
              "version": "ours-7", // comments are welcome
              "rows": [
                { "id": "opus-fb", "encodingNames": ["opus"], "clockRateHz": 48000, "variant": "FB", "scale": "fullband",
                  "ie": 120.5, "bpl": 9.5, "source": "own listening test", "edition": "2026", "status": "estimated" },
              ],
            }
            """);
        var policy = new CodecPolicy { AllowEstimated = true };
        Assert.True(table.TryFind(new CodecQuery("OPUS", 48_000), policy, out var row, out _));
        Assert.Equal(("ours-7", CodecScale.Fullband, 120.5), (table.Version, row.Scale, row.Ie));
    }

    [Fact]
    public void Every_error_of_a_table_is_reported_at_once_with_its_row()
    {
        var isOk = CodecTable.TryParse(
            """
            { "version": "1", "rows": [
              { "id": "a", "encodingNames": ["x"], "clockRateHz": 8000, "variant": "v", "scale": "narrowband", "ie": 96,
                "bpl": 0, "source": "s", "edition": "e", "status": "established" },
              { "id": "a", "encodingNames": [], "clockRateHz": 8000.5, "variant": "", "scale": "nb", "ie": "1",
                "plc": 1, "source": "s", "edition": "e", "status": "guess", "bp1": 4 },
              7
            ] }
            """,
            out var table,
            out var errors);

        Assert.False(isOk);
        Assert.Null(table);
        string[] expected =
        [
            "row 1 (a) needs \"ie\"", "row 1 (a) needs \"bpl\"", "row 2 has an unknown field \"bp1\"",
            "row 2 (a) has the \"id\" of an earlier row", "row 2 (a) needs \"encodingNames\"",
            "row 2 (a) needs \"clockRateHz\"", "row 2 (a) needs the text \"variant\"", "row 2 (a) needs \"scale\"",
            "row 2 (a) needs \"ie\"", "row 2 (a) needs \"plc\"", "row 2 (a) needs \"status\"",
            "row 3 must be an object",
        ];
        Assert.All(expected, start => Assert.Contains(errors, e => e.StartsWith(start, StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_scale_and_status_has_its_own_name()
    {
        foreach (var scale in Enum.GetValues<CodecScale>())
        {
            foreach (var status in Enum.GetValues<CodecRowStatus>())
            {
                var table = CodecTable.Parse(
                    $$"""
                    { "version": "1", "rows": [
                      { "id": "a", "encodingNames": ["a"], "clockRateHz": 8000, "variant": "v",
                        "scale": "{{scale.ToString().ToLowerInvariant()}}", "ie": 0, "source": "s", "edition": "e",
                        "status": "{{status.ToString().ToLowerInvariant()}}" } ] }
                    """);

                Assert.Equal((scale, status), (table.Rows[0].Scale, table.Rows[0].Status));
            }
        }
    }

    [Fact]
    public void Half_a_character_is_no_text_and_an_error_only_where_a_text_is_needed()
    {
        var isOk = CodecTable.TryParse(
            """
            { "version": "1", "note": "\ud800", "rows": [
              { "id": "a", "encodingNames": ["\ud800"], "clockRateHz": "\ud800", "variant": "\ud800", "scale": "narrowband",
                "ie": 0, "source": "s", "edition": "e", "status": "established", "\ud800": 1 }
            ] }
            """,
            out _,
            out var errors);

        Assert.False(isOk);
        Assert.Equal(
            [
                "row 1 has an unknown field \"\uFFFD\".", "row 1 (a) needs \"encodingNames\", an array of texts.",
                "row 1 (a) needs \"clockRateHz\" from 1 to 384000, whole.", "row 1 (a) needs the text \"variant\".",
            ],
            errors);
        Assert.True(CodecTable.TryParse("""{ "version": "1", "note": "\ud800", "rows": [] }""", out _, out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"version\": \"1\"}")]
    [InlineData("{\"version\": \"1\", \"rows\": 1}")]
    public void What_is_no_table_at_all_is_refused(string json)
    {
        Assert.False(CodecTable.TryParse(json, out _, out var errors));
        Assert.Single(errors);
        Assert.Throws<FormatException>(() => CodecTable.Parse(json));
    }
}
