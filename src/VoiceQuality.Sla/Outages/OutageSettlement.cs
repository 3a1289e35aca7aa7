using System.Collections.Immutable;
using NodaTime;
using VoiceQuality.Sla.Credits;
using VoiceQuality.Sla.Ledger;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Policies;

namespace VoiceQuality.Sla.Outages;

/// <summary>Why a request for outage credits was not granted, or not all of it.</summary>
public enum OutageClaimReason
{
    /// <summary>Something is missing .</summary>
    MissingFields,

    /// <summary>It was submitted after the last date .</summary>
    Late,

    /// <summary>No failure was measured at the claimed time .</summary>
    NoMatch,

    /// <summary>Nothing was measured at the claimed time .</summary>
    MonitorGap,

    /// <summary>The account has no such component as far as the reference data know.</summary>
    ComponentUnknown,

    /// <summary>The MRC of the component is not known.</summary>
    MrcUnknown,

    /// <summary>The component is in a bundle that the contract does not split .</summary>
    BundleWithoutSplit,

    /// <summary>It is not known how much MRC was billed .</summary>
    MrcBilledUnknown,

    /// <summary>A toll-free number that was not verified or reported bars the component .</summary>
    TollFreeBarred,

    /// <summary>Nothing is left when what is excluded is taken out .</summary>
    Excluded,

    /// <summary>The days were credited before .</summary>
    AlreadyCredited,

    /// <summary>The component has no MRC, or none was billed .</summary>
    NoMrc,
}

/// <summary>What was decided on one failure of a request.</summary>
/// <param name="Item">Which of the request's failures it is, 1 for the first.</param>
/// <param name="ComponentId">The component.</param>
/// <param name="FailureId">The measured failure; null when there is none.</param>
/// <param name="Time">Its time as known; null when there is none.</param>
/// <param name="LastDate">Last civil date on which it could be claimed; null when its first date is not known.</param>
/// <param name="Decision">Accepted, denied, or for a person.</param>
/// <param name="Reason">Why not accepted; null when it was.</param>
/// <param name="DatesToReview">Claimed dates that a person decides on.</param>
public sealed record OutageItemDecision(
    int Item,
    string ComponentId,
    string? FailureId,
    Interval? Time,
    LocalDate? LastDate,
    OutageRequestDecision Decision,
    OutageClaimReason? Reason,
    ImmutableArray<LocalDate> DatesToReview);

/// <summary>The credit of one component and month, and the entry that brings the ledger to it .</summary>
/// <param name="Line">Days, cap, total so far, and what was posted.</param>
/// <param name="Dates">The dates that count.</param>
/// <param name="Restatement">The entry to add, if any; null when a person decides.</param>
/// <param name="Claim">What the entry is for.</param>
/// <param name="PolicyVersion">Version of the policy in force in the month.</param>
public sealed record OutageSettlementLine(
    OutageCreditLine Line,
    ImmutableArray<LocalDate> Dates,
    Restatement? Restatement,
    ClaimKey Claim,
    string PolicyVersion)
{
    /// <summary>Digest of the facts that give the total: dates, MRC billed and what follows from them.</summary>
    public string Facts { get; init; } = "";

    /// <summary>US dollars that are posted at once, whole cents, 0 or more.</summary>
    public decimal PostedNow =>
        Restatement?.NewEntry is { State: LedgerEntryState.Posted, Amount: > 0 } entry ? entry.Amount : 0m;
}

/// <summary>How the failures of a component were reduced by what is excluded.</summary>
/// <param name="ComponentId">The component.</param>
/// <param name="Assessment">Failed time, exclusions with their decisions, and what remains.</param>
public sealed record OutageComponentAssessment(string ComponentId, OutageAssessment Assessment);

/// <summary>
/// A decision on a request for outage credits. Every failure has its own clock; what was accepted is
/// credited at once per component and month, what needs a person waits for one.
/// </summary>
/// <param name="SubmittedAt">When the last element came; null while one is missing.</param>
/// <param name="Missing">What is missing, in the order of the contract.</param>
/// <param name="CompleteBefore">First instant at which completing it is too late for a failure; null when not
/// known.</param>
/// <param name="Items">Each failure.</param>
/// <param name="Components">Each component with accepted failures.</param>
/// <param name="Lines">Each component and month.</param>
/// <param name="Decision">Granted, denied, or with something left for a person; null while incomplete.</param>
/// <param name="Reason">Why not granted, the first of the enum that occurs; null when granted.</param>
/// <param name="Credit">US dollars posted at once.</param>
public sealed record OutageSettlement(
    Instant? SubmittedAt,
    ImmutableArray<RequestElement> Missing,
    Instant? CompleteBefore,
    ImmutableArray<OutageItemDecision> Items,
    ImmutableArray<OutageComponentAssessment> Components,
    ImmutableArray<OutageSettlementLine> Lines,
    CreditDecision? Decision,
    OutageClaimReason? Reason,
    decimal Credit)
{
    /// <summary>Decides.</summary>
    public static OutageSettlement Of(OutageSettlementInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        var arrivals = inputs.Arrivals();
        var request = OutageRequest.Decide([], arrivals, inputs.Calendar, inputs.PolicyAt(inputs.AsOf));
        if (request.SubmittedAt is not { } submittedAt)
        {
            return new OutageSettlement(
                null, request.Missing, OutageMatching.CompleteBefore(inputs), [], [], [], null,
                OutageClaimReason.MissingFields, 0m);
        }

        var items = OutageMatching.Decide(inputs, arrivals);
        var components = ImmutableArray.CreateBuilder<OutageComponentAssessment>();
        var lines = ImmutableArray.CreateBuilder<OutageSettlementLine>();
        foreach (var facts in inputs.Components)
        {
            var accepted = items.Where(item => item.ComponentId == facts.ComponentId && item.FailureId is not null
                && item.Decision == OutageRequestDecision.Accepted).ToList();
            if (accepted.Count == 0)
            {
                continue;
            }

            var claimed = accepted.Select(item => item.Time!.Value);
            var months = OutageDays.Of(claimed, inputs.Calendar)
                .Select(date => OutageDays.MonthOf(date, inputs.Calendar)).ToHashSet();
            var assessment = OutageLines.Assess(facts, accepted.Select(item => item.FailureId!), inputs);
            components.Add(new OutageComponentAssessment(facts.ComponentId, assessment));
            lines.AddRange(OutageLines.Of(facts, assessment, facts.PersonDates, months, inputs));
        }

        var credit = lines.Sum(line => line.PostedNow);
        var (decision, reason) = Conclude(items, lines, credit);
        return new OutageSettlement(
            submittedAt, [], null, items, components.ToImmutable(), lines.ToImmutable(), decision, reason, credit);
    }

    private static (CreditDecision Decision, OutageClaimReason? Reason) Conclude(
        ImmutableArray<OutageItemDecision> items, IReadOnlyCollection<OutageSettlementLine> lines, decimal credit)
    {
        var forReview = items.Where(item => item.Decision == OutageRequestDecision.Review)
            .Select(item => item.Reason!.Value)
            .Concat(lines.Where(line => line.Restatement is null).Select(line => OutageLines.ReasonOf(line.Line)))
            .ToList();
        if (forReview.Count > 0)
        {
            return (CreditDecision.Review, forReview.Min());
        }

        if (credit > 0)
        {
            return (CreditDecision.Granted, null);
        }

        var denied = items.Where(item => item.Decision == OutageRequestDecision.Denied)
            .Select(item => item.Reason!.Value)
            .Concat(lines.Select(line => OutageLines.NothingBecause(line.Line)))
            .ToList();
        return (CreditDecision.Denied, denied.Count > 0 ? denied.Min() : OutageClaimReason.Excluded);
    }
}
