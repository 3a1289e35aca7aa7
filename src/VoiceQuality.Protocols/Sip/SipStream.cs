namespace VoiceQuality.Protocols.Sip;

/// <summary>What the octets of a SIP connection hold next.</summary>
public enum SipStreamItem
{
    /// <summary>The message or line is not complete yet.</summary>
    Incomplete,

    /// <summary>A whole message.</summary>
    Message,

    /// <summary>No SIP message begins here, or one longer than is read.</summary>
    NotSip,
}

/// <summary>
/// Cuts what a connection carries into messages (RFC 3261 §18.3): headers up to the empty line, then as many octets as
/// Content-Length says. A message without one, which the RFC forbids here, has no body.
/// </summary>
public static class SipStream
{
    /// <summary>Longest message that is read, octets.</summary>
    public const int MaxMessageLength = SipMessage.MaxHeaderSectionLength + MaxBodyLength;

    private const int MaxBodyLength = 65_536;
    private const int MaxStartLineLength = 8_192;

    /// <summary>Looks at the start of <paramref name="octets"/>. Never throws.</summary>
    /// <param name="octets">What was received and not yet taken.</param>
    /// <param name="scanned">
    /// Octets that an earlier look found no end of headers in; 0 at first. It makes repeated looks at a growing buffer
    /// cost no more than one.
    /// </param>
    /// <param name="skip">Line ends before the message (keep-alives, RFC 5626 §3.5.1), octets.</param>
    /// <param name="length">Octets of the message after them, when it is complete.</param>
    public static SipStreamItem Next(ReadOnlySpan<byte> octets, ref int scanned, out int skip, out int length)
    {
        length = 0;
        skip = octets.IndexOfAnyExcept((byte)'\r', (byte)'\n');
        if (skip < 0)
        {
            skip = octets.Length;
            scanned = 0;
            return SipStreamItem.Incomplete;
        }

        var text = octets[skip..];
        if (!IsSipSoFar(text))
        {
            return SipStreamItem.NotSip;
        }

        var from = Math.Clamp(scanned - skip - 3, 0, text.Length);
        var end = text[from..].IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            scanned = octets.Length;
            return text.Length > SipMessage.MaxHeaderSectionLength ? SipStreamItem.NotSip : SipStreamItem.Incomplete;
        }

        var headerLength = from + end + 4;
        scanned = skip + from + end;
        var bodyLength = BodyLength(text[..headerLength]);
        if (headerLength > SipMessage.MaxHeaderSectionLength || bodyLength > MaxBodyLength)
        {
            return SipStreamItem.NotSip;
        }

        if (text.Length - headerLength < bodyLength)
        {
            return SipStreamItem.Incomplete;
        }

        length = headerLength + (int)bodyLength;
        return SipStreamItem.Message;
    }

    // Until the first line is whole only its length can say that this is something else.
    private static bool IsSipSoFar(ReadOnlySpan<byte> text) => text.Contains((byte)'\n')
        ? SipSniffer.LooksLikeSip(text)
        : text.Length <= MaxStartLineLength && (SipText.IsToken(text[..1]) || text[0] == '/');

    private static uint BodyLength(ReadOnlySpan<byte> headers)
    {
        while (true)
        {
            var lineFeed = headers.IndexOf((byte)'\n');
            if (lineFeed < 0)
            {
                return 0;
            }

            headers = headers[(lineFeed + 1)..];
            var colon = headers.IndexOf((byte)':');
            if (colon < 0)
            {
                return 0;
            }

            var name = SipText.Trim(headers[..colon]);
            if (SipText.EqualsIgnoreCase(name, "Content-Length"u8) || SipText.EqualsIgnoreCase(name, "l"u8))
            {
                var lineEnd = headers.IndexOf((byte)'\n');
                return lineEnd > colon && SipText.TryParseNumber(headers[(colon + 1)..lineEnd], out var length)
                    ? length
                    : 0;
            }
        }
    }
}
