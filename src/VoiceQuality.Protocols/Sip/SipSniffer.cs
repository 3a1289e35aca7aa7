namespace VoiceQuality.Protocols.Sip;

/// <summary>Tells SIP from other datagrams by the first line.</summary>
public static class SipSniffer
{
    private const int MaxMethodLength = 32;

    /// <summary>
    /// True when <paramref name="payload"/> starts with a status line or a request line, line ends before it
    /// aside. Any "SIP/" version passes, so that a wrong one is rejected with its reason and counted.
    /// </summary>
    public static bool LooksLikeSip(ReadOnlySpan<byte> payload)
    {
        if (payload.StartsWith("SIP/"u8))
        {
            return true;
        }

        if (payload.IsEmpty || payload[0] >= 0x80)
        {
            return false;
        }

        payload = SipText.TrimLineEnds(payload);
        if (SipText.StartsWithIgnoreCase(payload, "SIP/"u8))
        {
            return true;
        }

        var space = payload[..Math.Min(payload.Length, MaxMethodLength)].IndexOf((byte)' ');
        if (space <= 0 || !SipText.IsToken(payload[..space]))
        {
            return false;
        }

        var lineFeed = payload.IndexOf((byte)'\n');
        if (lineFeed < 0)
        {
            // The capture cut the first line; a scheme of SIP is the best evidence left.
            return StartsWithSipScheme(SipText.TrimStart(payload[space..]));
        }

        var line = SipText.TrimEnd(payload[..lineFeed]);
        var version = line[(line.LastIndexOf((byte)' ') + 1)..];
        return SipText.StartsWithIgnoreCase(version, "SIP/"u8);
    }

    private static bool StartsWithSipScheme(ReadOnlySpan<byte> uri) =>
        SipText.StartsWithIgnoreCase(uri, "sip:"u8)
        || SipText.StartsWithIgnoreCase(uri, "sips:"u8)
        || SipText.StartsWithIgnoreCase(uri, "tel:"u8);
}
