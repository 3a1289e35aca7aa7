using VoiceQuality.Protocols.Network;
using VoiceQuality.Protocols.Sip;

namespace VoiceQuality.Protocols.Sdp;

/// <summary>Walks the lines of a description and reads the pieces that lines share.</summary>
internal static class SdpLines
{
    /// <summary>Takes the next line off <paramref name="rest"/>, without its line end. False at the end.</summary>
    public static bool TryRead(scoped ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> line)
    {
        if (rest.IsEmpty)
        {
            line = default;
            return false;
        }

        var lineFeed = rest.IndexOf((byte)'\n');
        line = TrimEnd(lineFeed < 0 ? rest : rest[..lineFeed]);
        rest = lineFeed < 0 ? default : rest[(lineFeed + 1)..];
        return true;
    }

    /// <summary>The text without blanks and tabs around it.</summary>
    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text) => TrimEnd(TrimStart(text));

    /// <summary>Takes the next token off <paramref name="rest"/>; tokens are separated by white space.</summary>
    public static ReadOnlySpan<byte> ReadToken(scoped ref ReadOnlySpan<byte> rest)
    {
        rest = TrimStart(rest);
        var end = rest.IndexOfAny((byte)' ', (byte)'\t');
        var token = end < 0 ? rest : rest[..end];
        rest = end < 0 ? default : rest[end..];
        return token;
    }

    /// <summary>A decimal number from 0 to <paramref name="maximum"/> and nothing else.</summary>
    public static bool TryParseNumber(ReadOnlySpan<byte> text, int maximum, out int value)
    {
        value = 0;
        if (text.Length is 0 or > 10)
        {
            return false;
        }

        var number = 0L;
        foreach (var octet in text)
        {
            if (octet is < (byte)'0' or > (byte)'9')
            {
                return false;
            }

            number = (number * 10) + (octet - '0');
        }

        value = (int)Math.Min(number, maximum);
        return number <= maximum;
    }

    /// <summary>
    /// The value of attribute <paramref name="name"/> when <paramref name="line"/> is "a=name:value".
    /// </summary>
    public static bool TryGetAttribute(
        ReadOnlySpan<byte> line, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (!IsAttribute(line, name))
        {
            return false;
        }

        value = Trim(line[(name.Length + 3)..]);
        return true;
    }

    /// <summary>Whether <paramref name="line"/> is "a=name:value".</summary>
    public static bool IsAttribute(ReadOnlySpan<byte> line, ReadOnlySpan<byte> name) =>
        line.Length >= name.Length + 3
        && line[0] == 'a'
        && line[1] == '='
        && line[name.Length + 2] == ':'
        && SipText.EqualsIgnoreCase(line.Slice(2, name.Length), name);

    /// <summary>"IN IP4 192.0.2.1/127" (RFC 8866 §5.7); null for a host name or another kind of network.</summary>
    public static IpAddress128? ReadAddress(ReadOnlySpan<byte> value)
    {
        var isInternet = SipText.EqualsIgnoreCase(ReadToken(ref value), "IN"u8);
        var type = ReadToken(ref value);
        var text = ReadToken(ref value);
        var slash = text.IndexOf((byte)'/');
        text = slash < 0 ? text : text[..slash];
        return isInternet
            && (SipText.EqualsIgnoreCase(type, "IP4"u8) || SipText.EqualsIgnoreCase(type, "IP6"u8))
            && IpAddress128.TryParse(text, out var address)
                ? address
                : null;
    }

    /// <summary>The direction that <paramref name="line"/> sets, or null.</summary>
    public static SdpDirection? ReadDirection(ReadOnlySpan<byte> line) => line.Length switch
    {
        10 when SipText.EqualsIgnoreCase(line, "a=sendrecv"u8) => SdpDirection.SendRecv,
        10 when SipText.EqualsIgnoreCase(line, "a=sendonly"u8) => SdpDirection.SendOnly,
        10 when SipText.EqualsIgnoreCase(line, "a=recvonly"u8) => SdpDirection.RecvOnly,
        10 when SipText.EqualsIgnoreCase(line, "a=inactive"u8) => SdpDirection.Inactive,
        _ => null,
    };

    private static ReadOnlySpan<byte> TrimStart(ReadOnlySpan<byte> text)
    {
        var start = 0;
        while (start < text.Length && (text[start] is (byte)' ' or (byte)'\t'))
        {
            start++;
        }

        return text[start..];
    }

    // Of a line also the carriage return of its end.
    private static ReadOnlySpan<byte> TrimEnd(ReadOnlySpan<byte> text)
    {
        var length = text.Length;
        while (length > 0 && (text[length - 1] is (byte)' ' or (byte)'\t' or (byte)'\r'))
        {
            length--;
        }

        return text[..length];
    }
}
