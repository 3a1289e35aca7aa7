using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;

namespace VoiceQuality.Protocols.Sip;

/// <summary>
/// Lexical rules shared by SIP headers (RFC 3261 §25.1). A fold, CR LF before white space, is white space.
/// </summary>
internal static class SipText
{
    private static readonly SearchValues<byte> TokenOctets = SearchValues.Create(
        "-.!%*_+`'~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsWhiteSpace(byte octet) =>
        octet <= ' ' && (octet is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n');

    public static bool IsDigit(byte octet) => octet is >= (byte)'0' and <= (byte)'9';

    /// <summary>Whether all octets may stand in a token.</summary>
    public static bool IsToken(ReadOnlySpan<byte> text) => !text.ContainsAnyExcept(TokenOctets);

    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text) => TrimEnd(TrimStart(text));

    public static ReadOnlySpan<byte> TrimStart(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty || text[0] > ' ')
        {
            return text;
        }

        var start = 0;
        while (start < text.Length && IsWhiteSpace(text[start]))
        {
            start++;
        }

        return text[start..];
    }

    public static ReadOnlySpan<byte> TrimEnd(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty || text[^1] > ' ')
        {
            return text;
        }

        var length = text.Length;
        while (length > 0 && IsWhiteSpace(text[length - 1]))
        {
            length--;
        }

        return text[..length];
    }

    /// <summary>The text without the line ends that it starts with.</summary>
    public static ReadOnlySpan<byte> TrimLineEnds(ReadOnlySpan<byte> text)
    {
        var start = 0;
        while (start < text.Length && (text[start] is (byte)'\r' or (byte)'\n'))
        {
            start++;
        }

        return text[start..];
    }

    public static bool EqualsIgnoreCase(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        left.Length == right.Length && (left.SequenceEqual(right) || Ascii.EqualsIgnoreCase(left, right));

    public static bool StartsWithIgnoreCase(ReadOnlySpan<byte> text, ReadOnlySpan<byte> prefix) =>
        text.Length >= prefix.Length && EqualsIgnoreCase(text[..prefix.Length], prefix);

    /// <summary>
    /// The decimal number that starts <paramref name="text"/>; false without a digit or above 2³² - 1.
    /// </summary>
    public static bool TryReadNumber(ReadOnlySpan<byte> text, out uint value, out int length)
    {
        ulong number = 0;
        length = 0;
        while (length < text.Length && IsDigit(text[length]))
        {
            number = Math.Min((number * 10) + (uint)(text[length] - '0'), 1UL << 33);
            length++;
        }

        value = (uint)number;
        return length > 0 && number <= uint.MaxValue;
    }

    /// <summary>The number that <paramref name="text"/> is, white space around it aside.</summary>
    public static bool TryParseNumber(ReadOnlySpan<byte> text, out uint value)
    {
        text = Trim(text);
        return TryReadNumber(text, out value, out var length) && length == text.Length;
    }

    /// <summary>Where <paramref name="sought"/> first stands outside of quotes and angle brackets, or -1.</summary>
    public static int IndexOutsideQuotes(ReadOnlySpan<byte> text, byte sought)
    {
        var position = 0;
        while (position < text.Length)
        {
            var step = text[position..].IndexOfAny((byte)'"', (byte)'<', sought);
            if (step < 0)
            {
                return -1;
            }

            position += step;
            if (text[position] == sought)
            {
                return position;
            }

            if (text[position] == '"')
            {
                position += QuotedLength(text[position..]);
                continue;
            }

            var close = text[position..].IndexOf((byte)'>');
            if (close < 0)
            {
                return -1;
            }

            position += close + 1;
        }

        return -1;
    }

    /// <summary>Octets of the quoted string that starts <paramref name="text"/>, both quotes counted.</summary>
    public static int QuotedLength(ReadOnlySpan<byte> text)
    {
        var position = 1;
        while (position < text.Length)
        {
            var step = text[position..].IndexOfAny((byte)'"', (byte)'\\');
            if (step < 0)
            {
                break;
            }

            position += step + 1;
            if (text[position - 1] == '"')
            {
                return position;
            }

            position++;
        }

        return text.Length;
    }

    /// <summary>The text without the quotes around it, if there are any. Escapes stay.</summary>
    public static ReadOnlySpan<byte> Unquote(ReadOnlySpan<byte> text) =>
        text.Length >= 2 && text[0] == '"' && text[^1] == '"' ? text[1..^1] : text;
}
