using NodaTime;

namespace VoiceQuality.Sla.Outages;

/// <summary>A failure that was found before and stands.</summary>
/// <param name="Id">Its id, which stays.</param>
/// <param name="Time">Its time as it stands.</param>
public readonly record struct KnownFailure(string Id, FoundFailure Time);

/// <summary>What becomes of a failure when it is looked for again.</summary>
/// <param name="Id">The failure that stood before; null for a new one.</param>
/// <param name="Time">Its time now; null when it is none any more.</param>
public readonly record struct FailureChange(string? Id, FoundFailure? Time);

/// <summary>
/// Fits what is found now to what was found before, so that a failure keeps its id when late data move its bounds. Of
/// the parts of one that was split, and of the failures that became one, the longest common time keeps the id.
/// </summary>
public static class FailureReconciliation
{
    /// <summary>What changes; what stays as it is is left out.</summary>
    /// <param name="known">What stood before, disjoint.</param>
    /// <param name="found">What is found now over the same time, disjoint.</param>
    public static IReadOnlyList<FailureChange> Of(
        IReadOnlyCollection<KnownFailure> known, IReadOnlyCollection<FoundFailure> found)
    {
        ArgumentNullException.ThrowIfNull(known);
        ArgumentNullException.ThrowIfNull(found);
        var pairs =
            from old in known
            from now in found
            let common = Common(old.Time, now)
            where common > Duration.Zero
            orderby common descending, now.Start, old.Time.Start
            select (old, now);
        var idOf = new Dictionary<FoundFailure, KnownFailure>();
        var used = new HashSet<string>(StringComparer.Ordinal);

        foreach (var (old, now) in pairs)
        {
            if (!idOf.ContainsKey(now) && used.Add(old.Id))
            {
                idOf[now] = old;
            }
        }

        return
        [
            .. found.Where(now => !idOf.TryGetValue(now, out var old) || old.Time != now)
                .OrderBy(now => now.Start)
                .Select(now => new FailureChange(idOf.TryGetValue(now, out var old) ? old.Id : null, now)),
            .. known.Where(old => !used.Contains(old.Id)).OrderBy(old => old.Time.Start)
                .Select(old => new FailureChange(old.Id, null)),
        ];
    }

    private static Duration Common(FoundFailure one, FoundFailure other)
    {
        // Two that both go on have more in common than any that ended.
        var end = Instant.Min(one.End ?? Instant.MaxValue, other.End ?? Instant.MaxValue);
        return end - Instant.Max(one.Start, other.Start);
    }
}
