namespace VoiceQuality.Quality.Rtp;

/// <content>Several packets in good order at once: the same figures as one by one, to the last bit.</content>
public sealed partial class StreamMeter
{
    /// <summary>A packet that comes earlier or later by more than this, ns, is looked at by itself.</summary>
    private const double MostUnsteadyNs = 0.9e9;

    /// <summary>
    /// Counts packets that follow the highest number so far and one another. Each counts as it would by
    /// <see cref="Add"/>; what all have in common is found out once.
    /// </summary>
    /// <param name="packets">The packets; the first is the next after the highest counted.</param>
    public void AddSteady(in SteadyPackets packets)
    {
        for (var next = 0; next < packets.OffsetsNs.Length;)
        {
            var count = AddTogether(packets, next);
            next += count;

            if (count == 0)
            {
                Add(packets[next]);
                next++;
            }
        }
    }

    /// <summary>Counts those from <paramref name="from"/> on that nothing sets apart.</summary>
    /// <returns>How many that were.</returns>
    private int AddTogether(in SteadyPackets packets, int from)
    {
        var timestamp = unchecked(packets.FirstTimestamp + ((uint)from * packets.FrameTicks));

        if (_isFinished || !_isStarted || _hasCandidate || _isResumed || _adaptive is not null || _emulations is not null
            || _lastAudioExtended != _highest
            || unchecked((ushort)(packets.FirstSequenceNumber + from - _highest)) != 1
            || !_jitter.IsSteady(timestamp, packets.FrameTicks, packets.ClockRateHz)
            || !_buffer.IsSteady(_highest, timestamp, packets.FrameTicks, packets.ClockRateHz, _jitter.LastArrivalNs)
            || _intervals.Open.JitterSumPs > long.MaxValue / 2)
        {
            return 0;
        }

        var spanNs = _jitter.SpanNs(packets.FrameTicks);

        if (!(spanNs is >= 1 and <= LongestFrameNs))
        {
            return 0;
        }

        Span<long> arrivals = stackalloc long[SteadyPackets.Capacity];
        var count = FindSteady(packets, from, spanNs, arrivals);

        if (count == 0)
        {
            return 0;
        }

        arrivals = arrivals[..count];
        CountLeaving(count);
        ref var open = ref _intervals.Open;
        Span<long> gaps = stackalloc long[SteadyPackets.Capacity];
        Space(arrivals, gaps, spanNs, ref open);
        gaps = gaps[..count];
        open.PayloadOctets += (long)packets.PayloadLength * count;
        open.AudioReceived += (uint)count;
        var last = unchecked(timestamp + ((uint)(count - 1) * packets.FrameTicks));
        _jitter.AddSteady(gaps, arrivals[^1], last, spanNs, ref open);
        _envelope.AddSteady(arrivals, gaps, (long)spanNs, ref open.DelayVariation);
        var late = _buffer.AddSteady(arrivals, last);
        _slots.SetReceived(_highest + 1, count, late);
        _highest += count;
        _lastAudioExtended = _highest;
        return count;
    }

    /// <summary>Arrivals up to the first that ends an interval or a second, or is far from where it should be.</summary>
    private int FindSteady(in SteadyPackets packets, int from, double spanNs, Span<long> arrivals)
    {
        var endNs = Math.Min(Math.Min(_intervals.OpenEndNs, _envelope.DueNs), _buffer.WindowEndNs);
        var previousNs = _jitter.LastArrivalNs;
        var count = 0;

        foreach (var offsetNs in packets.OffsetsNs[from..])
        {
            var arrivalNs = packets.BaseNs + offsetNs;

            if (arrivalNs >= endNs || arrivalNs < previousNs
                || !(Math.Abs(arrivalNs - previousNs - spanNs) < MostUnsteadyNs))
            {
                break;
            }

            arrivals[count++] = arrivalNs;
            previousNs = arrivalNs;
        }

        return count;
    }

    /// <summary>What the intervals have of the times between packets; tells them one by one.</summary>
    private void Space(ReadOnlySpan<long> arrivals, Span<long> gaps, double spanNs, ref ArrivalPart open)
    {
        var firstNs = _jitter.LastArrivalNs;
        NoteDelta(ref open, arrivals[0]);
        var previousNs = firstNs;
        var mostNs = 0L;

        for (var i = 0; i < arrivals.Length; i++)
        {
            var gapNs = arrivals[i] - previousNs;
            previousNs = arrivals[i];
            gaps[i] = gapNs;
            mostNs = i > 0 && gapNs > mostNs ? gapNs : mostNs;
        }

        open.MaxDeltaNs = Math.Max(open.MaxDeltaNs, mostNs);
        _previousArrivalNs = previousNs;
        LastArrivalNs = previousNs;
        var mediaNs = (long)spanNs * arrivals.Length;
        open.MediaNs += mediaNs;
        open.MediaArrivalNs += previousNs - firstNs;
        open.SpacedNs += mediaNs;
        open.SpacedSteps += (uint)arrivals.Length;
    }

    /// <summary>Counts what leaves the window when so many come.</summary>
    private void CountLeaving(int count)
    {
        var end = _highest + count - WindowPackets + 1;
        var leaving = (int)(end - _tail);

        if (leaving <= 0)
        {
            return;
        }

        if (_isInBadRun || leaving > SteadyPackets.Capacity || !_bursts.IsInGap || !_intervals.IsOfTail(end - 1)
            || !_slots.AreInTime(_tail, leaving))
        {
            CountUpTo(end);
            return;
        }

        ref var part = ref _intervals.Tail;
        part.Expected += leaving;
        part.Received += leaving;
        part.BurstGaps.GapPackets += leaving;
        _tail = end;
    }
}
