namespace VoiceQuality.Sla.Accounts;

/// <summary>
/// Number ranges that may overlap, cut into segments that do not, each with the best rank of those that cover it.
/// A lookup is one binary search.
/// </summary>
internal sealed class NumberSegments
{
    private const int NoRank = int.MaxValue;

    private static readonly ulong[] Powers = BuildPowers();

    // Segment i runs from _starts[i] to just before _starts[i + 1].
    private readonly ulong[] _starts;
    private readonly int[] _ranks;

    public NumberSegments(IReadOnlyCollection<(ulong From, ulong To, int Rank)> ranges)
    {
        var events = new List<(ulong At, bool Begins, int Rank)>(2 * ranges.Count);
        foreach (var (from, to, rank) in ranges)
        {
            events.Add((from, true, rank));
            events.Add((to + 1, false, rank));
        }

        events.Sort((left, right) => left.At.CompareTo(right.At));

        var starts = new List<ulong>();
        var ranks = new List<int>();
        var open = new SortedSet<int>();

        for (var i = 0; i < events.Count; i++)
        {
            var (at, begins, rank) = events[i];
            _ = begins ? open.Add(rank) : open.Remove(rank);

            if (i + 1 == events.Count || events[i + 1].At != at)
            {
                starts.Add(at);
                ranks.Add(open.Count == 0 ? NoRank : open.Min);
            }
        }

        _starts = [.. starts];
        _ranks = [.. ranks];
    }

    /// <summary>The best rank of the ranges that hold the number.</summary>
    public int RankOf(ulong number)
    {
        var index = Array.BinarySearch(_starts, number);
        index = index >= 0 ? index : ~index - 1;
        return index < 0 ? NoRank : _ranks[index];
    }

    /// <summary>10 to the power of 0 to 15.</summary>
    public static ulong PowerOfTen(int exponent) => Powers[exponent];

    private static ulong[] BuildPowers()
    {
        var powers = new ulong[16];
        powers[0] = 1;
        for (var i = 1; i < powers.Length; i++)
        {
            powers[i] = powers[i - 1] * 10;
        }

        return powers;
    }
}
