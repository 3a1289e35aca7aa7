using System.Buffers.Binary;
using System.Text;

namespace VoiceQuality.Storage;

/// <summary>Reads what <see cref="OctetWriter"/> wrote. Damaged input is refused, never guessed at.</summary>
internal ref struct OctetReader(ReadOnlySpan<byte> octets)
{
    private ReadOnlySpan<byte> _rest = octets;

    public readonly bool IsAtEnd => _rest.IsEmpty;

    public byte ReadOctet() => ReadOctets(1)[0];

    public ReadOnlySpan<byte> ReadOctets(int count)
    {
        if (count < 0 || count > _rest.Length)
        {
            throw Damaged();
        }

        var octets = _rest[..count];
        _rest = _rest[count..];
        return octets;
    }

    public ulong ReadUnsigned()
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var octet = ReadOctet();
            if (shift == 63 && octet > 1)
            {
                throw Damaged();
            }

            value |= (ulong)(octet & 0x7F) << shift;
            if (octet < 0x80)
            {
                return value;
            }
        }
    }

    public long ReadSigned()
    {
        var folded = ReadUnsigned();
        return (long)(folded >> 1) ^ -(long)(folded & 1);
    }

    public int ReadInt32() => ReadSigned() is var value and >= int.MinValue and <= int.MaxValue
        ? (int)value
        : throw Damaged();

    /// <summary>A number of items, each of which takes at least one octet: it cannot exceed what is left.</summary>
    public int ReadCount() => ReadUnsigned() is var value && value <= (ulong)_rest.Length ? (int)value : throw Damaged();

    public bool ReadFlag() => ReadOctet() switch
    {
        0 => false,
        1 => true,
        _ => throw Damaged(),
    };

    public long? ReadOptional() => ReadFlag() ? ReadSigned() : null;

    public int? ReadOptionalInt32() => ReadFlag() ? ReadInt32() : null;

    public string ReadText() => Encoding.UTF8.GetString(ReadOctets(ReadCount()));

    public string? ReadOptionalText() => ReadFlag() ? ReadText() : null;

    public double ReadDouble() => BinaryPrimitives.ReadDoubleBigEndian(ReadOctets(sizeof(double)));

    public readonly void ThrowIfNotAtEnd()
    {
        if (!_rest.IsEmpty)
        {
            throw Damaged();
        }
    }

    private static StoredDataException Damaged() => new("A stored value is damaged: its octets cannot be decoded.");
}
