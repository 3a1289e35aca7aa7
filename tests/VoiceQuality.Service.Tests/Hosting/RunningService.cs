using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using VoiceQuality.Service.Demo;
using VoiceQuality.Service.Hosting;
using VoiceQuality.Storage;

namespace VoiceQuality.Service.Tests.Hosting;

/// <summary>The whole service in this process, on a free loopback port, with a database of its own.</summary>
internal sealed class RunningService : IAsyncDisposable
{
    private readonly bool _ownsDatabase;

    private RunningService(WebApplication app, Database database, bool ownsDatabase)
    {
        App = app;
        Database = database;
        _ownsDatabase = ownsDatabase;
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
    }

    public WebApplication App { get; }

    public Database Database { get; }

    public HttpClient Client { get; }

    public static async Task<RunningService> StartAsync(
        TimeProvider time, DemoOptions? demo, Func<ServeSettings, ServeSettings>? change = null, Database? database = null)
    {
        var settings = ServeSettings.On("http://127.0.0.1:0");
        settings = change?.Invoke(settings) ?? settings;
        var own = database ?? await Database.OpenAsync(Database.InMemoryPath, CancellationToken.None);
        var app = ServiceHost.Build(settings, own, time, demo);
        Assert.Empty(await ServiceHost.ImportAsync(app, settings, demo, CancellationToken.None));
        await app.StartAsync();
        return new RunningService(app, own, ownsDatabase: database is null);
    }

    /// <summary>Waits until the demonstration's past is stored and assessed.</summary>
    public Task FilledAsync() => App.Services.GetServices<IHostedService>().OfType<DemoService>().Single()
        .Filled.WaitAsync(TimeSpan.FromMinutes(5));

    public Task<string> GetAsync(string path) => Client.GetStringAsync(new Uri(path, UriKind.Relative));

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await App.StopAsync();

        // A part that fails while it stops is only logged, and leaves undone what comes after.
        Assert.All(
            App.Services.GetServices<IHostedService>().OfType<BackgroundService>(),
            static part => Assert.False(part.ExecuteTask?.IsFaulted, $"{part}: {part.ExecuteTask?.Exception}"));
        await App.DisposeAsync();

        if (_ownsDatabase)
        {
            await Database.DisposeAsync();
        }
    }
}
