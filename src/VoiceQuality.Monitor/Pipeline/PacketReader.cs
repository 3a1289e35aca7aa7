using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using VoiceQuality.Monitor.Calls;
using VoiceQuality.Monitor.CaptureLoss;
using VoiceQuality.Monitor.Limits;
using VoiceQuality.Monitor.Probes;
using VoiceQuality.Monitor.Reassembly;
using VoiceQuality.Monitor.Reassembly.Tls;
using VoiceQuality.Monitor.Rtcp;
using VoiceQuality.Monitor.Sources;
using VoiceQuality.Protocols.Network;
using VoiceQuality.Protocols.Pcap;
using VoiceQuality.Protocols.Rtp;
using VoiceQuality.Protocols.Sip;

namespace VoiceQuality.Monitor.Pipeline;

/// <summary>
/// Walks the frames of a block in capture order: SIP goes to the calls, what may be RTP or RTCP to the lanes. Packet
/// time ticks once a second at most; only a capture clock that stays set back turns it back.
/// </summary>
internal sealed partial class PacketReader
{
    private const long TickNs = 1_000_000_000;

    /// <summary>So far behind, ns, a packet is not merely out of order: the clock was set back.</summary>
    private const long StepBackNs = 60_000_000_000;

    /// <summary>
    /// Packets that are read together: what is called often is soon compiled for this processor.
    /// </summary>
    private const int RecordsTogether = 64;

    /// <summary>A packet so far ahead, ns, is followed when the next one is as far ahead.</summary>
    private const long StepAheadNs = 3_600_000_000_000;

    /// <summary>Packets in a row that must be that far behind before packet time follows.</summary>
    private const int StepBackPackets = 256;

    private const int UdpHeaderLength = 8;

    private readonly int _lanes;
    private readonly ulong _seed;
    private readonly CallTracker _calls;
    private readonly ProbeTracker _probes;
    private readonly LoadShedder _shedder;
    private readonly QualityReportReader _qualityReports = new();
    private readonly long[] _frameRejects = new long[Enum.GetValues<FrameRejectReason>().Length];
    private readonly long[] _sipRejects = new long[Enum.GetValues<SipRejectReason>().Length];
    private long _packets;
    private long _octets;
    private long _notSeen;
    private long _listenedUntilNs;
    private long _firstNs = long.MaxValue;
    private long _lastNs = long.MinValue;
    private long _clockNs = long.MinValue;
    private long _nextTickNs = long.MinValue;
    private long _lastMediaNs = long.MinValue;
    private long _lastSilenceToNs = long.MinValue;
    private long _strayNs = long.MinValue;
    private int _behind;
    private long _sipMessages;
    private long _fragments;
    private long _otherUdp;

    public PacketReader(MonitorOptions options)
    {
        _lanes = options.Lanes;
        _seed = options.HashSeed;
        _calls = new CallTracker(options);
        _probes = new ProbeTracker(options);
        _shedder = new LoadShedder(options.ShedAtPercent);
        _datagrams = new IpReassembler(options.MaxFragmentedDatagrams, options.MaxPercentOfOneSource);
        _tls = options.TlsSecrets is { } secrets
            ? new TlsConnections(
                secrets, options.MaxSipConnections, options.MaxSipConnectionOctets, options.MaxPercentOfOneSource)
            : null;
        _connections = new SipConnections(
            options.MaxSipConnections, options.MaxSipConnectionOctets, options.MaxPercentOfOneSource);
    }

    public void Read(PacketBlock block, BlockWork work)
    {
        var ticksBefore = work.Report.Ticks;
        work.Report.Drops.AddRange(block.Drops);
        Shed(block, work);
        for (var from = 0; from < block.RecordCount; from += RecordsTogether)
        {
            var count = Math.Min(RecordsTogether, block.RecordCount - from);
            Read(block.Records.AsSpan(from, count), block.Octets, work);
        }

        _packets += block.RecordCount;
        _notSeen += block.NotSeen;
        _listenedUntilNs = Math.Max(_listenedUntilNs, block.ListenedUntilNs);
        if (block.QuietUntilNs > 0)
        {
            AdvanceClock(block.QuietUntilNs, work);
        }

        if (work.Report.Ticks > ticksBefore)
        {
            work.Report.Counters = Counters();
        }
    }

    private void Read(ReadOnlySpan<CaptureRecord> records, ReadOnlySpan<byte> octets, BlockWork work)
    {
        foreach (ref readonly var record in records)
        {
            _octets += record.OriginalLength;
            if (!GoesOn(record.TimestampNs))
            {
                Advance(record.TimestampNs, work);
            }

            var frame = octets.Slice(record.Offset, record.CapturedLength);
            if (record.LinkType == LinkType.Ethernet && FrameDecoder.TryFindMedia(
                frame, out var addressOffset, out var udpOffset, out var udpLength))
            {
                ToLane(frame, record, work, addressOffset, udpOffset, udpLength);
            }
            else if (FrameDecoder.TryDecodeUdp(
                frame, record.OriginalLength, record.LinkType, out var datagram, out var reason))
            {
                ReadDatagram(frame, datagram, record, work);
            }
            else
            {
                ReadOther(frame, record, reason, work);
            }
        }
    }

    /// <summary>Tells the lanes when the source says that they are too slow, or no more.</summary>
    private void Shed(PacketBlock block, BlockWork work)
    {
        var atNs = block.RecordCount > 0 ? block.Records[0].TimestampNs : block.QuietUntilNs;
        if (_shedder.Observe(block.BacklogPercent, atNs))
        {
            work.Broadcast(LaneCommandKind.Shed, _shedder.Level);
        }
    }

    /// <summary>Calls that begin from now on are read for other header fields.</summary>
    public void LookAt(IReadOnlyList<string> headers) => _calls.LookAt(headers);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void ReadDatagram(
        ReadOnlySpan<byte> frame, in UdpDatagram datagram, in CaptureRecord record, BlockWork work)
    {
        if (datagram.PayloadLength < 4)
        {
            _otherUdp++;
            return;
        }

        // RFC 7983: 128 to 191 is RTP or RTCP; SIP starts with a letter or with line ends.
        var first = frame[datagram.PayloadOffset];
        if ((first & 0xC0) == 0x80)
        {
            if (datagram.IsFragment)
            {
                // The headers are all there; the rest of the payload is not looked at.
                _fragments++;
            }

            ToLane(frame, datagram, record, work);
            return;
        }

        var payload = datagram.Payload(frame);
        if (datagram.IsFragment)
        {
            ReadFragment(frame, record, work);
        }
        else if (first < 0x80 && SipSniffer.LooksLikeSip(payload))
        {
            ReadSip(payload, datagram.Source(frame), datagram.Destination(frame), record.TimestampNs, work);
        }
        else
        {
            ReadTunnel(frame, datagram, record, work);
        }
    }

    private void ToLane(ReadOnlySpan<byte> frame, in UdpDatagram datagram, in CaptureRecord record, BlockWork work)
    {
        NoteMedia(record.TimestampNs, work);
        ToLane(
            frame, record, work, datagram.AddressOffset, datagram.AddressLength,
            ((uint)datagram.SourcePort << 16) | datagram.DestinationPort, datagram.PayloadOffset,
            datagram.PayloadLength, datagram.WirePayloadLength);
    }

    /// <summary>Takes what <see cref="FrameDecoder.TryFindMedia"/> found.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void ToLane(
        ReadOnlySpan<byte> frame, in CaptureRecord record, BlockWork work, int addressOffset, int udpOffset,
        int udpLength)
    {
        NoteMedia(record.TimestampNs, work);
        var payloadOffset = udpOffset + UdpHeaderLength;
        ToLane(
            frame, record, work, addressOffset, (udpOffset - addressOffset) >> 1,
            BinaryPrimitives.ReadUInt32BigEndian(frame[udpOffset..]), payloadOffset,
            Math.Min(udpLength - UdpHeaderLength, frame.Length - payloadOffset), udpLength - UdpHeaderLength);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void ToLane(
        ReadOnlySpan<byte> frame, in CaptureRecord record, BlockWork work, int addressOffset, int addressLength,
        uint ports, int payloadOffset, int payloadLength, int wirePayloadLength)
    {
        var addresses = frame.Slice(addressOffset, addressLength * 2);
        var lane = _lanes == 1
            ? 0
            : FlowHash.Lane(addresses, (ushort)(ports >> 16), (ushort)ports, _seed, _lanes);
        var batch = work.Batches[lane];
        ref var packet = ref batch.Packets[batch.PacketCount++];
        packet.CapturedAtNs = record.TimestampNs;
        packet.FlowHash = FlowHash.Directed(addresses, (ushort)(ports >> 16), (ushort)ports, _seed);
        packet.ShortAddresses = addresses.Length == sizeof(ulong)
            ? BinaryPrimitives.ReadUInt64LittleEndian(addresses)
            : 0;
        packet.AddressOffset = record.Offset + addressOffset;
        packet.PayloadOffset = record.Offset + payloadOffset;
        packet.PayloadLength = payloadLength;
        packet.WirePayloadLength = wirePayloadLength;
        packet.Ports = ports;
        packet.AddressLength = (byte)addressLength;
        packet.Link = record.Link;

        // Read here, where the octets are at hand: what follows a stream in good order needs nothing else of them.
        packet.HeaderWord = MediaPacket.NoHeader;
        if (payloadLength >= RtpPacket.FixedHeaderLength)
        {
            var header = frame.Slice(payloadOffset, RtpPacket.FixedHeaderLength);
            packet.HeaderWord = BinaryPrimitives.ReadUInt32BigEndian(header);
            packet.Timestamp = BinaryPrimitives.ReadUInt32BigEndian(header[4..]);
            packet.Ssrc = BinaryPrimitives.ReadUInt32BigEndian(header[8..]);
        }
    }

    /// <summary>
    /// Finds the times without media. Where agents' clocks differ, or queues of a card, times of packets go back: what
    /// is no silence by the time of a later packet is taken back.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void NoteMedia(long atNs, BlockWork work)
    {
        if (atNs > _lastMediaNs)
        {
            if (_lastMediaNs != long.MinValue
                && atNs - _lastMediaNs is >= CaptureLossRule.LeastSilenceNs and <= CaptureLossRule.MostGapNs)
            {
                work.Report.Silences.Add((work.Report.Ticks, _lastMediaNs, atNs));
                _lastSilenceToNs = atNs;
            }

            _lastMediaNs = atNs;
        }
        else if (atNs < _lastSilenceToNs)
        {
            work.Report.Belated.Add((work.Report.Ticks, atNs));
        }
    }

    private void ReadSip(
        ReadOnlySpan<byte> payload, IpEndpoint source, IpEndpoint destination, long atNs, BlockWork work)
    {
        if (SipMessage.TryParse(payload, out var message, out var reason))
        {
            _sipMessages++;
            _calls.Read(message, source, destination, atNs, work);
            _probes.Read(message, source, destination, atNs);
            _qualityReports.Read(message, atNs, work.Report);
        }
        else
        {
            _sipRejects[(int)reason]++;
        }
    }

    /// <summary>Moves packet time when nothing else comes of it; false when there may be more to do.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool GoesOn(long atNs)
    {
        if (atNs < _lastNs || atNs < _clockNs || atNs >= _nextTickNs || _behind != 0 || _strayNs != long.MinValue)
        {
            return false;
        }

        _lastNs = atNs;
        _clockNs = atNs;
        return true;
    }

    private void Advance(long atNs, BlockWork work)
    {
        if (atNs < _firstNs)
        {
            _firstNs = atNs;
        }

        if (atNs > _lastNs)
        {
            _lastNs = atNs;
        }

        AdvanceClock(atNs, work);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void AdvanceClock(long atNs, BlockWork work)
    {
        if (atNs >= _nextTickNs)
        {
            if (!IsStrayAhead(atNs))
            {
                _clockNs = atNs;
                _behind = 0;
                Tick(atNs, work);
            }
        }
        else if (atNs < _clockNs - StepBackNs)
        {
            FollowStepBack(atNs);
        }
        else
        {
            _clockNs = Math.Max(_clockNs, atNs);
            _behind = 0;
            _strayNs = long.MinValue;
        }
    }

    /// <summary>
    /// A packet hours ahead may be a stray time, which would end every call: time follows when the next packet is there
    /// too.
    /// </summary>
    private bool IsStrayAhead(long atNs)
    {
        if (_clockNs == long.MinValue || atNs - _clockNs <= StepAheadNs)
        {
            _strayNs = long.MinValue;
            return false;
        }

        var isConfirmed = _strayNs != long.MinValue && Math.Abs(atNs - _strayNs) <= StepAheadNs;
        _strayNs = isConfirmed ? long.MinValue : atNs;
        return !isConfirmed;
    }

    /// <summary>
    /// Timers must go on when the capture clock was set back for good, or nothing would become final until it has
    /// caught up. A single stray time changes nothing.
    /// </summary>
    private void FollowStepBack(long atNs)
    {
        if (++_behind >= StepBackPackets)
        {
            _behind = 0;
            _clockNs = atNs;
            _nextTickNs = atNs + TickNs;
            _lastMediaNs = long.MinValue;
            _lastSilenceToNs = long.MinValue;
        }
    }

    private void Tick(long atNs, BlockWork work)
    {
        _calls.Expire(atNs, work);
        _probes.Expire(atNs, work.Report);
        work.Tick(atNs);
        _nextTickNs = atNs + TickNs;
    }
}
