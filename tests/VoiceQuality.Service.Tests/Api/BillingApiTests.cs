using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace VoiceQuality.Service.Tests.Api;

public class BillingApiTests
{
    private const string Credits = "/api/v1/billing/periods/2026-10/credits";

    [Fact]
    public async Task Each_unit_with_calls_or_usage_has_one_line_with_what_the_contract_gives()
    {
        await using var site = await ContractSite.StartAsync();
        var answer = await site.GetJsonAsync(Credits);
        var lines = answer.GetProperty("lines").EnumerateArray().ToDictionary(line => line.GetProperty("unitId").GetString()!);

        // 39000 + 38000 + 37000 + 42000 = 156000; / 4 = 3.9 exactly, which is not below 3.9 (R-12).
        AssertLine(lines["U-edge"], "3.900", 156000, "none", 0, "500.00", "0.00", "closed", "MOS_NOT_BELOW_THRESHOLD");
        // 30 % of 8420.15 is 2526.045, half away from zero 2526.05 (R-18).
        AssertLine(lines["U-cut"], "3.499", 69990, "3.250-3.499", 30, "8420.15", "2526.05", "closed", null);
        AssertLine(lines["U-blind"], null, 0, null, null, "0.00", null, "undetermined", "UNDETERMINED");
        AssertLine(lines["U-silent"], null, 0, null, null, "0.00", "0.00", "noCalls", "NO_CALLS");
        AssertLine(lines["U-refund"], "2.900", 29000, "0.000-2.999", 100, "-12.00", "0.00", "closed", "NO_BASE");
        AssertLine(lines["U-waiting"], "3.899", 38999, "3.500-3.899", 10, null, null, "closed", "USAGE_UNKNOWN");
        Assert.Equal(7, lines.Count);

        // October by the clock of Denver: UTC-6 in summer and until 1 November.
        Assert.Equal("2026-10-01T06:00:00.000000Z", lines["U-cut"].GetProperty("periodStart").GetString());
        Assert.Equal("2026-11-01T06:00:00.000000Z", lines["U-cut"].GetProperty("periodEnd").GetString());
        Assert.Equal(3, lines["U-cut"].GetProperty("answered").GetInt64());
        Assert.Equal(66.66m, lines["U-cut"].GetProperty("coveragePercent").GetDecimal());

        var totals = answer.GetProperty("controlTotals");
        Assert.Equal(7, totals.GetProperty("count").GetInt32());
        Assert.Equal("2526.05", totals.GetProperty("creditSum").GetString());
        Assert.Equal(2, totals.GetProperty("creditUnknownCount").GetInt32());
    }

    [Fact]
    public async Task Csv_has_the_same_lines_with_text_guarded_and_amounts_never()
    {
        await using var site = await ContractSite.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, Credits);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/csv"));
        using var response = await site.Client.SendAsync(request);
        var csv = await response.Content.ReadAsStringAsync();

        Assert.Equal("text/csv", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal("credits-2026-10.csv", response.Content.Headers.ContentDisposition!.FileName);
        Assert.Equal("7", Assert.Single(response.Headers.GetValues("X-Control-Count")));
        Assert.Equal("2526.05", Assert.Single(response.Headers.GetValues("X-Control-Credit-Sum")));
        Assert.Equal(csv, await site.GetAsync(Credits + "?format=csv"));
        Assert.Contains("\"'=HYPERLINK(\"\"http://198.18.0.9\"\",\"\"x\"\")\"", csv, StringComparison.Ordinal);
        Assert.Contains(",'+Refund,", csv, StringComparison.Ordinal);
        Assert.Contains(",-12.00,", csv, StringComparison.Ordinal);
        Assert.DoesNotContain("'-12", csv, StringComparison.Ordinal);

        var json = (await site.GetJsonAsync(Credits)).GetProperty("lines");
        var records = Records(csv);
        var rows = records.Skip(1).Select(cells => records[0].Zip(cells).ToDictionary(cell => cell.First, cell => cell.Second)).ToList();
        Assert.Equal(json.GetArrayLength(), rows.Count);
        for (var i = 0; i < rows.Count; i++)
        {
            foreach (var field in json[i].EnumerateObject().Where(field => field.Name != "unitName"))
            {
                var text = field.Value.ValueKind switch
                {
                    JsonValueKind.Null => "",
                    JsonValueKind.True or JsonValueKind.False => field.Value.GetRawText(),
                    _ => field.Value.ToString(),
                };
                Assert.Equal(text, rows[i][field.Name]);
            }
        }
    }

    [Fact]
    public async Task Pages_of_one_line_add_up_to_the_whole_with_the_same_control_totals()
    {
        await using var site = await ContractSite.StartAsync();
        var whole = await site.GetJsonAsync(Credits);
        var units = new List<string?>();
        string? cursor = null;
        do
        {
            var page = await site.GetJsonAsync($"{Credits}?limit=1{(cursor is null ? "" : "&cursor=" + cursor)}");
            units.AddRange(page.GetProperty("lines").EnumerateArray().Select(line => line.GetProperty("unitId").GetString()));
            Assert.Equal(
                whole.GetProperty("controlTotals").ToString(), page.GetProperty("controlTotals").ToString());
            cursor = page.GetProperty("nextCursor").GetString();
        }
        while (cursor is not null);

        Assert.Equal(whole.GetProperty("lines").EnumerateArray().Select(line => line.GetProperty("unitId").GetString()), units);
    }

    [Fact]
    public async Task A_cursor_that_was_changed_or_made_for_another_period_is_refused()
    {
        await using var site = await ContractSite.StartAsync();
        var cursor = (await site.GetJsonAsync(Credits + "?limit=1")).GetProperty("nextCursor").GetString()!;
        for (var i = 0; i < cursor.Length; i++)
        {
            var changed = cursor[..i] + (cursor[i] == 'A' ? 'B' : 'A') + cursor[(i + 1)..];
            var problem = await site.GetJsonAsync($"{Credits}?cursor={changed}", HttpStatusCode.BadRequest);
            Assert.True(problem.GetProperty("errors").TryGetProperty("cursor", out _));
        }

        await site.GetAsync($"/api/v1/billing/periods/2026-09/credits?cursor={cursor}", HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData("/api/v1/billing/periods/2026-13/credits", "period")]
    [InlineData("/api/v1/billing/periods/202610/credits", "period")]
    [InlineData(Credits + "?limit=0", "limit")]
    [InlineData(Credits + "?limit=10001", "limit")]
    [InlineData(Credits + "?format=xml", "format")]
    [InlineData(Credits + "?cursor=a&cursor=b", "cursor")]
    [InlineData("/api/v1/accounts/A-1/months/October", "month")]
    [InlineData("/api/v1/calls?from=yesterday", "from")]
    [InlineData("/api/v1/calls?from=2026-10-02T00:00&to=2026-10-01T00:00", "to")]
    [InlineData("/api/v1/calls?from=2016-10-02T00:00&to=2026-10-01T00:00", "to")]
    [InlineData("/api/v1/calls?account=A%27%3B--", "account")]
    [InlineData("/api/v1/calls?outcome=1", "outcome")]
    [InlineData("/api/v1/calls?mosBelow=NaN", "mosBelow")]
    [InlineData("/api/v1/calls?cursor=AAAA", "cursor")]
    public async Task A_field_that_cannot_be_read_is_named_in_a_problem(string path, string field)
    {
        await using var site = await ContractSite.StartAsync();
        using var response = await site.Client.GetAsync(path);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _));
    }

    [Fact]
    public async Task Periods_with_usage_or_calls_are_listed_latest_first()
    {
        await using var site = await ContractSite.StartAsync();
        await site.WriteAsync(SeedCalls.Answered("A-1", "U-edge", new NodaTime.LocalDate(2026, 11, 2), 1, 40000));
        var periods = (await site.GetJsonAsync("/api/v1/billing/periods")).GetProperty("periods");
        Assert.Equal(["2026-11", "2026-10"], periods.EnumerateArray().Select(period => period.GetString()));
    }

    // RFC 4180, written apart from the writer under test: a quote inside quotes is doubled.
    private static List<List<string>> Records(string csv)
    {
        var records = new List<List<string>> { new() { "" } };
        var isQuoted = false;
        for (var i = 0; i < csv.Length; i++)
        {
            var record = records[^1];
            if (csv[i] == '"' && isQuoted && i + 1 < csv.Length && csv[i + 1] == '"')
            {
                record[^1] += csv[i++];
            }
            else if (csv[i] == '"')
            {
                isQuoted = !isQuoted;
            }
            else if (csv[i] == ',' && !isQuoted)
            {
                record.Add("");
            }
            else if (csv[i] == '\r' && !isQuoted)
            {
                Assert.Equal('\n', csv[++i]);
                records.Add([""]);
            }
            else
            {
                record[^1] += csv[i];
            }
        }

        Assert.Equal([""], records[^1]);
        records.RemoveAt(records.Count - 1);
        return records;
    }

    private static void AssertLine(
        JsonElement line, string? mos, long sumE4, string? row, int? percent, string? usage, string? credit, string status,
        string? reason)
    {
        Assert.Equal(mos, line.GetProperty("meanMos").GetString());
        Assert.Equal(sumE4, line.GetProperty("sumMosE4").GetInt64());
        Assert.Equal(row, line.GetProperty("row").GetString());
        var percentValue = line.GetProperty("percent");
        Assert.Equal(percent, percentValue.ValueKind == JsonValueKind.Null ? null : percentValue.GetInt32());
        Assert.Equal(usage, line.GetProperty("usageBilling").GetString());
        Assert.Equal(credit, line.GetProperty("credit").GetString());
        Assert.Equal(status, line.GetProperty("status").GetString());
        Assert.Equal(reason, line.GetProperty("reason").GetString());
    }
}
