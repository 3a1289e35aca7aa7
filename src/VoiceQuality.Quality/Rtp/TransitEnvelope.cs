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
    private SkewTracker? _skew;
    private bool _hasPrevious;
    private bool _isJoining;

    /// <summary>The skew as far as it is established; null before the first point.</summary>
    public readonly SkewTracker? Skew => _skew;

    /// <summary>An envelope as good as new, with the memory of this one.</summary>
    public readonly TransitEnvelope Cleared()
    {
        _skew?.Reset();
        return default(TransitEnvelope) with { _skew = _skew };
    }

    /// <summary>An envelope in the same state with memory of its own.</summary>
    public readonly TransitEnvelope Clone() => this with { _skew = _skew?.Clone() };

    /// <summary>
    /// Begins anew with a packet: the first one, or one after a pause or a jump of the timestamps.
    /// </summary>
    /// <param name="arrivalNs">Its arrival, ns.</param>
    public void Begin(long arrivalNs)
    {
        _transitNs = 0;
        _referenceNs = 0;
        _hasPrevious = false;
        _isJoining = _skew is { HasPoint: true };
        _beginNs = arrivalNs;
        OpenShort(arrivalNs);
        OpenLong(arrivalNs);
    }

    /// <summary>Whether a second is over with this arrival: <see cref="Close"/> comes first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool IsDue(long arrivalNs) => arrivalNs >= _shortEndNs;

    /// <summary>When the second is over, ns.</summary>
    public readonly long DueNs => _shortEndNs;

    /// <summary>Transit of the last packet, the least of the second with its arrival, and the reference, ns.</summary>
    public (long TransitNs, long LeastNs, long LeastAtNs, long ReferenceNs) Second
    {
        readonly get => (_transitNs, _shortMinNs, _shortMinAtNs, _referenceNs);
        set => (_transitNs, _shortMinNs, _shortMinAtNs, _referenceNs) = value;
    }

    /// <summary>Takes a packet and tells how much later it came than the reference, ns, 0 or more.</summary>
    /// <param name="arrivalNs">Its arrival, ns.</param>
    /// <param name="changeNs">Its transit minus that of the packet before, ns.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long Add(long arrivalNs, long changeNs)
    {
        _transitNs = unchecked(_transitNs + changeNs);

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

    /// <summary>Ends the second, and the 10 s when they are over.</summary>
    /// <param name="arrivalNs">Arrival of the packet that comes next, ns.</param>
    /// <param name="part">Where points and steps are counted.</param>
    /// <returns>True when the skew was found anew.</returns>
    public bool Close(long arrivalNs, ref ArrivalPart part)
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

        return arrivalNs >= _longEndNs && CloseLong(arrivalNs, ref part.Envelope);
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

    private bool CloseLong(long arrivalNs, ref ClockEnvelope envelope)
    {
        var hasNews = false;

        if (_longMinNs != long.MaxValue)
        {
            hasNews = AddPoint(
                unchecked(_longMinAtNs - _beginNs) / 100_000_000, _longMinNs / 1_000, ref envelope);
            _referenceNs = _longMinNs;
        }

        OpenLong(arrivalNs);
        return hasNews;
    }

    private bool AddPoint(long x, long y, ref ClockEnvelope envelope)
    {
        if (!Fits(x, y))
        {
            return false;
        }

        _skew ??= new SkewTracker();

        if (_isJoining)
        {
            // The line goes on from where it was: what happened to delay and clock meanwhile is not known.
            _isJoining = false;
            _skew.Base = (_skew.Last.X - (int)x, _skew.Last.Y - (int)y);
            return false;
        }

        (x, y) = (x + _skew.Base.X, y + _skew.Base.Y);

        if (!Fits(x, y))
        {
            return false;
        }

        envelope.Add(x, y);
        return _skew.Add((int)x, (int)y);
    }

    private static bool Fits(long x, long y) => x is >= 0 and <= MostTenths && y is >= -MostUs and <= MostUs;
}
