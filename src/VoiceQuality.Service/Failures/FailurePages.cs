using System.Collections.Immutable;
using NodaTime;
using VoiceQuality.Service.Reference;
using VoiceQuality.Sla.Outages;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Sla.Reference;
using VoiceQuality.Storage.Failures;

namespace VoiceQuality.Service.Failures;

/// <summary>One component in the list of components.</summary>
/// <param name="State">Its state when it was last watched.</param>
/// <param name="FailedDays">Dates of the account's month on which it failed, after exclusions.</param>
/// <param name="Month">That month.</param>
internal sealed record ComponentLine(ComponentState State, int FailedDays, ServiceMonth Month);

/// <summary>What the list of components shows.</summary>
/// <param name="AsOf">Until when somebody watched; null when nobody ever did.</param>
/// <param name="Lines">Components, those that have failed first.</param>
internal sealed record ComponentsView(Instant? AsOf, IReadOnlyList<ComponentLine> Lines);

/// <summary>What the page of a failure shows.</summary>
/// <param name="Component">The component; null when it is not known any more.</param>
/// <param name="Known">The failure as it stands.</param>
/// <param name="Versions">How it was known, first to last.</param>
/// <param name="Confirmations">What was found out, last first.</param>
/// <param name="Failed">The first attempts and probes that failed.</param>
/// <param name="Worked">The first that worked after it.</param>
/// <param name="Exclusions">Exclusions that touch it, with the reading that decides each.</param>
/// <param name="Remaining">What counts of it, after exclusions.</param>
/// <param name="Zone">Zone of the account.</param>
/// <param name="Dates">Dates that it counts for, in that zone.</param>
internal sealed record FailureView(
    Component? Component,
    KnownOutage Known,
    IReadOnlyList<StoredFailure> Versions,
    IReadOnlyList<FailureConfirmation> Confirmations,
    IReadOnlyList<AttemptEvidence> Failed,
    IReadOnlyList<AttemptEvidence> Worked,
    IReadOnlyList<ExclusionResponse> Exclusions,
    ImmutableArray<Interval> Remaining,
    DateTimeZone Zone,
    ImmutableArray<LocalDate> Dates)
{
    public FailureDetailResponse ToResponse() => new(
        FailureResponse.Of(Known),
        [.. Versions.Select(FailureVersionResponse.Of)],
        [.. Failed.Select(AttemptResponse.Of)],
        [.. Worked.Select(AttemptResponse.Of)],
        Exclusions);
}

/// <summary>A component of an account with what counts of its failures.</summary>
/// <param name="Known">What is known.</param>
/// <param name="Exclusions">What the provider says does not count, and whether it applies.</param>
/// <param name="Dates">Dates that count, in the account's zone.</param>
internal sealed record AccountComponent(
    ComponentOutages Known, IReadOnlyList<ExclusionResponse> Exclusions, ImmutableArray<LocalDate> Dates);

/// <summary>The failures of an account in a time.</summary>
/// <param name="AccountId">The account.</param>
/// <param name="Time">The time.</param>
/// <param name="Components">Its components, by id.</param>
internal sealed record AccountFailuresView(
    string AccountId, Interval Time, IReadOnlyList<AccountComponent> Components)
{
    public AccountFailuresResponse ToResponse()
    {
        var time = TimeResponse.Of(Time);
        return new AccountFailuresResponse(
            AccountId,
            time.From,
            time.Until!,
            [
                .. Components.Select(one => new AccountComponentResponse(
                    one.Known.Component.Id,
                    one.Known.Component.Name,
                    one.Known.Component.Kind,
                    [.. one.Known.Failures.Select(FailureResponse.Of)],
                    one.Exclusions,
                    [.. one.Known.Unknown.Select(TimeResponse.Of)],
                    [.. one.Dates.Select(NodaTime.Text.LocalDatePattern.Iso.Format)])),
            ]);
    }
}

/// <summary>Puts together what customers see of the failures of their components .</summary>
internal sealed class AccountFailures(FailureDirectory directory, TimeProvider time)
{
    /// <summary>The failures of an account in a month, by its own clock.</summary>
    public Task<AccountFailuresView> GetAsync(
        string accountId, ServiceMonth month, CancellationToken cancellationToken)
    {
        var bounds = directory.CalendarOf(accountId).Bounds(month);
        return GetAsync(accountId, new Interval(bounds.Start, bounds.End), cancellationToken);
    }

    /// <summary>The failures of an account in a time.</summary>
    public async Task<AccountFailuresView> GetAsync(
        string accountId, Interval shown, CancellationToken cancellationToken)
    {
        var now = Instant.FromDateTimeOffset(time.GetUtcNow());
        var known = await directory.ListAsync(accountId, shown, now, cancellationToken);
        var components = new List<AccountComponent>();
        foreach (var one in known)
        {
            components.Add(await OfAsync(one, cancellationToken));
        }

        return new AccountFailuresView(accountId, shown, components);
    }

    /// <summary>What counts of a component's failures in the time that was asked about.</summary>
    public async Task<AccountComponent> OfAsync(ComponentOutages known, CancellationToken cancellationToken)
    {
        var policyAt = await directory.PolicyAtAsync(known.Component.AccountId, cancellationToken);
        var remaining = Remaining(known, policyAt, Instant.FromDateTimeOffset(time.GetUtcNow()))
            .Select(one => new Interval(
                Instant.Max(one.Start, known.Time.Start),
                Instant.Max(Instant.Max(one.Start, known.Time.Start), Instant.Min(one.End, known.Time.End))));
        return new AccountComponent(
            known,
            [.. known.Exclusions.Select(stored =>
                ExclusionResponse.Of(stored, policyAt(stored.Exclusion.Time.Start)))],
            OutageDays.Of(remaining, directory.CalendarOf(known.Component.AccountId)));
    }

    /// <summary>Failed time that counts: without what is unknown and what is excluded.</summary>
    public static IReadOnlyList<Interval> Remaining(
        ComponentOutages known, Func<Instant, ContractPolicy> policyAt, Instant now) => IntervalSet.Subtract(
        known.Failures.SelectMany(one => one.Failure.FailedTimes(now)),
        known.Exclusions
            .Select(stored => ExclusionRules.Decide(
                stored.Exclusion, stored.AccountId, policyAt(stored.Exclusion.Time.Start)).Time)
            .OfType<Interval>());
}

/// <summary>Makes the pages of the operations centre.</summary>
internal sealed class FailurePages(
    ReferenceDirectory reference,
    FailureDirectory directory,
    ComponentStates states,
    AccountFailures accounts,
    AttemptRepository attempts,
    FailureRepository failures,
    ExclusionRepository exclusions,
    TimeProvider time)
{
    private const int WorkedLimit = 5;

    /// <summary>The list of components.</summary>
    public async Task<ComponentsView> ListAsync(CancellationToken cancellationToken)
    {
        var book = await reference.GetAsync(cancellationToken);
        var now = Instant.FromDateTimeOffset(time.GetUtcNow());
        var lines = new List<ComponentLine>();
        Instant? asOf = null;
        foreach (var state in await states.ListAsync(book.Components, now, cancellationToken))
        {
            asOf = state.AsOf;
            var calendar = directory.CalendarOf(state.Component.AccountId);
            var month = calendar.MonthOf(state.AsOf ?? now);
            var bounds = calendar.Bounds(month);
            var known = await directory.GetAsync(
                state.Component, new Interval(bounds.Start, bounds.End), now, cancellationToken);
            var counted = await accounts.OfAsync(known, cancellationToken);
            lines.Add(new ComponentLine(state, counted.Dates.Length, month));
        }

        return new ComponentsView(
            asOf,
            [.. lines.OrderBy(line => line.State.State is StateName.Up or StateName.Unknown or StateName.NotObserved)
                .ThenBy(line => line.State.Component.Id, StringComparer.Ordinal)]);
    }

    /// <summary>One failure; null when there is none with this id.</summary>
    public async Task<FailureView?> GetAsync(string failureId, int limit, CancellationToken cancellationToken)
    {
        var versions = await failures.GetVersionsAsync(failureId, cancellationToken);
        if (versions.Count == 0)
        {
            return null;
        }

        var last = versions[^1];
        var now = Instant.FromDateTimeOffset(time.GetUtcNow());
        var known = await directory.OutageOfAsync(last, now, cancellationToken);
        var component = (await reference.GetAsync(cancellationToken)).FindComponent(last.ComponentId);
        IReadOnlyList<AttemptEvidence> failed = [];
        IReadOnlyList<AttemptEvidence> worked = [];
        if (component is not null)
        {
            failed = await attempts.ListAsync(component, last.Start, last.End, true, limit, cancellationToken);
            worked = last.End is { } end
                ? await attempts.ListAsync(component, end, null, false, WorkedLimit, cancellationToken)
                : [];
        }

        var said = await exclusions.ListAsync(
            last.ComponentId, last.Start, last.End ?? Instant.Max(now, last.Start), cancellationToken);
        var policyAt = await directory.PolicyAtAsync(last.AccountId, cancellationToken);
        ImmutableArray<ExclusionResponse> shown =
            [.. said.Select(stored => ExclusionResponse.Of(stored, policyAt(stored.Exclusion.Time.Start)))];
        var excluded = said.Where(stored => !stored.IsWithdrawn)
            .Select(stored => ExclusionRules.Decide(
                stored.Exclusion, stored.AccountId, policyAt(stored.Exclusion.Time.Start)).Time)
            .OfType<Interval>();
        var calendar = directory.CalendarOf(last.AccountId);
        ImmutableArray<Interval> remaining = last.IsWithdrawn
            ? []
            : [.. IntervalSet.Subtract(known.Failure.FailedTimes(now), excluded)];
        return new FailureView(
            component, known, versions, await failures.ListConfirmationsAsync(failureId, cancellationToken), failed,
            worked, shown, remaining, calendar.ZoneOf(calendar.MonthOf(last.Start)),
            OutageDays.Of(remaining, calendar));
    }
}
