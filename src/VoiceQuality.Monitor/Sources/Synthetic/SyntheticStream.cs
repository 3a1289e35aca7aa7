using System.Collections.Immutable;

namespace VoiceQuality.Monitor.Sources.Synthetic;

/// <summary>
/// One direction of media: the sender, which fills a slot of 20 ms after the other, and its path to the capture
/// point, which loses, delays and repeats. All times are those of the capture point, in nanoseconds.
/// </summary>
internal sealed class SyntheticStream
{
    /// <summary>Senders start one cycle up, so that a packet before the first is not below 0.</summary>
    public const uint FirstCycle = 0x1_0000;

    private const long NsPerMs = 1_000_000;
    private const long MinSpacingNs = 1_000;
    private const long MeanTalkNs = 1_200 * NsPerMs;
    private const long MeanSilenceNs = 800 * NsPerMs;
    private const int EventPackets = 10;
    private const int EventEndPackets = 3;
    private const int DtmfKeys = 16;

    private readonly Impairment _impairment;
    private readonly SyntheticCodecFormat _format;
    private readonly long _startNs;
    private readonly long _endNs;
    private readonly long _jitterNs;
    private readonly long[] _eventStartsNs;
    private readonly List<SyntheticSegment> _segments = new(1);
    private readonly long _ssrcChangeNs;
    private SyntheticRandom _random;
    private uint _sequenceNumber;
    private uint _timestampBase;
    private bool _markNext;
    private bool _pathIsBad;
    private bool _isSilent;
    private long _activityChangeNs;
    private int _nextEvent;
    private int _eventPacket;
    private uint _eventTimestamp;
    private byte _eventCode;
    private long _slotNs;
    private long _lastArrivalNs;
    private long _sentAhead;

    /// <param name="random">Randomness of this direction alone.</param>
    /// <param name="impairment">What happens to it.</param>
    /// <param name="format">The codec.</param>
    /// <param name="startNs">First slot.</param>
    /// <param name="endNs">No slot from here on.</param>
    /// <param name="isStart">The sender starts here, so that its first packet is marked.</param>
    public SyntheticStream(
        SyntheticRandom random,
        Impairment impairment,
        SyntheticCodecFormat format,
        long startNs,
        long endNs,
        bool isStart)
    {
        _random = random;
        _impairment = impairment;
        _format = format;
        _startNs = startNs;
        _endNs = impairment.NoMedia ? startNs : endNs;
        _slotNs = startNs;
        _markNext = isStart;
        _jitterNs = (long)(impairment.JitterMs * NsPerMs);
        StartSegment();

        var lengthNs = Math.Max(endNs - startNs, 0);
        _ssrcChangeNs = impairment.SsrcChange
            ? startNs + _random.NextBetweenNs(lengthNs * 3 / 10, lengthNs * 7 / 10)
            : long.MaxValue;
        _activityChangeNs = impairment.SilenceSuppression
            ? startNs + 200 * NsPerMs + _random.NextExponentialNs(MeanTalkNs)
            : long.MaxValue;
        _eventStartsNs = new long[impairment.TelephoneEvents];
        for (var i = 0; i < _eventStartsNs.Length; i++)
        {
            _eventStartsNs[i] = startNs + (long)(lengthNs * (i + 0.3 + 0.3 * _random.NextDouble())
                / _eventStartsNs.Length);
        }
    }

    /// <summary>The packet that <see cref="TryPrepare"/> found.</summary>
    public SyntheticPacket Next;

    public IReadOnlyList<SyntheticSegment> Segments => _segments;

    public SyntheticSegment Current => _segments[^1];

    public long StartNs => _startNs;

    public bool HasMedia => !_impairment.NoMedia;

    public long SenderDelayNs => (long)(_impairment.SenderDelayMs * NsPerMs);

    /// <summary>Media clock at an instant, for the RTP timestamp of an SR.</summary>
    public uint TimestampAt(long timeNs) =>
        unchecked(_timestampBase + (uint)((Int128)(timeNs - _startNs) * _format.ClockRate / 1_000_000_000));

    /// <summary>Packets of the current segment that the sender has sent by an instant.</summary>
    public long SentBy(long timeNs)
    {
        // Slots are filled ahead of time, by as many as were lost or held back before the packet in waiting.
        var slotsAhead = (_slotNs - timeNs - 1) / SyntheticCodecFormat.PacketNs;

        return Current.Sent - Math.Clamp(slotsAhead, 0, Math.Min(_sentAhead, Current.Sent));
    }

    /// <summary>
    /// Finds the next packet that arrives in order and gives others to <paramref name="hold"/>, none of which arrives
    /// before the previous packet in order. False when the sender has finished.
    /// </summary>
    public bool TryPrepare(Action<SyntheticPacket, long> hold, out long arrivalNs)
    {
        _sentAhead = 0;

        while (_slotNs < _endNs)
        {
            var slotNs = _slotNs;
            _slotNs += SyntheticCodecFormat.PacketNs;

            if (!TrySend(slotNs, out Next))
            {
                continue;
            }

            if (IsLost())
            {
                Current.NoteLost();
                continue;
            }

            Current.NoteSurvivor();
            arrivalNs = Math.Max(slotNs + PathDelayNs(), _lastArrivalNs + MinSpacingNs);

            var heldNs = HeldBackNs();
            if (heldNs == 0)
            {
                _lastArrivalNs = arrivalNs;
            }
            else
            {
                arrivalNs += heldNs;
                hold(Next, arrivalNs);
            }

            if (_impairment.DuplicateProbability > 0 && _random.NextBool(_impairment.DuplicateProbability))
            {
                var again = Next;
                again.IsDuplicate = true;
                hold(again, arrivalNs + _random.NextBetweenNs(NsPerMs / 10, 5 * NsPerMs));
            }

            if (heldNs == 0)
            {
                return true;
            }
        }

        arrivalNs = 0;

        return false;
    }

    private bool TrySend(long slotNs, out SyntheticPacket packet)
    {
        if (slotNs >= _ssrcChangeNs && _segments.Count == 1 && _eventPacket == 0)
        {
            StartSegment();
            _markNext = true;
        }

        packet = default;
        packet.Timestamp = TimestampAt(slotNs);

        if (!TrySendEvent(slotNs, ref packet) && !TrySendSound(slotNs, ref packet))
        {
            return false;
        }

        packet.ExtendedSequenceNumber = _sequenceNumber++;
        packet.Segment = (byte)(_segments.Count - 1);
        _sentAhead++;
        Current.Sent++;
        Current.SentOctets += PayloadLength(packet.Kind);

        return true;
    }

    /// <summary>Octets of payload.</summary>
    public int PayloadLength(SyntheticPacketKind kind) => kind switch
    {
        SyntheticPacketKind.ComfortNoise => 1,
        SyntheticPacketKind.TelephoneEvent => 4,
        _ => _format.PayloadLength,
    };

    /// <summary>RFC 4733 §2.5.1: one timestamp, a duration that grows, and the end sent three times.</summary>
    private bool TrySendEvent(long slotNs, ref SyntheticPacket packet)
    {
        if (_eventPacket == 0)
        {
            if (_nextEvent == _eventStartsNs.Length || slotNs < _eventStartsNs[_nextEvent])
            {
                return false;
            }

            _nextEvent++;
            _eventTimestamp = packet.Timestamp;
            _eventCode = (byte)_random.NextInt32(DtmfKeys);
            packet.Marker = true;
        }

        const int updates = EventPackets - EventEndPackets + 1;
        packet.Kind = SyntheticPacketKind.TelephoneEvent;
        packet.Timestamp = _eventTimestamp;
        packet.EventCode = _eventCode;
        packet.EventEnd = _eventPacket >= EventPackets - EventEndPackets;
        packet.EventDuration = (ushort)(Math.Min(_eventPacket + 1, updates) * _format.TicksPerPacket);
        _eventPacket = (_eventPacket + 1) % EventPackets;

        return true;
    }

    private bool TrySendSound(long slotNs, ref SyntheticPacket packet)
    {
        if (slotNs >= _activityChangeNs)
        {
            _isSilent = !_isSilent;
            _activityChangeNs = slotNs + _random.NextExponentialNs(_isSilent ? MeanSilenceNs : MeanTalkNs);

            if (_isSilent && _format.HasComfortNoise)
            {
                packet.Kind = SyntheticPacketKind.ComfortNoise;
                return true;
            }

            _markNext = !_isSilent;
        }

        packet.Marker = _markNext && !_isSilent;
        _markNext &= _isSilent;

        return !_isSilent;
    }

    private bool IsLost()
    {
        if (_impairment.Burst is { } burst)
        {
            _pathIsBad = _random.NextBool(_pathIsBad ? 1 - burst.BadToGood : burst.GoodToBad);
            if (_pathIsBad && _random.NextBool(burst.LossInBad))
            {
                return true;
            }
        }

        return _impairment.LossProbability > 0 && _random.NextBool(_impairment.LossProbability);
    }

    private long PathDelayNs()
    {
        var delayNs = _jitterNs == 0 ? 0 : _random.NextExponentialNs(_jitterNs);

        return _impairment.SpikeProbability > 0 && _random.NextBool(_impairment.SpikeProbability)
            ? delayNs + (long)(_impairment.SpikeMs * NsPerMs)
            : delayNs;
    }

    private long HeldBackNs()
    {
        if (_impairment.LateProbability > 0 && _random.NextBool(_impairment.LateProbability))
        {
            return (long)(_impairment.LateMs * NsPerMs);
        }

        return _impairment.ReorderProbability > 0 && _random.NextBool(_impairment.ReorderProbability)
            ? _random.NextBetweenNs(25 * NsPerMs, 65 * NsPerMs)
            : 0;
    }

    private void StartSegment()
    {
        var ssrc = _random.NextUInt32();

        _sequenceNumber = FirstCycle + (ushort)_random.NextUInt32();
        _timestampBase = _random.NextUInt32();
        _segments.Add(new SyntheticSegment(ssrc, _format.ClockRate));
        _sentAhead = 0;
    }

    /// <summary>What was found on the segments of which a packet was emitted.</summary>
    public ImmutableArray<SyntheticStreamTruth> ToTruth(
        SyntheticCall call, SyntheticParty from, System.Net.IPEndPoint source, System.Net.IPEndPoint destination,
        double roundTripMs) =>
    [
        .. _segments.Index()
            .Where(segment => segment.Item.Captured > 0)
            .Select(segment =>
                segment.Item.ToTruth(call, from, segment.Index, source, destination, roundTripMs)),
    ];
}
