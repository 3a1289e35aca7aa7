using VoiceQuality.Monitor;
using VoiceQuality.Monitor.Sources;
using VoiceQuality.Monitor.Sources.Hep;
using VoiceQuality.Monitor.Sources.Live;
using VoiceQuality.Monitor.Sources.Reports;
using VoiceQuality.Service.Telemetry;

namespace VoiceQuality.Service.Hosting;

/// <summary>Listens to the live sources of the settings, all through one pipeline, until the stop.</summary>
internal sealed class LiveReader(
    SourceOptions options, PipelineThread pipelines, ServiceMetrics metrics, TimeProvider time,
    ILogger<LiveReader> logger)
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan TellEvery = TimeSpan.FromSeconds(10);

    /// <summary>What is listened to, for people; null when there is nothing.</summary>
    public string? Sources
    {
        get
        {
            var names = options.Interfaces.ToList();
            if (options.Hep.Listen is { } hep)
            {
                names.Add($"HEP {hep}");
            }

            if (options.Reports.Listen is { } reports)
            {
                names.Add($"reports {reports}");
            }

            return names.Count > 0 ? string.Join(", ", names) : null;
        }
    }

    /// <summary>Ends after the stop, when everything that was received has been handed over.</summary>
    public async Task RunAsync(CancellationToken stoppingToken)
    {
        while (Sources is { } name && !stoppingToken.IsCancellationRequested)
        {
            var sources = new List<ILiveSource>();
            try
            {
                Open(sources, stoppingToken);
                var source = sources.Count == 1 ? (IPacketSource)sources[0] : new CombinedSource(sources);
                logger.ListeningOn(source.Name);
                await RunAsync(source, () => sources.OfType<LiveCapture>().Sum(static capture => capture.Outages));
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // One failure of a driver must not end the measuring for good.
                logger.LiveSourceFailed(e, name, (long)RetryAfter.TotalMilliseconds);
                await Task.Delay(RetryAfter, time, stoppingToken);
            }
            finally
            {
                sources.ForEach(static source => source.Dispose());
            }
        }
    }

    private void Open(List<ILiveSource> sources, CancellationToken stoppingToken)
    {
        if (options.Interfaces.Count > 0)
        {
            var capture = new LiveCapture(options.Interfaces, options.Capture.ToLive(), time, stoppingToken);
            sources.Add(capture);
            metrics.LeftOutByCapture = () => capture.LeftOut;
        }

        if (options.Hep.ToSource() is { } hep)
        {
            var source = new HepSource(hep, time, stoppingToken);
            sources.Add(source);
            metrics.HepDropped = source.Dropped;
        }

        if (options.Reports.EndPoint is { } endPoint)
        {
            var source = new ReportSource(endPoint, options.Reports.Allowed, time, stoppingToken);
            sources.Add(source);
            metrics.ReportsDropped = source.Dropped;
        }
    }

    // The source hears the stop and ends by itself, so that what it has received is worked on.
    private async Task RunAsync(IPacketSource source, Func<long> outages)
    {
        var (told, toldOutages, toldAt) = (0L, 0L, time.GetTimestamp());
        var result = await pipelines.RunAsync(source, OnProgress, CancellationToken.None);
        Tell(result.Counters);

        void OnProgress(PipelineCounters counters)
        {
            if (time.GetElapsedTime(toldAt) >= TellEvery)
            {
                Tell(counters);
            }
        }

        void Tell(PipelineCounters counters)
        {
            if (counters.NotSeen > told)
            {
                var interval = (long)time.GetElapsedTime(toldAt).TotalMilliseconds;
                logger.PacketsNotSeen(counters.NotSeen - told, source.Name, interval);
                told = counters.NotSeen;
            }

            if (outages() > toldOutages)
            {
                logger.InterfaceDown(source.Name);
                toldOutages = outages();
            }

            toldAt = time.GetTimestamp();
        }
    }
}
