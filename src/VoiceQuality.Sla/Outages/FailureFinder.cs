using NodaTime;
using VoiceQuality.Sla.Policies;

namespace VoiceQuality.Sla.Outages;

/// <summary>The attempts and probes of one component, in the order of time, as an index answers for them.</summary>
public interface IAttemptSeries
{
    /// <summary>The first that failed at or after an instant; null for none.</summary>
    Instant? FirstFailed(Instant from);

    /// <summary>The last that failed before an instant; null for none.</summary>
    Instant? LastFailed(Instant before);

    /// <summary>The first that worked at or after an instant; null for none.</summary>
    Instant? FirstSucceeded(Instant from);

    /// <summary>The last that worked before an instant; null for none.</summary>
    Instant? LastSucceeded(Instant before);

    /// <summary>How many failed from an instant on and before another; never more than asked for.</summary>
    /// <param name="from">First instant.</param>
    /// <param name="before">First instant after it; null for none.</param>
    /// <param name="most">Counting stops here.</param>
    int CountFailed(Instant from, Instant? before, int most);
}

/// <summary>A complete failure as it was found.</summary>
/// <param name="Start">The first attempt or probe that failed.</param>
/// <param name="End">The first that worked after it; null for none.</param>
public readonly record struct FoundFailure(Instant Start, Instant? End)
{
    /// <summary>Whether it has an instant in common with [from, until].</summary>
    public bool Touches(Instant from, Instant until) => Start <= until && (End is not { } end || from < end);
}

/// <summary>
/// Finds complete failures: from the first attempt or probe that failed to the first that worked. Its cost
/// is a few look-ups for each run of failures, however many attempts there are.
/// </summary>
public static class FailureFinder
{
    /// <summary>All failures that touch [from, until], each in its whole length, by start.</summary>
    /// <param name="series">The component's attempts and probes.</param>
    /// <param name="from">First instant.</param>
    /// <param name="until">Last instant.</param>
    /// <param name="policyAt">The reading in force at the start of a run: how much evidence opens a failure.</param>
    public static IReadOnlyList<FoundFailure> Find(
        IAttemptSeries series, Instant from, Instant until, Func<Instant, ContractPolicy> policyAt)
    {
        ArgumentNullException.ThrowIfNull(series);
        ArgumentNullException.ThrowIfNull(policyAt);
        var found = new List<FoundFailure>();
        var cursor = series.LastSucceeded(from) ?? Instant.MinValue;

        while (series.FirstFailed(cursor) is { } start && start <= until)
        {
            var end = series.FirstSucceeded(start);

            if (end == start)
            {
                // What failed and what worked at one instant are a partial loss.
                cursor = start + Duration.FromTicks(10);
                continue;
            }

            var failure = new FoundFailure(start, end);
            if (failure.Touches(from, until) && HasEvidence(series, failure, policyAt(start)))
            {
                found.Add(failure);
            }

            if (end is not { } over)
            {
                break;
            }

            cursor = over;
        }

        return found;
    }

    private static bool HasEvidence(IAttemptSeries series, FoundFailure failure, ContractPolicy policy) =>
        series.CountFailed(failure.Start, failure.End, policy.OutageLeastFailed) >= policy.OutageLeastFailed
        && (policy.OutageLeastSeconds == 0
            || series.LastFailed(failure.End ?? Instant.MaxValue) - failure.Start
                >= Duration.FromSeconds(policy.OutageLeastSeconds));
}
