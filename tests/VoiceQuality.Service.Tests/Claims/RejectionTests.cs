using System.Net;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using VoiceQuality.Service.Tests.Api;
using VoiceQuality.Sla.Ledger;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Usage;
using VoiceQuality.Storage.Ledger;

namespace VoiceQuality.Service.Tests.Claims;

public class RejectionTests
{
    private const string Account = "/api/v1/accounts/A-1";
    private const string Because = """{"reason":"The usage was billed twice","evidence":["ticket-1"]}""";
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly ServiceMonth October = new(2026, 10);

    [Fact]
    public async Task A_rejected_decrease_leaves_the_amount_and_is_shown_with_its_reason_and_evidence()
    {
        await using var site = await ContractSite.StartAsync();
        using var assessor = new SiteAssessor(site);
        var entryId = await DecreaseAsync(site, assessor);
        var path = $"/api/v1/ledger/entries/{entryId}/rejection";

        await site.PostJsonAsync(path, "r0", Because, expected: HttpStatusCode.BadRequest);
        await site.PostJsonAsync(path, "r0", "{}", "pat", HttpStatusCode.BadRequest);
        await site.PostJsonAsync(path, "r0", """{"reason":" "}""", "pat", HttpStatusCode.BadRequest);
        await site.PostJsonAsync(path, "r0", """{"reason":"x","amount":"1"}""", "pat", HttpStatusCode.BadRequest);
        await site.PostJsonAsync(path, "r0", Because, "RESTATEMENT", HttpStatusCode.Conflict);
        await site.PostJsonAsync("/api/v1/ledger/entries/none/rejection", "r0", Because, "pat", HttpStatusCode.NotFound);

        var rejected = await site.PostJsonAsync(path, "r1", Because, "pat");
        Assert.Equal(rejected.ToString(), (await site.PostJsonAsync(path, "r1", Because, "pat")).ToString());
        Assert.Equal(("pat", entryId), (rejected.Text("actor"), rejected.Text("entryId")));
        await site.PostJsonAsync(path, "r2", Because, "quinn", HttpStatusCode.Conflict);
        var approval = await site.PostJsonAsync(
            $"/api/v1/ledger/entries/{entryId}/approval", "a1", "", "quinn", HttpStatusCode.Conflict);
        Assert.Contains("rejected", approval.Text("detail"), StringComparison.Ordinal);

        var entries = await EntriesAsync(site);
        Assert.Equal([2526.05m, -2226.05m, 0m], entries.Select(entry => entry.Amount));
        Assert.Equal((entryId, "pat", LedgerEntryState.Posted),
            (entries[2].Corrects, entries[2].Actor, entries[2].State));
        Assert.Equal(2526.05m, Restatement.NetOf(
            entries.Select(entry => new LedgerAmount(entry.Id, entry.Amount, entry.State))));
        Assert.True((await new LedgerRepository(site.Database).VerifyAsync(null, None)).Holds);

        await site.AssertHoldsAsync(rejected.Text("evidence")!);
        var restatement = (await RestatementsAsync(site))[0];
        Assert.Equal("The usage was billed twice", restatement.GetProperty("rejection").Text("reason"));
        await site.AssertHoldsAsync(
            restatement.Text("evidence")!.Replace("/evidence", "/rejection/evidence", StringComparison.Ordinal));
        var html = await site.GetAsync("/account/A-1?month=2026-10");
        Assert.Contains("rejected by a second person", html, StringComparison.Ordinal);
        Assert.Contains("The usage was billed twice", html, StringComparison.Ordinal);
        Assert.Contains("Nothing waits for a person", await site.GetAsync("/reviews"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_facts_do_not_ask_for_a_rejected_decrease_again_and_other_facts_do()
    {
        await using var site = await ContractSite.StartAsync();
        using var assessor = new SiteAssessor(site);
        var entryId = await DecreaseAsync(site, assessor);
        await site.PostJsonAsync($"/api/v1/ledger/entries/{entryId}/rejection", "r1", Because, "pat");

        await assessor.AssessAsync(October);
        site.Clock.Advance(TimeSpan.FromHours(1));
        await assessor.AssessAsync(October);
        await UsageAsync(site, 1000.00m);
        await assessor.AssessStaleAsync();
        await assessor.AssessAsync(October);
        Assert.Equal(3, (await EntriesAsync(site)).Count);

        // 30 % of 2000.00 = 600.00, 1926.05 less than 2526.05.
        site.Clock.Advance(TimeSpan.FromHours(1));
        await UsageAsync(site, 2000.00m);
        await assessor.AssessStaleAsync();
        var entries = await EntriesAsync(site);
        Assert.Equal([2526.05m, -2226.05m, 0m, -1926.05m], entries.Select(entry => entry.Amount));
        Assert.Equal(LedgerEntryState.PendingSecondApproval, entries[3].State);
        var restatement = (await RestatementsAsync(site))[0];
        await site.AssertHoldsAsync(restatement.Text("evidence")!);

        // A second rejection holds as the first one did, and what billing then says may still be more.
        await site.PostJsonAsync($"/api/v1/ledger/entries/{entries[3].Id}/rejection", "r2", Because, "pat");
        await assessor.AssessAsync(October);
        site.Clock.Advance(TimeSpan.FromHours(1));
        await UsageAsync(site, 10000.00m);
        await assessor.AssessStaleAsync();
        Assert.Equal(
            [2526.05m, -2226.05m, 0m, -1926.05m, 0m, 473.95m], (await EntriesAsync(site)).Select(entry => entry.Amount));
        await site.AssertHoldsAsync((await RestatementsAsync(site))[0].Text("evidence")!);
    }

    [Theory]
    [InlineData("UPDATE ledger_rejection SET reason = 'x'")]
    [InlineData("DELETE FROM ledger_rejection")]
    [InlineData("REPLACE INTO ledger_rejection SELECT * FROM ledger_rejection")]
    public async Task A_rejection_is_never_changed(string sql)
    {
        await using var site = await ContractSite.StartAsync();
        using var assessor = new SiteAssessor(site);
        var entryId = await DecreaseAsync(site, assessor);
        await site.PostJsonAsync($"/api/v1/ledger/entries/{entryId}/rejection", "r1", Because, "pat");
        Assert.Throws<SqliteException>(() => site.Scalar(sql));
    }

    [Theory]
    [InlineData("ledger_entry")]
    [InlineData("ledger_rejection")]
    [InlineData("idempotency_key")]
    public async Task A_failure_at_any_step_of_a_rejection_leaves_nothing_of_it(string table)
    {
        await using var site = await ContractSite.StartAsync();
        using var assessor = new SiteAssessor(site);
        var entryId = await DecreaseAsync(site, assessor);
        var path = $"/api/v1/ledger/entries/{entryId}/rejection";
        site.Scalar($"CREATE TRIGGER broken BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'broken'); END");
        await site.PostJsonAsync(path, "r1", Because, "pat", HttpStatusCode.InternalServerError);
        Assert.Equal(2, (await EntriesAsync(site)).Count);
        Assert.Equal(0L, site.Scalar("SELECT count(*) FROM ledger_rejection"));

        site.Scalar("DROP TRIGGER broken");
        await site.PostJsonAsync(path, "r1", Because, "pat");
        Assert.Equal(3, (await EntriesAsync(site)).Count);
    }

    private static async Task<string> DecreaseAsync(TestSite site, SiteAssessor assessor)
    {
        await assessor.AssessAsync(October);
        await site.PostJsonAsync($"{Account}/claims", "k1", """{"unitId":"U-cut","month":"2026-10"}""");

        // 30 % of 1000.00 = 300.00, 2226.05 less than 2526.05.
        site.Clock.Advance(TimeSpan.FromHours(1));
        await UsageAsync(site, 1000.00m);
        await assessor.AssessStaleAsync();
        return (await EntriesAsync(site))[^1].Id;
    }

    private static Task UsageAsync(TestSite site, decimal amount) =>
        site.ImportAsync([new UsageLine("A-1", "U-cut", October, ChargeKind.UsageDomestic, amount, null)]);

    private static async Task<List<JsonElement>> RestatementsAsync(TestSite site) =>
        [.. (await site.GetJsonAsync($"{Account}/restatements")).GetProperty("restatements").EnumerateArray()];

    private static Task<IReadOnlyList<LedgerEntry>> EntriesAsync(TestSite site) =>
        new LedgerRepository(site.Database).ListAccountAsync("A-1", None);
}
