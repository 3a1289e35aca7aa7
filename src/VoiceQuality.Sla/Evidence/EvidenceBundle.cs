using System.Text.Json.Nodes;
using VoiceQuality.Sla.Credits;
using VoiceQuality.Sla.Ledger;

namespace VoiceQuality.Sla.Evidence;

/// <summary>
/// A decision on a claim for a MOS credit with all that it depends on, as one JSON document: whoever has it can compute
/// the decision again without this service. It has sums by day, no call, no number and no name.
/// </summary>
/// <remarks>
/// A digest is SHA-256 over JSON in UTF-8 without blanks, members in the order of the document. The digest of the
/// evidence covers everything above it and is what the ledger's entry carries; the digest of the bundle covers the
/// entry too.
/// </remarks>
public sealed class EvidenceBundle
{
    /// <summary>What the member "format" says.</summary>
    public const string Format = "voicequality-mos-credit-evidence";

    /// <summary>What the member "formatVersion" says of a bundle that is written now; 1 is read too.</summary>
    public const int FormatVersion = 2;

    /// <summary>Most octets of a bundle that is read: 64 MiB.</summary>
    public const int LargestLength = 64 * 1024 * 1024;

    internal const string SectionDigests = "sectionDigests";
    internal const string EvidenceDigest = "evidenceDigest";
    internal const string LedgerSection = "ledger";

    private readonly JsonObject _evidence;

    private EvidenceBundle(EvidenceInputs inputs)
    {
        Inputs = inputs;
        var figures = EvidenceMonth.Of(inputs);
        Decision = MosCredit.Decide(
            new MosClaim(
                inputs.Month, inputs.ReceivedAt, inputs.Calendar, figures.Month.Tier, figures.Base,
                inputs.EarlierDecisionId, figures.Bar.IsWholeAccount),
            inputs.Policy);

        _evidence = new JsonObject
        {
            ["format"] = Format,
            ["formatVersion"] = inputs.FormatVersion,
            ["claim"] = EvidenceSections.Claim(inputs),
        };
        EvidenceSections.AddMonth(_evidence, inputs, figures);
        _evidence["arithmetic"] = EvidenceArithmetic.Of(inputs, figures, Decision);
        _evidence["decision"] = EvidenceSections.Decision(Decision);
        Digest = EvidenceJson.Seal(_evidence);
    }

    /// <summary>What was decided on.</summary>
    public EvidenceInputs Inputs { get; }

    /// <summary>What follows from it.</summary>
    public MosDecision Decision { get; }

    /// <summary>SHA-256 over the evidence, 64 lowercase hexadecimal digits; the ledger's entry carries it.</summary>
    public string Digest { get; }

    /// <summary>Decides a claim and lays down on what.</summary>
    /// <exception cref="ArgumentException">The counts of a day or of the month contradict each other.</exception>
    public static EvidenceBundle Of(EvidenceInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        return new EvidenceBundle(inputs);
    }

    /// <summary>The document as UTF-8, ended by a line feed; the same octets for the same evidence and entry.</summary>
    /// <param name="entry">The ledger's entry of a credit that was granted; null for any other decision.</param>
    /// <exception cref="ArgumentException">There is an entry and no credit, or a credit and no entry.</exception>
    public byte[] ToOctets(ChainedEntry? entry)
    {
        if ((entry is not null) != (Decision.Decision == CreditDecision.Granted))
        {
            throw new ArgumentException("A granted credit has an entry, and nothing else has one.", nameof(entry));
        }

        return EvidenceJson.Write(ToTree(entry));
    }

    internal JsonObject ToTree(ChainedEntry? entry)
    {
        var tree = _evidence.DeepClone().AsObject();
        tree[EvidenceDigest] = Digest;
        tree[LedgerSection] = entry is null ? null : EvidenceSections.Ledger(entry);
        tree["bundleDigest"] = EvidenceJson.DigestOf(tree);
        return tree;
    }
}
