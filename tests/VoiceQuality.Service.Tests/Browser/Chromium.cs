using Microsoft.Playwright;
using VoiceQuality.Testing.Programs;

namespace VoiceQuality.Service.Tests.Browser;

/// <summary>An installed Chromium that collects what goes wrong on a page.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    public const string Program = "chromium";

    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync",
    ];

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private Chromium(IPlaywright playwright, IBrowser browser)
    {
        _playwright = playwright;
        _browser = browser;
    }

    public static async Task<Chromium> StartAsync()
    {
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = RequiredProgram.PathOf(Program),
            Args = Arguments,
        });
        return new Chromium(playwright, browser);
    }

    /// <summary>A page of a width; everything it complains of, and every request elsewhere, goes to the list.</summary>
    public async Task<(IPage Page, List<string> Faults)> OpenAsync(
        Uri site, int width, ColorScheme scheme = ColorScheme.Light)
    {
        var page = await _browser.NewPageAsync(new BrowserNewPageOptions
        {
            BaseURL = site.ToString(),
            ColorScheme = scheme,
            ViewportSize = new ViewportSize { Width = width, Height = 900 },
        });
        var faults = new List<string>();
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                faults.Add($"console {message.Type}: {message.Text}");
            }
        };
        page.PageError += (_, error) => faults.Add($"page error: {error}");
        page.Dialog += async (_, dialog) =>
        {
            faults.Add($"dialog: {dialog.Message}");
            await dialog.DismissAsync();
        };
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(site.ToString(), StringComparison.Ordinal))
            {
                faults.Add($"request elsewhere: {request.Url}");
            }
        };
        page.RequestFailed += (_, request) => faults.Add($"request failed: {request.Url} {request.Failure}");
        return (page, faults);
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }
}
