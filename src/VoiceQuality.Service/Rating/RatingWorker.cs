using VoiceQuality.Service.Ingest;
using VoiceQuality.Service.TrustPage;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Rating;
using VoiceQuality.Storage.Rating;

namespace VoiceQuality.Service.Rating;

/// <summary>
/// Rates months again whose reference data have changed since, and calls that were stored before anybody rated them:
/// some calls at a time, so that measuring goes on, and from where it stood after a restart. A month that is not
/// rated by the data in force has no usage until it is; then its credits are assessed again.
/// </summary>
internal sealed class RatingWorker(
    RatingRepository repository,
    RatingDirectory ratings,
    IAccountBookSource accounts,
    CreditAssessor assessor,
    TimeProvider time,
    ILogger<RatingWorker> logger) : BackgroundService
{
    /// <summary>Calls of one step: the writer waits for some ten milliseconds.</summary>
    internal const int CallsPerStep = 500;

    private static readonly TimeSpan Look = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    // Months with calls that no step reaches, so that they are not tried for ever.
    private readonly HashSet<RatedMonthStanding> _given = [];
    private RatingFingerprints? _seen;

    /// <summary>Rates all that is due.</summary>
    /// <returns>Months that were rated.</returns>
    public Task<int> RateDueAsync(CancellationToken cancellationToken) =>
        RateDueAsync(TimeSpan.Zero, int.MaxValue, cancellationToken);

    /// <summary>The same, and stops after so many steps.</summary>
    internal async Task<int> RateDueAsync(TimeSpan pause, int steps, CancellationToken cancellationToken)
    {
        var fingerprints = await ratings.GetAsync(cancellationToken);
        if (!ReferenceEquals(fingerprints, _seen))
        {
            _given.Clear();
            _seen = fingerprints;
        }

        var book = accounts.Book;
        var rated = 0;
        foreach (var standing in await repository.ListStandingsAsync(cancellationToken))
        {
            if (book.FindAccount(standing.AccountId) is not { } account)
            {
                continue;
            }

            var period = account.Calendar.Bounds(standing.Month);
            var target = fingerprints.Of(standing.AccountId, period);
            if ((standing.Fingerprint == target && standing.MissingCalls == 0) || _given.Contains(standing))
            {
                continue;
            }

            steps = await RateAsync(standing, period, target, fingerprints, pause, steps, cancellationToken);
            if (steps <= 0)
            {
                return rated;
            }

            rated++;
            if (standing.Fingerprint == target)
            {
                _given.Add(standing);
            }

            // The rest may be due by other data by now.
            if (!ReferenceEquals(await ratings.GetAsync(cancellationToken), fingerprints))
            {
                break;
            }
        }

        return rated;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            using var timer = new PeriodicTimer(Look, time);
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await RateDueAsync(Pause, int.MaxValue, stoppingToken);
                }
                catch (Exception e) when (!stoppingToken.IsCancellationRequested && e is not OutOfMemoryException)
                {
                    logger.RatingFailed(e, RetryDelay.TotalMilliseconds);
                    await Task.Delay(RetryDelay, time, stoppingToken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // A stop is no failure.
        }
    }

    private async Task<int> RateAsync(
        RatedMonthStanding standing,
        MonthlyPeriod period,
        string target,
        RatingFingerprints fingerprints,
        TimeSpan pause,
        int steps,
        CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var total = default(RatingStep);
        while (!total.IsDone)
        {
            if (steps-- <= 0)
            {
                return 0;
            }

            var step = await repository.StepAsync(
                standing.AccountId,
                period,
                target,
                CallsPerStep,
                call => CallRater.Rate(call, standing.AccountId, fingerprints),
                call => CallRater.AlarmOf(call, standing.AccountId, fingerprints),
                cancellationToken);
            total = new RatingStep(
                total.Read + step.Read, total.Changed + step.Changed, total.Kept + step.Kept, step.IsDone)
            {
                Alarms = total.Alarms + step.Alarms,
            };
            if (pause > TimeSpan.Zero)
            {
                await Task.Delay(pause, time, cancellationToken);
            }
        }

        assessor.Touch(standing.AccountId, standing.Month);
        var (month, durationMs) = (standing.Month.ToString(), time.GetElapsedTime(began).TotalMilliseconds);
        if (total.Alarms > 0)
        {
            logger.LaterAlarms(total.Alarms, month, standing.AccountId);
        }

        logger.MonthRated(month, standing.AccountId, total.Read, total.Changed, total.Kept, durationMs);
        return Math.Max(1, steps);
    }
}
