using System.Net;
using VoiceQuality.Service.Tests.Claims;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.TollFree;
using VoiceQuality.Sla.Usage;

namespace VoiceQuality.Service.Tests.Api;

public sealed class PublishedMonthTests
{
    private const string Account = "/api/v1/accounts/A-1";
    private static readonly ServiceMonth October = new(2026, 10);

    [Fact]
    public async Task A_closed_month_shows_what_was_published_until_it_is_assessed_again()
    {
        await using var site = await ContractSite.StartAsync();
        using var assessor = new SiteAssessor(site);
        await assessor.AssessAsync(October);
        Assert.Equal(("2526.05", 1, false), await CreditAsync(site));

        await site.ImportAsync([new UsageLine("A-1", "U-cut", October, ChargeKind.UsageDomestic, 1000m, null)]);
        Assert.Equal(("2526.05", 1, true), await CreditAsync(site));
        var page = await site.GetAsync("/account/A-1/units/U-cut?month=2026-10");
        Assert.Contains("version 1; data changed since", page, StringComparison.Ordinal);
        Assert.Contains("$2,526.05", page, StringComparison.Ordinal);

        // 30 % of 1000.00.
        await assessor.AssessStaleAsync();
        Assert.Equal(("300.00", 2, false), await CreditAsync(site));
    }

    [Fact]
    public async Task A_paid_month_shows_what_was_paid_and_not_what_a_claim_would_be_worth()
    {
        await using var site = await ContractSite.StartAsync();
        using var assessor = new SiteAssessor(site);
        await assessor.AssessAsync(October);
        const string Unit = "/account/A-1/units/U-cut?month=2026-10";
        Assert.Contains("Credit if claimed", await site.GetAsync(Unit), StringComparison.Ordinal);
        await site.PostJsonAsync($"{Account}/claims", "k1", """{"unitId":"U-cut","month":"2026-10"}""");

        var page = await site.GetAsync(Unit);
        Assert.Contains("Credit paid", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Credit if claimed", page, StringComparison.Ordinal);
        Assert.Contains("$2,526.05 paid", page, StringComparison.Ordinal);
        Assert.Contains("Credit paid", await site.GetAsync("/account/A-1?month=2026-10"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_resolved_claim_is_in_review_nowhere()
    {
        await using var site = await ContractSite.StartAsync();
        var claim = await site.PostJsonAsync($"{Account}/claims", "k1", """{"unitId":"U-blind","month":"2026-10"}""");
        const string Unit = "/account/A-1/units/U-blind?month=2026-10";
        Assert.Contains(">In review<", await site.GetAsync(Unit), StringComparison.Ordinal);
        await site.PostJsonAsync(
            $"{Account}/claims/{claim.Text("claimId")}/resolution", "k2",
            """{"decision":"DENY","reason":"No calls were bad","evidence":["ticket-1"]}""", "kim");
        foreach (var path in (string[])[Unit, "/account/A-1?month=2026-10"])
        {
            var page = await site.GetAsync(path);
            Assert.DoesNotContain(">In review<", page, StringComparison.Ordinal);
            Assert.Contains("Denied by a person", page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_outage_claim_is_on_the_page_of_the_unit_that_its_component_serves_and_of_no_other()
    {
        await using var outages = await OutageSite.StartAsync();
        outages.Fail(
            "F-1", NodaTime.Instant.FromUtc(2026, 10, 14, 15, 0), NodaTime.Instant.FromUtc(2026, 10, 14, 16, 30));
        var claim = await outages.Site.PostJsonAsync(
            $"{Account}/claims", "k1",
            """
            {"kind":"OUTAGE","failures":[{"componentId":"T-1","begin":"2026-10-14T09:00","end":"2026-10-14T10:30"}]}
            """);
        Assert.Equal("GRANTED", claim.Text("decision"));
        var page = await outages.Site.GetAsync("/account/A-1/units/U-cut?month=2026-10");
        Assert.Contains("Claims for outages of the unit", page, StringComparison.Ordinal);
        Assert.Contains(claim.Text("claimId")!, page, StringComparison.Ordinal);
        Assert.DoesNotContain(
            claim.Text("claimId")!, await outages.Site.GetAsync("/account/A-1/units/U-edge?month=2026-10"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Alarms_are_listed_and_paged_without_a_number()
    {
        await using var site = await ContractSite.StartAsync();
        for (var i = 1; i <= 3; i++)
        {
            await site.WriteAsync(
                SeedCalls.Answered("A-1", "U-cut", new NodaTime.LocalDate(2026, 10, 20), i, 40000) with
                {
                    Alarm = i == 2 ? LocalNumberAlarm.EmergencyAttempt : LocalNumberAlarm.UseNotSupported,
                });
        }

        var first = await site.GetJsonAsync("/api/v1/alarms?account=A-1&limit=2");
        Assert.Equal(
            ["USE_NOT_SUPPORTED", "EMERGENCY_ATTEMPT"],
            first.GetProperty("alarms").EnumerateArray().Select(alarm => alarm.Text("kind")));
        var rest = await site.GetJsonAsync($"/api/v1/alarms?limit=2&cursor={first.Text("nextCursor")}");
        Assert.Equal("USE_NOT_SUPPORTED", Assert.Single(rest.GetProperty("alarms").EnumerateArray()).Text("kind"));
        await site.GetAsync("/api/v1/alarms?cursor=x", HttpStatusCode.BadRequest);
        Assert.Empty((await site.GetJsonAsync("/api/v1/alarms?account=B-1")).GetProperty("alarms").EnumerateArray());

        var page = await site.GetAsync("/alarms");
        Assert.Contains("emergency call", page, StringComparison.Ordinal);
        Assert.DoesNotContain("555", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_cursor_is_refused_and_not_taken_for_the_first_page()
    {
        await using var site = await ContractSite.StartAsync();
        await site.PostJsonAsync("/api/v1/billing/posting-periods/2026-10/pull", null, "", "kim", HttpStatusCode.OK);
        await site.GetAsync("/api/v1/billing/posting-periods/2026-10/entries");
        Assert.Contains(
            "is empty",
            await site.GetAsync(
                "/api/v1/billing/posting-periods/2026-10/entries?cursor=", HttpStatusCode.BadRequest),
            StringComparison.Ordinal);
    }

    private static async Task<(string? Credit, int? Version, bool IsDue)> CreditAsync(TestSite site)
    {
        var unit = (await site.GetJsonAsync($"{Account}/months/2026-10/units/U-cut")).GetProperty("unit");
        var version = unit.GetProperty("assessmentVersion");
        return (
            unit.Text("credit"), version.ValueKind == System.Text.Json.JsonValueKind.Null ? null : version.GetInt32(),
            unit.GetProperty("assessmentDue").GetBoolean());
    }
}
