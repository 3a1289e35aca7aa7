namespace VoiceQuality.Quality.Rtp;

/// <summary>
/// Interarrival jitter by RFC 3550 A.8 in floating point, as a monitor has to run it: the caller leaves out
/// duplicates and anything that is not audio, a repeated timestamp is skipped, and a jump of a second or more may only
/// move the baseline.
/// </summary>
public struct JitterEstimator
{
    private const double ResetNs = 1e9;

    private double _jitterNs;
    private double _nsPerTick;
    private long _lastArrivalNs;
    private uint _lastTimestamp;
    private int _clockRateHz;
    private bool _hasBaseline;

    /// <summary>The running jitter J, ns.</summary>
    public readonly double JitterNs => _jitterNs;

    /// <summary>True when the last packet had no packet before it to be compared with.</summary>
    public bool IsBaseline { get; private set; }

    /// <summary>Takes one packet in order of arrival.</summary>
    /// <param name="arrivalNs">Arrival, ns.</param>
    /// <param name="timestamp">RTP timestamp, ticks modulo 2³².</param>
    /// <param name="clockRateHz">Media clock, Hz; with 0 or less nothing can be timed.</param>
    /// <param name="mayPause">
    /// Whether a jump of a second or more is a sender's pause with frozen timestamps, which is no jitter.
    /// </param>
    /// <returns>True unless the packet was skipped.</returns>
    public bool Add(long arrivalNs, uint timestamp, int clockRateHz, bool mayPause = true)
    {
        if (clockRateHz != _clockRateHz)
        {
            ChangeClock(clockRateHz);
        }

        if (clockRateHz <= 0)
        {
            return false;
        }

        if (_hasBaseline)
        {
            var ticks = unchecked((int)(timestamp - _lastTimestamp));

            if (ticks == 0)
            {
                return false;
            }

            var d = Math.Abs(unchecked(arrivalNs - _lastArrivalNs) - ticks * _nsPerTick);

            if (d < ResetNs || !mayPause)
            {
                _jitterNs += (d - _jitterNs) / 16;
            }
        }

        IsBaseline = !_hasBaseline;
        _hasBaseline = true;
        _lastArrivalNs = arrivalNs;
        _lastTimestamp = timestamp;
        return true;
    }

    private void ChangeClock(int clockRateHz)
    {
        _clockRateHz = clockRateHz;
        _nsPerTick = clockRateHz > 0 ? 1e9 / clockRateHz : 0;
        _hasBaseline = false;
    }
}
