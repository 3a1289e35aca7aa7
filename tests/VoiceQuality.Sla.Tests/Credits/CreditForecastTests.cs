using NodaTime;
using VoiceQuality.Sla.Credits;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Sla.Usage;

namespace VoiceQuality.Sla.Tests.Credits;

/// <summary>September 2026 in UTC has 720 hours.</summary>
public class CreditForecastTests
{
    private static readonly ServiceMonth September = new(2026, 9);
    private static readonly AccountCalendar Calendar = new(DateTimeZone.Utc);
    private static readonly Instant Half = Instant.FromUtc(2026, 9, 16, 0, 0);

    [Fact]
    public void The_rest_of_the_month_is_taken_to_be_like_the_days_so_far()
    {
        // Two days of one call each, 3.2 and 3.4: mean 3.3. s² = 2/1 · ((−0.1/2)² + (0.1/2)²) = 0.01, s = 0.1.
        // Half is passed: ± 2 · 0.1 · √0.5 = 0.141421; 3.158579 to 3.441421.
        var forecast = Forecast([32000, 34000], 100.00m, Half);
        Assert.Equal(50.00m, forecast.PassedPercent);
        Assert.Equal(4, forecast.ExpectedScored);
        Assert.Equal(3.158579m, decimal.Round(forecast.MeanLow!.Value, 6));
        Assert.Equal(3.441421m, decimal.Round(forecast.MeanHigh!.Value, 6));

        // 200.00 of usage by the end: 30 % at 3.3 and at 3.44, 60 % at 3.158.
        Assert.Equal((200.00m, 60.00m, 60.00m, 120.00m), (forecast.Base, forecast.Credit, forecast.Low, forecast.High));
    }

    [Fact]
    public void A_month_that_is_over_has_no_range_left()
    {
        var forecast = Forecast([32000, 34000], 100.00m, Instant.FromUtc(2026, 10, 2, 0, 0));
        Assert.Equal((100.00m, 30.00m, 30.00m, 30.00m), (forecast.Base, forecast.Credit, forecast.Low, forecast.High));
        Assert.Equal(forecast.MeanLow, forecast.MeanHigh);
    }

    [Fact]
    public void What_is_not_known_is_not_guessed()
    {
        Assert.Null(Forecast([32000, 34000], null, Half).Credit);
        Assert.Null(Forecast([], 100.00m, Half).Credit);
        Assert.Null(Forecast([32000, 34000], 100.00m, Instant.FromUtc(2026, 9, 1, 23, 0)).Credit);

        // One day says nothing about how days differ.
        var one = Forecast([32000], 100.00m, Half);
        Assert.Equal((120.00m, null, null), (one.Credit, one.Low, one.High));

        // Above the threshold nothing is due, whatever the usage.
        Assert.Equal(0m, Forecast([42000, 42000], null, Half).Credit);
    }

    private static CreditForecast Forecast(int[] scores, decimal? usage, Instant now)
    {
        var days = scores.Select(score => new ForecastDay(new MeanMos(score, 1))).ToList();
        var month = MonthlyEligibility.Of(
            September, Calendar, new UnitMonthCalls(scores.Length, new MeanMos(scores.Sum(), scores.Length)),
            usage is { } known ? UsageBase.Known(known) : UsageBase.Unknown, now, ContractPolicy.Default);
        return CreditForecast.Of(month, days, now, ContractPolicy.Default);
    }
}
