using VoiceQuality.Service.Policies;
using VoiceQuality.Service.TrustPage;
using VoiceQuality.Sla.Credits;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Storage.Months;

namespace VoiceQuality.Service.Noc;

/// <summary>One account in the list of accounts.</summary>
/// <param name="AccountId">The account.</param>
/// <param name="Name">Its name.</param>
/// <param name="UnitCount">Its units.</param>
/// <param name="Counts">Calls of the month.</param>
/// <param name="UnitsBelow">Units whose average earns a credit.</param>
internal sealed record AccountLine(string AccountId, string Name, int UnitCount, CallCounts Counts, int UnitsBelow)
{
    /// <summary>Which score of the calls its contract counts.</summary>
    public MosReading Reading { get; init; }
}

/// <summary>What the list of accounts shows.</summary>
/// <param name="Month">The month.</param>
/// <param name="Months">Months to choose from.</param>
/// <param name="Lines">Accounts by name.</param>
/// <param name="Unassigned">Calls that no rule knows.</param>
internal sealed record AccountsView(
    ServiceMonth Month, IReadOnlyList<ServiceMonth> Months, IReadOnlyList<AccountLine> Lines, CallCounts Unassigned)
{
    /// <summary>Calls of all accounts, each as its contract counts them.</summary>
    public CallCounts Network => Lines.Aggregate(default(CallCounts), static (sum, line) => sum + line.Counts);
}

/// <summary>Makes the list of accounts for the operations centre.</summary>
internal sealed class AccountList(
    MonthQueries months, IAccountBookSource books, PolicyDirectory policies, TimeProvider time)
{
    /// <summary>The list for a month; null for the one that is under way in UTC.</summary>
    public async Task<AccountsView> GetAsync(ServiceMonth? month, CancellationToken cancellationToken)
    {
        var book = books.Book;
        var now = time.GetUtcNow();
        var current = new ServiceMonth(now.Year, now.Month);
        var shown = month ?? current;
        var policyBook = await policies.GetAsync(cancellationToken);
        var sums = (await months.ListUnitMonthsAsync(shown, cancellationToken))
            .Select(sum => sum with { Counts = sum.Counts.By(ReadingOf(sum.AccountId)) });
        var byAccount = sums.ToLookup(sum => sum.AccountId, StringComparer.Ordinal);
        var unitCounts = book.Units.CountBy(unit => unit.AccountId!).ToDictionary(StringComparer.Ordinal);

        var lines = book.Accounts.Select(account => new AccountLine(
            account.AccountId,
            account.Name,
            unitCounts.GetValueOrDefault(account.AccountId),
            Total(byAccount[account.AccountId]),
            byAccount[account.AccountId].Count(sum => IsBelow(sum.Counts)))
        {
            Reading = ReadingOf(account.AccountId),
        });
        var choices = (await months.ListMonthsAsync(cancellationToken)).Append(current).Append(shown).Distinct()
            .OrderDescending().Take(AssessedMonths.TrendMonths);

        return new AccountsView(
            shown, [.. choices],
            [.. lines.OrderBy(line => line.Name, StringComparer.OrdinalIgnoreCase).ThenBy(line => line.AccountId, StringComparer.Ordinal)],
            Total(byAccount[Sla.Accounts.BusinessUnit.UnassignedId]));

        MosReading ReadingOf(string accountId) => accountId == Sla.Accounts.BusinessUnit.UnassignedId
            ? MosReading.Default
            : policyBook.InForce(accountId, shown).MosReading;
    }

    private static bool IsBelow(CallCounts counts) => MosTier.ForMonth(counts.Answered, counts.Mean).Row is not null;

    private static CallCounts Total(IEnumerable<UnitMonth> sums) =>
        sums.Aggregate(default(CallCounts), static (total, sum) => total + sum.Counts);
}
