using NodaTime;
using VoiceQuality.Service.Api;
using VoiceQuality.Service.Pages;
using VoiceQuality.Sla.Outages;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Storage.Failures;

namespace VoiceQuality.Service.Failures;

/// <summary>A time.</summary>
/// <param name="From">First instant.</param>
/// <param name="Until">First instant after it; null for none.</param>
internal sealed record TimeResponse(string From, string? Until)
{
    public static TimeResponse Of(Interval time) => new(
        Wire.Time(time.Start), time.HasEnd && time.End != Instant.MaxValue ? Wire.Time(time.End) : null);
}

/// <summary>A component.</summary>
/// <param name="ComponentId">Id.</param>
/// <param name="AccountId">The account that it is for.</param>
/// <param name="UnitId">The unit that it serves; null for the whole account.</param>
/// <param name="Name">Name.</param>
/// <param name="Kind">Kind as the contract names it.</param>
/// <param name="State">up, failed, unknown, excluded or notObserved, when it was last watched.</param>
/// <param name="AsOf">When that was; null when nobody ever watched.</param>
/// <param name="LastFailureId">Its last failure that stands; null for none.</param>
/// <param name="LastFailureAt">When that began.</param>
internal sealed record ComponentResponse(
    string ComponentId, string AccountId, string? UnitId, string Name, string Kind, string State, string? AsOf,
    string? LastFailureId, string? LastFailureAt)
{
    public static ComponentResponse Of(ComponentState state) => new(
        state.Component.Id, state.Component.AccountId, state.Component.UnitId, state.Component.Name,
        state.Component.Kind, Words.Wire(state.State), state.AsOf is { } asOf ? Wire.Time(asOf) : null,
        state.Last?.FailureId, state.Last is { } last ? Wire.Time(last.Start) : null);
}

/// <summary>A part of a timeline.</summary>
/// <param name="From">First instant.</param>
/// <param name="Until">First instant after it.</param>
/// <param name="State">up, failed, unknown, excluded or notObserved.</param>
/// <param name="FailureId">The failure; null in the other states.</param>
internal sealed record TimelineResponsePart(string From, string Until, string State, string? FailureId)
{
    public static TimelineResponsePart Of(TimelinePart part) => new(
        Wire.Time(part.Time.Start), Wire.Time(part.Time.End), Words.Wire(part.State), part.FailureId);
}

/// <summary>The states of a component over time.</summary>
/// <param name="ComponentId">The component.</param>
/// <param name="Parts">In order, without a gap.</param>
internal sealed record TimelineResponse(string ComponentId, IReadOnlyList<TimelineResponsePart> Parts);

/// <summary>What the operations centre found out.</summary>
/// <param name="Cause">Where the failure came from; it excludes nothing by itself.</param>
/// <param name="Notes">In words.</param>
/// <param name="Actor">Who confirmed it.</param>
/// <param name="ConfirmedAt">When.</param>
/// <param name="Version">The version of the failure that was looked at.</param>
internal sealed record ConfirmationResponse(string Cause, string Notes, string Actor, string ConfirmedAt, int Version)
{
    public static ConfirmationResponse? Of(FailureConfirmation? confirmation) => confirmation is null
        ? null
        : new ConfirmationResponse(
            Words.Wire(confirmation.Cause), confirmation.Notes, confirmation.Actor, Wire.Time(confirmation.RecordedAt),
            confirmation.Version);
}

/// <summary>A failure as it stands.</summary>
/// <param name="FailureId">Id.</param>
/// <param name="Version">Version that stands.</param>
/// <param name="ComponentId">The component.</param>
/// <param name="AccountId">The account.</param>
/// <param name="Origin">detected or reported.</param>
/// <param name="From">First attempt or probe that failed.</param>
/// <param name="Until">First that worked; null while it goes on.</param>
/// <param name="IsWithdrawn">Whether it is no failure any more.</param>
/// <param name="Unknown">Times in it at which nobody watched; they neither count nor end it.</param>
/// <param name="FailedAttempts">Attempts and probes that failed, when this version was recorded; at most 1,000.</param>
/// <param name="PolicyVersion">The reading that it was found by.</param>
/// <param name="Confirmation">What the operations centre found out; null when nothing yet.</param>
internal sealed record FailureResponse(
    string FailureId, int Version, string ComponentId, string AccountId, string Origin, string From, string? Until,
    bool IsWithdrawn, IReadOnlyList<TimeResponse> Unknown, int FailedAttempts, string PolicyVersion,
    ConfirmationResponse? Confirmation)
{
    public static FailureResponse Of(KnownOutage known) => new(
        known.Stored.FailureId, known.Stored.Version, known.Stored.ComponentId, known.Stored.AccountId,
        Words.Wire(known.Stored.Origin), Wire.Time(known.Stored.Start),
        known.Stored.End is { } end ? Wire.Time(end) : null, known.Stored.IsWithdrawn,
        [.. known.Failure.Unknown.Select(TimeResponse.Of)], known.Stored.FailedAttempts, known.Stored.PolicyVersion,
        ConfirmationResponse.Of(known.Confirmation));
}

/// <summary>A page of failures.</summary>
/// <param name="Failures">Latest start first.</param>
/// <param name="NextCursor">Cursor of the next page; null for the last.</param>
internal sealed record FailuresResponse(IReadOnlyList<FailureResponse> Failures, string? NextCursor);

/// <summary>A version of a failure.</summary>
/// <param name="Version">Number.</param>
/// <param name="Change">found, ended, moved, withdrawn or setByHand.</param>
/// <param name="From">Start.</param>
/// <param name="Until">End; null while it went on.</param>
/// <param name="Unknown">Times in it at which nobody watched.</param>
/// <param name="FailedAttempts">Attempts and probes that failed; at most 1,000.</param>
/// <param name="Actor">Who; null for the detection.</param>
/// <param name="Notes">What was said.</param>
/// <param name="RecordedAt">When.</param>
internal sealed record FailureVersionResponse(
    int Version, string Change, string From, string? Until, IReadOnlyList<TimeResponse> Unknown, int FailedAttempts,
    string? Actor, string? Notes, string RecordedAt)
{
    public static FailureVersionResponse Of(StoredFailure stored) => new(
        stored.Version, Words.Wire(stored.Change), Wire.Time(stored.Start),
        stored.End is { } end ? Wire.Time(end) : null, [.. stored.Gaps.Select(TimeResponse.Of)], stored.FailedAttempts,
        stored.Actor, stored.Notes, Wire.Time(stored.RecordedAt));
}

/// <summary>An attempt or probe as evidence.</summary>
/// <param name="At">When.</param>
/// <param name="Shows">media, responded, serverFailure, noResponse or noMedia.</param>
/// <param name="CallId">The call, as /calls/{id} has it; null for a probe.</param>
/// <param name="FinalStatus">Final status; null for none.</param>
internal sealed record AttemptResponse(string At, string Shows, string? CallId, int? FinalStatus)
{
    public static AttemptResponse Of(AttemptEvidence evidence) => new(
        Wire.Time(evidence.At), Words.Wire(evidence.Class), evidence.CallKey?.ToString(), evidence.FinalStatus);
}

/// <summary>A failure with all that is known of it.</summary>
/// <param name="Failure">As it stands.</param>
/// <param name="Versions">How it was known, first to last.</param>
/// <param name="FirstFailed">The first attempts and probes that failed, at most 50.</param>
/// <param name="FirstWorked">The first that worked after it, at most 5.</param>
/// <param name="Exclusions">Exclusions that touch it, those that were taken back too.</param>
internal sealed record FailureDetailResponse(
    FailureResponse Failure,
    IReadOnlyList<FailureVersionResponse> Versions,
    IReadOnlyList<AttemptResponse> FirstFailed,
    IReadOnlyList<AttemptResponse> FirstWorked,
    IReadOnlyList<ExclusionResponse> Exclusions);

/// <summary>An exclusion.</summary>
/// <param name="ExclusionId">Id.</param>
/// <param name="ComponentId">The component.</param>
/// <param name="Cause">One of the five of the contract.</param>
/// <param name="From">First instant.</param>
/// <param name="Until">First instant after it.</param>
/// <param name="Evidence">References to the evidence.</param>
/// <param name="MaintenanceId">The planned work; null for another cause.</param>
/// <param name="Author">Who wrote it.</param>
/// <param name="RecordedAt">When.</param>
/// <param name="ApprovedBy">The second person; null before.</param>
/// <param name="LegalApprover">Who of the legal department approved it; null before.</param>
/// <param name="IsWithdrawn">Whether it was taken back.</param>
/// <param name="Applies">Whether it takes time out of failures.</param>
/// <param name="Refusal">Why it does not; null when it does.</param>
/// <param name="AppliesTo">The time that it takes out; null when it takes none.</param>
internal sealed record ExclusionResponse(
    string ExclusionId, string ComponentId, string Cause, string From, string Until, IReadOnlyList<string> Evidence,
    string? MaintenanceId, string Author, string RecordedAt, string? ApprovedBy, string? LegalApprover,
    bool IsWithdrawn, bool Applies, string? Refusal, TimeResponse? AppliesTo)
{
    public static ExclusionResponse Of(StoredExclusion stored, ContractPolicy policy)
    {
        var said = stored.Exclusion;
        var decision = ExclusionRules.Decide(said, stored.AccountId, policy);
        var applies = decision is { Applies: true, Time: not null } && !stored.IsWithdrawn;
        return new ExclusionResponse(
            stored.ExclusionId, stored.ComponentId, Words.Wire(said.Cause!.Value), Wire.Time(said.Time.Start),
            Wire.Time(said.Time.End), said.Evidence, stored.MaintenanceId, said.Author!,
            Wire.Time(said.RecordedAt!.Value), said.ApprovedBy, said.LegalApprover, stored.IsWithdrawn, applies,
            stored.IsWithdrawn ? "withdrawn" : decision.Refusal is { } refusal ? Words.Wire(refusal) : null,
            applies ? TimeResponse.Of(decision.Time!.Value) : null);
    }
}

/// <summary>The failures of an account as the customer sees them.</summary>
/// <param name="AccountId">The account.</param>
/// <param name="From">First instant of the time that was asked for.</param>
/// <param name="Until">First instant after it.</param>
/// <param name="Components">Its components, by id.</param>
internal sealed record AccountFailuresResponse(
    string AccountId, string From, string Until, IReadOnlyList<AccountComponentResponse> Components);

/// <summary>A component of an account with what is known of it.</summary>
/// <param name="ComponentId">Id.</param>
/// <param name="Name">Name.</param>
/// <param name="Kind">Kind.</param>
/// <param name="Failures">Failures that touch the time, by start.</param>
/// <param name="Exclusions">What the provider says does not count, with evidence and whether it applies .</param>
/// <param name="Unknown">When nobody watched.</param>
/// <param name="FailedDates">Dates that count, in the account's zone, after exclusions.</param>
internal sealed record AccountComponentResponse(
    string ComponentId, string Name, string Kind, IReadOnlyList<FailureResponse> Failures,
    IReadOnlyList<ExclusionResponse> Exclusions, IReadOnlyList<TimeResponse> Unknown,
    IReadOnlyList<string> FailedDates);

/// <summary>Planned work with its notices.</summary>
/// <param name="MaintenanceId">Id.</param>
/// <param name="ComponentId">The component.</param>
/// <param name="From">Announced start.</param>
/// <param name="Until">Announced end.</param>
/// <param name="Description">What is done.</param>
/// <param name="Actor">Who planned it.</param>
/// <param name="RecordedAt">When that was recorded.</param>
/// <param name="Notices">Notices that were sent.</param>
internal sealed record MaintenanceResponse(
    string MaintenanceId, string ComponentId, string From, string Until, string Description, string Actor,
    string RecordedAt, IReadOnlyList<NoticeResponse> Notices)
{
    public static MaintenanceResponse Of(MaintenanceWindow window, IReadOnlyList<NoticeReceipt> notices) => new(
        window.MaintenanceId, window.ComponentId, Wire.Time(window.Window.Start), Wire.Time(window.Window.End),
        window.Description, window.Actor, Wire.Time(window.RecordedAt),
        [
            .. notices.Select(notice => new NoticeResponse(
                notice.AccountId, Wire.Time(notice.SentAt), notice.SendRecord, notice.Actor,
                Wire.Time(notice.RecordedAt))),
        ]);
}

/// <summary>A notice of planned work.</summary>
/// <param name="AccountId">The customer that was told.</param>
/// <param name="SentAt">When.</param>
/// <param name="SendRecord">Reference to the record of the sending.</param>
/// <param name="Actor">Who recorded it.</param>
/// <param name="RecordedAt">When that was.</param>
internal sealed record NoticeResponse(
    string AccountId, string SentAt, string SendRecord, string Actor, string RecordedAt);
