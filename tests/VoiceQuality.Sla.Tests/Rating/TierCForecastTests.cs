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
        // 100 of 1000: high is (0.1 + 0.0019208 + sqrt(0.000345744 + 0.00000368947)) / 1.0038416 = 0.1201530, 120 to
        // come: 220 of 2000, far below 600.
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

    [Fact]
    public void Few_calls_give_a_range_of_the_width_that_Wilson_says()
    {
        // 4 of 10 so far, 10 to come. Centre (0.4 + 3.8416/20) / 1.38416 = 0.59208 / 1.38416 = 0.427754; half
        // sqrt(3.8416·0.24/10 + 3.8416²/400) / 1.38416 = sqrt(0.0921984 + 0.0368947) / 1.38416 = 0.259577. So 0.168177
        // to 0.687331 of 10: 2 and 7 to come. Allowance of 20 is 6: none and five in excess, a minute × 0.03 each.
        var forecast = TierCForecast.Of(
            Pattern(10, 4), 240, April, Instant.FromUtc(2025, 4, 16, 0, 0), ContractPolicy.Default)!;
        Assert.Equal(new TierCOutlook(30.00m, 6, 0, 0m), forecast.Low);
        Assert.Equal(new TierCOutlook(40.00m, 8, 2, 0.06m), forecast.Expected);
        Assert.Equal(new TierCOutlook(55.00m, 11, 5, 0.15m), forecast.High);
    }

    [Fact]
    public void Without_a_Tier_C_call_so_far_some_may_come_and_none_is_expected()
    {
        // 0 of 10: centre and half are both 0.19208 / 1.38416 = 0.138770, so 0 to 0.277540 of 10: 3.
        var forecast = TierCForecast.Of(
            Pattern(10, 0), 0, April, Instant.FromUtc(2025, 4, 16, 0, 0), ContractPolicy.Default)!;
        Assert.Equal(new TierCOutlook(0m, 0, 0, 0m), forecast.Low);
        Assert.Equal(new TierCOutlook(0m, 0, 0, 0m), forecast.Expected);
        Assert.Equal(new TierCOutlook(15.00m, 3, 0, 0m), forecast.High);
    }

    [Fact]
    public void Negative_seconds_are_refused() => Assert.Throws<ArgumentOutOfRangeException>(
        "tierCSeconds",
        () => TierCForecast.Of(
            Pattern(10, 4), -1, April, Instant.FromUtc(2025, 4, 16, 0, 0), ContractPolicy.Default));

    private static SurchargeResult Pattern(long calls, long tierC) =>
        new(calls, tierC, 0, 0, 0, 0, Charge.Zero, [], []);
}
