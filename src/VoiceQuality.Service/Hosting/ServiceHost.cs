using Microsoft.AspNetCore.HostFiltering;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Console;
using NodaTime;
using VoiceQuality.Service.Api;
using VoiceQuality.Service.Audit;
using VoiceQuality.Service.Demo;
using VoiceQuality.Service.Failures;
using VoiceQuality.Service.Ingest;
using VoiceQuality.Service.Noc;
using VoiceQuality.Service.Pages;
using VoiceQuality.Service.Rating;
using VoiceQuality.Service.Reference;
using VoiceQuality.Service.TrustPage;
using VoiceQuality.Storage;
using VoiceQuality.Storage.Migrations;
using VoiceQuality.Storage.Rescoring;

namespace VoiceQuality.Service.Hosting;

/// <summary>Puts the service together. Nothing starts before the application is started.</summary>
internal static class ServiceHost
{
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(60);
    private static readonly AssessorPace Pace = new(TimeSpan.FromMinutes(5));

    // Somebody watches, and the past is assessed once, when it is complete.
    private static readonly AssessorPace DemoPace = new(TimeSpan.FromSeconds(15), BeginsPaused: true);

    /// <summary>The web application of one service.</summary>
    /// <param name="settings">Checked settings.</param>
    /// <param name="database">Open database; whoever opened it closes it, after the application has stopped.</param>
    /// <param name="time">Clock of everything.</param>
    /// <param name="demo">Makes up its own traffic; null measures the sources of the settings.</param>
    public static WebApplication Build(ServeSettings settings, Database database, TimeProvider time, DemoOptions? demo)
    {
        // The empty builder reads neither the environment nor a file of the working folder, so that no setting of
        // another program can open a port or a listener.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        AddServer(builder, settings);
        AddLogging(builder, settings);

        builder.Services.AddSingleton(time);
        builder.Services.AddTelemetry(settings);
        builder.Services.AddStorage(database);
        builder.Services.AddRatingOfCalls();
        builder.Services.AddIngest(demo is null ? Pace : DemoPace);
        builder.Services.AddFailureDetection();
        builder.Services.AddSources(settings, demo);
        builder.Services.AddPages();
        builder.Services.AddSingleton(settings.Audit);
        builder.Services.AddApi();

        var app = builder.Build();
        app.UseHostFiltering();
        app.MapHealth();
        app.MapTrustPage();
        app.MapNoc();
        app.MapApi();

        if (settings.Prometheus.Enabled)
        {
            app.MapMetrics();
        }

        return app;
    }

    /// <summary>
    /// Reads the account document, the reference data and the usage files of the settings; all of them or none.
    /// </summary>
    /// <returns>Every error of every file, one line each; with one nothing is changed and the service does not
    /// start.</returns>
    public static async Task<IReadOnlyList<string>> ImportAsync(
        WebApplication app, ServeSettings settings, DemoOptions? demo, CancellationToken cancellationToken)
    {
        if (await OpenAuditAsync(app, cancellationToken) is { } refusal)
        {
            return [refusal];
        }

        var policy = settings.Monitor.ToScoringPolicy();
        if (!await app.Services.GetRequiredService<ScoringPolicyRepository>().RecordAsync(
            policy, Instant.FromDateTimeOffset(app.Services.GetRequiredService<TimeProvider>().GetUtcNow()),
            cancellationToken))
        {
            return [$"Scoring:File: the id {policy.Id} names another policy already; give this one an id of its own"];
        }

        if (demo is not null)
        {
            return [];
        }

        var imports = app.Services.GetRequiredService<StartUpImports>();
        var errors = new List<string>();
        var accounts = settings.Accounts.File is { Length: > 0 } path
            ? await ReadAsync(path, "Accounts:File", errors, cancellationToken)
            : null;
        var usage = new List<ImportFile>();

        foreach (var file in settings.Usage.Files)
        {
            if (await ReadAsync(file, "Usage:Files", errors, cancellationToken) is { } read)
            {
                usage.Add(read);
            }
        }

        var reference = await ReadReferenceAsync(settings.Reference, errors, cancellationToken);
        errors.AddRange(await imports.CheckAsync(accounts, reference, usage, cancellationToken));
        return errors.Count > 0 ? errors : await imports.ImportAsync(accounts, reference, usage, cancellationToken);
    }

    // A service that cannot say who did what does not start.
    private static async Task<string?> OpenAuditAsync(WebApplication app, CancellationToken cancellationToken)
    {
        try
        {
            await app.Services.GetRequiredService<AuditLog>().OpenAsync(cancellationToken);
            return null;
        }
        catch (Exception e) when (e is SqliteException or SchemaException or IOException or UnauthorizedAccessException)
        {
            return $"Audit:Path: the audit trail cannot be opened: {e.Message}";
        }
    }

    private static async Task<IReadOnlyDictionary<string, ReadOnlyMemory<byte>>> ReadReferenceAsync(
        ReferenceOptions options, List<string> errors, CancellationToken cancellationToken)
    {
        if (options.Folder is not { Length: > 0 } folder)
        {
            return new Dictionary<string, ReadOnlyMemory<byte>>();
        }

        if (!Directory.Exists(folder))
        {
            errors.Add("Reference:Folder: there is no such folder");
            return new Dictionary<string, ReadOnlyMemory<byte>>();
        }

        var (files, wrong) = await ReferenceFiles.ReadAsync([folder], cancellationToken);
        errors.AddRange(wrong.Select(error => $"Reference:Folder: {error}"));
        return files;
    }

    private static async Task<ImportFile?> ReadAsync(
        string path, string key, List<string> errors, CancellationToken cancellationToken)
    {
        var name = Path.GetFileName(path);

        try
        {
            return new ImportFile(name, await File.ReadAllBytesAsync(path, cancellationToken));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            errors.Add($"{key}: cannot read {name}: {e.Message}");
            return null;
        }
    }

    private static void AddServer(WebApplicationBuilder builder, ServeSettings settings)
    {
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.WebHost.UseUrls([.. settings.Urls.Select(url => url.GetLeftPart(UriPartial.Authority))]);
        builder.Services.AddRouting();
        builder.Services.Configure<HostFilteringOptions>(o => o.AllowedHosts = [.. LoopbackUrls.Hosts]);
        builder.Services.AddHostFiltering(_ => { });
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = StopLimit);
        builder.Services.Configure<ConsoleLifetimeOptions>(o => o.SuppressStatusMessages = true);
    }

    private static void AddLogging(WebApplicationBuilder builder, ServeSettings settings)
    {
        builder.Logging.AddConfiguration(settings.Configuration.GetSection("Logging"));
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        builder.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
            console.ColorBehavior = LoggerColorBehavior.Disabled;
        });
        builder.Services.Configure<ConsoleLoggerOptions>(o => o.LogToStandardErrorThreshold = LogLevel.Trace);
    }
}
