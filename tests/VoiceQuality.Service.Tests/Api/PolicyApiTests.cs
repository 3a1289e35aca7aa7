using System.Net;
using System.Text;
using NodaTime;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Sla.Usage;
using VoiceQuality.Storage.Policies;

namespace VoiceQuality.Service.Tests.Api;

public class PolicyApiTests
{
    private const string Policies = "/api/v1/policies";
    private const string Credits = "/api/v1/billing/periods/2026-10/credits";

    private static readonly ServiceMonth October = new(2026, 10);

    private static readonly ContractPolicy TwoRows = ContractPolicy.Default with
    {
        Version = "two-rows", MosBounds = [new(3_2000, 50, ""), new(3_9000, 10, "")],
    };

    private static readonly ContractPolicy ByRequest = ContractPolicy.Default with
    {
        Version = "by-request", MosBasePeriod = MosBasePeriod.RequestMonth,
    };

    [Fact]
    public async Task Without_a_recorded_policy_the_built_in_one_is_named_and_shown()
    {
        await using var site = await ContractSite.StartAsync();
        var list = await site.GetJsonAsync(Policies);

        Assert.Equal(ContractPolicy.Default.Digest, list.GetProperty("builtIn").GetProperty("digest").GetString());
        Assert.Equal(0, list.GetProperty("policies").GetArrayLength());
        Assert.Equal(
            ContractPolicy.Default.ToJson(), await site.GetAsync($"{Policies}/{ContractPolicy.Default.Digest}"));
        await site.GetAsync($"{Policies}/{TwoRows.Digest}", HttpStatusCode.NotFound);
        await site.GetAsync($"{Policies}/other", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Recorded_policies_are_listed_with_the_months_that_they_decide()
    {
        await using var site = await ContractSite.StartAsync();
        await RecordAsync(site, null, October, TwoRows);
        await RecordAsync(site, null, October, ByRequest);
        await RecordAsync(site, null, October.Plus(3), TwoRows);
        await RecordAsync(site, "A-1", October, TwoRows);

        var lines = (await site.GetJsonAsync(Policies)).GetProperty("policies").EnumerateArray().Select(line =>
            $"{line.GetProperty("accountId")}|{line.GetProperty("from")}|{line.GetProperty("to")}|"
            + $"{line.GetProperty("version")}|{line.GetProperty("isSuperseded")}").ToList();

        Assert.Equal(
            [
                "|2026-10||two-rows|True", "|2026-10|2026-12|by-request|False", "|2027-01||two-rows|False",
                "A-1|2026-10||two-rows|False",
            ],
            lines);
        var read = ContractPolicy.Parse(Encoding.UTF8.GetBytes(await site.GetAsync($"{Policies}/{TwoRows.Digest}")));
        Assert.Equal(TwoRows.Digest, read.Policy!.Digest);
    }

    [Fact]
    public async Task The_schema_is_served_as_a_schema_and_described()
    {
        await using var site = await ContractSite.StartAsync();
        using var response = await site.Client.GetAsync($"{Policies}/schema");

        Assert.Equal("application/schema+json", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(ContractPolicySchema.Json, await response.Content.ReadAsStringAsync());
        var paths = (await site.GetJsonAsync("/openapi/v1.json")).GetProperty("paths");
        Assert.True(paths.TryGetProperty("/api/v1/policies", out _));
        Assert.True(paths.TryGetProperty("/api/v1/policies/{digest}", out _));
        Assert.True(paths.TryGetProperty("/api/v1/policies/schema", out _));
    }

    [Fact]
    public async Task A_policy_decides_from_its_month_on_and_for_its_account_alone()
    {
        await using var site = await ContractSite.StartAsync();
        await RecordAsync(site, "A-1", October, TwoRows);
        await RecordAsync(site, "B-1", October.Next, TwoRows);
        var lines = (await site.GetJsonAsync(Credits)).GetProperty("lines").EnumerateArray()
            .ToDictionary(line => line.GetProperty("unitId").GetString()!);

        // 3.4995 is below 3.9 and not below 3.2: 10 % of 8420.15 = 842.015, half away from zero 842.02.
        Assert.Equal("842.02", lines["U-cut"].GetProperty("credit").GetString());
        Assert.Equal("3.200-3.899", lines["U-cut"].GetProperty("row").GetString());
        Assert.Equal(TwoRows.Digest, lines["U-cut"].GetProperty("policyDigest").GetString());
        Assert.Equal(ContractPolicy.Default.Digest, lines["U-other"].GetProperty("policyDigest").GetString());

        await RecordAsync(site, "A-1", October, ContractPolicy.Default);
        var again = (await site.GetJsonAsync(Credits)).GetProperty("lines").EnumerateArray()
            .Single(line => line.GetProperty("unitId").GetString() == "U-cut");
        Assert.Equal("2526.05", again.GetProperty("credit").GetString());
    }

    [Fact]
    public async Task By_the_month_of_the_request_the_usage_of_the_month_that_follows_is_the_base()
    {
        await using var site = await ContractSite.StartAsync();
        await RecordAsync(site, null, October, ByRequest);
        await site.ImportAsync([new("A-1", "U-cut", October.Next, ChargeKind.UsageDomestic, 1000.00m, null)]);
        var lines = (await site.GetJsonAsync(Credits)).GetProperty("lines").EnumerateArray()
            .ToDictionary(line => line.GetProperty("unitId").GetString()!);
        var month = await site.GetJsonAsync("/api/v1/accounts/A-1/months/2026-10/units/U-cut");

        // 30 % of 1000.00, not of October's 8420.15.
        Assert.Equal("300.00", lines["U-cut"].GetProperty("credit").GetString());
        Assert.Equal("300.00", month.GetProperty("unit").GetProperty("credit").GetString());

        // November of this unit was not imported; unknown is not zero.
        Assert.Equal("USAGE_UNKNOWN", lines["U-refund"].GetProperty("reason").GetString());
    }

    private static async Task RecordAsync(TestSite site, string? account, ServiceMonth from, ContractPolicy policy) =>
        Assert.Equal(
            PolicyRecordStatus.Recorded,
            await new PolicyRepository(site.Database).RecordAsync(
                new PolicyEntry(account, from, policy), Instant.FromDateTimeOffset(site.Clock.GetUtcNow()),
                CancellationToken.None));
}
