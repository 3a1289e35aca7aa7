using System.Collections.Immutable;
using NodaTime;
using VoiceQuality.Sla.Ledger;
using VoiceQuality.Sla.Outages;

namespace VoiceQuality.Sla.Evidence;

/// <summary>What a person decided on a claim that the rules could not decide.</summary>
public enum ResolutionDecision
{
    /// <summary>The credit is due.</summary>
    Grant,

    /// <summary>No credit is due.</summary>
    Deny,
}

/// <summary>A date of failure that a person takes as proven.</summary>
/// <param name="ComponentId">The component.</param>
/// <param name="Date">The date in the account's zone.</param>
public readonly record struct GrantedDate(string ComponentId, LocalDate Date);

/// <summary>What a person's decision depends on. The person decides facts; the amount follows from them.</summary>
public sealed record ResolutionInputs
{
    /// <summary>Name of the resolution.</summary>
    public required string ResolutionId { get; init; }

    /// <summary>
    /// The restatement that it is of, where a person decided what a decided claim is worth by new figures; null for a
    /// claim in review.
    /// </summary>
    public string? RestatementId { get; init; }

    /// <summary>When it was made, to the microsecond.</summary>
    public required Instant ResolvedAt { get; init; }

    /// <summary>Who decided: an opaque id.</summary>
    public required string Actor { get; init; }

    /// <summary>What was decided.</summary>
    public required ResolutionDecision Decision { get; init; }

    /// <summary>Why, in the person's words.</summary>
    public required string Reason { get; init; }

    /// <summary>References to the evidence.</summary>
    public required ImmutableArray<string> Evidence { get; init; }

    /// <summary>Percent of the row that the person finds, where no average is known; null otherwise.</summary>
    public int? Percent { get; init; }

    /// <summary>Dates that the person takes as proven.</summary>
    public ImmutableArray<GrantedDate> Dates { get; init; } = [];

    /// <summary>US dollars beyond what the rules give; 0 or more, and only where the policy allows it.</summary>
    public decimal Goodwill { get; init; }

    /// <summary>The month of a MOS claim as it is now; null for an outage claim.</summary>
    public EvidenceInputs? Mos { get; init; }

    /// <summary>The outage claim as it is now; null for a MOS claim.</summary>
    public OutageSettlementInputs? Outage { get; init; }

    /// <summary>Entries of a MOS claim before, oldest first.</summary>
    public ImmutableArray<LedgerAmount> History { get; init; } = [];

    /// <summary>Entries of goodwill for the same thing before, oldest first.</summary>
    public ImmutableArray<LedgerAmount> GoodwillHistory { get; init; } = [];
}

/// <summary>Why a resolution cannot be carried out.</summary>
public enum ResolutionRefusal
{
    /// <summary>The usage billing or the MRC billed is not known, so the amount could exceed it.</summary>
    BaseUnknown,

    /// <summary>No average is known, and the person named no row of the credit table.</summary>
    PercentMissing,

    /// <summary>An average is known, so its row decides; or the percent is none of the table.</summary>
    PercentNotOfTheTable,

    /// <summary>No date was granted, or one that the claim does not ask for.</summary>
    DatesNotClaimed,

    /// <summary>The policy allows no credit beyond the rules.</summary>
    GoodwillNotAllowed,

    /// <summary>The credit and the goodwill together exceed the base.</summary>
    ExceedsBase,

    /// <summary>A grant without any amount.</summary>
    NothingToGrant,
}
