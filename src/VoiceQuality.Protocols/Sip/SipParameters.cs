namespace VoiceQuality.Protocols.Sip;

/// <summary>Parameters ";name=value;name" of a header value or a URI (RFC 3261 §7.3.1).</summary>
public readonly ref struct SipParameters(ReadOnlySpan<byte> text)
{
    private readonly ReadOnlySpan<byte> _text = text;

    /// <summary>The first parameter called <paramref name="name"/>, whatever its case; quotes are taken off.</summary>
    public bool TryGet(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        foreach (var parameter in this)
        {
            if (SipText.EqualsIgnoreCase(parameter.Name, name))
            {
                value = parameter.Value;
                return true;
            }
        }

        value = default;
        return false;
    }

    public Enumerator GetEnumerator() => new(_text);

    /// <summary>Walks the parameters once, in their order.</summary>
    public ref struct Enumerator
    {
        private ReadOnlySpan<byte> _rest;

        internal Enumerator(ReadOnlySpan<byte> text)
        {
            _rest = text;
            Current = default;
        }

        public SipParameter Current { get; private set; }

        public bool MoveNext()
        {
            while (!_rest.IsEmpty)
            {
                var end = SipText.IndexOutsideQuotes(_rest, (byte)';');
                var item = SipText.Trim(end < 0 ? _rest : _rest[..end]);
                _rest = end < 0 ? default : _rest[(end + 1)..];
                if (item.IsEmpty)
                {
                    continue;
                }

                var equals = item.IndexOf((byte)'=');
                Current = equals < 0
                    ? new SipParameter(item, default)
                    : new SipParameter(
                        SipText.Trim(item[..equals]), SipText.Unquote(SipText.Trim(item[(equals + 1)..])));
                return true;
            }

            return false;
        }
    }
}

/// <summary>One parameter; the value is empty when there is none.</summary>
public readonly ref struct SipParameter(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
{
    public ReadOnlySpan<byte> Name { get; } = name;

    public ReadOnlySpan<byte> Value { get; } = value;
}
