using System.Collections.Immutable;
using VoiceQuality.Sla.Periods;

namespace VoiceQuality.Service.Ingest;

/// <summary>
/// The months of accounts that changed and were not assessed since, each taken once in a while however often it is
/// touched. Safe for use by several threads at once.
/// </summary>
internal sealed class TouchedMonths(TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly HashSet<(string AccountId, ServiceMonth Month)> _touched = [];
    private readonly Dictionary<(string AccountId, ServiceMonth Month), DateTimeOffset> _assessedAt = [];

    /// <summary>Months that wait.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _touched.Count;
            }
        }
    }

    /// <summary>Something of this month changed.</summary>
    public void Add(string accountId, ServiceMonth month)
    {
        lock (_lock)
        {
            _touched.Add((accountId, month));
        }
    }

    /// <summary>Takes what was touched and was not assessed after <paramref name="notSince"/>.</summary>
    public ImmutableArray<(string AccountId, ServiceMonth Month)> Take(DateTimeOffset notSince)
    {
        lock (_lock)
        {
            var due = _touched
                .Where(touched => !_assessedAt.TryGetValue(touched, out var at) || at <= notSince)
                .OrderBy(touched => touched.AccountId, StringComparer.Ordinal).ThenBy(touched => touched.Month)
                .ToImmutableArray();
            var now = time.GetUtcNow();

            // What is due again anyway need not be remembered.
            foreach (var old in _assessedAt.Where(entry => entry.Value <= notSince).Select(e => e.Key).ToArray())
            {
                _assessedAt.Remove(old);
            }

            foreach (var touched in due)
            {
                _touched.Remove(touched);
                _assessedAt[touched] = now;
            }

            return due;
        }
    }

    /// <summary>Gives back what was taken and not assessed: it is due at once.</summary>
    public void Return((string AccountId, ServiceMonth Month) taken)
    {
        lock (_lock)
        {
            _touched.Add(taken);
            _assessedAt.Remove(taken);
        }
    }
}
