using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using VoiceQuality.Sla.Rating;

namespace VoiceQuality.Sla.Tests.Rating;

public class ChargeTests
{
    [Theory]
    [InlineData(0, 6)]            // the minimum
    [InlineData(1, 6)]
    [InlineData(6000, 6)]
    [InlineData(6001, 12)]        // one ceiling from milliseconds; cut to 6 s first it would be 6
    [InlineData(6400, 12)]
    [InlineData(61_000, 66)]
    [InlineData(3_600_000, 3600)]
    public void A_domestic_call_is_billed_by_sixes(long durationMs, long seconds) =>
        Assert.Equal(seconds, BillableSeconds.Of(true, durationMs, BillingIncrement.Domestic));

    [Theory]
    [InlineData(60, 60, 61_000, 120)]
    [InlineData(60, 60, 0, 60)]
    [InlineData(30, 6, 30_000, 30)]
    [InlineData(30, 6, 30_001, 36)]
    [InlineData(1, 1, 1001, 2)]
    [InlineData(60, 1, 60_001, 61)]
    public void Other_calls_are_billed_by_the_steps_of_their_deck(
        int initial, int increment, long durationMs, long seconds) =>
        Assert.Equal(seconds, BillableSeconds.Of(true, durationMs, new BillingIncrement(initial, increment)));

    [Fact]
    public void A_call_that_was_not_answered_is_not_billed() =>
        Assert.Equal(0, BillableSeconds.Of(false, 9000, BillingIncrement.Domestic));

    [Theory]
    [InlineData(-1)]
    [InlineData(BillableSeconds.MaxDurationMs + 1)]
    public void A_duration_has_a_range(long durationMs) => Assert.Throws<ArgumentOutOfRangeException>(
        () => BillableSeconds.Of(true, durationMs, BillingIncrement.Domestic));

    [Fact]
    public void Steps_have_a_range()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new BillingIncrement(0, 6));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BillingIncrement(6, 3601));
    }

    [Fact]
    public void Billable_seconds_cover_the_call_and_exceed_it_by_less_than_six() => Prop.ForAll(
        Gen.Choose(1, int.MaxValue).ToArbitrary(),
        durationMs =>
        {
            var seconds = BillableSeconds.Of(true, durationMs, BillingIncrement.Domestic);
            return seconds % 6 == 0 && seconds * 1000 >= durationMs && seconds * 1000 < durationMs + 6000L;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_longer_call_never_costs_less() => Prop.ForAll(
        (from ms in Gen.Choose(0, 10_000_000)
         from more in Gen.Choose(0, 100_000)
         from initial in Gen.Choose(1, 120)
         from increment in Gen.Choose(1, 120)
         select (ms, more, Step: new BillingIncrement(initial, increment))).ToArbitrary(),
        call =>
        {
            var rate = Rate.Round(0.0237m);
            var shorter = Charge.Of(rate, BillableSeconds.Of(true, call.ms, call.Step));
            return shorter <= Charge.Of(rate, BillableSeconds.Of(true, call.ms + call.more, call.Step));
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("0.01235", "0.0124")]
    [InlineData("0.01225", "0.0123")]     // half to even would be 0.0122
    [InlineData("0.0123499", "0.0123")]
    [InlineData("0.00005", "0.0001")]
    [InlineData("0.02", "0.0200")]
    public void A_rate_is_rounded_to_four_decimals_half_away_from_zero(string agreed, string rate) =>
        Assert.Equal(rate, Rate.Round(decimal.Parse(agreed, CultureInfo.InvariantCulture)).ToString());

    [Fact]
    public void A_rate_has_a_range()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Rate.Round(-0.0001m));
        Assert.Throws<ArgumentOutOfRangeException>(() => Rate.Round(1_000_000_000_000m));
    }

    [Fact]
    public void A_charge_is_exact_and_its_rate_rounded_before()
    {
        Assert.Equal("0.01375", Charge.Of(Rate.Round(0.0125m), 66).ToString());     // 66/60 × 0.0125
        Assert.Equal("0.124", Charge.Of(Rate.Round(0.01235m), 600).ToString());     // 10 × 0.0124, not 0.1235
        Assert.Equal(0.01375m, Charge.Of(Rate.Round(0.0125m), 66).ToDecimal());
    }

    [Fact]
    public void A_second_that_is_no_tenth_of_a_minute_loses_nothing_in_a_sum()
    {
        // 60 calls of 1 s at 0.01 a minute: each 0.000166…, together 0.01 exactly.
        var sum = Enumerable.Repeat(Charge.Of(Rate.Round(0.01m), 1), 60).Aggregate(Charge.Zero, (a, b) => a + b);
        Assert.Equal("0.01", sum.ToString());
        Assert.Equal(Charge.Of(Rate.Round(0.01m), 60), sum);
    }

    [Fact]
    public void A_line_is_rounded_once_half_away_from_zero()
    {
        // 1000 × 0.1 min × 0.0125 = 1.25; each call alone, 0.00125, would be 0.00.
        Assert.Equal(1.25m, Charge.Of(Rate.Round(0.0125m), 6, 1000).RoundToCents());
        Assert.Equal(0.02m, Charge.Of(Rate.Round(0.03m), 30).RoundToCents());       // 0.5 × 0.03 = 0.015
        Assert.Equal(0.00m, Charge.Of(Rate.Round(0.0049m), 60).RoundToCents());
    }

    [Fact]
    public void Shares_of_a_charge_add_up_to_it()
    {
        // A third of 0.01 has no end in decimals.
        var cent = Charge.Of(Rate.Round(0.01m), 60);
        var third = cent.Share(1, 3);
        Assert.Equal(cent, third + third + third);
        Assert.Equal(cent, third + cent.Share(2, 3));
        Assert.Equal(cent, cent.Share(1, 7) + cent.Share(6, 7));
        Assert.Equal(0m, third.RoundToCents());
        Assert.Equal(0.01m, (third + third).RoundToCents());                        // 0.00666…
    }

    [Fact]
    public void A_billion_calls_and_a_trillion_dollars_are_exact_and_more_is_refused()
    {
        // 10⁹ × 0.1 min × 0.0001 = 10 000; (10¹² − 0.0001) × 1 min.
        Assert.Equal(10_000m, Charge.Of(Rate.Round(0.0001m), 6, 1_000_000_000).ToDecimal());
        Assert.Equal(999_999_999_999.9999m, Charge.Of(Rate.Round(999_999_999_999.9999m), 60).ToDecimal());
        var large = Charge.Of(Rate.Round(999_999_999_999.9999m), 3_155_760_000, 1_000_000_000_000);
        Assert.Throws<OverflowException>(() => large.ToDecimal());
        Assert.Throws<OverflowException>(() => large.RoundToCents());
        Assert.Throws<OverflowException>(
            () => Enumerable.Repeat(large, 10).Aggregate(Charge.Zero, (sum, charge) => sum + charge));
    }

    // A unit is 1/600 000 dollar; thirds and halves of one do not reduce.
    [Fact]
    public void Fractions_of_different_parts_are_added_and_compared_exactly()
    {
        var unit = Charge.OfUnits(1);
        var (third, half) = (unit.Share(1, 3), unit.Share(1, 2));
        Assert.Equal(Charge.OfUnits(5).Share(1, 6), third + half);      // 1/3 + 1/2 = 5/6
        Assert.True(third < half && half > third);
        Assert.Equal((-1, 1), (Math.Sign(third.CompareTo(half)), Math.Sign(half.CompareTo(third))));
    }

    [Fact]
    public void Arithmetic_beyond_its_range_is_refused_and_never_wraps()
    {
        const long Large = long.MaxValue;
        var unit = Charge.OfUnits(1);
        var largest = Charge.OfUnits(Int128.MaxValue);
        var highest = Rate.Round(999_999_999_999.9999m);
        var smallest = unit.Share(1, Large).Share(1, Large);            // 1 of (2^63 - 1)^2 parts

        Assert.Throws<OverflowException>(() => Charge.Of(highest, Large, Large));
        Assert.Throws<OverflowException>(() => Charge.Of(highest, Large).Share(Large, 1));
        Assert.Throws<OverflowException>(() => smallest.Share(1, Large));
        Assert.Throws<OverflowException>(() => largest + unit);
        Assert.Throws<OverflowException>(() => largest + unit.Share(1, 7));
        Assert.Throws<OverflowException>(() => smallest + unit.Share(1, 5));
        Assert.Throws<OverflowException>(() => largest.CompareTo(unit.Share(1, 7)));
        Assert.Throws<OverflowException>(() => unit.Share(1, 7).CompareTo(largest));

        // The same parts need no common denominator.
        Assert.Equal(Charge.OfUnits(2).Share(1, Large).Share(1, Large), smallest + smallest);
    }

    [Fact]
    public void A_line_that_cannot_be_rounded_is_refused()
    {
        // (1.4e38 + 1) units of 2.5e34 parts are 0.93 cent; twice the units is more than 2^127.
        var units = (14 * Int128.Parse("10000000000000000000000000000000000000", CultureInfo.InvariantCulture)) + 1;
        var charge = Charge.OfUnits(units).Share(1, 1_000_000_000_000_000_000).Share(1, 25_000_000_000_000_000);
        Assert.Throws<OverflowException>(() => charge.RoundToCents());
    }
}
