using System.Net;
using System.Text.Json;
using NodaTime;
using VoiceQuality.Service.Claims;
using VoiceQuality.Sla.Ledger;
using VoiceQuality.Sla.Outages;
using VoiceQuality.Storage.Ledger;
using Microsoft.Extensions.DependencyInjection;

namespace VoiceQuality.Service.Tests.Claims;

public class OutageClaimTests
{
    private const string Claims = "/api/v1/accounts/A-1/claims";
    private const HttpStatusCode Unprocessable = HttpStatusCode.UnprocessableEntity;
    private static readonly CancellationToken None = CancellationToken.None;

    // 14 October 09:00 to 10:30 in Denver is 15:00 to 16:30 UTC.
    private static readonly Instant Start = Instant.FromUtc(2026, 10, 14, 15, 0);
    private static readonly Instant End = Instant.FromUtc(2026, 10, 14, 16, 30);

    [Fact]
    public async Task A_prefilled_claim_for_one_day_is_granted_posted_once_and_proven()
    {
        await using var outages = await OutageSite.StartAsync();
        outages.Fail("F-1", Start, End);
        var site = outages.Site;
        var prefill = await site.GetJsonAsync($"{Claims}/prefill?failureId=F-1");

        // First date 14 October; 30 days after it is 13 November (R-27).
        Assert.Equal("2026-11-13", prefill.Text("lastDate"));
        Assert.Equal("2026-11-14T07:00:00.000000Z", prefill.Text("claimBefore"));
        var body = JsonSerializer.Serialize(new
        {
            kind = "OUTAGE", failures = prefill.GetProperty("failures"),
        });
        var claim = await site.PostJsonAsync(Claims, "k1", body);

        // 300.00 / 30 × 1 day = 10.00 (R-20).
        Assert.Equal(("GRANTED", "10.00"), (claim.Text("decision"), claim.Text("credit")));
        Assert.Equal("F-1", claim.GetProperty("results")[0].Text("failureId"));
        var credit = claim.GetProperty("credits")[0];
        Assert.Equal(("T-1", "2026-10", "10.00", "POSTED"),
            (credit.Text("componentId"), credit.Text("month"), credit.Text("credit"), credit.Text("state")));
        var entry = Assert.Single(await EntriesAsync(outages));
        Assert.Equal((10.00m, "T-1", "U-cut", LedgerEntryKind.OutageCredit),
            (entry.Amount, entry.Claim.ComponentId, entry.Claim.UnitId, entry.Claim.Kind));
        await site.AssertHoldsAsync(claim.Text("evidence")!);
        Assert.Equal(claim.ToString(), (await site.GetJsonAsync($"{Claims}/{claim.Text("claimId")}")).ToString());
        Assert.Equal(claim.ToString(), (await site.PostJsonAsync(Claims, "k1", body)).ToString());

        var repeat = await site.PostJsonAsync(Claims, "k2", body);
        Assert.Equal(("DENIED", "ALREADY_CREDITED", "0.00"),
            (repeat.Text("decision"), repeat.Text("reason"), repeat.Text("credit")));
        await site.AssertHoldsAsync(repeat.Text("evidence")!);
        Assert.Single(await EntriesAsync(outages));
        var ids = (await site.GetJsonAsync(Claims)).GetProperty("claims").EnumerateArray()
            .Select(c => c.Text("claimId"));
        Assert.Equal(2, ids.Count());
        Assert.True((await new LedgerRepository(site.Database).VerifyAsync(null, None)).Holds);
    }

    [Fact]
    public async Task What_is_missing_is_named_at_once_with_by_when_and_counts_from_the_last_element()
    {
        await using var outages = await OutageSite.StartAsync();
        outages.Fail("F-1", Start, End);
        var site = outages.Site;
        var empty = await site.PostJsonAsync(Claims, "k0", """{"kind":"OUTAGE"}""");
        Assert.Equal(["DATES", "BEGIN_END_TIMES", "COMPONENTS"], Texts(empty.GetProperty("missing")));
        Assert.Equal(JsonValueKind.Null, empty.GetProperty("completeBefore").ValueKind);

        var claim = await site.PostJsonAsync(
            Claims, "k1", """{"kind":"OUTAGE","failures":[{"date":"2026-10-14"}]}""");
        Assert.Equal(("INCOMPLETE", "MISSING_FIELDS"), (claim.Text("decision"), claim.Text("reason")));
        Assert.Equal(["BEGIN_END_TIMES", "COMPONENTS"], Texts(claim.GetProperty("missing")));
        Assert.Equal("2026-11-14T07:00:00.000000Z", claim.Text("completeBefore"));
        await site.GetAsync($"{Claims}/{claim.Text("claimId")}/evidence", HttpStatusCode.NotFound);

        var elements = $"{Claims}/{claim.Text("claimId")}/elements";
        var half = await site.PostJsonAsync(elements, "e1", """{"failures":[{"componentId":"T-1"}]}""");
        Assert.Equal(["BEGIN_END_TIMES"], Texts(half.GetProperty("missing")));
        await site.PostJsonAsync(
            elements, "e2", """{"failures":[{"componentId":"T-2"}]}""", expected: HttpStatusCode.UnprocessableEntity);
        await site.PostJsonAsync(
            elements, "e3", """{"failures":[{},{}]}""", expected: HttpStatusCode.UnprocessableEntity);

        site.Clock.Advance(TimeSpan.FromDays(2));
        var whole = await site.PostJsonAsync(
            elements, "e4", """{"failures":[{"begin":"2026-10-14T09:10","end":"2026-10-14T10:00"}]}""");
        Assert.Equal(("GRANTED", "2026-11-12T12:00:00.000000Z"), (whole.Text("decision"), whole.Text("submittedAt")));
        Assert.Equal(whole.ToString(), (await site.PostJsonAsync(
            elements, "e4", """{"failures":[{"begin":"2026-10-14T09:10","end":"2026-10-14T10:00"}]}""")).ToString());
        await site.PostJsonAsync(elements, "e5", """{"failures":[{}]}""", expected: HttpStatusCode.Conflict);
        await site.AssertHoldsAsync(whole.Text("evidence")!);
        await site.PostJsonAsync(
            "/api/v1/accounts/B-1/claims/" + claim.Text("claimId") + "/elements", "e6", """{"failures":[]}""",
            expected: HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_request_that_was_completed_too_late_is_denied_though_it_began_in_time()
    {
        await using var outages = await OutageSite.StartAsync();
        outages.Fail("F-1", Start, End);
        var site = outages.Site;
        var claim = await site.PostJsonAsync(
            Claims, "k1", """{"kind":"OUTAGE","failures":[{"date":"2026-10-14","componentId":"T-1"}]}""");

        // 14 November 07:00 UTC is the first instant too late; it is 10 November 12:00.
        site.Clock.Advance(TimeSpan.FromHours(91));
        var late = await site.PostJsonAsync(
            $"{Claims}/{claim.Text("claimId")}/elements", "e1",
            """{"failures":[{"begin":"2026-10-14T09:00","end":"2026-10-14T10:30"}]}""");
        Assert.Equal(("DENIED", "LATE"), (late.Text("decision"), late.Text("reason")));
        Assert.Empty(await EntriesAsync(outages));
        await site.AssertHoldsAsync(late.Text("evidence")!);
    }

    [Fact]
    public async Task Each_failure_of_a_request_has_its_own_clock_and_days_are_credited_in_any_order()
    {
        await using var outages = await OutageSite.StartAsync("T-1,2026-10,300.00\nT-1,2026-09,300.00\n");
        outages.Fail("F-old", Instant.FromUtc(2026, 9, 20, 15, 0), Instant.FromUtc(2026, 9, 20, 16, 0));
        outages.Fail("F-1", Start, End);
        outages.Fail("F-2", Instant.FromUtc(2026, 10, 20, 15, 0), Instant.FromUtc(2026, 10, 20, 15, 5));
        var both = await outages.Site.PostJsonAsync(Claims, "k1", """
            {"kind":"OUTAGE","failures":[
              {"componentId":"T-1","begin":"2026-09-20T09:00","end":"2026-09-20T10:00"},
              {"componentId":"T-1","begin":"2026-10-14T09:00","end":"2026-10-14T10:30"}]}
            """);
        Assert.Equal("GRANTED", both.Text("decision"));
        Assert.Equal(
            ["DENIED", "ACCEPTED"], both.GetProperty("results").EnumerateArray().Select(r => r.Text("decision")));
        Assert.Equal("10.00", both.Text("credit"));

        var second = await outages.Site.PostJsonAsync(Claims, "k2", Body("2026-10-20T09:00", "2026-10-20T09:05"));
        Assert.Equal("10.00", second.Text("credit"));
        Assert.Equal("20.00", second.GetProperty("credits")[0].Text("totalSoFar"));
        Assert.Equal(20.00m, (await EntriesAsync(outages)).Sum(entry => entry.Amount));
        await outages.Site.AssertHoldsAsync(second.Text("evidence")!);
    }

    [Theory]
    [InlineData("2026-10-14T06:00", "2026-10-14T07:00", false, "NO_MATCH")]
    [InlineData("2026-10-14T06:00", "2026-10-14T07:00", true, "MONITOR_GAP")]
    public async Task What_was_not_measured_is_for_a_person_and_never_denied(
        string begin, string end, bool isBlind, string reason)
    {
        await using var outages = await OutageSite.StartAsync();
        outages.Fail("F-1", Start, End);
        if (isBlind)
        {
            outages.Gaps.Add(new Interval(Instant.FromUtc(2026, 10, 14, 12, 0), Instant.FromUtc(2026, 10, 14, 13, 0)));
        }

        var claim = await outages.Site.PostJsonAsync(Claims, "k1", Body(begin, end));
        Assert.Equal(("REVIEW", reason), (claim.Text("decision"), claim.Text("reason")));
        Assert.Equal(["2026-10-14"], Texts(claim.GetProperty("results")[0].GetProperty("datesToReview")));
        Assert.Empty(await EntriesAsync(outages));
        await outages.Site.AssertHoldsAsync(claim.Text("evidence")!);
    }

    [Theory]
    [InlineData("2026-10-14T08:05", "2026-10-14T08:10")]
    [InlineData("2026-10-14T11:25", "2026-10-14T11:40")]
    public async Task Times_within_an_hour_of_the_measured_ones_match(string begin, string end)
    {
        await using var outages = await OutageSite.StartAsync();
        outages.Fail("F-1", Start, End);
        Assert.Equal("10.00", (await outages.Site.PostJsonAsync(Claims, "k1", Body(begin, end))).Text("credit"));
    }

    [Theory]
    [InlineData("T-1", "", "MRC_BILLED_UNKNOWN")]
    [InlineData("T-2", "T-1,2026-10,300.00\n", "BUNDLE_WITHOUT_SPLIT")]
    public async Task Without_a_known_charge_a_person_decides(string component, string billed, string reason)
    {
        await using var outages = await OutageSite.StartAsync(billed);
        outages.Fail("F-1", Start, End, component);
        var claim = await outages.Site.PostJsonAsync(
            Claims, "k1", Body("2026-10-14T09:00", "2026-10-14T10:30", component));
        Assert.Equal(("REVIEW", reason), (claim.Text("decision"), claim.Text("reason")));
        Assert.Empty(await EntriesAsync(outages));
        await outages.Site.AssertHoldsAsync(claim.Text("evidence")!);
    }

    [Fact]
    public async Task A_component_of_somebody_else_is_refused_like_one_that_there_is_not()
    {
        await using var outages = await OutageSite.StartAsync();
        outages.Fail("F-B", Start, End, "T-B");
        var other = await outages.Site.PostJsonAsync(
            Claims, "k1", Body("2026-10-14T09:00", "2026-10-14T10:30", "T-B"), expected: Unprocessable);
        var none = await outages.Site.PostJsonAsync(
            Claims, "k1", Body("2026-10-14T09:00", "2026-10-14T10:30", "T-9"), expected: Unprocessable);
        Assert.Equal("failures[0].componentId names no component of the account.", other.Text("detail"));
        Assert.Equal(
            (none.Text("title"), none.Text("detail")), (other.Text("title"), other.Text("detail")));
        Assert.Equal(0L, outages.Site.Scalar("SELECT count(*) FROM outage_claim"));
    }

    [Theory]
    [InlineData("2026-11-10T05:06", "2026-11-10T05:10", "begin is in the future")]   // it is 05:00 in Denver
    [InlineData("2026-11-12T05:00", "2026-11-12T06:00", "begin is in the future")]
    [InlineData("2026-11-10T04:00", "2026-11-10T05:06", "end is in the future")]
    public async Task An_outage_that_has_not_come_yet_is_refused_at_once(string begin, string end, string reason)
    {
        await using var outages = await OutageSite.StartAsync();
        var refusal = await outages.Site.PostJsonAsync(Claims, "k1", Body(begin, end), expected: Unprocessable);
        Assert.Contains(reason, refusal.Text("detail"), StringComparison.Ordinal);
        Assert.Equal(0L, outages.Site.Scalar("SELECT count(*) FROM outage_claim"));
    }

    [Fact]
    public async Task A_claim_over_many_days_means_the_failure_that_it_tells_of_and_a_person_decides_on_others()
    {
        await using var outages = await OutageSite.StartAsync();
        outages.Fail("F-1", Instant.FromUtc(2026, 10, 12, 15, 0), Instant.FromUtc(2026, 10, 12, 16, 0));
        outages.Fail("F-2", Instant.FromUtc(2026, 10, 13, 15, 0), Instant.FromUtc(2026, 10, 13, 16, 0));
        outages.Fail("F-3", Instant.FromUtc(2026, 10, 15, 15, 0), Instant.FromUtc(2026, 10, 15, 16, 0));

        // From 09:00 on 12 October (15:00 UTC) to 10:00 on 15 October: one failure is told, and it was over on the
        // 12th.
        var claim = await outages.Site.PostJsonAsync(Claims, "k1", Body("2026-10-12T09:00", "2026-10-15T10:00"));
        Assert.Equal(("REVIEW", "NO_MATCH", "10.00"),
            (claim.Text("decision"), claim.Text("reason"), claim.Text("credit")));
        var results = claim.GetProperty("results").EnumerateArray().ToList();
        Assert.Equal("F-1", results[0].Text("failureId"));
        Assert.Equal(
            ["2026-10-13", "2026-10-14", "2026-10-15"],
            results[1].GetProperty("datesToReview").EnumerateArray().Select(date => date.GetString()));
        await outages.Site.AssertHoldsAsync(claim.Text("evidence")!);
    }

    [Fact]
    public async Task What_is_excluded_with_evidence_and_a_second_person_earns_nothing()
    {
        await using var outages = await OutageSite.StartAsync();
        outages.Fail("F-1", Start, End);
        outages.Exclusions.Add(new RecordedExclusion("X-1", Excluded(Start, End, "other")));
        var claim = await outages.Site.PostJsonAsync(Claims, "k1", Body("2026-10-14T09:00", "2026-10-14T10:30"));
        Assert.Equal(("DENIED", "EXCLUDED"), (claim.Text("decision"), claim.Text("reason")));
        await outages.Site.AssertHoldsAsync(claim.Text("evidence")!);

        // Approved by its author it does not apply (R-33).
        outages.Exclusions[0] = new RecordedExclusion("X-1", Excluded(Start, End, "author"));
        var granted = await outages.Site.PostJsonAsync(Claims, "k2", Body("2026-10-14T09:00", "2026-10-14T10:30"));
        Assert.Equal("10.00", granted.Text("credit"));
    }

    [Fact]
    public async Task A_number_that_was_not_verified_bars_the_outage_credit_of_its_component()
    {
        await using var outages = await OutageSite.StartAsync(tollFree: "+18885550123,T-1,CAMPAIGN,2026-02-01,,,,\n");
        outages.Fail("F-1", Start, End);
        var claim = await outages.Site.PostJsonAsync(Claims, "k1", Body("2026-10-14T09:00", "2026-10-14T10:30"));
        Assert.Equal(("DENIED", "TOLL_FREE_BARRED"), (claim.Text("decision"), claim.Text("reason")));
        var evidence = await outages.Site.GetAsync(claim.Text("evidence")!);
        Assert.DoesNotContain("8885550123", evidence, StringComparison.Ordinal);
        await outages.Site.AssertHoldsAsync(claim.Text("evidence")!);
    }

    [Fact]
    public async Task A_failure_that_goes_on_earns_its_later_days_and_an_exclusion_takes_them_back_after_approval()
    {
        await using var outages = await OutageSite.StartAsync("T-1,2026-11,300.00\n");
        outages.Fail("F-1", Instant.FromUtc(2026, 11, 10, 11, 0), null);
        var claim = await outages.Site.PostJsonAsync(
            Claims, "k1", """{"kind":"OUTAGE","failures":[{"componentId":"T-1","begin":"2026-11-10T04:00","ongoing":true}]}""");
        Assert.Equal("10.00", claim.Text("credit"));

        outages.Site.Clock.Advance(TimeSpan.FromDays(2));
        var restater = outages.Site.Services.GetRequiredService<OutageRestater>();
        Assert.Equal(1, await restater.RestateAllAsync(None));
        Assert.Equal(0, await restater.RestateAllAsync(None));
        Assert.Equal([10.00m, 20.00m], (await EntriesAsync(outages)).Select(entry => entry.Amount));

        // It is found to be the customer's: 30.00 back, when a second person says so.
        outages.Failures[0] = new MeasuredFailure(
            new ComponentFailure(
                "F-1", "T-1", Instant.FromUtc(2026, 11, 10, 11, 0), Instant.FromUtc(2026, 11, 12, 11, 0)), null);
        outages.Exclusions.Add(new RecordedExclusion(
            "X-1", Excluded(Instant.FromUtc(2026, 11, 10, 0, 0), Instant.FromUtc(2026, 11, 13, 0, 0), "other")));
        Assert.Equal(1, await restater.RestateAllAsync(None));
        Assert.Equal(0, await restater.RestateAllAsync(None));
        var last = (await EntriesAsync(outages))[^1];
        Assert.Equal((-30.00m, LedgerEntryState.PendingSecondApproval), (last.Amount, last.State));
        var restatements = (await outages.Site.GetJsonAsync("/api/v1/accounts/A-1/restatements"))
            .GetProperty("restatements").EnumerateArray().ToList();
        Assert.Equal(2, restatements.Count);
        foreach (var restatement in restatements)
        {
            Assert.Equal("OUTAGE_CREDIT", restatement.Text("kind"));
            await outages.Site.AssertHoldsAsync(restatement.Text("evidence")!);
        }
    }

    [Fact]
    public async Task A_claim_posts_only_what_it_adds_and_what_earlier_ones_lost_is_a_restatement_of_its_own()
    {
        await using var outages = await OutageSite.StartAsync("T-1,2026-11,300.00\n");
        outages.Fail("F-1", Instant.FromUtc(2026, 11, 5, 17, 0), Instant.FromUtc(2026, 11, 5, 18, 0));
        outages.Fail("F-2", Instant.FromUtc(2026, 11, 9, 17, 0), Instant.FromUtc(2026, 11, 9, 18, 0));
        await outages.Site.PostJsonAsync(
            Claims, "k1",
            """{"kind":"OUTAGE","failures":[{"componentId":"T-1","begin":"2026-11-05T10:00","end":"2026-11-05T11:00"}]}""");
        outages.Exclusions.Add(new RecordedExclusion(
            "X-1", Excluded(Instant.FromUtc(2026, 11, 5, 0, 0), Instant.FromUtc(2026, 11, 6, 0, 0), "other")));

        await outages.Site.PostJsonAsync(
            Claims, "k2",
            """{"kind":"OUTAGE","failures":[{"componentId":"T-1","begin":"2026-11-09T10:00","end":"2026-11-09T11:00"}]}""");

        // 300.00 / 30 = 10.00 a day. The first day was taken back before the second was claimed: the two are one day.
        var entries = await EntriesAsync(outages);
        Assert.Equal(10.00m, entries.Where(entry => entry.State == LedgerEntryState.Posted).Sum(entry => entry.Amount));
        Assert.All(entries.Where(entry => entry.Amount < 0), entry => Assert.Equal("restatement", entry.Actor));
        var restatement = Assert.Single((await outages.Site.GetJsonAsync("/api/v1/accounts/A-1/restatements"))
            .GetProperty("restatements").EnumerateArray());
        Assert.Equal("-10.00", restatement.Text("difference"));
        await outages.Site.AssertHoldsAsync(restatement.Text("evidence")!);
    }

    [Fact]
    public async Task A_hundred_parallel_identical_claims_post_one_entry()
    {
        await using var outages = await OutageSite.StartAsync();
        outages.Fail("F-1", Start, End);
        await Task.WhenAll(Enumerable.Range(1, 100).Select(i => Task.Run(
            () => outages.Site.PostAsync(Claims, $"k{i % 2}", Body("2026-10-14T09:00", "2026-10-14T10:30")))));
        Assert.Equal(10.00m, Assert.Single(await EntriesAsync(outages)).Amount);
    }

    [Theory]
    [InlineData("""{"kind":"FAX"}""", "kind")]
    [InlineData("""{"kind":"OUTAGE","amount":"9.99"}""", "body")]
    [InlineData("""{"kind":"OUTAGE","failures":[{"begin":"yesterday"}]}""", "failures[0].begin")]
    [InlineData("""{"kind":"OUTAGE","failures":[{"end":"2026-10-14T10:00","ongoing":true}]}""", "failures[0].ongoing")]
    [InlineData("""{"kind":"OUTAGE","failures":[{"componentId":"a b"}]}""", "failures[0].componentId")]
    [InlineData(
        """{"kind":"OUTAGE","failures":[{"begin":"2026-10-14T09:00","end":"2026-10-14T08:59"}]}""", "failures[0].end")]
    [InlineData(
        """{"kind":"OUTAGE","failures":[{"begin":"2026-10-14T09:00","end":"2200-12-31T00:00"}]}""", "failures[0].end")]
    public async Task A_request_that_cannot_be_read_is_refused_by_field(string body, string field)
    {
        await using var outages = await OutageSite.StartAsync();
        var problem = await outages.Site.PostJsonAsync(Claims, "k1", body, expected: HttpStatusCode.BadRequest);
        Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _), problem.ToString());
    }

    [Fact]
    public async Task A_begin_and_an_end_that_come_one_after_the_other_cannot_span_centuries_either()
    {
        await using var outages = await OutageSite.StartAsync();
        var claim = await outages.Site.PostJsonAsync(
            Claims, "k1", """{"kind":"OUTAGE","failures":[{"componentId":"T-1","begin":"2025-10-14T09:00"}]}""");
        var elements = $"{Claims}/{claim.Text("claimId")}/elements";

        // 14 October 2025 to 16 October 2026 is 367 days; to the day before, 366, which is late and decided as such.
        await outages.Site.PostJsonAsync(
            elements, "k2", """{"kind":"OUTAGE","failures":[{"end":"2026-10-16T00:00"}]}""", expected: Unprocessable);
        var complete = await outages.Site.PostJsonAsync(
            elements, "k2", """{"kind":"OUTAGE","failures":[{"end":"2026-10-15T00:00"}]}""");
        Assert.Equal(("DENIED", "LATE"), (complete.Text("decision"), complete.Text("reason")));
    }

    private static Exclusion Excluded(Instant from, Instant to, string approver) => new()
    {
        Cause = ExclusionCause.CustomerEquipment,
        Time = new Interval(from, to),
        Evidence = ["ticket-1"],
        Author = "author",
        ApprovedBy = approver,
        RecordedAt = Instant.FromUtc(2026, 10, 15, 0, 0),
    };

    private static string Body(string begin, string end, string component = "T-1") =>
        $$"""{"kind":"OUTAGE","failures":[{"componentId":"{{component}}","begin":"{{begin}}","end":"{{end}}"}]}""";

    private static Task<IReadOnlyList<LedgerEntry>> EntriesAsync(OutageSite outages) =>
        new LedgerRepository(outages.Site.Database).ListAccountAsync("A-1", None);

    private static List<string?> Texts(JsonElement list) => [.. list.EnumerateArray().Select(item => item.GetString())];
}
