using Microsoft.Playwright;
using VoiceQuality.Service.Tests.Api;
using VoiceQuality.Service.Tests.Claims;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.TollFree;
using VoiceQuality.Sla.Usage;
using VoiceQuality.Storage.Calls;
using VoiceQuality.Testing.Programs;

namespace VoiceQuality.Service.Tests.Browser;

public class PagesInBrowserTests
{
    /// <summary>Names a folder that gets a picture of every page.</summary>
    private const string PictureFolderVariable = "VQ_SCREENSHOTS";

    private static readonly (string Name, string Path)[] Pages =
    [
        ("trust", "/trust"),
        ("accounts", "/accounts"),
        ("account-one", "/account/A-solo"),
        ("account-few", "/account/B-few?month=2026-09"),
        ("account-fifty", "/account/C-many?month=2026-09"),
        ("account-empty", "/account/B-few?month=2026-01"),
        ("unit", "/account/B-few/units/B-support?month=2026-09"),
        ("unit-long", "/account/B-few/units/B-long"),
        ("unit-empty", "/account/D-1/units/D-1-u?month=2025-12"),
        ("risk", "/risk"),
        ("reviews", "/reviews"),
        ("components", "/components"),
        ("alarms-none", "/alarms"),
        ("signalling", "/signalling"),
        ("signalling-trunks", "/signalling?by=trunk&from=2026-10-01T00:00&to=2026-10-21T00:00"),
        ("calls", "/calls"),
        ("calls-none", "/calls?from=2020-01-01T00:00&to=2020-02-01T00:00"),
        ("call", "/calls/" + CallKey.Of(LargeSite.DetailedCall.Call)),
        ("missing", "/nowhere"),
        ("wrong", "/calls?mosBelow=x&limit=0"),
    ];

    [RequiresProgramFact(Chromium.Program)]
    public async Task Every_page_is_quiet_and_fits_a_telephone_and_a_desk()
    {
        await using var site = await LargeSite.StartAsync();
        await using var chromium = await Chromium.StartAsync();
        var faults = new List<string>();
        foreach (var (width, scheme) in new[] { (360, ColorScheme.Dark), (1280, ColorScheme.Light),
            (1280, ColorScheme.Dark) })
        {
            var (page, ofPage) = await chromium.OpenAsync(site.Address, width, scheme);
            foreach (var (name, path) in Pages)
            {
                await page.GotoAsync(path);
                var overflow = await page.EvaluateAsync<int>(
                    "() => document.documentElement.scrollWidth - document.documentElement.clientWidth");
                if (overflow > 0)
                {
                    faults.Add($"{path} is {overflow} px wider than {width} px");
                }

                // A page that is refused logs its own status in the console; that is no fault of the page.
                ofPage.RemoveAll(fault => fault.Contains("status of 40", StringComparison.Ordinal));
                faults.AddRange(ofPage.Select(fault => $"{path}: {fault}"));
                ofPage.Clear();
                await KeepPictureAsync(page, $"{name}-{width}-{scheme}.png");
            }

            await page.CloseAsync();
        }

        Assert.Empty(faults);
    }

    [RequiresProgramFact(Chromium.Program)]
    public async Task Pages_of_what_persons_decide_are_quiet_and_fit()
    {
        await using var site = await ContractSite.StartAsync();
        using var assessor = new SiteAssessor(site);
        await DecisionsAsync(site, assessor);
        await using var chromium = await Chromium.StartAsync();
        foreach (var width in (int[])[360, 1280])
        {
            var (page, faults) = await chromium.OpenAsync(site.Address, width);
            foreach (var (name, path) in ((string, string)[])[
                ("reviews-restated", "/reviews"), ("alarms", "/alarms"),
                ("account-decided", "/account/A-1?month=2026-10"),
                ("unit-decided", "/account/A-1/units/U-cut?month=2026-10"),
                ("unit-resolved", "/account/A-1/units/U-blind?month=2026-10")])
            {
                await page.GotoAsync(path);
                Assert.Equal(0, await page.EvaluateAsync<int>(
                    "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"));
                await KeepPictureAsync(page, $"{name}-{width}.png");
            }

            Assert.Empty(faults);
            await page.CloseAsync();
        }
    }

    [RequiresProgramFact(Chromium.Program)]
    public async Task Hostile_names_stay_text_on_every_page_that_shows_them()
    {
        await using var site = await LargeSite.StartAsync();
        await using var chromium = await Chromium.StartAsync();
        var (page, faults) = await chromium.OpenAsync(site.Address, 1280);
        foreach (var path in new[] { "/account/B-few", "/account/B-few/units/B-support", "/calls",
            Pages.Single(p => p.Name == "call").Path })
        {
            await page.GotoAsync(path);
            Assert.Equal(0, await page.Locator("img, script, b").CountAsync());
            Assert.Contains(
                ContractSite.HostileName, await page.Locator("main").InnerTextAsync(), StringComparison.Ordinal);
        }

        Assert.Empty(faults);
    }

    [RequiresProgramFact(Chromium.Program)]
    public async Task The_first_tab_stop_skips_to_the_content_and_the_filter_works_without_script()
    {
        await using var site = await LargeSite.StartAsync();
        await using var chromium = await Chromium.StartAsync();
        var (page, faults) = await chromium.OpenAsync(site.Address, 1280);
        await page.GotoAsync("/calls");
        await page.Keyboard.PressAsync("Tab");
        Assert.Equal("Skip to content", await page.EvaluateAsync<string>("() => document.activeElement.textContent"));

        await page.SelectOptionAsync("#unit", "_unassigned");
        await page.ClickAsync("button[type=submit]");
        Assert.Equal(1, await page.Locator("tbody tr").CountAsync());
        Assert.Contains("unit=_unassigned", page.Url, StringComparison.Ordinal);
        Assert.Empty(faults);
    }

    private static async Task KeepPictureAsync(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable(PictureFolderVariable) is { Length: > 0 } folder)
        {
            await page.ScreenshotAsync(
                new PageScreenshotOptions { Path = Path.Combine(folder, name), FullPage = true });
        }
    }

    // A rejected decrease, one that waits, a restatement of a resolved claim, and alarms.
    private static async Task DecisionsAsync(TestSite site, SiteAssessor assessor)
    {
        const string Account = "/api/v1/accounts/A-1";
        const string Because = """{"decision":"DENY","reason":"Nothing was bad","evidence":["ticket-1"]}""";
        var october = new ServiceMonth(2026, 10);
        await assessor.AssessAsync(october);
        await site.PostJsonAsync($"{Account}/claims", "k1", """{"unitId":"U-cut","month":"2026-10"}""");
        var claim = await site.PostJsonAsync($"{Account}/claims", "k2", """{"unitId":"U-blind","month":"2026-10"}""");
        await site.PostJsonAsync($"{Account}/claims/{claim.Text("claimId")}/resolution", "k3", Because, "kim");
        foreach (var usage in (decimal[])[1000m, 2000m])
        {
            site.Clock.Advance(TimeSpan.FromMinutes(1));
            await site.ImportAsync([new UsageLine("A-1", "U-cut", october, ChargeKind.UsageDomestic, usage, null)]);
            await assessor.AssessStaleAsync();
            if (usage == 1000m)
            {
                var newest = (await site.GetJsonAsync($"{Account}/restatements")).GetProperty("restatements")[0];
                await site.PostJsonAsync(
                    $"/api/v1/ledger/entries/{newest.Text("entryId")}/rejection", "k4",
                    """{"reason":"The usage was billed twice"}""", "pat");
            }
        }

        var day = new NodaTime.LocalDate(2026, 10, 20);
        await site.WriteAsync(
            SeedCalls.Answered("A-1", "U-blind", day, 1, 37000) with { Alarm = LocalNumberAlarm.EmergencyAttempt },
            SeedCalls.Answered("A-1", "U-edge", day, 2, 39000) with { Alarm = LocalNumberAlarm.UseNotSupported });
        await assessor.AssessAsync(october);
    }
}
