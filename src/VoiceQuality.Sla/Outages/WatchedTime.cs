using System.Collections.Immutable;
using NodaTime;

namespace VoiceQuality.Sla.Outages;

/// <summary>When somebody watched; what lies outside is unknown, which is neither failed nor working .</summary>
public static class WatchedTime
{
    /// <summary>The unknown parts of a time, disjoint and in order.</summary>
    /// <param name="watched">When somebody watched, in any order.</param>
    /// <param name="time">The time that is asked about, with both bounds.</param>
    /// <param name="pause">A pause up to this long between two watched times is watched too.</param>
    public static ImmutableArray<Interval> GapsIn(IEnumerable<Interval> watched, Interval time, Duration pause)
    {
        ArgumentNullException.ThrowIfNull(watched);
        var joined = new List<Interval>();

        foreach (var one in IntervalSet.Union(watched))
        {
            if (joined.Count > 0 && one.Start - joined[^1].End <= pause)
            {
                joined[^1] = new Interval(joined[^1].Start, one.End);
            }
            else
            {
                joined.Add(one);
            }
        }

        return [.. IntervalSet.Subtract([time], joined)];
    }
}
