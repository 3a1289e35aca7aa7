namespace VoiceQuality.Quality.Rtp;

/// <content>
/// A gap of MAX_DROPOUT or more. RFC 3550 A.1 takes it for a restart of the sender, and so it is when nobody knows
/// better; in a call whose media should flow it may be a minute and more of packets that never came.
/// </content>
public sealed partial class StreamMeter
{
    private const int LongestFrameMs = 200;
    private const int Sequences = 1 << 16;

    /// <summary>
    /// Whether media should flow, by signalling: the call is answered and nobody holds it. A far jump whose timestamps
    /// have kept pace with real time is then loss. Default false: it is a restart.
    /// </summary>
    public bool IsMediaDue { get; set; }

    /// <summary>
    /// Tells by the candidate and the packet after it whether the sender went on over the gap: a restarted one picks
    /// its timestamps at random, one that went on has as many ticks more as time has passed.
    /// </summary>
    /// <param name="next">The packet that agreed with the candidate.</param>
    /// <param name="step">By how many numbers it is further.</param>
    /// <param name="distance">From the highest number before the gap to the candidate.</param>
    private bool WentOn(in RtpArrival next, int step, out int distance)
    {
        distance = 0;
        var candidate = _held!.Arrival;

        if (!IsMediaDue || _isResumed || step == 0 || candidate.Kind != RtpPacketKind.Audio
            || next.Kind != RtpPacketKind.Audio || next.ClockRateHz != candidate.ClockRateHz
            || !_jitter.KeptPace(candidate.ArrivalNs, candidate.Timestamp, candidate.ClockRateHz, out var ticks))
        {
            return false;
        }

        var frameTicks = unchecked((int)(next.Timestamp - candidate.Timestamp)) / step;

        if (frameTicks <= 0 || frameTicks > candidate.ClockRateHz / 1_000L * LongestFrameMs)
        {
            return false;
        }

        // Silence sends nothing and counts nothing, so there may be fewer numbers than frames, and never more.
        var most = (ticks / frameTicks) + MaxMisorder;
        var least = unchecked((ushort)(candidate.SequenceNumber - (ushort)_highest));

        if (least > most)
        {
            return false;
        }

        distance = (int)Math.Min(least + ((most - least) / Sequences * Sequences), int.MaxValue);
        return distance > 0;
    }

    private void Bridge(int distance)
    {
        var candidate = _held!.Arrival;
        _hasCandidate = false;
        Advance(candidate, distance);
    }
}
