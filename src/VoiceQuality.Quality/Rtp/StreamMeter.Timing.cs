namespace VoiceQuality.Quality.Rtp;

/// <content>What is timed: jitter and the longest time between arrivals.</content>
public sealed partial class StreamMeter
{
    /// <summary>A frame that is longer than this by its timestamps is none, ns.</summary>
    private const long LongestFrameNs = LongestFrameMs * 1_000_000L;

    private void MeasureJitter(in RtpArrival arrival, long extended, ref ArrivalPart open)
    {
        var hasValue = _jitter.Add(
            arrival.ArrivalNs, arrival.Timestamp, arrival.ClockRateHz, isPause: arrival.Marker, out var talk);
        var isSettled = _jitter.TryTakeHeld(out var heldNs);

        if (isSettled)
        {
            // The packet before came a second or more late.
            AddJitter(heldNs, ref open);
            open.DelayVariation.Add(long.MaxValue);
        }

        if (hasValue && !_jitter.IsBaseline)
        {
            AddJitter(_jitter.JitterNs, ref open);
        }

        var steps = extended - _lastAudioExtended;
        _lastAudioExtended = extended;
        open.MediaNs = IntervalCounters.SaturatingSum(open.MediaNs, talk.MediaNs);
        open.MediaArrivalNs = IntervalCounters.SaturatingSum(open.MediaArrivalNs, talk.ArrivalNs);
        var changeNs = talk.ArrivalNs - talk.MediaNs;

        if (_jitter.TryTakePause(out var pause) || (hasValue && _jitter.IsBaseline))
        {
            NotePause(pause, ref open);
            _envelope.Begin(unchecked(arrival.ArrivalNs - talk.ArrivalNs));
        }
        else if (!isSettled && !arrival.Marker && steps is > 0 and < MaxDropout
            && talk.MediaNs > 0 && talk.MediaNs <= steps * LongestFrameNs)
        {
            open.SpacedNs += talk.MediaNs;
            open.SpacedSteps += (uint)steps;
        }

        if (hasValue)
        {
            open.DelayVariation.Add(_envelope.Add(arrival.ArrivalNs, changeNs, ref open));
        }
        else
        {
            _envelope.Skip(changeNs);
        }
    }

    private static void NotePause(ArrivalSpan pause, ref ArrivalPart open)
    {
        if (pause != default)
        {
            open.Pauses++;
            open.PausedMediaNs = IntervalCounters.SaturatingSum(open.PausedMediaNs, pause.MediaNs);
            open.PausedArrivalNs = IntervalCounters.SaturatingSum(open.PausedArrivalNs, pause.ArrivalNs);
        }
    }

    private static void AddJitter(double jitterNs, ref ArrivalPart open)
    {
        var jitterPs = (long)(jitterNs * 1e3 + 0.5);
        open.JitterSamples++;
        open.JitterSumPs = IntervalCounters.SaturatingAdd(open.JitterSumPs, jitterPs);
        open.JitterMaxPs = Math.Max(open.JitterMaxPs, jitterPs);
    }

    private void NoteDelta(ref ArrivalPart open, long arrivalNs)
    {
        open.MaxDeltaNs = Math.Max(open.MaxDeltaNs, unchecked(arrivalNs - _previousArrivalNs));
        _previousArrivalNs = arrivalNs;
    }

    private void CountOtherKind(RtpPacketKind kind, ref ArrivalPart open)
    {
        // What lies on both sides of it is not as far apart as their numbers say.
        _lastAudioExtended = long.MinValue / 2;

        if (kind == RtpPacketKind.ComfortNoise)
        {
            open.ComfortNoise++;
            _buffer.NoteSilence();
        }
        else if (kind == RtpPacketKind.TelephoneEvent)
        {
            open.TelephoneEvents++;
        }
    }
}
