using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using VoiceQuality.Sla.Periods;

namespace VoiceQuality.Sla.Evidence;

/// <summary>What became of a verification.</summary>
public enum EvidenceStatus
{
    /// <summary>Everything follows from the inputs, and every digest is right.</summary>
    Holds,

    /// <summary>Something is not what follows from the inputs.</summary>
    Differs,

    /// <summary>The octets are no bundle, or one of another format.</summary>
    NotABundle,
}

/// <summary>Whether a bundle holds.</summary>
/// <param name="Status">What became of it.</param>
/// <param name="Path">Where the first difference is, such as "calls.answered"; null without one.</param>
/// <param name="Message">One sentence.</param>
public sealed record EvidenceVerdict(EvidenceStatus Status, string? Path, string Message);

/// <summary>
/// Computes a bundle again from its inputs, by the code that decides, and compares every value. It needs nothing but
/// the octets.
/// </summary>
/// <remarks>
/// A bundle that was written anew throughout, its digests too, agrees with itself: compare the hash of its entry with
/// the ledger for that. The time zone data are this program's; where they differ in the bounds, that is told.
/// </remarks>
public static class EvidenceVerifier
{
    private const int MaxDepth = 16;
    private const int LongestValue = 80;

    private static readonly JsonDocumentOptions Strict =
        new() { MaxDepth = MaxDepth, AllowDuplicateProperties = false };

    /// <summary>Verifies the octets of a bundle. Never throws.</summary>
    public static EvidenceVerdict Verify(ReadOnlyMemory<byte> octets)
    {
        if (octets.Length > EvidenceBundle.LargestLength)
        {
            return NotABundle($"it is larger than {EvidenceBundle.LargestLength} octets");
        }

        var json = octets.Span.StartsWith(Encoding.UTF8.Preamble) ? octets[Encoding.UTF8.Preamble.Length..] : octets;
        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            return FindFormatFault(document.RootElement) is { } fault
                ? NotABundle(fault)
                : VerifyBundle(document.RootElement);
        }
        catch (JsonException)
        {
            return NotABundle("it is not JSON without repeated names");
        }
        catch (InvalidOperationException)
        {
            return NotABundle("a text in it is not Unicode");
        }
    }

    private static string? FindFormatFault(JsonElement root)
    {
        var format = FormatOf(root);
        if (format != EvidenceBundle.Format && !EvidenceKinds.ByFormat.ContainsKey(format))
        {
            return $"its format is not {EvidenceBundle.Format} or another that this program knows";
        }

        var newest = format == EvidenceBundle.Format ? EvidenceBundle.FormatVersion : EvidenceDocument.FormatVersion;
        return root.TryGetProperty("formatVersion", out var version) && version.ValueKind == JsonValueKind.Number
            && version.TryGetInt32(out var number) && number >= 1 && number <= newest
                ? null
                : $"its formatVersion is not 1 to {EvidenceJson.Count(newest)}";
    }

    private static string FormatOf(JsonElement root) =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty("format", out var format)
            && format.ValueKind == JsonValueKind.String
                ? format.GetString()!
                : "";

    private static EvidenceVerdict VerifyBundle(JsonElement root)
    {
        EvidenceVerdict verdict;
        try
        {
            verdict = VerifyTree(root);
        }
        catch (EvidenceFormatException exception)
        {
            verdict = new EvidenceVerdict(EvidenceStatus.Differs, exception.Path, exception.Message);
        }
        catch (Exception exception) when (exception is ArgumentException or OverflowException)
        {
            verdict = new EvidenceVerdict(
                EvidenceStatus.Differs, "calls", "calls: counts, sums or dates are none that there can be.");
        }

        // A changed input shows in what follows from it; the digest of its section says where it was changed.
        return verdict.Status == EvidenceStatus.Differs && FindChanged(root) is { } changed
            && !verdict.Path!.StartsWith(changed, StringComparison.Ordinal)
                ? new(EvidenceStatus.Differs, changed, $"{changed} was changed after the decision; {verdict.Message}")
                : verdict;
    }

    private static string? FindChanged(JsonElement root) =>
        root.TryGetProperty(EvidenceBundle.SectionDigests, out var digests) && digests.ValueKind == JsonValueKind.Object
            ? digests.EnumerateObject().FirstOrDefault(digest => root.TryGetProperty(digest.Name, out var content)
                && EvidenceJson.TextOf(digest.Value) != $"\"{EvidenceJson.DigestOf(content)}\"") is
                { Value.ValueKind: not JsonValueKind.Undefined } changed
                    ? Printable(changed.Name)
                    : null
            : null;

    private static EvidenceVerdict VerifyTree(JsonElement root)
    {
        var given = new EvidenceNode(root, "");
        if (EvidenceKinds.ByFormat.TryGetValue(FormatOf(root), out var kind))
        {
            return VerifyDocument(root, given, kind(given));
        }

        var evidence = EvidenceBundle.Of(EvidenceReader.Read(given));

        // The evidence first: an entry that does not fit it is the consequence.
        var expected = evidence.ToTree(null);
        if (CompareMembers("", root, expected, name => name is not (EvidenceBundle.LedgerSection or "bundleDigest"))
            is { } difference)
        {
            return difference;
        }

        var entry = EvidenceReader.ReadEntry(given.Member(EvidenceBundle.LedgerSection), evidence);
        return Compare("", root, evidence.ToTree(entry)) ?? new EvidenceVerdict(
            EvidenceStatus.Holds, null, Summary(evidence, entry?.Sequence));
    }

    private static EvidenceVerdict VerifyDocument(JsonElement root, EvidenceNode given, EvidenceDocument document)
    {
        if (CompareMembers(
            "", root, document.ToTree([]), name => name is not (EvidenceBundle.LedgerSection or "bundleDigest"))
            is { } difference)
        {
            return difference;
        }

        var entries = document.ReadEntries(given.Member(EvidenceBundle.LedgerSection));
        var places = entries.Count == 0
            ? ""
            : ", ledger entries " + string.Join(", ", entries.Select(entry => EvidenceJson.Count(entry.Sequence)));
        return Compare("", root, document.ToTree(entries))
            ?? new EvidenceVerdict(EvidenceStatus.Holds, null, $"{Printable(document.Summary)}{places}.");
    }

    private static EvidenceVerdict? Compare(string path, JsonElement given, JsonNode? expected)
    {
        switch (expected)
        {
            case JsonObject members when given.ValueKind == JsonValueKind.Object:
                if (CompareMembers(path, given, members, static _ => true) is { } difference)
                {
                    return difference;
                }

                foreach (var member in given.EnumerateObject().Where(member => !members.ContainsKey(member.Name)))
                {
                    var name = Printable(PathOf(path, member.Name));
                    return new EvidenceVerdict(EvidenceStatus.Differs, name, $"{name}: nothing is expected here.");
                }

                return null;

            case JsonArray items when given.ValueKind == JsonValueKind.Array:
                return CompareItems(path, given, items);

            default:
                var (has, wants) = (EvidenceJson.TextOf(given), EvidenceJson.TextOf(expected));
                return has == wants ? null : Difference(path, has, wants);
        }
    }

    private static EvidenceVerdict? CompareMembers(
        string path, JsonElement given, JsonObject expected, Func<string, bool> isWanted)
    {
        foreach (var (name, value) in expected.Where(member => isWanted(member.Key)))
        {
            var memberPath = PathOf(path, name);
            if (!given.TryGetProperty(name, out var member))
            {
                return new EvidenceVerdict(EvidenceStatus.Differs, memberPath, $"{memberPath}: the value is missing.");
            }

            if (Compare(memberPath, member, value) is { } difference)
            {
                return difference;
            }
        }

        return null;
    }

    private static EvidenceVerdict? CompareItems(string path, JsonElement given, JsonArray expected)
    {
        if (given.GetArrayLength() != expected.Count)
        {
            return Difference(path, $"{given.GetArrayLength()} items", $"{expected.Count} items");
        }

        var index = 0;
        foreach (var item in given.EnumerateArray())
        {
            var itemPath = string.Create(CultureInfo.InvariantCulture, $"{path}[{index}]");
            if (Compare(itemPath, item, expected[index]) is { } difference)
            {
                return difference;
            }

            index++;
        }

        return null;
    }

    private static EvidenceVerdict Difference(string path, string has, string wants)
    {
        const string Digests = EvidenceBundle.SectionDigests + ".";
        var message = path.StartsWith(Digests, StringComparison.Ordinal)
            ? $"{path[Digests.Length..]}: the section is not the one that was decided on; its digest is another."
            : $"{path}: the bundle says {Printable(has)}, computed again it is {Printable(wants)}.";
        return new EvidenceVerdict(EvidenceStatus.Differs, path, message);
    }

    private static string PathOf(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    // Whoever changed a bundle may have put anything there; a line stays one line.
    private static string Printable(string text)
    {
        var shown = new string([.. text.Take(LongestValue).Select(c => c is >= ' ' and <= '~' ? c : '?')]);
        return text.Length > LongestValue ? shown + "..." : shown;
    }

    private static string Summary(EvidenceBundle evidence, long? sequence)
    {
        var (inputs, decision) = (evidence.Inputs, evidence.Decision);
        var reason = decision.Reason is { } known ? $" ({WireName.Of(known)})" : "";
        var entry = sequence is { } place ? $", ledger entry {EvidenceJson.Count(place)}" : "";
        var zones = inputs.TimeZoneDatabaseVersion == TimeZones.DatabaseVersion
            ? ""
            : $"; time zone data {Printable(inputs.TimeZoneDatabaseVersion)} then, {TimeZones.DatabaseVersion} here";
        return Printable($"claim {inputs.ClaimId}") + $", {inputs.Month}: {WireName.Of(decision.Decision)}{reason}, "
            + $"{Money.Format(decision.Credit)} US dollars{entry}{zones}.";
    }

    private static EvidenceVerdict NotABundle(string why) =>
        new(EvidenceStatus.NotABundle, null, $"This is no evidence bundle: {why}.");
}
