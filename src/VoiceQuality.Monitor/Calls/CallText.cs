using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace VoiceQuality.Monitor.Calls;

/// <summary>Where a value stands in the text of a call; the default is no value.</summary>
internal readonly record struct TextPlace(ushort Start, ushort Length)
{
    public bool IsEmpty => Length == 0;
}

/// <summary>
/// The values that a call keeps, as octets side by side: strings are made when its record is. What the values of nearly
/// all calls need lies in the call itself. A call adds at most 14 values, each cut to <see cref="MostOfValue"/>.
/// </summary>
internal struct CallText
{
    /// <summary>Octets that are kept of one value.</summary>
    public const int MostOfValue = SipStrings.MaxLength;

    private Few _few;
    private byte[]? _many;
    private int _length;

    public readonly int Length => _length;

    [UnscopedRef]
    public readonly ReadOnlySpan<byte> this[TextPlace place] =>
        (_many is null ? (ReadOnlySpan<byte>)_few : _many).Slice(place.Start, place.Length);

    /// <summary>What is kept of a value.</summary>
    public static ReadOnlySpan<byte> Kept(ReadOnlySpan<byte> value) =>
        value.Length > MostOfValue ? value[..MostOfValue] : value;

    /// <summary>Keeps a value.</summary>
    public TextPlace Add(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
        {
            return default;
        }

        value = Kept(value);
        var place = new TextPlace((ushort)_length, (ushort)value.Length);
        value.CopyTo(Room(value.Length));
        return place;
    }

    /// <summary>
    /// Keeps one more value of a list, behind its length: a list grows as long as nothing else is added.
    /// </summary>
    public TextPlace AddTo(TextPlace list, ReadOnlySpan<byte> value)
    {
        value = Kept(value);
        var start = list.IsEmpty ? _length : list.Start;
        var room = Room(value.Length + 2);
        room[0] = (byte)value.Length;
        room[1] = (byte)(value.Length >> 8);
        value.CopyTo(room[2..]);
        return new TextPlace((ushort)start, (ushort)(_length - start));
    }

    /// <summary>How many values a list has.</summary>
    public static int CountOf(ReadOnlySpan<byte> list)
    {
        var count = 0;
        for (; !list.IsEmpty; count++)
        {
            TakeFrom(ref list);
        }

        return count;
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
        _many = null;
    }

    [UnscopedRef]
    private Span<byte> Room(int length)
    {
        var start = _length;
        _length += length;
        if (_many is null && _length > Few.Length)
        {
            _many = new byte[Math.Max(4 * Few.Length, _length)];
            ((ReadOnlySpan<byte>)_few)[..start].CopyTo(_many);
        }
        else if (_many is not null && _length > _many.Length)
        {
            Array.Resize(ref _many, Math.Max(2 * _many.Length, _length));
        }

        return (_many is null ? (Span<byte>)_few : _many).Slice(start, length);
    }

    [InlineArray(Length)]
    private struct Few
    {
        public const int Length = 128;

        private byte _first;
    }
}
