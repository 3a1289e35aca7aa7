using System.Buffers.Binary;
using System.Text;

namespace VoiceQuality.Storage;

/// <summary>
/// Writes the compact form of stored BLOBs. Integers are base-128, least significant group first, the high bit set on
/// all octets but the last; signed ones are folded first (0, -1, 1, -2 … become 0, 1, 2, 3 …). An optional value is an
/// octet of 0 for none, else an octet of 1 and the value. Text is its length in octets, then UTF-8.
/// </summary>
/// <remarks>The form does not depend on the machine. The buffer is used again after <see cref="Clear"/>.</remarks>
internal sealed class OctetWriter
{
    private byte[] _buffer = new byte[1024];
    private int _length;

    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, _length);

    public void Clear() => _length = 0;

    public byte[] ToArray() => Written.ToArray();

    public void WriteOctet(byte value)
    {
        Reserve(1);
        _buffer[_length++] = value;
    }

    public void WriteOctets(ReadOnlySpan<byte> octets)
    {
        Reserve(octets.Length);
        octets.CopyTo(_buffer.AsSpan(_length));
        _length += octets.Length;
    }

    public void WriteUnsigned(ulong value)
    {
        Reserve(10);
        var buffer = _buffer;
        var length = _length;
        while (value >= 0x80)
        {
            buffer[length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        buffer[length++] = (byte)value;
        _length = length;
    }

    public void WriteSigned(long value) => WriteUnsigned((ulong)((value << 1) ^ (value >> 63)));

    public void WriteOptional(long? value)
    {
        if (value is { } known)
        {
            WriteOctet(1);
            WriteSigned(known);
        }
        else
        {
            WriteOctet(0);
        }
    }

    public void WriteText(string text)
    {
        var octets = Encoding.UTF8.GetByteCount(text);
        WriteUnsigned((ulong)octets);
        Reserve(octets);
        Encoding.UTF8.GetBytes(text, _buffer.AsSpan(_length));
        _length += octets;
    }

    public void WriteOptionalText(string? text)
    {
        WriteOctet(text is null ? (byte)0 : (byte)1);
        if (text is not null)
        {
            WriteText(text);
        }
    }

    /// <summary>The bits of an IEEE 754 double, most significant octet first.</summary>
    public void WriteDouble(double value)
    {
        Reserve(sizeof(double));
        BinaryPrimitives.WriteDoubleBigEndian(_buffer.AsSpan(_length), value);
        _length += sizeof(double);
    }

    private void Reserve(int octets)
    {
        if (_buffer.Length - _length < octets)
        {
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _length + octets));
        }
    }
}
