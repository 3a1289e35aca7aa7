using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using VoiceQuality.Sla;
using VoiceQuality.Sla.Usage;

namespace VoiceQuality.Service.Rating;

/// <summary>Digests of usage lines.</summary>
internal static class UsageDigest
{
    /// <summary>SHA-256 over the lines in their order, 64 lower-case hexadecimal digits.</summary>
    /// <param name="lines">The lines.</param>
    /// <param name="origins">What they follow from, such as the digests of rates and policy.</param>
    public static string Of(IReadOnlyList<UsageLine> lines, params ReadOnlySpan<string?> origins)
    {
        var text = new StringBuilder();
        foreach (var origin in origins)
        {
            text.Append(origin).Append('\n');
        }

        foreach (var line in lines)
        {
            text.Append(WireName.Of(line.Kind)).Append('\t').Append(line.Amount.ToString(CultureInfo.InvariantCulture))
                .Append('\t')
                .Append(line.Number?.Digits ?? 0).Append('\n');
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
