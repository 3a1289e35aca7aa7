using System.Runtime.CompilerServices;

namespace VoiceQuality.Quality.Rtp;

/// <summary>
/// Emulates a fixed jitter buffer: a packet whose transit exceeds the anchor's by more than the depth is too late.
/// </summary>
/// <remarks>
/// The anchor is the first packet, and moves where a real endpoint starts its playout anew: at a talkspurt (a marker
/// bit, a silence gap in the timestamps, after comfort noise), at a timestamp discontinuity, when the sender paused
/// with its timestamps frozen, and when the delay as a whole moved (a new route, a skew that is not established) by
/// more than half the depth. A queue that builds up and empties in a burst does not move it: those packets were late.
/// </remarks>
public struct FixedJitterBuffer
{
    private const double SilenceNs = 40e6;
    private const double LongestFrameNs = 200e6;
    private const double PauseNs = 1e9;
    private const long MarkerHoldOffNs = 200_000_000;
    private const long DriftWindowNs = 1_000_000_000;
    private const int DriftWindowPackets = 8;

    private readonly double _depthNs;
    private readonly bool _reAnchors;

    private double _nsPerTick;
    private double _nominalNs;
    private long _originNs;
    private long _lastArrivalNs;
    private long _anchoredAtNs;
    private long _lastExtended;
    private uint _lastTimestamp;
    private int _clockRateHz;
    private int _frameTicks;
    private bool _hasAnchor;
    private bool _lastMarker;
    private bool _silent;
    private bool _pauseSuspected;

    private long _windowStartNs;
    private double _windowSumNs;
    private double _windowMinNs;
    private double _windowMaxNs;
    private int _windowCount;
    private float _skewPpm;

    /// <summary>An empty buffer.</summary>
    /// <param name="depthMs">Depth, ms, above 0.</param>
    /// <param name="reAnchors">False to keep the first packet as the anchor for good.</param>
    public FixedJitterBuffer(int depthMs, bool reAnchors = true)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(depthMs);

        _depthNs = depthMs * 1e6;
        _reAnchors = reAnchors;
    }

    /// <summary>Extended number of the newest packet in sequence that was judged.</summary>
    internal readonly long LastExtended => _lastExtended;

    /// <summary>
    /// The next audio packet starts a talkspurt: comfort noise or a silence descriptor came before it.
    /// </summary>
    public void NoteSilence() => _silent = true;

    /// <summary>The next packet becomes the anchor: the sender restarted.</summary>
    public void Restart() => _hasAnchor = !_reAnchors && _hasAnchor;

    /// <summary>
    /// The sender's clock runs off by so much: from here on it is taken out of every transit, as endpoints do that
    /// follow the sender. Done for the first time, it is taken out of what has gathered since the anchor as well.
    /// </summary>
    /// <param name="ppm">Parts per million, above 0 when the sender is slow and packets come later and later.</param>
    /// <param name="isFirst">Whether nothing was taken out so far.</param>
    internal void CorrectSkew(double ppm, bool isFirst)
    {
        if (!_reAnchors)
        {
            return;
        }

        _skewPpm = (float)ppm;
        SetTick();

        if (isFirst && _hasAnchor)
        {
            _nominalNs += unchecked(_lastArrivalNs - _anchoredAtNs) * ppm * 1e-6;
            OpenWindow(_lastArrivalNs);
        }
    }

    /// <summary>Takes one distinct audio packet and tells whether it came too late to be played.</summary>
    /// <param name="arrivalNs">Arrival, ns.</param>
    /// <param name="timestamp">RTP timestamp, ticks modulo 2³².</param>
    /// <param name="extended">Extended sequence number.</param>
    /// <param name="marker">The marker bit.</param>
    /// <param name="clockRateHz">Media clock, Hz; with 0 or less nothing is late because nothing is known.</param>
    /// <param name="lastWasInTime">
    /// True when this packet shows that the one before it, in sequence, opened a new talkspurt after a pause with
    /// frozen timestamps, and so was in time after all.
    /// </param>
    public bool IsLate(
        long arrivalNs, uint timestamp, long extended, bool marker, int clockRateHz, out bool lastWasInTime)
    {
        lastWasInTime = false;

        if (clockRateHz != _clockRateHz)
        {
            ChangeClock(clockRateHz);
        }

        if (clockRateHz <= 0)
        {
            return false;
        }

        if (!_hasAnchor)
        {
            Anchor(arrivalNs, timestamp, extended);
            _lastMarker = marker;
            return false;
        }

        var ticks = unchecked((int)(timestamp - _lastTimestamp));
        var offset = OffsetNs(arrivalNs, ticks);

        if (extended < _lastExtended)
        {
            return offset > _depthNs;
        }

        // Several packets of one instant, or a clock that stands still: nothing to time.
        if (ticks == 0)
        {
            return false;
        }

        if (_reAnchors)
        {
            if (ticks == _frameTicks && extended == _lastExtended + 1 && !(marker | _silent))
            {
                _lastMarker = false;
            }
            else if (StartsTalkspurt(arrivalNs, ticks, extended, marker))
            {
                Anchor(arrivalNs, timestamp, extended);
                return false;
            }

            lastWasInTime = ResolvePause(arrivalNs, ticks);

            if (FollowDrift(arrivalNs) | lastWasInTime)
            {
                offset = OffsetNs(arrivalNs, ticks);
            }

            AddToWindow(arrivalNs, offset);
        }

        _nominalNs += ticks * _nsPerTick;
        _lastTimestamp = timestamp;
        _lastArrivalNs = arrivalNs;
        _lastExtended = extended;
        return offset > _depthNs;
    }

    /// <summary>When the second is over over which the delay is watched, ns.</summary>
    internal readonly long WindowEndNs =>
        _windowStartNs > long.MaxValue - DriftWindowNs ? long.MaxValue : _windowStartNs + DriftWindowNs;

    /// <summary>Whether a packet of this timestamp goes on where the last one was, in the middle of speech.</summary>
    /// <param name="highest">Extended number of the packet before it.</param>
    /// <param name="timestamp">RTP timestamp, ticks modulo 2³².</param>
    /// <param name="frameTicks">Ticks from packet to packet.</param>
    /// <param name="clockRateHz">Media clock, Hz.</param>
    /// <param name="previousNs">Arrival of the packet before it, ns.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal readonly bool IsSteady(
        long highest, uint timestamp, uint frameTicks, int clockRateHz, long previousNs) =>
        _hasAnchor && _reAnchors && clockRateHz == _clockRateHz && clockRateHz > 0 && _lastExtended == highest
            && frameTicks == (uint)_frameTicks && unchecked(timestamp - _lastTimestamp) == frameTicks
            && !(_silent | _pauseSuspected) && _lastArrivalNs == previousNs && _windowStartNs <= previousNs;

    /// <summary>How deep it is, ns.</summary>
    internal readonly double DepthNs => _depthNs;

    /// <summary>Where the anchor came, ns.</summary>
    internal readonly long OriginNs => _originNs;

    /// <summary>Play time from one packet to the next, ns.</summary>
    internal readonly double StepNs => _frameTicks * _nsPerTick;

    /// <summary>Play time since the anchor, and sum, least and greatest offset of the watched second, ns.</summary>
    internal readonly (double NominalNs, double SumNs, double LeastNs, double GreatestNs) Second =>
        (_nominalNs, _windowSumNs, _windowMinNs, _windowMaxNs);

    /// <summary>Goes on behind packets that followed one another in the middle of speech.</summary>
    /// <param name="second">What <see cref="Second"/> has become.</param>
    /// <param name="count">How many they were.</param>
    /// <param name="lastArrivalNs">Arrival of the last one, ns.</param>
    /// <param name="lastTimestamp">Its timestamp.</param>
    internal void GoOn(
        in (double NominalNs, double SumNs, double LeastNs, double GreatestNs) second, int count, long lastArrivalNs,
        uint lastTimestamp)
    {
        (_nominalNs, _windowSumNs, _windowMinNs, _windowMaxNs) = second;
        _windowCount += count;
        _lastMarker = false;
        _lastTimestamp = lastTimestamp;
        _lastArrivalNs = lastArrivalNs;
        _lastExtended += count;
    }

    /// <summary>Whether a packet of this timestamp would be too late now; judging it changes nothing.</summary>
    internal readonly bool WouldBeLate(in RtpArrival arrival) =>
        _hasAnchor && arrival.ClockRateHz == _clockRateHz
        && OffsetNs(arrival.ArrivalNs, unchecked((int)(arrival.Timestamp - _lastTimestamp))) > _depthNs;

    /// <summary>Transit of a packet minus the anchor's, ns.</summary>
    private readonly double OffsetNs(long arrivalNs, int ticks) =>
        unchecked(arrivalNs - _originNs) - (_nominalNs + ticks * _nsPerTick);

    private void Anchor(long arrivalNs, uint timestamp, long extended)
    {
        _hasAnchor = true;
        _originNs = arrivalNs;
        _nominalNs = 0;
        _lastTimestamp = timestamp;
        _lastArrivalNs = arrivalNs;
        _lastExtended = extended;
        _anchoredAtNs = arrivalNs;
        _silent = false;
        _pauseSuspected = false;
        OpenWindow(arrivalNs);
    }

    private bool StartsTalkspurt(long arrivalNs, int ticks, long extended, bool marker)
    {
        // Some gateways set the marker on every packet; then it says nothing.
        var markerCounts = marker && !_lastMarker && arrivalNs - _anchoredAtNs >= MarkerHoldOffNs;
        _lastMarker = marker;

        var steps = extended - _lastExtended;
        var spanNs = ticks * _nsPerTick;
        var isGap = _frameTicks > 0
            ? (ticks - (double)steps * _frameTicks) * _nsPerTick > SilenceNs
            : spanNs > LongestFrameNs * steps;

        if (steps == 1 && ticks > 0 && spanNs <= LongestFrameNs && !isGap)
        {
            _frameTicks = ticks;
        }

        return markerCounts || _silent || isGap || ticks < 0;
    }

    /// <summary>
    /// A packet a second or more behind its timestamp is the head of a queue, or the first after a pause in which the
    /// timestamps stood still. The next packet tells: a queue empties at once, a talker speaks in real time.
    /// </summary>
    private bool ResolvePause(long arrivalNs, int ticks)
    {
        var gapNs = (double)unchecked(arrivalNs - _lastArrivalNs);
        var spanNs = ticks * _nsPerTick;

        if (!_pauseSuspected)
        {
            _pauseSuspected = gapNs - spanNs >= PauseNs;
            return false;
        }

        var resumed = gapNs >= spanNs / 2 && gapNs - spanNs < PauseNs;

        if (resumed)
        {
            _originNs = _lastArrivalNs;
            _nominalNs = 0;
            _anchoredAtNs = arrivalNs;
            OpenWindow(arrivalNs);
        }

        _pauseSuspected = !resumed && gapNs - spanNs >= PauseNs;
        return resumed;
    }

    /// <summary>Looks at the delay of the second that ended; true when that moved the anchor.</summary>
    private bool FollowDrift(long arrivalNs)
    {
        if (unchecked(arrivalNs - _windowStartNs) < DriftWindowNs)
        {
            return false;
        }

        var moves = false;

        if (_windowCount >= DriftWindowPackets)
        {
            var meanNs = _windowSumNs / _windowCount;

            // The least delay of a window is the path; what lies above it is jitter and stays the buffer's burden. A
            // lucky window must not ratchet the anchor up, so the path has to have moved by a quarter of the depth.
            var isLater = meanNs > _depthNs / 2 && _windowMinNs > _depthNs / 4;
            var isEarlier = meanNs < -_depthNs / 2 && _windowMaxNs < 0;

            if (isLater || isEarlier)
            {
                _nominalNs += _windowMinNs;
                _anchoredAtNs = arrivalNs;
                moves = true;
            }
        }

        OpenWindow(arrivalNs);
        return moves;
    }

    private void OpenWindow(long arrivalNs)
    {
        _windowStartNs = arrivalNs;
        _windowCount = 0;
        _windowSumNs = 0;
        _windowMinNs = double.MaxValue;
        _windowMaxNs = double.MinValue;
    }

    private void AddToWindow(long arrivalNs, double offsetNs)
    {
        // A clock that was set back must not leave the window open for as long.
        if (arrivalNs < _windowStartNs)
        {
            OpenWindow(arrivalNs);
        }

        _windowCount++;
        _windowSumNs += offsetNs;

        if (offsetNs < _windowMinNs)
        {
            _windowMinNs = offsetNs;
        }

        if (offsetNs > _windowMaxNs)
        {
            _windowMaxNs = offsetNs;
        }
    }

    private void ChangeClock(int clockRateHz)
    {
        _clockRateHz = clockRateHz;
        SetTick();
        _frameTicks = 0;
        _hasAnchor = false;
    }

    private void SetTick() => _nsPerTick = _clockRateHz > 0 ? 1e9 / _clockRateHz * (1 + (_skewPpm * 1e-6)) : 0;
}
