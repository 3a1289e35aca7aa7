using NodaTime;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Sla.Rating;

namespace VoiceQuality.Sla.Tests.Rating;

public class TierCForecastTests
{
    // April 2025 in UTC has 30 days.
    private static readonly MonthlyPeriod April = MonthlyPeriod.Bounds(new ServiceMonth(2025, 4), DateTimeZone.Utc);

    [Fact]
    public void At_the_middle_of_the_month_calls_double_and_the_share_stays()
    {
        // 400 of 1000 are Tier C, of 60 s each. At the end: 2000 calls, 800 Tier C, allowance 600, 200 in excess for
        // 1 min × 0.03 = 6.00. Wilson for 400 of 1000: centre (0.4 + 3.8416/2000) / (1 + 3.8416/1000) = 0.4003827; half
        // sqrt(3.8416·0.24/1000 + 3.8416²/(4·10⁶)) / 1.0038416 = sqrt(0.000921984 + 0.00000368947) / 1.0038416
        // = 0.03042487 / 1.0038416 = 0.0303084. So 0.3700743 to 0.4306911 of 1000: 370 and 431 to come.
        var forecast = TierCForecast.Of(
            Pattern(1000, 400), 400 * 60, April, Instant.FromUtc(2025, 4, 16, 0, 0), ContractPolicy.Default)!;

        Assert.Equal(2000, forecast.DomesticCalls);
        Assert.Equal(new TierCOutlook(40.00m, 800, 200, 6.00m), forecast.Expected);
        Assert.Equal(new TierCOutlook(38.50m, 770, 170, 5.10m), forecast.Low);
        Assert.Equal(new TierCOutlook(41.55m, 831, 231, 6.93m), forecast.High);
    }

    [Fact]
    public void A_share_below_the_allowance_costs_nothing()
    {
        // 100 of 1000: high is (0.1 + 0.0019208 + sqrt(0.000345744 + 0.00000368947)) / 1.0038416 = 0.1201530, 120 to come:
        // 220 of 2000, far below 600.
        var forecast = TierCForecast.Of(
            Pattern(1000, 100), 6_000, April, Instant.FromUtc(2025, 4, 16, 0, 0), ContractPolicy.Default)!;
        Assert.Equal((220L, 0L, 0m), (forecast.High.TierCCalls, forecast.High.ExcessCalls, forecast.High.Surcharge));
    }

    [Theory]
    [InlineData("2025-03-31T23:59:59Z")]
    [InlineData("2025-04-01T00:00:00Z")]
    [InlineData("2025-05-01T00:00:00Z")]
    public void Outside_the_month_there_is_nothing_to_foresee(string asOf) => Assert.Null(TierCForecast.Of(
        Pattern(10, 5), 300, April, NodaTime.Text.InstantPattern.General.Parse(asOf).Value, ContractPolicy.Default));

    [Fact]
    public void Without_calls_there_is_nothing_to_foresee() => Assert.Null(TierCForecast.Of(
        Pattern(0, 0), 0, April, Instant.FromUtc(2025, 4, 16, 0, 0), ContractPolicy.Default));

    [Fact]
    public void One_call_gives_a_wide_range_and_no_failure()
    {
        var forecast = TierCForecast.Of(
            Pattern(1, 1), 60, April, Instant.FromUtc(2025, 4, 1, 0, 1), ContractPolicy.Default)!;
        Assert.True(forecast.Low.TierCPercent < 30 && forecast.High.TierCPercent == 100);
    }

    private static SurchargeResult Pattern(long calls, long tierC) =>
        new(calls, tierC, 0, 0, 0, 0, Charge.Zero, [], []);
}
