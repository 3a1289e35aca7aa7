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
    ILogger<CaptureLossWorker> logger) : LossWorker(time, logger)
{
    private readonly HashSet<(string Tap, long FromUs)> _raised = [];

    internal override async Task StoreAsync(CancellationToken cancellationToken)
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

    protected override Task ResolveOpenAsync(CancellationToken cancellationToken) =>
        repository.ResolveOpenAsync(cancellationToken);

    private void Tell(CaptureLossReport report)
    {
        var key = (report.Tap, report.Loss.FromUs);
        if (report.ResolvedAtUs is not null)
        {
            if (!_raised.Remove(key) && !report.IsCorrection)
            {
                metrics.CaptureLossRaised();
            }

            logger.LossOver(
                report.Tap, report.Loss.UnseenPackets, report.Loss.DroppedPackets, report.Loss.Streams,
                (report.Loss.UntilUs - report.Loss.FromUs) / 1e6);
        }
        else if (_raised.Add(key))
        {
            if (!report.IsCorrection)
            {
                metrics.CaptureLossRaised();
            }

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

/// <summary>Events of taps that lose packets, 4730 to 4732.</summary>
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
