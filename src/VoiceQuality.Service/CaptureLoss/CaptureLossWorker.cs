using NodaTime;
using VoiceQuality.Service.Telemetry;
using VoiceQuality.Storage;
using VoiceQuality.Storage.CaptureLoss;

namespace VoiceQuality.Service.CaptureLoss;

/// <summary>Stores what taps lost as alarms of the operations centre, and what is over as resolved.</summary>
internal sealed class CaptureLossWorker(
    PipelineTotals totals,
    CaptureLossRepository repository,
    ServiceMetrics metrics,
    TimeProvider time,
    ILogger<CaptureLossWorker> logger) : BackgroundService
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    private readonly HashSet<(string Tap, long FromUs)> _raised = [];

    /// <summary>Stores what has changed.</summary>
    internal async Task StoreAsync(CancellationToken cancellationToken)
    {
        var changed = totals.Losses.TakeChanged();
        for (var i = 0; i < changed.Count; i++)
        {
            try
            {
                await repository.SaveAsync(Of(changed[i]), cancellationToken);
            }
            catch
            {
                foreach (var rest in changed.Skip(i))
                {
                    totals.Losses.Return(rest);
                }

                throw;
            }

            Tell(changed[i]);
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);

        // The pipelines have ended by now, and with them what went on.
        await TryStoreAsync(CancellationToken.None);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Task.Yield();
            await repository.ResolveOpenAsync(stoppingToken);
            using var timer = new PeriodicTimer(Pace, time);
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await TryStoreAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // A stop is no failure.
        }
    }

    private async Task TryStoreAsync(CancellationToken cancellationToken)
    {
        try
        {
            await StoreAsync(cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && e is not OutOfMemoryException)
        {
            logger.LossNotStored(e, Pace.TotalMilliseconds);
        }
    }

    private void Tell(CaptureLossReport report)
    {
        var key = (report.Tap, report.Loss.FromUs);
        if (report.ResolvedAtUs is not null)
        {
            var wasRaised = _raised.Remove(key);
            if (!wasRaised)
            {
                metrics.CaptureLossRaised();
            }

            logger.LossOver(
                report.Tap, report.Loss.UnseenPackets, report.Loss.DroppedPackets, report.Loss.Streams,
                (report.Loss.UntilUs - report.Loss.FromUs) / 1e6);
        }
        else if (_raised.Add(key))
        {
            metrics.CaptureLossRaised();
            logger.LossBegan(report.Tap, report.Loss.UnseenPackets, report.Loss.DroppedPackets, report.Loss.Streams);
        }
    }

    private static StoredCaptureLoss Of(CaptureLossReport report) => new(
        report.Tap,
        At(report.Loss.FromUs),
        At(report.Loss.UntilUs),
        report.Loss.Spans,
        report.Loss.UnseenPackets,
        report.Loss.DroppedPackets,
        report.Loss.Streams,
        report.ResolvedAtUs is { } resolved ? At(resolved) : null);

    private static Instant At(long us) => Instant.FromUnixTimeTicks(us * 10);
}

/// <summary>Events of taps that lose packets, 4730 to 4739.</summary>
internal static partial class CaptureLossLog
{
    [LoggerMessage(EventId = 4730, Level = LogLevel.Warning,
        Message = "The tap {Tap} loses packets itself: {UnseenPackets} RTP packets not seen, {DroppedPackets} dropped, {Streams} "
            + "streams; the operations centre looks at /alarms and at the capture's drops")]
    public static partial void LossBegan(
        this ILogger logger, string tap, long unseenPackets, long droppedPackets, int streams);

    [LoggerMessage(EventId = 4731, Level = LogLevel.Information,
        Message = "The tap {Tap} loses no packets any more: {UnseenPackets} RTP packets were not seen, {DroppedPackets} dropped, "
            + "{Streams} streams hit, over {DurationS} s")]
    public static partial void LossOver(
        this ILogger logger, string tap, long unseenPackets, long droppedPackets, int streams, double durationS);

    [LoggerMessage(EventId = 4732, Level = LogLevel.Error,
        Message = "Could not store what a tap lost; next try in {DelayMs} ms, nothing is lost meanwhile")]
    public static partial void LossNotStored(this ILogger logger, Exception exception, double delayMs);
}
