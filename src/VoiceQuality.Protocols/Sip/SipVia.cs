namespace VoiceQuality.Protocols.Sip;

/// <summary>One Via value (RFC 3261 §20.42): protocol, sent-by and parameters.</summary>
public readonly ref struct SipVia
{
    private readonly ReadOnlySpan<byte> _parameters;

    private SipVia(ReadOnlySpan<byte> transport, ReadOnlySpan<byte> host, ushort? port, ReadOnlySpan<byte> parameters)
    {
        Transport = transport;
        Host = host;
        Port = port;
        _parameters = parameters;
    }

    /// <summary>UDP, TCP, TLS, … as written.</summary>
    public ReadOnlySpan<byte> Transport { get; }

    /// <summary>The host of sent-by, IPv6 without its brackets.</summary>
    public ReadOnlySpan<byte> Host { get; }

    /// <summary>The port of sent-by, when one is written.</summary>
    public ushort? Port { get; }

    public SipParameters Parameters => new(_parameters);

    /// <summary>The branch parameter, empty without one.</summary>
    public ReadOnlySpan<byte> Branch => Parameters.TryGet("branch"u8, out var branch) ? branch : default;

    /// <summary>The branch of the first of the values in <paramref name="value"/>, empty without one.</summary>
    internal static ReadOnlySpan<byte> BranchOf(ReadOnlySpan<byte> value)
    {
        // Nearly all are "SIP/2.0/UDP host;branch=token", which need no walk.
        if (value.StartsWith("SIP/2.0/UDP "u8) && value.Length > 12
            && (char.IsAsciiLetterOrDigit((char)value[12]) || value[12] == '[')
            && value.IndexOfAny((byte)'"', (byte)'<', (byte)',') < 0)
        {
            var semicolon = value.IndexOf((byte)';');
            var rest = semicolon < 0 ? default : value[(semicolon + 1)..];
            if (rest.StartsWith("branch="u8))
            {
                var end = rest.IndexOf((byte)';');
                return SipText.Trim(end < 0 ? rest[7..] : rest[7..end]);
            }
        }

        return TryParse(value, out var via) ? via.Branch : default;
    }

    /// <summary>Reads the first of the values in <paramref name="value"/>. False when it names no host.</summary>
    public static bool TryParse(ReadOnlySpan<byte> value, out SipVia via)
    {
        via = default;
        var comma = SipText.IndexOutsideQuotes(value, (byte)',');
        value = SipText.Trim(comma < 0 ? value : value[..comma]);

        // sent-protocol is "SIP / 2.0 / UDP" with white space allowed around the slashes.
        for (var slash = 0; slash < 2; slash++)
        {
            var index = value.IndexOf((byte)'/');
            if (index < 0)
            {
                return false;
            }

            value = SipText.TrimStart(value[(index + 1)..]);
        }

        var end = value.IndexOfAny(" \t\r\n"u8);
        if (end <= 0)
        {
            return false;
        }

        var transport = value[..end];
        value = SipText.TrimStart(value[end..]);
        var semicolon = value.IndexOf((byte)';');
        SipUri.SplitHostPort(semicolon < 0 ? value : value[..semicolon], out var host, out var port);
        via = new SipVia(transport, host, port, semicolon < 0 ? default : value[semicolon..]);
        return !host.IsEmpty;
    }
}

/// <summary>The Via values of a message from the topmost; values that cannot be read are passed over.</summary>
public readonly ref struct SipVias
{
    private readonly ReadOnlySpan<byte> _section;

    internal SipVias(ReadOnlySpan<byte> section) => _section = section;

    public Enumerator GetEnumerator() => new(_section);

    /// <summary>Walks header lines, and the comma-separated values within each.</summary>
    public ref struct Enumerator
    {
        private SipHeaders.Enumerator _headers;
        private ReadOnlySpan<byte> _rest;

        internal Enumerator(ReadOnlySpan<byte> section)
        {
            _headers = new SipHeaders(section).GetEnumerator();
            _rest = default;
            Current = default;
        }

        public SipVia Current { get; private set; }

        public bool MoveNext()
        {
            while (true)
            {
                while (!_rest.IsEmpty)
                {
                    var comma = SipText.IndexOutsideQuotes(_rest, (byte)',');
                    var item = comma < 0 ? _rest : _rest[..comma];
                    _rest = comma < 0 ? default : _rest[(comma + 1)..];
                    if (SipVia.TryParse(item, out var via))
                    {
                        Current = via;
                        return true;
                    }
                }

                if (!_headers.MoveNext())
                {
                    return false;
                }

                _rest = _headers.Current.Is("Via"u8, "v"u8) ? _headers.Current.Value : default;
            }
        }
    }
}
