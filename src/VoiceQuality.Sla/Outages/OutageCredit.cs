using System.Collections.Immutable;
using NodaTime;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Policies;

namespace VoiceQuality.Sla.Outages;

/// <summary>Why a person decides on the credit of a component and month.</summary>
public enum OutageReviewReason
{
    /// <summary>The component is in a bundle that the contract does not split .</summary>
    BundleWithoutSplit,

    /// <summary>It is not known how much MRC was billed, so the cap is not known .</summary>
    MrcBilledUnknown,
}

/// <summary>One component: what it costs, what was billed, on which dates it failed.</summary>
/// <param name="ComponentId">The component.</param>
/// <param name="Mrc">Its MRC over time.</param>
/// <param name="MrcBilled">US dollars of MRC billed for it in each month; a month that is missing is unknown.</param>
/// <param name="Dates">The dates of failure in the account's zone, in any order; a date counts once.</param>
/// <param name="AlreadyPosted">
/// US dollars of credit already posted for each month; a month that is missing has 0.
/// </param>
public sealed record ComponentOutage(
    string ComponentId,
    ComponentMrc Mrc,
    IReadOnlyDictionary<ServiceMonth, decimal> MrcBilled,
    IReadOnlyCollection<LocalDate> Dates,
    IReadOnlyDictionary<ServiceMonth, decimal> AlreadyPosted);

/// <summary>The credit of one component and month.</summary>
/// <param name="ComponentId">The component.</param>
/// <param name="Month">The month of service.</param>
/// <param name="Days">Dates of failure in the month.</param>
/// <param name="IsCapped">Whether the MRC billed is less than the dates would earn.</param>
/// <param name="TotalSoFar">US dollars earned in the month, whole cents; null when a person decides.</param>
/// <param name="AlreadyPosted">US dollars posted before.</param>
/// <param name="Credit">
/// US dollars to post now: the total less what was posted. Negative where an earlier posting was too high; such a
/// decrease needs a second person. Null when a person decides.
/// </param>
/// <param name="Review">Why a person decides; null when the rules do.</param>
public sealed record OutageCreditLine(
    string ComponentId,
    ServiceMonth Month,
    int Days,
    bool IsCapped,
    decimal? TotalSoFar,
    decimal AlreadyPosted,
    decimal? Credit,
    OutageReviewReason? Review);

/// <summary>The lines of an account and the reading they went by.</summary>
/// <param name="Lines">By component in the given order, then by month.</param>
/// <param name="Total">US dollars: the sum of the lines that the rules decide.</param>
/// <param name="PolicyVersion">Version of the policy.</param>
/// <param name="PolicyDigest">Digest of the policy.</param>
public sealed record OutageCreditStatement(
    ImmutableArray<OutageCreditLine> Lines, decimal Total, string PolicyVersion, string PolicyDigest);

/// <summary>
/// The outage credit: for each date of failure 1/30 of the MRC in force on that date, per component and month, never
/// more than the MRC billed for it in that month.
/// </summary>
public static class OutageCredit
{
    /// <summary>The part of the MRC that a day earns, whatever the length of the month .</summary>
    public const int DaysOfMrc = 30;

    /// <summary>The credit of the components of one account.</summary>
    /// <exception cref="ArgumentException">A component occurs twice, so that its cap would too.</exception>
    public static OutageCreditStatement Calculate(
        IReadOnlyCollection<ComponentOutage> components, AccountCalendar calendar, ContractPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(components);
        ArgumentNullException.ThrowIfNull(calendar);
        ArgumentNullException.ThrowIfNull(policy);

        if (components.DistinctBy(component => component.ComponentId).Count() != components.Count)
        {
            throw new ArgumentException("A component occurs twice.", nameof(components));
        }

        ImmutableArray<OutageCreditLine> lines =
            [.. components.SelectMany(component => LinesOf(component, calendar))];
        return new OutageCreditStatement(lines, lines.Sum(line => line.Credit ?? 0), policy.Version, policy.Digest);
    }

    private static IEnumerable<OutageCreditLine> LinesOf(ComponentOutage component, AccountCalendar calendar)
    {
        var byMonth = component.Dates.Distinct().ToLookup(date => OutageDays.MonthOf(date, calendar));
        var posted = component.AlreadyPosted.Where(month => month.Value != 0).Select(month => month.Key);

        // A month whose dates have all been excluded since still owes the difference to what was posted.
        return byMonth.Select(month => month.Key).Union(posted).Order()
            .Select(month => LineOf(component, month, [.. byMonth[month]]));
    }

    private static OutageCreditLine LineOf(ComponentOutage component, ServiceMonth month, LocalDate[] dates)
    {
        var alreadyPosted = component.AlreadyPosted.GetValueOrDefault(month);

        if (component.Mrc.Basis == MrcBasis.UnsplitBundle)
        {
            return ForReview(OutageReviewReason.BundleWithoutSplit);
        }

        var mrcOfDates = dates.Sum(date => component.Mrc.InForceOn(date) ?? 0);
        var earned = Money.RoundToCents(mrcOfDates / DaysOfMrc);

        if (!component.MrcBilled.TryGetValue(month, out var billed))
        {
            // Nothing is earned without an MRC, whatever was billed.
            if (earned > 0)
            {
                return ForReview(OutageReviewReason.MrcBilledUnknown);
            }

            billed = 0;
        }

        // A posted amount is whole cents, so a billed fraction of a cent cannot be credited.
        var cap = Math.Max(0, decimal.Round(billed, 2, MidpointRounding.ToZero));
        var total = Math.Min(earned, cap);
        return new OutageCreditLine(
            component.ComponentId, month, dates.Length, earned > cap, total, alreadyPosted, total - alreadyPosted, null);

        OutageCreditLine ForReview(OutageReviewReason reason) =>
            new(component.ComponentId, month, dates.Length, false, null, alreadyPosted, null, reason);
    }
}
