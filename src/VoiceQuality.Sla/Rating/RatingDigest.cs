using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using NodaTime;

namespace VoiceQuality.Sla.Rating;

/// <summary>A SHA-256 over values that rating depends on. Each value is written with its length.</summary>
internal sealed class RatingDigest : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public void Add(long value)
    {
        Span<byte> octets = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(octets, value);
        _hash.AppendData(octets);
    }

    public void Add(UInt128 value)
    {
        Span<byte> octets = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(octets, value);
        _hash.AppendData(octets);
    }

    public void Add(string? text)
    {
        Add(text is null ? -1 : Encoding.UTF8.GetByteCount(text));
        if (text is not null)
        {
            _hash.AppendData(Encoding.UTF8.GetBytes(text));
        }
    }

    public void Add(Instant instant) => Add(instant.ToUnixTimeTicks());

    /// <summary>64 lower-case hexadecimal digits over all that was added.</summary>
    public string ToText() => Convert.ToHexStringLower(_hash.GetHashAndReset());

    public void Dispose() => _hash.Dispose();
}
