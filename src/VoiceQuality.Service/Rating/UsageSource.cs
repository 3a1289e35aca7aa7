using VoiceQuality.Service.TrustPage;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Storage.Usage;

namespace VoiceQuality.Service.Rating;

/// <summary>
/// Imported lines as they are stored, or the lines of rated calls. Rated usage is known only where every answered call
/// of the unit has a charge, its call pattern can be told, and the month is rated by the data in force.
/// </summary>
internal sealed class UsageSource(
    UsageRepository imported, UsageQueries importedOfMany, RatedUsages rated, IAccountBookSource accounts)
    : IUsageSource
{
    public async Task<SourcedUsage?> GetAsync(
        UsageSet set, MosBaseSource source, CancellationToken cancellationToken)
    {
        if (source == MosBaseSource.Imported)
        {
            return await imported.GetAsync(set, cancellationToken) is { } stored
                ? new SourcedUsage(source, stored.SourceDigest, stored.Lines)
                : null;
        }

        return await rated.GetAsync(set.AccountId, set.Month, cancellationToken) is { } month
            ? Of(month, set.UnitId)
            : null;
    }

    public async Task<IReadOnlyDictionary<UsageSet, SourcedUsage>> ListMonthAsync(
        ServiceMonth month, MosBaseSource source, CancellationToken cancellationToken)
    {
        if (source == MosBaseSource.Imported)
        {
            return Imported(await importedOfMany.ListMonthAsync(month, cancellationToken));
        }

        var usage = new Dictionary<UsageSet, SourcedUsage>();
        foreach (var accountId in await rated.ListAccountsAsync(month, cancellationToken))
        {
            await AddAsync(usage, accountId, month, cancellationToken);
        }

        return usage;
    }

    public async Task<IReadOnlyDictionary<UsageSet, SourcedUsage>> ListAccountAsync(
        string accountId, MosBaseSource source, CancellationToken cancellationToken)
    {
        if (source == MosBaseSource.Imported)
        {
            return Imported(await importedOfMany.ListAccountAsync(accountId, cancellationToken));
        }

        var usage = new Dictionary<UsageSet, SourcedUsage>();
        foreach (var month in await rated.ListMonthsAsync(accountId, cancellationToken))
        {
            await AddAsync(usage, accountId, month, cancellationToken);
        }

        return usage;
    }

    private async Task AddAsync(
        Dictionary<UsageSet, SourcedUsage> usage,
        string accountId,
        ServiceMonth month,
        CancellationToken cancellationToken)
    {
        if (await rated.GetAsync(accountId, month, cancellationToken) is not { } ofMonth)
        {
            return;
        }

        var units = accounts.Book.Units.Where(unit => unit.AccountId == accountId).Select(unit => unit.UnitId)
            .Union(ofMonth.Stored.Usage.Units.Select(unit => unit.UnitId));
        foreach (var unitId in units)
        {
            if (Of(ofMonth, unitId) is { } ofUnit)
            {
                usage.Add(new UsageSet(accountId, unitId, month), ofUnit);
            }
        }
    }

    private static SourcedUsage? Of(RatedUsage month, string unitId) => month.LinesOf(unitId) is { } lines
        ? new SourcedUsage(MosBaseSource.Rated, month.DigestOf(lines), lines)
        : null;

    private static Dictionary<UsageSet, SourcedUsage> Imported(
        IReadOnlyDictionary<UsageSet, IReadOnlyList<Sla.Usage.UsageLine>> lines) => lines.ToDictionary(
            pair => pair.Key,
            pair => new SourcedUsage(MosBaseSource.Imported, UsageDigest.Of(pair.Value), pair.Value));
}
