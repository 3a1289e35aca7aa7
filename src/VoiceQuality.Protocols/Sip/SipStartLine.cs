namespace VoiceQuality.Protocols.Sip;

/// <summary>A request line or a status line (RFC 3261 §7.1, §7.2).</summary>
internal readonly ref struct SipStartLine
{
    private SipStartLine(
        ReadOnlySpan<byte> method, ReadOnlySpan<byte> requestUri, int status, ReadOnlySpan<byte> phrase)
    {
        Method = method;
        RequestUri = requestUri;
        StatusCode = status;
        ReasonPhrase = phrase;
    }

    public ReadOnlySpan<byte> Method { get; }

    public ReadOnlySpan<byte> RequestUri { get; }

    public int StatusCode { get; }

    public ReadOnlySpan<byte> ReasonPhrase { get; }

    public static SipRejectReason TryParse(ReadOnlySpan<byte> text, out SipStartLine startLine, out int length)
    {
        startLine = default;
        length = 0;
        var lineFeed = text.IndexOf((byte)'\n');
        if (lineFeed < 0)
        {
            return SipRejectReason.StartLineCut;
        }

        length = lineFeed + 1;
        var line = SipText.TrimEnd(text[..lineFeed]);
        return SipText.StartsWithIgnoreCase(line, "SIP/"u8)
            ? ParseStatusLine(line, out startLine)
            : ParseRequestLine(line, out startLine);
    }

    private static SipRejectReason ParseStatusLine(ReadOnlySpan<byte> line, out SipStartLine startLine)
    {
        startLine = default;
        var space = line.IndexOf((byte)' ');
        var version = space < 0 ? line : line[..space];
        if (!IsVersion2(version))
        {
            return SipRejectReason.BadVersion;
        }

        var rest = SipText.TrimStart(line[version.Length..]);
        if (!SipText.TryReadNumber(rest, out var status, out var digits)
            || digits != 3
            || status is < 100 or > 699
            || (rest.Length > digits && !SipText.IsWhiteSpace(rest[digits])))
        {
            return SipRejectReason.BadStatusCode;
        }

        startLine = new SipStartLine(default, default, (int)status, SipText.Trim(rest[digits..]));
        return SipRejectReason.None;
    }

    private static SipRejectReason ParseRequestLine(ReadOnlySpan<byte> line, out SipStartLine startLine)
    {
        startLine = default;
        var space = line.IndexOf((byte)' ');
        var lastSpace = line.LastIndexOf((byte)' ');
        var version = line[(lastSpace + 1)..];
        if (space <= 0 || !SipText.StartsWithIgnoreCase(version, "SIP/"u8))
        {
            return SipRejectReason.NotSip;
        }

        if (!IsVersion2(version))
        {
            return SipRejectReason.BadVersion;
        }

        var method = line[..space];
        if (SipMethods.Find(method) == SipMethod.Unknown && !SipText.IsToken(method))
        {
            return SipRejectReason.BadMethod;
        }

        var requestUri = space < lastSpace ? SipText.Trim(line[space..lastSpace]) : default;
        if (requestUri.IsEmpty)
        {
            return SipRejectReason.MissingRequestUri;
        }

        startLine = new SipStartLine(method, requestUri, 0, default);
        return SipRejectReason.None;
    }

    private static bool IsVersion2(ReadOnlySpan<byte> version) => SipText.EqualsIgnoreCase(version, "SIP/2.0"u8);
}
