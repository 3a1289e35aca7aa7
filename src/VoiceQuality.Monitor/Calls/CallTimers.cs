namespace VoiceQuality.Monitor.Calls;

/// <summary>
/// When calls are given up: a wheel of two turns that packet time drives. A call stands at one place at most, moving
/// it costs the same whatever the number of calls, and a deadline that only moved away costs nothing until the old one
/// is reached.
/// </summary>
/// <remarks>
/// The first turn has 256 places of 2^30 ns (1.07 s), the second 256 of 2^38 ns (275 s). What lies further ahead waits
/// at the last place and is looked at again there.
/// </remarks>
internal sealed class CallTimers
{
    private const int Places = 256;
    private const int FineShift = 30;
    private const int CoarseShift = FineShift + 8;

    private readonly CallState?[] _first = new CallState?[2 * Places];
    private readonly CallState?[] _last = new CallState?[2 * Places];
    private readonly List<CallState> _due = [];
    private long _nowNs;

    /// <summary>Calls that wait.</summary>
    public int Count { get; private set; }

    /// <summary>Notes the deadline of a call, whether or not it waits already.</summary>
    public void Set(CallState call)
    {
        if (call.TimerPlace < 0)
        {
            Link(call);
        }
        else if (call.DeadlineNs < call.QueuedDeadlineNs)
        {
            Unlink(call);
            Link(call);
        }
    }

    /// <summary>Takes a call out, if it waits.</summary>
    public void Remove(CallState call)
    {
        if (call.TimerPlace >= 0)
        {
            Unlink(call);
        }
    }

    /// <summary>Takes out the calls whose deadline has come, the earliest first. The list is used again.</summary>
    public List<CallState> TakeDue(long nowNs)
    {
        _due.Clear();
        var from = _nowNs;
        _nowNs = nowNs;
        if (nowNs < from)
        {
            // The capture clock was set back: every place means another time now.
            Rebuild();
            return _due;
        }

        // Beyond one turn of either wheel all its places have come.
        var coarseSteps = Math.Min((nowNs >> CoarseShift) - (from >> CoarseShift), Places);
        for (var step = coarseSteps; step > 0; step--)
        {
            Sift(Places + PlaceOf((nowNs >> CoarseShift) - step + 1));
        }

        var fineSteps = Math.Min((nowNs >> FineShift) - (from >> FineShift), Places - 1);
        for (var step = fineSteps; step >= 0; step--)
        {
            Sift(PlaceOf((nowNs >> FineShift) - step));
        }

        _due.Sort(static (a, b) => a.DeadlineNs != b.DeadlineNs
            ? a.DeadlineNs.CompareTo(b.DeadlineNs)
            : a.CallRef.CompareTo(b.CallRef));
        return _due;
    }

    /// <summary>Takes out the call whose deadline is nearest, to the width of a place; null when none waits.</summary>
    public CallState? TakeNearest()
    {
        while (Count > 0)
        {
            var call = _first[NearestPlace()]!;
            Unlink(call);
            if (call.DeadlineNs == call.QueuedDeadlineNs)
            {
                return call;
            }

            Link(call);
        }

        return null;
    }

    private static int PlaceOf(long turn) => (int)(turn & (Places - 1));

    private int NearestPlace()
    {
        var fine = _nowNs >> FineShift;
        for (var step = 0; step < Places; step++)
        {
            if (_first[PlaceOf(fine + step)] is not null)
            {
                return PlaceOf(fine + step);
            }
        }

        var coarse = _nowNs >> CoarseShift;
        for (var step = 0; step < Places; step++)
        {
            if (_first[Places + PlaceOf(coarse + step)] is not null)
            {
                return Places + PlaceOf(coarse + step);
            }
        }

        throw new InvalidOperationException("A call waits nowhere.");
    }

    /// <summary>Looks at all calls of a place: due, or to be put where their deadline is now.</summary>
    private void Sift(int place)
    {
        var call = _first[place];
        _first[place] = null;
        _last[place] = null;
        while (call is not null)
        {
            var next = call.TimerNext;
            call.TimerPlace = -1;
            call.TimerNext = null;
            call.TimerPrevious = null;
            Count--;
            if (call.DeadlineNs <= _nowNs)
            {
                _due.Add(call);
            }
            else
            {
                Link(call);
            }

            call = next;
        }
    }

    private void Rebuild()
    {
        var all = new List<CallState>(Count);
        for (var place = 0; place < _first.Length; place++)
        {
            for (var call = _first[place]; call is not null; call = call.TimerNext)
            {
                all.Add(call);
            }
        }

        foreach (var call in all)
        {
            Unlink(call);
        }

        foreach (var call in all)
        {
            Link(call);
        }
    }

    private void Link(CallState call)
    {
        call.QueuedDeadlineNs = call.DeadlineNs;
        var at = Math.Max(call.DeadlineNs, _nowNs);
        var ahead = (at >> FineShift) - (_nowNs >> FineShift);
        var place = ahead < Places
            ? PlaceOf(at >> FineShift)
            : Places + PlaceOf(Math.Min(at >> CoarseShift, (_nowNs >> CoarseShift) + Places - 1));
        call.TimerPlace = place;
        call.TimerPrevious = _last[place];
        call.TimerNext = null;
        if (_last[place] is { } last)
        {
            last.TimerNext = call;
        }
        else
        {
            _first[place] = call;
        }

        _last[place] = call;
        Count++;
    }

    private void Unlink(CallState call)
    {
        var place = call.TimerPlace;
        if (call.TimerPrevious is { } previous)
        {
            previous.TimerNext = call.TimerNext;
        }
        else
        {
            _first[place] = call.TimerNext;
        }

        if (call.TimerNext is { } next)
        {
            next.TimerPrevious = call.TimerPrevious;
        }
        else
        {
            _last[place] = call.TimerPrevious;
        }

        call.TimerPlace = -1;
        call.TimerPrevious = null;
        call.TimerNext = null;
        Count--;
    }
}
