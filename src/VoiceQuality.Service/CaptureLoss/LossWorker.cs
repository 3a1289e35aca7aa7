namespace VoiceQuality.Service.CaptureLoss;

/// <summary>Stores every second what taps lost, and the rest at the stop.</summary>
/// <param name="time">The clock of that second.</param>
/// <param name="logger">Told when storage fails; it is tried again.</param>
internal abstract class LossWorker(TimeProvider time, ILogger logger) : BackgroundService
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    /// <summary>Stores what has changed.</summary>
    internal abstract Task StoreAsync(CancellationToken cancellationToken);

    /// <summary>Ends what an earlier start left open.</summary>
    protected abstract Task ResolveOpenAsync(CancellationToken cancellationToken);

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
            await ResolveOpenAsync(stoppingToken);
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
}
