namespace VoiceQuality.Service.Telemetry.Influx;

/// <summary>
/// Points on their way out: an open batch that fills by count or age, and closed batches in order, bounded by octets.
/// Any thread may add; one thread takes.
/// </summary>
internal sealed class InfluxSpool(InfluxOptions options, InfluxCounters counters, TimeProvider time) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly LineProtocol _open = new();
    private readonly Queue<InfluxBatch> _closed = new();
    private readonly SemaphoreSlim _available = new(0);
    private DateTimeOffset _openedAt;
    private long _octets;
    private int _closedPoints;

    /// <summary>Points that wait, those in the request under way left out.</summary>
    public int Points
    {
        get
        {
            lock (_lock)
            {
                return _closedPoints + _open.Points;
            }
        }
    }

    /// <summary>Lets <paramref name="write"/> append points to the open batch.</summary>
    public void Add(Action<LineProtocol> write)
    {
        lock (_lock)
        {
            if (_open.Points == 0)
            {
                _openedAt = time.GetUtcNow();
            }

            write(_open);

            if (_open.Points >= options.BatchPoints)
            {
                Close();
            }
        }
    }

    /// <summary>Closes the open batch if it is old enough, or in any case when <paramref name="now"/> is set.</summary>
    public void CloseAged(bool now = false)
    {
        lock (_lock)
        {
            if (_open.Points > 0 && (now || time.GetUtcNow() - _openedAt >= options.BatchAge))
            {
                Close();
            }
        }
    }

    /// <summary>Waits for a closed batch and takes the oldest.</summary>
    public async Task<InfluxBatch> TakeAsync(CancellationToken cancellationToken)
    {
        await _available.WaitAsync(cancellationToken);
        return Dequeue();
    }

    /// <summary>Takes the oldest closed batch, if there is one.</summary>
    public bool TryTake(out InfluxBatch? batch)
    {
        batch = _available.Wait(0) ? Dequeue() : null;
        return batch is not null;
    }

    public void Dispose() => _available.Dispose();

    private InfluxBatch Dequeue()
    {
        lock (_lock)
        {
            var batch = _closed.Dequeue();
            _octets -= batch.Body.Length;
            _closedPoints -= batch.Points;
            return batch;
        }
    }

    private void Close()
    {
        var batch = InfluxBatch.Seal(_open, time.GetUtcNow());
        _open.Clear();

        if (_octets + batch.Body.Length > options.SpoolOctets)
        {
            counters.AddDropped(InfluxDropReason.SpoolFull, batch.Points);
            return;
        }

        _closed.Enqueue(batch);
        _octets += batch.Body.Length;
        _closedPoints += batch.Points;
        _available.Release();
    }
}
