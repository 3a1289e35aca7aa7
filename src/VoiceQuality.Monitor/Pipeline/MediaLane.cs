using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Protocols.Rtcp;
using VoiceQuality.Protocols.Rtp;
using VoiceQuality.Quality.Rtp;

namespace VoiceQuality.Monitor.Pipeline;

/// <summary>
/// Measures the media of some of the flows. It owns their state, sees packets and commands in capture order and
/// depends on nothing else, so that it does not matter how many lanes there are.
/// </summary>
internal sealed partial class MediaLane
{
    /// <summary>Streams of one flow that did not look like RTP before the flow is left alone.</summary>
    private const int MaxRejectedStreams = 8;

    /// <summary>How long a flow without streams is remembered, ns.</summary>
    private const long FlowIdleNs = 60_000_000_000;

    /// <summary>
    /// A stream silent for so long had stopped, ns: a hold, when SDP says so. Comfort noise comes more often.
    /// </summary>
    private const long HoldSilenceNs = 1_000_000_000;

    /// <summary>Packets whose flows and streams are looked up together.</summary>
    private const int AheadPackets = 64;

    /// <summary>How long a candidate may pause, ns.</summary>
    private const long CandidateIdleNs = 10_000_000_000;

    private readonly MonitorOptions _options;
    private readonly MeterPolicy _meterPolicy;
    private readonly StreamRecordBuilder _records;
    private readonly FlowTable _flows;
    private readonly EndpointDirectory _directory;
    private readonly List<StreamState> _streams = [];
    private readonly Func<Flow, bool> _isDead;
    private readonly int[] _ahead = new int[AheadPackets];
    private readonly int[] _waiting = new int[AheadPackets];
    private readonly StreamState?[] _aheadStreams = new StreamState?[AheadPackets];
    private readonly GapNews _gapNews = new();
    private LaneCounters _counters;

    private int _candidates;
    private LaneBatch _batch = null!;
    private int _tick;
    private long _nowNs;
    private int _ticksUntilSweep;

    public MediaLane(MonitorOptions options, MeterPolicy meterPolicy, StreamRecordBuilder records)
    {
        _options = options;
        _meterPolicy = meterPolicy;
        _records = records;
        _flows = new FlowTable(options.MaxFlowsPerLane);
        _directory = new EndpointDirectory(options);
        _isDead = flow => flow.Streams.Count == 0 && _nowNs - flow.LastPacketNs > FlowIdleNs && ForgetFlow(flow);
    }

    /// <summary>Works on a batch and leaves in it what became final.</summary>
    public void Process(LaneBatch batch)
    {
        _batch = batch;
        _tick = 0;
        var packet = 0;
        var octets = batch.Block is null ? [] : batch.Block.Octets.AsSpan();
        var commands = CollectionsMarshal.AsSpan(batch.Commands);
        for (var i = 0; i < commands.Length; i++)
        {
            if (i % AheadCommands == 0)
            {
                Prefetch(commands.Slice(i, Math.Min(AheadCommands, commands.Length - i)));
            }

            ref readonly var command = ref commands[i];
            ProcessPackets(packet, command.Position, octets);
            packet = command.Position;
            Execute(command);
        }

        ProcessPackets(packet, batch.PacketCount, octets);

        _counters.EndpointTableFull = _directory.Refused;
        _counters.Unwatched = _directory.Unwatched;
        batch.Counters = _counters;
    }

    private void ProcessPacket(int index, ReadOnlySpan<byte> octets)
    {
        ref readonly var packet = ref _batch.Packets[index];
        var payload = octets.Slice(packet.PayloadOffset, packet.PayloadLength);
        if (RtpSniffer.IsRtcp(payload))
        {
            TakeRtcp(payload, index);
            return;
        }

        if (!RtpPacket.TryParse(payload, packet.WirePayloadLength, out var rtp, out _))
        {
            _counters.NotRtp++;
            return;
        }

        var flow = _flows.Find(packet, octets) ?? AddFlow(packet, octets);
        if (flow is null)
        {
            _counters.FlowTableFull++;
            return;
        }

        flow.Current?.CloseSteady();
        flow.LastPacketNs = packet.CapturedAtNs;
        if (flow.IsIgnored && !IsAnnouncedSince(flow))
        {
            _counters.NotRecognised++;
            return;
        }

        var stream = flow.Current;
        if (stream is null || stream.Ssrc != rtp.Ssrc)
        {
            stream = FindOrAddStream(flow, rtp, packet, payload);
            if (stream is null)
            {
                return;
            }
        }

        if (stream.IsShed && stream.Packets > 0)
        {
            stream.CountShed(packet.CapturedAtNs);
            _counters.Shed++;
            return;
        }

        stream.Add(rtp, packet.CapturedAtNs, rtp.PayloadLength);
        if (_gapNews.IsThere | stream.IsRetransmission)
        {
            TakeNews(flow, stream, rtp, packet);
        }

        if (stream.IsConfirmed)
        {
            _counters.RtpPackets++;
        }
        else
        {
            Recognise(stream, rtp);
        }
    }

    private void TakeRtcp(ReadOnlySpan<byte> payload, int index)
    {
        if (!RtcpCompound.TryParse(payload, out var compound, out _))
        {
            _counters.NotRtcp++;
            return;
        }

        foreach (var _ in compound)
        {
            _counters.RtcpPackets++;
        }

        // Reports on a stream may come to another lane than the stream itself; who sees all lanes reads them.
        var (source, destination) = Flow.EndsOf(_batch.Packets[index], _batch.Block!.Octets);
        _batch.Rtcp.Add((_tick, index, _directory.TrustIn(source, destination)));
    }

    private StreamState? FindOrAddStream(
        Flow flow, in RtpPacket rtp, in MediaPacket packet, ReadOnlySpan<byte> payload)
    {
        foreach (var known in flow.Streams)
        {
            if (known.Ssrc == rtp.Ssrc)
            {
                flow.Current = known;
                return known;
            }
        }

        int? knocked = null;
        if (flow.Streams.Count >= _options.MaxStreamsPerFlow && !MakeRoom(flow)
            && (knocked = Replace(flow, rtp, packet, payload)) is null)
        {
            _counters.TooManyStreams++;
            return null;
        }

        var endpoint = _directory.Find(flow, out var direction);
        if (endpoint is null && !RtpRecogniser.IsPlausiblePayloadType(rtp.PayloadType))
        {
            _counters.NotRecognised++;
            Reject(flow);
            return null;
        }

        if (_candidates >= _options.MaxCandidatesPerLane
            && (endpoint is null || !HasRoom(endpoint.Call, flow, direction)))
        {
            _counters.TooManyCandidates++;
            return null;
        }

        var stream = new StreamState(flow, rtp.Ssrc, new StreamMeter(_meterPolicy), _gapNews)
        {
            Lost = _options.KeepLostNumbers ? new LostNumbers() : null,
        };
        flow.Streams.Add(stream);
        flow.Current = stream;
        _streams.Add(stream);
        _candidates++;
        if (endpoint is not null)
        {
            Tie(stream, endpoint, direction);
        }

        if (knocked is { } before)
        {
            AddKnocked(stream, before);
        }

        return stream;
    }

    private void Recognise(StreamState stream, in RtpPacket rtp)
    {
        stream.Recogniser.Add(rtp.SequenceNumber, rtp.Timestamp);
        if (stream.Recogniser.IsRtp)
        {
            Confirm(stream);
        }
        else if (stream.Recogniser.IsHopeless)
        {
            Drop(stream);
        }
    }

    private void Confirm(StreamState stream)
    {
        stream.IsConfirmed = true;
        _candidates--;
        _counters.RtpPackets += stream.Packets;
        _counters.ActiveStreams++;
        stream.IsShed |= stream.Endpoint is null && IsShed(stream.Flow);
    }

    private void Tie(StreamState stream, MediaEndpoint endpoint, Quality.MediaDirection? direction)
    {
        if (!HasRoom(endpoint.Call, stream.Flow, direction))
        {
            _counters.UntiedStreams++;
            return;
        }

        stream.Bind(endpoint, direction);
        stream.IsShed |= endpoint.Call.IsShed;
        endpoint.Call.AddStream(stream);
        stream.Meter.IsMediaDue = endpoint.Call.IsMediaDue;
        if (!stream.IsConfirmed)
        {
            Confirm(stream);
        }
    }

    private void Drop(StreamState stream)
    {
        _counters.NotRecognised += stream.Packets;
        _candidates--;
        Detach(stream);
        Reject(stream.Flow);
    }

    private static void Reject(Flow flow)
    {
        flow.IsIgnored = ++flow.Rejected >= MaxRejectedStreams && flow.Streams.Count == 0;
    }

    private static void Detach(StreamState stream)
    {
        stream.IsFinished = true;
        stream.Flow.Current?.CloseSteady();
        stream.Flow.Streams.Remove(stream);
        stream.Flow.Current = stream.Flow.Streams.Count > 0 ? stream.Flow.Streams[0] : null;
    }

    private bool ForgetFlow(Flow flow)
    {
        _directory.Unwatch(flow);
        return true;
    }

    private void Finish(StreamState stream)
    {
        if (stream.IsFinished)
        {
            return;
        }

        Detach(stream);
        if (!stream.IsConfirmed)
        {
            _counters.NotRecognised += stream.Packets;
            _candidates--;
            return;
        }

        _counters.ActiveStreams--;
        _batch.Finished.Add((_tick, stream.Endpoint?.Call.CallRef ?? 0, _records.Build(stream)));
    }

    private void FinishAll()
    {
        foreach (var stream in _streams)
        {
            Finish(stream);
        }

        _streams.Clear();
    }

    /// <summary>
    /// Ends what has been silent too long. Every fifth second is often enough for limits of a minute.
    /// </summary>
    private void Sweep()
    {
        if (--_ticksUntilSweep > 0)
        {
            return;
        }

        _ticksUntilSweep = 5;
        var kept = 0;
        for (var i = 0; i < _streams.Count; i++)
        {
            var stream = _streams[i];
            if (!stream.IsFinished && _nowNs - stream.LastPacketNs > IdleLimitNs(stream))
            {
                Finish(stream);
            }

            if (!stream.IsFinished)
            {
                _streams[kept++] = stream;
            }
        }

        _streams.RemoveRange(kept, _streams.Count - kept);
        _flows.RemoveWhere(_isDead);
    }

    private long IdleLimitNs(StreamState stream)
    {
        if (!stream.IsConfirmed)
        {
            return CandidateIdleNs;
        }

        var seconds = stream.Endpoint is null ? _options.StreamIdleSeconds : _options.CallStreamIdleSeconds;
        return seconds * 1_000_000_000L;
    }
}
