using System.CommandLine;
using Microsoft.AspNetCore.Connections;
using Microsoft.Data.Sqlite;
using VoiceQuality.Service.Demo;
using VoiceQuality.Service.Hosting;
using VoiceQuality.Storage;
using VoiceQuality.Storage.Migrations;

namespace VoiceQuality.Service.Cli;

/// <summary>The verb <c>serve</c>: runs until it is asked to stop.</summary>
internal static class ServeCommand
{
    public static Command Create(CliConsole console)
    {
        var config = new Option<string?>("--config")
        {
            Description = "Settings as JSON. The environment (VQ_Section__Key) and these options win over it.",
            HelpName = "FILE",
        };
        var urls = new Option<string?>("--urls")
        {
            Description = $"Addresses to listen on, loopback only, separated by ';' (default {ServeSettings.DefaultUrl}).",
            HelpName = "URLS",
        };
        var database = new Option<string?>("--db")
        {
            Description = "Database file; the same as Storage:Path.",
            HelpName = "FILE",
        };
        var demo = new Option<bool>("--demo")
        {
            Description = "Make up accounts, calls and usage; needs no traffic, no rights and no server.",
        };
        var data = new Option<string?>("--data")
        {
            Description = "With --demo: keep its database in this folder. Without, it is deleted at the end.",
            HelpName = "FOLDER",
        };
        var seed = new Option<ulong>("--seed")
        {
            Description = "With --demo: the same seed makes up the same calls.",
            DefaultValueFactory = _ => new DemoOptions().Seed,
        };
        var verb = new Verb(
            "serve",
            "Runs the service: measures, stores, assesses, and serves pages, API and metrics.",
            "voicequality serve --demo",
            "voicequality serve --config voicequality.json --urls http://127.0.0.1:9080")
        {
            config, urls, database, demo, data, seed,
        };

        verb.SetAction((result, cancellationToken) => RunAsync(
            console,
            result.GetValue(config),
            Overrides(result.GetValue(urls), result.GetValue(database)),
            result.GetValue(demo) ? new DemoOptions { Seed = result.GetValue(seed) } : null,
            result.GetValue(data),
            cancellationToken));
        return verb;
    }

    private static Dictionary<string, string?> Overrides(string? urls, string? database)
    {
        var overrides = new Dictionary<string, string?>();

        if (urls is not null)
        {
            overrides["Urls"] = urls;
        }

        if (database is not null)
        {
            overrides[$"{StorageOptions.SectionName}:{nameof(StorageOptions.Path)}"] = database;
        }

        return overrides;
    }

    private static async Task<int> RunAsync(
        CliConsole console, string? config, Dictionary<string, string?> overrides, DemoOptions? demo, string? data,
        CancellationToken cancellationToken)
    {
        var settings = ServeSettings.Read(config, overrides, out var errors);

        if (data is not null && demo is null)
        {
            errors = [.. errors, "--data goes with --demo; without it use --db FILE"];
        }

        if (demo is null)
        {
            errors = [.. errors, .. SettingsPlaces.Missing(settings)];
        }

        if (errors.Count > 0)
        {
            return Refuse(console, errors);
        }

        if (demo is null && settings.Sources is { Interfaces.Count: > 0, Capture.KeepCapabilities: false })
        {
            ProcessRights.KeepRawNetworkAlone();
        }

        if (LoopbackUrls.FindTaken(settings.Urls) is { } taken)
        {
            throw InUse(taken.AbsoluteUri);
        }

        var path = demo is null ? settings.Storage.Path : DemoPath(data);
        await using var database = await OpenAsync(path, cancellationToken);
        await using var app = ServiceHost.Build(settings, database, TimeProvider.System, demo);
        errors = await ServiceHost.ImportAsync(app, settings, demo, cancellationToken);

        if (errors.Count > 0)
        {
            return Refuse(console, errors);
        }

        await StartAsync(app, settings);
        var listening = string.Join(", ", app.Urls);
        app.Logger.Listening(listening);
        app.Lifetime.ApplicationStopping.Register(app.Logger.Stopping);
        Announce(console, app, demo);
        await app.WaitForShutdownAsync(cancellationToken);
        return ExitStatus.Done;
    }

    /// <summary>Opens a database, or says in one line why it cannot be opened.</summary>
    internal static async Task<Database> OpenAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await Database.OpenAsync(path, cancellationToken);
        }
        catch (SchemaException exception)
        {
            throw new CliException(exception.Message);
        }
        catch (Exception exception) when (exception is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw new CliException($"cannot open the database {path}: {exception.Message}");
        }
    }

    private static string DemoPath(string? folder)
    {
        if (folder is null)
        {
            return Database.InMemoryPath;
        }

        Directory.CreateDirectory(folder);
        return Path.Combine(folder, "voicequality-demo.db");
    }

    private static async Task StartAsync(WebApplication app, ServeSettings settings)
    {
        try
        {
            // A start takes no time; a stop that comes meanwhile finds all of it started, and ends it in good order.
            await app.StartAsync(CancellationToken.None);
        }
        catch (IOException exception) when (exception.InnerException is AddressInUseException)
        {
            throw InUse(string.Join(", ", settings.Urls));
        }
    }

    private static CliException InUse(string url) =>
        new($"{url} is in use; stop what listens there or choose another port with --urls");

    private static void Announce(CliConsole console, WebApplication app, DemoOptions? demo)
    {
        var output = console.Output;

        foreach (var url in app.Urls)
        {
            output.WriteLine($"VoiceQuality{(demo is null ? "" : " demonstration")} on {url}");
            output.WriteLine($"  status and network   {url}/trust");
            output.WriteLine($"  operations           {url}/calls");

            if (demo is not null)
            {
                output.WriteLine($"  one customer         {url}/account/{DemoWorld.Accounts[0].AccountId}");
            }

            output.WriteLine($"  API                  {url}/openapi/v1.json");
            output.WriteLine($"  metrics              {url}/metrics");
            output.WriteLine($"  health               {url}/health/ready");
        }

        output.WriteLine("It listens to this machine alone: there is no login yet. Ctrl-C stops it.");
        output.Flush();
    }

    private static int Refuse(CliConsole console, IReadOnlyList<string> errors)
    {
        foreach (var error in errors)
        {
            console.Error.WriteLine($"voicequality: {error}");
        }

        return ExitStatus.Unusable;
    }
}
