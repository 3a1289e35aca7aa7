using System.Collections.Immutable;
using NodaTime;
using VoiceQuality.Sla.Outages;
using VoiceQuality.Sla.Reference;
using VoiceQuality.Storage.Failures;

namespace VoiceQuality.Service.Failures;

/// <summary>The states of a component.</summary>
internal enum StateName
{
    /// <summary>It was watched, attempts or probes went over it, and nothing says that it failed.</summary>
    Up,

    /// <summary>Every attempt and probe fails.</summary>
    Failed,

    /// <summary>Nobody watched, or it is not in service.</summary>
    Unknown,

    /// <summary>It failed, and an exclusion that applies covers the time.</summary>
    Excluded,

    /// <summary>It was watched, and no attempt or probe ever went over it: nothing says that it works.</summary>
    NotObserved,
}

/// <summary>A part of a timeline.</summary>
/// <param name="Time">Half-open.</param>
/// <param name="State">The state.</param>
/// <param name="FailureId">The failure, in the states failed and excluded.</param>
internal sealed record TimelinePart(Interval Time, StateName State, string? FailureId);

/// <summary>What a component is at an instant.</summary>
/// <param name="Component">The component.</param>
/// <param name="State">Its state when it was last watched.</param>
/// <param name="AsOf">When that was; null when nobody ever watched.</param>
/// <param name="Last">Its last failure that stands; null for none.</param>
internal sealed record ComponentState(Component Component, StateName State, Instant? AsOf, StoredFailure? Last);

/// <summary>Tells the states of components, now and over time.</summary>
internal sealed class ComponentStates(
    FailureDirectory directory, FailureRepository failures, WatchedRepository watched, AttemptRepository attempts)
{
    /// <summary>
    /// The states when somebody last watched: a monitor that reads files lags behind the clock, and says until when it
    /// knows.
    /// </summary>
    public async Task<IReadOnlyList<ComponentState>> ListAsync(
        IEnumerable<Component> components, Instant now, CancellationToken cancellationToken)
    {
        var asOf = await watched.LastAsync(cancellationToken) is { } last ? Instant.Min(last, now) : (Instant?)null;
        var states = new List<ComponentState>();
        foreach (var component in components)
        {
            var latest = await failures.ListLatestAsync(null, component.Id, false, null, 1, cancellationToken);
            var failure = latest.Count == 0 ? null : latest[0];
            states.Add(new ComponentState(
                component, await StateAsync(component, failure, asOf, cancellationToken), asOf, failure));
        }

        return states;
    }

    /// <summary>The parts of a time, in order and without a gap.</summary>
    public async Task<ImmutableArray<TimelinePart>> TimelineAsync(
        Component component, Interval time, Instant asOf, CancellationToken cancellationToken)
    {
        if (time.Start >= time.End)
        {
            return [];
        }

        var known = await directory.GetAsync(component, time, asOf, cancellationToken);
        var excluded = await ExcludedAsync(known, component.AccountId, cancellationToken);
        var failed = known.Failures.SelectMany(
            one => one.Failure.FailedTimes(asOf), (one, failedTime) => (one, failedTime))
            .ToArray();
        var outOfService = IntervalSet.Subtract(
            [time],
            [new Interval(component.From, Instant.Max(component.From, component.To ?? time.End))]);
        var unknown = IntervalSet.Union(
            known.Unknown.Concat(outOfService)
                .Concat(time.End > asOf ? [new Interval(Instant.Max(time.Start, asOf), time.End)] : []));
        var bounds = failed.Select(one => one.failedTime).Concat(excluded).Concat(unknown)
            .SelectMany(one => new[] { one.Start, one.End })
            .Where(at => at > time.Start && at < time.End)
            .Append(time.Start).Append(time.End).Distinct().Order().ToArray();
        var working = await attempts.HasAnyAsync(component, cancellationToken) ? StateName.Up : StateName.NotObserved;
        var parts = new List<TimelinePart>();
        for (var i = 0; i + 1 < bounds.Length; i++)
        {
            var at = bounds[i];
            var failure = failed.Where(one => one.failedTime.Contains(at)).Select(one => one.one).FirstOrDefault();
            var state = failure is not null
                ? excluded.Any(one => one.Contains(at)) ? StateName.Excluded : StateName.Failed
                : unknown.Any(one => one.Contains(at)) ? StateName.Unknown : working;
            Add(parts, new TimelinePart(new Interval(at, bounds[i + 1]), state, failure?.Stored.FailureId));
        }

        return [.. parts];
    }

    /// <summary>The times that exclusions which apply take out.</summary>
    public async Task<IReadOnlyList<Interval>> ExcludedAsync(
        ComponentOutages known, string accountId, CancellationToken cancellationToken)
    {
        var policyAt = await directory.PolicyAtAsync(accountId, cancellationToken);
        return IntervalSet.Union(known.Exclusions
            .Select(stored => ExclusionRules.Decide(
                stored.Exclusion, accountId, policyAt(stored.Exclusion.Time.Start)).Time)
            .OfType<Interval>());
    }

    private async Task<StateName> StateAsync(
        Component component, StoredFailure? last, Instant? asOf, CancellationToken cancellationToken)
    {
        if (asOf is not { } at || !component.IsInServiceAt(at))
        {
            return StateName.Unknown;
        }

        // One that a person reported may begin after the last packet.
        if (last is null || last.End is not null || last.Start > at)
        {
            return await attempts.HasAnyAsync(component, cancellationToken) ? StateName.Up : StateName.NotObserved;
        }

        var known = await directory.GetAsync(
            component, new Interval(last.Start, at + Duration.Epsilon), at, cancellationToken);
        var excluded = await ExcludedAsync(known, component.AccountId, cancellationToken);
        return excluded.Any(one => one.Contains(at)) ? StateName.Excluded : StateName.Failed;
    }

    private static void Add(List<TimelinePart> parts, TimelinePart part)
    {
        if (parts.Count > 0 && parts[^1].State == part.State && parts[^1].FailureId == part.FailureId)
        {
            parts[^1] = parts[^1] with { Time = new Interval(parts[^1].Time.Start, part.Time.End) };
        }
        else
        {
            parts.Add(part);
        }
    }
}
