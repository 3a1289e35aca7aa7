using VoiceQuality.Storage.Months;
using VoiceQuality.Storage.Signalling;

namespace VoiceQuality.Service.Ingest;

/// <summary>
/// Finds out of the calls of a database from an older version what later versions keep with each call, in small
/// transactions beside everything else. A stop loses nothing; once all is done it ends.
/// </summary>
internal sealed class BackfillWorker(
    ReadingBackfill readings, SignallingBackfill signalling, TimeProvider time, ILogger<BackfillWorker> logger) : BackgroundService
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            // The host waits for what runs before the first wait.
            await Task.Yield();
            while (!await TryAsync(stoppingToken))
            {
                await Task.Delay(RetryDelay, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // A stop is no failure.
        }
    }

    private async Task<bool> TryAsync(CancellationToken cancellationToken)
    {
        try
        {
            var read = await readings.RunAsync(static _ => { }, cancellationToken);
            if (read > 0)
            {
                logger.CallsRead(read);
            }

            var counted = await signalling.RunAsync(static _ => { }, cancellationToken);
            if (counted > 0)
            {
                logger.SignallingCounted(counted);
            }

            return true;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && e is not OutOfMemoryException)
        {
            logger.BackfillFailed(e, RetryDelay.TotalMilliseconds);
            return false;
        }
    }
}
