using System.Diagnostics;
using VoiceQuality.Protocols.Network;
using VoiceQuality.Protocols.Rtp;

namespace VoiceQuality.Monitor.Sources.Synthetic;

/// <summary>What holds for all calls.</summary>
public sealed record SyntheticTrafficOptions
{
    /// <summary>All randomness comes from it: the same seed and plans give the same octets and stamps.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Mean time between RTCP packets of one side, 1 s to 5 min; zero for none. RFC 3550 §6.2: 5 s.</summary>
    public TimeSpan RtcpInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Stamps carry nanoseconds; whole microseconds otherwise.</summary>
    public bool NanosecondStamps { get; init; }

    /// <summary>Receives the truth of a call as soon as nothing more of it is emitted.</summary>
    public Action<SyntheticCallTruth>? OnCallFinished { get; init; }

    /// <summary>Says what is out of range, or returns <see langword="null"/>.</summary>
    public string? FindProblem() =>
        RtcpInterval == TimeSpan.Zero
            || (RtcpInterval >= TimeSpan.FromSeconds(1) && RtcpInterval <= TimeSpan.FromMinutes(5))
            ? null
            : "the RTCP interval must be zero or 1 s to 5 min";
}

/// <summary>
/// Carries out call plans: complete Ethernet frames with SIP, RTP and RTCP in time order, asked for one by one. It
/// uses no clock and holds the calls in progress only, however many there are in the plan.
/// </summary>
public sealed class SyntheticTraffic : IDisposable
{
    /// <summary>Longest frame, in octets.</summary>
    public const int MaxFrameLength = 8_192;

    private const long ReportAfterMediaNs = 10_000_000;

    private readonly SyntheticTrafficOptions _options;
    private readonly IEnumerator<SyntheticCallPlan> _plans;
    private readonly EventQueue _events = new();
    private readonly HeldPackets _held = new();
    private readonly SipMessageWriter _sip = new();
    private readonly List<SyntheticCall?> _calls = [];
    private readonly Stack<int> _freeSlots = new();
    private readonly byte[] _frame = new byte[MaxFrameLength];
    private readonly Action<SyntheticPacket, long> _hold;
    private readonly long _stampStepNs;
    private readonly long _reportIntervalNs;
    private SyntheticCallPlan? _nextPlan;
    private long _nextIndex;
    private int _callsInProgress;
    private int _preparingSlot;
    private byte _preparingDirection;

    /// <param name="plans">Calls by start instant; read one ahead of what is in progress.</param>
    /// <param name="options">Seed, stamps, RTCP and where the truth goes.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public SyntheticTraffic(IEnumerable<SyntheticCallPlan> plans, SyntheticTrafficOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(plans);
        _options = options ?? new SyntheticTrafficOptions();
        if (_options.FindProblem() is { } problem)
        {
            throw new ArgumentException($"Synthetic traffic: {problem}.", nameof(options));
        }

        _stampStepNs = _options.NanosecondStamps ? 1 : 1_000;
        _reportIntervalNs = _options.RtcpInterval.Ticks * 100;
        _hold = Hold;
        _plans = plans.GetEnumerator();
        ReadPlan();
    }

    /// <summary>Sums over what was emitted. The object changes with every frame.</summary>
    public SyntheticTotals Totals { get; } = new();

    /// <summary>Calls of which something is still to be emitted.</summary>
    public int CallsInProgress => _callsInProgress;

    /// <summary>
    /// Emits the next frame. False when all calls are over. Two frames of one run never go back in time.
    /// </summary>
    /// <exception cref="InvalidOperationException">A plan is out of range or starts before the one before
    /// it.</exception>
    public bool TryNext(out SyntheticFrame frame)
    {
        while (true)
        {
            if (_nextPlan is { } plan && (_events.Count == 0 || plan.StartNs <= _events.Top.TimeNs))
            {
                StartCall(plan);
                ReadPlan();
                continue;
            }

            if (_events.Count == 0)
            {
                frame = default;
                return false;
            }

            var due = _events.Top;
            var call = _calls[due.CallSlot]!;
            var emitted = due.Kind switch
            {
                SyntheticEventKind.Media => EmitMedia(due, call),
                SyntheticEventKind.HeldPacket => EmitHeld(due, call),
                SyntheticEventKind.Report => EmitReport(due, call),
                _ => EmitSignalling(due, call),
            };

            if (emitted.Length == 0)
            {
                continue;
            }

            Totals.Packets++;
            Totals.Octets += emitted.Length;
            frame = new SyntheticFrame(_frame.AsSpan(0, emitted.Length), Stamp(due.TimeNs), emitted.Kind);

            return true;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _plans.Dispose();

    private void ReadPlan()
    {
        var previousNs = _nextPlan?.StartNs ?? 0;
        _nextPlan = _plans.MoveNext() ? _plans.Current : null;

        if (_nextPlan is not null)
        {
            var problem = _nextPlan.StartNs < previousNs
                ? "it starts before the call in front of it"
                : _nextPlan.FindProblem();
            if (problem is not null)
            {
                throw new InvalidOperationException($"Synthetic call {_nextIndex}: {problem}.");
            }
        }
    }

    private void StartCall(SyntheticCallPlan plan)
    {
        var call = new SyntheticCall(plan, _options.Seed, _nextIndex++);
        if (!_freeSlots.TryPop(out var slot))
        {
            slot = _calls.Count;
            _calls.Add(null);
        }

        _calls[slot] = call;
        _callsInProgress++;
        Totals.PeakCallsInProgress = Math.Max(Totals.PeakCallsInProgress, _callsInProgress);

        // One more, so that the call lives until all of its first events are in the queue.
        call.PendingEvents = 1;
        if (!call.IsScriptOver)
        {
            Schedule(call, slot, new SyntheticEvent(call.StepNs, slot, 0, SyntheticEventKind.Signalling, 0));
        }

        if (!plan.SetupCaptured)
        {
            StartMedia(call, slot);
        }

        Release(call, slot);
    }

    private void StartMedia(SyntheticCall call, int slot)
    {
        for (byte direction = 0; direction < 2; direction++)
        {
            var stream = call.Streams[direction];
            if (TryPrepare(call, slot, direction, out var arrivalNs))
            {
                Schedule(call, slot, new SyntheticEvent(arrivalNs, slot, 0, SyntheticEventKind.Media, direction));
            }

            if (_reportIntervalNs > 0 && (stream.HasMedia || call.Streams[1 - direction].HasMedia))
            {
                var firstNs = NextReportNs(call, direction, stream.StartNs);
                Schedule(call, slot, new SyntheticEvent(firstNs, slot, 0, SyntheticEventKind.Report, direction));
            }
        }
    }

    private void Schedule(SyntheticCall call, int slot, in SyntheticEvent item)
    {
        Debug.Assert(ReferenceEquals(_calls[slot], call), "A slot belongs to one call.");
        call.PendingEvents++;
        _events.Push(item);
    }

    private bool TryPrepare(SyntheticCall call, int slot, byte direction, out long arrivalNs)
    {
        _preparingSlot = slot;
        _preparingDirection = direction;

        return call.Streams[direction].TryPrepare(_hold, out arrivalNs);
    }

    private void Hold(SyntheticPacket packet, long arrivalNs)
    {
        var call = _calls[_preparingSlot]!;
        var item = new SyntheticEvent(
            arrivalNs, _preparingSlot, _held.Add(packet), SyntheticEventKind.HeldPacket, _preparingDirection);
        Schedule(call, _preparingSlot, item);
    }

    private Emitted EmitSignalling(in SyntheticEvent due, SyntheticCall call)
    {
        var step = call.Step;
        var header = call.SignallingHeaders[SipMessageWriter.IsFromCaller(call, step) ? 0 : 1];
        var length = _sip.Write(_frame.AsSpan(header.Length), call);
        Totals.SipMessages++;
        call.NoteStep(Stamp(due.TimeNs));

        if (step == SipStep.Ok)
        {
            StartMedia(call, due.CallSlot);
        }

        var emitted = Complete(header, length, call, SyntheticFrameKind.Sip);
        Continue(due, call, call.IsScriptOver ? null : call.StepNs);

        return emitted;
    }

    private Emitted EmitMedia(in SyntheticEvent due, SyntheticCall call)
    {
        var emitted = EmitPacket(call.Streams[due.Direction].Next, due, call);
        var hasNext = TryPrepare(call, due.CallSlot, due.Direction, out var arrivalNs);
        Continue(due, call, hasNext ? arrivalNs : null);

        return emitted;
    }

    private Emitted EmitHeld(in SyntheticEvent due, SyntheticCall call)
    {
        var emitted = EmitPacket(_held.Take(due.HeldSlot), due, call);
        Continue(due, call, null);

        return emitted;
    }

    private Emitted EmitPacket(in SyntheticPacket packet, in SyntheticEvent due, SyntheticCall call)
    {
        var stream = call.Streams[due.Direction];
        var segment = stream.Segments[packet.Segment];
        var header = call.MediaHeaders[due.Direction];
        var payloadLength = stream.PayloadLength(packet.Kind);
        var payloadType = packet.Kind switch
        {
            SyntheticPacketKind.ComfortNoise => SyntheticCodecFormat.ComfortNoisePayloadType,
            SyntheticPacketKind.TelephoneEvent => SyntheticCodecFormat.TelephoneEventPayloadType,
            _ => call.Format.PayloadType,
        };

        var rtp = _frame.AsSpan(header.Length);
        RtpWriter.WriteHeader(
            rtp,
            payloadType,
            packet.Marker,
            (ushort)packet.ExtendedSequenceNumber,
            packet.Timestamp,
            segment.Ssrc);
        WritePayload(rtp.Slice(RtpWriter.HeaderLength, payloadLength), packet, call.Format);

        segment.NoteEmitted(packet, Stamp(due.TimeNs));
        Totals.RtpPackets++;

        return Complete(header, RtpWriter.HeaderLength + payloadLength, call, SyntheticFrameKind.Rtp);
    }

    private static void WritePayload(Span<byte> payload, in SyntheticPacket packet, SyntheticCodecFormat format)
    {
        const byte noiseLevel = 64;
        const byte eventVolume = 10;

        switch (packet.Kind)
        {
            case SyntheticPacketKind.ComfortNoise:
                payload[0] = noiseLevel;
                break;
            case SyntheticPacketKind.TelephoneEvent:
                RtpWriter.WriteTelephoneEvent(
                    payload, packet.EventCode, packet.EventEnd, eventVolume, packet.EventDuration);
                break;
            default:
                format.PayloadAt(packet.ExtendedSequenceNumber).CopyTo(payload);
                break;
        }
    }

    private Emitted EmitReport(in SyntheticEvent due, SyntheticCall call)
    {
        var isLast = due.TimeNs >= call.MediaEndNs;
        var header = call.ReportHeaders[due.Direction];
        var length = call.Reporters[due.Direction].Write(_frame.AsSpan(header.Length), due.TimeNs, isLast);
        Totals.RtcpPackets++;

        var emitted = Complete(header, length, call, SyntheticFrameKind.Rtcp);
        Continue(due, call, isLast ? null : NextReportNs(call, due.Direction, due.TimeNs));

        return emitted;
    }

    private long NextReportNs(SyntheticCall call, int direction, long afterNs) => Math.Min(
        afterNs + call.Reporters[direction].NextDelayNs(_reportIntervalNs), call.MediaEndNs + ReportAfterMediaNs);

    private Emitted Complete(byte[] header, int payloadLength, SyntheticCall call, SyntheticFrameKind kind)
    {
        var length = header.Length + payloadLength;
        header.CopyTo(_frame, 0);
        FrameWriter.CompleteUdp(_frame.AsSpan(0, length), header.Length, call.NextIdentification++);

        return new Emitted(length, kind);
    }

    /// <summary>The event at the top goes on at a later time, or is over.</summary>
    private void Continue(in SyntheticEvent due, SyntheticCall call, long? nextNs)
    {
        if (nextNs is { } laterNs)
        {
            _events.DelayTop(laterNs);
            return;
        }

        _events.Pop();
        Release(call, due.CallSlot);
    }

    private void Release(SyntheticCall call, int slot)
    {
        if (--call.PendingEvents > 0)
        {
            return;
        }

        _calls[slot] = null;
        _freeSlots.Push(slot);
        _callsInProgress--;
        Totals.Calls++;

        var truth = call.ToTruth();
        foreach (var stream in truth.Streams)
        {
            Totals.Streams++;
            Totals.Expected += stream.Expected;
            Totals.Captured += stream.Captured;
            Totals.Lost += stream.Lost;
            Totals.Duplicates += stream.Duplicates;
            Totals.Reordered += stream.Reordered;
        }

        _options.OnCallFinished?.Invoke(truth);
    }

    private long Stamp(long timeNs) => timeNs - timeNs % _stampStepNs;

    private readonly record struct Emitted(int Length, SyntheticFrameKind Kind);
}
