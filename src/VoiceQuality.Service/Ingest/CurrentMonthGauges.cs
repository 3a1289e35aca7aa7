using NodaTime;
using VoiceQuality.Service.Claims;
using VoiceQuality.Service.Policies;
using VoiceQuality.Service.Telemetry;
using VoiceQuality.Service.TrustPage;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Credits;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Storage.Months;

namespace VoiceQuality.Service.Ingest;

/// <summary>
/// What the metrics show of the current months, so that they and the pages tell the same figure. Shown by one caller at
/// a time; any thread may say that something changed.
/// </summary>
internal sealed class CurrentMonthGauges(
    AccountDirectory accounts,
    MonthQueries months,
    StoredContractData stored,
    PolicyDirectory policies,
    ServiceMetrics metrics,
    TimeProvider time)
{
    // Shorter than a scrape interval, and a query of the month's sums each.
    private static readonly TimeSpan ShowInterval = TimeSpan.FromSeconds(5);

    // Without anything new the current month may still become another.
    private static readonly TimeSpan ShowAgain = TimeSpan.FromMinutes(1);

    private volatile bool _isDue;
    private DateTimeOffset _shownAt = DateTimeOffset.MinValue;

    /// <summary>Something changed; it is shown soon.</summary>
    public void Touch() => _isDue = true;

    /// <summary>
    /// Shows the current months as they are now, where they may have changed and were not shown just before.
    /// </summary>
    public async Task ShowDueAsync(CancellationToken cancellationToken)
    {
        var age = time.GetUtcNow() - _shownAt;

        if (age >= ShowAgain || (age >= ShowInterval && _isDue))
        {
            await ShowAsync(cancellationToken);
        }
    }

    /// <summary>
    /// Shows the current months as they are now; not from the stored assessments, which are as old as the pace allows.
    /// </summary>
    public async Task ShowAsync(CancellationToken cancellationToken)
    {
        // First, so that what is touched meanwhile is shown the next time.
        _isDue = false;
        _shownAt = time.GetUtcNow();
        var now = Instant.FromDateTimeOffset(_shownAt);
        var book = accounts.Book;
        var policyBook = await policies.GetAsync(cancellationToken);
        var units = book.Units.ToLookup(unit => unit.AccountId, StringComparer.Ordinal);
        var figures = new List<UnitMonthFigures>();

        foreach (var ofMonth in book.Accounts.ToLookup(account => account.Calendar.MonthOf(now)))
        {
            var sums = (await months.ListUnitMonthsAsync(ofMonth.Key, cancellationToken))
                .ToDictionary(sum => (sum.AccountId, sum.UnitId), sum => sum.Counts);
            var known = await stored.UsageOfMonthsAsync(
                [ofMonth.Key, ofMonth.Key.Next], StoredContractData.SourcesOf(policyBook), cancellationToken);
            var days = (await months.ListUnitDaysAsync(ofMonth.Key, cancellationToken))
                .ToLookup(day => (day.AccountId, day.UnitId));

            foreach (var account in ofMonth)
            {
                var policy = policyBook.InForce(account.AccountId, ofMonth.Key);
                figures.AddRange(units[account.AccountId].Select(unit => FiguresOf(
                    UnitEligibility.Of(
                        account,
                        unit.UnitId,
                        ofMonth.Key,
                        sums.GetValueOrDefault((account.AccountId, unit.UnitId)),
                        known,
                        now,
                        policy),
                    days[(account.AccountId, unit.UnitId)],
                    account,
                    unit,
                    now,
                    policy)));
            }
        }

        metrics.ShowUnits(figures);
    }

    private static UnitMonthFigures FiguresOf(
        MonthlyEligibility figures,
        IEnumerable<UnitDay> days,
        Account account,
        BusinessUnit unit,
        Instant now,
        ContractPolicy policy)
    {
        var forecast = DollarsAtRisk.ForecastOf(figures, days, now, policy);
        return new UnitMonthFigures(
            account.AccountId,
            unit.UnitId,
            account.Name,
            unit.Name,
            figures.Calls.Mean is { CallCount: > 0 } mean ? mean.SumE4 / 1e4 / mean.CallCount : null,
            figures.Calls.AnsweredCount,
            figures.Calls.Mean.CallCount,
            figures.Tier.Status is MosStatus.Scored or MosStatus.NoCalls ? figures.Tier.Percent : null,
            figures.CreditIfClaimed)
        {
            Reading = figures.Reading,
            ForecastUsd = forecast.Credit,
            ForecastLowUsd = forecast.Low,
            ForecastHighUsd = forecast.High,
        };
    }
}
