using VoiceQuality.Protocols.Network;

namespace VoiceQuality.Protocols.Sdp;

/// <summary>
/// A view of a session description (RFC 8866): the facts of offer and answer (RFC 3264) that media is found by.
/// It borrows the octets. Lines that real endpoints leave out, such as o=, s= and t=, are not asked for.
/// </summary>
public readonly ref struct SdpSession
{
    /// <summary>Media descriptions that are read; the others are passed over.</summary>
    public const int MaxMedia = 64;

    private readonly ReadOnlySpan<byte> _mediaSections;

    private SdpSession(
        ReadOnlySpan<byte> mediaSections, ReadOnlySpan<byte> origin, IpAddress128? address, SdpDirection direction)
    {
        _mediaSections = mediaSections;
        Origin = origin;
        ConnectionAddress = address;
        Direction = direction;
    }

    /// <summary>The value of the o= line, empty without one. Equal origins mean an unchanged description.</summary>
    public ReadOnlySpan<byte> Origin { get; }

    /// <summary>The address of the session's c= line; null without one or when it is a host name.</summary>
    public IpAddress128? ConnectionAddress { get; }

    /// <summary>The direction on session level; sendrecv when nothing is said.</summary>
    public SdpDirection Direction { get; }

    /// <summary>The media descriptions in their order, at most <see cref="MaxMedia"/>.</summary>
    public SdpMediaList Media => new(_mediaSections, ConnectionAddress, Direction);

    /// <summary>Reads a description. Never throws.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out SdpSession session, out SdpRejectReason reason)
    {
        session = default;
        var rest = Sip.SipText.TrimLineEnds(text);
        if (!SdpLines.TryRead(ref rest, out var line))
        {
            reason = SdpRejectReason.Empty;
            return false;
        }

        if (!line.SequenceEqual("v=0"u8))
        {
            reason = SdpRejectReason.VersionIsNotFirst;
            return false;
        }

        ReadOnlySpan<byte> origin = default;
        IpAddress128? address = null;
        var hasConnection = false;
        SdpDirection? direction = null;
        while (!rest.StartsWith("m="u8) && SdpLines.TryRead(ref rest, out line))
        {
            if (line.StartsWith("c="u8) && !hasConnection)
            {
                hasConnection = true;
                address = SdpLines.ReadAddress(line[2..]);
            }
            else if (line.StartsWith("o="u8) && origin.IsEmpty)
            {
                origin = line[2..];
            }
            else
            {
                direction ??= SdpLines.ReadDirection(line);
            }
        }

        session = new SdpSession(rest, origin, address, direction ?? SdpDirection.SendRecv);
        reason = SdpRejectReason.None;
        return true;
    }
}

/// <summary>The media descriptions of a session.</summary>
public readonly ref struct SdpMediaList
{
    private readonly ReadOnlySpan<byte> _sections;
    private readonly IpAddress128? _sessionAddress;
    private readonly SdpDirection _sessionDirection;

    internal SdpMediaList(ReadOnlySpan<byte> sections, IpAddress128? sessionAddress, SdpDirection sessionDirection)
    {
        _sections = sections;
        _sessionAddress = sessionAddress;
        _sessionDirection = sessionDirection;
    }

    public Enumerator GetEnumerator() => new(this);

    /// <summary>Walks the sections once, at most <see cref="SdpSession.MaxMedia"/>.</summary>
    public ref struct Enumerator
    {
        private readonly SdpMediaList _list;
        private ReadOnlySpan<byte> _rest;
        private int _count;

        internal Enumerator(SdpMediaList list)
        {
            _list = list;
            _rest = list._sections;
            Current = default;
        }

        public SdpMedia Current { get; private set; }

        public bool MoveNext()
        {
            if (_count == SdpSession.MaxMedia || !SdpLines.TryRead(ref _rest, out var mediaLine))
            {
                return false;
            }

            // `_rest` starts behind an m= line; the section runs to the next one.
            _count++;
            Current = SdpMedia.Read(mediaLine[2..], ref _rest, _list._sessionAddress, _list._sessionDirection);
            return true;
        }
    }
}
