using System.Collections.Immutable;
using VoiceQuality.Protocols.Sip;

namespace VoiceQuality.Monitor.Calls;

/// <summary>
/// The values of P-Asserted-Identity (RFC 3325 §9.1) or Remote-Party-ID in a request: the user part of each, or what
/// stands in its place, so that a header that is there without a number is still seen to be there.
/// </summary>
internal static class IdentityList
{
    private const int MaxValues = 4;

    /// <summary>At most four values, in their order; empty when there is no such header.</summary>
    public static IReadOnlyList<string> Read(in SipMessage message, ReadOnlySpan<byte> name)
    {
        List<string>? values = null;
        foreach (var header in message.Headers)
        {
            if (!header.Is(name))
            {
                continue;
            }

            var rest = header.Value;
            while (!rest.IsEmpty && (values?.Count ?? 0) < MaxValues)
            {
                var comma = EndOfFirst(rest);
                values ??= new List<string>(1);
                values.Add(ValueOf(rest[..comma]));
                rest = comma < rest.Length ? rest[(comma + 1)..] : default;
            }
        }

        return values ?? (IReadOnlyList<string>)ImmutableArray<string>.Empty;
    }

    private static string ValueOf(ReadOnlySpan<byte> text)
    {
        if (!SipNameAddr.TryParse(text, out var address))
        {
            return SipStrings.Decode(text);
        }

        return address.TryGetUri(out var uri) && !uri.User.IsEmpty
            ? SipStrings.Decode(uri.User)
            : SipStrings.Decode(address.UriText);
    }

    // A comma separates values outside quotes and angle brackets (RFC 3261 §7.3.1).
    private static int EndOfFirst(ReadOnlySpan<byte> list)
    {
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
