namespace VoiceQuality.Quality.Rtp;

/// <content>What is timed: jitter and the longest time between arrivals.</content>
public sealed partial class StreamMeter
{
    private void MeasureJitter(in RtpArrival arrival, ref IntervalCounters open)
    {
        var hasValue = _jitter.Add(arrival.ArrivalNs, arrival.Timestamp, arrival.ClockRateHz, isPause: arrival.Marker);

        if (_jitter.TryTakeHeld(out var heldNs))
        {
            AddJitter(heldNs, ref open);
        }

        if (hasValue && !_jitter.IsBaseline)
        {
            AddJitter(_jitter.JitterNs, ref open);
        }

        _jitter.TakeSpans(out var talk, out var pause);
        open.MediaNs = IntervalCounters.SaturatingSum(open.MediaNs, talk.MediaNs);
        open.MediaArrivalNs = IntervalCounters.SaturatingSum(open.MediaArrivalNs, talk.ArrivalNs);

        if (pause != default)
        {
            open.Pauses++;
            open.PausedMediaNs = IntervalCounters.SaturatingSum(open.PausedMediaNs, pause.MediaNs);
            open.PausedArrivalNs = IntervalCounters.SaturatingSum(open.PausedArrivalNs, pause.ArrivalNs);
        }
    }

    private static void AddJitter(double jitterNs, ref IntervalCounters open)
    {
        var jitterPs = (long)(jitterNs * 1e3 + 0.5);
        open.JitterSamples++;
        open.JitterSumPs = IntervalCounters.SaturatingAdd(open.JitterSumPs, jitterPs);
        open.JitterMaxPs = Math.Max(open.JitterMaxPs, jitterPs);
    }

    private void NoteDelta(ref IntervalCounters open, long arrivalNs)
    {
        open.MaxDeltaNs = Math.Max(open.MaxDeltaNs, unchecked(arrivalNs - _previousArrivalNs));
        _previousArrivalNs = arrivalNs;
    }

    private void CountOtherKind(RtpPacketKind kind, ref IntervalCounters open)
    {
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
