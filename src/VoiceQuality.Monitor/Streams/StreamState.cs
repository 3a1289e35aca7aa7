using System.Runtime.CompilerServices;
using VoiceQuality.Monitor.Audio;
using VoiceQuality.Monitor.CaptureLoss;
using VoiceQuality.Monitor.Pipeline;
using VoiceQuality.Protocols.Rtp;
using VoiceQuality.Quality;
using VoiceQuality.Quality.Codecs;
using VoiceQuality.Quality.Rtp;

namespace VoiceQuality.Monitor.Streams;

/// <summary>One RTP stream in progress: one SSRC on one flow. One lane owns it.</summary>
internal sealed partial class StreamState(Flow flow, uint ssrc, StreamMeter meter, GapNews news)
{
    /// <summary>RFC 4733 §2.3: a named event is four octets, which no speech codec sends.</summary>
    private const int NamedEventLength = 4;

    private const int FirstDynamicPayloadType = 96;

    /// <summary>Octets from the first field on that packets in order touch.</summary>
    private const int HotOctets = 184;

    private readonly StreamMeter _meter = meter;
    private PayloadTypeTally _tally;
    private readonly GapNews _news = news;
    private Rare? _rare;
    private long _packets;
    private long _lastPacketNs;

    // What the packet before was, so that most packets need nothing else than this object.
    private MediaFormats _formats = MediaFormats.Unannounced;
    private int _runPayloadType = -1;
    private int _runClockRateHz;
    private int _runPackets;
    private RtpPacketKind _runKind;

    public Flow Flow { get; } = flow;

    public uint Ssrc { get; } = ssrc;

    /// <summary>Its counters; every packet taken so far is in them.</summary>
    public StreamMeter Meter
    {
        get
        {
            CountSteady();
            return _meter;
        }
    }

    public RtpRecogniser Recogniser;

    /// <summary>Where it is received, or sent from, by SDP; null when nothing announced it.</summary>
    public MediaEndpoint? Endpoint { get; private set; }

    public MediaDirection? Direction { get; private set; }

    /// <summary>False while it may still turn out not to be RTP.</summary>
    public bool IsConfirmed;

    public bool IsFinished;

    /// <summary>Whether packets after the first are not measured for want of time.</summary>
    public bool IsShed
    {
        get => _isShed;
        set
        {
            CloseSteady();
            _isShed = value;
        }
    }

    /// <summary>Packets that came and were not measured.</summary>
    public long ShedPackets => _rare?.ShedPackets ?? 0;

    public long Packets => HasRun ? _packets + Flow.Run.Count : _packets;

    public long LastPacketNs => HasRun ? Flow.Run.LastNs : _lastPacketNs;

    /// <summary>Whether packets wait to be counted.</summary>
    private bool HasRun => Flow.Current == this && Flow.Run.Count > 0;

    /// <summary>Which numbers are missing; null when nobody asks.</summary>
    public LostNumbers? Lost { get; init; }

    /// <summary>What the samples are like; null until the first G.711 packet is looked at.</summary>
    public AudioMeter? Audio { get; private set; }

    /// <summary>Sequence number of the first packet.</summary>
    public ushort FirstSequenceNumber { get; private set; }

    /// <summary>Numbers that redundant blocks of later packets brought.</summary>
    public long Recovered => _rare?.Recovered ?? 0;

    /// <summary>
    /// What was sent again of this stream (RFC 4588); recovered numbers are among <see cref="Recovered"/>. Null when
    /// nothing was.
    /// </summary>
    public RetransmissionCounters? Retransmissions => _rare?.Again?.Counters;

    /// <summary>Whether the last packet of this source, of which it is all, sent one of another source again.</summary>
    public bool IsRetransmission { get; private set; }

    private bool _isShed;
    private ushort _highest;
    private long _highestNs;
    private uint _highestTimestamp;

    /// <summary>The last number that was skipped; see <see cref="_hasSkipped"/>.</summary>
    private ushort _lastSkipped;

    private bool _hasSkipped;
    private bool _isBesideGap;

    /// <summary>Least step of the timestamp from one packet to the next: what one packet holds, ticks.</summary>
    private uint _frameTicks = uint.MaxValue;

    /// <summary>Octets of the longest speech payload: tells the bit rate of some codecs.</summary>
    public int LongestSpeechPayload { get; private set; }

    public MediaFormats Formats => _formats;

    /// <summary>Ties it to a call.</summary>
    public void Bind(MediaEndpoint endpoint, MediaDirection? direction)
    {
        Endpoint = endpoint;
        Direction = direction;
        NoteFormats();
    }

    /// <summary>Its place was announced with other payload types.</summary>
    public void NoteFormats()
    {
        CloseSteady();
        EndRun();
        _formats = Endpoint?.Formats ?? MediaFormats.Unannounced;
    }

    /// <summary>A packet came that there is no time to measure.</summary>
    public void CountShed(long arrivalNs)
    {
        (_rare ??= new Rare()).ShedPackets++;
        _lastPacketNs = arrivalNs;
    }

    /// <summary>Asks the processor for what a packet that is counted changes here.</summary>
    public void Prefetch() => CacheLines.Prefetch(in _meter, HotOctets);

    /// <summary>Asks the processor for the counters.</summary>
    public void PrefetchCounters() => _meter.Prefetch();

    /// <summary>
    /// Counts a packet by itself. What was taken as steady, of whatever stream of the flow, has been counted before.
    /// </summary>
    public ArrivalOutcome Add(in RtpPacket rtp, long arrivalNs, int payloadLength)
    {
        var formats = _formats;
        int payloadType = rtp.PayloadType;
        var isRedundant = false;
        if (payloadType == _runPayloadType && payloadLength != NamedEventLength)
        {
            _runPackets++;
        }
        else
        {
            var isAgain = formats.SentAgainBy(payloadType) >= 0;
            if (isAgain && _meter.IsStarted && !IsRetransmission)
            {
                // With the media's own SSRC it has numbers of its own all the same (RFC 4588 section 4).
                _packets++;
                _lastPacketNs = arrivalNs;
                Retransmit(rtp, formats, arrivalNs);
                return ArrivalOutcome.Duplicate;
            }

            IsRetransmission = isAgain;
            BeginRun(rtp, ref payloadType, payloadLength, out isRedundant);
        }

        var kind = _runKind;
        _packets++;
        _lastPacketNs = arrivalNs;
        if (kind == RtpPacketKind.Audio && payloadLength > LongestSpeechPayload)
        {
            LongestSpeechPayload = payloadLength;
        }

        var arrival = new RtpArrival
        {
            ArrivalNs = arrivalNs,
            Timestamp = rtp.Timestamp,
            SequenceNumber = rtp.SequenceNumber,
            Marker = rtp.Marker,
            Kind = kind,
            ClockRateHz = _runClockRateHz,
            PayloadLength = payloadLength,
            EndsTalkspurt = payloadLength < LongestSpeechPayload
                && formats[payloadType] is { } format
                && SilenceDescriptor.EndsTalkspurt(format.EncodingName, payloadLength),
        };
        var before = _highest;
        var outcome = _meter.Add(arrival);
        if (outcome == ArrivalOutcome.InOrder)
        {
            var ticks = unchecked(rtp.Timestamp - _highestTimestamp);
            if (unchecked(ticks - 1) < unchecked(_frameTicks - 1))
            {
                _frameTicks = ticks;
            }

            _highest = rtp.SequenceNumber;
            _highestNs = arrivalNs;
            _highestTimestamp = rtp.Timestamp;
        }
        else
        {
            NoteOutcome(outcome, rtp, arrivalNs, arrival.ClockRateHz);
        }

        if (IsLookedAt(rtp.SequenceNumber))
        {
            LookAt(rtp, isRedundant ? G711Law.None : formats.LawOf(payloadType), outcome, arrivalNs);
        }

        if (isRedundant && outcome == ArrivalOutcome.AfterGap)
        {
            Recover(rtp, arrival, unchecked((ushort)(rtp.SequenceNumber - before - 1)));
        }

        if (arrival.SequenceNumber == _highest)
        {
            OpenSteady(rtp, arrival, outcome);
        }

        return outcome;
    }

    /// <summary>
    /// Another payload type than before, or a packet that its length makes another kind of. Redundant audio never makes
    /// a run: what it carries is told by each packet.
    /// </summary>
    private void BeginRun(in RtpPacket rtp, ref int payloadType, int payloadLength, out bool isRedundant)
    {
        EndRun();
        isRedundant = _formats.IsRedundant(payloadType);
        var announced = payloadType;
        if (isRedundant && RedundantBlocks.TryParse(rtp.Payload, rtp.PayloadLength, out var blocks))
        {
            payloadType = blocks.PrimaryPayloadType;
        }

        _runKind = _formats.KindOf(payloadType);
        _runClockRateHz = _formats.ClockRateHzOf(payloadType);
        if (payloadLength == NamedEventLength && payloadType >= FirstDynamicPayloadType && !_formats.IsAnnounced)
        {
            _runKind = RtpPacketKind.TelephoneEvent;
        }

        _tally.Count(payloadType, _runKind);
        _runPayloadType = isRedundant || IsRetransmission || payloadLength == NamedEventLength ? -1 : announced;
    }

    private void EndRun()
    {
        if (_runPackets > 0)
        {
            _tally.Count(_runPayloadType, _runKind, _runPackets);
            _runPackets = 0;
        }

        _runPayloadType = -1;
    }

    private ref PayloadTypeTally Tally()
    {
        CountSteady();
        if (_runPackets > 0)
        {
            _tally.Count(_runPayloadType, _runKind, _runPackets);
            _runPackets = 0;
        }

        return ref _tally;
    }

    /// <summary>Looks at each sixteenth number, so that a copy of a packet changes nothing.</summary>
    private void LookAt(in RtpPacket rtp, G711Law law, ArrivalOutcome outcome, long arrivalNs)
    {
        if (law == G711Law.None
            || Flow.Current != this
            || outcome is ArrivalOutcome.Duplicate or ArrivalOutcome.Stray or ArrivalOutcome.AfterFinish)
        {
            return;
        }

        Audio ??= new AudioMeter(law);
        if (Audio.Law == law)
        {
            Audio.Look(rtp, arrivalNs, _meter.OpenInterval);
        }
    }

    private void NoteOutcome(ArrivalOutcome outcome, in RtpPacket rtp, long arrivalNs, int clockRateHz)
    {
        var number = rtp.SequenceNumber;
        FirstSequenceNumber = outcome == ArrivalOutcome.First ? number : FirstSequenceNumber;
        if (Lost is not null)
        {
            NoteLost(Lost, outcome, number);
        }

        if (outcome == ArrivalOutcome.Reordered)
        {
            NoteGap(arrivalNs, arrivalNs, number, skipped: 0, spacingNs: 0);
        }
        else if (outcome is ArrivalOutcome.First or ArrivalOutcome.AfterGap or ArrivalOutcome.Restart)
        {
            if (outcome == ArrivalOutcome.AfterGap)
            {
                _isBesideGap = _hasSkipped
                    && unchecked((ushort)(_highest - _lastSkipped)) < BurstMetrics.DefaultGmin;
                _lastSkipped = unchecked((ushort)(number - 1));
                _hasSkipped = true;
                var first = unchecked((ushort)(_highest + 1));
                NoteGap(
                    _highestNs, arrivalNs, first, unchecked((ushort)(number - first)), SpacingNs(clockRateHz));
            }

            _highest = number;
            _highestNs = arrivalNs;
            _highestTimestamp = rtp.Timestamp;
        }
    }

    private void NoteLost(LostNumbers lost, ArrivalOutcome outcome, ushort number)
    {
        switch (outcome)
        {
            case ArrivalOutcome.First or ArrivalOutcome.Restart:
                lost.Begin(number);
                break;
            case ArrivalOutcome.AfterGap:
                lost.Skip(_highest, number);
                break;
            case ArrivalOutcome.Reordered:
                lost.Come(number);
                break;
            case ArrivalOutcome.Stray:
                lost.Stray(number);
                break;
        }
    }

    private long SpacingNs(int clockRateHz) =>
        clockRateHz > 0 && _frameTicks != uint.MaxValue ? _frameTicks * 1_000_000_000L / clockRateHz : 0;

    private void NoteGap(long fromNs, long toNs, ushort first, int skipped, long spacingNs)
    {
        var key = new StreamKey(Flow.Source, Flow.Destination, Ssrc, _meter.FirstArrivalNs / 1_000);
        _news.Gap = new StreamGap(0, 0, key, fromNs, toNs, first, skipped, spacingNs)
        {
            LateBefore = skipped > 0 ? _meter.LateBeforeGap : (ushort)0,
            LateAfter = skipped > 0 ? _meter.LateHighest : (ushort)0,
            IsBesideGap = skipped > 0 && _isBesideGap,
        };
        _news.IsThere = true;
    }

    /// <summary>The payload type that most speech packets had; else that most packets had.</summary>
    public int MainPayloadType => Tally().Main;

    /// <summary>Other payload types that a twentieth of the speech packets or more had.</summary>
    public IEnumerable<int> OtherSpeechTypes => Tally().OtherSpeech(Math.Max(1, _tally.SpeechPackets / 20));

    /// <summary>Whether nothing but events and comfort noise was seen.</summary>
    public bool HasSpeech => Tally().HasSpeech;
}
