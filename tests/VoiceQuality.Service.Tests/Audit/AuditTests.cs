using System.Net;
using System.Text;
using System.Text.Json;
using VoiceQuality.Service.Audit;
using VoiceQuality.Service.Tests.Api;
using VoiceQuality.Service.Tests.Cli;
using VoiceQuality.Service.Tests.Reference;
using VoiceQuality.Storage.Audit;

namespace VoiceQuality.Service.Tests.Audit;

public sealed class AuditTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 2, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_look_at_an_account_is_seen_by_the_account_with_actor_fields_and_purpose()
    {
        await using var site = await StartAsync();
        using (var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/accounts/A-1001/months/2026-10"))
        {
            request.Headers.Add("X-Actor", "noc.jane");
            request.Headers.Add("X-Purpose", "ticket-4711");
            using var response = await site.Client.SendAsync(request);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        await site.GetAsync("/account/A-2002");
        var seen = (await site.GetJsonAsync("/api/v1/accounts/A-1001/access-log")).GetProperty("accesses");

        var only = Assert.Single(seen.EnumerateArray());
        Assert.Equal("noc.jane", only.GetProperty("actor").GetString());
        Assert.Equal("MONTHLY_FIGURES", only.GetProperty("fields").GetString());
        Assert.Equal("ticket-4711", only.GetProperty("purpose").GetString());
        Assert.Equal("/api/v1/accounts/A-1001/months/2026-10", only.GetProperty("subject").GetString());
        Assert.Equal("2026-11-02T12:00:00.000000Z", only.GetProperty("at").GetString());

        // The question itself is a look at the account, and the next answer has it.
        var later = (await site.GetJsonAsync("/api/v1/accounts/A-1001/access-log")).GetProperty("accesses");
        Assert.Equal(["ACCESS_LOG", "MONTHLY_FIGURES"], later.EnumerateArray().Select(Fields));
    }

    [Fact]
    public async Task A_look_at_every_account_is_seen_by_each_of_them_and_no_look_at_another()
    {
        await using var site = await StartAsync();
        await site.GetAsync("/accounts");
        await site.GetAsync("/api/v1/billing/periods/2026-10/credits");
        await site.GetAsync("/account/A-2002");
        await site.GetAsync("/account/A-9999", HttpStatusCode.NotFound);

        var seen = (await site.GetJsonAsync("/api/v1/accounts/A-1001/access-log")).GetProperty("accesses");
        Assert.Equal(["BILLED_AMOUNTS", "MONTHLY_FIGURES"], seen.EnumerateArray().Select(Fields));
        Assert.All(seen.EnumerateArray(), access => Assert.True(access.GetProperty("allAccounts").GetBoolean()));
    }

    [Fact]
    public async Task A_look_at_the_signalling_of_one_account_is_seen_by_that_one_and_a_number_is_taken_for_no_account()
    {
        await using var site = await StartAsync();
        await site.GetAsync("/api/v1/signalling?accountId=A-1001");
        await site.GetAsync("/signalling?accountId=15550100123");

        var own = (await site.GetJsonAsync("/api/v1/accounts/A-1001/access-log")).GetProperty("accesses");
        var other = (await site.GetJsonAsync("/api/v1/accounts/A-2002/access-log")).GetProperty("accesses");

        Assert.Equal(
            [true, false], own.EnumerateArray().Select(access => access.GetProperty("allAccounts").GetBoolean()));
        Assert.Single(other.EnumerateArray());
        Assert.DoesNotContain("15550100123", await site.GetAsync("/api/v1/audit"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_log_of_an_account_that_is_not_there_is_answered_like_anything_missing()
    {
        await using var site = await StartAsync();
        Assert.Equal(
            await site.GetAsync("/api/v1/accounts/A-9999/months/2026-10", HttpStatusCode.NotFound),
            await site.GetAsync("/api/v1/accounts/A-9999/access-log", HttpStatusCode.NotFound));
    }

    [Fact]
    public async Task A_request_that_changes_something_is_recorded_with_its_outcome_before_it_is_answered()
    {
        await using var site = await StartAsync();
        await PostAsync(site, "key-1", "A-1001", HttpStatusCode.Created);
        await PostAsync(site, "key-2", "A-9999", HttpStatusCode.NotFound);

        var entries = (await site.GetJsonAsync("/api/v1/audit?category=CHANGE")).GetProperty("entries");
        Assert.Equal(
            [
                " HTTP_POST /api/v1/accounts/A-9999/claims 404 customer.one",
                "A-1001 HTTP_POST /api/v1/accounts/A-1001/claims 201 customer.one",
            ],
            entries.EnumerateArray().Select(entry => $"{Text(entry, "accountId")} {Text(entry, "action")} "
                + $"{Text(entry, "subject")} {Text(entry, "outcome")} {Text(entry, "actor")}"));
        Assert.Equal([null, 64], entries.EnumerateArray().Select(entry => Text(entry, "after")?.Length));
        Assert.All(entries.EnumerateArray(), entry => Assert.StartsWith(
            "http 127.0.0.1", Text(entry, "origin"), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Reading_the_trail_is_an_entry_of_it_and_pages_go_backwards()
    {
        await using var site = await StartAsync();
        await site.GetAsync("/account/A-1001");
        await site.GetAsync("/account/A-1001");
        await site.GetAsync("/api/v1/audit");

        var first = await site.GetJsonAsync("/api/v1/audit?limit=2");
        Assert.Equal(["READ_AUDIT_TRAIL", "READ_MONTHLY_FIGURES"], Actions(first));
        var next = await site.GetJsonAsync($"/api/v1/audit?before={first.GetProperty("next").GetInt64()}");
        Assert.Equal(["READ_MONTHLY_FIGURES"], Actions(next));
        Assert.Equal(JsonValueKind.Null, next.GetProperty("next").ValueKind);
        await site.GetAsync("/api/v1/audit?category=READ&before=x", HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task What_could_be_a_number_does_not_reach_the_trail()
    {
        await using var site = await StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/account/A-1001/units/DEN-SALES?month=2026-10");
        request.Headers.Add("X-Purpose", "15550100123");
        using var response = await site.Client.SendAsync(request);
        using var other = new HttpRequestMessage(HttpMethod.Post, "/api/v1/accounts/15550100123/claims");
        using var refused = await site.Client.SendAsync(other);

        var body = await site.GetAsync("/api/v1/audit");
        Assert.Contains("\"withheld\"", body, StringComparison.Ordinal);
        Assert.Contains("/api/v1/accounts/sha256.", body, StringComparison.Ordinal);
        Assert.DoesNotContain("15550100123", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Imports_by_command_are_in_the_trail_with_digests_and_it_verifies_offline()
    {
        using var folder = new TemporaryFolder();
        var store = folder.File("store.db");
        var accounts = Path.Combine(ReferenceVectors.Folder, "accounts.json");
        Assert.Equal(0, (await CliRun.OfAsync(["accounts", "import", accounts, "--db", store])).Status);
        Assert.Equal(0, (await CliRun.OfAsync(
            ["reference", "import", ReferenceVectors.Folder, "--database", store, "--apply", "--actor",
                "j.doe"])).Status);

        var run = await CliRun.OfAsync(["audit", "verify", "--database", store]);
        Assert.Equal(0, run.Status);
        Assert.StartsWith("The audit trail holds: 17 entries, head 17:", run.Output, StringComparison.Ordinal);

        await using (var log = new AuditLog(folder.File("store.audit.db"), TimeProvider.System))
        {
            var trail = await (await log.OpenAsync(CancellationToken.None)).ListAsync(
                new AuditFilter(), 100, CancellationToken.None);
            Assert.Equal("ACCOUNTS_IMPORTED", trail[^1].Event.Action);
            Assert.All(trail.Take(16), entry => Assert.Equal(("j.doe", "command", "APPLIED"),
                (entry.Event.Actor, entry.Event.Origin, entry.Event.Outcome)));
            Assert.Contains(trail,
                entry => entry.Event.Subject == "reference/tiers" && entry.Event is { Before: null, After.Length: 64 });
        }

        var head = run.Output.Split("head ")[1].TrimEnd('.', '\n');
        Assert.Equal(0, (await CliRun.OfAsync(
            ["audit", "verify", "--audit", folder.File("store.audit.db"), "--head", head])).Status);
        var wrong = await CliRun.OfAsync(
            ["audit", "verify", "--database", store, "--head", $"18:{new string('a', 64)}"]);
        Assert.Equal(1, wrong.Status);
        Assert.Contains("does not have the head that was noted", wrong.Output, StringComparison.Ordinal);
    }

    private static Task<TestSite> StartAsync() =>
        TestSite.StartAsync(Encoding.UTF8.GetString(ReferenceVectors.Accounts), Now);

    private static async Task PostAsync(TestSite site, string key, string account, HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/accounts/{account}/claims")
        {
            Content = new StringContent("""{ "unitId": "DEN-SALES", "month": "2026-10" }""", Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("Idempotency-Key", key);
        request.Headers.Add("X-Actor", "customer.one");
        using var response = await site.Client.SendAsync(request);
        Assert.Equal(expected, response.StatusCode);
    }

    private static IEnumerable<string?> Actions(JsonElement answer) =>
        answer.GetProperty("entries").EnumerateArray().Select(entry => Text(entry, "action"));

    private static string? Fields(JsonElement access) => Text(access, "fields");

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
