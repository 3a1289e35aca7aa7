using System.Security.Cryptography;
using System.Text;

namespace VoiceQuality.Sla.Ledger;

/// <summary>
/// The name of the facts that give an amount, by which it can be told whether a decrease that a second person rejected
/// is asked for again for the same reasons.
/// </summary>
public static class FactsDigest
{
    /// <summary>SHA-256 over the facts, one in a line; 64 lowercase hexadecimal digits.</summary>
    public static string Of(IEnumerable<string?> facts) => Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(facts.Select(fact => (fact ?? "unknown") + "\n")))));

    /// <summary>An amount, whatever its number of decimals; null when unknown.</summary>
    public static string? Amount(decimal? amount) => amount is { } known ? Money.Format(known) : null;
}
