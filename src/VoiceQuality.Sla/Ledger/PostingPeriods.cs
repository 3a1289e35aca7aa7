using VoiceQuality.Sla.Periods;

namespace VoiceQuality.Sla.Ledger;

/// <summary>With which month billing pulls an entry: a month that was pulled never changes again.</summary>
public static class PostingPeriods
{
    /// <summary>The month an entry is posted to: the wanted one, or the first after the last that was pulled.</summary>
    /// <remarks>A wall clock that steps back therefore cannot post into what billing has already seen .</remarks>
    /// <param name="wanted">The month of the day of posting.</param>
    /// <param name="lastPulled">The latest month that billing pulled; null when it has pulled none.</param>
    public static ServiceMonth OpenFor(ServiceMonth wanted, ServiceMonth? lastPulled) =>
        lastPulled is { } pulled && wanted <= pulled ? pulled.Next : wanted;
}

/// <summary>Count and sum of a set of entries, by which billing sees that it has all of them .</summary>
/// <param name="Count">Entries that count.</param>
/// <param name="Sum">US dollars in the customer's favour.</param>
public readonly record struct ControlTotals(long Count, decimal Sum)
{
    /// <summary>The totals of entries; those that wait for approval move no money and are left out.</summary>
    public static ControlTotals Of(IEnumerable<LedgerEntry> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        var posted = entries.Where(entry => entry.State == LedgerEntryState.Posted).Select(entry => entry.Amount).ToList();
        return new ControlTotals(posted.Count, posted.Sum());
    }
}
