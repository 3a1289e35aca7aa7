namespace VoiceQuality.Monitor.Calls;

/// <summary>Where a value stands in the text of a call; the default is no value.</summary>
internal readonly record struct TextPlace(ushort Start, ushort Length)
{
    public bool IsEmpty => Length == 0;
}

/// <summary>
/// The values that a call keeps, as octets side by side: strings are made when its record is. Room is used again for
/// the next call. A call adds at most 13 values, each cut to <see cref="SipStrings.MaxLength"/>.
/// </summary>
internal struct CallText
{
    /// <summary>Octets of a first room; what more needs is made as it comes.</summary>
    private const int LeastRoom = 64;

    /// <summary>A room above this, octets, is not kept for the next call.</summary>
    private const int MostKept = 512;

    private byte[]? _octets;
    private int _length;

    public readonly bool IsEmpty => _length == 0;

    public readonly ReadOnlySpan<byte> this[TextPlace place] => _octets.AsSpan(place.Start, place.Length);

    /// <summary>Keeps a value.</summary>
    public TextPlace Add(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
        {
            return default;
        }

        value = value.Length > SipStrings.MaxLength ? value[..SipStrings.MaxLength] : value;
        var place = new TextPlace((ushort)_length, (ushort)value.Length);
        value.CopyTo(Room(value.Length));
        return place;
    }

    /// <summary>
    /// Keeps one more value of a list, behind its length: a list grows as long as nothing else is added.
    /// </summary>
    public TextPlace AddTo(TextPlace list, ReadOnlySpan<byte> value)
    {
        value = value.Length > SipStrings.MaxLength ? value[..SipStrings.MaxLength] : value;
        var start = list.IsEmpty ? _length : list.Start;
        var room = Room(value.Length + 2);
        room[0] = (byte)value.Length;
        room[1] = (byte)(value.Length >> 8);
        value.CopyTo(room[2..]);
        return new TextPlace((ushort)start, (ushort)(_length - start));
    }

    /// <summary>Takes the next value off what is left of a list.</summary>
    public static ReadOnlySpan<byte> TakeFrom(scoped ref ReadOnlySpan<byte> list)
    {
        var length = list[0] | (list[1] << 8);
        var value = list.Slice(2, length);
        list = list[(2 + length)..];
        return value;
    }

    /// <summary>Forgets all values.</summary>
    public void Clear()
    {
        _length = 0;
        if (_octets?.Length > MostKept)
        {
            _octets = null;
        }
    }

    private Span<byte> Room(int length)
    {
        var start = _length;
        _length += length;
        if (_octets is null || _octets.Length < _length)
        {
            Array.Resize(ref _octets, Math.Max(LeastRoom, (_length + 31) & ~31));
        }

        return _octets.AsSpan(start, length);
    }
}
