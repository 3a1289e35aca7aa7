using System.Collections.Immutable;
using System.Text.Json.Nodes;
using VoiceQuality.Sla.Ledger;

namespace VoiceQuality.Sla.Evidence;

/// <summary>An entry that the ledger must have for a decision.</summary>
/// <param name="Claim">What it is for.</param>
/// <param name="Entry">Amount, state, and what it corrects.</param>
/// <param name="PolicyVersion">Version of the policy.</param>
public sealed record ExpectedEntry(ClaimKey Claim, RestatementEntry Entry, string PolicyVersion)
{
    /// <summary>Digest of the facts that give the amount; null where a person named them.</summary>
    public string? Facts { get; init; }
}

/// <summary>
/// A decision other than the first on a MOS claim, with all that it depends on: an outage claim, a restatement, or what
/// a person decided. It is laid down and verified like <see cref="EvidenceBundle"/>, but may have several entries.
/// </summary>
public sealed class EvidenceDocument
{
    private readonly JsonObject _evidence;

    internal EvidenceDocument(
        string format, JsonObject sections, ImmutableArray<ExpectedEntry> entries, string summary)
    {
        _evidence = new JsonObject { ["format"] = format, ["formatVersion"] = FormatVersion };
        foreach (var (name, section) in sections.ToList())
        {
            sections.Remove(name);
            _evidence[name] = section;
        }

        Digest = EvidenceJson.Seal(_evidence);
        Entries = entries;
        Summary = summary;
    }

    /// <summary>What the member "formatVersion" says.</summary>
    public const int FormatVersion = 1;

    /// <summary>SHA-256 over the evidence, 64 lowercase hexadecimal digits; the ledger's entries carry it.</summary>
    public string Digest { get; }

    /// <summary>The entries that the ledger must have for it, in order.</summary>
    public ImmutableArray<ExpectedEntry> Entries { get; }

    /// <summary>One line that says what was decided.</summary>
    internal string Summary { get; }

    /// <summary>
    /// The document as UTF-8, ended by a line feed; the same octets for the same evidence and entries.
    /// </summary>
    /// <param name="entries">The ledger's entries, one for each of <see cref="Entries"/>.</param>
    /// <exception cref="ArgumentException">They are not the expected ones.</exception>
    public byte[] ToOctets(IReadOnlyList<ChainedEntry> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        if (entries.Count != Entries.Length || entries.Where((entry, i) => !Fits(entry.Entry, Entries[i])).Any())
        {
            throw new ArgumentException("The ledger has other entries than the decision asks for.", nameof(entries));
        }

        return EvidenceJson.Write(ToTree(entries));
    }

    internal JsonObject ToTree(IReadOnlyList<ChainedEntry> entries)
    {
        var tree = _evidence.DeepClone().AsObject();
        tree[EvidenceBundle.EvidenceDigest] = Digest;
        var ledger = new JsonArray();
        foreach (var entry in entries)
        {
            ledger.Add(EvidenceSections.Ledger(entry));
        }

        tree[EvidenceBundle.LedgerSection] = ledger;
        tree["bundleDigest"] = EvidenceJson.DigestOf(tree);
        return tree;
    }

    /// <summary>The entries as they must be, in the places that the bundle names.</summary>
    internal IReadOnlyList<ChainedEntry> ReadEntries(EvidenceNode ledger)
    {
        var given = ledger.Items().ToList();
        if (given.Count != Entries.Length)
        {
            throw ledger.Fault($"a list of {EvidenceJson.Count(Entries.Length)} entries");
        }

        return [.. Entries.Select((expected, i) => EvidenceReader.ReadEntry(given[i], expected, Digest))];
    }

    private bool Fits(LedgerEntry entry, ExpectedEntry expected) =>
        entry.Claim == expected.Claim && entry.Amount == expected.Entry.Amount && entry.State == expected.Entry.State
        && entry.Corrects == expected.Entry.Corrects && entry.PolicyVersion == expected.PolicyVersion
        && entry.EvidenceDigest == Digest;
}
