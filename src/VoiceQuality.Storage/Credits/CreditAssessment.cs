using NodaTime;
using VoiceQuality.Sla.Credits;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Usage;

namespace VoiceQuality.Storage.Credits;

/// <summary>
/// What a unit's month was worth when it was assessed: a <see cref="MonthlyEligibility"/> as it was stored. Rows are
/// added and never changed.
/// </summary>
public sealed record CreditAssessment
{
    /// <summary>The account.</summary>
    public required string AccountId { get; init; }

    /// <summary>The business unit.</summary>
    public required string UnitId { get; init; }

    /// <summary>The month of service.</summary>
    public required ServiceMonth Month { get; init; }

    /// <summary>1 for the first of this unit and month; the greatest is current.</summary>
    public required int Version { get; init; }

    /// <summary>SHA-256 over everything but version and time of assessment, lower-case hex.</summary>
    public required string ContentDigest { get; init; }

    /// <summary>When it was assessed, to the microsecond.</summary>
    public required Instant AssessedAt { get; init; }

    /// <summary>First instant of the month.</summary>
    public required Instant PeriodStart { get; init; }

    /// <summary>First instant after the month.</summary>
    public required Instant PeriodEnd { get; init; }

    /// <summary>Answered calls with the exact sum and count of those that were scored.</summary>
    public required UnitMonthCalls Calls { get; init; }

    /// <summary>What is known about the average.</summary>
    public required MosStatus MosStatus { get; init; }

    /// <summary>The average cut to three decimals; null when it is not known.</summary>
    public string? MosDisplay { get; init; }

    /// <summary>The row of the credit table as the contract prints it; null without one.</summary>
    public string? RowName { get; init; }

    /// <summary>Percent of the usage billing, 0 to 100.</summary>
    public required int CreditPercent { get; init; }

    /// <summary>Scored in percent of answered calls, cut to two decimals; null without calls.</summary>
    public decimal? CoveragePercent { get; init; }

    /// <summary>The usage billing, or why it is not known.</summary>
    public required UsageBase Base { get; init; }

    /// <summary>US dollars that a claim in time would be granted; null when that is not known.</summary>
    public decimal? CreditIfClaimed { get; init; }

    /// <summary>Whether the figures could still change.</summary>
    public required MonthState State { get; init; }

    /// <summary>When the grace period ends.</summary>
    public required Instant ClosesAt { get; init; }

    /// <summary>Whether a claim would have been in time when it was assessed.</summary>
    public required ClaimWindow ClaimWindow { get; init; }

    /// <summary>The first instant at which a claim is too late.</summary>
    public required Instant ClaimBefore { get; init; }

    /// <summary>Version of the policy.</summary>
    public required string PolicyVersion { get; init; }

    /// <summary>Digest of the policy.</summary>
    public required string PolicyDigest { get; init; }

    /// <summary>Version of the time zone database.</summary>
    public required string TimeZoneDatabaseVersion { get; init; }
}

/// <summary>What became of an assessment.</summary>
/// <param name="Version">The version that is current now.</param>
/// <param name="IsNew">Whether it was added; false when the current one says the same.</param>
public readonly record struct AssessmentOutcome(int Version, bool IsNew);

/// <summary>Units of an account whose month is assessed by one policy.</summary>
/// <param name="AccountId">The account.</param>
/// <param name="Month">The month of service.</param>
/// <param name="PolicyDigest">Digest of the policy.</param>
/// <param name="Units">Number of units.</param>
public sealed record AssessedPolicy(string AccountId, ServiceMonth Month, string PolicyDigest, int Units);
