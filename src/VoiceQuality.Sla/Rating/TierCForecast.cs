using NodaTime;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Policies;

namespace VoiceQuality.Sla.Rating;

/// <summary>The end of a month as it is foreseen for one share of Tier C in the rest of it.</summary>
/// <param name="TierCPercent">Tier C calls of all calls at the end of the month, percent, two decimals.</param>
/// <param name="TierCCalls">Tier C calls at the end of the month.</param>
/// <param name="ExcessCalls">Those above the allowance.</param>
/// <param name="Surcharge">US dollars, whole cents.</param>
public readonly record struct TierCOutlook(
    decimal TierCPercent, long TierCCalls, long ExcessCalls, decimal Surcharge);

/// <summary>
/// An estimate of a running month's Tier C surcharge. It tells a customer in time that the share runs above the
/// allowance; no amount is ever posted from it.
/// </summary>
/// <param name="DomesticCalls">Answered domestic calls under the flat-rate program that are foreseen.</param>
/// <param name="Low">With the least share that is likely.</param>
/// <param name="Expected">With the share so far.</param>
/// <param name="High">With the greatest share that is likely.</param>
public sealed record TierCForecast(long DomesticCalls, TierCOutlook Low, TierCOutlook Expected, TierCOutlook High)
{
    /// <summary>How it is made, for whoever reads it.</summary>
    public const string Method =
        "An estimate, not an amount due. Calls go on at the pace so far. The share of Tier C in the rest of the month is "
        + "the share so far, low and high by its 95 % Wilson interval, as if calls were independent of one another. An "
        + "excess call is as long as the mean Tier C call so far.";

    // 1.96², the two-sided 95 % point of the normal distribution squared.
    private const decimal ZSquared = 3.8416m;

    /// <summary>
    /// Foresees the end of the month from the calls so far; null before the month, after it, and without calls.
    /// </summary>
    /// <param name="pattern">The pattern of the month so far.</param>
    /// <param name="tierCSeconds">Billable seconds of its Tier C calls.</param>
    /// <param name="period">The month.</param>
    /// <param name="asOf">Until when calls are counted.</param>
    /// <param name="policy">The reading of the contract.</param>
    public static TierCForecast? Of(
        SurchargeResult pattern, long tierCSeconds, MonthlyPeriod period, Instant asOf, ContractPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        ArgumentOutOfRangeException.ThrowIfNegative(tierCSeconds);
        ArgumentNullException.ThrowIfNull(policy);
        if (asOf <= period.Start || asOf >= period.End || pattern.DomesticCalls <= 0)
        {
            return null;
        }

        var gone = (decimal)(asOf - period.Start).BclCompatibleTicks;
        var rest = (decimal)(period.End - asOf).BclCompatibleTicks;
        var (n, c) = ((decimal)pattern.DomesticCalls, (decimal)pattern.TierCCalls);
        var toCome = decimal.Round(n * (rest / gone), MidpointRounding.AwayFromZero);
        var share = c / n;
        var divisor = 1 + (ZSquared / n);
        var centre = (share + (ZSquared / (2 * n))) / divisor;
        var half = SquareRoot((ZSquared * share * (1 - share) / n) + (ZSquared * ZSquared / (4 * n * n))) / divisor;
        var meanSeconds = c == 0 ? 0 : tierCSeconds / c;

        TierCOutlook With(decimal ofRest)
        {
            var tierC = (long)(c + decimal.Round(toCome * ofRest, MidpointRounding.AwayFromZero));
            var calls = (long)(n + toCome);
            var excess = Math.Max(0, tierC - TierCSurcharge.AllowanceOf(calls, policy));
            return new TierCOutlook(
                decimal.Round(100m * tierC / calls, 2, MidpointRounding.AwayFromZero),
                tierC,
                excess,
                Money.RoundToCents(excess * meanSeconds / 60m * policy.TierCSurchargePerMinute));
        }

        return new TierCForecast(
            (long)(n + toCome),
            With(Math.Clamp(centre - half, 0, 1)),
            With(share),
            With(Math.Clamp(centre + half, 0, 1)));
    }

    // Newton's method; the argument is above 0 and below 4. Halving brings 1 near the root of the least decimal in
    // fewer than fifty steps, and a few more make it exact.
    private static decimal SquareRoot(decimal value)
    {
        var root = 1m;
        for (var i = 0; i < 64; i++)
        {
            root = (root + (value / root)) / 2;
        }

        return root;
    }
}
