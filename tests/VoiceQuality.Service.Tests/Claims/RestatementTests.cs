using System.Net;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using NodaTime;
using VoiceQuality.Service.Tests.Api;
using VoiceQuality.Sla.Ledger;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Sla.Usage;
using VoiceQuality.Storage.Ledger;
using VoiceQuality.Storage.Policies;

namespace VoiceQuality.Service.Tests.Claims;

public class RestatementTests
{
    private const string Account = "/api/v1/accounts/A-1";
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly ServiceMonth October = new(2026, 10);
    private static readonly LocalDate Day = new(2026, 10, 20);

    [Fact]
    public async Task A_late_call_makes_a_new_version_and_one_entry_for_the_difference()
    {
        await using var site = await ContractSite.StartAsync();
        using var assessor = new SiteAssessor(site);
        await assessor.AssessAsync(October);
        var claim = await ClaimAsync(site);
        Assert.Equal("2526.05", claim.Text("credit"));

        // (34995 + 34995 + 20000) / 3 = 2.99966…, below 3: 100 % of 8420.15, 5894.10 more than 2526.05.
        await site.WriteAsync(SeedCalls.Answered("A-1", "U-cut", Day, 9, 20000));
        Assert.NotEqual(0, await assessor.AssessStaleAsync());

        var restatement = Assert.Single(await RestatementsAsync(site));
        Assert.Equal("POSTED", restatement.Text("outcome"));
        Assert.Equal("5894.10", restatement.Text("difference"));
        Assert.Equal("8420.15", restatement.Text("recomputed"));
        Assert.Equal("2526.05", restatement.Text("postedBefore"));
        Assert.Equal(["CALLS_CHANGED"], Texts(restatement.GetProperty("reasons")));
        Assert.Equal((1, 2),
            (restatement.GetProperty("fromVersion").GetInt32(), restatement.GetProperty("toVersion").GetInt32()));
        Assert.Contains(
            restatement.GetProperty("differences").EnumerateArray(),
            d => d.Text("figure") == "meanMos" && d.Text("before") == "3.499" && d.Text("after") == "2.999");
        await site.AssertHoldsAsync(restatement.Text("evidence")!);

        Assert.Equal([2526.05m, 5894.10m], (await EntriesAsync(site)).Select(entry => entry.Amount));
        Assert.Equal(claim.Text("entryId"), (await EntriesAsync(site))[1].Corrects);
        Assert.True((await new LedgerRepository(site.Database).VerifyAsync(null, None)).Holds);

        Assert.Equal(0, await assessor.AssessAsync(October));
        Assert.Equal(2, (await EntriesAsync(site)).Count);
        foreach (var page in (string[])["/account/A-1", "/account/A-1/units/U-cut?month=2026-10"])
        {
            var html = await site.GetAsync(page);
            Assert.Contains("calls that came late or were completed", html, StringComparison.Ordinal);
            Assert.Contains("$5,894.10", html, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_decrease_waits_for_another_person_and_then_counts_once()
    {
        await using var site = await ContractSite.StartAsync();
        using var assessor = new SiteAssessor(site);
        await assessor.AssessAsync(October);
        await ClaimAsync(site);

        // 30 % of 1000.00 = 300.00, 2226.05 less than 2526.05.
        site.Clock.Advance(TimeSpan.FromHours(1));
        await site.ImportAsync([new UsageLine("A-1", "U-cut", October, ChargeKind.UsageDomestic, 1000.00m, null)]);
        Assert.NotEqual(0, await assessor.AssessStaleAsync());
        var restatement = Assert.Single(await RestatementsAsync(site));
        Assert.Equal(
            ("PENDING_SECOND_APPROVAL", "-2226.05"), (restatement.Text("outcome"), restatement.Text("difference")));
        Assert.Equal(["USAGE_CHANGED"], Texts(restatement.GetProperty("reasons")));
        await site.AssertHoldsAsync(restatement.Text("evidence")!);
        Assert.Equal(2526.05m, await NetAsync(site));

        var approval = $"/api/v1/ledger/entries/{restatement.Text("entryId")}/approval";
        await site.PostJsonAsync(approval, "a1", "", expected: HttpStatusCode.BadRequest);
        await site.PostJsonAsync(approval, null, "", "pat", HttpStatusCode.BadRequest);
        await site.PostJsonAsync(approval, "a1", "", "Restatement", HttpStatusCode.Conflict);
        var approved = await site.PostJsonAsync(approval, "a1", "", "pat");
        Assert.Equal(("POSTED", "-2226.05", "pat"),
            (approved.Text("state"), approved.Text("amount"), approved.Text("approver")));
        Assert.Equal(approved.ToString(), (await site.PostJsonAsync(approval, "a1", "", "pat")).ToString());
        await site.PostJsonAsync(approval, "a2", "", "quinn", HttpStatusCode.Conflict);
        Assert.Equal(300.00m, await NetAsync(site));
        Assert.Equal(3, (await EntriesAsync(site)).Count);
        await site.PostJsonAsync("/api/v1/ledger/entries/none/approval", "a3", "", "pat", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_claim_decided_while_the_month_was_provisional_follows_when_it_closes()
    {
        await using var site = await ContractSite.StartAsync();
        using var assessor = new SiteAssessor(site);

        // 3 November: October is over in Denver and closes five days after.
        site.Clock.Advance(TimeSpan.FromDays(-7));
        await assessor.AssessAsync(October);
        await ClaimAsync(site);
        await site.WriteAsync(SeedCalls.Answered("A-1", "U-cut", Day, 9, 20000));
        await assessor.AssessAsync(October);
        Assert.Empty(await RestatementsAsync(site));
        Assert.Single(await EntriesAsync(site));

        site.Clock.Advance(TimeSpan.FromDays(7));
        await assessor.AssessAsync(October);
        var restatement = Assert.Single(await RestatementsAsync(site));
        Assert.Equal(("POSTED", "5894.10"), (restatement.Text("outcome"), restatement.Text("difference")));
        await site.AssertHoldsAsync(restatement.Text("evidence")!);
    }

    [Fact]
    public async Task A_closed_month_without_a_claim_is_restated_and_posts_nothing()
    {
        await using var site = await ContractSite.StartAsync();
        using var assessor = new SiteAssessor(site);
        await assessor.AssessAsync(October);
        await site.WriteAsync(SeedCalls.Answered("A-1", "U-cut", Day, 9, 20000));
        await assessor.AssessAsync(October);
        var restatement = Assert.Single(await RestatementsAsync(site));
        Assert.Equal("NO_DECISION", restatement.Text("outcome"));
        await site.AssertHoldsAsync(restatement.Text("evidence")!);
        Assert.Empty(await EntriesAsync(site));
    }

    [Fact]
    public async Task Another_policy_restates_with_its_reason_and_unknown_usage_asks_a_person()
    {
        await using var site = await ContractSite.StartAsync();
        using var assessor = new SiteAssessor(site);
        await assessor.AssessAsync(October);
        await ClaimAsync(site);

        // Everything below 3.9 earns 50 %: 4210.075, away from zero 4210.08; 1684.03 more.
        await RecordAsync(site, ContractPolicy.Default with { Version = "half", MosBounds = [new(3_9000, 50, "")] });
        await assessor.AssessAsync(October);
        var first = (await RestatementsAsync(site)).Single(one => one.Text("unitId") == "U-cut");
        Assert.Equal(["POLICY_CHANGED"], Texts(first.GetProperty("reasons")));
        Assert.Equal(("POSTED", "1684.03"), (first.Text("outcome"), first.Text("difference")));

        // The base is November's now, and nothing was imported for it: nobody takes anything back for that.
        await RecordAsync(site, ContractPolicy.Default with
        {
            Version = "by-request", MosBasePeriod = MosBasePeriod.RequestMonth,
        });
        site.Clock.Advance(TimeSpan.FromMinutes(1));
        await assessor.AssessAsync(October);
        var second = (await RestatementsAsync(site)).First(one => one.Text("unitId") == "U-cut");
        Assert.Equal("REVIEW", second.Text("outcome"));
        Assert.Equal(JsonValueKind.Null, second.GetProperty("entryId").ValueKind);
        await site.AssertHoldsAsync(second.Text("evidence")!);
        Assert.Equal(4210.08m, await NetAsync(site));
    }

    [Theory]
    [InlineData("ledger_entry")]
    [InlineData("restatement")]
    [InlineData("credit_assessment")]
    public async Task A_failure_at_any_step_leaves_neither_version_nor_entry_and_then_posts_once(string table)
    {
        await using var site = await ContractSite.StartAsync();
        using var assessor = new SiteAssessor(site);
        await assessor.AssessAsync(October);
        await ClaimAsync(site);
        await site.WriteAsync(SeedCalls.Answered("A-1", "U-cut", Day, 9, 20000));
        var versions = site.Scalar("SELECT count(*) FROM credit_assessment");
        site.Scalar($"CREATE TRIGGER broken BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'broken'); END");
        await Assert.ThrowsAsync<SqliteException>(() => assessor.AssessAsync(October));
        Assert.Equal(versions, site.Scalar("SELECT count(*) FROM credit_assessment"));
        Assert.Single(await EntriesAsync(site));

        site.Scalar("DROP TRIGGER broken");
        await assessor.AssessAsync(October);
        await assessor.AssessAsync(October);
        Assert.Equal([2526.05m, 5894.10m], (await EntriesAsync(site)).Select(entry => entry.Amount));
        Assert.Single(await RestatementsAsync(site));
    }

    [Fact]
    public async Task The_order_in_which_late_data_come_changes_no_amount()
    {
        var forward = await RunAsync([1, 2, 3]);
        Assert.Equal(forward, await RunAsync([3, 1, 2]));
        Assert.Equal(forward, await RunAsync([2, 3, 1]));

        static async Task<decimal> RunAsync(int[] order)
        {
            await using var site = await ContractSite.StartAsync();
            using var assessor = new SiteAssessor(site);
            await assessor.AssessAsync(October);
            await ClaimAsync(site);
            foreach (var step in order)
            {
                site.Clock.Advance(TimeSpan.FromMinutes(1));
                await (step switch
                {
                    1 => site.WriteAsync(SeedCalls.Answered("A-1", "U-cut", Day, 9, 20000)),
                    2 => site.WriteAsync(SeedCalls.Answered("A-1", "U-cut", Day, 10, 45000)),
                    _ => (Task)site.ImportAsync(
                        [new UsageLine("A-1", "U-cut", October, ChargeKind.UsageDomestic, 9000.00m, null)]),
                });
                await assessor.AssessAsync(October);
            }

            // What the customer has when every waiting decrease is approved.
            var entries = await EntriesAsync(site);
            return entries.Where(entry => entry.State == LedgerEntryState.Posted).Sum(entry => entry.Amount)
                + (entries[^1].State == LedgerEntryState.PendingSecondApproval ? entries[^1].Amount : 0m);
        }
    }

    private static Task<JsonElement> ClaimAsync(TestSite site) =>
        site.PostJsonAsync($"{Account}/claims", "k1", """{"unitId":"U-cut","month":"2026-10"}""");

    private static async Task<List<JsonElement>> RestatementsAsync(TestSite site) =>
        [.. (await site.GetJsonAsync($"{Account}/restatements")).GetProperty("restatements").EnumerateArray()];

    private static Task<IReadOnlyList<LedgerEntry>> EntriesAsync(TestSite site) =>
        new LedgerRepository(site.Database).ListAccountAsync("A-1", None);

    private static async Task<decimal> NetAsync(TestSite site) =>
        (await EntriesAsync(site)).Where(entry => entry.State == LedgerEntryState.Posted).Sum(entry => entry.Amount);

    private static async Task RecordAsync(TestSite site, ContractPolicy policy) =>
        await new PolicyRepository(site.Database).RecordAsync(
            new PolicyEntry("A-1", October, policy), Instant.FromDateTimeOffset(site.Clock.GetUtcNow()), None);

    private static List<string?> Texts(JsonElement list) => [.. list.EnumerateArray().Select(item => item.GetString())];
}
