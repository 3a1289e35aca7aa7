using System.Buffers.Text;
using VoiceQuality.Protocols.Network;
using VoiceQuality.Protocols.Sip;

namespace VoiceQuality.Protocols.Sdp;

/// <summary>A source and the one that sends its packets again (RFC 4588 §4.2, RFC 5576).</summary>
/// <param name="Media">SSRC of the media.</param>
/// <param name="Retransmission">SSRC of its retransmission.</param>
public readonly record struct SdpRetransmissionGroup(uint Media, uint Retransmission);

/// <summary>A view of one media description: an m= line and the lines up to the next one.</summary>
public readonly ref struct SdpMedia
{
    private readonly ReadOnlySpan<byte> _section;
    private readonly SectionFacts _facts;

    private SdpMedia(
        ReadOnlySpan<byte> section,
        scoped in SectionFacts facts,
        ReadOnlySpan<byte> transport,
        ReadOnlySpan<byte> formats)
    {
        _section = section;
        _facts = facts;
        TransportSpan = transport;
        FormatsText = formats;
    }

    public SdpMediaKind Kind { get; private init; }

    /// <summary>The port that media is wanted on; 0 refuses it (RFC 3264 §6).</summary>
    public int Port { get; private init; }

    /// <summary>True when the m= line has no port from 0 to 65,535; <see cref="Port"/> is then 0.</summary>
    public bool IsPortInvalid { get; private init; }

    /// <summary>Number of ports (RFC 8866 §5.14), 1 when not written.</summary>
    public int PortCount { get; private init; }

    /// <summary>True when the medium is neither refused nor unusable.</summary>
    public bool IsAccepted => Port != 0;

    public ReadOnlySpan<byte> TransportSpan { get; }

    public SdpTransport Transport { get; private init; }

    /// <summary>The format tokens of the m= line as written.</summary>
    public ReadOnlySpan<byte> FormatsText { get; }

    /// <summary>The address of the medium's own c= line, else of the session's; null when a host name.</summary>
    public IpAddress128? ConnectionAddress { get; private init; }

    /// <summary>The medium's own direction, else the session's.</summary>
    public SdpDirection Direction { get; private init; }

    /// <summary>
    /// True when the describing side does not want media: sendonly, inactive or address 0.0.0.0 or "::".
    /// </summary>
    public bool IsHold => Direction is SdpDirection.SendOnly or SdpDirection.Inactive
        || ConnectionAddress is { IsUnspecified: true };

    /// <summary>a=ptime in milliseconds, 1 to 10,000; null when absent or outside.</summary>
    public int? PtimeMs => _facts.PtimeMs;

    /// <summary>a=maxptime in milliseconds, 1 to 10,000; null when absent or outside.</summary>
    public int? MaxPtimeMs => _facts.MaxPtimeMs;

    /// <summary>The RTCP port: a=rtcp (RFC 3605), else the port after <see cref="Port"/>; null when refused.</summary>
    public int? RtcpPort =>
        Port == 0 ? null : _facts.RtcpPort ?? (Port < ushort.MaxValue ? Port + 1 : null);

    /// <summary>The RTCP address: a=rtcp with an address, else <see cref="ConnectionAddress"/>.</summary>
    public IpAddress128? RtcpAddress => _facts.RtcpAddress ?? ConnectionAddress;

    /// <summary>a=rtcp-mux (RFC 5761): RTCP may use the RTP port.</summary>
    public bool RtcpMux => _facts.RtcpMux;

    /// <summary>The RTP payload types of the m= line in their order of preference.</summary>
    public SdpFormats Formats => new(FormatsText, _section);

    /// <summary>
    /// Copies the lines that <see cref="Formats"/> are read from: two descriptions with the same copy have the same
    /// formats, whatever their addresses.
    /// </summary>
    /// <param name="destination">Room for the copy.</param>
    /// <param name="written">Octets written.</param>
    /// <returns>False when there is too little room.</returns>
    public bool TryCopyFormatLines(Span<byte> destination, out int written)
    {
        written = 0;
        if (!Append(FormatsText, destination, ref written))
        {
            return false;
        }

        // Nearly always they follow one another.
        if (_facts.AreFormatsTogether)
        {
            return Append(_section[_facts.FormatsStart.._facts.FormatsEnd], destination, ref written);
        }

        var rest = _section;
        while (SdpLines.TryRead(ref rest, out var line))
        {
            if ((SdpLines.IsAttribute(line, "rtpmap"u8) || SdpLines.IsAttribute(line, "fmtp"u8))
                && !Append(line, destination, ref written))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// Whether the payloads are, or may be, encrypted: a transport of SRTP, or keys for it beside a plain one (RFC
    /// 4568, RFC 5763).
    /// </summary>
    public bool IsSecure => _facts.HasKeys || Transport is SdpTransport.RtpSavp or SdpTransport.RtpSavpf
        or SdpTransport.UdpTlsRtpSavp or SdpTransport.UdpTlsRtpSavpf;

    /// <summary>
    /// The sources of the describing side whose packets another of its sources sends again: <c>a=ssrc-group:FID</c>
    /// (RFC 5576 §4.2) with two members.
    /// </summary>
    /// <param name="groups">Room for them; further ones are left out.</param>
    /// <returns>How many there are.</returns>
    public int ReadRetransmissionGroups(Span<SdpRetransmissionGroup> groups)
    {
        var count = 0;
        var rest = _facts.HasSourceGroups ? _section : default;
        while (count < groups.Length && SdpLines.TryRead(ref rest, out var line))
        {
            if (SdpLines.TryGetAttribute(line, "ssrc-group"u8, out var value)
                && SipText.EqualsIgnoreCase(SdpLines.ReadToken(ref value), "FID"u8)
                && TryReadSource(ref value, out var media)
                && TryReadSource(ref value, out var again)
                && SdpLines.ReadToken(ref value).IsEmpty)
            {
                groups[count++] = new SdpRetransmissionGroup(media, again);
            }
        }

        return count;
    }

    private static bool TryReadSource(ref ReadOnlySpan<byte> text, out uint source)
    {
        var token = SdpLines.ReadToken(ref text);
        return Utf8Parser.TryParse(token, out source, out var used) && used == token.Length;
    }

    /// <summary>Reads the section that starts <paramref name="rest"/>, and takes it off.</summary>
    internal static SdpMedia Read(
        ReadOnlySpan<byte> mediaLine,
        scoped ref ReadOnlySpan<byte> rest,
        IpAddress128? sessionAddress,
        SdpDirection sessionDirection)
    {
        var kind = ReadKind(SdpLines.ReadToken(ref mediaLine));
        var portToken = SdpLines.ReadToken(ref mediaLine);
        var slash = portToken.IndexOf((byte)'/');
        var portText = slash < 0 ? portToken : portToken[..slash];
        var hasPort = SdpLines.TryParseNumber(portText, ushort.MaxValue, out var port);
        port = hasPort ? port : 0;
        var hasCount = SdpLines.TryParseNumber(
            slash < 0 ? default : portToken[(slash + 1)..], ushort.MaxValue, out var portCount);
        var transport = SdpLines.ReadToken(ref mediaLine);
        var section = rest;
        var facts = ReadSection(ref rest);
        return new SdpMedia(section[..^rest.Length], facts, transport, SdpLines.Trim(mediaLine))
        {
            Kind = kind,
            Port = port,
            IsPortInvalid = !hasPort,
            PortCount = hasCount && portCount > 0 ? portCount : 1,
            Transport = ReadTransport(transport),
            ConnectionAddress = facts.HasConnection ? facts.Address : sessionAddress,
            Direction = facts.Direction ?? sessionDirection,
        };
    }

    private static bool Append(ReadOnlySpan<byte> line, Span<byte> destination, ref int written)
    {
        if (line.Length >= destination.Length - written)
        {
            return false;
        }

        line.CopyTo(destination[written..]);
        written += line.Length;
        destination[written++] = (byte)'\n';
        return true;
    }

    private static SectionFacts ReadSection(scoped ref ReadOnlySpan<byte> rest)
    {
        var facts = new SectionFacts { AreFormatsTogether = true };
        var length = rest.Length;
        while (!rest.StartsWith("m="u8))
        {
            var start = length - rest.Length;
            if (!SdpLines.TryRead(ref rest, out var line))
            {
                break;
            }

            if (line.Length > 2 && line[0] == 'a' && line[1] == '=')
            {
                ReadAttribute(line, start, start + line.Length, ref facts);
            }
            else if (line.StartsWith("c="u8))
            {
                facts.Address = facts.HasConnection ? facts.Address : SdpLines.ReadAddress(line[2..]);
                facts.HasConnection = true;
            }
        }

        return facts;
    }

    private static void ReadAttribute(ReadOnlySpan<byte> line, int start, int end, ref SectionFacts facts)
    {
        ReadOnlySpan<byte> value;
        switch (line[2] | 0x20)
        {
            case 'r' when SdpLines.IsAttribute(line, "rtpmap"u8):
            case 'f' when SdpLines.IsAttribute(line, "fmtp"u8):
                facts.AddFormatLine(start, end);
                break;
            case 'r' when SdpLines.TryGetAttribute(line, "rtcp"u8, out value):
                facts.RtcpPort = SdpLines.TryParseNumber(SdpLines.ReadToken(ref value), ushort.MaxValue, out var port)
                    && port > 0 ? port : null;
                facts.RtcpAddress = SdpLines.ReadAddress(value);
                break;
            case 'r' when SipText.EqualsIgnoreCase(line, "a=rtcp-mux"u8):
                facts.RtcpMux = true;
                break;
            case 'p' when SdpLines.TryGetAttribute(line, "ptime"u8, out value):
                facts.PtimeMs ??= ReadMilliseconds(value);
                break;
            case 'm' when SdpLines.TryGetAttribute(line, "maxptime"u8, out value):
                facts.MaxPtimeMs ??= ReadMilliseconds(value);
                break;
            case 'c' when SdpLines.IsAttribute(line, "crypto"u8):
            case 'f' when SdpLines.IsAttribute(line, "fingerprint"u8):
                facts.HasKeys = true;
                break;
            case 's' when SdpLines.IsAttribute(line, "ssrc-group"u8):
                facts.HasSourceGroups = true;
                break;
            case 's' or 'r' or 'i':
                facts.Direction ??= SdpLines.ReadDirection(line);
                break;
        }
    }

    // Some endpoints write "20.0"; a fraction says nothing about how many packets come.
    private static int? ReadMilliseconds(ReadOnlySpan<byte> value)
    {
        var point = value.IndexOf((byte)'.');
        return SdpLines.TryParseNumber(point < 0 ? value : value[..point], 10_000, out var number) && number > 0
            ? number
            : null;
    }

    private static SdpMediaKind ReadKind(ReadOnlySpan<byte> text) => text.Length switch
    {
        5 when SipText.EqualsIgnoreCase(text, "audio"u8) => SdpMediaKind.Audio,
        5 when SipText.EqualsIgnoreCase(text, "video"u8) => SdpMediaKind.Video,
        5 when SipText.EqualsIgnoreCase(text, "image"u8) => SdpMediaKind.Image,
        4 when SipText.EqualsIgnoreCase(text, "text"u8) => SdpMediaKind.Text,
        11 when SipText.EqualsIgnoreCase(text, "application"u8) => SdpMediaKind.Application,
        7 when SipText.EqualsIgnoreCase(text, "message"u8) => SdpMediaKind.Message,
        _ => SdpMediaKind.Other,
    };

    private static SdpTransport ReadTransport(ReadOnlySpan<byte> text) => text.Length switch
    {
        7 when SipText.EqualsIgnoreCase(text, "RTP/AVP"u8) => SdpTransport.RtpAvp,
        8 when SipText.EqualsIgnoreCase(text, "RTP/SAVP"u8) => SdpTransport.RtpSavp,
        8 when SipText.EqualsIgnoreCase(text, "RTP/AVPF"u8) => SdpTransport.RtpAvpf,
        9 when SipText.EqualsIgnoreCase(text, "RTP/SAVPF"u8) => SdpTransport.RtpSavpf,
        16 when SipText.EqualsIgnoreCase(text, "UDP/TLS/RTP/SAVP"u8) => SdpTransport.UdpTlsRtpSavp,
        17 when SipText.EqualsIgnoreCase(text, "UDP/TLS/RTP/SAVPF"u8) => SdpTransport.UdpTlsRtpSavpf,
        5 when SipText.EqualsIgnoreCase(text, "udptl"u8) => SdpTransport.Udptl,
        _ => SdpTransport.Other,
    };

    private struct SectionFacts
    {
        public bool HasConnection;
        public IpAddress128? Address;
        public SdpDirection? Direction;
        public int? PtimeMs;
        public int? MaxPtimeMs;
        public int? RtcpPort;
        public IpAddress128? RtcpAddress;
        public bool RtcpMux;

        /// <summary>Keys for SRTP, in the lines or agreed on in the media.</summary>
        public bool HasKeys;
        public bool HasSourceGroups;

        /// <summary>The lines that say what payload types are, and whether nothing stands between them.</summary>
        public bool AreFormatsTogether;
        public int FormatsStart;
        public int FormatsEnd;

        public void AddFormatLine(int start, int end)
        {
            // Behind the line before there are its line end and, hardly ever, blanks.
            AreFormatsTogether &= FormatsEnd == 0 || start - FormatsEnd <= 2;
            FormatsStart = FormatsEnd == 0 ? start : FormatsStart;
            FormatsEnd = end;
        }
    }
}
