using System.Net;
using VoiceQuality.Service.Tests.Claims;
using VoiceQuality.Sla.Ledger;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Storage.Ledger;

namespace VoiceQuality.Service.Tests.Api;

public class PostingPeriodTests
{
    private const string Periods = "/api/v1/billing/posting-periods";
    private static readonly ServiceMonth October = new(2026, 10);

    [Fact]
    public async Task A_pulled_period_never_changes_and_corrections_are_in_the_next_open_one()
    {
        await using var site = await ContractSite.StartAsync();
        await PostAsync(site, "E-1", "U-cut", 25.00m);
        var open = (await site.GetJsonAsync(Periods)).GetProperty("periods")[0];
        Assert.Equal(("2026-11", "OPEN"), (open.Text("period"), open.Text("state")));
        Assert.Equal("25.00", open.GetProperty("controlTotals").Text("sum"));
        await site.GetAsync($"{Periods}/2026-11/entries", HttpStatusCode.Conflict);
        await site.PostJsonAsync($"{Periods}/2026-11/pull", null, "", expected: HttpStatusCode.BadRequest);
        await site.PostJsonAsync($"{Periods}/2026-12/pull", null, "", "billing", HttpStatusCode.Conflict);

        var pulled = await site.PostJsonAsync($"{Periods}/2026-11/pull", null, "", "billing", HttpStatusCode.OK);
        Assert.Equal(("PULLED", "billing"), (pulled.Text("state"), pulled.Text("pulledBy")));
        var before = await site.GetAsync($"{Periods}/2026-11/entries");
        await PostAsync(site, "E-2", "U-edge", 7.50m);
        site.Clock.Advance(TimeSpan.FromDays(1));
        var again = await site.PostJsonAsync($"{Periods}/2026-11/pull", null, "", "somebody", HttpStatusCode.OK);
        Assert.Equal(pulled.ToString(), again.ToString());
        Assert.Equal(before, await site.GetAsync($"{Periods}/2026-11/entries"));

        var next = (await site.GetJsonAsync(Periods)).GetProperty("periods")[0];
        Assert.Equal(("2026-12", "OPEN"), (next.Text("period"), next.Text("state")));
        Assert.Equal("7.50", next.GetProperty("controlTotals").Text("sum"));
    }

    [Fact]
    public async Task Every_page_has_the_totals_and_the_pages_add_up()
    {
        await using var site = await ContractSite.StartAsync();
        string[] units = ["U-cut", "U-edge", "U-blind", "U-silent", "U-refund"];
        for (var i = 0; i < units.Length; i++)
        {
            await PostAsync(site, $"E-{i}", units[i], 10.01m + i);
        }

        await site.PostJsonAsync($"{Periods}/2026-11/pull", null, "", "billing", HttpStatusCode.OK);
        var (sum, count, cursor) = (0m, 0, (string?)"");
        while (cursor is not null)
        {
            var page = await site.GetJsonAsync(
                $"{Periods}/2026-11/entries?limit=2{(cursor.Length == 0 ? "" : "&cursor=" + cursor)}");

            // 10.01 + 11.01 + 12.01 + 13.01 + 14.01 = 60.05.
            Assert.Equal("60.05", page.GetProperty("controlTotals").Text("sum"));
            Assert.Equal(5, page.GetProperty("controlTotals").GetProperty("count").GetInt64());
            foreach (var entry in page.GetProperty("entries").EnumerateArray())
            {
                sum += decimal.Parse(entry.Text("amount")!, System.Globalization.CultureInfo.InvariantCulture);
                count++;
            }

            cursor = page.Text("nextCursor");
        }

        Assert.Equal((60.05m, 5), (sum, count));

        using var csv = await site.Client.GetAsync($"{Periods}/2026-11/entries?format=csv&limit=2");
        Assert.Equal("text/csv", csv.Content.Headers.ContentType!.MediaType);
        Assert.Equal("60.05", csv.Headers.GetValues("X-Control-Sum").Single());
        Assert.Equal("5", csv.Headers.GetValues("X-Control-Count").Single());
        Assert.NotEmpty(csv.Headers.GetValues("X-Next-Cursor").Single());
        var lines = (await csv.Content.ReadAsStringAsync()).Split("\r\n");
        Assert.Equal(4, lines.Length);
        Assert.Contains(",MOS_CREDIT,10.01,POSTED,", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cursor_that_was_changed_or_made_for_another_period_is_refused()
    {
        await using var site = await ContractSite.StartAsync();
        await PostAsync(site, "E-1", "U-cut", 1.00m);
        await PostAsync(site, "E-2", "U-edge", 2.00m);
        await site.PostJsonAsync($"{Periods}/2026-11/pull", null, "", "billing", HttpStatusCode.OK);
        site.Clock.Advance(TimeSpan.FromDays(30));
        await PostAsync(site, "E-3", "U-blind", 3.00m);
        await site.PostJsonAsync($"{Periods}/2026-12/pull", null, "", "billing", HttpStatusCode.OK);
        var cursor = (await site.GetJsonAsync($"{Periods}/2026-11/entries?limit=1")).Text("nextCursor")!;
        Assert.Single((await site.GetJsonAsync($"{Periods}/2026-11/entries?cursor={cursor}"))
            .GetProperty("entries").EnumerateArray());
        await site.GetAsync($"{Periods}/2026-12/entries?cursor={cursor}", HttpStatusCode.BadRequest);
        for (var i = 0; i < cursor.Length; i++)
        {
            var changed = cursor[..i] + (cursor[i] == 'A' ? 'B' : 'A') + cursor[(i + 1)..];
            await site.GetAsync($"{Periods}/2026-11/entries?cursor={changed}", HttpStatusCode.BadRequest);
        }
    }

    private static async Task PostAsync(TestSite site, string id, string unit, decimal amount)
    {
        var now = NodaTime.Instant.FromDateTimeOffset(site.Clock.GetUtcNow());
        var day = now.InUtc();
        var posted = await new LedgerRepository(site.Database).PostAsync(
            new ClaimKey("A-1", unit, October, LedgerEntryKind.MosCredit), amount,
            new LedgerStamp(id, new ServiceMonth(day.Year, day.Month), "p", "e", "claims", now),
            CancellationToken.None);
        Assert.Equal(PostOutcome.Posted, posted.Outcome);
    }
}
