using NodaTime;

namespace VoiceQuality.Sla.Outages;

/// <summary>Half-open intervals of instants as sets: [start, end) holds its start and not its end.</summary>
public static class IntervalSet
{
    /// <summary>The instants in any of the intervals, as disjoint intervals in order. Empty intervals vanish.</summary>
    /// <param name="intervals">Intervals with both bounds.</param>
    /// <exception cref="InvalidOperationException">An interval has no start or no end.</exception>
    public static IReadOnlyList<Interval> Union(IEnumerable<Interval> intervals)
    {
        ArgumentNullException.ThrowIfNull(intervals);
        var union = new List<Interval>();

        foreach (var interval in intervals.Where(one => one.Start < one.End).OrderBy(one => one.Start))
        {
            if (union.Count == 0 || union[^1].End < interval.Start)
            {
                union.Add(interval);
            }
            else if (union[^1].End < interval.End)
            {
                union[^1] = new Interval(union[^1].Start, interval.End);
            }
        }

        return union;
    }

    /// <summary>The instants of the first intervals that are in none of the others.</summary>
    public static IReadOnlyList<Interval> Subtract(IEnumerable<Interval> from, IEnumerable<Interval> what)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(what);
        var removed = Union(what);
        var rest = new List<Interval>();
        var first = 0;

        foreach (var interval in Union(from))
        {
            while (first < removed.Count && removed[first].End <= interval.Start)
            {
                first++;
            }

            var start = interval.Start;
            for (var i = first; i < removed.Count && removed[i].Start < interval.End; i++)
            {
                if (start < removed[i].Start)
                {
                    rest.Add(new Interval(start, removed[i].Start));
                }

                start = Instant.Max(start, removed[i].End);
            }

            if (start < interval.End)
            {
                rest.Add(new Interval(start, interval.End));
            }
        }

        return rest;
    }

    /// <summary>Whether the two have an instant in common.</summary>
    public static bool Overlap(Interval one, Interval other) =>
        Instant.Max(one.Start, other.Start) < Instant.Min(one.End, other.End);
}
