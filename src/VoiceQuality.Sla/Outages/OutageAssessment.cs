using System.Collections.Immutable;
using NodaTime;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Policies;

namespace VoiceQuality.Sla.Outages;

/// <summary>What is left of the failures of one component when everything excluded is taken out.</summary>
/// <param name="Failed">The failed time, disjoint and in order.</param>
/// <param name="Remaining">The failed time that counts.</param>
/// <param name="Dates">The dates that the remaining time touches, earliest first.</param>
/// <param name="Exclusions">Each exclusion and whether it applied.</param>
public sealed record OutageAssessment(
    ImmutableArray<Interval> Failed,
    ImmutableArray<Interval> Remaining,
    ImmutableArray<LocalDate> Dates,
    ImmutableArray<ExclusionDecision> Exclusions)
{
    /// <summary>Assesses the failures of one component.</summary>
    /// <param name="failures">Failures of one component, in any order; they may overlap.</param>
    /// <param name="exclusions">What the provider says of them.</param>
    /// <param name="accountId">The customer.</param>
    /// <param name="calendar">The customer's months and zones.</param>
    /// <param name="policy">The reading of the contract.</param>
    /// <param name="asOf">Until when a failure that goes on is known to have lasted.</param>
    /// <exception cref="ArgumentException">The failures are of several components.</exception>
    public static OutageAssessment Of(
        IReadOnlyCollection<ComponentFailure> failures,
        IEnumerable<Exclusion> exclusions,
        string accountId,
        AccountCalendar calendar,
        ContractPolicy policy,
        Instant asOf)
    {
        ArgumentNullException.ThrowIfNull(failures);
        ArgumentNullException.ThrowIfNull(exclusions);
        ArgumentException.ThrowIfNullOrEmpty(accountId);
        ArgumentNullException.ThrowIfNull(calendar);
        ArgumentNullException.ThrowIfNull(policy);

        if (failures.Select(failure => failure.ComponentId).Distinct(StringComparer.Ordinal).Count() > 1)
        {
            throw new ArgumentException("Failures of one component are expected.", nameof(failures));
        }

        ImmutableArray<ExclusionDecision> decisions =
            [.. exclusions.Select(exclusion => ExclusionRules.Decide(exclusion, accountId, policy))];
        var failed = IntervalSet.Union(failures.SelectMany(failure => failure.FailedTimes(asOf)));
        var remaining = IntervalSet.Subtract(
            failed, decisions.Where(decision => decision.Time is not null).Select(decision => decision.Time!.Value));
        return new OutageAssessment([.. failed], [.. remaining], OutageDays.Of(remaining, calendar), decisions);
    }
}
