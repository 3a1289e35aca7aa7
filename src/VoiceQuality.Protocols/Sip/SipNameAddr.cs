namespace VoiceQuality.Protocols.Sip;

/// <summary>
/// The value of a From, To, Contact, P-Asserted-Identity or Remote-Party-ID header: a name-addr or an addr-spec
/// with header parameters (RFC 3261 §20.10).
/// </summary>
public readonly ref struct SipNameAddr
{
    private readonly ReadOnlySpan<byte> _parameters;

    private SipNameAddr(ReadOnlySpan<byte> displayName, ReadOnlySpan<byte> uri, ReadOnlySpan<byte> parameters)
    {
        DisplayName = displayName;
        UriText = uri;
        _parameters = parameters;
    }

    /// <summary>The display name without its quotes; escapes stay. Empty when there is none.</summary>
    public ReadOnlySpan<byte> DisplayName { get; }

    /// <summary>The URI without angle brackets.</summary>
    public ReadOnlySpan<byte> UriText { get; }

    /// <summary>The header parameters, such as tag.</summary>
    public SipParameters Parameters => new(_parameters);

    /// <summary>Reads the first address of <paramref name="value"/>. False when there is no URI in it.</summary>
    public static bool TryParse(ReadOnlySpan<byte> value, out SipNameAddr address)
    {
        value = SipText.Trim(value);
        var nameLength = value.Length > 0 && value[0] == '"' ? SipText.QuotedLength(value) : 0;
        var rest = value[nameLength..];
        var open = rest.IndexOf((byte)'<');
        var first = FirstOf(rest);

        // A comma before the bracket ends a URI, but belongs to a name that someone forgot to quote: Doe, John <…>.
        if (open < 0 || (first.Length < open && first.Contains((byte)':')))
        {
            // Without angle brackets what follows a semicolon belongs to the header (RFC 3261 §20).
            var semicolon = first.IndexOf((byte)';');
            var uri = SipText.Trim(semicolon < 0 ? first : first[..semicolon]);
            address = new SipNameAddr(
                SipText.Unquote(value[..nameLength]), uri, semicolon < 0 ? default : first[semicolon..]);
            return !uri.IsEmpty;
        }

        var displayName = SipText.Unquote(SipText.Trim(value[..(nameLength + open)]));
        var inside = rest[(open + 1)..];
        var close = inside.IndexOf((byte)'>');
        var text = SipText.Trim(close < 0 ? inside : inside[..close]);
        address = new SipNameAddr(displayName, text, close < 0 ? default : FirstOf(inside[(close + 1)..]));
        return !text.IsEmpty;
    }

    /// <summary>The URI in its parts. False when it has no scheme.</summary>
    public bool TryGetUri(out SipUri uri) => SipUri.TryParse(UriText, out uri);

    private static ReadOnlySpan<byte> FirstOf(ReadOnlySpan<byte> list)
    {
        if (!list.Contains((byte)','))
        {
            return list;
        }

        var comma = SipText.IndexOutsideQuotes(list, (byte)',');
        return comma < 0 ? list : list[..comma];
    }
}
