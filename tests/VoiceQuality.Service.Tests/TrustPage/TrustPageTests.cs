using System.Net;
using NodaTime;
using VoiceQuality.Service.Tests.Api;

namespace VoiceQuality.Service.Tests.TrustPage;

public class TrustPageTests
{
    private static readonly LocalDate Day = new(2026, 10, 14);

    [Fact]
    public async Task Page_api_and_csv_show_the_same_figures()
    {
        await using var site = await ContractSite.StartAsync();
        var page = await site.GetAsync("/account/A-1?month=2026-10");
        var unit = await site.GetAsync("/account/A-1/units/U-cut?month=2026-10");
        var account = await site.GetJsonAsync("/api/v1/accounts/A-1/months/2026-10");
        var billing = await site.GetJsonAsync("/api/v1/billing/periods/2026-10/credits");
        var line = account.GetProperty("units").EnumerateArray().Single(u => u.GetProperty("unitId").GetString() == "U-cut");
        var billed = billing.GetProperty("lines").EnumerateArray().Single(u => u.GetProperty("unitId").GetString() == "U-cut");

        Assert.Equal(billed.ToString(), line.ToString());
        Assert.Contains(line.ToString(), (await site.GetJsonAsync("/api/v1/accounts/A-1/months/2026-10/units/U-cut")).ToString(), StringComparison.Ordinal);
        foreach (var html in new[] { page, unit })
        {
            Assert.Contains(">3.499<", html, StringComparison.Ordinal);
            Assert.Contains("$8,420.15", html, StringComparison.Ordinal);
            Assert.Contains("$2,526.05", html, StringComparison.Ordinal);
            Assert.Contains("66.66 %", html, StringComparison.Ordinal);
            Assert.DoesNotContain("<partial", html, StringComparison.Ordinal);
        }

        // 34995 + 34995 = 69990 ten-thousandths over two calls.
        Assert.Contains("6.9990 / 2 = 3.499500", unit, StringComparison.Ordinal);
        Assert.Contains("30 % of $8,420.15", unit, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_month_is_provisional_until_its_grace_days_are_over_and_then_closed()
    {
        await using var site = await TestSite.StartAsync(OneUnit("America/Denver"), new DateTimeOffset(2026, 11, 6, 6, 59, 59, TimeSpan.Zero));
        await site.WriteAsync(SeedCalls.Answered("A-1", "U-1", Day, 1, 38000));

        // Five days after 1 November in Denver, by then UTC-7: 6 November 07:00.
        Assert.Contains(">Provisional<", await site.GetAsync("/account/A-1/units/U-1?month=2026-10"), StringComparison.Ordinal);
        site.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Contains(">Closed<", await site.GetAsync("/account/A-1/units/U-1?month=2026-10"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_unknown_is_told_in_words_and_never_as_zero()
    {
        await using var site = await ContractSite.StartAsync();
        var page = await site.GetAsync("/account/A-1?month=2026-10");
        Assert.Contains("not imported yet", page, StringComparison.Ordinal);
        Assert.Contains("waits for usage", page, StringComparison.Ordinal);
        Assert.Contains("Undetermined", page, StringComparison.Ordinal);
        Assert.Contains("no calls", page, StringComparison.Ordinal);
        Assert.DoesNotContain("0.000<", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/account/B-2")]
    [InlineData("/account/_unassigned")]
    [InlineData("/account/A-1/units/U-other")]
    [InlineData("/account/B-1/units/U-cut")]
    [InlineData("/account/A-1/units/%3Cscript%3E")]
    [InlineData("/calls/065e44945a59000000000000000000ff")]
    [InlineData("/calls/not-a-key")]
    [InlineData("/assets/0000000000000000/site.css")]
    [InlineData("/assets/0000000000000000/..%2fappsettings.json")]
    public async Task What_is_not_there_gets_the_same_octets_as_a_random_address(string path)
    {
        await using var site = await ContractSite.StartAsync();
        using var random = await site.Client.GetAsync("/account/0f9d1c");
        using var response = await site.Client.GetAsync(path);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal(await random.Content.ReadAsByteArrayAsync(), await response.Content.ReadAsByteArrayAsync());
        Assert.Equal(
            random.Headers.Concat(random.Content.Headers).Where(h => h.Key != "Date").Select(h => $"{h.Key}: {string.Join(",", h.Value)}").Order(),
            response.Headers.Concat(response.Content.Headers).Where(h => h.Key != "Date").Select(h => $"{h.Key}: {string.Join(",", h.Value)}").Order());
    }

    [Theory]
    [InlineData("/api/v1/accounts/B-2/months/2026-10")]
    [InlineData("/api/v1/accounts/A-1/months/2026-10/units/U-other")]
    [InlineData("/api/v1/calls/065e44945a59000000000000000000ff")]
    [InlineData("/api/v1/nowhere")]
    public async Task What_is_not_there_is_one_problem_in_the_api(string path)
    {
        await using var site = await ContractSite.StartAsync();
        var random = await site.GetAsync("/api/v1/accounts/0f9d1c/months/2026-10", HttpStatusCode.NotFound);
        Assert.Equal(random, await site.GetAsync(path, HttpStatusCode.NotFound));
    }

    [Fact]
    public async Task Network_figures_are_withheld_with_the_reason_until_five_customers_are_in_them()
    {
        await using var site = await TestSite.StartAsync(Accounts(5), new DateTimeOffset(2026, 10, 20, 12, 0, 0, TimeSpan.Zero));
        await site.WriteAsync([.. Enumerable.Range(1, 4).Select(i => SeedCalls.Answered($"A-{i}", $"U-{i}", Day, 1, 40000))]);
        Assert.Contains("Fewer than 5 customers", await site.GetAsync("/"), StringComparison.Ordinal);

        // The fifth customer appears with the next hour: nobody can watch one call come in.
        await site.WriteAsync(SeedCalls.Answered("A-5", "U-5", Day, 1, 41000));
        Assert.Contains("Fewer than 5 customers", await site.GetAsync("/trust"), StringComparison.Ordinal);
        site.Clock.Advance(TimeSpan.FromHours(1));
        var page = await site.GetAsync("/trust");
        // 4 × 4.0 + 4.1 = 20.1; / 5 = 4.02
        Assert.Contains(">4.020<", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Customer", page, StringComparison.Ordinal);

        await site.WriteAsync([.. Enumerable.Range(2, 17).Select(i => SeedCalls.Answered("A-5", "U-5", Day, i, 41000))]);
        site.Clock.Advance(TimeSpan.FromHours(1));
        // 18 of 22 calls are 81.8 %.
        Assert.Contains("more than 80 %", await site.GetAsync("/trust"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Calls_that_no_rule_knows_are_in_no_network_figure()
    {
        await using var site = await TestSite.StartAsync(Accounts(5), new DateTimeOffset(2026, 10, 20, 12, 0, 0, TimeSpan.Zero));
        await site.WriteAsync([.. Enumerable.Range(1, 4).Select(i => SeedCalls.Answered($"A-{i}", $"U-{i}", Day, 1, 40000))]);
        await site.WriteAsync(SeedCalls.Answered("_unassigned", "_unassigned", Day, 1, 10000));
        Assert.Contains("Fewer than 5 customers", await site.GetAsync("/"), StringComparison.Ordinal);
    }

    private static string OneUnit(string zone) => $$"""
        { "accounts": [ { "accountId": "A-1", "name": "Customer", "timeZone": "{{zone}}", "units": [ { "unitId": "U-1", "name": "One" } ] } ], "rules": [] }
        """;

    private static string Accounts(int count) =>
        $$"""{ "accounts": [ {{string.Join(", ", Enumerable.Range(1, count).Select(i =>
            $$"""{ "accountId": "A-{{i}}", "name": "Customer {{i}}", "timeZone": "UTC", "units": [ { "unitId": "U-{{i}}", "name": "Unit" } ] }"""))}} ], "rules": [] }""";
}
