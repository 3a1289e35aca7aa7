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
using VoiceQuality.Storage.Credits;
using VoiceQuality.Storage.Months;
using VoiceQuality.Storage.Usage;

namespace VoiceQuality.Service.Ingest;

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

    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly TouchedMonths _touched = new(time);
    private readonly CurrentMonthGauges _gauges = new(accounts, months, stored, policies, metrics, time);
    private readonly ChangesElsewhere _elsewhere = new(accounts, credits, references, time);
    private volatile bool _isPaused = pace.BeginsPaused;

    /// <summary>Something of this month changed; it is assessed soon.</summary>
    public void Touch(string accountId, ServiceMonth month)
    {
        _touched.Add(accountId, month);
        _gauges.Touch();
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
            await _gauges.ShowDueAsync(cancellationToken);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Touches the months whose assessment is behind what is stored.</summary>
    internal Task TouchStaleAsync(CancellationToken cancellationToken) =>
        _elsewhere.TouchStaleAsync(Touch, cancellationToken);

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

    private async Task<int> AssessDueAsync(DateTimeOffset notSince, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);

        try
        {
            var book = await policies.GetAsync(cancellationToken);
            await _elsewhere.TouchOtherwiseReadAsync(book, Touch, cancellationToken);
            await _elsewhere.TouchOtherwiseBarredAsync(Touch, cancellationToken);
            return await AssessAsync(_touched.Take(notSince), book, cancellationToken);
        }
        finally
        {
            _one.Release();
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
                await outages.RestateChangedAsync(stoppingToken);

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
                _touched.Return(rest);
                _gauges.Touch();
            }
        }

        await _gauges.ShowAsync(cancellationToken);
        var durationMs = time.GetElapsedTime(began).TotalMilliseconds;
        logger.Assessed(assessed, changed, durationMs);
        return changed;
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
            return UnitEligibility.Of(account, unit.UnitId, month, measured?.Counts ?? default, known, now, policy);
        }
    }
}
