using NodaTime;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Sla.Usage;

namespace VoiceQuality.Sla.Credits;

/// <summary>Whether the figures of a month can still change .</summary>
public enum MonthState
{
    /// <summary>The month, or its grace period, is not over.</summary>
    Provisional,

    /// <summary>The grace period is over; a later change is a restatement.</summary>
    Closed,
}

/// <summary>Whether a claim for a month would be in time .</summary>
public enum ClaimWindow
{
    /// <summary>The month is not over yet.</summary>
    NotYetOpen,

    /// <summary>A claim would be in time.</summary>
    Open,

    /// <summary>The window is over, by default with the month that follows.</summary>
    Past,
}

/// <summary>What was measured of a unit's month.</summary>
/// <param name="AnsweredCount">Answered calls .</param>
/// <param name="Mean">Sum and count of those that were scored.</param>
public readonly record struct UnitMonthCalls(long AnsweredCount, MeanMos Mean)
{
    /// <summary>Answered calls without a score .</summary>
    public long UnscoredCount => AnsweredCount - Mean.CallCount;
}

/// <summary>
/// What a unit's month is worth if it is claimed, computed and shown for everybody; money moves on a request only
///
/// </summary>
public sealed record MonthlyEligibility
{
    /// <summary>The month of service.</summary>
    public required ServiceMonth Month { get; init; }

    /// <summary>The month's bounds for the account.</summary>
    public required MonthlyPeriod Period { get; init; }

    /// <summary>What was measured, with the exact sum and count.</summary>
    public required UnitMonthCalls Calls { get; init; }

    /// <summary>Status, row, percent, and the average as shown.</summary>
    public required MosTier Tier { get; init; }

    /// <summary>Scored calls in percent of the answered ones, cut to two decimals; null without calls .</summary>
    public required decimal? CoveragePercent { get; init; }

    /// <summary>The usage billing, or why it is not known.</summary>
    public required UsageBase Base { get; init; }

    /// <summary>
    /// US dollars that a claim in time would be granted; null when that is not known or a person decides.
    /// </summary>
    public required decimal? CreditIfClaimed { get; init; }

    /// <summary>Whether no credit of the account stands .</summary>
    public bool IsBarred { get; init; }

    /// <summary>Whether the figures can still change.</summary>
    public required MonthState State { get; init; }

    /// <summary>The instant at which the grace period ends.</summary>
    public required Instant ClosesAt { get; init; }

    /// <summary>Whether a claim now would be in time.</summary>
    public required ClaimWindow ClaimWindow { get; init; }

    /// <summary>The first instant at which a claim is too late.</summary>
    public required Instant ClaimBefore { get; init; }

    /// <summary>Version of the policy.</summary>
    public required string PolicyVersion { get; init; }

    /// <summary>Digest of the policy.</summary>
    public required string PolicyDigest { get; init; }

    /// <summary>Which score of the calls was counted.</summary>
    public MosReading Reading { get; init; }

    /// <summary>Version of the time zone database.</summary>
    public required string TimeZoneDatabaseVersion { get; init; }

    /// <summary>Computes it.</summary>
    /// <param name="month">The month of service.</param>
    /// <param name="calendar">The account's months.</param>
    /// <param name="calls">What was measured.</param>
    /// <param name="usageBase">The unit's usage billing of <see cref="MosCredit.ExpectedBaseMonth"/>.</param>
    /// <param name="now">The instant as of which it is told.</param>
    /// <param name="policy">The reading of the contract.</param>
    /// <param name="isBarred">Whether no credit of the account stands .</param>
    public static MonthlyEligibility Of(
        ServiceMonth month,
        AccountCalendar calendar,
        UnitMonthCalls calls,
        UsageBase usageBase,
        Instant now,
        ContractPolicy policy,
        bool isBarred = false)
    {
        ArgumentNullException.ThrowIfNull(calendar);
        ArgumentNullException.ThrowIfNull(usageBase);
        ArgumentNullException.ThrowIfNull(policy);

        var period = calendar.Bounds(month);
        var claimBefore = MosCredit.ClaimBefore(month, calendar, policy);
        var closesAt = calendar.DaysAfterEndOf(month, policy.GraceDays);
        var tier = MosTier.ForMonth(calls.AnsweredCount, calls.Mean, policy.MosBounds);

        return new MonthlyEligibility
        {
            Month = month,
            Period = period,
            Calls = calls,
            Tier = tier,
            CoveragePercent = CoverageOf(calls),
            Base = usageBase,
            IsBarred = isBarred,
            CreditIfClaimed = isBarred ? 0m : CreditOf(tier, usageBase),
            State = now < closesAt ? MonthState.Provisional : MonthState.Closed,
            ClosesAt = closesAt,
            ClaimWindow = now < period.End ? ClaimWindow.NotYetOpen
                : now < claimBefore ? ClaimWindow.Open
                : ClaimWindow.Past,
            ClaimBefore = claimBefore,
            PolicyVersion = policy.Version,
            PolicyDigest = policy.Digest,
            Reading = policy.MosReading,
            TimeZoneDatabaseVersion = TimeZones.DatabaseVersion,
        };
    }

    // Cut, not rounded: 100.00 says that every answered call was scored.
    private static decimal? CoverageOf(UnitMonthCalls calls) => calls.AnsweredCount == 0
        ? null
        : decimal.Truncate(calls.Mean.CallCount * 10_000m / calls.AnsweredCount) / 100m;

    private static decimal? CreditOf(MosTier tier, UsageBase usageBase) => tier.Status switch
    {
        MosStatus.NoCalls => 0m,
        MosStatus.Scored when tier.Row is null => 0m,
        MosStatus.Scored => usageBase.Amount is { } amount ? MosCredit.AmountOf(tier.Percent, amount) : null,
        _ => null,
    };
}
