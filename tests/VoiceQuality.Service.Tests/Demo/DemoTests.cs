using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using VoiceQuality.Service.Demo;
using VoiceQuality.Service.Tests.Hosting;
using VoiceQuality.Service.Tests.Telemetry;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Credits;
using VoiceQuality.Sla.Evidence;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Storage.Credits;
using VoiceQuality.Storage.Ledger;
using VoiceQuality.Storage.Months;
using VoiceQuality.Testing.Programs;

namespace VoiceQuality.Service.Tests.Demo;

/// <summary>The demonstration at a fixed instant, filled once for all tests of its class.</summary>
public sealed class DemoFixture : IAsyncLifetime
{
    internal static readonly DateTimeOffset Now = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);

    internal RunningService Service { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Service = await StartAsync();
        await Service.FilledAsync();
    }

    public async Task DisposeAsync() => await Service.DisposeAsync();

    internal static Task<RunningService> StartAsync() => RunningService.StartAsync(
        new ManualTime(Now), new DemoOptions { IsLive = false, CallsPerUnitMonth = 30 });
}

public sealed class DemoTests(DemoFixture fixture) : IClassFixture<DemoFixture>
{
    private static readonly ServiceMonth October = new(2026, 10);

    [Fact]
    public async Task Every_row_of_the_credit_table_occurs()
    {
        var assessments = await AllAsync(fixture.Service);
        Assert.Equal([0, 10, 30, 60, 100], assessments.Where(a => a.MosStatus == MosStatus.Scored)
            .Select(a => a.CreditPercent).Distinct().Order());
    }

    [Theory]
    [InlineData("SYD-SPARE", MosStatus.NoCalls)]
    [InlineData("PHX-OUTREACH", MosStatus.Undetermined)]
    [InlineData("PHX-PHARMACY", MosStatus.Scored)]
    public async Task Months_without_calls_and_without_media_are_told_apart(string unit, MosStatus expected) =>
        Assert.Equal(
            expected,
            Assert.Single(await AllAsync(fixture.Service), a => a.UnitId == unit && a.Month == October).MosStatus);

    [Fact]
    public async Task One_unit_is_at_the_edge_of_the_table()
    {
        var edge = Assert.Single(
            await AllAsync(fixture.Service), a => a.UnitId == "LON-BOOKING" && a.Month == October);

        // Within 0.05 of 3.9, where a credit begins.
        Assert.InRange((double)edge.Calls.Mean.SumE4 / edge.Calls.Mean.CallCount, 3_8500, 3_9500);
    }

    [Fact]
    public async Task Rules_of_each_kind_find_their_calls_and_some_calls_are_nobodys()
    {
        var months = await new MonthQueries(fixture.Service.Database)
            .ListUnitMonthsAsync(October, CancellationToken.None);
        var counted = months.Where(month => month.Counts.Answered > 0).Select(month => month.UnitId).ToHashSet();
        var kinds = DemoWorld.Accounts.SelectMany(account => account.Units)
            .Where(unit => counted.Contains(unit.UnitId)).Select(unit => unit.Rule).Distinct();

        Assert.Equal(Enum.GetValues<DemoRule>(), kinds.Order());
        Assert.Contains("_unassigned", counted);
    }

    [Fact]
    public async Task The_same_seed_and_instant_make_the_same_months_and_decisions()
    {
        await using var again = await DemoFixture.StartAsync();
        await again.FilledAsync();

        Assert.Equal(
            (await AllAsync(fixture.Service)).Select(a => (a.UnitId, a.Month, a.Version, a.ContentDigest)),
            (await AllAsync(again)).Select(a => (a.UnitId, a.Month, a.Version, a.ContentDigest)));
        Assert.Equal(
            await new MonthQueries(fixture.Service.Database).ListUnitMonthsAsync(October, CancellationToken.None),
            await new MonthQueries(again.Database).ListUnitMonthsAsync(October, CancellationToken.None));
    }

    [Fact]
    public async Task Claims_of_last_month_were_granted_denied_and_left_to_a_person_and_all_are_proven()
    {
        var claims = new List<JsonElement>();
        foreach (var account in DemoWorld.Accounts)
        {
            claims.AddRange(await ListAsync($"/api/v1/accounts/{account.AccountId}/claims", "claims"));
        }

        var ofMonths = claims.Where(claim => claim.GetProperty("kind").GetString() == "MOS").ToList();
        var granted = claims.Where(claim => claim.GetProperty("decision").GetString() == "GRANTED").ToList();
        Assert.Equal(
            [10, 10, 30, 60, 100],
            ofMonths.Intersect(granted).Select(claim => claim.GetProperty("percent").GetInt32()).Order());
        Assert.Equal(
            ["MOS_NOT_BELOW_THRESHOLD", "NO_CALLS", "UNDETERMINED"],
            ofMonths.Select(claim => claim.GetProperty("reason").GetString()).Where(reason => reason is not null)
                .Except(["USAGE_UNKNOWN"]).Distinct().Order(StringComparer.Ordinal));
        foreach (var claim in claims)
        {
            var bundle = await fixture.Service.GetAsync(claim.GetProperty("evidence").GetString()!);
            Assert.Equal(EvidenceStatus.Holds, EvidenceVerifier.Verify(Encoding.UTF8.GetBytes(bundle)).Status);
            Assert.DoesNotContain("+1555", bundle);
        }

        // One entry for each credit that was granted, and one for the month that was stated again.
        var verdict = await new LedgerRepository(fixture.Service.Database).VerifyAsync(null, CancellationToken.None);
        Assert.Equal((null, granted.Count + 1L), (verdict.Fault, verdict.Head.Sequence));
    }

    [Theory]
    [InlineData("A-1002", "GRANTED", null, "15.00")] // one day of 450.00 / 30
    [InlineData("A-1007", "DENIED", "EXCLUDED", "0.00")]
    public async Task An_outage_is_found_claimed_and_paid_and_announced_work_is_excluded(
        string accountId, string decision, string? reason, string credit)
    {
        var claims = await ListAsync($"/api/v1/accounts/{accountId}/claims", "claims");
        var claim = Assert.Single(claims, claim => claim.GetProperty("kind").GetString() == "OUTAGE");

        Assert.Equal(
            (decision, reason, credit),
            (claim.GetProperty("decision").GetString(), claim.GetProperty("reason").GetString(),
                claim.GetProperty("credit").GetString()));
    }

    [Fact]
    public async Task Calls_that_came_late_state_a_paid_month_again_with_one_more_entry()
    {
        var restated = Assert.Single(await ListAsync("/api/v1/accounts/A-1007/restatements", "restatements"));
        var before = decimal.Parse(restated.GetProperty("postedBefore").GetString()!, CultureInfo.InvariantCulture);
        var after = decimal.Parse(restated.GetProperty("recomputed").GetString()!, CultureInfo.InvariantCulture);
        var difference = decimal.Parse(restated.GetProperty("difference").GetString()!, CultureInfo.InvariantCulture);

        // From the row of 10 % to that of 30 %: three times as much, but for the rounding of each to cents.
        Assert.Equal("POSTED", restated.GetProperty("outcome").GetString());
        Assert.Equal(after - before, difference);
        Assert.InRange(after, (3 * before) - 0.02m, (3 * before) + 0.02m);
    }

    [Fact]
    public async Task Calls_of_one_account_are_rated_and_differ_from_billing_by_what_that_forgot()
    {
        using var json = JsonDocument.Parse(
            await fixture.Service.GetAsync($"/api/v1/accounts/{DemoReference.RatedAccountId}/usage/2026-10"));
        var unit = json.RootElement.GetProperty("units").EnumerateArray()
            .Single(unit => unit.GetProperty("unitId").GetString() == "SYD-DISPATCH");

        Assert.Empty(json.RootElement.GetProperty("unrated").EnumerateArray());
        Assert.Equal("-0.03", unit.GetProperty("difference").GetString());
    }

    [Fact]
    public async Task Metrics_name_no_person_no_number_and_no_address()
    {
        var metrics = await fixture.Service.GetAsync("/metrics");
        Assert.Contains("voicequality_unit_month_mos{account=\"A-1001\",unit=\"DEN-SALES\"}", metrics);
        Assert.DoesNotContain("+1555", metrics);
        Assert.DoesNotContain("1800555", metrics);
        Assert.DoesNotContain("198.18.", metrics);
        Assert.DoesNotContain("2001:2:", metrics);
        Assert.DoesNotContain("synthetic.example", metrics);
        Assert.DoesNotContain("Outfitters", metrics);
        Assert.InRange(metrics.Split('\n').Length, 100, 2_000);
    }

    [RequiresProgramFact("promtool")]
    public async Task Promtool_finds_nothing_to_say_about_the_metrics() =>
        Assert.Equal(("", 0), await PrometheusCollectorTests.CheckAsync(await fixture.Service.GetAsync("/metrics")));

    [Fact]
    public async Task Health_is_ready_and_says_how_far_it_is()
    {
        using var json = JsonDocument.Parse(await fixture.Service.GetAsync("/health/ready"));
        Assert.Equal("ready", json.RootElement.GetProperty("status").GetString());
        Assert.Equal(1, json.RootElement.GetProperty("sources").GetProperty("progress").GetDouble());
        Assert.Contains("live", await fixture.Service.GetAsync("/health/live"));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/trust")]
    [InlineData("/calls")]
    [InlineData("/account/A-1001")]
    [InlineData("/openapi/v1.json")]
    public async Task The_pages_that_start_up_names_are_there(string path)
    {
        using var response = await fixture.Service.Client.GetAsync(new Uri(path, UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.False(response.Headers.Contains("Server"));
    }

    [Fact]
    public async Task A_request_under_another_host_name_is_refused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/trust") { Headers = { Host = "rebound.example" } };
        using var response = await fixture.Service.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public void Calls_of_the_past_are_sound_and_begin_within_last_month_and_this()
    {
        var book = AccountBook.Parse(Encoding.UTF8.GetBytes(DemoWorld.AccountDocument())).Book!;
        var plans = new DemoCalls(book, new DemoOptions()).Past(DemoFixture.Now);
        var nowNs = DemoFixture.Now.ToUnixTimeMilliseconds() * 1_000_000;

        // Two months of at most 31 days, and the last call begins three minutes before now.
        Assert.All(plans, plan => Assert.Null(plan.FindProblem()));
        Assert.All(plans, plan => Assert.InRange(
            plan.StartNs, nowNs - (long)TimeSpan.FromDays(62).TotalNanoseconds, nowNs - 180_000_000_000));
    }

    private async Task<IReadOnlyList<JsonElement>> ListAsync(string address, string member)
    {
        using var json = JsonDocument.Parse(await fixture.Service.GetAsync(address));
        return [.. json.RootElement.Clone().GetProperty(member).EnumerateArray()];
    }

    private static async Task<IReadOnlyList<CreditAssessment>> AllAsync(RunningService service)
    {
        var credits = new CreditRepository(service.Database);
        var all = new List<CreditAssessment>();

        foreach (var month in new[] { October.Previous, October, October.Next })
        {
            all.AddRange(await credits.ListCurrentAsync(month, CancellationToken.None));
        }

        return all;
    }
}
