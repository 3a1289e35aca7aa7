using NodaTime;
using VoiceQuality.Sla.Credits;

namespace VoiceQuality.Service.TrustPage;

/// <summary>
/// One unit's month: what pages, API and CSV all show. There is one way to make it, so the figures are the same.
/// </summary>
/// <param name="AccountId">The account.</param>
/// <param name="UnitId">The business unit.</param>
/// <param name="UnitName">Name as the account book has it; the id where it has none.</param>
/// <param name="Zone">Zone by whose clock the month ends.</param>
/// <param name="Figures">The figures, with the policy that made them.</param>
/// <param name="AssessmentVersion">
/// Version under which exactly these figures are stored; null when not stored yet.
/// </param>
internal sealed record AssessedMonth(
    string AccountId, string UnitId, string UnitName, DateTimeZone Zone, MonthlyEligibility Figures,
    int? AssessmentVersion)
{
    /// <summary>
    /// Whether what is stored differs from what calls, usage and policies give now, or nothing is stored: an assessment
    /// follows soon. A closed month shows what was published until then.
    /// </summary>
    public bool IsAssessmentDue { get; init; }

    /// <summary>US dollars of the month's MOS credit that were posted; null when nothing was.</summary>
    public decimal? Paid { get; init; }

    /// <summary>The state of the month in a word of the interface: status of the average, then of the month.</summary>
    public MonthStatus Status => Figures.Tier.Status switch
    {
        MosStatus.NoCalls => MonthStatus.NoCalls,
        MosStatus.Scored => Figures.State == MonthState.Closed ? MonthStatus.Closed : MonthStatus.Provisional,
        MosStatus.Invalid => MonthStatus.Invalid,
        _ => MonthStatus.Undetermined,
    };

    /// <summary>Why there is no amount, as the contract names it; null when there is one.</summary>
    public string? Reason => Figures.Tier.Status switch
    {
        MosStatus.Scored when Figures.Tier.Row is null => Sla.WireName.Of(MosCreditReason.MosNotBelowThreshold),
        MosStatus.Scored when Figures.Base.Amount is null => Sla.WireName.Of(MosCreditReason.UsageUnknown),
        MosStatus.Scored when Figures.Base.Amount <= 0 => Sla.WireName.Of(MosCreditReason.NoBase),
        MosStatus.Scored => null,
        MosStatus.NoCalls => Sla.WireName.Of(MosCreditReason.NoCalls),
        MosStatus.Invalid => Sla.WireName.Of(MosCreditReason.Invalid),
        _ => Sla.WireName.Of(MosCreditReason.Undetermined),
    };
}

/// <summary>Where a unit's month stands.</summary>
internal enum MonthStatus
{
    /// <summary>The figures can still change.</summary>
    Provisional,

    /// <summary>The grace period is over.</summary>
    Closed,

    /// <summary>No call was answered.</summary>
    NoCalls,

    /// <summary>Calls were answered and none could be scored; a person decides.</summary>
    Undetermined,

    /// <summary>The average is impossible; a person looks into it.</summary>
    Invalid,
}
