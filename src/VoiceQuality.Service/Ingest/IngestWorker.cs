using VoiceQuality.Monitor.Calls;
using VoiceQuality.Monitor.Probes;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Service.Failures;
using VoiceQuality.Service.Telemetry;
using VoiceQuality.Service.Telemetry.Influx;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.TollFree;
using VoiceQuality.Storage.Calls;

namespace VoiceQuality.Service.Ingest;

/// <summary>
/// Takes measurements in order, puts each call into its unit and month, and stores them in batches. It is the one place
/// that retries storage; while it does, the queue fills and the sources wait. A stop drains what is queued.
/// </summary>
internal sealed class IngestWorker(
    MeasurementQueue queue,
    CallResolver resolver,
    IMeasurementStore store,
    CreditAssessor assessor,
    IngestState state,
    ServiceMetrics metrics,
    InfluxSpool? influx,
    TimeProvider time,
    ILogger<IngestWorker> logger) : IHostedService, IDisposable
{
    /// <summary>Measurements of one transaction.</summary>
    public const int BatchSize = 512;

    /// <summary>Tries that a stop still makes before it gives up what is queued.</summary>
    private const int TriesAtStop = 5;

    /// <summary>Longest time that a measurement waits for its batch to fill.</summary>
    private static readonly TimeSpan BatchAge = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan FirstRetryDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan RetryDelayLimit = TimeSpan.FromSeconds(30);

    // What CallKey can hold: 1970 to the year 3000.
    private const long LastPossibleUs = 32_503_680_000_000_000;

    private readonly List<MeasuredCall> _calls = new(BatchSize);
    private readonly List<bool> _isProvisional = new(BatchSize);
    private readonly HashSet<CallKey> _untold = [];
    private readonly List<StreamRecord> _streams = [];
    private readonly List<ProbeRecord> _probes = [];
    private readonly List<(long FromUs, long UntilUs)> _watched = [];
    private readonly List<TaskCompletionSource> _reached = [];
    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;
    private int _impossible;

    /// <summary>Takes probes and watched times; null where nobody looks for failures.</summary>
    public FailureIntake? Failures { get; init; }

    private int Waiting => _calls.Count + _streams.Count + _probes.Count + _watched.Count;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        // Not a BackgroundService: a stop right after the start would keep that from running at all, and what is
        // queued by then would be lost.
        _running = Task.Run(() => RunAsync(_stopping.Token), CancellationToken.None);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        queue.Complete();
        await _stopping.CancelAsync();
        await _running.WaitAsync(cancellationToken);
    }

    public void Dispose() => _stopping.Dispose();

    private async Task RunAsync(CancellationToken stoppingToken)
    {
        // The token only shortens waiting: the queue is completed by the stop, and what is in it is still stored.
        while (await queue.Reader.WaitToReadAsync(CancellationToken.None))
        {
            await CollectAsync(stoppingToken);

            if (!await StoreAsync(stoppingToken))
            {
                logger.MeasurementsLost(Waiting + queue.Count);
                FailAll();
                return;
            }

            Clear();
        }
    }

    private async Task CollectAsync(CancellationToken stoppingToken)
    {
        var deadline = time.GetUtcNow() + BatchAge;

        while (true)
        {
            while (Waiting < BatchSize && queue.Reader.TryRead(out var measurement))
            {
                Add(measurement);
            }

            var rest = deadline - time.GetUtcNow();

            // Somebody who waits for what came before should not wait for the batch to fill.
            if (Waiting >= BatchSize || _reached.Count > 0 || rest <= TimeSpan.Zero)
            {
                return;
            }

            using var wait = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            var more = queue.Reader.WaitToReadAsync(wait.Token).AsTask();
            var delay = Task.Delay(rest, time, wait.Token);
            var first = await Task.WhenAny(more, delay);
            var isOver = first != more || !more.IsCompletedSuccessfully || !await more;
            await wait.CancelAsync();

            if (isOver)
            {
                return;
            }
        }
    }

    private void Add(Measurement measurement)
    {
        if (measurement.Reached is { } reached)
        {
            _reached.Add(reached);
        }
        else if (measurement.Watched is { } watched)
        {
            Keep(_watched, watched, watched.FromUs >= 0 && watched.UntilUs <= LastPossibleUs);
        }
        else if (measurement.Probe is { } probe)
        {
            Keep(_probes, probe, probe.StartedAtUs is >= 0 and <= LastPossibleUs);
        }
        else if ((measurement.Call?.StartedAtUs ?? measurement.Unannounced!.StartedAtUs) is < 0 or > LastPossibleUs)
        {
            _impossible++;
        }
        else if (measurement.Call is { } call)
        {
            _calls.Add(resolver.Resolve(call));
            _isProvisional.Add(measurement.IsProvisional);
        }
        else
        {
            _streams.Add(measurement.Unannounced!);
        }
    }

    private void Keep<T>(List<T> list, T item, bool isPossible)
    {
        if (!isPossible)
        {
            _impossible++;
        }
        else if (Failures is not null)
        {
            list.Add(item);
        }
    }

    private async Task<bool> StoreAsync(CancellationToken stoppingToken)
    {
        if (_impossible > 0)
        {
            logger.ImpossibleTimes(_impossible);
            _impossible = 0;
        }

        if (Waiting == 0)
        {
            return true;
        }

        state.Begin();
        var delay = FirstRetryDelay;

        for (var triesAtStop = 0; ;)
        {
            try
            {
                await WriteOnceAsync();
                return true;
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                state.Failed();
                metrics.StorageFailed();
                logger.StorageFailed(e, Waiting, delay.TotalMilliseconds);
            }

            if (stoppingToken.IsCancellationRequested && ++triesAtStop > TriesAtStop)
            {
                return false;
            }

            await DelayAsync(delay, stoppingToken);
            delay = delay * 2 < RetryDelayLimit ? delay * 2 : RetryDelayLimit;
        }
    }

    private async Task WriteOnceAsync()
    {
        // First, for what is stored twice by a retry counts once here, and calls would count as known.
        if (Failures is not null)
        {
            await Failures.WriteAsync(_probes, _watched, CancellationToken.None);
            await Failures.MarkAsync(_calls, CancellationToken.None);
        }

        var began = time.GetTimestamp();
        var outcome = await store.WriteAsync(_calls, _streams, CancellationToken.None);
        var duration = time.GetElapsedTime(began);
        var failures = state.Failures;
        state.Stored();

        if (failures > 0)
        {
            logger.StorageRecovered(failures);
        }

        metrics.BatchStored(outcome.Inserted, outcome.Replaced, outcome.Unchanged, duration);
        logger.BatchStored(
            _calls.Count, outcome.Inserted, outcome.Replaced, outcome.Unchanged, duration.TotalMilliseconds);
        metrics.AlarmsRaised(LocalNumberAlarm.UseNotSupported, outcome.UseNotSupportedAlarms);
        metrics.AlarmsRaised(LocalNumberAlarm.EmergencyAttempt, outcome.EmergencyAlarms);
        if (outcome.UseNotSupportedAlarms + outcome.EmergencyAlarms > 0)
        {
            logger.AlarmsRaised(outcome.EmergencyAlarms, outcome.UseNotSupportedAlarms);
        }

        Publish(outcome.UnchangedCalls);
    }

    /// <summary>
    /// Tells what was stored, and only that: a call that is seen again counts once, and in the unit that it is stored
    /// in.
    /// </summary>
    private void Publish(IReadOnlyList<int> unchanged)
    {
        for (var (i, next) = (0, 0); i < _calls.Count; i++)
        {
            var isUnchanged = next < unchanged.Count && unchanged[next] == i;
            next += isUnchanged ? 1 : 0;
            var call = _calls[i];
            var isUntold = IsUntold(call.Call, _isProvisional[i]);

            if (isUnchanged && !isUntold)
            {
                continue;
            }

            var isAssigned = call.UnitId != BusinessUnit.UnassignedId;

            if (isAssigned && call is { Month: { } month, Call.Outcome: CallOutcome.Answered })
            {
                assessor.Touch(call.AccountId, month);
            }

            if (_isProvisional[i])
            {
                continue;
            }

            metrics.CallAssigned(call.Call, call.AccountId, call.UnitId);
            influx?.Add(lines => InfluxPoints.Write(
                lines, call.Call, CallKey.Of(call.Call), isAssigned ? call.AccountId : null, call.UnitId));
        }
    }

    /// <summary>
    /// Whether a call is final that was stored before as it then stood, and told to nobody. What goes on is noted;
    /// there are no more of those than calls in progress.
    /// </summary>
    private bool IsUntold(CallRecord call, bool isProvisional)
    {
        if (isProvisional)
        {
            _untold.Add(CallKey.Of(call));
            return false;
        }

        return _untold.Count > 0 && _untold.Remove(CallKey.Of(call));
    }

    // At the stop a retry waits a moment only.
    private async Task DelayAsync(TimeSpan delay, CancellationToken stoppingToken)
    {
        try
        {
            await Task.Delay(stoppingToken.IsCancellationRequested ? FirstRetryDelay : delay, time,
                stoppingToken.IsCancellationRequested ? CancellationToken.None : stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // The stop has begun; the next try is due now.
        }
    }

    private void Clear()
    {
        _calls.Clear();
        _isProvisional.Clear();
        _streams.Clear();
        _probes.Clear();
        _watched.Clear();

        foreach (var reached in _reached)
        {
            reached.TrySetResult();
        }

        _reached.Clear();
    }

    private void FailAll()
    {
        foreach (var reached in _reached)
        {
            reached.TrySetException(
                new IOException("Storage did not take the measurements before the service stopped."));
        }

        while (queue.Reader.TryRead(out var measurement))
        {
            measurement.Reached?.TrySetException(
                new IOException("Storage did not take the measurements before the service stopped."));
        }
    }
}
