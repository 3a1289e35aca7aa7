using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Sla.Rating;
using VoiceQuality.Sla.Usage;

namespace VoiceQuality.Service.Rating;

/// <summary>Imported and rated usage of one unit.</summary>
/// <param name="UnitId">The unit.</param>
/// <param name="UnitName">Its name.</param>
/// <param name="Difference">The two side by side; null amounts are not known.</param>
/// <param name="RatedSoFar">
/// US dollars of what could be rated, also where calls are missing; null when nothing was rated. Never a bill.
/// </param>
internal sealed record UnitUsageView(
    string UnitId, string UnitName, UsageDifference Difference, decimal? RatedSoFar);

/// <summary>The call pattern of the account, or of a unit where the policy says so.</summary>
/// <param name="UnitId">The unit; null for the whole account.</param>
/// <param name="Pattern">The pattern; null when unrated calls leave it open.</param>
/// <param name="Forecast">The end of a running month; null for another one.</param>
internal sealed record PatternView(string? UnitId, SurchargeResult? Pattern, TierCForecast? Forecast)
{
    /// <summary>Tier C of all domestic calls, percent, cut to two decimals; null without calls.</summary>
    public decimal? TierCPercent => Pattern is { DomesticCalls: > 0 } pattern
        ? decimal.Truncate(pattern.TierCCalls * 10_000m / pattern.DomesticCalls) / 100m
        : null;
}

/// <summary>The usage of an account's month from both sources.</summary>
/// <param name="AccountId">The account.</param>
/// <param name="AccountName">Its name.</param>
/// <param name="ZoneId">IANA zone by whose clock the month ends.</param>
/// <param name="Month">The month.</param>
/// <param name="Months">Months to choose from.</param>
/// <param name="BaseSource">Which of the two is the base of MOS credits.</param>
/// <param name="AllowancePercent">Percent of Tier C calls without surcharge.</param>
/// <param name="IsSettled">
/// Whether every answered call is rated by the reference data in force; otherwise rating goes on in the background.
/// </param>
/// <param name="States">Answered calls of all units by state.</param>
/// <param name="MissingCalls">Answered calls that were not rated yet.</param>
/// <param name="Units">Units with usage from either source, by name.</param>
/// <param name="Patterns">The call pattern; empty without rated calls.</param>
internal sealed record UsageView(
    string AccountId,
    string AccountName,
    string ZoneId,
    ServiceMonth Month,
    IReadOnlyList<ServiceMonth> Months,
    MosBaseSource BaseSource,
    int AllowancePercent,
    bool IsSettled,
    IReadOnlyList<StateSum> States,
    long MissingCalls,
    IReadOnlyList<UnitUsageView> Units,
    IReadOnlyList<PatternView> Patterns)
{
    /// <summary>Answered calls, rated or not.</summary>
    public long AnsweredCalls => States.Sum(sum => sum.Calls) + MissingCalls;

    /// <summary>Answered calls that have a charge, or need none because they are rejected.</summary>
    public long DecidedCalls => States.Where(sum => sum.State != RatingState.Unrated).Sum(sum => sum.Calls);

    /// <summary>Decided of answered calls, percent, cut to two decimals; null without calls.</summary>
    public decimal? CoveragePercent =>
        AnsweredCalls == 0 ? null : decimal.Truncate(DecidedCalls * 10_000m / AnsweredCalls) / 100m;

    /// <summary>Calls that the service does not offer .</summary>
    public long RejectedCalls => CallsIn(RatingState.Rejected);

    /// <summary>Calls to toll-free numbers that were rated 0.0000 for want of a rate .</summary>
    public long ZeroForWantOfRateCalls => CallsIn(RatingState.ZeroForWantOfRate);

    /// <summary>Calls without a charge by reason, most first.</summary>
    public IReadOnlyList<(UnratedReason Reason, long Calls)> Unrated =>
    [
        .. States.Where(sum => sum.Unrated is not null).GroupBy(sum => sum.Unrated!.Value)
            .Select(group => (group.Key, group.Sum(sum => sum.Calls)))
            .OrderByDescending(pair => pair.Item2).ThenBy(pair => pair.Key),
    ];

    private long CallsIn(RatingState state) => States.Where(sum => sum.State == state).Sum(sum => sum.Calls);
}
