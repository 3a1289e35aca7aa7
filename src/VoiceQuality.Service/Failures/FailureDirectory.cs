using System.Collections.Immutable;
using NodaTime;
using VoiceQuality.Service.Policies;
using VoiceQuality.Service.Reference;
using VoiceQuality.Service.TrustPage;
using VoiceQuality.Sla.Outages;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Sla.Reference;
using VoiceQuality.Storage.Failures;

namespace VoiceQuality.Service.Failures;

/// <summary>A failure as it stands.</summary>
/// <param name="Failure">What the rules take; its unknown times are those at which nobody watched.</param>
/// <param name="Stored">The version that stands.</param>
/// <param name="Confirmation">What the operations centre found out last; null when nothing yet.</param>
internal sealed record KnownOutage(ComponentFailure Failure, StoredFailure Stored, FailureConfirmation? Confirmation);

/// <summary>What is known of one component in a time.</summary>
/// <param name="Component">The component.</param>
/// <param name="Time">The time that was asked about.</param>
/// <param name="Failures">Failures that touch it, each in its whole length, by start.</param>
/// <param name="Exclusions">
/// Exclusions that touch it, with their approvals; those that were taken back are left out.
/// </param>
/// <param name="Unknown">When nobody watched in that time: neither a failure nor the end of one .</param>
internal sealed record ComponentOutages(
    Component Component,
    Interval Time,
    ImmutableArray<KnownOutage> Failures,
    ImmutableArray<StoredExclusion> Exclusions,
    ImmutableArray<Interval> Unknown)
{
    /// <summary>The failures as the rules take them.</summary>
    public IReadOnlyList<ComponentFailure> ComponentFailures => [.. Failures.Select(known => known.Failure)];

    /// <summary>
    /// The exclusions as the rules take them; <see cref="ExclusionRules"/> decides which of them apply.
    /// </summary>
    public IReadOnlyList<Exclusion> SaidExclusions => [.. Exclusions.Select(stored => stored.Exclusion)];
}

/// <summary>Failures, exclusions and gaps of the monitor, for whoever decides on them.</summary>
internal sealed class FailureDirectory(
    ReferenceDirectory reference,
    FailureRepository failures,
    ExclusionRepository exclusions,
    WatchedRepository watched,
    PolicyDirectory policies,
    IAccountBookSource accounts)
{
    private static readonly AccountCalendar Utc = new(DateTimeZone.Utc);

    /// <summary>What is known of a component of an account in a time.</summary>
    /// <param name="accountId">The account.</param>
    /// <param name="componentId">The component.</param>
    /// <param name="time">Half-open, with both bounds.</param>
    /// <param name="asOf">Until when a failure that goes on is looked at.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>Null when the account has no such component.</returns>
    public async Task<ComponentOutages?> GetAsync(
        string accountId, string componentId, Interval time, Instant asOf, CancellationToken cancellationToken)
    {
        var component = (await reference.GetAsync(cancellationToken)).FindComponent(componentId);
        return component is null || component.AccountId != accountId
            ? null
            : await GetAsync(component, time, asOf, cancellationToken);
    }

    /// <summary>What is known of all components of an account in a time, by component id.</summary>
    public async Task<IReadOnlyList<ComponentOutages>> ListAsync(
        string accountId, Interval time, Instant asOf, CancellationToken cancellationToken)
    {
        var found = new List<ComponentOutages>();
        foreach (var component in (await reference.GetAsync(cancellationToken)).ComponentsOf(accountId))
        {
            found.Add(await GetAsync(component, time, asOf, cancellationToken));
        }

        return found;
    }

    /// <summary>What is known of a component in a time.</summary>
    public async Task<ComponentOutages> GetAsync(
        Component component, Interval time, Instant asOf, CancellationToken cancellationToken)
    {
        var policyAt = await PolicyAtAsync(component.AccountId, cancellationToken);
        var known = new List<KnownOutage>();
        foreach (var stored in await failures.ListAsync(component.Id, time.Start, time.End, cancellationToken))
        {
            known.Add(await OutageOfAsync(stored, asOf, policyAt, cancellationToken));
        }

        var said = await exclusions.ListAsync(component.Id, time.Start, time.End, cancellationToken);
        return new ComponentOutages(
            component,
            time,
            [.. known],
            [.. said.Where(exclusion => !exclusion.IsWithdrawn)],
            await GapsAsync(time, policyAt(time.Start), cancellationToken));
    }

    /// <summary>A failure that stands, with what is known of it.</summary>
    public async Task<KnownOutage> OutageOfAsync(
        StoredFailure stored, Instant asOf, CancellationToken cancellationToken) =>
        await OutageOfAsync(
            stored, asOf, await PolicyAtAsync(stored.AccountId, cancellationToken), cancellationToken);

    /// <summary>The parts of a time at which nobody watched.</summary>
    public async Task<ImmutableArray<Interval>> GapsAsync(
        Interval time, ContractPolicy policy, CancellationToken cancellationToken)
    {
        if (time.Start >= time.End)
        {
            return [];
        }

        // What is watched just outside the time joins with what is inside.
        var pause = Duration.FromSeconds(policy.OutageGapSeconds);
        var times = await watched.ListAsync(time.Start - pause, time.End + pause, cancellationToken);
        return WatchedTime.GapsIn(times, time, pause);
    }

    /// <summary>The reading that is in force for an account at an instant.</summary>
    public async Task<Func<Instant, ContractPolicy>> PolicyAtAsync(
        string accountId, CancellationToken cancellationToken)
    {
        var book = await policies.GetAsync(cancellationToken);
        var calendar = CalendarOf(accountId);
        return at => book.InForce(accountId, calendar.MonthOf(at));
    }

    /// <summary>The months and zone of an account; by UTC for one that is not known.</summary>
    public AccountCalendar CalendarOf(string accountId) => accounts.Book.FindAccount(accountId)?.Calendar ?? Utc;

    private async Task<KnownOutage> OutageOfAsync(
        StoredFailure stored, Instant asOf, Func<Instant, ContractPolicy> policyAt, CancellationToken cancellationToken)
    {
        var confirmations = await failures.ListConfirmationsAsync(stored.FailureId, cancellationToken);
        var confirmation = confirmations.Count == 0 ? null : confirmations[0];

        // One that goes on is known to go on only as long as somebody watches; one that a person reported goes by what
        // the person said.
        var unknown = stored.Origin == FailureOrigin.Detected && stored.End is null
            ? await GapsAsync(
                new Interval(stored.Start, Instant.Max(stored.Start, asOf)), policyAt(stored.Start), cancellationToken)
            : stored.Gaps;
        return new KnownOutage(
            new ComponentFailure(
                stored.FailureId, stored.ComponentId, stored.Start, stored.End,
                confirmation?.Cause ?? FailureCause.Unknown)
            {
                Unknown = unknown,
            },
            stored,
            confirmation);
    }
}
