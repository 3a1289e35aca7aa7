using System.Text.Json.Nodes;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Credits;
using VoiceQuality.Sla.Ledger;
using VoiceQuality.Sla.Usage;

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

    /// <summary>What the member "formatVersion" says.</summary>
    public const int FormatVersion = 1;

    /// <summary>Most octets of a bundle that is read: 64 MiB.</summary>
    public const int LargestLength = 64 * 1024 * 1024;

    internal const string SectionDigests = "sectionDigests";
    internal const string EvidenceDigest = "evidenceDigest";
    internal const string LedgerSection = "ledger";

    internal static readonly string[] Sections =
        ["claim", "policy", "calendar", "calls", "usage", "arithmetic", "decision"];

    private readonly JsonObject _evidence;

    private EvidenceBundle(EvidenceInputs inputs)
    {
        Inputs = inputs;
        var calls = CallsOf(inputs);
        var baseMonth = MosCredit.BaseMonth(inputs.Month, inputs.ReceivedAt, inputs.Calendar, inputs.Policy);
        var usageBase = inputs.Usage is not { } usage ? UsageBase.Unknown : UsageBase.OfComplete(
            usage.Lines.Select(line =>
                new UsageLine(inputs.AccountId, inputs.UnitId, baseMonth, line.Kind, line.Amount, Number: null)),
            baseMonth,
            new HashSet<PhoneNumber>());
        var month = MonthlyEligibility.Of(
            inputs.Month, inputs.Calendar, calls, usageBase, inputs.ReceivedAt, inputs.Policy);
        Decision = MosCredit.Decide(
            new MosClaim(
                inputs.Month, inputs.ReceivedAt, inputs.Calendar, month.Tier, usageBase, inputs.EarlierDecisionId),
            inputs.Policy);

        _evidence = new JsonObject
        {
            ["format"] = Format,
            ["formatVersion"] = FormatVersion,
            ["claim"] = EvidenceSections.Claim(inputs),
            ["policy"] = EvidenceSections.Policy(inputs.Policy),
            ["calendar"] = EvidenceSections.Calendar(inputs, month),
            ["calls"] = EvidenceSections.Calls(inputs, calls),
            ["usage"] = EvidenceSections.Usage(inputs.Usage, baseMonth, usageBase),
            ["arithmetic"] = EvidenceArithmetic.Of(inputs, month, usageBase, Decision),
            ["decision"] = EvidenceSections.Decision(Decision),
        };
        var digests = new JsonObject();
        foreach (var section in Sections)
        {
            digests[section] = EvidenceJson.DigestOf(_evidence[section]!);
        }

        _evidence[SectionDigests] = digests;
        Digest = EvidenceJson.DigestOf(_evidence);
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

    private static UnitMonthCalls CallsOf(EvidenceInputs inputs)
    {
        var answered = 0L;
        var mean = default(MeanMos);
        foreach (var day in inputs.Days)
        {
            var ofDay = new MeanMos(day.SumE4, day.Scored);
            if (day.Scored > day.Answered)
            {
                throw new ArgumentException("On a day more calls were scored than answered.", nameof(inputs));
            }

            answered += day.Answered;
            mean = mean.Merge(ofDay);
        }

        return new UnitMonthCalls(answered, mean);
    }
}
