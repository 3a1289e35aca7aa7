namespace VoiceQuality.Quality.Rtp;

/// <summary>
/// The intervals of one stream: which one arrivals go to, and which one the window's tail is in. Only these two are
/// kept at full size; what is finished is packed.
/// </summary>
internal struct IntervalList
{
    /// <summary>Packets after which an interval is closed even when there may be no more of them.</summary>
    private const uint MostPackets = 1u << 30;

    /// <summary>What arrivals change: the newest interval.</summary>
    public ArrivalPart Open;

    /// <summary>What the tail changes: the interval that it is in.</summary>
    public SequencePart Tail;

    private readonly long _intervalNs;
    private readonly int _maxIntervals;

    private long _openEndNs;
    private long _nextFirst;
    private long _gridNs;
    private int _count;
    private int _counted;
    private int _early;
    private bool _isAnswered;
    private bool _isCutPending;
    private PackedIntervals _packed;
    private Queue<long>? _laterFirsts;

    public IntervalList(in MeterPolicy policy)
    {
        _intervalNs = policy.IntervalMs * 1_000_000L;
        _maxIntervals = policy.MaxIntervals;
        _nextFirst = long.MaxValue;
    }

    /// <summary>Number of intervals, complete or not.</summary>
    public readonly int Count => _count;

    /// <summary>Number of intervals that the window has left.</summary>
    public readonly int Complete => _counted;

    /// <summary>Whether the interval that the tail is in is early media, as far as is known.</summary>
    public readonly bool IsTailEarly => _counted < _early;

    /// <summary>When an arrival opens another interval, ns.</summary>
    public readonly long OpenEndNs => _openEndNs;

    /// <summary>Whether a number belongs to the interval that the tail is in.</summary>
    public readonly bool IsOfTail(long extended) => extended < _nextFirst;

    /// <summary>A list with the same contents and memory of its own.</summary>
    public readonly IntervalList Clone()
    {
        var clone = this;
        clone._packed = _packed.Clone();
        clone._laterFirsts = _laterFirsts is null ? null : new Queue<long>(_laterFirsts);
        return clone;
    }

    public void Clear()
    {
        Open = default;
        Tail = default;
        _count = 0;
        _counted = 0;
        _early = 0;
        _openEndNs = 0;
        _gridNs = 0;
        _nextFirst = long.MaxValue;
        _isAnswered = false;
        _isCutPending = false;
        _packed.Clear();
        _laterFirsts?.Clear();
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

    /// <summary>Moves the tail into the interval that a number belongs to; numbers come in rising order.</summary>
    public void MoveTailTo(long extended)
    {
        while (extended >= _nextFirst)
        {
            _packed.Add(Tail);
            Tail = default;
            _counted++;
            _nextFirst = _laterFirsts is { Count: > 0 } later ? later.Dequeue() : long.MaxValue;
        }
    }

    /// <summary>Marks what there is as early media; the next advance opens an interval on a new grid.</summary>
    /// <returns>False when it was marked before, or there was nothing.</returns>
    public bool Cut(long atNs)
    {
        if (_isAnswered)
        {
            return false;
        }

        _isAnswered = true;

        if (_count == 0)
        {
            return false;
        }

        _early = _count;
        _gridNs = Math.Max(atNs, Open.StartNs);
        Open.EndNs = Math.Min(Open.EndNs, _gridNs);
        _openEndNs = long.MinValue;
        _isCutPending = true;
        return true;
    }

    /// <summary>Ends the last interval with the last arrival.</summary>
    public void Finish(long lastArrivalNs) =>
        Open.EndNs = Math.Max(Open.StartNs, Math.Min(Open.EndNs, lastArrivalNs));

    /// <summary>All intervals at full size; those after the tail's lack what it counts.</summary>
    /// <param name="intervals">Room for <see cref="Count"/> of them.</param>
    public readonly void CopyTo(Span<IntervalCounters> intervals)
    {
        intervals.Clear();
        _packed.CopyTo(intervals, _intervalNs);

        if (_count > 0)
        {
            Open.CopyTo(ref intervals[_count - 1]);
            Tail.CopyTo(ref intervals[_counted]);
        }

        foreach (ref var interval in intervals[..Math.Min(_early, _count)])
        {
            interval.IsEarlyMedia = true;
        }
    }

    private void OpenAt(long arrivalNs, long firstExtended)
    {
        var elapsedNs = Math.Max(0, unchecked(arrivalNs - _gridNs));
        var startNs = _gridNs + elapsedNs / _intervalNs * _intervalNs;
        _openEndNs = startNs > long.MaxValue - _intervalNs ? long.MaxValue : startNs + _intervalNs;

        if (_count >= _maxIntervals && !_isCutPending && Open.AudioReceived < MostPackets
            && Open.Duplicates < MostPackets && Open.Strays < MostPackets)
        {
            Open.EndNs = _openEndNs;
            return;
        }

        if (_count > 0)
        {
            _packed.Add(Open, _intervalNs);
            NoteFirst(firstExtended);
        }

        _isCutPending = false;
        _count++;
        Open = new ArrivalPart { StartNs = startNs, EndNs = _openEndNs };
    }

    private void NoteFirst(long firstExtended)
    {
        if (_nextFirst == long.MaxValue)
        {
            _nextFirst = firstExtended;
            return;
        }

        _laterFirsts ??= new Queue<long>();
        _laterFirsts.Enqueue(firstExtended);
    }
}
