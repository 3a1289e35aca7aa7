using VoiceQuality.Monitor;
using VoiceQuality.Monitor.Sources;
using VoiceQuality.Monitor.Sources.Hep;
using VoiceQuality.Monitor.Sources.Live;
using VoiceQuality.Service.Telemetry;

namespace VoiceQuality.Service.Hosting;

/// <summary>Listens to the live sources of the settings, each through a pipeline of its own, until the stop.</summary>
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
            var sources = options.Interfaces.Concat(options.Hep.Listen is { } hep ? [$"HEP {hep}"] : []).ToArray();
            return sources.Length > 0 ? string.Join(", ", sources) : null;
        }
    }

    /// <summary>Ends after the stop, when everything that was received has been handed over.</summary>
    public Task RunAsync(CancellationToken stoppingToken) => Task.WhenAll(
        options.Interfaces.Count == 0
            ? Task.CompletedTask
            : RepeatAsync(string.Join(", ", options.Interfaces), () => CaptureAsync(stoppingToken), stoppingToken),
        options.Hep.ToSource() is { } hep
            ? RepeatAsync($"HEP {hep.Listen}", () => ReceiveAsync(hep, stoppingToken), stoppingToken)
            : Task.CompletedTask);

    private async Task CaptureAsync(CancellationToken stoppingToken)
    {
        using var capture = new LiveCapture(options.Interfaces, options.Capture.ToLive(), time, stoppingToken);
        logger.ListeningOn(capture.Name);
        await RunAsync(capture, () => capture.Outages);
    }

    private async Task ReceiveAsync(HepOptions hep, CancellationToken stoppingToken)
    {
        using var source = new HepSource(hep, time, stoppingToken);
        metrics.HepDropped = source.Dropped;
        logger.ListeningOn(source.Name);
        await RunAsync(source, static () => 0);
    }

    private async Task RepeatAsync(string name, Func<Task> run, CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await run();
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // One failure of a driver must not end the measuring for good.
                logger.LiveSourceFailed(e, name, (long)RetryAfter.TotalMilliseconds);
                await Task.Delay(RetryAfter, time, stoppingToken);
            }
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
