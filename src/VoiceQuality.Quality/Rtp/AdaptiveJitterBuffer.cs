namespace VoiceQuality.Quality.Rtp;

/// <summary>
/// Emulates an idealised adaptive jitter buffer: it allows the spread of the last 500 transits, 3 % trimmed on both
/// sides, and 40 ms more. A packet is late when its transit exceeds the trimmed least one by more than that; late ones
/// enter the history too.
/// </summary>
/// <remarks>
/// The history begins anew where a real endpoint starts over: at a restart of the sender, at a change of the clock, at
/// a jump of the timestamps, and after a pause with frozen timestamps. Not safe for use by two threads at once.
/// </remarks>
public sealed class AdaptiveJitterBuffer
{
    /// <summary>Transits that are remembered.</summary>
    public const int HistoryPackets = 500;

    private const double MarginNs = 40e6;
    private const double StartOverNs = 1e9;
    private const double FrozenNs = 40e6;

    private readonly double _maxNs;
    private readonly double[] _ring = new double[HistoryPackets];
    private readonly double[] _sorted = new double[HistoryPackets];

    private int _count;
    private int _next;
    private double _nsPerTick;
    private double _skewPpm;
    private int _clockRateHz;
    private bool _hasBaseline;
    private bool _jumped;
    private long _originNs;
    private double _mediaNs;
    private long _lastArrivalNs;
    private uint _lastTimestamp;

    /// <summary>An empty buffer.</summary>
    /// <param name="maxMs">Largest depth, ms, above 0.</param>
    public AdaptiveJitterBuffer(int maxMs)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxMs);

        _maxNs = maxMs * 1e6;
    }

    private AdaptiveJitterBuffer(AdaptiveJitterBuffer other)
    {
        _maxNs = other._maxNs;
        other._ring.CopyTo(_ring, 0);
        other._sorted.CopyTo(_sorted, 0);
        (_count, _next) = (other._count, other._next);
        (_nsPerTick, _skewPpm, _clockRateHz) = (other._nsPerTick, other._skewPpm, other._clockRateHz);
        (_hasBaseline, _jumped) = (other._hasBaseline, other._jumped);
        (_originNs, _mediaNs) = (other._originNs, other._mediaNs);
        (_lastArrivalNs, _lastTimestamp) = (other._lastArrivalNs, other._lastTimestamp);
        (AllowedNs, LastExtended) = (other.AllowedNs, other.LastExtended);
    }

    /// <summary>Depth that the last packet was allowed, ns.</summary>
    public double AllowedNs { get; private set; }

    /// <summary>Extended number of the last packet that was judged.</summary>
    internal long LastExtended { get; private set; }

    /// <summary>Makes it as good as new.</summary>
    public void Reset()
    {
        _hasBaseline = false;
        _jumped = false;
        StartOver();
    }

    /// <summary>A buffer in the same state that goes on by itself.</summary>
    public AdaptiveJitterBuffer Clone() => new(this);

    /// <summary>Takes one distinct audio packet in order of arrival and tells whether it came too late.</summary>
    /// <param name="arrivalNs">Arrival, ns.</param>
    /// <param name="timestamp">RTP timestamp, ticks modulo 2³².</param>
    /// <param name="extended">Extended sequence number.</param>
    /// <param name="marker">The marker bit.</param>
    /// <param name="clockRateHz">Media clock, Hz; with 0 or less nothing is late because nothing is known.</param>
    /// <param name="lastWasInTime">
    /// True when this packet shows that the one before it was in time: the sender had paused or its timestamps had
    /// jumped.
    /// </param>
    public bool IsLate(
        long arrivalNs, uint timestamp, long extended, bool marker, int clockRateHz, out bool lastWasInTime)
    {
        lastWasInTime = false;

        if (clockRateHz != _clockRateHz)
        {
            _clockRateHz = clockRateHz;
            SetTick();
            Reset();
        }

        if (clockRateHz <= 0)
        {
            return false;
        }

        if (_hasBaseline)
        {
            var ticks = unchecked((int)(timestamp - _lastTimestamp));

            // Several packets of one instant, or a clock that stands still: nothing to time.
            if (ticks == 0)
            {
                return false;
            }

            lastWasInTime = FollowJump(arrivalNs, ticks, marker);
            _mediaNs += ticks * _nsPerTick;
        }
        else
        {
            Begin(arrivalNs);
        }

        _lastArrivalNs = arrivalNs;
        _lastTimestamp = timestamp;
        LastExtended = extended;
        return Judge(unchecked(arrivalNs - _originNs) - _mediaNs);
    }

    /// <summary>Whether a packet of this timestamp would be too late now; judging it changes nothing.</summary>
    internal bool WouldBeLate(in RtpArrival arrival)
    {
        if (!_hasBaseline || _count == 0 || arrival.ClockRateHz != _clockRateHz)
        {
            return false;
        }

        var mediaNs = _mediaNs + (unchecked((int)(arrival.Timestamp - _lastTimestamp)) * _nsPerTick);
        var trimmed = _count * 3 / 100;
        var (lo, hi) = (_sorted[trimmed], _sorted[_count - 1 - trimmed]);
        return unchecked(arrival.ArrivalNs - _originNs) - mediaNs - lo > Math.Min(hi - lo + MarginNs, _maxNs);
    }

    /// <summary>
    /// The sender's clock runs off by so much, ppm, above 0 when it is slow: from here on it is taken out.
    /// </summary>
    internal void CorrectSkew(double ppm)
    {
        _skewPpm = ppm;
        SetTick();
    }

    private void SetTick() => _nsPerTick = _clockRateHz > 0 ? 1e9 / _clockRateHz * (1 + (_skewPpm * 1e-6)) : 0;

    private bool FollowJump(long arrivalNs, int ticks, bool marker)
    {
        var gapNs = (double)unchecked(arrivalNs - _lastArrivalNs);
        var spanNs = ticks * _nsPerTick;
        var isRealTime = gapNs >= spanNs / 2 && Math.Abs(gapNs - spanNs) < StartOverNs;
        var resolves = _jumped && isRealTime;

        if (resolves)
        {
            // The packet before was no late one: from it on, time runs as before.
            Begin(_lastArrivalNs);
            Enter(0);
        }

        var frozen = marker && gapNs - spanNs > FrozenNs;
        _jumped = !resolves && !frozen && Math.Abs(gapNs - spanNs) >= StartOverNs;

        if (frozen)
        {
            Begin(arrivalNs);
            _mediaNs = -spanNs;
        }

        return resolves;
    }

    private void Begin(long arrivalNs)
    {
        _hasBaseline = true;
        _originNs = arrivalNs;
        _mediaNs = 0;
        StartOver();
    }

    private void StartOver()
    {
        _count = 0;
        _next = 0;
    }

    private bool Judge(double transitNs)
    {
        var lo = transitNs;
        var hi = transitNs;

        if (_count > 0)
        {
            var trimmed = _count * 3 / 100;
            lo = _sorted[trimmed];
            hi = _sorted[_count - 1 - trimmed];
        }

        AllowedNs = Math.Min(hi - lo + MarginNs, _maxNs);
        Enter(transitNs);
        return transitNs - lo > AllowedNs;
    }

    /// <summary>Enters a transit; the oldest leaves. Moves at most 500 numbers.</summary>
    private void Enter(double transitNs)
    {
        if (_count == HistoryPackets)
        {
            var oldest = Array.BinarySearch(_sorted, 0, _count, _ring[_next]);
            _count--;
            Array.Copy(_sorted, oldest + 1, _sorted, oldest, _count - oldest);
        }

        var place = Array.BinarySearch(_sorted, 0, _count, transitNs);
        place = place < 0 ? ~place : place;
        Array.Copy(_sorted, place, _sorted, place + 1, _count - place);
        _sorted[place] = transitNs;
        _count++;
        _ring[_next] = transitNs;
        _next = (_next + 1) % HistoryPackets;
    }
}
