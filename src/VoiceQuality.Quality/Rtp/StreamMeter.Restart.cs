namespace VoiceQuality.Quality.Rtp;

/// <content>What a packet far outside the sequence is: a stray, a restart of the sender, or the end of a gap.</content>
public sealed partial class StreamMeter
{
    /// <summary>
    /// How far the packet after a candidate may lie from it; a packet may be lost or swapped there too.
    /// </summary>
    private const int RestartTolerance = 16;

    private ArrivalOutcome Resume(in RtpArrival arrival, int distance)
    {
        _isResumed = false;

        if (distance == 1)
        {
            Advance(arrival, distance);
            return ArrivalOutcome.InOrder;
        }

        CountCandidateAsStray();
        Hold(arrival);
        RestartAtCandidate();
        return ArrivalOutcome.Restart;
    }

    private ArrivalOutcome AddFarAway(in RtpArrival arrival)
    {
        if (_hasCandidate)
        {
            var distance = unchecked((short)(arrival.SequenceNumber - _held!.Arrival.SequenceNumber));

            if (distance == 0)
            {
                _intervals.Open.Duplicates++;
                return ArrivalOutcome.Duplicate;
            }

            if (distance is >= -RestartTolerance and <= RestartTolerance)
            {
                var wentOn = WentOn(arrival, distance, out var gap);

                if (wentOn)
                {
                    Bridge(gap);
                }
                else
                {
                    RestartAtCandidate();
                }

                Add(arrival);
                return wentOn ? ArrivalOutcome.AfterGap : ArrivalOutcome.Restart;
            }

            CountCandidateAsStray();
        }

        Hold(arrival);
        _hasCandidate = true;
        return ArrivalOutcome.Stray;
    }

    private void RestartAtCandidate()
    {
        _hasCandidate = false;
        var candidate = _held!.Arrival;
        CountUpTo(_highest + 1);
        EndRuns();
        _intervals.Advance(candidate.ArrivalNs, _highest + 1);

        // Two wraps on, so that extended numbers rise over the whole stream and congruence modulo 2^16 holds.
        var extended = (((_highest >> 16) + 2) << 16) | candidate.SequenceNumber;
        _buffer.Restart();
        _adaptive?.Reset();

        foreach (var emulation in _emulations ?? [])
        {
            emulation.Restart();
        }

        BeginSegment(candidate, extended);
    }

    private void Hold(in RtpArrival arrival) => (_held ??= new HeldPacket()).Arrival = arrival;

    private void CountCandidateAsStray()
    {
        if (_hasCandidate)
        {
            _hasCandidate = false;
            _intervals.Open.Strays++;
        }
    }

    /// <summary>The packet that is held back; few streams ever have one.</summary>
    private sealed class HeldPacket
    {
        public RtpArrival Arrival;
    }
}
