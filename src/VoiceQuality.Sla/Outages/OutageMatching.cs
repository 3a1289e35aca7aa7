using System.Collections.Immutable;
using NodaTime;
using VoiceQuality.Sla.Periods;

namespace VoiceQuality.Sla.Outages;

/// <summary>Which measured failures a request means, and whether each was asked for in time .</summary>
internal static class OutageMatching
{
    public static ImmutableArray<OutageItemDecision> Decide(
        OutageSettlementInputs inputs, IReadOnlyList<RequestArrival> arrivals)
    {
        var decisions = ImmutableArray.CreateBuilder<OutageItemDecision>();
        var items = inputs.Items;
        for (var i = 0; i < items.Length; i++)
        {
            var item = items[i];
            var claim = new OutageClaim(item.ComponentId!, item.Begin!.Value, item.IsOngoing ? null : item.End);
            var facts = inputs.Components.First(component => component.ComponentId == claim.ComponentId);
            decisions.AddRange(DecideOne(i + 1, claim, facts, inputs, arrivals));
        }

        return decisions.ToImmutable();
    }

    /// <summary>When the earliest deadline of what was told so far runs out; null when no date was told.</summary>
    public static Instant? CompleteBefore(OutageSettlementInputs inputs)
    {
        var dates = inputs.Items.Where(item => item.HasDate).Select(item => item.Begin?.Date ?? item.Date!.Value)
            .ToList();
        if (dates.Count == 0)
        {
            return null;
        }

        var zone = ZoneOf(dates.Min(), inputs.Calendar);
        var first = TimeZones.StartOfDay(dates.Min(), zone);
        var last = OutageRequest.LastDateOf(first, inputs.Calendar, inputs.PolicyAt(first));
        return TimeZones.StartOfDay(last.PlusDays(1), zone);
    }

    private static IEnumerable<OutageItemDecision> DecideOne(
        int number,
        OutageClaim claim,
        ComponentFacts facts,
        OutageSettlementInputs inputs,
        IReadOnlyList<RequestArrival> arrivals)
    {
        var zone = ZoneOf(claim.Begin.Date, inputs.Calendar);
        var policy = inputs.PolicyOf(OutageDays.MonthOf(claim.Begin.Date, inputs.Calendar));
        var match = OutageClaimMatch.Of(
            claim, facts.Failures.Select(failure => failure.Failure), facts.Gaps, zone, policy, inputs.AsOf,
            inputs.IsOneFailureAnItem);
        foreach (var failure in match.Failures)
        {
            var decided = Request(failure.Id, failure.Start, FailureMatch.Measured);
            var (decision, reason) = decided.Decision == OutageRequestDecision.Denied
                ? (decided.Decision, ReasonOf(decided.Reason))
                : facts.IsBarred ? (OutageRequestDecision.Denied, OutageClaimReason.TollFreeBarred)
                : !facts.IsKnown ? (OutageRequestDecision.Review, OutageClaimReason.ComponentUnknown)
                : (decided.Decision, (OutageClaimReason?)null);
            yield return new OutageItemDecision(
                number, claim.ComponentId, failure.Id, failure.TimeUntil(inputs.AsOf), decided.LastDate, decision,
                reason, []);
        }

        if (match.Decision == OutageRequestDecision.Accepted)
        {
            yield break;
        }

        var firstArose = OutageClaim.Readings(claim.Begin, zone).First;
        var open = Request("", firstArose, match.Reason == OutageRequestReason.MonitorGap
            ? FailureMatch.MonitorGap
            : FailureMatch.NoMatch);
        var why = open.Decision == OutageRequestDecision.Review && !facts.IsKnown
            ? OutageClaimReason.ComponentUnknown
            : ReasonOf(open.Reason);
        yield return new OutageItemDecision(
            number, claim.ComponentId, null, null, open.LastDate, open.Decision, why,
            open.Decision == OutageRequestDecision.Review ? match.DatesToReview : []);

        FailureRequestDecision Request(string id, Instant arose, FailureMatch found) =>
            OutageRequest.Decide(
                [new RequestedFailure(id, arose, found)], arrivals, inputs.Calendar,
                inputs.PolicyAt(arose)).Failures[0];
    }

    private static OutageClaimReason? ReasonOf(OutageRequestReason? reason) => reason switch
    {
        null => null,
        OutageRequestReason.Late => OutageClaimReason.Late,
        OutageRequestReason.MissingFields => OutageClaimReason.MissingFields,
        OutageRequestReason.MonitorGap => OutageClaimReason.MonitorGap,
        _ => OutageClaimReason.NoMatch,
    };

    private static DateTimeZone ZoneOf(LocalDate date, AccountCalendar calendar) =>
        calendar.ZoneOf(OutageDays.MonthOf(date, calendar));
}
