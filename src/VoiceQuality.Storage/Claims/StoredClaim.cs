using NodaTime;
using VoiceQuality.Sla.Credits;
using VoiceQuality.Sla.Periods;

namespace VoiceQuality.Storage.Claims;

/// <summary>A claim for a MOS credit and what was decided on it. Rows are added and never changed.</summary>
public sealed record StoredClaim
{
    /// <summary>Name of the claim.</summary>
    public required string ClaimId { get; init; }

    /// <summary>The account.</summary>
    public required string AccountId { get; init; }

    /// <summary>The business unit.</summary>
    public required string UnitId { get; init; }

    /// <summary>The month whose average is complained of.</summary>
    public required ServiceMonth Month { get; init; }

    /// <summary>When it was received, to the microsecond.</summary>
    public required Instant ReceivedAt { get; init; }

    /// <summary>What was decided.</summary>
    public required CreditDecision Decision { get; init; }

    /// <summary>Why it was not granted; null when it was.</summary>
    public MosCreditReason? Reason { get; init; }

    /// <summary>What was known about the average.</summary>
    public required MosStatus MosStatus { get; init; }

    /// <summary>The average cut to three decimals; null when it was not known.</summary>
    public string? MosDisplay { get; init; }

    /// <summary>Percent of the base, 0 to 100.</summary>
    public required int Percent { get; init; }

    /// <summary>Usage billing, US dollars; null when it was not looked at or not known.</summary>
    public decimal? Base { get; init; }

    /// <summary>US dollars, whole cents, 0 or more.</summary>
    public required decimal Credit { get; init; }

    /// <summary>The first decision on the unit and month, when this is a repeat.</summary>
    public string? DuplicateOf { get; init; }

    /// <summary>Whether it is the one decision on its unit and month .</summary>
    public required bool SettlesMonth { get; init; }

    /// <summary>The ledger's entry; null unless granted.</summary>
    public string? EntryId { get; init; }

    /// <summary>Version of the policy.</summary>
    public required string PolicyVersion { get; init; }

    /// <summary>Digest of the evidence.</summary>
    public required string EvidenceDigest { get; init; }
}
