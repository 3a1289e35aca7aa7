using VoiceQuality.Protocols.Sip;

namespace VoiceQuality.Monitor.Calls;

/// <summary>
/// The values of P-Asserted-Identity (RFC 3325 §9.1) or Remote-Party-ID in a request: the user part of each, or what
/// stands in its place, so that a header that is there without a number is still seen to be there.
/// </summary>
internal static class IdentityList
{
    private const int MaxValues = 4;

    /// <summary>Adds at most four values to the text of a call, in their order; no place without any.</summary>
    /// <param name="message">The INVITE.</param>
    /// <param name="first">The value of its first header of the name.</param>
    /// <param name="name">The name.</param>
    /// <param name="text">Where values are kept.</param>
    public static TextPlace Read(
        in SipMessage message, ReadOnlySpan<byte> first, ReadOnlySpan<byte> name, ref CallText text)
    {
        var list = default(TextPlace);
        var count = 0;
        if (!message.HasMoreIdentities)
        {
            Add(first, ref list, ref count, ref text);
            return list;
        }

        foreach (var header in message.Headers)
        {
            if (header.Is(name))
            {
                Add(header.Value, ref list, ref count, ref text);
            }
        }

        return list;
    }

    private static void Add(ReadOnlySpan<byte> rest, ref TextPlace list, ref int count, ref CallText text)
    {
        for (; !rest.IsEmpty && count < MaxValues; count++)
        {
            var comma = EndOfFirst(rest);
            list = text.AddTo(list, ValueOf(rest[..comma]));
            rest = comma < rest.Length ? rest[(comma + 1)..] : default;
        }
    }

    private static ReadOnlySpan<byte> ValueOf(ReadOnlySpan<byte> text)
    {
        if (!SipNameAddr.TryParse(text, out var address))
        {
            return text;
        }

        return address.TryGetUri(out var uri) && !uri.User.IsEmpty ? uri.User : address.UriText;
    }

    // A comma separates values outside quotes and angle brackets (RFC 3261 §7.3.1).
    private static int EndOfFirst(ReadOnlySpan<byte> list)
    {
        if (!list.Contains((byte)','))
        {
            return list.Length;
        }

        var isQuoted = false;
        var isInBrackets = false;
        for (var i = 0; i < list.Length; i++)
        {
            switch (list[i])
            {
                case (byte)'\\' when isQuoted:
                    i++;
                    break;
                case (byte)'"' when !isInBrackets:
                    isQuoted = !isQuoted;
                    break;
                case (byte)'<' when !isQuoted:
                    isInBrackets = true;
                    break;
                case (byte)'>' when !isQuoted:
                    isInBrackets = false;
                    break;
                case (byte)',' when !isQuoted && !isInBrackets:
                    return i;
            }
        }

        return list.Length;
    }
}
