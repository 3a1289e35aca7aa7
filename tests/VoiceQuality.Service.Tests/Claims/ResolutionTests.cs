using System.Net;
using NodaTime;
using VoiceQuality.Service.Tests.Api;
using VoiceQuality.Sla.Ledger;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Sla.Usage;
using VoiceQuality.Storage.Ledger;
using VoiceQuality.Storage.Policies;

namespace VoiceQuality.Service.Tests.Claims;

public class ResolutionTests
{
    private const string Claims = "/api/v1/accounts/A-1/claims";
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly ServiceMonth October = new(2026, 10);

    [Fact]
    public async Task A_person_finds_the_row_of_a_month_that_was_not_measured_and_the_amount_follows()
    {
        await using var site = await ContractSite.StartAsync();
        await site.ImportAsync([new UsageLine("A-1", "U-blind", October, ChargeKind.UsageDomestic, 500.00m, null)]);
        var claim = await ClaimAsync(site, "U-blind");
        Assert.Equal(("REVIEW", "UNDETERMINED"), (claim.Text("decision"), claim.Text("reason")));
        var path = $"{Claims}/{claim.Text("claimId")}/resolution";

        await site.PostJsonAsync(path, "r1", Grant(""), expected: HttpStatusCode.BadRequest);
        await Refused(site, path, Grant(""), "PERCENT_MISSING");
        await Refused(site, path, Grant(",\"percent\":55"), "PERCENT_NOT_OF_THE_TABLE");
        await Refused(site, path, Grant(",\"percent\":30,\"goodwill\":\"1.00\""), "GOODWILL_NOT_ALLOWED");
        await site.PostJsonAsync(
            path, "r1", """{"decision":"GRANT","reason":"x","evidence":[]}""", "pat", HttpStatusCode.BadRequest);

        // 30 % of 500.00.
        var resolved = await site.PostJsonAsync(path, "r2", Grant(",\"percent\":30"), "pat");
        Assert.Equal(
            ("150.00", "0.00", "pat"), (resolved.Text("credit"), resolved.Text("goodwill"), resolved.Text("actor")));
        Assert.Equal(
            resolved.ToString(), (await site.PostJsonAsync(path, "r2", Grant(",\"percent\":30"), "pat")).ToString());
        await site.PostJsonAsync(path, "r3", Grant(",\"percent\":60"), "pat", HttpStatusCode.Conflict);
        var entry = Assert.Single(await EntriesAsync(site));
        Assert.Equal((150.00m, "pat", LedgerEntryKind.MosCredit), (entry.Amount, entry.Actor, entry.Claim.Kind));
        await site.AssertHoldsAsync(resolved.Text("evidence")!);
        var shown = await site.GetJsonAsync($"{Claims}/{claim.Text("claimId")}");
        Assert.Equal("150.00", shown.GetProperty("resolution").Text("credit"));
        Assert.True((await new LedgerRepository(site.Database).VerifyAsync(null, None)).Holds);
    }

    [Fact]
    public async Task Goodwill_needs_the_policy_and_nothing_exceeds_the_base()
    {
        await using var site = await ContractSite.StartAsync();
        await site.ImportAsync([new UsageLine("A-1", "U-blind", October, ChargeKind.UsageDomestic, 500.00m, null)]);
        await new PolicyRepository(site.Database).RecordAsync(
            new PolicyEntry("A-1", October, ContractPolicy.Default with
            {
                Version = "goodwill", GoodwillCredits = GoodwillCredits.ByAPerson,
            }),
            Instant.FromUtc(2026, 11, 1, 0, 0), None);
        var claim = await ClaimAsync(site, "U-blind");
        var path = $"{Claims}/{claim.Text("claimId")}/resolution";
        await Refused(site, path, Grant(",\"percent\":60,\"goodwill\":\"200.01\""), "EXCEEDS_BASE");
        var resolved = await site.PostJsonAsync(path, "r1", Grant(",\"percent\":60,\"goodwill\":\"200.00\""), "pat");
        Assert.Equal(("300.00", "200.00"), (resolved.Text("credit"), resolved.Text("goodwill")));
        Assert.Equal(
            [(300.00m, LedgerEntryKind.MosCredit), (200.00m, LedgerEntryKind.GoodwillCredit)],
            (await EntriesAsync(site)).Select(entry => (entry.Amount, entry.Claim.Kind)));
        await site.AssertHoldsAsync(resolved.Text("evidence")!);
    }

    [Fact]
    public async Task Unknown_usage_fails_closed_until_it_is_imported()
    {
        await using var site = await ContractSite.StartAsync();
        var claim = await ClaimAsync(site, "U-waiting");
        Assert.Equal("USAGE_UNKNOWN", claim.Text("reason"));
        var path = $"{Claims}/{claim.Text("claimId")}/resolution";
        await Refused(site, path, Grant(""), "BASE_UNKNOWN");
        await site.ImportAsync([new UsageLine("A-1", "U-waiting", October, ChargeKind.UsageDomestic, 80.00m, null)]);
        await Refused(site, path, Grant(",\"percent\":60"), "PERCENT_NOT_OF_THE_TABLE");

        // 3.8999 is in the row at 10 %.
        Assert.Equal("8.00", (await site.PostJsonAsync(path, "r1", Grant(""), "pat")).Text("credit"));
    }

    [Fact]
    public async Task A_denial_posts_nothing_is_proven_and_closes_the_review()
    {
        await using var site = await ContractSite.StartAsync();
        var claim = await ClaimAsync(site, "U-blind");
        var path = $"{Claims}/{claim.Text("claimId")}/resolution";
        var resolved = await site.PostJsonAsync(
            path, "r1", """{"decision":"DENY","reason":"no call was affected","evidence":["ticket-1"]}""", "pat");
        Assert.Equal(("DENY", "0.00"), (resolved.Text("decision"), resolved.Text("credit")));
        Assert.Empty(await EntriesAsync(site));
        await site.AssertHoldsAsync(resolved.Text("evidence")!);
        await site.PostJsonAsync(
            $"{Claims}/{(await ClaimAsync(site, "U-cut")).Text("claimId")}/resolution", "r2",
            Grant(""), "pat", HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task Dates_that_a_person_takes_as_proven_are_credited_with_the_others_of_the_month()
    {
        await using var outages = await OutageSite.StartAsync();
        outages.Fail("F-1", Instant.FromUtc(2026, 10, 20, 15, 0), Instant.FromUtc(2026, 10, 20, 16, 0));
        var site = outages.Site;
        var claim = await site.PostJsonAsync(Claims, "k1", """
            {"kind":"OUTAGE","failures":[
              {"componentId":"T-1","begin":"2026-10-14T09:00","end":"2026-10-15T10:30"},
              {"componentId":"T-1","begin":"2026-10-20T09:00","end":"2026-10-20T10:00"}]}
            """);

        // The measured day is posted at once, 300.00 / 30; the other two wait for a person.
        Assert.Equal(("REVIEW", "10.00"), (claim.Text("decision"), claim.Text("credit")));
        var path = $"{Claims}/{claim.Text("claimId")}/resolution";
        await Refused(
            site, path, Grant(",\"dates\":[{\"componentId\":\"T-1\",\"date\":\"2026-10-16\"}]"), "DATES_NOT_CLAIMED");
        var resolved = await site.PostJsonAsync(
            path, "r1", Grant(",\"dates\":[{\"componentId\":\"T-1\",\"date\":\"2026-10-14\"}]"), "pat");
        Assert.Equal("10.00", resolved.Text("credit"));
        Assert.Equal(20.00m, (await EntriesAsync(site)).Sum(entry => entry.Amount));
        await site.AssertHoldsAsync(resolved.Text("evidence")!);

        // A later claim of the month starts from both.
        outages.Fail("F-2", Instant.FromUtc(2026, 10, 25, 15, 0), Instant.FromUtc(2026, 10, 25, 16, 0));
        var later = await site.PostJsonAsync(
            Claims, "k2",
            """{"kind":"OUTAGE","failures":[{"componentId":"T-1","begin":"2026-10-25T09:00","end":"2026-10-25T10:00"}]}""");
        Assert.Equal(("10.00", "30.00"), (later.Text("credit"), later.GetProperty("credits")[0].Text("totalSoFar")));
    }

    private static async Task Refused(TestSite site, string path, string body, string reason)
    {
        var problem = await site.PostJsonAsync(path, "refused", body, "pat", HttpStatusCode.UnprocessableEntity);
        Assert.StartsWith(reason, problem.Text("detail"), StringComparison.Ordinal);
    }

    private static string Grant(string more) =>
        $$"""{"decision":"GRANT","reason":"heard by the NOC","evidence":["ticket-1","recording-7"]{{more}}}""";

    private static Task<System.Text.Json.JsonElement> ClaimAsync(TestSite site, string unit) => site.PostJsonAsync(
        Claims, $"key-{unit}", $$"""{"unitId":"{{unit}}","month":"2026-10"}""");

    private static Task<IReadOnlyList<LedgerEntry>> EntriesAsync(TestSite site) =>
        new LedgerRepository(site.Database).ListAccountAsync("A-1", None);
}
