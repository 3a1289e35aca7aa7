using System.Collections.Immutable;

namespace VoiceQuality.Sla.Rating;

/// <summary>
/// Finds the last so many calls in the order of answer instant, then id, without listing the calls of a run one
/// by one unless two runs of one instant have ids that stand between one another's.
/// </summary>
internal static class ExcessCalls
{
    public static ImmutableArray<ExcessRun> Of(List<PatternCall> calls, long excess)
    {
        var result = ImmutableArray.CreateBuilder<ExcessRun>();
        foreach (var instant in calls.GroupBy(call => call.AnsweredAt).OrderByDescending(group => group.Key))
        {
            if (excess == 0)
            {
                break;
            }

            excess -= TakeInstant([.. instant], excess, result);
        }

        return result.ToImmutable();
    }

    private static long TakeInstant(
        List<PatternCall> calls, long excess, ImmutableArray<ExcessRun>.Builder result)
    {
        var count = calls.Aggregate(0L, (sum, call) => checked(sum + call.Ids.Count));
        if (count <= excess)
        {
            result.AddRange(calls.Select(call => new ExcessRun(call, call.Ids.Count)));
            return count;
        }

        var taken = 0L;
        foreach (var cluster in ClustersFromLast(calls))
        {
            if (taken == excess)
            {
                break;
            }

            taken += TakeCluster(cluster, excess - taken, result);
        }

        return taken;
    }

    // Runs whose ids stand between one another's are one cluster; clusters do not overlap.
    private static List<List<PatternCall>> ClustersFromLast(List<PatternCall> calls)
    {
        var clusters = new List<List<PatternCall>>();
        var end = "";
        foreach (var (call, first, last) in calls
            .Select(call => (Call: call, call.Ids.First, call.Ids.Last))
            .OrderBy(item => item.First, StringComparer.Ordinal))
        {
            if (clusters.Count == 0 || string.CompareOrdinal(end, first) < 0)
            {
                clusters.Add([]);
                end = last;
            }
            else if (string.CompareOrdinal(end, last) < 0)
            {
                end = last;
            }

            clusters[^1].Add(call);
        }

        clusters.Reverse();
        return clusters;
    }

    private static long TakeCluster(
        List<PatternCall> cluster, long excess, ImmutableArray<ExcessRun>.Builder result)
    {
        var count = cluster.Aggregate(0L, (sum, call) => checked(sum + call.Ids.Count));
        if (count <= excess)
        {
            result.AddRange(cluster.Select(call => new ExcessRun(call, call.Ids.Count)));
            return count;
        }

        if (cluster.Count == 1)
        {
            result.Add(new ExcessRun(cluster[0], excess));
            return excess;
        }

        var taken = MergeFromLast(cluster, excess);
        for (var i = 0; i < cluster.Count; i++)
        {
            if (taken[i] > 0)
            {
                result.Add(new ExcessRun(cluster[i], taken[i]));
            }
        }

        return excess;
    }

    private static long[] MergeFromLast(List<PatternCall> cluster, long excess)
    {
        var taken = new long[cluster.Count];
        var ids = cluster.ConvertAll(call => call.Ids.FromLast().GetEnumerator());
        var queue = new PriorityQueue<int, PatternPlace>(PlacesFromLast.Instance);
        for (var i = 0; i < ids.Count; i++)
        {
            EnqueueNext(i);
        }

        for (var left = excess; left > 0; left--)
        {
            var next = queue.Dequeue();
            taken[next]++;
            EnqueueNext(next);
        }

        ids.ForEach(walk => walk.Dispose());
        return taken;

        void EnqueueNext(int i)
        {
            if (ids[i].MoveNext())
            {
                queue.Enqueue(i, new PatternPlace(ids[i].Current, cluster[i]));
            }
        }
    }

    private readonly record struct PatternPlace(string Id, PatternCall Call);

    // One id at two calls is a fault of the data; the order stays the same all the same, whichever comes first.
    private sealed class PlacesFromLast : IComparer<PatternPlace>
    {
        public static readonly PlacesFromLast Instance = new();

        public int Compare(PatternPlace left, PatternPlace right)
        {
            var order = string.CompareOrdinal(right.Id, left.Id);
            order = order != 0 ? order : right.Call.BillableSeconds.CompareTo(left.Call.BillableSeconds);
            order = order != 0 ? order : string.CompareOrdinal(right.Call.UnitId, left.Call.UnitId);
            return order != 0 ? order : (right.Call.Number?.Digits ?? 0).CompareTo(left.Call.Number?.Digits ?? 0);
        }
    }
}
