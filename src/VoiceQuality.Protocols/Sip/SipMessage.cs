namespace VoiceQuality.Protocols.Sip;

/// <summary>
/// A view of one SIP message in a datagram (RFC 3261 §7). It borrows the datagram and copies nothing.
/// </summary>
public readonly ref struct SipMessage
{
    /// <summary>Header lines that are read; a message with more is rejected.</summary>
    public const int MaxHeaderLines = 256;

    /// <summary>Octets of the header section that are read; a message with more is rejected.</summary>
    public const int MaxHeaderSectionLength = 65_536;

    private readonly SipStartLine _startLine;
    private readonly SipHeaderIndex _index;
    private readonly ReadOnlySpan<byte> _headerSection;

    private SipMessage(
        scoped in SipStartLine startLine,
        scoped in SipHeaderIndex index,
        ReadOnlySpan<byte> headerSection,
        ReadOnlySpan<byte> afterHeaders)
    {
        _startLine = startLine;
        _index = index;
        _headerSection = headerSection;

        // RFC 3261 §18.3: without a usable Content-Length the body runs to the end of the datagram.
        var hasLength = SipText.TryParseNumber(index.ContentLength.In(headerSection), out var length);
        ContentLength = hasLength ? length : null;
        IsContentLengthInvalid = index.HasContentLength && !hasLength;
        IsTruncated = !index.IsComplete || (hasLength && length > (uint)afterHeaders.Length);
        ToTag = Tag(index.To.In(headerSection));
        Branch = SipVia.BranchOf(index.TopVia.In(headerSection));
        Body = hasLength && length < (uint)afterHeaders.Length ? afterHeaders[..(int)length] : afterHeaders;
        Method = startLine.StatusCode == 0 ? SipMethods.Find(startLine.Method) : SipMethod.Unknown;
        CSeqMethod = SipMethods.Find(index.CSeqMethod.In(headerSection));
    }

    public bool IsRequest => _startLine.StatusCode == 0;

    /// <summary>The method of a request; for a response that of its CSeq, see <see cref="CSeqMethod"/>.</summary>
    public SipMethod Method { get; }

    /// <summary>The method of a request as written; empty for a response.</summary>
    public ReadOnlySpan<byte> MethodSpan => _startLine.Method;

    /// <summary>The request URI; empty for a response.</summary>
    public ReadOnlySpan<byte> RequestUri => _startLine.RequestUri;

    /// <summary>100 to 699 for a response, 0 for a request.</summary>
    public int StatusCode => _startLine.StatusCode;

    /// <summary>The reason phrase of a response, which may be empty.</summary>
    public ReadOnlySpan<byte> ReasonPhrase => _startLine.ReasonPhrase;

    public ReadOnlySpan<byte> CallId => _index.CallId.In(_headerSection);

    /// <summary>The From value as written; see <see cref="SipNameAddr"/>.</summary>
    public ReadOnlySpan<byte> From => _index.From.In(_headerSection);

    public ReadOnlySpan<byte> To => _index.To.In(_headerSection);

    /// <summary>The first Contact header, empty without one.</summary>
    public ReadOnlySpan<byte> Contact => _index.Contact.In(_headerSection);

    /// <summary>Empty without one, as are the following.</summary>
    public ReadOnlySpan<byte> ContentType => _index.ContentType.In(_headerSection);

    public ReadOnlySpan<byte> UserAgent => _index.UserAgent.In(_headerSection);

    public ReadOnlySpan<byte> Server => _index.Server.In(_headerSection);

    /// <summary>The first Reason header (RFC 3326); see <see cref="SipReason"/>.</summary>
    public ReadOnlySpan<byte> Reason => _index.Reason.In(_headerSection);

    public ReadOnlySpan<byte> PAssertedIdentity => _index.PAssertedIdentity.In(_headerSection);

    public ReadOnlySpan<byte> RemotePartyId => _index.RemotePartyId.In(_headerSection);

    /// <summary>True when P-Asserted-Identity or Remote-Party-ID is there more than once.</summary>
    public bool HasMoreIdentities => _index.HasMoreIdentities;

    /// <summary>The tag of the From header, empty without one.</summary>
    public ReadOnlySpan<byte> FromTag => Tag(From);

    /// <summary>The tag of the To header, empty before the dialog has one.</summary>
    public ReadOnlySpan<byte> ToTag { get; }

    /// <summary>0 to 2³² - 1. RFC 3261 §8.1.1.5 allows less than 2³¹; more is used as written.</summary>
    public uint CSeqNumber => _index.CSeqNumber;

    public SipMethod CSeqMethod { get; }

    public ReadOnlySpan<byte> CSeqMethodSpan => _index.CSeqMethod.In(_headerSection);

    /// <summary>The topmost Via value.</summary>
    public SipVia TopVia => SipVia.TryParse(_index.TopVia.In(_headerSection), out var via) ? via : default;

    /// <summary>The branch of the topmost Via, empty without one.</summary>
    public ReadOnlySpan<byte> Branch { get; }

    /// <summary>All header fields, in their order.</summary>
    public SipHeaders Headers => new(_headerSection);

    /// <summary>All Via values from the topmost, over lines and commas.</summary>
    public SipVias Vias => new(_headerSection);

    /// <summary>The value of Content-Length in octets; null when absent or no number.</summary>
    public uint? ContentLength { get; }

    /// <summary>True when there is a Content-Length that is no number; the body then runs to the end.</summary>
    public bool IsContentLengthInvalid { get; }

    /// <summary>True when an empty line ends the headers.</summary>
    public bool HasHeaderEnd => _index.IsComplete;

    /// <summary>True when the headers have no end or the body is shorter than Content-Length.</summary>
    public bool IsTruncated { get; }

    /// <summary>The body, as far as it is there.</summary>
    public ReadOnlySpan<byte> Body { get; }

    /// <summary>
    /// Reads one message that starts <paramref name="datagram"/>, line ends before it aside. Never throws.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> datagram, out SipMessage message, out SipRejectReason reason)
    {
        message = default;
        var text = SipText.TrimLineEnds(datagram);
        if (text.IsEmpty)
        {
            reason = SipRejectReason.Empty;
            return false;
        }

        reason = SipStartLine.TryParse(text, out var startLine, out var afterStartLine);
        if (reason != SipRejectReason.None)
        {
            return false;
        }

        var section = text[afterStartLine..];
        reason = SipHeaderIndex.Build(section, out var index);
        if (reason != SipRejectReason.None)
        {
            return false;
        }

        var body = index.IsComplete ? section[index.SectionLength..] : default;
        message = new SipMessage(startLine, index, section[..index.SectionLength], body);
        return true;
    }

    private static ReadOnlySpan<byte> TagName => ";tag="u8;

    private static ReadOnlySpan<byte> Tag(ReadOnlySpan<byte> value)
    {
        // Nearly all are "name <uri>" or "name <uri>;tag=token", the name in quotes or not, which need no walk.
        var rest = value.Length > 0 && value[0] == '"' ? value[SipText.QuotedLength(value)..] : value;
        var open = rest.IndexOf((byte)'<');
        var close = rest.IndexOf((byte)'>');
        if (open >= 0 && close > open + 1 && rest[open + 1] > ' ' && !rest.ContainsAny((byte)'"', (byte)','))
        {
            rest = rest[(close + 1)..];
            if (rest.IsEmpty)
            {
                return default;
            }

            if (rest.Length > TagName.Length && rest.StartsWith(TagName) && SipText.IsToken(rest[TagName.Length..]))
            {
                return rest[TagName.Length..];
            }
        }

        return SipNameAddr.TryParse(value, out var address) && address.Parameters.TryGet("tag"u8, out var tag)
            ? tag
            : default;
    }
}
