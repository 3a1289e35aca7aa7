using System.Net;
using Microsoft.Playwright;
using VoiceQuality.Service.Tests.Browser;
using VoiceQuality.Service.TrustPage;
using VoiceQuality.Quality.Signalling;
using VoiceQuality.Sla.Privacy;
using VoiceQuality.Testing.Programs;

namespace VoiceQuality.Service.Tests.Signalling;

public sealed class SignallingPageTests
{
    /// <summary>Names a folder that gets a picture of every page.</summary>
    private const string PictureFolderVariable = "VQ_SCREENSHOTS";

    [Theory]
    [InlineData("unit", "Sales")]
    [InlineData("trunk", "CARRIER-1")]
    [InlineData("component", "SIP trunk Denver")]
    public async Task The_operations_centre_sees_a_line_and_a_trend_for_each(string by, string name)
    {
        await using var site = await SignallingSite.StartAsync();

        var page = await site.GetAsync("/signalling?by=" + by);

        Assert.Contains(name, page, StringComparison.Ordinal);
        Assert.Contains("ASR of 24 hours", page, StringComparison.Ordinal);
        Assert.Equal(by != "unit", page.Contains("None that is known", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_time_that_cannot_be_read_is_refused_and_one_without_attempts_says_so()
    {
        await using var site = await SignallingSite.StartAsync();

        await site.GetAsync("/signalling?from=x", HttpStatusCode.BadRequest);
        Assert.Contains(
            "No call attempts", await site.GetAsync("/signalling?from=2026-10-01T00:00&to=2026-10-02T00:00"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_account_and_its_units_show_their_own_attempts_alone()
    {
        await using var site = await SignallingSite.StartAsync();

        var account = await site.GetAsync("/account/A-1?month=2026-10");
        var unit = await site.GetAsync("/account/A-1/units/U-1?month=2026-10");
        var other = await site.GetAsync("/account/B-1?month=2026-10");

        // 4 of the 6 attempts of A-1 were answered, 4 of the 5 of U-1, and the only one of B-1.
        Assert.Contains(">66.67<small>4/6</small>", account, StringComparison.Ordinal);
        Assert.Contains(">80.00<small>4/5</small>", unit, StringComparison.Ordinal);
        Assert.Contains(">100.00<small>1/1</small>", other, StringComparison.Ordinal);
        Assert.DoesNotContain("/6</small>", other, StringComparison.Ordinal);
    }

    [Fact]
    public void Network_figures_are_shown_when_no_customer_is_most_of_any_number_in_them()
    {
        // Five customers with 10 attempts each, 8 answered, 1 busy: 40 of 50 and 45 of 50.
        var one = new SignallingCounters
        {
            Attempts = 10, Answered = 8, NotAnsweredByUser = 1, PostDial = new DelaySum(9, 9 * 500_000),
        };
        var five = Enumerable.Repeat(one, 5).ToArray();
        Assert.Equal(new NetworkSignalling(80, 90, 500), NetworkSignalling.Of(five, PublicationRule.Default));
        Assert.Equal(NetworkSignalling.Nothing, NetworkSignalling.Of(five[1..], PublicationRule.Default));

        // One customer has all the busy calls: NER would tell them, ASR does not.
        var quiet = one with { NotAnsweredByUser = 0 };
        Assert.Equal(
            new NetworkSignalling(80, null, 500),
            NetworkSignalling.Of([one, quiet, quiet, quiet, quiet], PublicationRule.Default));
    }

    [RequiresProgramFact(Chromium.Program)]
    public async Task The_pages_are_quiet_and_fit_a_telephone_and_a_desk()
    {
        await using var site = await SignallingSite.StartAsync();
        await using var chromium = await Chromium.StartAsync();
        foreach (var (width, scheme) in new[] { (360, ColorScheme.Light), (360, ColorScheme.Dark),
            (1280, ColorScheme.Light), (1280, ColorScheme.Dark) })
        {
            var (page, faults) = await chromium.OpenAsync(site.Address, width, scheme);
            foreach (var (name, path) in ((string, string)[])[
                ("signalling-unit", "/signalling"), ("signalling-trunk", "/signalling?by=trunk"),
                ("signalling-account", "/account/A-1?month=2026-10"),
                ("signalling-of-unit", "/account/A-1/units/U-1?month=2026-10")])
            {
                await page.GotoAsync(path);
                Assert.Equal(0, await page.EvaluateAsync<int>(
                    "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"));
                if (Environment.GetEnvironmentVariable(PictureFolderVariable) is { Length: > 0 } folder)
                {
                    await page.ScreenshotAsync(new PageScreenshotOptions
                    {
                        Path = Path.Combine(folder, $"{name}-{width}-{scheme}.png"), FullPage = true,
                    });
                }
            }

            Assert.Empty(faults);
            await page.CloseAsync();
        }
    }
}
