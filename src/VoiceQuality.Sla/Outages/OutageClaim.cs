using System.Collections.Immutable;
using NodaTime;
using VoiceQuality.Sla.Policies;

namespace VoiceQuality.Sla.Outages;

/// <summary>What the customer says of one failure: times by the customer's own clock, approximate.</summary>
/// <param name="ComponentId">The component.</param>
/// <param name="Begin">Approximate begin in the account's zone.</param>
/// <param name="End">Approximate end; null for one that goes on .</param>
public sealed record OutageClaim(string ComponentId, LocalDateTime Begin, LocalDateTime? End)
{
    /// <summary>
    /// The widest time that the words can mean. A local time that comes twice is taken as both; one that is left out
    /// is the instant at which it was left out.
    /// </summary>
    /// <param name="zone">The account's zone.</param>
    /// <param name="asOf">Until when a failure that goes on has lasted.</param>
    /// <returns>The time; null when it ends before it begins.</returns>
    public Interval? TimeIn(DateTimeZone zone, Instant asOf)
    {
        ArgumentNullException.ThrowIfNull(zone);
        var begin = Readings(Begin, zone).First;
        var end = End is { } local ? Readings(local, zone).Last : Instant.Max(begin, asOf);
        return begin <= end ? new Interval(begin, end) : null;
    }

    /// <summary>The earliest and the latest instant that a local time can mean; mostly they are one.</summary>
    public static (Instant First, Instant Last) Readings(LocalDateTime local, DateTimeZone zone)
    {
        ArgumentNullException.ThrowIfNull(zone);
        var mapping = zone.MapLocal(local);
        return mapping.Count == 0
            ? (mapping.LateInterval.Start, mapping.LateInterval.Start)
            : (mapping.First().ToInstant(), mapping.Last().ToInstant());
    }
}

/// <summary>How a claim compares with what was measured.</summary>
/// <param name="Decision">Accepted when every claimed date has a measured failure; otherwise a person decides.</param>
/// <param name="Reason">Why a person decides; null when accepted.</param>
/// <param name="Failures">The measured failures that the claim means, by start.</param>
/// <param name="DatesToReview">Claimed dates on which no failure was measured.</param>
public sealed record OutageClaimMatch(
    OutageRequestDecision Decision,
    OutageRequestReason? Reason,
    ImmutableArray<ComponentFailure> Failures,
    ImmutableArray<LocalDate> DatesToReview)
{
    /// <summary>
    /// Finds the measured failures of the component that touch the claimed time, widened at both ends by
    /// <see cref="ContractPolicy.OutageMatchMinutes"/>. Never a denial.
    /// </summary>
    /// <param name="claim">The claim.</param>
    /// <param name="measured">Measured failures of all components.</param>
    /// <param name="gaps">Times at which the component was not measured.</param>
    /// <param name="zone">The account's zone.</param>
    /// <param name="policy">The reading of the contract.</param>
    /// <param name="asOf">When the claim is decided.</param>
    /// <param name="isOneFailure">
    /// Whether a claim over several dates means the one failure that it tells of. What was decided before this
    /// was asked is computed again without.
    /// </param>
    public static OutageClaimMatch Of(
        OutageClaim claim,
        IEnumerable<ComponentFailure> measured,
        IReadOnlyCollection<Interval> gaps,
        DateTimeZone zone,
        ContractPolicy policy,
        Instant asOf,
        bool isOneFailure = false)
    {
        ArgumentNullException.ThrowIfNull(claim);
        ArgumentNullException.ThrowIfNull(measured);
        ArgumentNullException.ThrowIfNull(gaps);
        ArgumentNullException.ThrowIfNull(policy);

        if (claim.TimeIn(zone, asOf) is not { } claimed)
        {
            return new OutageClaimMatch(OutageRequestDecision.Review, OutageRequestReason.NoMatch, [], []);
        }

        var tolerance = Duration.FromMinutes(policy.OutageMatchMinutes);
        var (from, until) = (claimed.Start - tolerance, claimed.End + tolerance);
        ImmutableArray<ComponentFailure> matched =
        [
            .. measured
                .Where(failure => failure.ComponentId == claim.ComponentId)
                .Where(failure => failure.Start <= until && from <= failure.TimeUntil(asOf).End)
                .Where(failure => failure.Start < failure.TimeUntil(asOf).End)
                .OrderBy(failure => failure.Start)
        ];

        var touching = matched;
        if (isOneFailure && claim.Begin.Date != claimed.End.InZone(zone).Date)
        {
            matched = Told(matched, claimed.Start, tolerance, asOf);
        }

        // Within the tolerance the customer's midnight is not exact either: a date on which the claim stays for no
        // longer than that needs no measured failure of its own.
        var core = claimed.Duration > tolerance + tolerance
            ? new Interval(claimed.Start + tolerance, claimed.End - tolerance)
            : new Interval(claimed.Start, claimed.Start);
        var covered = OutageDays.Of(matched.SelectMany(failure => failure.FailedTimes(asOf)), zone);
        var open = matched.IsEmpty
            ? OutageDays.Of([claimed], zone)
            : [.. OutageDays.Of([core], zone).Except(covered)];

        // A date on which only another failure was measured is claimed too, and a person decides whether it was meant.
        if (matched.Length < touching.Length)
        {
            var others = OutageDays.Of(touching.Except(matched).SelectMany(failure => failure.FailedTimes(asOf)), zone);
            open = [.. open.Union(others.Except(covered)).Order()];
        }

        if (!matched.IsEmpty && open.IsEmpty)
        {
            return new OutageClaimMatch(OutageRequestDecision.Accepted, null, matched, []);
        }

        var isBlind = gaps.Any(gap => IntervalSet.Overlap(gap, new Interval(from, until)));
        var reason = isBlind ? OutageRequestReason.MonitorGap : OutageRequestReason.NoMatch;
        return new OutageClaimMatch(OutageRequestDecision.Review, reason, matched, open);
    }

    // The failure that began at the told time, and those that follow it so closely that nobody by a clock of such
    // exactness could tell them apart.
    private static ImmutableArray<ComponentFailure> Told(
        ImmutableArray<ComponentFailure> touching, Instant begin, Duration tolerance, Instant asOf)
    {
        var told = ImmutableArray.CreateBuilder<ComponentFailure>();
        var until = begin;
        foreach (var failure in touching)
        {
            if (failure.Start <= until + tolerance)
            {
                told.Add(failure);
                until = Instant.Max(until, failure.TimeUntil(asOf).End);
            }
        }

        return told.ToImmutable();
    }
}
