using System.Runtime.CompilerServices;

namespace VoiceQuality.Quality.Rtp;

/// <summary>
/// Follows the least transit of a stream: second by second for the drift of its clock, over 10 s for the skew, and over
/// the last 10 to 20 s as the reference of the packet delay variation.
/// </summary>
/// <remarks>
/// Transit is arrival minus media time, against the first packet since the last pause. The reference falls with the
/// least delayed packet at once and rises after 10 to 20 s, so a clock skew of 100 ppm moves it by 2 ms at most, and a
/// longer route is the new reference after that time.
/// </remarks>
internal struct TransitEnvelope
{
    private const long ShortNs = 1_000_000_000;
    private const long LongNs = 10_000_000_000;

    /// <summary>Points beyond 2³⁰ µs (18 min) or 2²⁴ tenths of a second (19 days) are left out.</summary>
    private const long MostUs = 1L << 30;

    private const long MostTenths = 1L << 24;

    private long _transitNs;
    private long _referenceNs;
    private long _shortMinNs;
    private long _shortMinAtNs;
    private long _shortEndNs;
    private long _longMinNs;
    private long _longMinAtNs;
    private long _longEndNs;
    private long _previousMinNs;
    private long _previousMinAtNs;
    private long _beginNs;
    private int _baseX;
    private int _baseY;
    private int _lastX;
    private int _lastY;
    private bool _hasPrevious;
    private bool _hasPoint;
    private bool _isJoining;

    /// <summary>Reads what the next packet will need.</summary>
    public readonly long Touch() => _transitNs + _longEndNs;

    /// <summary>
    /// Begins anew with a packet: the first one, or one after a pause or a jump of the timestamps.
    /// </summary>
    /// <param name="arrivalNs">Its arrival, ns.</param>
    public void Begin(long arrivalNs)
    {
        _transitNs = 0;
        _referenceNs = 0;
        _hasPrevious = false;
        _isJoining = _hasPoint;
        _beginNs = arrivalNs;
        OpenShort(arrivalNs);
        OpenLong(arrivalNs);
    }

    /// <summary>Takes a packet and tells how much later it came than the reference, ns, 0 or more.</summary>
    /// <param name="arrivalNs">Its arrival, ns.</param>
    /// <param name="changeNs">Its transit minus that of the packet before, ns.</param>
    /// <param name="part">Where points and steps are counted.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long Add(long arrivalNs, long changeNs, ref ArrivalPart part)
    {
        _transitNs = unchecked(_transitNs + changeNs);

        if (arrivalNs >= _shortEndNs)
        {
            CloseShort(arrivalNs, ref part);
        }

        if (_transitNs < _shortMinNs)
        {
            _shortMinNs = _transitNs;
            _shortMinAtNs = arrivalNs;
        }

        if (_transitNs < _referenceNs)
        {
            _referenceNs = _transitNs;
        }

        return unchecked(_transitNs - _referenceNs);
    }

    /// <summary>Moves the transit without a packet to judge: the one that came is held back.</summary>
    public void Skip(long changeNs) => _transitNs = unchecked(_transitNs + changeNs);

    private static long EndOf(long startNs, long lengthNs) =>
        startNs > long.MaxValue - lengthNs ? long.MaxValue : startNs + lengthNs;

    private void OpenShort(long arrivalNs)
    {
        _shortEndNs = EndOf(arrivalNs, ShortNs);
        _shortMinNs = long.MaxValue;
        _shortMinAtNs = arrivalNs;
    }

    private void OpenLong(long arrivalNs)
    {
        _longEndNs = EndOf(arrivalNs, LongNs);
        _longMinNs = long.MaxValue;
        _longMinAtNs = arrivalNs;
    }

    private void CloseShort(long arrivalNs, ref ArrivalPart part)
    {
        if (_shortMinNs != long.MaxValue)
        {
            AddStep(ref part);

            if (_shortMinNs < _longMinNs)
            {
                _longMinNs = _shortMinNs;
                _longMinAtNs = _shortMinAtNs;
            }
        }

        OpenShort(arrivalNs);

        if (arrivalNs >= _longEndNs)
        {
            CloseLong(arrivalNs, ref part.Envelope);
        }
    }

    private void AddStep(ref ArrivalPart part)
    {
        var elapsedNs = unchecked(_shortMinAtNs - _previousMinAtNs);

        if (_hasPrevious && elapsedNs > 0)
        {
            var drift = part.Drift;
            var ppm = 1e6 * unchecked(_shortMinNs - _previousMinNs) / elapsedNs;
            drift.Add((long)Math.Clamp(ppm, int.MinValue, int.MaxValue));
            part.Drift = drift;
        }

        _hasPrevious = true;
        _previousMinNs = _shortMinNs;
        _previousMinAtNs = _shortMinAtNs;
    }

    private void CloseLong(long arrivalNs, ref ClockEnvelope envelope)
    {
        if (_longMinNs != long.MaxValue)
        {
            AddPoint(unchecked(_longMinAtNs - _beginNs) / 100_000_000, _longMinNs / 1_000, ref envelope);
            _referenceNs = _longMinNs;
        }

        OpenLong(arrivalNs);
    }

    private void AddPoint(long x, long y, ref ClockEnvelope envelope)
    {
        if (!Fits(x, y))
        {
            return;
        }

        if (_isJoining)
        {
            // The line goes on from where it was: what happened to delay and clock meanwhile is not known.
            _isJoining = false;
            _baseX = _lastX - (int)x;
            _baseY = _lastY - (int)y;
            return;
        }

        (x, y) = (x + _baseX, y + _baseY);

        if (Fits(x, y))
        {
            envelope.Add(x, y);
            (_lastX, _lastY, _hasPoint) = ((int)x, (int)y, true);
        }
    }

    private static bool Fits(long x, long y) => x is >= 0 and <= MostTenths && y is >= -MostUs and <= MostUs;
}
