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
        var steps = extended - _lastAudioExtended;
        _lastAudioExtended = extended;

        if (!hasValue || _jitter.HasNews)
        {
            MeasureUnusual(arrival.ArrivalNs, talk, hasValue, ref open);
            return;
        }

        AddJitter(_jitter.JitterNs, ref open);

        // Both follow the arrivals, which 63 bits hold for 292 years.
        open.MediaNs += talk.MediaNs;
        open.MediaArrivalNs += talk.ArrivalNs;

        if (!arrival.Marker && steps is > 0 and < MaxDropout
            && talk.MediaNs > 0 && talk.MediaNs <= steps * LongestFrameNs)
        {
            open.SpacedNs += talk.MediaNs;
            open.SpacedSteps += (uint)steps;
        }

        if (_envelope.IsDue(arrival.ArrivalNs))
        {
            CloseSecond(arrival.ArrivalNs, ref open);
        }

        open.DelayVariation.Add(_envelope.Add(arrival.ArrivalNs, talk.ArrivalNs - talk.MediaNs));
    }

    private void CloseSecond(long arrivalNs, ref ArrivalPart open)
    {
        var wasEstablished = _envelope.Skew is { IsEstablished: true };

        if (_envelope.Close(arrivalNs, ref open) && !_shared.Value.WithoutSkewCorrection)
        {
            CorrectSkew(_envelope.Skew!.Ppm, isFirst: !wasEstablished);
        }
    }

    /// <summary>From here on each buffer's clock runs as the sender's does, as that of a real endpoint.</summary>
    private void CorrectSkew(double ppm, bool isFirst)
    {
        _buffer.CorrectSkew(ppm, isFirst);
        _adaptive?.CorrectSkew(ppm);

        foreach (var emulation in _emulations ?? [])
        {
            emulation.CorrectSkew(ppm, isFirst);
        }
    }

    /// <summary>
    /// Times a packet that begins something anew, is held back itself, or decides about one that was.
    /// </summary>
    private void MeasureUnusual(long arrivalNs, ArrivalSpan talk, bool hasValue, ref ArrivalPart open)
    {
        var isFirst = hasValue && _jitter.IsBaseline;

        if (_jitter.TryTakeHeld(out var heldNs))
        {
            // The packet before came a second or more late.
            AddJitter(heldNs, ref open);
            open.DelayVariation.Add(long.MaxValue);
        }

        if (hasValue && !isFirst)
        {
            AddJitter(_jitter.JitterNs, ref open);
        }

        open.MediaNs = IntervalCounters.SaturatingSum(open.MediaNs, talk.MediaNs);
        open.MediaArrivalNs = IntervalCounters.SaturatingSum(open.MediaArrivalNs, talk.ArrivalNs);

        if (_jitter.TryTakePause(out var pause) || isFirst)
        {
            NotePause(pause, ref open);
            _envelope.Begin(unchecked(arrivalNs - talk.ArrivalNs));
        }

        var changeNs = talk.ArrivalNs - talk.MediaNs;

        if (hasValue)
        {
            if (_envelope.IsDue(arrivalNs))
            {
                CloseSecond(arrivalNs, ref open);
            }

            open.DelayVariation.Add(_envelope.Add(arrivalNs, changeNs));
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
