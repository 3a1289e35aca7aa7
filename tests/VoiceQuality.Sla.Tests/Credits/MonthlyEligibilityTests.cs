using NodaTime;
using VoiceQuality.Sla.Credits;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Sla.Usage;

namespace VoiceQuality.Sla.Tests.Credits;

public class MonthlyEligibilityTests
{
    private static readonly AccountCalendar Denver = new(DateTimeZoneProviders.Tzdb["America/Denver"]);
    private static readonly ServiceMonth February = new(2025, 2);

    [Fact]
    public void A_bad_month_shows_what_a_claim_would_bring()
    {
        // 2 of 3 answered calls scored: (3.4000 + 3.4001) / 2 = 3.40005, shown 3.400, 30 % of 658.26 = 197.478.
        var month = Of(3, new MeanMos(68_001, 2), UsageBase.Known(658.26m), Instant.FromUtc(2025, 3, 10, 0, 0));
        Assert.Equal(("3.400", 30, "3.250-3.499"), (month.Tier.Display, month.Tier.Percent, month.Tier.RowName));
        Assert.Equal(197.48m, month.CreditIfClaimed);
        Assert.Equal(66.66m, month.CoveragePercent);
        Assert.Equal(1, month.Calls.UnscoredCount);
        Assert.Equal(68_001, month.Calls.Mean.SumE4);
    }

    [Fact]
    public void Unknown_usage_is_null_and_not_zero()
    {
        var month = Of(1, new MeanMos(30_000, 1), UsageBase.Unknown, Instant.FromUtc(2025, 3, 10, 0, 0));
        Assert.Null(month.Base.Amount);
        Assert.Null(month.CreditIfClaimed);
    }

    [Fact]
    public void A_good_month_and_a_silent_month_bring_nothing_whatever_was_billed()
    {
        var now = Instant.FromUtc(2025, 3, 10, 0, 0);
        Assert.Equal(0m, Of(1, new MeanMos(39_000, 1), UsageBase.Unknown, now).CreditIfClaimed);
        Assert.Equal(0m, Of(0, default, UsageBase.Unknown, now).CreditIfClaimed);
        Assert.Null(Of(0, default, UsageBase.Unknown, now).CoveragePercent);
    }

    [Fact]
    public void A_blind_month_is_not_promised_anything()
    {
        var month = Of(5, default, UsageBase.Known(100m), Instant.FromUtc(2025, 3, 10, 0, 0));
        Assert.Equal((MosStatus.Undetermined, (decimal?)null), (month.Tier.Status, month.CreditIfClaimed));
        Assert.Equal(0m, month.CoveragePercent);
    }

    [Fact]
    public void The_month_is_provisional_until_five_civil_days_after_its_end()
    {
        // February ends at 2025-03-01T07:00Z; five Denver days later is 2025-03-06T07:00Z.
        var closes = Instant.FromUtc(2025, 3, 6, 7, 0);
        Assert.Equal(MonthState.Provisional, At(closes - Duration.Epsilon).State);
        Assert.Equal(MonthState.Closed, At(closes).State);
        Assert.Equal(closes, At(closes).ClosesAt);
    }

    [Fact]
    public void Grace_days_are_civil_days_over_a_change_of_clocks()
    {
        // October 2025 ends at 06:00Z (MDT); clocks go back on November 2, so five days later it is 07:00Z.
        var october = MonthlyEligibility.Of(
            new ServiceMonth(2025, 10), Denver, default, UsageBase.Unknown, Instant.MinValue, ContractPolicy.Default);
        Assert.Equal(Instant.FromUtc(2025, 11, 1, 6, 0), october.Period.End);
        Assert.Equal(Instant.FromUtc(2025, 11, 6, 7, 0), october.ClosesAt);
    }

    [Fact]
    public void The_claim_window_is_open_during_the_month_that_follows()
    {
        Assert.Equal(ClaimWindow.NotYetOpen, At(Instant.FromUtc(2025, 3, 1, 6, 59)).ClaimWindow);
        Assert.Equal(ClaimWindow.Open, At(Instant.FromUtc(2025, 3, 1, 7, 0)).ClaimWindow);
        Assert.Equal(ClaimWindow.Open, At(Instant.FromUtc(2025, 4, 1, 5, 59)).ClaimWindow);
        Assert.Equal(ClaimWindow.Past, At(Instant.FromUtc(2025, 4, 1, 6, 0)).ClaimWindow);
    }

    private static MonthlyEligibility At(Instant now) => Of(0, default, UsageBase.Unknown, now);

    private static MonthlyEligibility Of(long answered, MeanMos mean, UsageBase usage, Instant now) =>
        MonthlyEligibility.Of(
            February, Denver, new UnitMonthCalls(answered, mean), usage, now, ContractPolicy.Default);
}
