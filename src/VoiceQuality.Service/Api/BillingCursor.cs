using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using VoiceQuality.Sla.Periods;

namespace VoiceQuality.Service.Api;

/// <summary>
/// Where a page of credits ended: the last account and unit, with a checksum over them and the period. A cursor grants
/// nothing, since each page is selected anew; the checksum refuses what was changed or made for another period.
/// </summary>
internal static class BillingCursor
{
    private const int CheckLength = 8;
    private const int LongestText = 400;

    /// <summary>Writes a cursor.</summary>
    public static string Write(ServiceMonth period, string accountId, string unitId)
    {
        var place = Encoding.UTF8.GetBytes($"{accountId}\n{unitId}");
        return Base64Url.EncodeToString([.. Check(period, place), .. place]);
    }

    /// <summary>Reads a cursor; false when it is none of ours for this period.</summary>
    public static bool TryRead(string text, ServiceMonth period, out (string AccountId, string UnitId) last)
    {
        last = default;
        if (text.Length > LongestText || !Base64Url.IsValid(text))
        {
            return false;
        }

        var octets = Base64Url.DecodeFromChars(text);
        if (octets.Length <= CheckLength
            || !octets.AsSpan(0, CheckLength).SequenceEqual(Check(period, octets.AsSpan(CheckLength)))
            || Base64Url.EncodeToString(octets) != text)
        {
            return false;
        }

        var place = Encoding.UTF8.GetString(octets.AsSpan(CheckLength)).Split('\n');
        if (place.Length != 2)
        {
            return false;
        }

        last = (place[0], place[1]);
        return true;
    }

    private static byte[] Check(ServiceMonth period, ReadOnlySpan<byte> place)
    {
        var prefix = Encoding.UTF8.GetBytes($"credits/1/{period}/");
        return SHA256.HashData([.. prefix, .. place])[..CheckLength];
    }
}
