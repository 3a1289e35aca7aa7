using System.Runtime.CompilerServices;

namespace VoiceQuality.Quality.Rtp;

/// <summary>
/// Interarrival jitter by RFC 3550 A.8 in floating point, as a monitor has to run it: the caller leaves out
/// duplicates and anything that is not audio, a repeated timestamp is skipped, and a jump of a second or more may only
/// move the baseline.
/// </summary>
public struct JitterEstimator
{
    private const double ResetNs = 1e9;

    /// <summary>
    /// A packet with the marker that comes so much later than its timestamp says, ns, follows a pause of the sender
    /// with frozen timestamps.
    /// </summary>
    private const double FrozenNs = 40e6;

    private double _jitterNs;
    private double _nsPerTick;
    private long _lastArrivalNs;
    private uint _lastTimestamp;
    private double _heldNs;
    private int _clockRateHz;
    private bool _hasBaseline;
    private bool _isSettled;
    private bool _hasPaused;

    // Most streams never stall or pause.
    private Stalls? _stalls;

    /// <summary>The running jitter J, ns.</summary>
    public readonly double JitterNs => _jitterNs;

    /// <summary>Arrival of the last packet that was timed, ns; 0 before the first.</summary>
    internal readonly long LastArrivalNs => _lastArrivalNs;

    /// <summary>True when the last packet had no packet before it to be compared with.</summary>
    public bool IsBaseline { get; private set; }

    /// <summary>Whether the last packet was a baseline, decided about a held one, or ended a pause.</summary>
    internal readonly bool HasNews => _isSettled | _hasPaused | IsBaseline;

    /// <summary>Takes one packet in order of arrival.</summary>
    /// <param name="arrivalNs">Arrival, ns.</param>
    /// <param name="timestamp">RTP timestamp, ticks modulo 2³².</param>
    /// <param name="clockRateHz">Media clock, Hz; with 0 or less nothing can be timed.</param>
    /// <param name="isPause">
    /// True when a jump of a second or more is a sender's pause with frozen timestamps, which is no jitter. When false,
    /// the next packet tells: a queue that the network held up empties at once, and the jump is jitter to the letter of
    /// A.8 (<see cref="TryTakeHeld"/>); a talker goes on in real time.
    /// </param>
    /// <returns>True when the packet gave a value; false when it was skipped or its value is held.</returns>
    public bool Add(long arrivalNs, uint timestamp, int clockRateHz, bool isPause = true) =>
        Add(arrivalNs, timestamp, clockRateHz, isPause, out _);

    /// <summary>Takes one packet and tells how far it is from the one before it when the sender talked.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool Add(long arrivalNs, uint timestamp, int clockRateHz, bool isPause, out ArrivalSpan talk)
    {
        talk = default;

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

            var gapNs = unchecked(arrivalNs - _lastArrivalNs);
            var spanNs = ticks * _nsPerTick;
            var d = Math.Abs(gapNs - spanNs);

            if (_heldNs > 0)
            {
                talk = ResolveHeld(isStall: gapNs < spanNs / 2);
            }

            if (d < ResetNs)
            {
                _jitterNs += (d - _jitterNs) / 16;

                if (isPause && gapNs - spanNs > FrozenNs)
                {
                    NotePause(gapNs, spanNs);
                }
                else
                {
                    talk = talk.Plus((long)spanNs, gapNs);
                }
            }
            else if (!isPause)
            {
                _heldNs = d;
                (_stalls ??= new Stalls()).Held = new ArrivalSpan((long)spanNs, gapNs);
                _lastArrivalNs = arrivalNs;
                _lastTimestamp = timestamp;
                return false;
            }
            else
            {
                NotePause(gapNs, spanNs);
            }
        }

        IsBaseline = !_hasBaseline;
        _hasBaseline = true;
        _lastArrivalNs = arrivalNs;
        _lastTimestamp = timestamp;
        return true;
    }

    /// <summary>
    /// Whether a packet of this timestamp is one frame after the last one, and nothing waits to be decided.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal readonly bool IsSteady(uint timestamp, uint frameTicks, int clockRateHz) =>
        _hasBaseline && clockRateHz == _clockRateHz && clockRateHz > 0 && _heldNs == 0 && !(_isSettled | _hasPaused)
            && unchecked(timestamp - _lastTimestamp) == frameTicks && frameTicks <= int.MaxValue;

    /// <summary>How long so many ticks are, ns.</summary>
    internal readonly double SpanNs(uint ticks) => (int)ticks * _nsPerTick;

    /// <summary>Goes on behind packets that were a frame apart, none of them held or after a pause.</summary>
    /// <param name="jitterNs">J after the last one, ns.</param>
    /// <param name="lastArrivalNs">Its arrival, ns.</param>
    /// <param name="lastTimestamp">Its timestamp.</param>
    internal void GoOn(double jitterNs, long lastArrivalNs, uint lastTimestamp)
    {
        _jitterNs = jitterNs;
        _lastArrivalNs = lastArrivalNs;
        _lastTimestamp = lastTimestamp;
        IsBaseline = false;
    }

    /// <summary>The value that the packet before gave, now that this one has shown that it was jitter.</summary>
    public bool TryTakeHeld(out double jitterNs)
    {
        jitterNs = _stalls?.SettledNs ?? 0;
        var isSettled = _isSettled;
        _isSettled = false;
        return isSettled;
    }

    /// <summary>
    /// Whether the timestamps have advanced as far as time has passed since the last packet, to a second and 0.1 %.
    /// </summary>
    /// <param name="arrivalNs">Arrival, ns.</param>
    /// <param name="timestamp">RTP timestamp, ticks modulo 2³².</param>
    /// <param name="clockRateHz">Media clock, Hz.</param>
    /// <param name="ticks">By how much they have advanced, ticks.</param>
    internal readonly bool KeptPace(long arrivalNs, uint timestamp, int clockRateHz, out long ticks)
    {
        ticks = unchecked(timestamp - _lastTimestamp);
        var gapNs = (double)unchecked(arrivalNs - _lastArrivalNs);
        return _hasBaseline && clockRateHz > 0 && clockRateHz == _clockRateHz
            && Math.Abs(gapNs - (ticks * _nsPerTick)) < ResetNs + (Math.Abs(gapNs) / 1_000);
    }

    /// <summary>Media time and arrival time since they were last taken, over the sender's pauses.</summary>
    internal bool TryTakePause(out ArrivalSpan pause)
    {
        pause = _stalls?.Pause ?? default;
        var hasPaused = _hasPaused;

        if (hasPaused)
        {
            _hasPaused = false;
            _stalls!.Pause = default;
        }

        return hasPaused;
    }

    private void NotePause(long gapNs, double spanNs)
    {
        _stalls ??= new Stalls();
        _stalls.Pause = _stalls.Pause.Plus((long)spanNs, gapNs);
        _hasPaused = true;
    }

    /// <summary>Decides about the packet that was held back; gives its span when it was no pause.</summary>
    private ArrivalSpan ResolveHeld(bool isStall)
    {
        var held = _heldNs;
        var span = _stalls!.Held;
        _heldNs = 0;

        if (!isStall)
        {
            NotePause(span.ArrivalNs, span.MediaNs);
            return default;
        }

        _jitterNs += (held - _jitterNs) / 16;
        _stalls.SettledNs = _jitterNs;
        _isSettled = true;
        return default(ArrivalSpan).Plus(span.MediaNs, span.ArrivalNs);
    }

    private void ChangeClock(int clockRateHz)
    {
        _clockRateHz = clockRateHz;
        _nsPerTick = clockRateHz > 0 ? 1e9 / clockRateHz : 0;
        _hasBaseline = false;
        _heldNs = 0;
    }

    /// <summary>One in the same state that goes on by itself; a plain copy shares what it knows of stalls.</summary>
    internal readonly JitterEstimator Clone() => this with { _stalls = _stalls?.Clone() };

    /// <summary>What is known of packets that came late together, and of pauses.</summary>
    private sealed class Stalls
    {
        public ArrivalSpan Held;
        public ArrivalSpan Pause;
        public double SettledNs;

        public Stalls Clone() => (Stalls)MemberwiseClone();
    }
}
