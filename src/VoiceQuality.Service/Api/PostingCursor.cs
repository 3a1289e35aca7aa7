using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using VoiceQuality.Sla.Periods;

namespace VoiceQuality.Service.Api;

/// <summary>
/// Where a page of a posting period ended, with a keyed digest (HMAC-SHA256) over it and the period: nobody without the
/// service's key can make one, or use one for another period.
/// </summary>
internal static class PostingCursor
{
    /// <summary>Name of the service's key.</summary>
    public const string KeyName = "posting-cursor";

    private const int CheckLength = 16;
    private const int Length = CheckLength + sizeof(long);

    public static string Write(byte[] key, ServiceMonth period, long sequence)
    {
        var octets = new byte[Length];
        BinaryPrimitives.WriteInt64BigEndian(octets.AsSpan(CheckLength), sequence);
        Check(key, period, octets.AsSpan(CheckLength)).CopyTo(octets, 0);
        return Base64Url.EncodeToString(octets);
    }

    /// <summary>Reads a cursor; false when it is none of ours for this period.</summary>
    public static bool TryRead(byte[] key, ServiceMonth period, string text, out long sequence)
    {
        sequence = 0;
        if (text.Length != Base64Url.GetEncodedLength(Length) || !Base64Url.IsValid(text))
        {
            return false;
        }

        var octets = Base64Url.DecodeFromChars(text);
        if (octets.Length != Length || Base64Url.EncodeToString(octets) != text || !CryptographicOperations.FixedTimeEquals(
            octets.AsSpan(0, CheckLength), Check(key, period, octets.AsSpan(CheckLength))))
        {
            return false;
        }

        sequence = BinaryPrimitives.ReadInt64BigEndian(octets.AsSpan(CheckLength));
        return sequence >= 0;
    }

    private static byte[] Check(byte[] key, ServiceMonth period, ReadOnlySpan<byte> place)
    {
        byte[] message = [.. Encoding.UTF8.GetBytes($"posting/1/{period}/"), .. place];
        return HMACSHA256.HashData(key, message)[..CheckLength];
    }
}
