namespace VoiceQuality.Protocols.Sip;

/// <summary>
/// The first value of a Reason header (RFC 3326): why a request was sent, such as an ISUP release cause.
/// </summary>
public readonly ref struct SipReason
{
    private SipReason(ReadOnlySpan<byte> protocol, uint? cause, ReadOnlySpan<byte> text)
    {
        Protocol = protocol;
        Cause = cause;
        Text = text;
    }

    /// <summary>"Q.850", "SIP", … as written.</summary>
    public ReadOnlySpan<byte> Protocol { get; }

    /// <summary>The cause or status code in terms of the protocol; null when absent or no number.</summary>
    public uint? Cause { get; }

    /// <summary>The text without quotes, empty without one.</summary>
    public ReadOnlySpan<byte> Text { get; }

    /// <summary>Reads the first value. False when it is empty.</summary>
    public static bool TryParse(ReadOnlySpan<byte> value, out SipReason reason)
    {
        var comma = SipText.IndexOutsideQuotes(value, (byte)',');
        value = SipText.Trim(comma < 0 ? value : value[..comma]);
        var semicolon = value.IndexOf((byte)';');
        var protocol = SipText.Trim(semicolon < 0 ? value : value[..semicolon]);
        var parameters = new SipParameters(semicolon < 0 ? default : value[semicolon..]);
        parameters.TryGet("text"u8, out var text);
        uint? cause = parameters.TryGet("cause"u8, out var digits) && SipText.TryParseNumber(digits, out var number)
            ? number
            : null;
        reason = new SipReason(protocol, cause, text);
        return !protocol.IsEmpty;
    }
}
