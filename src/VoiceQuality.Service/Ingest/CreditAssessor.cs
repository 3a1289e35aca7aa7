using System.Collections.Immutable;
using NodaTime;
using VoiceQuality.Service.Claims;
using VoiceQuality.Service.Policies;
using VoiceQuality.Service.Reference;
using VoiceQuality.Service.Telemetry;
using VoiceQuality.Service.TrustPage;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Credits;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Sla.Reference;
using VoiceQuality.Storage.Credits;
using VoiceQuality.Storage.Months;
using VoiceQuality.Storage.Usage;

namespace VoiceQuality.Service.Ingest;

/// <summary>How often months are assessed.</summary>
/// <param name="Interval">
/// Least time between two assessments of the same month of an account. Each that changed is kept for ever, so that a
/// second would fill the disk with figures that nobody saw.
/// </param>
/// <param name="BeginsPaused">Whether somebody else says when to begin.</param>
internal sealed record AssessorPace(TimeSpan Interval, bool BeginsPaused = false);

/// <summary>
/// Computes what the months are worth that were touched by calls or by usage, soon after the first touch and then at a
/// steady pace, and stores a new version where it changed. Once an hour, and at the start, it also looks at last month
/// and this month of every account: time alone closes months. What the metrics show of the current month does not wait
/// for that pace, so that they and the pages tell the same figure.
/// </summary>
internal sealed class CreditAssessor(
    AssessorPace pace,
    AccountDirectory accounts,
    MonthQueries months,
    StoredContractData stored,
    CreditRepository credits,
    PolicyDirectory policies,
    ReferenceDirectory references,
    MonthAssessor assessor,
    OutageRestater outages,
    ServiceMetrics metrics,
    TimeProvider time,
    ILogger<CreditAssessor> logger) : BackgroundService
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FullLook = TimeSpan.FromHours(1);
    private static readonly TimeSpan StaleLook = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestImport = TimeSpan.FromMinutes(5);

    // Shorter than a scrape interval, and a query of the month's sums each.
    private static readonly TimeSpan ShowInterval = TimeSpan.FromSeconds(5);

    // Without anything new the current month may still become another.
    private static readonly TimeSpan ShowAgain = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly HashSet<(string AccountId, ServiceMonth Month)> _touched = [];
    private readonly Dictionary<(string AccountId, ServiceMonth Month), DateTimeOffset> _assessedAt = [];
    private volatile bool _isPaused = pace.BeginsPaused;
    private bool _isShowDue;
    private PolicyBook _policiesSeen = PolicyBook.Empty;
    private ReferenceBook _referenceSeen = ReferenceBook.Empty;
    private DateTimeOffset _staleLookedAt = DateTimeOffset.MinValue;
    private DateTimeOffset _shownAt = DateTimeOffset.MinValue;

    /// <summary>Something of this month changed; it is assessed soon.</summary>
    public void Touch(string accountId, ServiceMonth month)
    {
        lock (_lock)
        {
            _touched.Add((accountId, month));
            _isShowDue = true;
        }
    }

    /// <summary>Begins, where the pace said to wait.</summary>
    public void Resume() => _isPaused = false;

    /// <summary>Last month and this month of every account.</summary>
    public void TouchAll()
    {
        var now = Instant.FromDateTimeOffset(time.GetUtcNow());

        foreach (var account in accounts.Book.Accounts)
        {
            var current = account.Calendar.MonthOf(now);
            Touch(account.AccountId, current);
            Touch(account.AccountId, current.Previous);
        }
    }

    /// <summary>Assesses now all that was touched.</summary>
    /// <returns>Assessments that changed.</returns>
    public Task<int> AssessTouchedAsync(CancellationToken cancellationToken) =>
        AssessDueAsync(DateTimeOffset.MaxValue, cancellationToken);

    /// <summary>
    /// Shows the current months as they are now, where they may have changed and were not shown just before.
    /// </summary>
    internal async Task ShowDueAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);

        try
        {
            var age = time.GetUtcNow() - _shownAt;

            if (age >= ShowAgain || (age >= ShowInterval && IsShowDue))
            {
                await ShowAsync(cancellationToken);
            }
        }
        finally
        {
            _one.Release();
        }
    }

    private bool IsShowDue
    {
        get
        {
            lock (_lock)
            {
                return _isShowDue;
            }
        }
    }

    private async Task<int> AssessDueAsync(DateTimeOffset notSince, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);

        try
        {
            var book = await policies.GetAsync(cancellationToken);
            await TouchOtherwiseReadAsync(book, cancellationToken);
            await TouchOtherwiseBarredAsync(cancellationToken);
            return await AssessAsync(Take(notSince), book, cancellationToken);
        }
        finally
        {
            _one.Release();
        }
    }

    public override void Dispose()
    {
        _one.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await RunAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // A stop is no failure, also one that comes while the application starts, which the host would report.
        }
    }

    private async Task RunAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Look, time);
        var lookedAt = DateTimeOffset.MinValue;
        var isFullLook = false;

        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (_isPaused)
            {
                continue;
            }

            if (time.GetUtcNow() - lookedAt >= FullLook)
            {
                TouchAll();
                lookedAt = time.GetUtcNow();
                isFullLook = true;
            }

            try
            {
                await TouchStaleAsync(stoppingToken);
                await AssessDueAsync(time.GetUtcNow() - pace.Interval, stoppingToken);
                await ShowDueAsync(stoppingToken);

                if (isFullLook)
                {
                    isFullLook = false;
                    await outages.RestateAllAsync(stoppingToken);
                }
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested && e is not OutOfMemoryException)
            {
                logger.AssessmentFailed(e, _touched.Count, RetryDelay.TotalMilliseconds);
                await Task.Delay(RetryDelay, time, stoppingToken);
            }
        }
    }

    /// <summary>
    /// Touches the months that stand by another policy than the recorded one in force: after one was recorded, and at
    /// the start for what was recorded meanwhile. Months that the built-in policy decides are left as they are.
    /// </summary>
    private async Task TouchOtherwiseReadAsync(PolicyBook book, CancellationToken cancellationToken)
    {
        if (ReferenceEquals(book, _policiesSeen))
        {
            return;
        }

        foreach (var assessed in await credits.ListPoliciesAsync(cancellationToken))
        {
            if (book.FindEntry(assessed.AccountId, assessed.Month) is { } entry
                && entry.Digest != assessed.PolicyDigest)
            {
                Touch(assessed.AccountId, assessed.Month);
            }
        }

        _policiesSeen = book;
    }

    /// <summary>
    /// Touches the months of accounts with toll-free numbers when the reference data are others: what is barred leaves the
    /// base.
    /// </summary>
    private async Task TouchOtherwiseBarredAsync(CancellationToken cancellationToken)
    {
        var (before, now) = (_referenceSeen, await references.GetAsync(cancellationToken));

        if (before.Digest == now.Digest)
        {
            return;
        }

        foreach (var assessed in await credits.ListPoliciesAsync(cancellationToken))
        {
            if (before.TollFreeNumbersOf(assessed.AccountId).Count > 0
                || now.TollFreeNumbersOf(assessed.AccountId).Count > 0)
            {
                Touch(assessed.AccountId, assessed.Month);
            }
        }

        _referenceSeen = now;
    }

    /// <summary>
    /// Touches the months whose assessment is behind what is stored: at the start what a stop left behind, then usage that
    /// another process imported. A month that was looked at and did not change is not looked at for ever: only what came
    /// since the last look, with time for an import to commit.
    /// </summary>
    internal async Task TouchStaleAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();

        if (now - _staleLookedAt < StaleLook)
        {
            return;
        }

        var since = _staleLookedAt == DateTimeOffset.MinValue
            ? Instant.MinValue
            : Instant.FromDateTimeOffset(_staleLookedAt - LongestImport);

        foreach (var (accountId, month) in await credits.ListStaleAsync(since, cancellationToken))
        {
            if (accounts.Book.FindAccount(accountId) is not null)
            {
                Touch(accountId, month);
            }
        }

        _staleLookedAt = now;
    }

    /// <summary>Takes what was touched and was not assessed after <paramref name="notSince"/>.</summary>
    private ImmutableArray<(string AccountId, ServiceMonth Month)> Take(DateTimeOffset notSince)
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

    private async Task<int> AssessAsync(
        ImmutableArray<(string AccountId, ServiceMonth Month)> touched,
        PolicyBook book,
        CancellationToken cancellationToken)
    {
        if (touched.IsEmpty)
        {
            return 0;
        }

        var began = time.GetTimestamp();
        var (assessed, changed, done) = (0, 0, 0);

        try
        {
            foreach (var (accountId, month) in touched)
            {
                // Where the month of the request is the base, what was billed in a month is the base of the one before.
                var isBaseOfPrevious =
                    book.InForce(accountId, month.Previous).MosBasePeriod == MosBasePeriod.RequestMonth;

                foreach (var unit in accounts.Book.Units.Where(unit => unit.AccountId == accountId))
                {
                    assessed++;
                    changed += await AssessAsync(accountId, unit, month, book, cancellationToken) ? 1 : 0;

                    if (isBaseOfPrevious)
                    {
                        assessed++;
                        changed += await AssessAsync(accountId, unit, month.Previous, book, cancellationToken) ? 1 : 0;
                    }
                }

                done++;
            }
        }
        finally
        {
            // What was not reached stays touched.
            foreach (var rest in touched[done..])
            {
                Touch(rest.AccountId, rest.Month);
                Forget(rest);
            }
        }

        await ShowAsync(cancellationToken);
        var durationMs = time.GetElapsedTime(began).TotalMilliseconds;
        logger.Assessed(assessed, changed, durationMs);
        return changed;
    }

    private void Forget((string AccountId, ServiceMonth Month) touched)
    {
        lock (_lock)
        {
            _assessedAt.Remove(touched);
        }
    }

    private async Task<bool> AssessAsync(
        string accountId, BusinessUnit unit, ServiceMonth month, PolicyBook book, CancellationToken cancellationToken)
    {
        var account = accounts.Book.FindAccount(accountId);

        if (account is null)
        {
            return false;
        }

        var policy = book.InForce(accountId, month);
        var now = ClaimTime.Now(time);
        var outcome = await assessor.AssessAsync(account, unit.UnitId, month, ComputeAsync, now, cancellationToken);
        return outcome.IsNew;

        async Task<MonthlyEligibility> ComputeAsync(CancellationToken token)
        {
            var measured = await months.GetUnitMonthAsync(accountId, unit.UnitId, month, token);
            var set = new UsageSet(accountId, unit.UnitId, MosCredit.ExpectedBaseMonth(month, policy));
            var known = await stored.UsageOfUnitAsync(set, policy.MosBaseSource, token);
            return EligibilityOf(account, unit.UnitId, month, measured?.Counts ?? default, known, now, policy);
        }
    }

    // Not from the stored assessments: those are as old as the pace allows.
    private async Task ShowAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            // First, so that what is touched meanwhile is shown the next time.
            _isShowDue = false;
        }

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
                    EligibilityOf(
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

    private static MonthlyEligibility EligibilityOf(
        Account account,
        string unitId,
        ServiceMonth month,
        CallCounts counts,
        KnownUsage usage,
        Instant now,
        ContractPolicy policy)
    {
        var known = usage.BaseOf(
            new UsageSet(account.AccountId, unitId, MosCredit.ExpectedBaseMonth(month, policy)), policy, now);
        return MonthlyEligibility.Of(
            month, account.Calendar, counts.ToUnitMonthCalls(), known.Base, now, policy, known.IsBarred);
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
            ForecastUsd = forecast.Credit,
            ForecastLowUsd = forecast.Low,
            ForecastHighUsd = forecast.High,
        };
    }
}
