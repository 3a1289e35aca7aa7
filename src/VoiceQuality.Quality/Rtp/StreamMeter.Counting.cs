namespace VoiceQuality.Quality.Rtp;

/// <content>What becomes of the sequence numbers that the window leaves.</content>
public sealed partial class StreamMeter
{
    /// <summary>Moves the window's tail to <paramref name="end"/>, counting in sequence order what it leaves.</summary>
    private void CountUpTo(long end)
    {
        while (_tail < end && _tail <= _highest)
        {
            _intervals.MoveTailTo(_tail);
            Count(ref _intervals.Tail, _slots.Get(_tail));
            _tail++;
        }

        if (_tail < end)
        {
            _intervals.MoveTailTo(_tail);
            CountMissing(ref _intervals.Tail, end - _tail);
            _tail = end;
        }
    }

    private void Count(ref SequencePart part, SlotState slot)
    {
        if (_emulations is not null)
        {
            EmulateCount(slot == SlotState.Missing);
        }

        part.Expected++;

        if (slot == SlotState.InTime)
        {
            part.Received++;
            _bursts.Played(ref part.BurstGaps);

            if (_isInBadRun)
            {
                _isInBadRun = false;
                EndLostRun(ref part);
            }

            return;
        }

        part.BadRuns += _isInBadRun ? 0u : 1u;
        _isInBadRun = true;
        _bursts.Bad(ref part.BurstGaps, 1);

        if (slot == SlotState.Missing)
        {
            _lostRun++;
            return;
        }

        part.Received++;
        part.Discarded++;
        EndLostRun(ref part);
    }

    private void EmulateCount(bool isMissing)
    {
        foreach (var emulation in _emulations!)
        {
            emulation.Count(_tail, isMissing, _intervals.IsTailEarly);
        }
    }

    /// <summary>Counts numbers ahead of everything received: a gap wider than the window.</summary>
    private void CountMissing(ref SequencePart part, long count)
    {
        foreach (var emulation in _emulations ?? [])
        {
            emulation.CountMissing(_intervals.IsTailEarly);
        }

        part.Expected += count;
        part.BadRuns += _isInBadRun ? 0u : 1u;
        _isInBadRun = true;
        _bursts.Bad(ref part.BurstGaps, count);
        _lostRun += count;
    }

    /// <summary>The stream ends here, or a segment of it; what comes next is not beside it.</summary>
    private void EndRuns()
    {
        _isInBadRun = false;
        _bursts.End(ref _intervals.Tail.BurstGaps);
        EndLostRun(ref _intervals.Tail);
    }

    // An interval opens when the highest number so far was received, so a run of lost ones lies in one interval whole.
    private void EndLostRun(ref SequencePart part)
    {
        if (_lostRun > 0)
        {
            part.LossRuns.Add(_lostRun);
            _lostRun = 0;
        }
    }
}
