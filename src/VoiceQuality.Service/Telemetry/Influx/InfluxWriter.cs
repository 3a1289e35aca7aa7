using Microsoft.Extensions.Hosting;

namespace VoiceQuality.Service.Telemetry.Influx;

/// <summary>
/// Empties the spool, oldest batch first. What the server refuses is dropped and counted; what it cannot take now is
/// tried again after a delay that doubles, with jitter, or that the server named. Sending a batch twice is harmless:
/// the same point overwrites itself.
/// </summary>
internal sealed class InfluxWriter(
    InfluxSpool spool,
    InfluxRequest request,
    InfluxCounters counters,
    InfluxOptions options,
    TimeProvider time,
    Func<double> jitter,
    ILogger<InfluxWriter> logger) : BackgroundService
{
    /// <summary>Delay before the next try.</summary>
    /// <param name="failures">Failures in a row, 1 or more.</param>
    /// <param name="retryAfter">What the server asked for.</param>
    public TimeSpan DelayAfter(int failures, TimeSpan? retryAfter)
    {
        var limit = options.RetryDelayLimit;
        var doubled = options.RetryDelay * Math.Pow(2, Math.Min(failures - 1, 30));
        var own = (doubled < limit ? doubled : limit) * (0.5 + (0.5 * jitter()));
        var asked = retryAfter is { } delay && delay > own ? delay : own;
        return asked < limit ? asked : limit;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = time.CreateTimer(_ => spool.CloseAged(), null, options.BatchAge / 4, options.BatchAge / 4);
        InfluxBatch? batch = null;

        try
        {
            while (true)
            {
                batch = await spool.TakeAsync(stoppingToken);
                await DeliverAsync(batch, stoppingToken);
                batch = null;
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await DrainAsync(batch);
        }
    }

    private async Task DeliverAsync(InfluxBatch batch, CancellationToken cancellationToken)
    {
        for (var failures = 1; ; failures++)
        {
            var reply = await request.SendAsync(batch, cancellationToken);

            if (IsSettled(batch, reply))
            {
                if (failures > 1 && reply.IsWritten)
                {
                    logger.InfluxRecovered(failures - 1);
                }

                return;
            }

            if (time.GetUtcNow() - batch.SealedAt > options.GiveUpAfter)
            {
                counters.AddDropped(InfluxDropReason.Expired, batch.Points);
                logger.InfluxPointsExpired(batch.Points, options.GiveUpAfter.TotalSeconds);
                return;
            }

            var delay = DelayAfter(failures, reply.RetryAfter);

            if (failures == 1)
            {
                logger.InfluxNotWritten((int?)reply.Status ?? 0, batch.Points, delay.TotalMilliseconds);
            }

            await Task.Delay(delay, time, cancellationToken);
        }
    }

    private bool IsSettled(InfluxBatch batch, InfluxReply reply)
    {
        if (reply.IsWritten)
        {
            counters.AddWritten(batch.Points);
            return true;
        }

        counters.AddFailedRequest();

        if (reply.IsRefused)
        {
            counters.AddDropped(InfluxDropReason.Refused, batch.Points);
            logger.InfluxPointsRefused(batch.Points, (int)reply.Status!);
            return true;
        }

        return false;
    }

    /// <summary>One try for each batch that waits, within the time that a graceful stop has.</summary>
    private async Task DrainAsync(InfluxBatch? current)
    {
        using var limit = new CancellationTokenSource(options.StopTimeout, time);
        spool.CloseAged(now: true);
        var lost = 0;

        for (var next = current ?? Next(); next is not null; next = Next())
        {
            try
            {
                limit.Token.ThrowIfCancellationRequested();

                if (IsSettled(next, await request.SendAsync(next, limit.Token)))
                {
                    continue;
                }
            }
            catch (OperationCanceledException)
            {
                // The time is over: this one and all after it are counted below.
            }

            counters.AddDropped(InfluxDropReason.Stopped, next.Points);
            lost += next.Points;
        }

        if (lost > 0)
        {
            logger.InfluxPointsLostAtStop(lost);
        }
    }

    private InfluxBatch? Next() => spool.TryTake(out var batch) ? batch : null;
}
