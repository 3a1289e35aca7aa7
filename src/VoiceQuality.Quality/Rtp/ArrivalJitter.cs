namespace VoiceQuality.Quality.Rtp;

/// <summary>
/// RFC 3550 A.8 to the letter, over every packet it is given in order of arrival: what an endpoint would report in
/// RTCP. A monitor uses <see cref="JitterEstimator"/>.
/// </summary>
public struct ArrivalJitter
{
    private readonly int _clockRateHz;

    private bool _hasBaseline;
    private long _lastArrivalUs;
    private uint _lastTimestamp;
    private long _lastArrivalTicks;

    /// <summary>An estimator before its first packet.</summary>
    /// <param name="clockRateHz">Media clock, Hz, above 0.</param>
    public ArrivalJitter(int clockRateHz)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(clockRateHz);

        _clockRateHz = clockRateHz;
    }

    /// <summary>J in timestamp units, by the formula of RFC 3550 clause 6.4.1.</summary>
    public double JitterTicks { get; private set; }

    /// <summary>J times 16 in timestamp units, by the integer arithmetic of A.8.</summary>
    public long ScaledJitterTicks { get; private set; }

    /// <summary>The interarrival jitter field of a report, timestamp units.</summary>
    public readonly long ReportedTicks => ScaledJitterTicks >> 4;

    /// <summary>Takes one packet.</summary>
    /// <param name="arrivalUs">Arrival, µs, 0 or more.</param>
    /// <param name="timestamp">RTP timestamp, ticks modulo 2³².</param>
    public void Add(long arrivalUs, uint timestamp)
    {
        var arrivalTicks = (long)((Int128)arrivalUs * _clockRateHz / 1_000_000);

        if (_hasBaseline)
        {
            var ticks = unchecked((int)(timestamp - _lastTimestamp));
            var d = Math.Abs((arrivalUs - _lastArrivalUs) * (_clockRateHz / 1e6) - ticks);
            JitterTicks += (d - JitterTicks) / 16;
            ScaledJitterTicks += Math.Abs(arrivalTicks - _lastArrivalTicks - ticks) - ((ScaledJitterTicks + 8) >> 4);
        }

        _hasBaseline = true;
        _lastArrivalUs = arrivalUs;
        _lastArrivalTicks = arrivalTicks;
        _lastTimestamp = timestamp;
    }
}
