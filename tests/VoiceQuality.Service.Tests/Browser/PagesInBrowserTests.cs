using Microsoft.Playwright;
using VoiceQuality.Service.Tests.Api;
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
}
