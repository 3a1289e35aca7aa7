using NodaTime;

namespace VoiceQuality.Sla.Reference;

/// <summary>Finds rows of one key that are in force at the same time.</summary>
internal sealed class Spans<TKey>(IEqualityComparer<TKey>? comparer = null)
    where TKey : notnull
{
    private readonly Dictionary<TKey, List<(Instant From, Instant? To, int Line)>> _spans = new(comparer);

    /// <summary>Line of a row of the same key that is in force at the same time; null for none, and then it is
    /// noted.</summary>
    public int? Add(TKey key, Instant from, Instant? to, int line)
    {
        if (!_spans.TryGetValue(key, out var spans))
        {
            _spans[key] = spans = [];
        }

        foreach (var other in spans)
        {
            if ((other.To is not { } otherEnd || from < otherEnd) && (to is not { } end || other.From < end))
            {
                return other.Line;
            }
        }

        spans.Add((from, to, line));
        return null;
    }
}
