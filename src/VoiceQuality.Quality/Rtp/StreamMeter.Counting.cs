namespace VoiceQuality.Quality.Rtp;

/// <content>What becomes of the sequence numbers that the window leaves.</content>
public sealed partial class StreamMeter
{
    /// <summary>Moves the window's tail to <paramref name="end"/>, counting in sequence order what it leaves.</summary>
    private void CountUpTo(long end)
    {
        while (_tail < end && _tail <= _highest)
        {
            Count(ref _intervals.Of(_tail), _slots[(int)(_tail & (WindowPackets - 1))]);
            _tail++;
        }

        if (_tail < end)
        {
            CountMissing(ref _intervals.Of(_tail), end - _tail);
            _tail = end;
        }
    }

    private void Count(ref IntervalCounters interval, byte slot)
    {
        interval.Expected++;
        interval.Received += slot == Missing ? 0 : 1;
        interval.Discarded += slot == Late ? 1 : 0;
        var isBad = slot != InTime;
        interval.BadRuns += isBad && !_isInBadRun ? 1 : 0;
        _isInBadRun = isBad;
    }

    /// <summary>Counts numbers ahead of everything received: a gap wider than the window.</summary>
    private void CountMissing(ref IntervalCounters interval, long count)
    {
        interval.Expected += count;
        interval.BadRuns += _isInBadRun ? 0 : 1;
        _isInBadRun = true;
    }
}
