namespace VoiceQuality.Quality.Rtp;

/// <content>Several packets in good order at once: the same figures as one by one, to the last bit.</content>
public sealed partial class StreamMeter
{
    /// <summary>A packet that comes earlier or later by more than this, ns, is looked at by itself.</summary>
    private const double MostUnsteadyNs = 0.9e9;

    /// <summary>Above this, ns, which only a clock that jumped gives, a sum of several might not fit.</summary>
    private const double MostJitterNs = 1e12;

    /// <summary>
    /// Counts packets that follow one another, the first of them as a rule the highest number so far. Each counts as by
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
            || _intervals.Open.JitterSumPs > long.MaxValue / 2 || _jitter.JitterNs > MostJitterNs)
        {
            return 0;
        }

        var spanNs = _jitter.SpanNs(packets.FrameTicks);
        return spanNs is >= 1 and <= LongestFrameNs ? Time(packets, from, timestamp, spanNs) : 0;
    }

    /// <summary>
    /// Times and counts packets up to the first that ends an interval or a second, or is far from where it should be.
    /// All that each packet moves is at hand while it lasts.
    /// </summary>
    private int Time(in SteadyPackets packets, int from, uint timestamp, double spanNs)
    {
        ref var open = ref _intervals.Open;
        var endNs = Math.Min(Math.Min(_intervals.OpenEndNs, _envelope.DueNs), _buffer.WindowEndNs);
        var firstNs = _jitter.LastArrivalNs;
        var previousNs = firstNs;
        var longestNs = 0L;
        var jitterNs = _jitter.JitterNs;
        var (sumPs, mostPs) = (0L, open.JitterMaxPs);
        var mediaNs = (long)spanNs;
        var (transitNs, leastNs, leastAtNs, referenceNs) = _envelope.Second;
        var (nominalNs, offsetSumNs, leastOffsetNs, greatestOffsetNs) = _buffer.Second;
        var (originNs, stepNs, depthNs) = (_buffer.OriginNs, _buffer.StepNs, _buffer.DepthNs);
        var late = 0u;
        var count = 0;

        foreach (var afterNs in packets.OffsetsNs[from..])
        {
            var arrivalNs = packets.BaseNs + afterNs;
            var gapNs = arrivalNs - previousNs;
            var distanceNs = Math.Abs(gapNs - spanNs);

            if (arrivalNs >= endNs || gapNs < 0 || !(distanceNs < MostUnsteadyNs))
            {
                break;
            }

            jitterNs += (distanceNs - jitterNs) / 16;
            var jitterPs = (long)(jitterNs * 1e3 + 0.5);
            sumPs += jitterPs;
            mostPs = Math.Max(mostPs, jitterPs);

            // The first one is measured against the last arrival of any kind.
            longestNs = count > 0 && gapNs > longestNs ? gapNs : longestNs;

            transitNs = unchecked(transitNs + (gapNs - mediaNs));
            leastAtNs = transitNs < leastNs ? arrivalNs : leastAtNs;
            leastNs = Math.Min(leastNs, transitNs);
            referenceNs = Math.Min(referenceNs, transitNs);
            open.DelayVariation.Add(unchecked(transitNs - referenceNs));

            nominalNs += stepNs;
            var offsetNs = unchecked(arrivalNs - originNs) - nominalNs;
            offsetSumNs += offsetNs;
            leastOffsetNs = offsetNs < leastOffsetNs ? offsetNs : leastOffsetNs;
            greatestOffsetNs = offsetNs > greatestOffsetNs ? offsetNs : greatestOffsetNs;
            late |= (offsetNs > depthNs ? 1u : 0u) << count;
            previousNs = arrivalNs;
            count++;
        }

        if (count == 0)
        {
            return 0;
        }

        var last = unchecked(timestamp + ((uint)(count - 1) * packets.FrameTicks));
        NoteDelta(ref open, packets.BaseNs + packets.OffsetsNs[from]);
        _previousArrivalNs = previousNs;
        LastArrivalNs = previousNs;
        open.MaxDeltaNs = Math.Max(open.MaxDeltaNs, longestNs);
        open.PayloadOctets += (long)packets.PayloadLength * count;
        open.AudioReceived += (uint)count;
        open.JitterSamples += (uint)count;
        open.JitterSumPs += sumPs;
        open.JitterMaxPs = mostPs;
        open.MediaNs += mediaNs * count;
        open.MediaArrivalNs += previousNs - firstNs;
        open.SpacedNs += mediaNs * count;
        open.SpacedSteps += (uint)count;
        _jitter.GoOn(jitterNs, previousNs, last);
        _envelope.Second = (transitNs, leastNs, leastAtNs, referenceNs);
        _buffer.GoOn((nominalNs, offsetSumNs, leastOffsetNs, greatestOffsetNs), count, previousNs, last);
        CountLeaving(count);
        _slots.SetReceived(_highest + 1, count, late);
        _highest += count;
        _lastAudioExtended = _highest;
        return count;
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
