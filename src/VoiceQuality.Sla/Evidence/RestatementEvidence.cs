using System.Collections.Immutable;
using System.Text.Json.Nodes;
using NodaTime;
using VoiceQuality.Sla.Credits;
using VoiceQuality.Sla.Ledger;
using VoiceQuality.Sla.Usage;

namespace VoiceQuality.Sla.Evidence;

/// <summary>What a restatement of a unit's month depends on .</summary>
public sealed record RestatementInputs
{
    /// <summary>Name of the restatement.</summary>
    public required string RestatementId { get; init; }

    /// <summary>When it was made, to the microsecond.</summary>
    public required Instant RestatedAt { get; init; }

    /// <summary>The figures published before; null where the decision was made before any were.</summary>
    public PublishedFigures? Before { get; init; }

    /// <summary>The figures published now.</summary>
    public required PublishedFigures After { get; init; }

    /// <summary>
    /// What the decision on the month depends on, as it is now; the claim and its time are those of the decision.
    /// </summary>
    public required EvidenceInputs Claim { get; init; }

    /// <summary>Whether there is a decision whose credit follows the figures.</summary>
    public required bool HasDecision { get; init; }

    /// <summary>Entries of the ledger before, oldest first.</summary>
    public ImmutableArray<LedgerAmount> History { get; init; } = [];
}

/// <summary>
/// A restatement as a document: both versions with what differs and why, the credit computed again from the inputs, and
/// the one entry that brings the posted sum to it.
/// </summary>
public sealed class RestatementEvidence
{
    /// <summary>What the member "format" says.</summary>
    public const string Format = "voicequality-restatement-evidence";

    private RestatementEvidence(RestatementInputs inputs)
    {
        Inputs = inputs;
        Change = inputs.Before is { } before
            ? RestatementChange.Of(before, inputs.After)
            : new RestatementChange([], []);
        var figures = EvidenceMonth.Of(inputs.Claim);
        Recomputed = figures.Month.CreditIfClaimed;
        Restatement = inputs.HasDecision && Recomputed is { } recomputed
            ? Restatement.Of(inputs.History, recomputed, figures.FactsOf(inputs.Claim))
            : null;

        var sections = new JsonObject
        {
            ["restatement"] = new JsonObject
            {
                ["restatementId"] = inputs.RestatementId,
                ["restatedAt"] = EvidenceJson.Time(inputs.RestatedAt),
                ["hasDecision"] = inputs.HasDecision,
                ["before"] = inputs.Before is { } was ? Write(was) : null,
                ["after"] = Write(inputs.After),
            },
            ["claim"] = EvidenceSections.Claim(inputs.Claim),
        };
        EvidenceSections.AddMonth(sections, inputs.Claim, figures);
        sections["posted"] = LedgerHistory.Write(inputs.History);
        var steps = new JsonArray();
        EvidenceArithmetic.AddMonth(steps, inputs.Claim, figures);
        if (figures.Month.Tier is { Status: MosStatus.Scored, Row: { } row } && figures.Base.Amount is { } amount
            && Recomputed is { } credit)
        {
            steps.Add(EvidenceArithmetic.Credit(row.CreditPercent, amount, credit));
        }

        sections["arithmetic"] = steps;
        sections["decision"] = new JsonObject
        {
            ["reasons"] = new JsonArray([.. Change.Reasons.Select(reason => JsonValue.Create(WireName.Of(reason)))]),
            ["differences"] = new JsonArray([.. Change.Differences.Select(Write)]),
            ["recomputed"] = EvidenceJson.Amount(Recomputed),
            ["postedBefore"] = Money.Format(Restatement.NetOf(inputs.History)),
            ["entry"] = LedgerHistory.Entry(Restatement),
        };
        var claim = inputs.Claim;
        var key = new ClaimKey(claim.AccountId, claim.UnitId, claim.Month, LedgerEntryKind.MosCredit);
        var entry = Restatement?.NewEntry;
        Document = new EvidenceDocument(
            Format, sections, entry is null ? [] : [ExpectedOf(key, entry, claim, figures)],
            $"restatement {inputs.RestatementId}, {claim.Month}: "
            + (entry is null ? "no entry" : $"{Money.Format(entry.Amount)} US dollars, {WireName.Of(entry.State)}"));
    }

    /// <summary>What it was made of.</summary>
    public RestatementInputs Inputs { get; }

    /// <summary>What differs and why.</summary>
    public RestatementChange Change { get; }

    /// <summary>The credit computed again, US dollars; null when a person decides.</summary>
    public decimal? Recomputed { get; }

    /// <summary>The entry to add; null without a decision to follow and where a person decides.</summary>
    public Restatement? Restatement { get; }

    /// <summary>The document.</summary>
    public EvidenceDocument Document { get; }

    /// <summary>Restates a month.</summary>
    public static RestatementEvidence Of(RestatementInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        return new RestatementEvidence(inputs);
    }

    internal static RestatementInputs Read(EvidenceNode bundle)
    {
        var restatement = bundle.Member("restatement");
        return new RestatementInputs
        {
            RestatementId = restatement.Member("restatementId").Text(),
            RestatedAt = restatement.Member("restatedAt").Time(),
            HasDecision = restatement.Member("hasDecision").Flag(),
            Before = restatement.Member("before") is { IsNull: false } before ? ReadFigures(before) : null,
            After = ReadFigures(restatement.Member("after")),
            Claim = EvidenceReader.Read(bundle, EvidenceBundle.FormatVersion),
            History = LedgerHistory.Read(bundle.Member("posted")),
        };
    }

    private static ExpectedEntry ExpectedOf(
        ClaimKey key, RestatementEntry entry, EvidenceInputs claim, EvidenceMonth figures) =>
        new(key, entry, claim.Policy.Version) { Facts = figures.FactsOf(claim) };

    private static JsonObject Write(PublishedFigures figures) => new()
    {
        ["version"] = figures.Version,
        ["answered"] = figures.Calls.AnsweredCount,
        ["scored"] = figures.Calls.Mean.CallCount,
        ["sumE4"] = figures.Calls.Mean.SumE4,
        ["mosStatus"] = WireName.Of(figures.MosStatus),
        ["meanMos"] = figures.MosDisplay,
        ["percent"] = figures.Percent,
        ["usageStatus"] = WireName.Of(figures.Base.Status),
        ["base"] = EvidenceJson.Amount(figures.Base.Amount),
        ["barred"] = EvidenceJson.Amount(figures.Base.BarredAmount),
        ["creditIfClaimed"] = EvidenceJson.Amount(figures.CreditIfClaimed),
        ["periodStart"] = EvidenceJson.Time(figures.PeriodStart),
        ["periodEnd"] = EvidenceJson.Time(figures.PeriodEnd),
        ["policyDigest"] = figures.PolicyDigest,
        ["tzdbVersion"] = figures.TimeZoneDatabaseVersion,
    };

    private static PublishedFigures ReadFigures(EvidenceNode node) => new(
        node.Member("version").Integer(),
        new UnitMonthCalls(
            node.Member("answered").Number(),
            new MeanMos(node.Member("sumE4").Number(), node.Member("scored").Number())),
        node.Member("mosStatus").Name<MosStatus>(),
        node.Member("meanMos").OptionalText(),
        node.Member("percent").Integer(),
        new UsageBase(
            node.Member("usageStatus").Name<UsageBaseStatus>(),
            node.Member("base").OptionalAmount(),
            node.Member("barred").Amount()),
        node.Member("creditIfClaimed").OptionalAmount(),
        node.Member("periodStart").Time(),
        node.Member("periodEnd").Time(),
        node.Member("policyDigest").Text(),
        node.Member("tzdbVersion").Text());

    private static JsonObject Write(FigureDifference difference) => new()
    {
        ["figure"] = difference.Figure,
        ["before"] = difference.Before,
        ["after"] = difference.After,
    };
}
