namespace VoiceQuality.Sla.Ledger;

/// <summary>An entry already in the ledger for a claim, as far as restating needs it.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Amount">US dollars in the customer's favour.</param>
/// <param name="State">Whether it counts.</param>
public sealed record LedgerAmount(string Id, decimal Amount, LedgerEntryState State)
{
    /// <summary>
    /// Digest of the facts for which a second person rejected a decrease, on the entry that took it back; null on any
    /// other entry, and where those facts are not known.
    /// </summary>
    public string? RejectedFacts { get; init; }
}

/// <summary>The one entry that brings a claim to its recomputed value.</summary>
/// <param name="Amount">The difference, US dollars in the customer's favour, whole cents.</param>
/// <param name="Corrects">The last entry before it; null for the first.</param>
/// <param name="State">A decrease waits for a second person.</param>
public sealed record RestatementEntry(decimal Amount, string? Corrects, LedgerEntryState State);

/// <summary>
/// What late data do to a claim: the difference between the recomputed value and the posted sum becomes
/// one new entry. An increase counts at once; a decrease waits for another person, and until then the customer keeps
/// the amount.
/// </summary>
/// <remarks>
/// On one claim every entry corrects the one before it, so at most the last one is waiting: a later entry takes its
/// place. A pending decrease that late data make wrong altogether is taken back by an entry of 0.00. So whatever came
/// in between, the net after approval is the recomputed value.
/// A decrease that a second person rejected is taken back in the same way, and is not asked for again as long as the
/// facts are those that were rejected: the customer keeps the amount.
/// </remarks>
/// <param name="NewEntry">The entry to add; null when there is nothing to do.</param>
/// <param name="NetNow">What the customer has with it, US dollars.</param>
/// <param name="NetAfterApproval">What the customer has when the waiting decrease is approved, US dollars.</param>
public sealed record Restatement(RestatementEntry? NewEntry, decimal NetNow, decimal NetAfterApproval)
{
    /// <summary>Restates a claim.</summary>
    /// <param name="history">All entries of the claim, oldest first.</param>
    /// <param name="recomputed">US dollars in the customer's favour; rounded here, once, to cents .</param>
    /// <param name="facts">Digest of the facts that give it; null where none can have been rejected.</param>
    public static Restatement Of(IReadOnlyList<LedgerAmount> history, decimal recomputed, string? facts = null)
    {
        ArgumentNullException.ThrowIfNull(history);
        var net = NetOf(history);
        var last = history.Count > 0 ? history[^1] : null;
        var waiting = last is { State: LedgerEntryState.PendingSecondApproval } ? last.Amount : 0m;
        var target = Money.RoundToCents(recomputed);
        var difference = target - net;

        if (facts is not null && last?.RejectedFacts == facts)
        {
            return new Restatement(null, net, net);
        }

        if (difference == waiting)
        {
            return new Restatement(null, net, target);
        }

        var state = difference < 0 ? LedgerEntryState.PendingSecondApproval : LedgerEntryState.Posted;
        return new Restatement(
            new RestatementEntry(difference, last?.Id, state), Math.Max(net, target), target);
    }

    /// <summary>What the customer has: the sum of what counts, US dollars.</summary>
    public static decimal NetOf(IEnumerable<LedgerAmount> history)
    {
        ArgumentNullException.ThrowIfNull(history);
        return history.Where(entry => entry.State == LedgerEntryState.Posted).Sum(entry => entry.Amount);
    }
}
