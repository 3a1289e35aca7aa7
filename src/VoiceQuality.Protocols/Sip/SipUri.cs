namespace VoiceQuality.Protocols.Sip;

/// <summary>A view of a sip, sips or tel URI (RFC 3261 §19.1, RFC 3966); other schemes keep their text.</summary>
public readonly ref struct SipUri
{
    private readonly ReadOnlySpan<byte> _parameters;

    private SipUri(
        ReadOnlySpan<byte> scheme,
        ReadOnlySpan<byte> user,
        ReadOnlySpan<byte> host,
        ushort? port,
        ReadOnlySpan<byte> parameters)
    {
        Scheme = scheme;
        User = user;
        Host = host;
        Port = port;
        _parameters = parameters;
    }

    /// <summary>The scheme as written, without the colon.</summary>
    public ReadOnlySpan<byte> Scheme { get; }

    /// <summary>The user without parameters and password, escapes kept; for tel, the number. May be empty.</summary>
    public ReadOnlySpan<byte> User { get; }

    /// <summary>A host name or an address, IPv6 without its brackets. Empty for tel.</summary>
    public ReadOnlySpan<byte> Host { get; }

    /// <summary>The port, when one is written.</summary>
    public ushort? Port { get; }

    /// <summary>URI parameters, such as transport.</summary>
    public SipParameters Parameters => new(_parameters);

    public bool IsSip => SipText.EqualsIgnoreCase(Scheme, "sip"u8) || SipText.EqualsIgnoreCase(Scheme, "sips"u8);

    public bool IsTel => SipText.EqualsIgnoreCase(Scheme, "tel"u8);

    /// <summary>Reads a URI without angle brackets. False when it does not start with a scheme and a colon.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out SipUri uri)
    {
        text = SipText.Trim(text);
        if (text.StartsWith("sip:"u8))
        {
            uri = ParseSip(text[..3], text[4..]);
            return true;
        }

        var colon = text.IndexOf((byte)':');
        if (colon <= 0 || !IsScheme(text[..colon]))
        {
            uri = default;
            return false;
        }

        var scheme = text[..colon];
        var rest = text[(colon + 1)..];
        uri = SipText.EqualsIgnoreCase(scheme, "sip"u8) || SipText.EqualsIgnoreCase(scheme, "sips"u8)
            ? ParseSip(scheme, rest)
            : ParseOther(scheme, rest);
        return true;
    }

    private static bool IsScheme(ReadOnlySpan<byte> scheme)
    {
        foreach (var octet in scheme)
        {
            if (!char.IsAsciiLetterOrDigit((char)octet) && octet is not ((byte)'+' or (byte)'-' or (byte)'.'))
            {
                return false;
            }
        }

        return char.IsAsciiLetter((char)scheme[0]);
    }

    private static SipUri ParseOther(ReadOnlySpan<byte> scheme, ReadOnlySpan<byte> rest)
    {
        var semicolon = rest.IndexOf((byte)';');
        return semicolon < 0
            ? new SipUri(scheme, rest, default, null, default)
            : new SipUri(scheme, rest[..semicolon], default, null, rest[semicolon..]);
    }

    private static SipUri ParseSip(ReadOnlySpan<byte> scheme, ReadOnlySpan<byte> rest)
    {
        ReadOnlySpan<byte> user = default;
        var at = rest.IndexOf((byte)'@');
        if (at >= 0)
        {
            user = rest[..at];
            var end = user.IndexOfAny((byte)';', (byte)':');
            user = end < 0 ? user : user[..end];
            rest = rest[(at + 1)..];
        }

        var hostEnd = rest.IndexOfAny((byte)';', (byte)'?');
        if (hostEnd < 0 && rest.IndexOfAny((byte)':', (byte)'[') < 0)
        {
            return new SipUri(scheme, user, SipText.Trim(rest), null, default);
        }

        var hostPort = hostEnd < 0 ? rest : rest[..hostEnd];
        var parameters = hostEnd < 0 ? default : rest[hostEnd..];
        var question = parameters.IndexOf((byte)'?');
        parameters = question < 0 ? parameters : parameters[..question];
        SplitHostPort(hostPort, out var host, out var port);
        return new SipUri(scheme, user, host, port, parameters);
    }

    internal static void SplitHostPort(ReadOnlySpan<byte> hostPort, out ReadOnlySpan<byte> host, out ushort? port)
    {
        hostPort = SipText.Trim(hostPort);
        var bracket = hostPort.StartsWith("["u8) ? hostPort.IndexOf((byte)']') : -1;
        var afterHost = bracket < 0 ? hostPort : hostPort[(bracket + 1)..];
        var colon = afterHost.IndexOf((byte)':');
        host = bracket >= 0 ? hostPort[1..bracket] : SipText.Trim(colon < 0 ? hostPort : hostPort[..colon]);
        port = colon >= 0
            && SipText.TryParseNumber(afterHost[(colon + 1)..], out var number)
            && number <= ushort.MaxValue
                ? (ushort)number
                : null;
    }
}
