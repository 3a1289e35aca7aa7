using System.Collections.Immutable;
using System.Text.Json;
using VoiceQuality.Service.Noc;
using VoiceQuality.Service.TrustPage;
using VoiceQuality.Sla.Outages;
using VoiceQuality.Sla.Periods;

namespace VoiceQuality.Service.Claims;

/// <summary>A claim as it was sent.</summary>
/// <param name="UnitId">Of a MOS claim; empty otherwise.</param>
/// <param name="Month">Of a MOS claim.</param>
/// <param name="Outage">Failures of an outage claim; null for a MOS claim.</param>
internal readonly record struct SentClaim(string UnitId, ServiceMonth Month, ImmutableArray<OutageItem>? Outage);

/// <summary>Reads the bodies of claims, strictly.</summary>
internal static class ClaimBodies
{
    /// <summary>The claim; every error is named by its member.</summary>
    public static SentClaim Parse(byte[] octets, JsonDocumentOptions options, Dictionary<string, string[]> errors)
    {
        try
        {
            using var json = JsonDocument.Parse(octets, options);
            if (json.RootElement.ValueKind != JsonValueKind.Object)
            {
                errors["body"] = ["must be an object with unitId and month, or with kind OUTAGE and failures"];
                return default;
            }

            var hasKind = json.RootElement.TryGetProperty("kind", out var kind);
            return hasKind && kind.ValueKind == JsonValueKind.String && kind.ValueEquals("OUTAGE")
                ? new SentClaim("", default, Outage(json.RootElement, errors))
                : !hasKind || (kind.ValueKind == JsonValueKind.String && kind.ValueEquals("MOS"))
                    ? Mos(json.RootElement, errors)
                    : Unknown(errors);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            errors["body"] = ["must be JSON"];
            return default;
        }
    }

    /// <summary>The failures alone, of what completes a claim.</summary>
    public static ImmutableArray<OutageItem> ParseElements(
        byte[] octets, JsonDocumentOptions options, Dictionary<string, string[]> errors)
    {
        try
        {
            using var json = JsonDocument.Parse(octets, options);
            if (json.RootElement.ValueKind == JsonValueKind.Object)
            {
                return Outage(json.RootElement, errors);
            }

            errors["body"] = ["must be an object with failures"];
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            errors["body"] = ["must be JSON"];
        }

        return [];
    }

    private static SentClaim Unknown(Dictionary<string, string[]> errors)
    {
        errors["kind"] = ["must be MOS or OUTAGE"];
        return default;
    }

    private static ImmutableArray<OutageItem> Outage(JsonElement body, Dictionary<string, string[]> errors)
    {
        if (body.EnumerateObject().Any(member => member.Name is not ("kind" or "failures")))
        {
            errors["body"] = ["must have kind and failures and nothing else"];
        }

        return OutageItems.Read(body, errors);
    }

    private static SentClaim Mos(JsonElement body, Dictionary<string, string[]> errors)
    {
        var unitId = TextOf(body, "unitId");
        if (!AssessedMonths.TryReadMonth(TextOf(body, "month"), out var month))
        {
            errors["month"] = ["must be written yyyy-MM, such as 2026-10"];
        }

        if (body.EnumerateObject().Any(member => member.Name is not ("unitId" or "month" or "kind")))
        {
            errors["body"] = ["must have unitId and month and nothing else"];
        }

        if (errors.Count == 0 && (unitId is null || !CallSearch.IsId(unitId)))
        {
            errors["unitId"] = ["must be 1 to 64 of the characters A-Z, a-z, 0-9, '-', '_' and '.'"];
        }

        return new SentClaim(unitId ?? "", month, null);
    }

    private static string? TextOf(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
