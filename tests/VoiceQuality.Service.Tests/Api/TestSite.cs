using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using VoiceQuality.Service.Api;
using VoiceQuality.Service.Noc;
using VoiceQuality.Service.Pages;
using VoiceQuality.Service.TrustPage;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Usage;
using VoiceQuality.Storage;
using VoiceQuality.Storage.Calls;
using VoiceQuality.Storage.Usage;

namespace VoiceQuality.Service.Tests.Api;

/// <summary>
/// The pages and the API over a real database file and a real socket, with a clock that stands still.
/// </summary>
internal sealed class TestSite : IAsyncDisposable
{
    private readonly string _folder;
    private readonly WebApplication _app;

    private TestSite(string folder, Database database, WebApplication app, TestClock clock)
    {
        _folder = folder;
        _app = app;
        Database = database;
        Clock = clock;
        Address = new Uri(app.Urls.First());
        Client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = Address };
    }

    public Database Database { get; }

    public TestClock Clock { get; }

    public Uri Address { get; }

    public HttpClient Client { get; }

    public IServiceProvider Services => _app.Services;

    /// <summary>Starts a site whose account book is <paramref name="accountsJson"/>.</summary>
    /// <param name="accountsJson">The account book.</param>
    /// <param name="now">The clock.</param>
    /// <param name="configure">Parts in place of those that the service has.</param>
    public static async Task<TestSite> StartAsync(
        string accountsJson, DateTimeOffset now, Action<IServiceCollection>? configure = null)
    {
        var folder = Directory.CreateTempSubdirectory("voicequality-site-").FullName;
        var database = await Database.OpenAsync(Path.Combine(folder, "measurements.db"), CancellationToken.None);
        var clock = new TestClock(now);
        var (book, errors) = AccountBook.Parse(Encoding.UTF8.GetBytes(accountsJson));
        Assert.Empty(errors);

        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRouting();
        builder.Services.AddSingleton<TimeProvider>(clock);
        builder.Services.AddSingleton(database);
        builder.Services.AddSingleton<IAccountBookSource>(new FixedBook(book!));
        configure?.Invoke(builder.Services);
        builder.Services.AddPages();
        builder.Services.AddApi();
        var app = builder.Build();
        app.MapTrustPage();
        app.MapNoc();
        app.MapApi();
        app.MapGet("/api/v1/fault", new Func<string>(() => throw new InvalidOperationException("+15550001111 leaked")));
        app.MapGet("/fault", new Func<string>(() => throw new InvalidOperationException("+15550001111 leaked")));
        await app.StartAsync();
        return new TestSite(folder, database, app, clock);
    }

    public async Task WriteAsync(params MeasuredCall[] calls)
    {
        using var writer = new MeasurementWriter(Database);
        await writer.WriteAsync(calls, [], CancellationToken.None);
    }

    public Task ImportAsync(IEnumerable<UsageLine> lines, params UsageSet[] alsoCovered) =>
        new UsageRepository(Database).ImportAsync(
            lines, alsoCovered, new string('a', 64), Instant.FromDateTimeOffset(Clock.GetUtcNow()),
            CancellationToken.None);

    /// <summary>The body of an answer that must have this status.</summary>
    public async Task<string> GetAsync(string path, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var response = await Client.GetAsync(path);
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == expected, $"{path}: {(int)response.StatusCode} {body}");
        return body;
    }

    public async Task<JsonElement> GetJsonAsync(string path, HttpStatusCode expected = HttpStatusCode.OK) =>
        JsonDocument.Parse(await GetAsync(path, expected)).RootElement;

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
        await Database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private sealed record FixedBook(AccountBook Book) : IAccountBookSource;
}

/// <summary>A clock that a test moves.</summary>
internal sealed class TestClock(DateTimeOffset now) : TimeProvider
{
    private DateTimeOffset _now = now;

    public override DateTimeOffset GetUtcNow() => _now;

    public void Advance(TimeSpan by) => _now += by;
}
