using System.Runtime.CompilerServices;

namespace VoiceQuality.Quality.Rtp;

/// <summary>
/// Counts one RTP stream (one SSRC on one flow) exactly: loss, late packets, runs, jitter, by interval and in all.
/// </summary>
/// <remarks>
/// <para>Sequence numbers are extended to the nearest neighbour. A jump of RFC 3550 A.1 (3,000 or more ahead, 100 or
/// more back) is held back, and becomes a new segment when the next packet agrees with it; otherwise it is a
/// stray.</para>
/// <para>The fate of the last 128 sequence numbers is open. What leaves that window is counted in sequence order, so
/// reordering and duplication move no loss, and the intervals add up to the totals. Memory is bounded by
/// <see cref="MeterPolicy.MaxIntervals"/>. Not safe for use by two threads at once.</para>
/// </remarks>
public sealed partial class StreamMeter
{
    /// <summary>Sequence numbers whose fate is still open.</summary>
    public const int WindowPackets = 128;

    /// <summary>
    /// MAX_DROPOUT of RFC 3550 A.1: a jump ahead of this many or more is no loss but a candidate restart.
    /// </summary>
    public const int MaxDropout = 3_000;

    /// <summary>MAX_MISORDER of RFC 3550 A.1: a packet this far back or farther is a candidate restart.</summary>
    public const int MaxMisorder = 100;

    /// <summary>Octets from the first field on that packets in order touch.</summary>
    private const int HotOctets = 856;

    private static StrongBox<MeterPolicy>? _lastShared;

    // One for all meters of a pipeline.
    private readonly StrongBox<MeterPolicy> _shared;

    // What each packet touches lies together; what is rare comes last.
    private long _tail;
    private long _highest;
    private long _previousArrivalNs;
    private long _lastAudioExtended;
    private bool _isInBadRun;
    private bool _isStarted;
    private bool _isFinished;
    private bool _isResumed;
    private bool _hasCandidate;
    private BurstTracker _bursts;
    private SlotWindow _slots;
    private JitterEstimator _jitter;
    private TransitEnvelope _envelope;
    private FixedJitterBuffer _buffer;
    private IntervalList _intervals;
    private long _lostRun;
    private HeldPacket? _held;
    private AdaptiveJitterBuffer? _adaptive;
    private BufferEmulation[]? _emulations;

    /// <summary>A meter without packets.</summary>
    public StreamMeter(in MeterPolicy policy)
    {
        _shared = Share(policy);
        _adaptive = policy.JitterBuffer == JitterBufferKind.Adaptive
            ? new AdaptiveJitterBuffer(policy.JitterBufferMs)
            : null;
        _intervals = new IntervalList(policy);
        _buffer = new FixedJitterBuffer(policy.JitterBufferMs, !policy.NeverReAnchor);
        _emulations = BufferEmulation.CreateAll(policy);
    }

    /// <summary>How this meter measures.</summary>
    public MeterPolicy Policy => _shared.Value;

    /// <summary>True once a packet was counted.</summary>
    public bool IsStarted => _isStarted;

    /// <summary>Arrival of the first packet, ns; 0 before it.</summary>
    public long FirstArrivalNs { get; private set; }

    /// <summary>Arrival of the last distinct packet, ns; 0 before the first.</summary>
    public long LastArrivalNs { get; private set; }

    /// <summary>The running RFC 3550 A.8 jitter, ns.</summary>
    public double JitterNs => _jitter.JitterNs;

    /// <summary>
    /// What each of <see cref="MeterPolicy.MoreJitterBuffers"/> would have discarded, as far as counted.
    /// </summary>
    public IReadOnlyList<EmulationCounters> Emulations =>
        Array.ConvertAll(_emulations ?? [], emulation => emulation.Counters);

    /// <summary>
    /// Which buffers the packet before the last gap was too late for: bit 0 is the meter's own, the others follow in
    /// the order of <see cref="MeterPolicy.MoreJitterBuffers"/>.
    /// </summary>
    public ushort LateBeforeGap { get; private set; }

    /// <summary>
    /// Which buffers the packet with the highest number is too late for, as far as is known; bits as above.
    /// </summary>
    public ushort LateHighest => LateOf(_highest);

    /// <summary>Makes the meter as good as new, keeping its memory.</summary>
    public void Reset()
    {
        _intervals.Clear();
        _tail = 0;
        _highest = 0;
        _isInBadRun = false;
        _isStarted = false;
        _isFinished = false;
        _isResumed = false;
        _hasCandidate = false;
        _lostRun = 0;
        _bursts = default;
        _slots = default;
        _jitter = default;
        _envelope = _envelope.Cleared();
        _adaptive?.Reset();
        _adaptive?.CorrectSkew(0);
        _buffer = new FixedJitterBuffer(Policy.JitterBufferMs, !Policy.NeverReAnchor);
        _emulations = BufferEmulation.CreateAll(Policy);
        FirstArrivalNs = 0;
        LastArrivalNs = 0;
        LateBeforeGap = 0;
        IsMediaDue = false;
    }

    /// <summary>A meter in the same state that goes on by itself.</summary>
    public StreamMeter Clone()
    {
        var clone = (StreamMeter)MemberwiseClone();
        clone._intervals = _intervals.Clone();
        clone._adaptive = _adaptive?.Clone();
        clone._held = _held is null ? null : new HeldPacket { Arrival = _held.Arrival };
        clone._envelope = _envelope.Clone();
        clone._jitter = _jitter.Clone();
        clone._emulations = _emulations is null
            ? null
            : Array.ConvertAll(_emulations, emulation => emulation.Clone());
        return clone;
    }

    /// <summary>
    /// Asks the processor for the memory that the next packet will change, and does not wait for it: whoever has
    /// packets of many streams at hand asks for all of them first.
    /// </summary>
    public void Prefetch() => CacheLines.Prefetch(ref _tail, HotOctets);

    /// <summary>Counts one packet. Allocates nothing but the growth of the interval list.</summary>
    public ArrivalOutcome Add(in RtpArrival arrival)
    {
        if (!_isStarted || _isFinished)
        {
            return AddAtAnEnd(arrival);
        }

        var distance = unchecked((short)(arrival.SequenceNumber - (ushort)_highest));

        if (distance is > 0 and < MaxDropout)
        {
            if (_isResumed)
            {
                return Resume(arrival, distance);
            }

            if (distance == 1)
            {
                Advance(arrival, distance);
                return ArrivalOutcome.InOrder;
            }

            LateBeforeGap = LateOf(_highest);
            Advance(arrival, distance);
            return ArrivalOutcome.AfterGap;
        }

        return distance is <= 0 and > -MaxMisorder ? AddBehind(arrival, _highest + distance) : AddFarAway(arrival);
    }

    /// <summary>
    /// The call was answered: what was counted so far is early media, and the next packet opens an interval whose grid
    /// starts at <paramref name="atNs"/>. Only the first call has an effect.
    /// </summary>
    /// <param name="atNs">The instant of the answer, on the clock of the arrivals.</param>
    public void BeginAnswered(long atNs)
    {
        if (!_isFinished && _intervals.Cut(atNs))
        {
            foreach (var emulation in _emulations ?? [])
            {
                emulation.Cut();
            }
        }
    }

    /// <summary>
    /// The session's description made media flow again after a hold: numbers that the sender skipped until its next
    /// packet are no loss.
    /// </summary>
    public void NoteResumed() => _isResumed = _isStarted && !_isFinished;

    /// <summary>
    /// Counts what the window still holds and closes the last interval. Later packets are not counted.
    /// </summary>
    public void Finish()
    {
        if (_isFinished)
        {
            return;
        }

        _isFinished = true;

        if (!_isStarted)
        {
            return;
        }

        CountCandidateAsStray();
        CountUpTo(_highest + 1);
        EndRuns();
        _intervals.Finish(LastArrivalNs);
    }

    private static StrongBox<MeterPolicy> Share(in MeterPolicy policy)
    {
        var last = _lastShared;
        return last is not null && last.Value == policy ? last : _lastShared = new StrongBox<MeterPolicy>(policy);
    }

    private ArrivalOutcome AddAtAnEnd(in RtpArrival arrival)
    {
        if (_isFinished)
        {
            return ArrivalOutcome.AfterFinish;
        }

        _isStarted = true;
        FirstArrivalNs = arrival.ArrivalNs;
        LastArrivalNs = arrival.ArrivalNs;
        _previousArrivalNs = arrival.ArrivalNs;
        _intervals.Start(arrival.ArrivalNs);
        BeginSegment(arrival, arrival.SequenceNumber);
        return ArrivalOutcome.First;
    }

    private void BeginSegment(in RtpArrival arrival, long extended)
    {
        _tail = extended;
        _highest = extended;
        _intervals.Open.Segments++;
        _slots.Set(extended, Receive(arrival, extended));
    }

    private void Advance(in RtpArrival arrival, int distance)
    {
        if (_hasCandidate)
        {
            CountCandidateAsStray();
        }

        _intervals.Advance(arrival.ArrivalNs, _highest + 1);
        var extended = _highest + distance;
        CountUpTo(extended - WindowPackets + 1);

        if (distance > 1)
        {
            for (var missing = Math.Max(_highest + 1, _tail); missing < extended; missing++)
            {
                _slots.Set(missing, SlotState.Missing);
            }
        }

        _highest = extended;
        _slots.Set(extended, Receive(arrival, extended));
    }

    private ArrivalOutcome AddBehind(in RtpArrival arrival, long extended)
    {
        // Only a segment's first packets can lie before its tail: the window is wider than MAX_MISORDER.
        for (; _tail > extended; _tail--)
        {
            _slots.Set(_tail - 1, SlotState.Missing);
        }

        ref var open = ref _intervals.Open;

        if (_slots.Get(extended) != SlotState.Missing)
        {
            open.Duplicates++;
            NoteDelta(ref open, arrival.ArrivalNs);
            return ArrivalOutcome.Duplicate;
        }

        open.Reordered++;
        _slots.Set(extended, Receive(arrival, extended));
        return ArrivalOutcome.Reordered;
    }

    /// <summary>Counts the arrival of a distinct packet and tells the state of its slot.</summary>
    private SlotState Receive(in RtpArrival arrival, long extended)
    {
        ref var open = ref _intervals.Open;
        NoteDelta(ref open, arrival.ArrivalNs);
        open.PayloadOctets += arrival.PayloadLength;
        LastArrivalNs = arrival.ArrivalNs;

        if (arrival.Kind == RtpPacketKind.Audio)
        {
            open.AudioReceived++;
            MeasureJitter(arrival, extended, ref open);
        }

        if (_emulations is not null)
        {
            EmulateArrival(arrival, extended);
        }

        if (arrival.Kind != RtpPacketKind.Audio)
        {
            CountOtherKind(arrival.Kind, ref open);
            return SlotState.InTime;
        }

        var previous = _adaptive is null ? _buffer.LastExtended : _adaptive.LastExtended;
        var isLate = IsLate(arrival, extended, out var lastWasInTime);

        if (lastWasInTime && previous >= _tail)
        {
            _slots.Set(previous, SlotState.InTime);
        }

        if (arrival.EndsTalkspurt)
        {
            _buffer.NoteSilence();
        }

        return isLate ? SlotState.Late : SlotState.InTime;
    }

    private void EmulateArrival(in RtpArrival arrival, long extended)
    {
        foreach (var emulation in _emulations!)
        {
            emulation.Receive(arrival, extended, _tail);
        }
    }

    private ushort LateOf(long extended)
    {
        var late = _slots.Get(extended) == SlotState.Late ? 1 : 0;

        for (var i = 0; i < (_emulations?.Length ?? 0); i++)
        {
            late |= _emulations![i].IsLate(extended) ? 2 << i : 0;
        }

        return (ushort)late;
    }

    private bool IsLate(in RtpArrival arrival, long extended, out bool lastWasInTime) => _adaptive is null
        ? _buffer.IsLate(
            arrival.ArrivalNs, arrival.Timestamp, extended, arrival.Marker, arrival.ClockRateHz, out lastWasInTime)
        : _adaptive.IsLate(
            arrival.ArrivalNs, arrival.Timestamp, extended, arrival.Marker, arrival.ClockRateHz, out lastWasInTime);
}
