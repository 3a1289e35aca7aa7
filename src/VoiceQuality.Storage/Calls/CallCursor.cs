using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace VoiceQuality.Storage.Calls;

/// <summary>
/// Where a page ended: the last key, and a digest of the filter, so that a cursor is refused with another filter. It
/// grants nothing: the filter is applied to each page anew.
/// </summary>
internal static class CallCursor
{
    private const byte Version = 1;
    private const int DigestLength = 8;
    private const int OctetLength = 1 + CallKey.Length + DigestLength;

    public static string Write(CallKey last, CallFilter filter)
    {
        Span<byte> octets = stackalloc byte[OctetLength];
        octets[0] = Version;
        last.ToOctets().CopyTo(octets[1..]);
        DigestOf(filter).CopyTo(octets[(1 + CallKey.Length)..]);
        return Base64Url.EncodeToString(octets);
    }

    public static bool TryRead(string cursor, CallFilter filter, out CallKey last)
    {
        last = default;
        Span<byte> octets = stackalloc byte[OctetLength + 2];
        if (cursor.Length != Base64Url.GetEncodedLength(OctetLength)
            || !Base64Url.TryDecodeFromChars(cursor, octets, out var length)
            || length != OctetLength
            || octets[0] != Version
            || !octets[(1 + CallKey.Length)..OctetLength].SequenceEqual(DigestOf(filter)))
        {
            return false;
        }

        last = CallKey.FromOctets(octets.Slice(1, CallKey.Length));
        return true;
    }

    // The limit may change from page to page.
    private static byte[] DigestOf(CallFilter filter)
    {
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{filter.FromUs}|{filter.ToUs}|{filter.Outcome}|{filter.UnscoredOnly}|{filter.QuarantinedOnly}|"
            + $"{filter.MinMosE4}|{filter.MaxMosE4}|{filter.AccountId?.Length}|{filter.AccountId}|{filter.UnitId}");
        return SHA256.HashData(Encoding.UTF8.GetBytes(text))[..DigestLength];
    }
}
