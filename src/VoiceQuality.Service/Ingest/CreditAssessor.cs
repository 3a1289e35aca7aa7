using System.Collections.Immutable;
using NodaTime;
using VoiceQuality.Service.Telemetry;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Credits;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Sla.Usage;
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
/// and this month of every account: time alone closes months.
/// </summary>
internal sealed class CreditAssessor(
    AssessorPace pace,
    AccountDirectory accounts,
    MonthQueries months,
    UsageRepository usage,
    CreditRepository credits,
    ServiceMetrics metrics,
    TimeProvider time,
    ILogger<CreditAssessor> logger) : BackgroundService
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FullLook = TimeSpan.FromHours(1);

    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly HashSet<(string AccountId, ServiceMonth Month)> _touched = [];
    private readonly Dictionary<(string AccountId, ServiceMonth Month), DateTimeOffset> _assessedAt = [];
    private volatile bool _isPaused = pace.BeginsPaused;

    /// <summary>Something of this month changed; it is assessed soon.</summary>
    public void Touch(string accountId, ServiceMonth month)
    {
        lock (_lock)
        {
            _touched.Add((accountId, month));
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

    private async Task<int> AssessDueAsync(DateTimeOffset notSince, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);

        try
        {
            return await AssessAsync(Take(notSince), cancellationToken);
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
        using var timer = new PeriodicTimer(Look, time);
        var lookedAt = DateTimeOffset.MinValue;

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
            }

            try
            {
                await AssessDueAsync(time.GetUtcNow() - pace.Interval, stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested && e is not OutOfMemoryException)
            {
                logger.AssessmentFailed(e, _touched.Count, RetryDelay.TotalMilliseconds);
                await Task.Delay(RetryDelay, time, stoppingToken);
            }
        }
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
        ImmutableArray<(string AccountId, ServiceMonth Month)> touched, CancellationToken cancellationToken)
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
                foreach (var unit in accounts.Book.Units.Where(unit => unit.AccountId == accountId))
                {
                    assessed++;
                    changed += await AssessAsync(accountId, unit, month, cancellationToken) ? 1 : 0;
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
        string accountId, BusinessUnit unit, ServiceMonth month, CancellationToken cancellationToken)
    {
        var account = accounts.Book.FindAccount(accountId);

        if (account is null)
        {
            return false;
        }

        var measured = await months.GetUnitMonthAsync(accountId, unit.UnitId, month, cancellationToken);
        var billed = await usage.GetAsync(new UsageSet(accountId, unit.UnitId, month), cancellationToken);
        var now = Instant.FromDateTimeOffset(time.GetUtcNow());
        var eligibility = MonthlyEligibility.Of(
            month,
            account.Calendar,
            measured?.Counts.ToUnitMonthCalls() ?? default,
            billed is null
                ? UsageBase.Unknown
                : UsageBase.OfComplete(billed.Lines, month, ImmutableHashSet<PhoneNumber>.Empty),
            now,
            ContractPolicy.Default);
        var outcome = await credits.SaveAsync(accountId, unit.UnitId, eligibility, now, cancellationToken);
        return outcome.IsNew;
    }

    private async Task ShowAsync(CancellationToken cancellationToken)
    {
        var now = Instant.FromDateTimeOffset(time.GetUtcNow());
        var book = accounts.Book;
        var current = book.Accounts.ToDictionary(a => a.AccountId, a => a.Calendar.MonthOf(now), StringComparer.Ordinal);
        var figures = new List<UnitMonthFigures>();

        foreach (var month in current.Values.Distinct())
        {
            foreach (var assessment in await credits.ListCurrentAsync(month, cancellationToken))
            {
                if (current.TryGetValue(assessment.AccountId, out var own) && own == month
                    && book.FindUnit(assessment.UnitId) is { } unit)
                {
                    figures.Add(FiguresOf(assessment, book.FindAccount(assessment.AccountId)!, unit));
                }
            }
        }

        metrics.ShowUnits(figures);
    }

    private static UnitMonthFigures FiguresOf(CreditAssessment assessment, Account account, BusinessUnit unit) => new(
        account.AccountId,
        unit.UnitId,
        account.Name,
        unit.Name,
        assessment.Calls.Mean is { CallCount: > 0 } mean ? mean.SumE4 / 1e4 / mean.CallCount : null,
        assessment.Calls.AnsweredCount,
        assessment.Calls.Mean.CallCount,
        assessment.MosStatus is MosStatus.Scored or MosStatus.NoCalls ? assessment.CreditPercent : null,
        assessment.CreditIfClaimed);
}
