using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using VoiceQuality.Service.Claims;
using VoiceQuality.Service.Tests.Api;
using VoiceQuality.Sla.Evidence;
using VoiceQuality.Sla.Ledger;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Storage.Ledger;

namespace VoiceQuality.Service.Tests.Claims;

public class ClaimTests
{
    private const string Claims = "/api/v1/accounts/A-1/claims";
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly ServiceMonth October = new(2026, 10);

    [Fact]
    public async Task A_claim_in_time_is_granted_posted_once_and_proven()
    {
        await using var site = await ContractSite.StartAsync();
        using var response = await PostAsync(site, "k1", "U-cut");
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        var claim = await JsonAsync(response);

        // (34995 + 34995) / 2 = 3.4995 is in the row at 30 %; 8420.15 × 30 % = 2526.045, away from zero 2526.05.
        Assert.Equal("GRANTED", claim.GetProperty("decision").GetString());
        Assert.Equal(JsonValueKind.Null, claim.GetProperty("reason").ValueKind);
        Assert.Equal("3.499", claim.GetProperty("meanMos").GetString());
        Assert.Equal(30, claim.GetProperty("percent").GetInt32());
        Assert.Equal("8420.15", claim.GetProperty("base").GetString());
        Assert.Equal("2526.05", claim.GetProperty("credit").GetString());

        var entry = Assert.Single(await new LedgerRepository(site.Database).ListAccountAsync("A-1", None));
        Assert.Equal((2526.05m, LedgerEntryState.Posted, "U-cut"), (entry.Amount, entry.State, entry.Claim.UnitId));
        Assert.Equal(claim.GetProperty("entryId").GetString(), entry.Id);
        Assert.Equal(claim.GetProperty("evidenceDigest").GetString(), entry.EvidenceDigest);
        Assert.True((await new LedgerRepository(site.Database).VerifyAsync(null, None)).Holds);

        using var evidence = await site.Client.GetAsync(claim.GetProperty("evidence").GetString());
        Assert.Equal("application/json", evidence.Content.Headers.ContentType!.MediaType);
        Assert.Equal("attachment", evidence.Content.Headers.ContentDisposition!.DispositionType);
        Assert.Equal(
            $"evidence-{claim.GetProperty("claimId").GetString()}.json",
            evidence.Content.Headers.ContentDisposition.FileName);
        var octets = await evidence.Content.ReadAsByteArrayAsync();
        Assert.Equal(EvidenceStatus.Holds, EvidenceVerifier.Verify(octets).Status);

        var shown = await site.GetJsonAsync(response.Headers.Location!.OriginalString);
        Assert.Equal(claim.ToString(), shown.ToString());
        Assert.Equal(
            claim.ToString(),
            Assert.Single((await site.GetJsonAsync(Claims)).GetProperty("claims").EnumerateArray()).ToString());
    }

    [Theory]
    [InlineData("U-edge", "DENIED", "MOS_NOT_BELOW_THRESHOLD", "0.00")]
    [InlineData("U-blind", "REVIEW", "UNDETERMINED", "0.00")]
    [InlineData("U-silent", "DENIED", "NO_CALLS", "0.00")]
    [InlineData("U-refund", "DENIED", "NO_BASE", "0.00")]
    [InlineData("U-waiting", "REVIEW", "USAGE_UNKNOWN", "0.00")]
    public async Task A_claim_without_credit_says_why_posts_nothing_and_is_proven_too(
        string unit, string decision, string reason, string credit)
    {
        await using var site = await ContractSite.StartAsync();
        var claim = await JsonAsync(await PostAsync(site, "k1", unit));
        Assert.Equal(decision, claim.GetProperty("decision").GetString());
        Assert.Equal(reason, claim.GetProperty("reason").GetString());
        Assert.Equal(credit, claim.GetProperty("credit").GetString());
        Assert.Equal(JsonValueKind.Null, claim.GetProperty("entryId").ValueKind);
        Assert.Empty(await new LedgerRepository(site.Database).ListAccountAsync("A-1", None));

        var bundle = await site.GetAsync(claim.GetProperty("evidence").GetString()!);
        Assert.Equal(EvidenceStatus.Holds, EvidenceVerifier.Verify(Encoding.UTF8.GetBytes(bundle)).Status);
        Assert.DoesNotContain("=HYPERLINK", bundle, StringComparison.Ordinal);
        Assert.DoesNotContain("+1555", bundle, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repeat_under_another_key_is_a_duplicate_of_the_first()
    {
        await using var site = await ContractSite.StartAsync();
        var first = await JsonAsync(await PostAsync(site, "k1", "U-cut"));
        var repeat = await JsonAsync(await PostAsync(site, "k2", "U-cut"));
        Assert.Equal("DENIED", repeat.GetProperty("decision").GetString());
        Assert.Equal("DUPLICATE", repeat.GetProperty("reason").GetString());
        Assert.Equal(first.GetProperty("claimId").GetString(), repeat.GetProperty("duplicateOf").GetString());
        Assert.Single(await new LedgerRepository(site.Database).ListAccountAsync("A-1", None));
        Assert.Equal(EvidenceStatus.Holds, EvidenceVerifier.Verify(
            Encoding.UTF8.GetBytes(await site.GetAsync(repeat.GetProperty("evidence").GetString()!))).Status);
    }

    [Fact]
    public async Task A_claim_that_came_too_early_does_not_use_up_the_one_in_time()
    {
        await using var site = await ContractSite.StartAsync();
        site.Clock.Advance(TimeSpan.FromDays(-20));
        var early = await JsonAsync(await PostAsync(site, "k1", "U-cut"));
        Assert.Equal("MONTH_NOT_CLOSED", early.GetProperty("reason").GetString());

        site.Clock.Advance(TimeSpan.FromDays(20));
        var inTime = await JsonAsync(await PostAsync(site, "k2", "U-cut"));
        Assert.Equal("GRANTED", inTime.GetProperty("decision").GetString());

        // November ends in Denver on 1 December at 07:00 UTC; this is 21 days after 10 November 12:00.
        site.Clock.Advance(TimeSpan.FromDays(21));
        Assert.Equal(
            "NOT_PRECEDING_MONTH",
            (await JsonAsync(await PostAsync(site, "k3", "U-refund"))).GetProperty("reason").GetString());
    }

    [Fact]
    public async Task The_same_key_and_body_are_given_the_same_octets_and_another_body_is_refused()
    {
        await using var site = await ContractSite.StartAsync();
        using var first = await PostAsync(site, "k1", "U-cut");
        site.Clock.Advance(TimeSpan.FromDays(40));
        using var again = await PostAsync(site, "k1", "U-cut");
        Assert.Equal(HttpStatusCode.Created, again.StatusCode);
        Assert.Equal(await first.Content.ReadAsByteArrayAsync(), await again.Content.ReadAsByteArrayAsync());
        Assert.Equal(first.Headers.Location, again.Headers.Location);
        Assert.Equal(first.Content.Headers.ContentType, again.Content.Headers.ContentType);

        using var other = await PostAsync(site, "k1", "U-edge");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, other.StatusCode);
        Assert.Equal("application/problem+json", other.Content.Headers.ContentType!.MediaType);

        // The key of another account is another key.
        using var foreign = await PostAsync(site, "k1", "U-other", account: "B-1");
        Assert.Equal(HttpStatusCode.Created, foreign.StatusCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_hundred_parallel_claims_make_one_decision_and_one_entry(bool oneKey)
    {
        await using var site = await ContractSite.StartAsync();
        var answers = await Task.WhenAll(Enumerable.Range(1, 100).Select(
            i => Task.Run(() => PostAsync(site, oneKey ? "k" : $"k{i}", "U-cut"))));
        var created = answers.Where(answer => answer.StatusCode == HttpStatusCode.Created).ToList();
        Assert.All(
            answers.Except(created),
            answer => Assert.Equal((oneKey, HttpStatusCode.Conflict), (true, answer.StatusCode)));

        var bodies = await Task.WhenAll(created.Select(answer => answer.Content.ReadAsStringAsync()));
        var settled = bodies.Distinct().Select(body => JsonDocument.Parse(body).RootElement)
            .Where(claim => claim.GetProperty("reason").GetString() != "DUPLICATE").ToList();
        Assert.Equal("GRANTED", Assert.Single(settled).GetProperty("decision").GetString());
        var entries = await new LedgerRepository(site.Database).ListAccountAsync("A-1", None);
        Assert.Equal(2526.05m, Assert.Single(entries).Amount);
        Assert.Equal(1L, Scalar(site, "SELECT count(*) FROM credit_claim WHERE settles = 1"));
        Assert.Equal(oneKey ? 1L : 100L, Scalar(site, "SELECT count(*) FROM credit_claim"));
    }

    [Fact]
    public async Task The_order_of_claims_changes_no_amount()
    {
        string[] units = ["U-cut", "U-edge", "U-blind", "U-refund", "U-silent", "U-waiting"];
        var forward = await AmountsAsync(units);
        var backward = await AmountsAsync([.. units.Reverse()]);
        Assert.Equal(forward, backward);
        Assert.Equal(("GRANTED", "2526.05"), forward["U-cut"]);

        static async Task<SortedDictionary<string, (string, string)>> AmountsAsync(string[] units)
        {
            await using var site = await ContractSite.StartAsync();
            var amounts = new SortedDictionary<string, (string, string)>(StringComparer.Ordinal);
            foreach (var unit in units)
            {
                var claim = await JsonAsync(await PostAsync(site, $"key-{unit}", unit));
                amounts[unit] = (claim.GetProperty("decision").GetString()!, claim.GetProperty("credit").GetString()!);
            }

            return amounts;
        }
    }

    [Theory]
    [InlineData("CREATE TRIGGER broken BEFORE INSERT ON ledger_entry BEGIN SELECT RAISE(ABORT, 'broken'); END")]
    [InlineData("CREATE TRIGGER broken BEFORE INSERT ON credit_claim BEGIN SELECT RAISE(ABORT, 'broken'); END")]
    [InlineData("CREATE TRIGGER broken BEFORE INSERT ON idempotency_key BEGIN SELECT RAISE(ABORT, 'broken'); END")]
    public async Task A_failure_at_any_step_leaves_no_decision_no_entry_and_no_answer(string fault)
    {
        await using var site = await ContractSite.StartAsync();
        Execute(site, fault);
        using (var failed = await PostAsync(site, "k1", "U-cut"))
        {
            Assert.Equal(HttpStatusCode.InternalServerError, failed.StatusCode);
        }

        foreach (var table in (string[])["ledger_entry", "credit_claim", "idempotency_key"])
        {
            Assert.Equal(0L, Scalar(site, $"SELECT count(*) FROM {table}"));
        }

        Execute(site, "DROP TRIGGER broken");
        var repaired = await JsonAsync(await PostAsync(site, "k1", "U-cut"));
        Assert.Equal("GRANTED", repaired.GetProperty("decision").GetString());
    }

    [Theory]
    [InlineData("UPDATE credit_claim SET credit_amount = '1.00'")]
    [InlineData("DELETE FROM credit_claim")]
    [InlineData("INSERT OR REPLACE INTO credit_claim SELECT * FROM credit_claim")]
    public async Task A_decision_is_neither_changed_nor_removed(string sql)
    {
        await using var site = await ContractSite.StartAsync();
        await PostAsync(site, "k1", "U-cut");
        Assert.Contains(
            "claim: ", Assert.Throws<SqliteException>(() => Execute(site, sql)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/v1/accounts/X-9/claims", "U-cut")]
    [InlineData(Claims, "U-nowhere")]
    [InlineData(Claims, "U-other")]
    [InlineData(Claims, "_unassigned")]
    public async Task What_is_not_the_accounts_is_missing_in_the_same_octets(string path, string unit)
    {
        await using var site = await ContractSite.StartAsync();
        using var response = await SendAsync(site, path, "k1", Body(unit));
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal(
            await site.GetAsync("/api/v1/nowhere", HttpStatusCode.NotFound),
            await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_claim_is_not_shown_to_another_account()
    {
        await using var site = await ContractSite.StartAsync();
        var id = (await JsonAsync(await PostAsync(site, "k1", "U-cut"))).GetProperty("claimId").GetString();
        var missing = await site.GetAsync("/api/v1/nowhere", HttpStatusCode.NotFound);
        Assert.Equal(missing, await site.GetAsync($"/api/v1/accounts/B-1/claims/{id}", HttpStatusCode.NotFound));
        Assert.Equal(
            missing, await site.GetAsync($"/api/v1/accounts/B-1/claims/{id}/evidence", HttpStatusCode.NotFound));
        Assert.Equal(missing, await site.GetAsync("/api/v1/accounts/X-9/claims", HttpStatusCode.NotFound));
        Assert.Empty((await site.GetJsonAsync("/api/v1/accounts/B-1/claims")).GetProperty("claims").EnumerateArray());
    }

    [Theory]
    [InlineData("k1", "", "body")]
    [InlineData("k1", "[]", "body")]
    [InlineData("k1", "{\"unitId\":\"U-cut\",\"month\":\"2026-10\",\"amount\":\"9.99\"}", "body")]
    [InlineData("k1", "{\"unitId\":\"U-cut\",\"unitId\":\"U-edge\",\"month\":\"2026-10\"}", "body")]
    [InlineData("k1", "{\"unitId\":\"U-cut\",\"month\":\"2026-13\"}", "month")]
    [InlineData("k1", "{\"unitId\":7,\"month\":\"2026-10\"}", "unitId")]
    [InlineData("", "{\"unitId\":\"U-cut\",\"month\":\"2026-10\"}", "Idempotency-Key")]
    [InlineData("a b", "{\"unitId\":\"U-cut\",\"month\":\"2026-10\"}", "Idempotency-Key")]
    public async Task A_claim_that_cannot_be_read_is_refused_by_field(string key, string body, string field)
    {
        await using var site = await ContractSite.StartAsync();
        using var response = await SendAsync(site, Claims, key, body);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.True((await JsonAsync(response)).GetProperty("errors").TryGetProperty(field, out _));
        Assert.Equal(0L, Scalar(site, "SELECT count(*) FROM credit_claim"));
    }

    [Fact]
    public async Task A_form_and_a_body_without_end_are_refused()
    {
        await using var site = await ContractSite.StartAsync();
        using var form = await SendAsync(site, Claims, "k1", Body("U-cut"), "text/plain");
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, form.StatusCode);
        using var large = await SendAsync(site, Claims, "k1", new string(' ', 20_000));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);
    }

    [Fact]
    public async Task Pages_of_claims_add_up_to_the_list()
    {
        await using var site = await ContractSite.StartAsync();
        for (var i = 1; i <= 5; i++)
        {
            await PostAsync(site, $"k{i}", "U-cut");
            site.Clock.Advance(TimeSpan.FromSeconds(i % 2));
        }

        var ids = new List<string?>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = await site.GetJsonAsync($"{Claims}?limit=2{(cursor.Length == 0 ? "" : "&cursor=" + cursor)}");
            ids.AddRange(
                page.GetProperty("claims").EnumerateArray().Select(claim => claim.GetProperty("claimId").GetString()));
            cursor = page.GetProperty("nextCursor").GetString();
        }

        var whole = (await site.GetJsonAsync(Claims)).GetProperty("claims").EnumerateArray()
            .Select(claim => claim.GetProperty("claimId").GetString());
        Assert.Equal(5, ids.Distinct().Count());
        Assert.Equal(whole, ids);
        await site.GetAsync(Claims + "?cursor=CLM-0", HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task The_page_of_a_unit_shows_the_decision_and_links_its_evidence()
    {
        await using var site = await ContractSite.StartAsync();
        const string Page = "/account/A-1/units/U-cut?month=2026-10";
        Assert.DoesNotContain("Claims and decisions", await site.GetAsync(Page), StringComparison.Ordinal);

        var claim = await JsonAsync(await PostAsync(site, "k1", "U-cut"));
        var page = await site.GetAsync(Page);
        Assert.Contains("Claims and decisions", page, StringComparison.Ordinal);
        Assert.Contains("30 % of $8,420.15", page, StringComparison.Ordinal);
        Assert.Contains($"href=\"{claim.GetProperty("evidence").GetString()}\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain(
            "Claims and decisions",
            await site.GetAsync("/account/A-1/units/U-edge?month=2026-10"),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_claims_name_belongs_to_account_and_key()
    {
        Assert.Equal(ClaimService.ClaimIdOf("A-1", "k1"), ClaimService.ClaimIdOf("A-1", "k1"));
        Assert.NotEqual(ClaimService.ClaimIdOf("A-1", "k1"), ClaimService.ClaimIdOf("B-1", "k1"));
        Assert.NotEqual(ClaimService.ClaimIdOf("A-1", "k1"), ClaimService.ClaimIdOf("A-1", "k2"));
    }

    private static string Body(string unit) => $$"""{"unitId":"{{unit}}","month":"{{October}}"}""";

    private static Task<HttpResponseMessage> PostAsync(
        TestSite site, string key, string unit, string account = "A-1") =>
        SendAsync(site, $"/api/v1/accounts/{account}/claims", key, Body(unit));

    private static async Task<HttpResponseMessage> SendAsync(
        TestSite site, string path, string key, string body, string type = "application/json")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Content = new StringContent(body, Encoding.UTF8, type);
        if (key.Length > 0)
        {
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        }

        return await site.Client.SendAsync(request);
    }

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage response) =>
        JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;

    private static void Execute(TestSite site, string sql) => Scalar(site, sql);

    private static object? Scalar(TestSite site, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={site.Database.Path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
