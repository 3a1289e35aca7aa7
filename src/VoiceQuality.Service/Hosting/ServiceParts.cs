using System.Diagnostics.Metrics;
using VoiceQuality.Service.CaptureLoss;
using VoiceQuality.Service.Demo;
using VoiceQuality.Service.Failures;
using VoiceQuality.Service.Ingest;
using VoiceQuality.Service.Pages;
using VoiceQuality.Service.Telemetry;
using VoiceQuality.Service.Telemetry.Influx;
using VoiceQuality.Service.Telemetry.Prometheus;
using VoiceQuality.Service.TrustPage;
using VoiceQuality.Storage;
using VoiceQuality.Storage.Accounts;
using VoiceQuality.Storage.Calls;
using VoiceQuality.Storage.Credits;
using VoiceQuality.Storage.Months;
using VoiceQuality.Storage.Signalling;
using VoiceQuality.Storage.Sources;
using VoiceQuality.Storage.Usage;

namespace VoiceQuality.Service.Hosting;

/// <summary>
/// The parts of the service. Hosted ones start in the order in which they are added and stop in reverse: the sources
/// stop first, then what is queued is stored, then what is left goes to InfluxDB.
/// </summary>
internal static class ServiceParts
{
    public static void AddTelemetry(this IServiceCollection services, ServeSettings settings)
    {
        services.AddMetrics();
        services.AddSingleton(settings.Prometheus);
        services.AddSingleton(_ => new PipelineTotals
        {
            TlsLosses = new TlsLossReports(settings.Sources.TlsLossAlarmAt),
        });
        services.AddSingleton<InfluxCounters>();
        services.AddSingleton<ServiceMetrics>();
        services.AddSingleton(provider =>
        {
            // The metrics first: the collector shows the meters of this service's own factory.
            var meter = provider.GetRequiredService<ServiceMetrics>().Meter;
            var factory = provider.GetRequiredService<IMeterFactory>();
            return new PrometheusCollector(
                other => ReferenceEquals(other.Scope, factory) && other.Name == meter.Name, settings.Prometheus);
        });

        // Counters start with the service, not with the first scrape.
        services.AddHostedService<CollectorStart>();

        if (settings.Influx.Url is null)
        {
            return;
        }

        services.AddSingleton(settings.Influx);
        services.AddSingleton<InfluxSpool>();
        services.AddSingleton(_ => new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        });
        services.AddSingleton<InfluxRequest>();
        services.AddSingleton<Func<double>>(Random.Shared.NextDouble);
        services.AddHostedService<InfluxWriter>();
        services.AddHostedService<InfluxHeartbeat>();
    }

    public static void AddStorage(this IServiceCollection services, Database database)
    {
        services.AddSingleton(_ => new MeasurementWriter(database));
        services.AddSingleton(new CallQueries(database));
        services.AddSingleton(new MonthQueries(database));
        services.AddSingleton(new AccountRepository(database));
        services.AddSingleton(new UsageRepository(database));
        services.AddSingleton(new CreditRepository(database));
        services.AddSingleton(new SourceRepository(database));

        // By instance, so that the container does not close what it did not open.
        services.AddSingleton(database);
    }

    public static void AddIngest(this IServiceCollection services, AssessorPace pace)
    {
        services.AddSingleton(pace);
        services.AddSingleton<AccountDirectory>();
        services.AddSingleton<IAccountBookSource>(provider => provider.GetRequiredService<AccountDirectory>());
        services.AddSingleton<CallResolver>();
        services.AddSingleton<IngestState>();
        services.AddSingleton<MeasurementQueue>();
        services.AddSingleton<IMeasurementStore, MeasurementStore>();
        services.AddSingleton<Imports>();
        services.AddSingleton<StartUpImports>();
        services.AddSingleton<CreditAssessor>();
        services.AddHostedService(provider => provider.GetRequiredService<CreditAssessor>());
        services.AddSingleton<ReadingBackfill>();
        services.AddSingleton<SignallingBackfill>();
        services.AddHostedService<BackfillWorker>();
        services.AddHostedService<CaptureLossWorker>();
        services.AddHostedService<TlsLossWorker>();
        services.AddHostedService(provider => new IngestWorker(
            provider.GetRequiredService<MeasurementQueue>(),
            provider.GetRequiredService<CallResolver>(),
            provider.GetRequiredService<IMeasurementStore>(),
            provider.GetRequiredService<CreditAssessor>(),
            provider.GetRequiredService<IngestState>(),
            provider.GetRequiredService<ServiceMetrics>(),
            provider.GetService<InfluxSpool>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<IngestWorker>>())
        {
            Failures = provider.GetService<FailureIntake>(),
        });
    }

    public static void AddSources(this IServiceCollection services, ServeSettings settings, DemoOptions? demo)
    {
        services.AddSingleton(settings.Monitor);
        services.AddSingleton(settings.Sources);
        services.AddSingleton<PipelineThread>();
        services.AddSingleton<SourceProgress>();
        services.AddSingleton<ServiceHealth>();
        services.AddSingleton<IServiceStatus, HostStatus>();
        services.AddSingleton<RotationReader>();
        services.AddSingleton<CaptureFileReader>();
        services.AddSingleton(settings.Sources.WatchedFolder);
        services.AddSingleton<GrowingFiles>();
        services.AddSingleton<LiveReader>();

        if (demo is null)
        {
            services.AddHostedService<SourceService>();
        }
        else
        {
            services.AddSingleton(demo);
            services.AddSingleton<DemoClaims>();
            services.AddSingleton<DemoOutageClaims>();
            services.AddHostedService<DemoService>();
        }
    }

    /// <summary>
    /// Makes the collector listen, and joins what is measured in one place with what it is measured in.
    /// </summary>
    private sealed class CollectorStart(
        PrometheusCollector collector, ServiceMetrics metrics, MeasurementQueue queue, IServiceProvider services)
        : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            ArgumentNullException.ThrowIfNull(collector);
            metrics.QueueLength = () => queue.Count;

            if (services.GetService<InfluxSpool>() is { } spool)
            {
                metrics.SpooledPoints = () => spool.Points;
            }

            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
