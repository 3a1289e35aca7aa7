using System.Text.Json;
using Microsoft.Data.Sqlite;
using NodaTime;
using VoiceQuality.Monitor.Rescoring;
using VoiceQuality.Quality.Codecs;
using VoiceQuality.Quality.Scoring;
using VoiceQuality.Service.Tests.Api;
using VoiceQuality.Service.Tests.Claims;
using VoiceQuality.Service.Tests.Cli;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Storage;
using VoiceQuality.Storage.Rescoring;

namespace VoiceQuality.Service.Tests.Rescoring;

public sealed class RescoreApplyTests : IDisposable
{
    private const string Account = "/api/v1/accounts/A-1";
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly RescoreFilter All = new(null, null, null);

    private readonly RescoreSite _site = new();

    public void Dispose() => _site.Dispose();

    [Fact]
    public async Task What_is_applied_is_stored_with_its_policy_once_and_is_in_the_audit_trail()
    {
        await _site.SeedAsync(("U-1", 0), ("U-1", 15), ("U-2", 15));
        var file = _site.WritePolicy(RescoreSite.WithoutPlc);
        string[] apply =
        [
            "rescore", "--db", _site.Path, "--policy", file, "--account", "A-1", "--unit", "U-1", "--apply", "--actor",
            "ops-1", "--reason", "receivers conceal no loss",
        ];
        var run = await CliRun.OfAsync(apply);

        Assert.Equal(("", 0), (run.Error, run.Status));
        Assert.StartsWith("Applied: 2 calls stand by no-plc-1 now", run.Lines[^1], StringComparison.Ordinal);
        var (clean, hit, other) = (
            RescoreSite.CallE4(0, 4.3), RescoreSite.CallE4(15, 4.3), RescoreSite.CallE4(15, 25.1));
        Assert.Equal(
            [$"U-1|{clean}", $"U-1|{hit}", $"U-2|{other}"],
            await _site.QueryAsync("SELECT unit_id, mos_e4 FROM call ORDER BY call_key"));
        Assert.Equal(
            [$"U-1|2|{clean + hit}", $"U-2|1|{other}"],
            await _site.QueryAsync("SELECT unit_id, scored, sum_mos_e4 FROM unit_month ORDER BY unit_id"));
        Assert.Equal(
            [$"U-1|2|{clean + hit}", $"U-2|1|{other}"],
            await _site.QueryAsync("SELECT unit_id, scored, sum_mos_e4 FROM unit_day ORDER BY unit_id"));
        Assert.Equal(
            [$"g711-noplc|no-plc-1|{RescoreSite.WithoutPlc.Digest}"],
            await _site.QueryAsync("""
                SELECT DISTINCT m.codec_row, m.policy_id, m.policy_digest
                FROM stream s JOIN score_model m USING (model_id) JOIN call c USING (call_key) WHERE c.unit_id = 'U-1'
                """));

        // The second time by its id, which is on file now.
        apply[4] = "no-plc-1";
        var again = await CliRun.OfAsync(apply);
        Assert.StartsWith("Applied: 0 calls", again.Lines[^1], StringComparison.Ordinal);
        var verified = await CliRun.OfAsync(["rescore", "--db", _site.Path, "--verify"]);
        Assert.Equal((0, "3 calls: 3 scores follow from their counters, 0 do not."), (verified.Status, verified.Lines[0]));

        await using var trail = new SqliteConnection(
            $"Data Source={System.IO.Path.ChangeExtension(_site.Path, ".audit.db")};Pooling=False");
        await trail.OpenAsync();
        await using var command = trail.CreateCommand();
        command.CommandText =
            "SELECT action || '|' || actor || '|' || purpose || '|' || after_value FROM audit_entry ORDER BY sequence LIMIT 2";
        await using var reader = await command.ExecuteReaderAsync();
        foreach (var action in (string[])["RESCORE_BEGUN", "RESCORED"])
        {
            Assert.True(await reader.ReadAsync());
            Assert.Equal(
                $"{action}|ops-1|receivers conceal no loss|{RescoreSite.WithoutPlc.Digest}", reader.GetString(0));
        }
    }

    [Fact]
    public async Task A_run_that_was_killed_goes_on_where_it_stood()
    {
        await _site.SeedAsync(("U-1", 5), ("U-1", 10), ("U-1", 15), ("U-2", 20), ("U-2", 25));
        await using var database = await Database.OpenAsync(_site.Path, None);
        var rescorer = new Rescorer(RescoreSite.WithoutPlc, static _ => CodecTable.Default);
        using (var writer = new ScoreWriter(database))
        {
            var first = await writer.WriteAsync(All, null, 2, Score, None);
            Assert.Equal((2, 2), (first.Calls, first.Changed));

            // The second batch breaks off at its second call, and leaves nothing.
            var looked = 0;
            await Assert.ThrowsAsync<TimeoutException>(() => writer.WriteAsync(
                All, first.Last, 2, call => ++looked == 2 ? throw new TimeoutException() : Score(call), None));
            await AssertSumsAsync();
            Assert.Equal(
                [RescoreSite.CallE4(5, 4.3), RescoreSite.CallE4(10, 4.3), RescoreSite.CallE4(15, 25.1)],
                (await ScoresAsync())[..3]);
        }

        using (var writer = new ScoreWriter(database))
        {
            var rest = await writer.WriteAsync(All, null, 100, Score, None);
            Assert.Equal((5, 3), (rest.Calls, rest.Changed));
            Assert.Equal(0, (await writer.WriteAsync(All, null, 100, Score, None)).Changed);
        }

        await AssertSumsAsync();
        Assert.Equal(new[] { 5, 10, 15, 20, 25 }.Select(static lost => RescoreSite.CallE4(lost, 4.3)), await ScoresAsync());

        RescoredCall Score(StoredScore call) => rescorer.Score(call.Outcome, call.Score, call.Streams);
    }

    [Fact]
    public async Task Months_that_it_moves_are_restated_and_a_decrease_waits_for_another_person()
    {
        await using var site = await ContractSite.StartAsync();
        using var assessor = new SiteAssessor(site);
        var october = new ServiceMonth(2026, 10);
        await site.WriteAsync(SeedCalls.WithMedia(
            SeedCalls.Answered("A-1", "U-cut", new LocalDate(2026, 10, 20), 9, null), 30, 30, 30, 30, 30, 30));
        await assessor.AssessAsync(october);

        // With concealment the call has about 3.96 and the mean is 3.65: 10 % of 8420.15.
        var claim = await site.PostJsonAsync($"{Account}/claims", "k1", """{"unitId":"U-cut","month":"2026-10"}""");
        Assert.Equal("842.02", claim.Text("credit"));
        await ApplyAsync(RescoreSite.WithoutPlc);

        // Without, it has about 2.7 and the mean is 3.23: 60 %, 5052.09, which is 4210.07 more.
        Assert.NotEqual(0, await assessor.AssessStaleAsync());
        var more = (await RestatementsAsync()).Single();
        Assert.Equal(("POSTED", "4210.07", "5052.09"),
            (more.Text("outcome"), more.Text("difference"), more.Text("recomputed")));
        await site.AssertHoldsAsync(more.Text("evidence")!);

        site.Clock.Advance(TimeSpan.FromHours(1));
        await ApplyAsync(ScoringPolicyDocument.Default);
        Assert.NotEqual(0, await assessor.AssessStaleAsync());
        Assert.Contains(
            await RestatementsAsync(),
            static restatement => restatement.Text("outcome") == "PENDING_SECOND_APPROVAL"
                && restatement.Text("difference") == "-4210.07");

        async Task ApplyAsync(ScoringPolicyDocument policy)
        {
            var rescorer = new Rescorer(policy, static _ => CodecTable.Default);
            using var writer = new ScoreWriter(site.Database);
            var batch = await writer.WriteAsync(
                All, null, 1000, call => rescorer.Score(call.Outcome, call.Score, call.Streams), None);
            Assert.Equal(1, batch.Changed);
        }

        async Task<List<JsonElement>> RestatementsAsync() =>
            [.. (await site.GetJsonAsync($"{Account}/restatements")).GetProperty("restatements").EnumerateArray()];
    }

    private async Task<int[]> ScoresAsync() =>
        [.. (await _site.QueryAsync("SELECT mos_e4 FROM call ORDER BY call_key")).Select(int.Parse)];

    private async Task AssertSumsAsync() => Assert.Equal(
        await _site.QueryAsync("SELECT unit_id, count(*), sum(mos_e4) FROM call GROUP BY unit_id ORDER BY unit_id"),
        await _site.QueryAsync("SELECT unit_id, scored, sum_mos_e4 FROM unit_month ORDER BY unit_id"));
}
