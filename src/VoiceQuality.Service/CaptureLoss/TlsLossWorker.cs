using NodaTime;
using VoiceQuality.Service.Telemetry;
using VoiceQuality.Storage;
using VoiceQuality.Storage.CaptureLoss;

namespace VoiceQuality.Service.CaptureLoss;

/// <summary>
/// Stores what taps could not read of SIP over TLS as alarms of the operations centre, and what is over as resolved.
/// </summary>
internal sealed class TlsLossWorker(
    PipelineTotals totals,
    TlsLossRepository repository,
    ServiceMetrics metrics,
    TimeProvider time,
    ILogger<TlsLossWorker> logger) : LossWorker(time, logger)
{
    private readonly HashSet<(string Tap, long FromUs)> _raised = [];

    internal override async Task StoreAsync(CancellationToken cancellationToken)
    {
        var changed = totals.TlsLosses.TakeChanged();
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
                    totals.TlsLosses.Return(rest);
                }

                throw;
            }

            Tell(changed[i]);
        }
    }

    protected override Task ResolveOpenAsync(CancellationToken cancellationToken) =>
        repository.ResolveOpenAsync(cancellationToken);

    private void Tell(TlsLossReport report)
    {
        var key = (report.Tap, report.Loss.FromUs);
        var loss = report.Loss;
        if (report.ResolvedAtUs is not null)
        {
            if (!_raised.Remove(key) && !report.IsCorrection)
            {
                metrics.TlsLossRaised();
            }

            logger.TlsLossOver(
                report.Tap, loss.Gaps, loss.GivenUp, loss.SuitesNotRead, loss.WithoutRoom,
                (loss.UntilUs - loss.FromUs) / 1e6);
        }
        else if (_raised.Add(key))
        {
            if (!report.IsCorrection)
            {
                metrics.TlsLossRaised();
            }

            logger.TlsLossBegan(report.Tap, loss.Gaps, loss.GivenUp, loss.SuitesNotRead, loss.WithoutRoom);
        }
    }

    private static StoredTlsLoss Of(TlsLossReport report) => new(
        report.Tap,
        At(report.Loss.FromUs),
        At(report.Loss.UntilUs),
        report.Loss.Gaps,
        report.Loss.GivenUp,
        report.Loss.SuitesNotRead,
        report.Loss.WithoutRoom,
        report.ResolvedAtUs is { } resolved ? At(resolved) : null);

    private static Instant At(long us) => Instant.FromUnixTimeTicks(us * 10);
}

/// <summary>Events of SIP over TLS that cannot be read, 4733 to 4739.</summary>
internal static partial class TlsLossLog
{
    [LoggerMessage(EventId = 4733, Level = LogLevel.Warning,
        Message = "SIP over TLS at the tap {Tap} cannot be read: {Gaps} gaps, {GivenUp} connections given up, "
            + "{SuitesNotRead} of suites that are not read, {WithoutRoom} without room; calls on them are missing or "
            + "incomplete. The operations centre looks at /alarms, at the capture's drops and at the servers' suites")]
    public static partial void TlsLossBegan(
        this ILogger logger, string tap, long gaps, long givenUp, long suitesNotRead, long withoutRoom);

    [LoggerMessage(EventId = 4734, Level = LogLevel.Information,
        Message = "SIP over TLS at the tap {Tap} is read again: there were {Gaps} gaps, {GivenUp} connections given "
            + "up, {SuitesNotRead} of suites that are not read, {WithoutRoom} without room, over {DurationS} s")]
    public static partial void TlsLossOver(
        this ILogger logger, string tap, long gaps, long givenUp, long suitesNotRead, long withoutRoom,
        double durationS);
}
