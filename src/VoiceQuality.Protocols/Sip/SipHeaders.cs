namespace VoiceQuality.Protocols.Sip;

/// <summary>
/// One header field. The value may hold folds: CR LF before white space, which counts as white space.
/// </summary>
public readonly ref struct SipHeader(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
{
    /// <summary>The name as written, long or compact.</summary>
    public ReadOnlySpan<byte> Name { get; } = name;

    /// <summary>The value without white space around it.</summary>
    public ReadOnlySpan<byte> Value { get; } = value;

    /// <summary>True when this is the header <paramref name="name"/>, or its compact form if one is given.</summary>
    public bool Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> compact = default) =>
        SipText.EqualsIgnoreCase(Name, name) || (!compact.IsEmpty && SipText.EqualsIgnoreCase(Name, compact));
}

/// <summary>The header fields of a message, in their order.</summary>
public readonly ref struct SipHeaders
{
    private readonly ReadOnlySpan<byte> _section;

    internal SipHeaders(ReadOnlySpan<byte> section) => _section = section;

    public Enumerator GetEnumerator() => new(_section);

    /// <summary>The first header called <paramref name="name"/>, or its compact form.</summary>
    public bool TryGet(ReadOnlySpan<byte> name, ReadOnlySpan<byte> compact, out ReadOnlySpan<byte> value)
    {
        foreach (var header in this)
        {
            if (header.Is(name, compact))
            {
                value = header.Value;
                return true;
            }
        }

        value = default;
        return false;
    }

    /// <summary>Walks the header fields once. Lines without a colon are passed over.</summary>
    public ref struct Enumerator
    {
        private readonly ReadOnlySpan<byte> _section;
        private int _position;

        internal Enumerator(ReadOnlySpan<byte> section)
        {
            _section = section;
            _position = 0;
            Current = default;
        }

        public SipHeader Current { get; private set; }

        /// <summary>Octets of the section that were walked.</summary>
        internal readonly int Position => _position;

        /// <summary>True when an empty line ended the section.</summary>
        internal bool IsComplete { get; private set; }

        /// <summary>Lines, folded ones counted once.</summary>
        internal int LineCount { get; private set; }

        public bool MoveNext()
        {
            while (!IsComplete && TryReadLine(out var line))
            {
                if (line.IsEmpty)
                {
                    IsComplete = true;
                    return false;
                }

                LineCount++;
                var colon = line.IndexOf((byte)':');
                if (colon > 0)
                {
                    Current = new SipHeader(SipText.Trim(line[..colon]), SipText.Trim(line[(colon + 1)..]));
                    return true;
                }
            }

            return false;
        }

        // A line with its continuation lines, without the line end. A line that the datagram cuts is left out:
        // half a Call-ID would name another call.
        private bool TryReadLine(out ReadOnlySpan<byte> line)
        {
            var start = _position;
            var position = start;
            line = default;
            while (true)
            {
                var lineFeed = _section[position..].IndexOf((byte)'\n');
                if (lineFeed < 0)
                {
                    return false;
                }

                position += lineFeed + 1;
                var isEmpty = lineFeed == 0 || (lineFeed == 1 && _section[position - 2] == '\r');
                var isFolded = position < _section.Length && _section[position] is (byte)' ' or (byte)'\t';
                if ((isEmpty && position - lineFeed - 1 == start) || !isFolded)
                {
                    break;
                }
            }

            _position = position;
            line = _section[start..(position - 1)];
            line = line.EndsWith("\r"u8) ? line[..^1] : line;
            return true;
        }
    }
}
