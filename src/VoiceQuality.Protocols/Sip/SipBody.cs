namespace VoiceQuality.Protocols.Sip;

/// <summary>Finds a part in a message body, also in multipart/* bodies (RFC 2046 §5.1, RFC 5621).</summary>
public static class SipBody
{
    /// <summary>Parts of one multipart body that are looked at.</summary>
    public const int MaxParts = 32;

    /// <summary>How deep multipart bodies may nest.</summary>
    public const int MaxDepth = 3;

    /// <summary>Finds the session description of <paramref name="message"/>.</summary>
    public static bool TryFindSdp(SipMessage message, out ReadOnlySpan<byte> sdp) =>
        TryFindPart(message.ContentType, message.Body, "application/sdp"u8, out sdp);

    /// <summary>
    /// Finds the first part of type <paramref name="wanted"/>. A body without a type that starts "v=0" counts as
    /// application/sdp: real endpoints send it.
    /// </summary>
    /// <param name="contentType">The value of Content-Type, possibly empty.</param>
    /// <param name="body">The body.</param>
    /// <param name="wanted">A media type without parameters.</param>
    /// <param name="part">The part, borrowed from the body.</param>
    public static bool TryFindPart(
        ReadOnlySpan<byte> contentType,
        ReadOnlySpan<byte> body,
        ReadOnlySpan<byte> wanted,
        out ReadOnlySpan<byte> part) =>
        TryFindPart(contentType, body, wanted, MaxDepth, out part);

    private static bool TryFindPart(
        ReadOnlySpan<byte> contentType,
        ReadOnlySpan<byte> body,
        ReadOnlySpan<byte> wanted,
        int depth,
        out ReadOnlySpan<byte> part)
    {
        part = default;
        if (body.IsEmpty)
        {
            return false;
        }

        var semicolon = contentType.IndexOf((byte)';');
        var mediaType = SipText.Trim(semicolon < 0 ? contentType : contentType[..semicolon]);
        if (SipText.EqualsIgnoreCase(mediaType, wanted)
            || (mediaType.IsEmpty && body.StartsWith("v=0"u8) && wanted.SequenceEqual("application/sdp"u8)))
        {
            part = body;
            return true;
        }

        var parameters = new SipParameters(semicolon < 0 ? default : contentType[semicolon..]);
        return depth > 0
            && SipText.StartsWithIgnoreCase(mediaType, "multipart/"u8)
            && parameters.TryGet("boundary"u8, out var boundary)
            && boundary.Length is > 0 and <= 70
            && TryWalkParts(body, boundary, wanted, depth, out part);
    }

    private static bool TryWalkParts(
        ReadOnlySpan<byte> body,
        ReadOnlySpan<byte> boundary,
        ReadOnlySpan<byte> wanted,
        int depth,
        out ReadOnlySpan<byte> part)
    {
        part = default;
        if (!TrySkipDelimiter(ref body, boundary, out _, out var isLast))
        {
            return false;
        }

        for (var parts = 0; parts < MaxParts && !isLast; parts++)
        {
            // A body that the datagram cuts has no last delimiter; what is there is the part.
            if (!TrySkipDelimiter(ref body, boundary, out var content, out isLast))
            {
                content = body;
                isLast = true;
            }

            var headers = new SipHeaders(content).GetEnumerator();
            ReadOnlySpan<byte> contentType = default;
            while (headers.MoveNext())
            {
                if (headers.Current.Is("Content-Type"u8, "c"u8))
                {
                    contentType = headers.Current.Value;
                }
            }

            if (headers.IsComplete
                && TryFindPart(contentType, content[headers.Position..], wanted, depth - 1, out part))
            {
                return true;
            }
        }

        return false;
    }

    // Moves behind the line "--boundary" and gives what was before it, without the line end that belongs to it.
    private static bool TrySkipDelimiter(
        scoped ref ReadOnlySpan<byte> body,
        scoped ReadOnlySpan<byte> boundary,
        out ReadOnlySpan<byte> before,
        out bool isLast)
    {
        var position = 0;
        while (position < body.Length)
        {
            var rest = body[position..];
            var lineFeed = rest.IndexOf((byte)'\n');
            var next = lineFeed < 0 ? body.Length : position + lineFeed + 1;
            if (rest.StartsWith("--"u8) && rest[2..].StartsWith(boundary))
            {
                var tail = SipText.Trim(body[(position + 2 + boundary.Length)..next]);
                if (tail.IsEmpty || tail.StartsWith("--"u8))
                {
                    isLast = !tail.IsEmpty;
                    before = body[..position];
                    before = before.EndsWith("\n"u8) ? before[..^1] : before;
                    before = before.EndsWith("\r"u8) ? before[..^1] : before;
                    body = body[next..];
                    return true;
                }
            }

            position = next;
        }

        before = default;
        isLast = false;
        return false;
    }
}
