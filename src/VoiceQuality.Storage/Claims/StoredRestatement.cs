using System.Collections.Immutable;
using NodaTime;
using VoiceQuality.Sla.Ledger;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Storage.Ledger;

namespace VoiceQuality.Storage.Claims;

/// <summary>What a restatement did.</summary>
public enum RestatementOutcome
{
    /// <summary>Nothing was decided on the month, so nothing is posted.</summary>
    NoDecision,

    /// <summary>The posted sum is right as it is.</summary>
    NothingToPost,

    /// <summary>An increase was posted.</summary>
    Posted,

    /// <summary>A decrease waits for a second person.</summary>
    PendingSecondApproval,

    /// <summary>The amount cannot be computed, or a person decided it before: a person decides.</summary>
    Review,
}

/// <summary>A restatement of a published month or of an outage credit. Rows are added and never changed.</summary>
public sealed record StoredRestatement
{
    /// <summary>Name of the restatement.</summary>
    public required string RestatementId { get; init; }

    /// <summary>What is restated.</summary>
    public required ClaimKey Claim { get; init; }

    /// <summary>The decision whose credit follows; null without one.</summary>
    public string? ClaimId { get; init; }

    /// <summary>Version before; null where there was none, and for outages.</summary>
    public int? FromVersion { get; init; }

    /// <summary>Version now; null for outages.</summary>
    public int? ToVersion { get; init; }

    /// <summary>Why.</summary>
    public required ImmutableArray<RestatementReason> Reasons { get; init; }

    /// <summary>What differs, figure by figure.</summary>
    public required ImmutableArray<FigureDifference> Differences { get; init; }

    /// <summary>What it did.</summary>
    public required RestatementOutcome Outcome { get; init; }

    /// <summary>US dollars posted before.</summary>
    public required decimal PostedBefore { get; init; }

    /// <summary>US dollars computed again; null when a person decides.</summary>
    public decimal? Recomputed { get; init; }

    /// <summary>US dollars of the entry; null without one.</summary>
    public decimal? Difference { get; init; }

    /// <summary>The entry; null without one.</summary>
    public string? EntryId { get; init; }

    /// <summary>Version of the policy.</summary>
    public required string PolicyVersion { get; init; }

    /// <summary>When, to the microsecond.</summary>
    public required Instant RestatedAt { get; init; }

    /// <summary>Digest of the evidence.</summary>
    public required string EvidenceDigest { get; init; }

    /// <summary>What a person decided on it; null when nobody did. It is stored apart.</summary>
    public StoredRestatementResolution? Resolution { get; init; }

    /// <summary>
    /// The rejection of its decrease, or of that of its resolution; null without one. It is stored apart.
    /// </summary>
    public StoredRejection? Rejection { get; init; }

    /// <summary>The month of service.</summary>
    public ServiceMonth Month => Claim.ServiceMonth;
}
