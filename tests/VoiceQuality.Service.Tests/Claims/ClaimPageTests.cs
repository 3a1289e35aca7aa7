using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using VoiceQuality.Service.Claims;
using VoiceQuality.Service.Tests.Api;
using VoiceQuality.Sla.Outages;

namespace VoiceQuality.Service.Tests.Claims;

public class ClaimPageTests
{
    private const string Claims = "/api/v1/accounts/A-1/claims";
    private const string Page = "/account/A-1?month=2026-10";

    // 14 October 09:00 to 10:30 in Denver is 15:00 to 16:30 UTC.
    private static readonly Instant Start = Instant.FromUtc(2026, 10, 14, 15, 0);
    private static readonly Instant End = Instant.FromUtc(2026, 10, 14, 16, 30);

    [Fact]
    public async Task An_account_sees_its_outage_claim_with_dates_amount_and_evidence()
    {
        await using var outages = await OutageSite.StartAsync();
        outages.Fail("F-1", Start, End);
        Assert.DoesNotContain("Claims and decisions", await outages.Site.GetAsync(Page), StringComparison.Ordinal);
        var claim = await outages.Site.PostJsonAsync(Claims, "k1", Outage("2026-10-14T09:00", "2026-10-14T10:30"));

        // 300.00 / 30 x 1 day.
        var section = await SectionAsync(outages.Site, Page);
        Assert.Contains("Granted", section, StringComparison.Ordinal);
        Assert.Contains("2026-10-14 (Trunk)", section, StringComparison.Ordinal);
        Assert.Contains("$10.00", section, StringComparison.Ordinal);
        Assert.Contains($"href=\"{claim.Text("evidence")}\"", section, StringComparison.Ordinal);
        Assert.Contains("nothing", section, StringComparison.Ordinal);
        Assert.DoesNotContain(
            "Claims and decisions", await outages.Site.GetAsync("/account/B-1"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_exclusion_is_shown_with_its_evidence_where_it_took_time_out_and_not_where_it_did_not()
    {
        await using var outages = await OutageSite.StartAsync();
        outages.Fail("F-1", Start, End);
        outages.Exclusions.Add(Excluded("X-1", Start, End, "ticket-7"));
        outages.Exclusions.Add(Excluded("X-2", End.Plus(Duration.FromHours(3)), End.Plus(Duration.FromHours(4)), "ticket-8"));
        var claim = await outages.Site.PostJsonAsync(Claims, "k1", Outage("2026-10-14T09:00", "2026-10-14T10:30"));
        Assert.Equal("EXCLUDED", claim.Text("reason"));
        var section = await SectionAsync(outages.Site, Page);
        Assert.Contains("nothing is left when what is excluded is taken out", section, StringComparison.Ordinal);
        Assert.Contains(
            "customer&#x27;s equipment, 2026-10-14 15:00:00 to 2026-10-14 16:30:00", section, StringComparison.Ordinal);
        Assert.Contains("ticket-7", section, StringComparison.Ordinal);
        Assert.DoesNotContain("ticket-8", section, StringComparison.Ordinal);
        Assert.Contains("$0.00", section, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_incomplete_claim_says_what_is_missing_and_by_when()
    {
        await using var outages = await OutageSite.StartAsync();
        await outages.Site.PostJsonAsync(
            Claims, "k1", """{"kind":"OUTAGE","failures":[{"date":"2026-10-14"}]}""");
        var section = await SectionAsync(outages.Site, Page);

        // 30 days after 14 October is 13 November, which ends in Denver at 07:00 UTC of the 14th (R-27).
        Assert.Contains(
            "missing: begin and end, components; to be complete before 2026-11-14 07:00:00 UTC", section,
            StringComparison.Ordinal);
        Assert.Contains("not decided yet", section, StringComparison.Ordinal);
        Assert.DoesNotContain("/evidence", section, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_claim_in_review_waits_on_the_reviews_page_until_a_person_decides_and_then_shows_the_resolution()
    {
        await using var outages = await OutageSite.StartAsync();
        var site = outages.Site;
        Assert.Contains("Nothing waits for a person", await site.GetAsync("/reviews"), StringComparison.Ordinal);
        var outage = await site.PostJsonAsync(Claims, "k1", Outage("2026-10-14T09:00", "2026-10-14T10:30"));
        var average = await site.PostJsonAsync(Claims, "k2", """{"unitId":"U-blind","month":"2026-10"}""");
        var reviews = await site.GetAsync("/reviews");
        Assert.Contains("no failure was measured at the claimed time", reviews, StringComparison.Ordinal);
        foreach (var claim in new[] { outage, average })
        {
            Assert.Contains($"POST {Claims}/{claim.Text("claimId")}<wbr>/resolution", reviews, StringComparison.Ordinal);
        }

        await site.PostJsonAsync($"{Claims}/{outage.Text("claimId")}/resolution", "r1", """
            {"decision":"GRANT","reason":"<b>heard</b>","evidence":["ticket-1","recording-7"],
             "dates":[{"componentId":"T-1","date":"2026-10-14"}]}
            """, "pat");
        await site.PostJsonAsync(
            $"{Claims}/{average.Text("claimId")}/resolution", "r2",
            """{"decision":"DENY","reason":"no call was affected","evidence":["ticket-2"]}""", "pat");
        Assert.Contains("Nothing waits for a person", await site.GetAsync("/reviews"), StringComparison.Ordinal);
        var section = await SectionAsync(site, Page);

        // 300.00 / 30 for the date that the person granted.
        Assert.Contains("$10.00 by the rules", section, StringComparison.Ordinal);
        Assert.Contains("&lt;b&gt;heard&lt;/b&gt;", section, StringComparison.Ordinal);
        Assert.Contains("recording-7", section, StringComparison.Ordinal);
        Assert.Contains($"{Claims}/{outage.Text("claimId")}/resolution/evidence", section, StringComparison.Ordinal);
        Assert.Contains("Denied by a person", section, StringComparison.Ordinal);
        Assert.Contains(
            "no call was affected", await site.GetAsync("/account/A-1/units/U-blind?month=2026-10"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_decrease_waits_on_the_reviews_page_until_a_second_person_approves_it()
    {
        await using var outages = await OutageSite.StartAsync();
        outages.Fail("F-1", Start, End);
        var site = outages.Site;
        await site.PostJsonAsync(Claims, "k1", Outage("2026-10-14T09:00", "2026-10-14T10:30"));
        outages.Exclusions.Add(Excluded("X-1", Start, End, "ticket-7"));
        await site.Services.GetRequiredService<OutageRestater>().RestateAllAsync(CancellationToken.None);
        var entryId = (string)site.Scalar("SELECT entry_id FROM ledger_entry WHERE amount_cents = -1000")!;
        var path = $"/api/v1/ledger/entries/{entryId}/approval";
        var reviews = await site.GetAsync("/reviews");
        Assert.Contains("-$10.00", reviews, StringComparison.Ordinal);
        Assert.Contains($"POST {path}", reviews.Replace("<wbr>", "", StringComparison.Ordinal), StringComparison.Ordinal);

        await site.PostJsonAsync(path, "a1", "", "pat");
        Assert.Contains("Nothing waits for a person", await site.GetAsync("/reviews"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_component_of_somebody_else_keeps_its_name_to_itself()
    {
        await using var outages = await OutageSite.StartAsync();
        var refusal = await outages.Site.PostJsonAsync(
            Claims, "k1", Outage("2026-10-14T09:00", "2026-10-14T10:30", "T-B"),
            expected: System.Net.HttpStatusCode.UnprocessableEntity);
        Assert.DoesNotContain("trunk", refusal.ToString(), StringComparison.Ordinal);
        foreach (var page in new[] { Page, "/reviews" })
        {
            var html = await outages.Site.GetAsync(page);
            Assert.DoesNotContain("T-B", html, StringComparison.Ordinal);
            Assert.DoesNotContain("Somebody&#x27;s trunk", html, StringComparison.Ordinal);
        }
    }

    private static async Task<string> SectionAsync(TestSite site, string path)
    {
        var html = await site.GetAsync(path);
        var start = html.IndexOf("id=\"claims\"", StringComparison.Ordinal);
        Assert.True(start >= 0, html);
        return html[start..html.IndexOf("</section>", start, StringComparison.Ordinal)];
    }

    private static RecordedExclusion Excluded(string id, Instant from, Instant to, string reference) => new(id, new Exclusion
    {
        Cause = ExclusionCause.CustomerEquipment,
        Time = new Interval(from, to),
        Evidence = [reference],
        Author = "author",
        ApprovedBy = "other",
        RecordedAt = Instant.FromUtc(2026, 10, 15, 0, 0),
    });

    private static string Outage(string begin, string end, string component = "T-1") =>
        $$"""{"kind":"OUTAGE","failures":[{"componentId":"{{component}}","begin":"{{begin}}","end":"{{end}}"}]}""";
}
