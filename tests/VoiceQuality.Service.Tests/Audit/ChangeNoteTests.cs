using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using VoiceQuality.Service.Pages;
using VoiceQuality.Service.Tests.Api;
using VoiceQuality.Service.Tests.Claims;
using VoiceQuality.Sla.Ledger;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Usage;
using VoiceQuality.Storage.Ledger;

namespace VoiceQuality.Service.Tests.Audit;

/// <summary>Every request that changes something leaves digests and the policy in the audit trail (R-87).</summary>
public sealed class ChangeNoteTests
{
    private const string Account = "/api/v1/accounts/A-1";
    private const string Because = """{"decision":"DENY","reason":"Nothing new","evidence":["ticket-1"]}""";
    private static readonly ServiceMonth October = new(2026, 10);

    /// <summary>A changing route, and what its entry must have.</summary>
    private sealed record Step(string Name, bool HasBefore, bool HasPolicy, Func<Scenario, Task<JsonElement>> SendAsync);

    // In the order in which they can happen. A new route that is not here fails the test.
    private static readonly Step[] Steps =
    [
        new("FileClaim", false, true, async s => s.Remember("mos", await s.PostAsync(
            $"{Account}/claims", """{"unitId":"U-cut","month":"2026-10"}"""), "claimId")),
        new("CompleteOutageClaim", true, true, async s =>
        {
            var claim = await s.PostAsync($"{Account}/claims", """{"kind":"OUTAGE","failures":[{"componentId":"T-1"}]}""");
            return await s.PostAsync(
                $"{Account}/claims/{claim.Text("claimId")}/elements",
                """{"failures":[{"begin":"2026-10-14T09:00","end":"2026-10-14T10:00"}]}""");
        }),
        new("ResolveClaim", true, true, async s =>
        {
            var claim = await s.PostAsync($"{Account}/claims", """{"unitId":"U-blind","month":"2026-10"}""");
            return await s.PostAsync($"{Account}/claims/{claim.Text("claimId")}/resolution", Because);
        }),
        new("ResolveRestatement", true, true, async s =>
        {
            s.Site.Clock.Advance(TimeSpan.FromMinutes(1));
            await s.Site.WriteAsync(SeedCalls.Answered("A-1", "U-blind", new LocalDate(2026, 10, 20), 9, 37000));
            await s.Assessor.AssessAsync(October);
            var restated = (await s.Site.GetJsonAsync($"{Account}/restatements")).GetProperty("restatements")[0];
            return await s.PostAsync($"{Account}/restatements/{restated.Text("restatementId")}/resolution", Because);
        }),
        new("RejectLedgerEntry", true, true, async s => await s.PostAsync(
            $"/api/v1/ledger/entries/{await s.DecreaseAsync(1000m)}/rejection", """{"reason":"billed twice"}""")),
        new("ApproveLedgerEntry", true, true, async s => await s.PostAsync(
            $"/api/v1/ledger/entries/{await s.DecreaseAsync(2000m)}/approval", "")),
        new("ReportFailure", false, true, async s => s.Remember("failure", await s.PostAsync(
            "/api/v1/failures",
            """
            {"componentId":"T-1","from":"2026-11-01T10:00:00Z","until":"2026-11-01T11:00:00Z","cause":"unknown",
            "notes":"told by telephone"}
            """), "failureId")),
        new("SetFailureTimes", true, true, s => s.PostAsync(
            $"/api/v1/failures/{s["failure"]}/times",
            """{"from":"2026-11-01T10:00:00Z","until":"2026-11-01T12:00:00Z","notes":"it lasted longer"}""")),
        new("ConfirmFailure", true, true, s => s.PostAsync(
            $"/api/v1/failures/{s["failure"]}/confirmation", """{"cause":"provider","notes":"power"}""")),
        new("AddExclusion", false, true, async s => s.Remember("exclusion", await s.PostAsync(
            "/api/v1/exclusions",
            """
            {"componentId":"T-1","cause":"forceMajeure","from":"2026-11-01T10:00:00Z","until":"2026-11-01T11:00:00Z",
            "evidence":["ticket-1"],"textReference":"16.3"}
            """), "exclusionId")),
        new("ApproveExclusion", true, true, s => s.PostAsync($"/api/v1/exclusions/{s["exclusion"]}/approval", "", "pat")),
        new("ApproveExclusionLegally", true, true, s => s.PostAsync(
            $"/api/v1/exclusions/{s["exclusion"]}/legal-approval", "", "quinn")),
        new("WithdrawExclusion", true, true, s => s.PostAsync(
            $"/api/v1/exclusions/{s["exclusion"]}/withdrawal", "")),
        new("PlanMaintenance", false, false, async s => s.Remember("work", await s.PostAsync(
            "/api/v1/maintenance",
            """
            {"componentId":"T-1","from":"2026-11-20T10:00:00Z","until":"2026-11-20T11:00:00Z","description":"upgrade"}
            """), "maintenanceId")),
        new("AddMaintenanceNotice", true, false, s => s.PostAsync(
            $"/api/v1/maintenance/{s["work"]}/notices",
            """{"accountId":"A-1","sentAt":"2026-11-01T00:00:00Z","sendRecord":"mail-1"}""")),
        new("PullPostingPeriod", true, false, s => s.PostAsync("/api/v1/billing/posting-periods/2026-11/pull", "")),
    ];

    [Fact]
    public async Task Every_changing_route_leaves_digests_before_and_after_and_its_policy_in_the_trail()
    {
        await using var outages = await OutageSite.StartAsync();
        using var assessor = new SiteAssessor(outages.Site);
        await assessor.AssessAsync(October);
        Assert.Equal(ChangingRoutes(outages.Site), Steps.Select(step => step.Name).Order(StringComparer.Ordinal));

        var scenario = new Scenario(outages.Site, assessor);
        foreach (var step in Steps)
        {
            await step.SendAsync(scenario);
            var entry = (await outages.Site.GetJsonAsync("/api/v1/audit?category=CHANGE&limit=1"))
                .GetProperty("entries")[0];
            Assert.True(
                entry.Text("outcome")!.StartsWith('2') && IsDigest(entry.Text("after"))
                    && IsDigest(entry.Text("before")) == step.HasBefore
                    && (entry.Text("policyVersion") is not null) == step.HasPolicy
                    && entry.Text("before") != entry.Text("after"),
                $"{step.Name}: {entry}");
        }
    }

    private static IEnumerable<string> ChangingRoutes(TestSite site) =>
        site.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints)
            .Where(endpoint => endpoint.Metadata.GetMetadata<AccessGroupMetadata>() is { Group: not AccessGroup.Public }
                && endpoint.Metadata.GetMetadata<HttpMethodMetadata>() is { } methods
                && methods.HttpMethods.Any(method => !HttpMethods.IsGet(method) && !HttpMethods.IsHead(method)))
            .Select(endpoint => endpoint.Metadata.GetMetadata<EndpointNameMetadata>()?.EndpointName
                ?? endpoint.DisplayName!)
            .Distinct().Order(StringComparer.Ordinal);

    private static bool IsDigest(string? text) => text is { Length: 64 } && text.All(char.IsAsciiHexDigitLower);

    private sealed class Scenario(TestSite site, SiteAssessor assessor)
    {
        private readonly Dictionary<string, string> _ids = [];
        private int _keys;

        public TestSite Site => site;

        public SiteAssessor Assessor => assessor;

        public string this[string name] => _ids[name];

        public JsonElement Remember(string name, JsonElement answer, string member)
        {
            _ids[name] = answer.Text(member)!;
            return answer;
        }

        public async Task<JsonElement> PostAsync(string path, string body, string actor = "kim")
        {
            using var response = await site.PostAsync(path, $"key-{++_keys}", body, actor);
            var text = await response.Content.ReadAsStringAsync();
            Assert.True(response.IsSuccessStatusCode, $"{path}: {(int)response.StatusCode} {text}");
            return JsonDocument.Parse(text).RootElement;
        }

        // 30 % of another usage is less than what was granted on 8420.15.
        public async Task<string> DecreaseAsync(decimal usage)
        {
            site.Clock.Advance(TimeSpan.FromMinutes(1));
            await site.ImportAsync([new UsageLine("A-1", "U-cut", October, ChargeKind.UsageDomestic, usage, null)]);
            await assessor.AssessStaleAsync();
            var entries = await new LedgerRepository(site.Database).ListAccountAsync("A-1", CancellationToken.None);
            Assert.Equal(LedgerEntryState.PendingSecondApproval, entries[^1].State);
            return entries[^1].Id;
        }
    }
}
