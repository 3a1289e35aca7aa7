using NodaTime;
using VoiceQuality.Service.Policies;
using VoiceQuality.Service.TrustPage;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Rating;
using VoiceQuality.Storage.Usage;

namespace VoiceQuality.Service.Rating;

/// <summary>Puts imported and rated usage side by side. Page, API and command ask here.</summary>
internal sealed class UsageViews(
    RatedUsages rated, UsageQueries imported, PolicyDirectory policies, IAccountBookSource accounts, TimeProvider time)
{
    /// <summary>A month of an account; null when there is no such account.</summary>
    /// <param name="accountId">The account.</param>
    /// <param name="month">The month; null for the one that is under way.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<UsageView?> GetAsync(
        string accountId, ServiceMonth? month, CancellationToken cancellationToken)
    {
        var book = accounts.Book;
        if (book.FindAccount(accountId) is not { } account)
        {
            return null;
        }

        var now = Instant.FromDateTimeOffset(time.GetUtcNow());
        var current = account.Calendar.MonthOf(now);
        var shown = month ?? current;
        var policy = (await policies.GetAsync(cancellationToken)).InForce(accountId, shown);
        var billed = await imported.ListAccountAsync(accountId, cancellationToken);
        var known = await rated.ListMonthsAsync(accountId, cancellationToken);
        var usage = await rated.GetAsync(accountId, shown, cancellationToken);
        var units = UnitsOf(book, accountId, shown, billed, usage);
        var period = account.Calendar.Bounds(shown);
        var choices = known.Concat(billed.Keys.Select(set => set.Month)).Append(current).Append(current.Previous)
            .Append(shown).Distinct().OrderDescending().Take(AssessedMonths.TrendMonths);

        return new UsageView(
            account.AccountId,
            account.Name,
            account.Calendar.ZoneOf(shown).Id,
            shown,
            [.. choices],
            policy.MosBaseSource,
            policy.TierCAllowancePercent,
            usage?.IsSettled ?? false,
            usage?.Stored.Usage.States ?? [],
            usage?.Stored.MissingCalls ?? 0,
            units,
            usage is null ? [] : [.. usage.Stored.Usage.Patterns.Select(
                pattern => PatternOf(usage, pattern.Key, pattern.Value, period, now))]);
    }

    private static PatternView PatternOf(
        RatedUsage usage, string unitId, SurchargeResult? pattern, MonthlyPeriod period, Instant now)
    {
        var seconds = usage.Stored.Sums.Patterns
            .Where(sum => sum.Program == PricingProgram.FlatRate && (unitId.Length == 0 || sum.UnitId == unitId))
            .Sum(sum => sum.TierCSeconds);

        // Only the flat-rate program has a surcharge to foresee.
        var isFlat = usage.Stored.Sums.Patterns.Any(sum => sum.Program == PricingProgram.FlatRate
            && (unitId.Length == 0 || sum.UnitId == unitId));
        return new PatternView(
            unitId.Length == 0 ? null : unitId,
            pattern,
            pattern is null || !isFlat ? null : TierCForecast.Of(pattern, seconds, period, now, usage.Policy));
    }

    private static List<UnitUsageView> UnitsOf(
        AccountBook book,
        string accountId,
        ServiceMonth month,
        IReadOnlyDictionary<UsageSet, IReadOnlyList<Sla.Usage.UsageLine>> billed,
        RatedUsage? usage)
    {
        var ids = book.Units.Where(unit => unit.AccountId == accountId).Select(unit => unit.UnitId)
            .Union(billed.Keys.Where(set => set.Month == month).Select(set => set.UnitId))
            .Union(usage?.Stored.Usage.Units.Select(unit => unit.UnitId) ?? []);
        return
        [
            .. ids
                .Select(unitId => new UnitUsageView(
                    unitId,
                    book.FindUnit(unitId) is { } unit && unit.AccountId == accountId ? unit.Name : unitId,
                    Sla.Usage.UsageDifference.Of(
                        billed.GetValueOrDefault(new UsageSet(accountId, unitId, month)), usage?.LinesOf(unitId)),
                    usage?.Stored.Usage.Unit(unitId) is { Lines.IsEmpty: false } used
                        ? used.Lines.Sum(line => line.Amount)
                        : null))
                .OrderBy(unit => unit.UnitName, StringComparer.OrdinalIgnoreCase)
                .ThenBy(unit => unit.UnitId, StringComparer.Ordinal),
        ];
    }
}
