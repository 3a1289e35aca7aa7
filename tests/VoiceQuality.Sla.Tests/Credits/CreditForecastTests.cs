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
    public void An_account_of_which_no_credit_stands_has_none_at_risk()
    {
        var forecast = CreditForecast.Of(
            Month([32000, 34000], 100.00m, Half, isBarred: true),
            [new ForecastDay(new MeanMos(32000, 1)), new ForecastDay(new MeanMos(34000, 1))],
            Half,
            ContractPolicy.Default);

        Assert.Equal((0m, 0m, 0m), (forecast.Credit, forecast.Low, forecast.High));
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

    [Fact]
    public void Three_days_differ_by_their_own_spread_and_a_day_without_scores_says_nothing()
    {
        // 3.2, 3.3 and 3.4: mean 3.3. s² = 3/2 · (2 · (0.1/3)²) = 0.00333333, s = 0.0577350.
        // ± 2 · 0.0577350 · √0.5 = 0.0816497.
        var month = Month([32000, 33000, 34000], 100.00m, Half);
        List<ForecastDay> days = [.. new[] { 32000, 33000, 34000 }.Select(score => new ForecastDay(new MeanMos(score, 1)))];
        foreach (var given in new[] { days, [.. days, new ForecastDay(default)] })
        {
            var forecast = CreditForecast.Of(month, given, Half, ContractPolicy.Default);
            Assert.Equal(3.218350m, decimal.Round(forecast.MeanLow!.Value, 6));
            Assert.Equal(3.381650m, decimal.Round(forecast.MeanHigh!.Value, 6));
        }

        // Days that are alike leave no range.
        var alike = Forecast([42000, 42000], 100.00m, Half);
        Assert.Equal((4.2m, 4.2m), (alike.MeanLow, alike.MeanHigh));
    }

    [Fact]
    public void There_is_a_forecast_from_the_end_of_the_first_day_on()
    {
        var first = Instant.FromUtc(2026, 9, 2, 0, 0);
        Assert.NotNull(Forecast([32000, 34000], 100.00m, first).MeanLow);
        Assert.Null(Forecast([32000, 34000], 100.00m, first - Duration.Epsilon).MeanLow);
        Assert.Null(Forecast([32000, 34000], 100.00m, Instant.FromUtc(2026, 8, 31, 0, 0)).MeanLow);
    }

    [Fact]
    public void A_score_outside_the_scale_is_a_fault_and_foretells_nothing()
    {
        //
        var forecast = Forecast([60000, 60000], 100.00m, Half);
        Assert.Equal((null, null, null), (forecast.MeanLow, forecast.Credit, forecast.High));
    }

    [Fact]
    public void When_a_month_is_over_its_own_credit_is_told_to_the_instant()
    {
        // 3.2 of one day: 60 % of 100.00.
        var end = Instant.FromUtc(2026, 10, 1, 0, 0);
        var one = Forecast([32000], 100.00m, end);
        Assert.Equal((60.00m, 60.00m, 60.00m, 3.2m, 3.2m), (one.Credit, one.Low, one.High, one.MeanLow, one.MeanHigh));
        Assert.Equal(0m, Forecast([], 100.00m, end).Credit);

        // No credit of the account stands.
        foreach (var now in new[] { end, end + Duration.FromDays(1) })
        {
            var barred = CreditForecast.Of(
                Month([32000, 34000], 100.00m, now, isBarred: true),
                [new ForecastDay(new MeanMos(32000, 1)), new ForecastDay(new MeanMos(34000, 1))],
                now,
                ContractPolicy.Default);
            Assert.Equal((0m, 0m, 0m), (barred.Credit, barred.Low, barred.High));
        }
    }

    private static MonthlyEligibility Month(int[] scores, decimal? usage, Instant now, bool isBarred = false) =>
        MonthlyEligibility.Of(
            September, Calendar, new UnitMonthCalls(scores.Length, new MeanMos(scores.Sum(), scores.Length)),
            usage is { } known ? UsageBase.Known(known) : UsageBase.Unknown, now, ContractPolicy.Default, isBarred);

    private static CreditForecast Forecast(int[] scores, decimal? usage, Instant now)
    {
        var days = scores.Select(score => new ForecastDay(new MeanMos(score, 1))).ToList();
        return CreditForecast.Of(Month(scores, usage, now), days, now, ContractPolicy.Default);
    }
}
