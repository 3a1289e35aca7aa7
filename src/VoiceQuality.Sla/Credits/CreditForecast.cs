using NodaTime;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Policies;

namespace VoiceQuality.Sla.Credits;

/// <summary>One day's scored calls of a unit.</summary>
/// <param name="Mean">Sum and count of its scores.</param>
public readonly record struct ForecastDay(MeanMos Mean);

/// <summary>
/// What a month that is under way may be worth when it is over. It is shown to people and never used for money.
/// </summary>
/// <remarks>
/// The method. With f the part of the month that has passed and n the scored calls so far, n·(1 − f)/f calls are still
/// to come at the pace so far. Their mean is taken to be the mean so far, m. How far the month's mean may end from m
/// follows from how the days differ: s² = D/(D − 1) · Σ(nᵢ·(mᵢ − m))²/n² over the D days with scored calls is the
/// variance of m with days as clusters, and the final mean is m ± 2·s·√(1 − f), nothing of it left when the month is
/// over. The usage so far is scaled by 1/f. The range is from the row of the upper end of the mean to that of the lower
/// one. Days are taken to be alike; a weekend ahead or an incident that has just begun is not known to it.
/// </remarks>
/// <param name="PassedPercent">Part of the month that has passed, percent, 0 to 100, cut to two decimals.</param>
/// <param name="ExpectedScored">Scored calls expected in the whole month; null when not known.</param>
/// <param name="MeanLow">Lower end of the final mean, 1 to 5; null when not known.</param>
/// <param name="MeanHigh">Upper end of the final mean, 1 to 5; null when not known.</param>
/// <param name="Base">Usage expected in the whole month, US dollars; null when not known.</param>
/// <param name="Credit">US dollars at the mean so far; null when not known.</param>
/// <param name="Low">US dollars at the upper end of the mean; null when not known.</param>
/// <param name="High">US dollars at the lower end of the mean; null when not known.</param>
public sealed record CreditForecast(
    decimal PassedPercent,
    long? ExpectedScored,
    decimal? MeanLow,
    decimal? MeanHigh,
    decimal? Base,
    decimal? Credit,
    decimal? Low,
    decimal? High)
{
    /// <summary>Standard errors either way.</summary>
    public const decimal Width = 2m;

    private const int LeastDays = 2;
    private const int SquareRootSteps = 60;

    // Less of a month than this says nothing about the rest of it.
    private static readonly Duration LeastPassed = Duration.FromHours(24);

    /// <summary>Forecasts a month.</summary>
    /// <param name="month">The month as it is now.</param>
    /// <param name="days">Its days with scored calls.</param>
    /// <param name="now">When.</param>
    /// <param name="policy">The reading of the contract.</param>
    public static CreditForecast Of(
        MonthlyEligibility month, IEnumerable<ForecastDay> days, Instant now, ContractPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(month);
        ArgumentNullException.ThrowIfNull(days);
        ArgumentNullException.ThrowIfNull(policy);
        var period = month.Period;
        var passed = PartOf(period, now);
        var percent = decimal.Truncate(passed * 10_000m) / 100m;
        var isOver = now >= period.End;
        if (!isOver && now < period.Start + LeastPassed)
        {
            return new CreditForecast(percent, null, null, null, null, null, null, null);
        }

        var mean = month.Calls.Mean;
        var usage = month.Base.Amount / passed;
        var scored = (long)decimal.Round(mean.CallCount / passed);
        if (mean.CallCount == 0 || month.Tier.Status != MosStatus.Scored)
        {
            return new CreditForecast(
                percent, scored, null, null, usage, isOver ? month.CreditIfClaimed : null, null, null);
        }

        var m = mean.SumE4 / 10_000m / mean.CallCount;
        var credit = isOver ? month.CreditIfClaimed : AmountAt(m, usage, month, policy);
        if (StandardError([.. days], mean) is not { } error)
        {
            return isOver
                ? new CreditForecast(percent, scored, m, m, usage, credit, credit, credit)
                : new CreditForecast(percent, scored, null, null, usage, credit, null, null);
        }

        // Nothing of a month that is over is left to differ.
        var margin = Width * error * SquareRoot(1m - passed);
        var (low, high) = (Math.Max(1m, m - margin), Math.Min(5m, m + margin));
        return new CreditForecast(
            percent, scored, low, high, usage, credit,
            isOver ? credit : AmountAt(high, usage, month, policy), isOver ? credit : AmountAt(low, usage, month, policy));
    }

    private static decimal PartOf(MonthlyPeriod period, Instant now)
    {
        var whole = (period.End - period.Start).BclCompatibleTicks;
        var done = (Instant.Max(period.Start, Instant.Min(now, period.End)) - period.Start).BclCompatibleTicks;
        return (decimal)done / whole;
    }

    private static decimal? AmountAt(
        decimal mean, decimal? usage, MonthlyEligibility month, ContractPolicy policy)
    {
        if (month.IsBarred)
        {
            return 0m;
        }

        var tier = MosTier.ForMean((decimal?)mean, policy.MosBounds);
        return tier.Row is null ? 0m
            : usage is { } amount ? MosCredit.AmountOf(tier.Percent, amount)
            : null;
    }

    // Days as clusters: the ratio estimator's variance, in MOS points.
    private static decimal? StandardError(IReadOnlyList<ForecastDay> days, MeanMos month)
    {
        var scored = days.Where(day => day.Mean.CallCount > 0).ToList();
        if (scored.Count < LeastDays)
        {
            return null;
        }

        var n = (decimal)month.CallCount;
        var m = month.SumE4 / 10_000m / n;
        var sum = 0m;
        foreach (var day in scored)
        {
            // nᵢ·(mᵢ − m)/n, so that no square of a count can leave the range.
            var part = ((day.Mean.SumE4 / 10_000m) - (day.Mean.CallCount * m)) / n;
            sum += part * part;
        }

        return SquareRoot(sum * scored.Count / (scored.Count - 1m));
    }

    // Newton's way; exact enough for a figure that is shown with two decimals.
    private static decimal SquareRoot(decimal value)
    {
        if (value <= 0m)
        {
            return 0m;
        }

        var root = 1m;
        for (var i = 0; i < SquareRootSteps; i++)
        {
            root = (root + (value / root)) / 2m;
        }

        return root;
    }
}
