using System.Threading.Channels;
using VoiceQuality.Sla.Audit;

namespace VoiceQuality.Service.Audit;

/// <summary>
/// Records who looked at what, in batches so that a page does not wait for the disk. Nothing is ever dropped:
/// when the queue is full, whoever looks waits, and when the trail cannot be written, nobody looks for long.
/// </summary>
internal sealed class AccessLog(AuditLog log, TimeProvider time, ILogger<AccessLog> logger)
    : BackgroundService, IAsyncDisposable
{
    private const int Capacity = 1_024;
    private const int BatchSize = 256;
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(10);

    private readonly Channel<Item> _queue = Channel.CreateBounded<Item>(
        new BoundedChannelOptions(Capacity) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    /// <summary>Takes an access; it is on the disk soon after, and before the service has stopped.</summary>
    public async Task RecordAsync(AuditEvent access, CancellationToken cancellationToken)
    {
        if (access.FindFault() is { } fault)
        {
            throw new ArgumentException($"The audit trail takes no such event: {fault}.", nameof(access));
        }

        try
        {
            await _queue.Writer.WriteAsync(new Item(access, null), cancellationToken);
        }
        catch (ChannelClosedException)
        {
            // The service is stopping; what is asked now is recorded at once.
            await log.RecordAsync(access, cancellationToken);
        }
    }

    /// <summary>Returns when everything that was taken before is on the disk.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            await _queue.Writer.WriteAsync(new Item(null, done), cancellationToken);
            await done.Task.WaitAsync(cancellationToken);
        }
        catch (ChannelClosedException)
        {
            await (ExecuteTask ?? Task.CompletedTask).WaitAsync(cancellationToken);
        }
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _queue.Writer.TryComplete();
        await (ExecuteTask ?? Task.CompletedTask).WaitAsync(cancellationToken).ConfigureAwait(
            ConfigureAwaitOptions.SuppressThrowing);
        await base.StopAsync(cancellationToken);
    }

    /// <summary>Writes what is queued also where the service ends without being stopped.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await (ExecuteTask ?? Task.CompletedTask).WaitAsync(DrainLimit, time).ConfigureAwait(
            ConfigureAwaitOptions.SuppressThrowing);
        Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var batch = new List<AuditEvent>(BatchSize);
        var waiting = new List<TaskCompletionSource>();

        while (await _queue.Reader.WaitToReadAsync(stoppingToken))
        {
            while (batch.Count < BatchSize && _queue.Reader.TryRead(out var item))
            {
                if (item.Access is { } access)
                {
                    batch.Add(access);
                }

                if (item.Done is { } done)
                {
                    waiting.Add(done);
                }
            }

            await WriteAsync(batch, stoppingToken);
            batch.Clear();
            waiting.ForEach(done => done.TrySetResult());
            waiting.Clear();
        }
    }

    private async Task WriteAsync(List<AuditEvent> batch, CancellationToken stoppingToken)
    {
        try
        {
            while (batch.Count > 0 && !await TryWriteAsync(batch, stoppingToken))
            {
                await Task.Delay(RetryDelay, time, stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            logger.AccessesLost(batch.Count + _queue.Reader.Count);
            throw;
        }
    }

    private async Task<bool> TryWriteAsync(List<AuditEvent> batch, CancellationToken stoppingToken)
    {
        try
        {
            await log.RecordAsync(batch, stoppingToken);
            return true;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            logger.AccessesNotRecorded(exception, batch.Count, RetryDelay.TotalMilliseconds);
            return false;
        }
    }

    private readonly record struct Item(AuditEvent? Access, TaskCompletionSource? Done);
}
