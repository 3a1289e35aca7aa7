using System.Text.Json;
using VoiceQuality.Quality.Rtp;
using VoiceQuality.Quality.Scoring;
using VoiceQuality.Service.Tests.Cli;

namespace VoiceQuality.Service.Tests.Rescoring;

public sealed class RescoreCommandTests : IDisposable
{
    private readonly RescoreSite _site = new();

    public void Dispose() => _site.Dispose();

    [Fact]
    public async Task A_dry_run_tells_means_rows_and_amounts_before_and_after_and_changes_nothing()
    {
        await _site.SeedAsync(("U-1", 0), ("U-1", 15), ("U-2", 0));
        var before = await DumpAsync();
        var file = _site.WritePolicy(RescoreSite.WithoutPlc);
        var run = await CliRun.OfAsync(
            ["rescore", "--db", _site.Path, "--policy", file, "--month", "2026-10", "--format", "json"]);

        Assert.Equal(("", 0), (run.Error, run.Status));
        var answer = JsonDocument.Parse(run.Output).RootElement;
        Assert.Equal("no-plc-1", answer.GetProperty("policy").GetProperty("id").GetString());
        Assert.Equal(3, answer.GetProperty("calls").GetInt64());
        Assert.Equal(1, answer.GetProperty("changed").GetInt64());
        var units = answer.GetProperty("units").EnumerateArray().ToList();
        Assert.Equal(["U-1", "U-2"], units.Select(static unit => unit.GetProperty("unitId").GetString()));

        // The clean call has 4.4094 either way.
        var (meanBefore, meanAfter) = (Mean(15, 25.1), Mean(15, 4.3));
        Assert.Equal(meanBefore, units[0].GetProperty("meanBefore").GetDecimal());
        Assert.Equal(meanAfter, units[0].GetProperty("meanAfter").GetDecimal());
        Assert.True(meanBefore > 3.9m && meanAfter is < 3.9m and > 3.5m, "the example crosses one row");
        Assert.Equal("none", units[0].GetProperty("rowBefore").GetString());
        Assert.Equal("3.500-3.899", units[0].GetProperty("rowAfter").GetString());
        Assert.Equal("0.00", units[0].GetProperty("creditBefore").GetString());

        // 10 % of 1000.00.
        Assert.Equal("100.00", units[0].GetProperty("creditDifference").GetString());
        Assert.Equal(0m, units[1].GetProperty("difference").GetDecimal());
        Assert.Equal(before, await DumpAsync());
    }

    [Fact]
    public async Task Table_and_csv_have_the_same_figures()
    {
        await _site.SeedAsync(("U-1", 10));
        var file = _site.WritePolicy(RescoreSite.WithoutPlc);
        var (before, after) = (RescoreSite.CallE4(10, 25.1) / 10_000m, RescoreSite.CallE4(10, 4.3) / 10_000m);
        var csv = await CliRun.OfAsync(["rescore", "--db", _site.Path, "--policy", file, "--format", "csv"]);
        var table = await CliRun.OfAsync(["rescore", "--db", _site.Path, "--policy", file]);

        Assert.StartsWith(
            string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"2026-10,A-1,U-1,1,1,1,{before},{after},{after - before},none,"),
            csv.Lines[1], StringComparison.Ordinal);
        Assert.Contains(table.Lines, line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[..3] is
            ["2026-10", "A-1", "U-1"]);
    }

    [Fact]
    public async Task What_is_stored_is_verified_and_what_was_altered_is_named()
    {
        await _site.SeedAsync(("U-1", 0), ("U-1", 7), ("U-2", 100));
        var whole = await CliRun.OfAsync(["rescore", "--db", _site.Path, "--verify"]);
        Assert.Equal((0, "3 calls: 3 scores follow from their counters, 0 do not."), (whole.Status, whole.Lines[0]));

        await _site.ExecuteAsync("UPDATE call SET mos_e4 = mos_e4 + 1 WHERE unit_id = 'U-2'");
        var key = (await _site.QueryAsync("SELECT lower(hex(call_key)) FROM call WHERE unit_id = 'U-2'"))[0];
        var altered = await CliRun.OfAsync(["rescore", "--db", _site.Path, "--verify"]);
        Assert.Equal(1, altered.Status);
        Assert.Equal("3 calls: 2 scores follow from their counters, 1 do not.", altered.Lines[0]);
        Assert.Equal($"  {key}: mosLq", altered.Lines[1]);
    }

    [Fact]
    public async Task A_call_whose_counters_are_deleted_keeps_its_score()
    {
        await _site.SeedAsync(("U-1", 10), ("U-1", 10));
        await _site.ExecuteAsync("DELETE FROM stream WHERE call_key = (SELECT min(call_key) FROM call)");
        var file = _site.WritePolicy(RescoreSite.WithoutPlc);
        var run = await CliRun.OfAsync(["rescore", "--db", _site.Path, "--policy", file, "--format", "json"]);

        var answer = JsonDocument.Parse(run.Output).RootElement;
        Assert.Equal(1, answer.GetProperty("kept").GetProperty("countersDeleted").GetInt64());
        Assert.Equal(1, answer.GetProperty("changed").GetInt64());
        Assert.Equal(
            (RescoreSite.CallE4(10, 25.1) + RescoreSite.CallE4(10, 4.3)) / 2m / 10_000m,
            answer.GetProperty("units")[0].GetProperty("meanAfter").GetDecimal(), 4);
    }

    [Fact]
    public async Task A_buffer_that_was_not_emulated_scores_nothing_and_says_so()
    {
        await _site.SeedAsync(("U-1", 10));
        var file = _site.WritePolicy(ScoringPolicyDocument.Default with
        {
            Id = "deep-1", JitterBuffer = new JitterBufferModel(JitterBufferKind.Fixed, 200),
        });
        var run = await CliRun.OfAsync(["rescore", "--db", _site.Path, "--policy", file]);

        Assert.Contains("1 calls keep their score: bufferNotMeasured.", run.Lines);
    }

    [Fact]
    public async Task What_cannot_be_done_is_refused_and_nothing_is_changed()
    {
        await _site.SeedAsync(("U-1", 10));
        var before = await DumpAsync();
        var file = _site.WritePolicy(RescoreSite.WithoutPlc);
        var conversational = _site.WritePolicy(
            ScoringPolicyDocument.Default with { Id = "cq-1", Score = ScoreBasis.MosCq });
        var taken = _site.Write(
            "taken.json", (ScoringPolicyDocument.Default with { MinExpectedPackets = 50 }).ToJson());
        string[] apply = ["--apply", "--actor", "ops-1", "--reason", "test"];

        (await CliRun.OfAsync(["rescore", "--db", _site.Path])).AssertRefused("--policy");
        (await CliRun.OfAsync(["rescore", "--db", _site.Path, "--policy", file, "--apply"])).AssertRefused("--actor");
        (await CliRun.OfAsync(["rescore", "--db", _site.Path, "--policy", file, "--month", "2026-13"]))
            .AssertRefused("yyyy-MM");
        (await CliRun.OfAsync(["rescore", "--db", _site.Path, "--policy", "no-such-policy"])).AssertRefused("on file");
        (await CliRun.OfAsync(["rescore", "--db", _site.Path, "--policy", conversational, .. apply]))
            .AssertRefused("MOS-CQ");
        (await CliRun.OfAsync(["rescore", "--db", _site.Path, "--policy", taken, .. apply]))
            .AssertRefused("names another policy");
        (await CliRun.OfAsync(
            ["rescore", "--db", _site.Path, "--policy", file, "--apply", "--actor", "ops-1", "--reason", "+15550100001"]))
            .AssertRefused("--reason");
        Assert.Equal(before, await DumpAsync());
    }

    private static decimal Mean(int lost, double bpl) => decimal.Round(
        (RescoreSite.CallE4(lost, bpl) + RescoreSite.CallE4(0, bpl)) / 2m / 10_000m, 4, MidpointRounding.AwayFromZero);

    private async Task<IReadOnlyList<string>> DumpAsync() =>
    [
        .. await _site.QueryAsync("SELECT * FROM call ORDER BY call_key"),
        .. await _site.QueryAsync("SELECT * FROM stream ORDER BY call_key, ordinal"),
        .. await _site.QueryAsync("SELECT * FROM unit_month"),
        .. await _site.QueryAsync("SELECT * FROM scoring_policy"),
    ];
}
