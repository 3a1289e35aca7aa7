using NodaTime;

namespace VoiceQuality.Sla.Outages;

/// <summary>What an attempt or probe on a component showed.</summary>
public enum AttemptOutcome
{
    /// <summary>It worked. It ends a failure, whatever else failed .</summary>
    Succeeded,

    /// <summary>It failed for the component.</summary>
    Failed,

    /// <summary>It was blocked on purpose, which is no failure .</summary>
    Blocked,
}

/// <summary>One attempt or probe on one component.</summary>
/// <param name="At">When its outcome was seen.</param>
/// <param name="Outcome">What it showed.</param>
public readonly record struct AttemptObservation(Instant At, AttemptOutcome Outcome);

/// <summary>Finds complete failures: from the first failed attempt to the next success .</summary>
public static class FailureObservations
{
    /// <summary>
    /// The failed intervals of one component. The last one has no end when nothing succeeded after it. Attempts of
    /// one instant of which any succeeded are a success: a partial loss is no complete failure.
    /// </summary>
    public static IReadOnlyList<Interval> FailedTimes(IEnumerable<AttemptObservation> observations)
    {
        ArgumentNullException.ThrowIfNull(observations);
        var failed = new List<Interval>();
        Instant? since = null;

        foreach (var together in observations
            .Where(observation => observation.Outcome != AttemptOutcome.Blocked)
            .GroupBy(observation => observation.At)
            .OrderBy(group => group.Key))
        {
            if (together.All(observation => observation.Outcome == AttemptOutcome.Failed))
            {
                since ??= together.Key;
            }
            else if (since is { } start)
            {
                failed.Add(new Interval(start, together.Key));
                since = null;
            }
        }

        if (since is { } open)
        {
            failed.Add(new Interval(open, null));
        }

        return failed;
    }
}
