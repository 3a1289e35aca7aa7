using NodaTime;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Sla.Usage;

namespace VoiceQuality.Sla.Credits;

/// <summary>What was decided on a claim.</summary>
public enum CreditDecision
{
    /// <summary>The credit is due.</summary>
    Granted,

    /// <summary>No credit is due.</summary>
    Denied,

    /// <summary>A person decides: something that the rules need is not known.</summary>
    Review,
}

/// <summary>Why a claim was not granted.</summary>
public enum MosCreditReason
{
    /// <summary>The unit and month were decided before .</summary>
    Duplicate,

    /// <summary>The claim came before the month was over .</summary>
    MonthNotClosed,

    /// <summary>The claim came after the window, by default the month that follows .</summary>
    NotPrecedingMonth,

    /// <summary>No call was answered .</summary>
    NoCalls,

    /// <summary>Calls were answered and none was scored, or it is not known how many .</summary>
    Undetermined,

    /// <summary>The average is outside 1 to 5 .</summary>
    Invalid,

    /// <summary>The average earns nothing .</summary>
    MosNotBelowThreshold,

    /// <summary>The usage billing of the month is not known.</summary>
    UsageUnknown,

    /// <summary>The usage billing is zero or negative .</summary>
    NoBase,

    /// <summary>A toll-free number takes all credits of the account away (R-41, where the policy reads so).</summary>
    TollFreeBarred,
}

/// <summary>A customer's request for the MOS credit of one unit and month .</summary>
/// <param name="Month">The month whose average is complained of.</param>
/// <param name="RequestedAt">When the request was received.</param>
/// <param name="Calendar">The account's months.</param>
/// <param name="Tier">Where the unit's average of the month falls.</param>
/// <param name="Base">The unit's usage billing of <see cref="MosCredit.BaseMonth"/>.</param>
/// <param name="FirstDecisionId">The decision already made for the unit and month; null when there is none.</param>
/// <param name="IsBarred">Whether no credit of the account stands .</param>
public sealed record MosClaim(
    ServiceMonth Month,
    Instant RequestedAt,
    AccountCalendar Calendar,
    MosTier Tier,
    UsageBase Base,
    string? FirstDecisionId = null,
    bool IsBarred = false);

/// <summary>What was decided, why, and by which reading of the contract.</summary>
/// <param name="Decision">Granted, denied, or for a person to decide.</param>
/// <param name="Reason">Why not granted; null when granted.</param>
/// <param name="Percent">Percent of the base, 0 to 100.</param>
/// <param name="Base">US dollars; null when the decision was made without looking at it, or it is not known.</param>
/// <param name="Credit">US dollars, whole cents, 0 or more.</param>
/// <param name="DuplicateOf">The first decision on the unit and month, when this is a repeat.</param>
/// <param name="PolicyVersion">Version of the policy.</param>
/// <param name="PolicyDigest">Digest of the policy.</param>
/// <param name="TimeZoneDatabaseVersion">Version of the time zone database.</param>
public sealed record MosDecision(
    CreditDecision Decision,
    MosCreditReason? Reason,
    int Percent,
    decimal? Base,
    decimal Credit,
    string? DuplicateOf,
    string PolicyVersion,
    string PolicyDigest,
    string TimeZoneDatabaseVersion)
{
    /// <summary>The month that was decided on.</summary>
    public required ServiceMonth Month { get; init; }

    /// <summary>The average that was decided on: its status, row and shown figure.</summary>
    public required MosTier Tier { get; init; }

    /// <summary>
    /// Whether this is the one decision on its unit and month, to which repeats point. A claim that came too
    /// early does not use up the claim that may still come in time, and a repeat is no decision of its own.
    /// </summary>
    public bool SettlesMonth => Reason is not (MosCreditReason.Duplicate or MosCreditReason.MonthNotClosed);
}

/// <summary>Decides claims for the MOS credit (voice connectivity terms, section 5).</summary>
public static class MosCredit
{
    /// <summary>The month whose usage billing is the base .</summary>
    public static ServiceMonth BaseMonth(
        ServiceMonth measured, Instant requestedAt, AccountCalendar calendar, ContractPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(calendar);
        ArgumentNullException.ThrowIfNull(policy);
        return policy.MosBasePeriod == MosBasePeriod.MeasuredMonth ? measured : calendar.MonthOf(requestedAt);
    }

    /// <summary>
    /// The month whose usage billing is the base of a claim that has not come yet: one that comes in the month
    /// that follows, when the window opens.
    /// </summary>
    public static ServiceMonth ExpectedBaseMonth(ServiceMonth measured, ContractPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return policy.MosBasePeriod == MosBasePeriod.MeasuredMonth ? measured : measured.Next;
    }

    /// <summary>The first instant at which a claim for a month is too late .</summary>
    public static Instant ClaimBefore(ServiceMonth month, AccountCalendar calendar, ContractPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(calendar);
        ArgumentNullException.ThrowIfNull(policy);
        return policy.MosRequestWindow == MosRequestWindow.FollowingMonth
            ? calendar.Bounds(month.Next).End
            : calendar.DaysAfterEndOf(month, policy.OutageRequestDays);
    }

    /// <summary>
    /// Decides one claim. The questions are asked in this order, and the first that fails is the answer: decided
    /// before, time of the request, account not barred, average known, average below the threshold, usage known, usage
    /// above zero.
    /// </summary>
    public static MosDecision Decide(MosClaim claim, ContractPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(claim);
        ArgumentNullException.ThrowIfNull(policy);

        if (claim.FirstDecisionId is not null)
        {
            return Without(CreditDecision.Denied, MosCreditReason.Duplicate, claim, policy);
        }

        if (claim.RequestedAt < claim.Calendar.Bounds(claim.Month).End)
        {
            return Without(CreditDecision.Denied, MosCreditReason.MonthNotClosed, claim, policy);
        }

        if (claim.RequestedAt >= ClaimBefore(claim.Month, claim.Calendar, policy))
        {
            return Without(CreditDecision.Denied, MosCreditReason.NotPrecedingMonth, claim, policy);
        }

        if (claim.IsBarred)
        {
            return Without(CreditDecision.Denied, MosCreditReason.TollFreeBarred, claim, policy);
        }

        return claim.Tier.Status switch
        {
            MosStatus.Scored => DecideScored(claim, policy),
            MosStatus.NoCalls => Without(CreditDecision.Denied, MosCreditReason.NoCalls, claim, policy),
            MosStatus.Invalid => Without(CreditDecision.Review, MosCreditReason.Invalid, claim, policy),
            _ => Without(CreditDecision.Review, MosCreditReason.Undetermined, claim, policy),
        };
    }

    /// <summary>
    /// The credit for a base: the percentage, rounded once to cents, never negative and never above the base.
    /// </summary>
    public static decimal AmountOf(int percent, decimal usageBase)
    {
        if (usageBase <= 0)
        {
            return 0;
        }

        // A base with fractions of a cent could be exceeded by the rounding of its 100 %.
        var wholeCents = decimal.Round(usageBase, 2, MidpointRounding.ToZero);
        return Math.Min(Money.PercentOf(percent, usageBase), wholeCents);
    }

    private static MosDecision DecideScored(MosClaim claim, ContractPolicy policy)
    {
        if (claim.Tier.Row is null)
        {
            return Stamp(
                CreditDecision.Denied, MosCreditReason.MosNotBelowThreshold, 0, claim.Base.Amount, 0, claim, policy);
        }

        var percent = claim.Tier.Percent;
        if (claim.Base.Amount is not { } amount)
        {
            return Stamp(CreditDecision.Review, MosCreditReason.UsageUnknown, percent, null, 0, claim, policy);
        }

        return amount <= 0
            ? Stamp(CreditDecision.Denied, MosCreditReason.NoBase, percent, amount, 0, claim, policy)
            : Stamp(CreditDecision.Granted, null, percent, amount, AmountOf(percent, amount), claim, policy);
    }

    private static MosDecision Without(
        CreditDecision decision, MosCreditReason reason, MosClaim claim, ContractPolicy policy) =>
        Stamp(decision, reason, 0, null, 0, claim, policy);

    private static MosDecision Stamp(
        CreditDecision decision,
        MosCreditReason? reason,
        int percent,
        decimal? usageBase,
        decimal credit,
        MosClaim claim,
        ContractPolicy policy) =>
        new(decision, reason, percent, usageBase, credit, claim.FirstDecisionId,
            policy.Version, policy.Digest, TimeZones.DatabaseVersion)
        {
            Month = claim.Month,
            Tier = claim.Tier,
        };
}
