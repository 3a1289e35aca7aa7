namespace VoiceQuality.Quality.Rtp;

/// <summary>
/// A fixed jitter buffer anchored on the least delayed packet of a whole stream: the most that a buffer of its depth
/// may have to discard, whichever packet it really began with. It needs the stream's end, so no endpoint can play so;
/// the meter's <see cref="FixedJitterBuffer"/> lies between none and this.
/// </summary>
public static class MinimumAnchor
{
    /// <summary>Packets whose transit exceeds the least one by more than the depth; copies count once.</summary>
    /// <param name="arrivals">The packets in order of arrival, on one clock, without a restart of the sender.</param>
    /// <param name="depthMs">Depth, ms, above 0.</param>
    public static long CountDiscarded(ReadOnlySpan<RtpArrival> arrivals, int depthMs)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(depthMs);

        var transits = new List<double>(arrivals.Length);
        var seen = new HashSet<long>(arrivals.Length);
        var (highest, mediaTicks, timestamp) = (0L, 0L, 0u);

        for (var i = 0; i < arrivals.Length; i++)
        {
            ref readonly var arrival = ref arrivals[i];
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(arrival.ClockRateHz, nameof(arrivals));

            highest = i == 0 ? arrival.SequenceNumber : highest;
            var extended = highest + unchecked((short)(arrival.SequenceNumber - (ushort)highest));
            highest = Math.Max(highest, extended);

            if (!seen.Add(extended))
            {
                continue;
            }

            mediaTicks += i == 0 ? 0 : unchecked((int)(arrival.Timestamp - timestamp));
            timestamp = arrival.Timestamp;
            transits.Add(unchecked(arrival.ArrivalNs - arrivals[0].ArrivalNs) - (mediaTicks * 1e9 / arrival.ClockRateHz));
        }

        var limitNs = transits.Count == 0 ? 0 : transits.Min() + (depthMs * 1e6);
        return transits.Count(transit => transit > limitNs);
    }
}
