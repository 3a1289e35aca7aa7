using VoiceQuality.Monitor.CaptureLoss;
using VoiceQuality.Monitor.Pipeline;
using VoiceQuality.Protocols.Rtp;
using VoiceQuality.Quality;
using VoiceQuality.Quality.Codecs;
using VoiceQuality.Quality.Rtp;

namespace VoiceQuality.Monitor.Streams;

/// <summary>One RTP stream in progress: one SSRC on one flow. One lane owns it.</summary>
internal sealed class StreamState(Flow flow, uint ssrc, StreamMeter meter)
{
    /// <summary>RFC 4733 §2.3: a named event is four octets, which no speech codec sends.</summary>
    private const int NamedEventLength = 4;

    private const int FirstDynamicPayloadType = 96;

    private readonly PayloadTypeTally _tally = new();

    public Flow Flow { get; } = flow;

    public uint Ssrc { get; } = ssrc;

    public StreamMeter Meter { get; } = meter;

    public RtpRecogniser Recogniser;

    /// <summary>Where it is received, or sent from, by SDP; null when nothing announced it.</summary>
    public MediaEndpoint? Endpoint { get; private set; }

    public MediaDirection? Direction { get; private set; }

    /// <summary>False while it may still turn out not to be RTP.</summary>
    public bool IsConfirmed;

    public bool IsFinished;

    public long Packets;

    public long LastPacketNs;

    /// <summary>The last gap or late packet; see <see cref="HasGapNews"/>.</summary>
    public StreamGap LastGap { get; private set; }

    /// <summary>Whether the packet just added followed a gap or came late; whoever looks sets it back.</summary>
    public bool HasGapNews;

    private ushort _highest;
    private long _highestNs;

    /// <summary>Octets of the longest speech payload: tells the bit rate of some codecs.</summary>
    public int LongestSpeechPayload { get; private set; }

    public MediaFormats Formats => Endpoint?.Formats ?? MediaFormats.Unannounced;

    /// <summary>Ties it to a call.</summary>
    public void Bind(MediaEndpoint endpoint, MediaDirection? direction)
    {
        Endpoint = endpoint;
        Direction = direction;
    }

    /// <summary>Reads from where the next packet will be counted, so that it is in the cache by then.</summary>
    public long Touch() => Packets + Meter.Touch();

    public ArrivalOutcome Add(in RtpPacket rtp, long arrivalNs, int payloadLength)
    {
        var formats = Formats;
        var payloadType = rtp.PayloadType;
        var kind = formats.KindOf(payloadType);
        if (payloadLength == NamedEventLength && payloadType >= FirstDynamicPayloadType && !formats.IsAnnounced)
        {
            kind = RtpPacketKind.TelephoneEvent;
        }

        Packets++;
        LastPacketNs = arrivalNs;
        _tally.Count(payloadType, kind);
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
            ClockRateHz = formats.ClockRateHzOf(payloadType),
            PayloadLength = payloadLength,
            EndsTalkspurt = payloadLength < LongestSpeechPayload
                && formats[payloadType] is { } format
                && SilenceDescriptor.EndsTalkspurt(format.EncodingName, payloadLength),
        };
        var outcome = Meter.Add(arrival);
        if (outcome == ArrivalOutcome.InOrder)
        {
            _highest = rtp.SequenceNumber;
            _highestNs = arrivalNs;
        }
        else
        {
            NoteOutcome(outcome, rtp.SequenceNumber, arrivalNs);
        }

        return outcome;
    }

    private void NoteOutcome(ArrivalOutcome outcome, ushort number, long arrivalNs)
    {
        if (outcome == ArrivalOutcome.Reordered)
        {
            NoteGap(arrivalNs, arrivalNs, number, missing: 0);
        }
        else if (outcome is ArrivalOutcome.First or ArrivalOutcome.AfterGap or ArrivalOutcome.Restart)
        {
            if (outcome == ArrivalOutcome.AfterGap
                && arrivalNs - _highestNs is >= CaptureLossRule.LeastSilenceNs and <= CaptureLossRule.MostGapNs)
            {
                var first = unchecked((ushort)(_highest + 1));
                NoteGap(_highestNs, arrivalNs, first, unchecked((ushort)(number - first)));
            }

            _highest = number;
            _highestNs = arrivalNs;
        }
    }

    private void NoteGap(long fromNs, long toNs, ushort first, int missing)
    {
        var key = new StreamKey(Flow.Source, Flow.Destination, Ssrc, Meter.FirstArrivalNs / 1_000);
        LastGap = new StreamGap(0, key, fromNs, toNs, first, missing);
        HasGapNews = true;
    }

    /// <summary>The payload type that most speech packets had; else that most packets had.</summary>
    public int MainPayloadType => _tally.Main;

    /// <summary>Other payload types that a twentieth of the speech packets or more had.</summary>
    public IEnumerable<int> OtherSpeechTypes => _tally.OtherSpeech(Math.Max(1, _tally.SpeechPackets / 20));

    /// <summary>Whether nothing but events and comfort noise was seen.</summary>
    public bool HasSpeech => _tally.HasSpeech;
}
