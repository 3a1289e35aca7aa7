using System.Net;
using System.Text.Json;
using VoiceQuality.Service.Tests.Api;
using VoiceQuality.Storage.Calls;

namespace VoiceQuality.Service.Tests.Signalling;

public sealed class SignallingApiTests
{
    private const string Api = "/api/v1/signalling";

    [Fact]
    public async Task Units_have_shares_and_means_with_what_they_are_made_of()
    {
        await using var site = await SignallingSite.StartAsync();

        var report = await site.GetJsonAsync(Api);

        Assert.Equal(("unit", "2026-10-13T16:00:00.000000Z", "2026-10-14T16:00:00.000000Z"), (
            report.GetProperty("by").GetString(), report.GetProperty("from").GetString(),
            report.GetProperty("to").GetString()));
        Assert.Equal(7, report.GetProperty("total").GetProperty("attempts").GetInt64());
        var lines = report.GetProperty("lines").EnumerateArray().ToArray();
        Assert.Equal(["U-1", "U-2", "U-9"], lines.Select(line => line.GetProperty("id").GetString()));
        Assert.Equal("Sales", lines[0].GetProperty("name").GetString());
        var sales = lines[0].GetProperty("figures");

        // Four of five were answered; the fifth was busy, which is no fault of the network.
        AssertShare(sales.GetProperty("asr"), 80, 4, 5);
        AssertShare(sales.GetProperty("ner"), 100, 5, 5);
        AssertShare(sales.GetProperty("seer"), 100, 5, 5);
        AssertShare(sales.GetProperty("isa"), 0, 0, 5);
        AssertShare(sales.GetProperty("scr"), 80, 4, 5);
        Assert.Equal(60, sales.GetProperty("acdSeconds").GetDouble());
        AssertDelay(sales.GetProperty("srd"), 850, 4, 3_400_000);
        AssertDelay(sales.GetProperty("failedSrd"), 100, 1, 100_000);
        AssertDelay(sales.GetProperty("sdd"), 20, 4, 80_000);
        Assert.Equal(5, sales.GetProperty("challenges").GetInt64());

        // Nothing of Support was answered: its share is 0, and what was never measured is null.
        var support = lines[1].GetProperty("figures");
        AssertShare(support.GetProperty("asr"), 0, 0, 1);
        AssertShare(support.GetProperty("isa"), 100, 1, 1);
        Assert.Equal(JsonValueKind.Null, support.GetProperty("acdSeconds").ValueKind);
        Assert.Equal(JsonValueKind.Null, support.GetProperty("sdd").GetProperty("meanMs").ValueKind);
    }

    [Fact]
    public async Task Trunks_and_components_are_those_that_the_reference_data_name_at_that_hour()
    {
        await using var site = await SignallingSite.StartAsync();

        var trunks = await site.GetJsonAsync(Api + "?by=trunk");
        var components = await site.GetJsonAsync(Api + "?by=component&accountId=A-1");

        Assert.Equal(
            [("CARRIER-1", 6L), ("OLD-PBX", 5L), ("NEW-PBX", 1L)],
            trunks.GetProperty("lines").EnumerateArray().Select(AttemptsOf));
        Assert.Equal(1, trunks.GetProperty("unmapped").GetProperty("attempts").GetInt64());
        Assert.Equal(7, trunks.GetProperty("total").GetProperty("attempts").GetInt64());
        Assert.Equal([("DEN-TRUNK", 6L)], components.GetProperty("lines").EnumerateArray().Select(AttemptsOf));
        Assert.Equal(0, components.GetProperty("unmapped").GetProperty("attempts").GetInt64());
    }

    [Fact]
    public async Task Times_are_widened_to_hours_and_a_series_adds_up_to_the_whole()
    {
        await using var site = await SignallingSite.StartAsync();

        var hour = await site.GetJsonAsync(Api + "?from=2026-10-14T12:40&to=2026-10-14T13:00");
        var series = (await site.GetJsonAsync(
            Api + "?from=2026-10-14T00:00&to=2026-10-15T00:00&step=hour&accountId=A-1")).GetProperty("lines")[0];
        var months = (await site.GetJsonAsync(
            Api + "?from=2026-10-01T00:00&to=2026-11-01T00:00&step=month")).GetProperty("lines")[0];

        Assert.Equal(6, hour.GetProperty("total").GetProperty("attempts").GetInt64());
        Assert.Equal(
            [("2026-10-14T12:00:00.000000Z", 4L), ("2026-10-14T13:00:00.000000Z", 1L)],
            series.GetProperty("series").EnumerateArray().Select(point => (
                point.GetProperty("from").GetString()!,
                point.GetProperty("figures").GetProperty("attempts").GetInt64())));
        Assert.Equal(
            "2026-10-01T00:00:00.000000Z", months.GetProperty("series")[0].GetProperty("from").GetString());
    }

    [Fact]
    public async Task A_time_without_attempts_has_no_lines_and_nothing_but_unknown_shares()
    {
        await using var site = await SignallingSite.StartAsync();

        var report = await site.GetJsonAsync(Api + "?from=2026-10-01T00:00&to=2026-10-02T00:00");

        Assert.Empty(report.GetProperty("lines").EnumerateArray());
        Assert.Equal(
            JsonValueKind.Null, report.GetProperty("total").GetProperty("asr").GetProperty("percent").ValueKind);
    }

    [Fact]
    public async Task Csv_has_the_integers_and_a_line_without_id_for_what_is_not_known()
    {
        await using var site = await SignallingSite.StartAsync();

        var lines = (await site.GetAsync(Api + "?by=trunk&format=csv")).Split("\r\n");

        Assert.StartsWith("by,id,name,accountId,from,to,attempts,answered,", lines[0], StringComparison.Ordinal);
        Assert.StartsWith(
            "trunk,CARRIER-1,,,2026-10-13T16:00:00.000000Z,2026-10-14T16:00:00.000000Z,6,4,0,1,1,1,4,", lines[1],
            StringComparison.Ordinal);
        Assert.StartsWith("trunk,,,,", lines[4], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("?by=carrier", "by")]
    [InlineData("?step=week", "step")]
    [InlineData("?from=yesterday", "from")]
    [InlineData("?from=2026-10-02T00:00&to=2026-10-01T00:00", "to")]
    [InlineData("?by=trunk&from=2026-08-01T00:00&to=2026-10-01T00:00", "to")]
    [InlineData("?from=2024-08-01T00:00&to=2026-10-01T00:00", "to")]
    [InlineData("?accountId=%2B15550100001", "accountId")]
    public async Task What_cannot_be_read_is_named(string query, string field)
    {
        await using var site = await SignallingSite.StartAsync();

        var problem = await site.GetJsonAsync(Api + query, HttpStatusCode.BadRequest);

        Assert.Equal([field], problem.GetProperty("errors").EnumerateObject().Select(error => error.Name));
    }

    [Fact]
    public async Task An_account_sees_its_own_units_by_the_dates_of_its_own_clock_and_nobody_else()
    {
        await using var site = await SignallingSite.StartAsync();

        // 04:30 UTC on the 14th is still the 13th in Denver.
        var night = SignallingSite.Answered("A-1", "U-2", 7);
        var earlier = night with { Call = night.Call with { StartedAtUs = night.Call.StartedAtUs - (27_000_000_000L) } };
        await site.WriteAsync(earlier);

        var account = await site.GetJsonAsync("/api/v1/accounts/A-1/signalling/2026-10");

        Assert.Equal(
            ["U-1", "U-2"],
            account.GetProperty("units").EnumerateArray().Select(unit => unit.GetProperty("unitId").GetString()));
        Assert.Equal(
            ["2026-10-13", "2026-10-14"],
            account.GetProperty("units")[1].GetProperty("days").EnumerateArray()
                .Select(day => day.GetProperty("date").GetString()));
        Assert.Equal(7, account.GetProperty("total").GetProperty("attempts").GetInt64());
        Assert.Equal(
            await site.GetAsync("/api/v1/accounts/0f9d1c/months/2026-10", HttpStatusCode.NotFound),
            await site.GetAsync("/api/v1/accounts/C-1/signalling/2026-10", HttpStatusCode.NotFound));
        await site.GetAsync("/api/v1/accounts/A-1/signalling/october", HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_call_tells_its_delays_and_why_it_was_released()
    {
        await using var site = await SignallingSite.StartAsync();
        var id = CallKey.Of(SignallingSite.Answered("A-1", "U-1", 1).Call);

        var call = await site.GetJsonAsync($"/api/v1/calls/{id}");
        var page = await site.GetAsync($"/calls/{id}");

        Assert.Equal((850, 1_150, 20, 1), (
            call.GetProperty("requestDelayMs").GetDecimal(), call.GetProperty("ringTimeMs").GetDecimal(),
            call.GetProperty("disconnectDelayMs").GetDecimal(), call.GetProperty("challenges").GetInt32()));
        Assert.Equal(16, call.GetProperty("releaseReason").GetProperty("cause").GetInt32());
        Assert.Contains("Q.850 16", page, StringComparison.Ordinal);
        Assert.Contains("1,150 ms", page, StringComparison.Ordinal);
    }

    private static (string Id, long Attempts) AttemptsOf(JsonElement line) => (
        line.GetProperty("id").GetString()!, line.GetProperty("figures").GetProperty("attempts").GetInt64());

    private static void AssertShare(JsonElement share, double percent, long numerator, long denominator) =>
        Assert.Equal((percent, numerator, denominator), (
            share.GetProperty("percent").GetDouble(), share.GetProperty("numerator").GetInt64(),
            share.GetProperty("denominator").GetInt64()));

    private static void AssertDelay(JsonElement delay, double meanMs, long count, long sumUs) =>
        Assert.Equal((meanMs, count, sumUs), (
            delay.GetProperty("meanMs").GetDouble(), delay.GetProperty("count").GetInt64(),
            delay.GetProperty("sumUs").GetInt64()));
}
