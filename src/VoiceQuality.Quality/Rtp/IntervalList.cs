namespace VoiceQuality.Quality.Rtp;

/// <summary>The intervals of one stream: which one arrivals go to, and which one the window's tail is in.</summary>
internal struct IntervalList
{
    private readonly long _intervalNs;
    private readonly int _maxIntervals;

    private IntervalCounters[] _intervals;
    private int _count;
    private int _counted;
    private long _openEndNs;
    private long _gridNs;
    private bool _isAnswered;
    private bool _isCutPending;

    public IntervalList(in MeterPolicy policy)
    {
        _intervalNs = policy.IntervalMs * 1_000_000L;
        _maxIntervals = policy.MaxIntervals;
        _intervals = new IntervalCounters[2];
    }

    /// <summary>All intervals, complete or not.</summary>
    public readonly ReadOnlySpan<IntervalCounters> All => _intervals.AsSpan(0, _count);

    /// <summary>The intervals that the window has left.</summary>
    public readonly ReadOnlySpan<IntervalCounters> Complete => _intervals.AsSpan(0, _counted);

    /// <summary>The interval that arrivals go to.</summary>
    public readonly ref IntervalCounters Open => ref _intervals[_count - 1];

    /// <summary>Reads from the open interval.</summary>
    public readonly long Touch() => _count > 0 ? Open.MaxDeltaNs + Open.Expected : 0;

    /// <summary>A list with the same contents and memory of its own.</summary>
    public readonly IntervalList Clone()
    {
        var clone = this;
        clone._intervals = [.. _intervals];
        return clone;
    }

    public void Clear()
    {
        _intervals.AsSpan(0, _count).Clear();
        _count = 0;
        _counted = 0;
        _openEndNs = 0;
        _gridNs = 0;
        _isAnswered = false;
        _isCutPending = false;
    }

    /// <summary>Opens the first interval, with which the grid begins.</summary>
    public void Start(long arrivalNs)
    {
        _gridNs = arrivalNs;
        OpenAt(arrivalNs, long.MinValue);
    }

    /// <summary>Opens a new interval when the arrival lies past the open one.</summary>
    /// <param name="arrivalNs">The arrival, ns.</param>
    /// <param name="firstExtended">The first sequence number that would belong to the new interval.</param>
    public void Advance(long arrivalNs, long firstExtended)
    {
        if (arrivalNs >= _openEndNs)
        {
            OpenAt(arrivalNs, firstExtended);
        }
    }

    /// <summary>The interval that a sequence number belongs to; numbers come in rising order.</summary>
    public ref IntervalCounters Of(long extended)
    {
        while (_counted + 1 < _count && extended >= _intervals[_counted + 1].FirstExtended)
        {
            _counted++;
        }

        return ref _intervals[_counted];
    }

    /// <summary>Marks what there is as early media; the next advance opens an interval on a new grid.</summary>
    public void Cut(long atNs)
    {
        if (_isAnswered)
        {
            return;
        }

        _isAnswered = true;

        if (_count == 0)
        {
            return;
        }

        foreach (ref var interval in _intervals.AsSpan(0, _count))
        {
            interval.IsEarlyMedia = true;
        }

        _gridNs = Math.Max(atNs, Open.StartNs);
        Open.EndNs = Math.Min(Open.EndNs, _gridNs);
        _openEndNs = long.MinValue;
        _isCutPending = true;
    }

    /// <summary>Ends the last interval with the last arrival.</summary>
    public readonly void Finish(long lastArrivalNs) =>
        Open.EndNs = Math.Max(Open.StartNs, Math.Min(Open.EndNs, lastArrivalNs));

    private void OpenAt(long arrivalNs, long firstExtended)
    {
        var elapsedNs = Math.Max(0, unchecked(arrivalNs - _gridNs));
        var startNs = _gridNs + elapsedNs / _intervalNs * _intervalNs;
        _openEndNs = startNs > long.MaxValue - _intervalNs ? long.MaxValue : startNs + _intervalNs;

        if (_count >= _maxIntervals && !_isCutPending)
        {
            Open.EndNs = _openEndNs;
            return;
        }

        if (_count == _intervals.Length)
        {
            Array.Resize(ref _intervals, _intervals.Length * 2);
        }

        _isCutPending = false;
        _intervals[_count++] = new IntervalCounters
        {
            StartNs = startNs,
            EndNs = _openEndNs,
            FirstExtended = firstExtended,
        };
    }
}
