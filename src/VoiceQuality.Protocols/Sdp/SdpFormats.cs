using System.Runtime.CompilerServices;

namespace VoiceQuality.Protocols.Sdp;

/// <summary>One RTP payload type of an m= line, with what rtpmap, fmtp or RFC 3551 say of it.</summary>
public readonly ref struct SdpFormat
{
    internal SdpFormat(
        byte payloadType, ReadOnlySpan<byte> name, int? clockRateHz, int? channels, ReadOnlySpan<byte> fmtp)
    {
        PayloadType = payloadType;
        EncodingName = name;
        ClockRateHz = clockRateHz;
        Channels = channels;
        Fmtp = fmtp;
    }

    /// <summary>0 to 127.</summary>
    public byte PayloadType { get; }

    /// <summary>The encoding name as written; empty when neither rtpmap nor RFC 3551 names it.</summary>
    public ReadOnlySpan<byte> EncodingName { get; }

    /// <summary>RTP timestamp ticks per second, 1 to 1,000,000; null when unknown.</summary>
    public int? ClockRateHz { get; }

    /// <summary>Audio channels; 1 when rtpmap does not say, null when the format is unknown.</summary>
    public int? Channels { get; }

    /// <summary>Format parameters (a=fmtp), empty without.</summary>
    public ReadOnlySpan<byte> Fmtp { get; }
}

/// <summary>The RTP payload types of a media description. Tokens that are no payload type are passed over.</summary>
public readonly ref struct SdpFormats
{
    /// <summary>Payload types that are read: as many as there are.</summary>
    public const int MaxFormats = 128;

    private readonly ReadOnlySpan<byte> _tokens;
    private readonly ReadOnlySpan<byte> _section;

    internal SdpFormats(ReadOnlySpan<byte> tokens, ReadOnlySpan<byte> section)
    {
        _tokens = tokens;
        _section = section;
    }

    public Enumerator GetEnumerator() => new(_tokens, _section);

    /// <summary>Walks the tokens; the attributes are indexed once, so the time is linear in the octets.</summary>
    public ref struct Enumerator
    {
        private const int MaxClockRateHz = 1_000_000;

        private readonly ReadOnlySpan<byte> _section;
        private AttributeIndex _rtpmap;
        private AttributeIndex _fmtp;
        private ReadOnlySpan<byte> _tokens;
        private int _count;

        internal Enumerator(ReadOnlySpan<byte> tokens, ReadOnlySpan<byte> section)
        {
            _section = section;
            _tokens = tokens;
            Current = default;
            var rest = section;
            while (SdpLines.TryRead(ref rest, out var line))
            {
                if (SdpLines.TryGetAttribute(line, "rtpmap"u8, out var value))
                {
                    AddTo(ref _rtpmap, value);
                }
                else if (SdpLines.TryGetAttribute(line, "fmtp"u8, out value))
                {
                    AddTo(ref _fmtp, value);
                }
            }
        }

        public SdpFormat Current { get; private set; }

        public bool MoveNext()
        {
            while (_count < MaxFormats && !_tokens.IsEmpty)
            {
                var token = SdpLines.ReadToken(ref _tokens);
                if (SdpLines.TryParseNumber(token, 127, out var payloadType))
                {
                    _count++;
                    Current = Describe((byte)payloadType);
                    return true;
                }
            }

            return false;
        }

        // Keeps where the value of the first such line starts and ends, as start << 32 | end, never 0.
        private readonly void AddTo(ref AttributeIndex index, ReadOnlySpan<byte> value)
        {
            if (!SdpLines.TryParseNumber(SdpLines.ReadToken(ref value), 127, out var payloadType)
                || index[payloadType] != 0)
            {
                return;
            }

            value = SdpLines.Trim(value);
            if (_section.Overlaps(value, out var start))
            {
                index[payloadType] = ((long)start << 32) | (uint)(start + value.Length);
            }
        }

        private readonly ReadOnlySpan<byte> ValueOf(long entry) =>
            _section[(int)(entry >> 32)..(int)(uint)entry];

        private readonly SdpFormat Describe(byte payloadType)
        {
            var fmtp = ValueOf(_fmtp[payloadType]);
            var map = ValueOf(_rtpmap[payloadType]);
            if (map.IsEmpty)
            {
                return StaticPayloadTypes.Find(payloadType) is { } known
                    ? new SdpFormat(payloadType, known.EncodingNameSpan, known.ClockRateHz, known.Channels, fmtp)
                    : new SdpFormat(payloadType, default, null, null, fmtp);
            }

            // "opus/48000/2"
            var slash = map.IndexOf((byte)'/');
            var name = slash < 0 ? map : map[..slash];
            var rate = slash < 0 ? default : map[(slash + 1)..];
            slash = rate.IndexOf((byte)'/');
            var hasChannels = SdpLines.TryParseNumber(slash < 0 ? default : rate[(slash + 1)..], 255, out var channels);
            var hasRate = SdpLines.TryParseNumber(
                slash < 0 ? rate : rate[..slash], MaxClockRateHz, out var clockRateHz);
            return new SdpFormat(
                payloadType,
                SdpLines.Trim(name),
                hasRate && clockRateHz > 0 ? clockRateHz : null,
                hasChannels && channels > 0 ? channels : 1,
                fmtp);
        }
    }

    /// <summary>One number for each payload type.</summary>
    [InlineArray(MaxFormats)]
    private struct AttributeIndex
    {
        private long _first;
    }
}
