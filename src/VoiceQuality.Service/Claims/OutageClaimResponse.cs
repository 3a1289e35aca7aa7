using System.Collections.Immutable;
using System.Text.Json;
using NodaTime.Text;
using VoiceQuality.Service.Api;
using VoiceQuality.Sla;
using VoiceQuality.Sla.Ledger;
using VoiceQuality.Sla.Outages;
using VoiceQuality.Storage.Claims;

namespace VoiceQuality.Service.Claims;

/// <summary>What was decided on one failure.</summary>
/// <param name="Failure">Which of the request's failures, 1 for the first.</param>
/// <param name="ComponentId">The component.</param>
/// <param name="FailureId">The measured failure; null when none fits.</param>
/// <param name="StartedAt">When it first arose; null without a measured one.</param>
/// <param name="EndedAt">When it ended as known at the decision; null without a measured one.</param>
/// <param name="LastDate">Last date on which it could be claimed.</param>
/// <param name="Decision">ACCEPTED, DENIED or REVIEW.</param>
/// <param name="Reason">Why not accepted; null when it was.</param>
/// <param name="DatesToReview">Dates that a person decides on.</param>
internal sealed record OutageFailureResponse(
    int Failure,
    string ComponentId,
    string? FailureId,
    string? StartedAt,
    string? EndedAt,
    string? LastDate,
    string Decision,
    string? Reason,
    IReadOnlyList<string> DatesToReview);

/// <summary>The credit of one component and month.</summary>
/// <param name="ComponentId">The component.</param>
/// <param name="Month">Month of service.</param>
/// <param name="Dates">Dates of failure that count.</param>
/// <param name="TotalSoFar">US dollars earned in the month so far; null when a person decides.</param>
/// <param name="AlreadyPosted">US dollars posted before.</param>
/// <param name="Credit">US dollars of this entry; null when a person decides.</param>
/// <param name="IsCapped">Whether the MRC billed is less than the dates would earn.</param>
/// <param name="Review">Why a person decides; null when the rules do.</param>
/// <param name="EntryId">The ledger's entry; null without one.</param>
/// <param name="State">POSTED or PENDING_SECOND_APPROVAL; null without an entry.</param>
internal sealed record OutageCreditResponse(
    string ComponentId,
    string Month,
    IReadOnlyList<string> Dates,
    string? TotalSoFar,
    string AlreadyPosted,
    string? Credit,
    bool IsCapped,
    string? Review,
    string? EntryId,
    string? State);

/// <summary>The details of a decision as they are stored.</summary>
/// <param name="Results">Each failure.</param>
/// <param name="Credits">Each component and month.</param>
internal sealed record OutageDetails(
    IReadOnlyList<OutageFailureResponse> Results, IReadOnlyList<OutageCreditResponse> Credits)
{
    public static OutageDetails Of(OutageSettlement settlement, IReadOnlyList<ChainedEntry?> entries) => new(
        [
            .. settlement.Items.Select(item => new OutageFailureResponse(
                item.Item,
                item.ComponentId,
                item.FailureId,
                item.Time is { } from ? Wire.Time(from.Start) : null,
                item.Time is { } to ? Wire.Time(to.End) : null,
                item.LastDate is { } last ? LocalDatePattern.Iso.Format(last) : null,
                WireName.Of(item.Decision),
                WireName.Of(item.Reason),
                [.. item.DatesToReview.Select(LocalDatePattern.Iso.Format)])),
        ],
        [
            .. settlement.Lines.Select((line, i) => new OutageCreditResponse(
                line.Line.ComponentId,
                line.Line.Month.ToString(),
                [.. line.Dates.Select(LocalDatePattern.Iso.Format)],
                Wire.Money(line.Line.TotalSoFar),
                Sla.Money.Format(line.Line.AlreadyPosted),
                line.Restatement is null ? null : Sla.Money.Format(entries[i]?.Entry.Amount ?? 0m),
                line.Line.IsCapped,
                line.Restatement is null ? WireName.Of(OutageLines.ReasonOf(line.Line)) : null,
                entries[i]?.Entry.Id,
                entries[i] is { } entry ? WireName.Of(entry.Entry.State) : null)),
        ]);
}

/// <summary>A claim for outage credits, complete or not, and what was decided on it.</summary>
/// <param name="ClaimId">Name of the claim.</param>
/// <param name="AccountId">The account.</param>
/// <param name="Kind">OUTAGE.</param>
/// <param name="ReceivedAt">When the request was received.</param>
/// <param name="SubmittedAt">When its last element was received; null while something is missing.</param>
/// <param name="Failures">What was told so far.</param>
/// <param name="Missing">Elements that are missing, in the order of the contract.</param>
/// <param name="CompleteBefore">First instant at which completing it is too late; null when no date was told.</param>
/// <param name="Decision">INCOMPLETE, GRANTED, DENIED or REVIEW; in review, what needs no person is posted
/// already.</param>
/// <param name="Reason">Why it was not granted, or not all of it.</param>
/// <param name="Credit">US dollars posted.</param>
/// <param name="Results">Each failure.</param>
/// <param name="Credits">Each component and month.</param>
/// <param name="PolicyVersion">Version of the policy at the decision; null before it.</param>
/// <param name="EvidenceDigest">Digest of the evidence; null before the decision.</param>
/// <param name="Evidence">Address of the evidence; null before the decision.</param>
/// <param name="Resolution">What a person decided on a claim in review; null when nobody did.</param>
internal sealed record OutageClaimResponse(
    string ClaimId,
    string AccountId,
    string Kind,
    string ReceivedAt,
    string? SubmittedAt,
    IReadOnlyList<OutageItemBody> Failures,
    IReadOnlyList<string> Missing,
    string? CompleteBefore,
    string Decision,
    string? Reason,
    string Credit,
    IReadOnlyList<OutageFailureResponse> Results,
    IReadOnlyList<OutageCreditResponse> Credits,
    string? PolicyVersion,
    string? EvidenceDigest,
    string? Evidence,
    ResolutionResponse? Resolution)
{
    public static OutageClaimResponse Incomplete(
        StoredOutageClaim claim, OutageSettlement settlement, ImmutableArray<OutageItem> items) => new(
            claim.ClaimId, claim.AccountId, "OUTAGE", Wire.Time(claim.ReceivedAt), null,
            [.. items.Select(OutageItemBody.Of)],
            [.. settlement.Missing.Select(element => WireName.Of(element))],
            settlement.CompleteBefore is { } before ? Wire.Time(before) : null,
            "INCOMPLETE", WireName.Of(settlement.Reason), "0.00", [], [], null, null, null, null);

    public static OutageClaimResponse Of(
        StoredOutageClaim claim, ImmutableArray<OutageItem> items, StoredResolution? resolution)
    {
        var decision = claim.Decision!;
        var details = JsonSerializer.Deserialize<OutageDetails>(decision.Details, JsonSerializerOptions.Web)!;
        return new OutageClaimResponse(
            claim.ClaimId, claim.AccountId, "OUTAGE", Wire.Time(claim.ReceivedAt), Wire.Time(decision.SubmittedAt),
            [.. items.Select(OutageItemBody.Of)], [], null,
            WireName.Of(decision.Decision), WireName.Of(decision.Reason), Sla.Money.Format(decision.Credit),
            details.Results, details.Credits, decision.PolicyVersion, decision.EvidenceDigest,
            ClaimLinks.Evidence(claim.AccountId, claim.ClaimId),
            resolution is null ? null : ResolutionResponse.Of(resolution));
    }
}
