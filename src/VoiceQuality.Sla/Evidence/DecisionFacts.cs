using System.Text.Json;
using VoiceQuality.Sla.Ledger;

namespace VoiceQuality.Sla.Evidence;

/// <summary>Which facts an entry of the ledger followed from, told from the stored evidence of its decision.</summary>
public static class DecisionFacts
{
    /// <summary>Digest of the facts; null where a person named them, and where the document cannot tell.</summary>
    /// <param name="bundle">The evidence as it was stored.</param>
    /// <param name="claim">What the entry is for.</param>
    public static string? Find(ReadOnlyMemory<byte> bundle, ClaimKey claim)
    {
        ArgumentNullException.ThrowIfNull(claim);
        try
        {
            using var json = JsonDocument.Parse(bundle);
            return json.RootElement.TryGetProperty("format", out var format)
                && EvidenceKinds.ByFormat.TryGetValue(format.GetString() ?? "", out var kind)
                    ? kind(new EvidenceNode(json.RootElement, "")).Entries
                        .FirstOrDefault(entry => entry.Claim == claim)?.Facts
                    : null;
        }
        catch (Exception exception) when (exception is JsonException or EvidenceFormatException)
        {
            return null;
        }
    }
}
