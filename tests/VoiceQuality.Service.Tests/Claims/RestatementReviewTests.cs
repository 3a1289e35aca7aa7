using System.Net;
using System.Text.Json;
using NodaTime;
using VoiceQuality.Service.Tests.Api;
using VoiceQuality.Sla.Ledger;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Sla.Usage;
using VoiceQuality.Storage.Ledger;
using VoiceQuality.Storage.Policies;

namespace VoiceQuality.Service.Tests.Claims;

public class RestatementReviewTests
{
    private const string Account = "/api/v1/accounts/A-1";
    private const string Grant = """{"decision":"GRANT","reason":"Billing confirmed it","evidence":["ticket-7"]}""";
    private const string Deny = """{"decision":"DENY","reason":"Nothing new","evidence":["ticket-8"]}""";
    private static readonly ServiceMonth October = new(2026, 10);
    private static readonly LocalDate Day = new(2026, 10, 20);

    [Fact]
    public async Task A_restatement_of_a_claim_that_a_person_decided_waits_for_one_and_a_decrease_for_a_second()
    {
        await using var site = await ContractSite.StartAsync();
        using var assessor = new SiteAssessor(site);
        await ResolvedClaimAsync(site, assessor, 1000.00m, 60);

        // The one call that is scored now has 3.7, which is 10 % of 1000.00: 100.00 in place of 600.00.
        await site.WriteAsync(SeedCalls.Answered("A-1", "U-blind", Day, 9, 37000));
        await assessor.AssessAsync(October);
        var restatement = (await RestatementsAsync(site))[0];
        Assert.Equal(("REVIEW", "100.00"), (restatement.Text("outcome"), restatement.Text("recomputed")));
        var reviews = await site.GetAsync("/reviews");
        Assert.Contains("Restatements in review", reviews, StringComparison.Ordinal);
        Assert.Contains("The rules give $100.00 now", reviews, StringComparison.Ordinal);

        var path = $"{Account}/restatements/{restatement.Text("restatementId")}/resolution";
        await site.PostJsonAsync(path, "s0", Grant, expected: HttpStatusCode.BadRequest);
        await site.PostJsonAsync(
            path, "s0", Grant.Replace("}", ",\"goodwill\":\"1.00\"}", StringComparison.Ordinal), "kim",
            HttpStatusCode.BadRequest);
        await site.PostJsonAsync(
            path, "s0", Grant.Replace("}", ",\"percent\":100}", StringComparison.Ordinal), "kim",
            HttpStatusCode.UnprocessableEntity);
        await site.PostJsonAsync(
            $"/api/v1/accounts/B-1/restatements/{restatement.Text("restatementId")}/resolution", "s0", Grant, "kim",
            HttpStatusCode.NotFound);

        var resolution = await site.PostJsonAsync(path, "s1", Grant, "kim");
        Assert.Equal(("100.00", "-500.00"), (resolution.Text("credit"), resolution.Text("difference")));
        Assert.Equal(resolution.ToString(), (await site.PostJsonAsync(path, "s1", Grant, "kim")).ToString());
        await site.PostJsonAsync(path, "s2", Grant, "kim", HttpStatusCode.Conflict);
        await site.AssertHoldsAsync(resolution.Text("evidence")!);
        Assert.DoesNotContain("Restatements in review", await site.GetAsync("/reviews"), StringComparison.Ordinal);

        var waiting = (await EntriesAsync(site))[^1];
        Assert.Equal((-500.00m, LedgerEntryState.PendingSecondApproval), (waiting.Amount, waiting.State));
        var approval = $"/api/v1/ledger/entries/{waiting.Id}/approval";
        await site.PostJsonAsync(approval, "a1", "", "kim", HttpStatusCode.Conflict);
        await site.PostJsonAsync(approval, "a1", "", "pat");
        Assert.Equal(100.00m, await NetAsync(site));

        // Assessing again changes nothing that the person decided.
        await assessor.AssessAsync(October);
        Assert.Equal(100.00m, await NetAsync(site));
        Assert.Contains("Billing confirmed it", await site.GetAsync("/account/A-1"), StringComparison.Ordinal);
        Assert.Equal("100.00", (await RestatementsAsync(site))[0].GetProperty("resolution").Text("credit"));
    }

    [Fact]
    public async Task A_person_can_leave_what_was_posted_and_only_the_newest_restatement_waits()
    {
        await using var site = await ContractSite.StartAsync();
        using var assessor = new SiteAssessor(site);
        await ResolvedClaimAsync(site, assessor, 1000.00m, 60);
        await site.WriteAsync(SeedCalls.Answered("A-1", "U-blind", Day, 9, 37000));
        await assessor.AssessAsync(October);
        site.Clock.Advance(TimeSpan.FromMinutes(1));
        await site.WriteAsync(SeedCalls.Answered("A-1", "U-blind", Day, 10, 38000));
        await assessor.AssessAsync(October);

        var restatements = await RestatementsAsync(site);
        var older = $"{Account}/restatements/{restatements[1].Text("restatementId")}/resolution";
        var newer = $"{Account}/restatements/{restatements[0].Text("restatementId")}/resolution";
        await site.PostJsonAsync(older, "s1", Deny, "kim", HttpStatusCode.Conflict);
        var resolution = await site.PostJsonAsync(newer, "s2", Deny, "kim");
        Assert.Equal(JsonValueKind.Null, resolution.GetProperty("credit").ValueKind);
        await site.AssertHoldsAsync(resolution.Text("evidence")!);
        Assert.Equal(600.00m, await NetAsync(site));
        Assert.Contains("Nothing waits for a person", await site.GetAsync("/reviews"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_month_whose_base_became_unknown_is_decided_when_the_base_is_there()
    {
        await using var site = await ContractSite.StartAsync();
        using var assessor = new SiteAssessor(site);
        await assessor.AssessAsync(October);
        await site.PostJsonAsync($"{Account}/claims", "k1", """{"unitId":"U-cut","month":"2026-10"}""");

        // The base is November's by this policy, and nothing was imported for it.
        await new PolicyRepository(site.Database).RecordAsync(
            new PolicyEntry("A-1", October, ContractPolicy.Default with
            {
                Version = "by-request", MosBasePeriod = MosBasePeriod.RequestMonth,
            }),
            Instant.FromDateTimeOffset(site.Clock.GetUtcNow()), CancellationToken.None);
        site.Clock.Advance(TimeSpan.FromMinutes(1));
        await assessor.AssessAsync(October);
        var restatement = (await RestatementsAsync(site)).First(one => one.Text("unitId") == "U-cut");
        Assert.Equal("REVIEW", restatement.Text("outcome"));
        var path = $"{Account}/restatements/{restatement.Text("restatementId")}/resolution";
        var refusal = await site.PostJsonAsync(path, "s1", Grant, "kim", HttpStatusCode.UnprocessableEntity);
        Assert.StartsWith("BASE_UNKNOWN", refusal.Text("detail"), StringComparison.Ordinal);

        // 30 % of 9000.00 = 2700.00, 173.95 more than 2526.05.
        await site.ImportAsync(
            [new UsageLine("A-1", "U-cut", October.Next, ChargeKind.UsageDomestic, 9000.00m, null)]);
        var resolution = await site.PostJsonAsync(path, "s2", Grant, "kim");
        Assert.Equal(("2700.00", "173.95"), (resolution.Text("credit"), resolution.Text("difference")));
        await site.AssertHoldsAsync(resolution.Text("evidence")!);
        Assert.Equal(2700.00m, await NetAsync(site));
    }

    [Fact]
    public async Task A_claim_that_came_too_late_is_not_worth_more_by_other_figures_and_asks_nobody()
    {
        await using var site = await ContractSite.StartAsync();
        using var assessor = new SiteAssessor(site);
        await assessor.AssessAsync(October);
        site.Clock.Advance(TimeSpan.FromDays(30));
        var claim = await site.PostJsonAsync($"{Account}/claims", "k1", """{"unitId":"U-cut","month":"2026-10"}""");
        Assert.Equal("NOT_PRECEDING_MONTH", claim.Text("reason"));
        await site.WriteAsync(SeedCalls.Answered("A-1", "U-cut", Day, 9, 20000));
        await assessor.AssessAsync(October);
        Assert.Equal("NOTHING_TO_POST", (await RestatementsAsync(site))[0].Text("outcome"));
        Assert.Contains("Nothing waits for a person", await site.GetAsync("/reviews"), StringComparison.Ordinal);
    }

    // No call of U-blind is scored, so a person names the row: 60 % of the usage.
    private static async Task ResolvedClaimAsync(TestSite site, SiteAssessor assessor, decimal usage, int percent)
    {
        await site.ImportAsync([new UsageLine("A-1", "U-blind", October, ChargeKind.UsageDomestic, usage, null)]);
        await assessor.AssessAsync(October);
        var claim = await site.PostJsonAsync($"{Account}/claims", "k1", """{"unitId":"U-blind","month":"2026-10"}""");
        Assert.Equal("REVIEW", claim.Text("decision"));
        site.Clock.Advance(TimeSpan.FromMinutes(1));
        await site.PostJsonAsync(
            $"{Account}/claims/{claim.Text("claimId")}/resolution", "k2",
            Grant.Replace("}", $",\"percent\":{percent}}}", StringComparison.Ordinal), "kim");
        Assert.Equal(usage * percent / 100m, await NetAsync(site));
        site.Clock.Advance(TimeSpan.FromMinutes(1));
    }

    private static async Task<List<JsonElement>> RestatementsAsync(TestSite site) =>
        [.. (await site.GetJsonAsync($"{Account}/restatements")).GetProperty("restatements").EnumerateArray()];

    private static Task<IReadOnlyList<LedgerEntry>> EntriesAsync(TestSite site) =>
        new LedgerRepository(site.Database).ListAccountAsync("A-1", CancellationToken.None);

    private static async Task<decimal> NetAsync(TestSite site) =>
        (await EntriesAsync(site)).Where(entry => entry.State == LedgerEntryState.Posted).Sum(entry => entry.Amount);
}
