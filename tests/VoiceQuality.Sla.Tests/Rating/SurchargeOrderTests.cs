using System.Globalization;
using NodaTime;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Sla.Rating;

namespace VoiceQuality.Sla.Tests.Rating;

/// <summary>Which calls are the last, to whom they belong, and what is too many.</summary>
public class SurchargeOrderTests
{
    private static readonly ContractPolicy AllBear = ContractPolicy.Default with { TierCAllowancePercent = 0 };
    private static readonly ContractPolicy HalfBear = ContractPolicy.Default with { TierCAllowancePercent = 50 };
    private static readonly ContractPolicy TenthBears = ContractPolicy.Default with { TierCAllowancePercent = 90 };
    private static readonly PhoneNumber FirstNumber = PartyNumber.Read("+18885550123").Number;
    private static readonly PhoneNumber SecondNumber = PartyNumber.Read("+18885550199").Number;

    [Theory]
    [InlineData(1)]
    [InlineData(999)]
    [InlineData(1000)]
    [InlineData(9999)]
    [InlineData(10_000)]
    [InlineData(10_001)]
    [InlineData(12_345)]
    [InlineData(100_000)]
    [InlineData(100_012)]
    public void A_run_stands_for_each_of_its_ids_in_the_order_of_texts(int length)
    {
        var listed = Enumerable.Range(1, length)
            .Select(i => "c-" + i.ToString("0000", CultureInfo.InvariantCulture))
            .Order(StringComparer.Ordinal)
            .ToArray();
        var ids = TierCSurcharge.Of([Run("c", length)], AllBear).ExcessIds().ToArray();
        Assert.True(listed.AsSpan().SequenceEqual(ids));
    }

    [Fact]
    public void A_run_within_another_run_is_taken_where_its_ids_stand()
    {
        // Seven calls, floor(2.1) = 2 free: those of "c-0001" and "c-0002".
        var result = TierCSurcharge.Of([Run("c", 5), Run("c-0003x", 2)], ContractPolicy.Default);
        Assert.Equal(["c-0003", "c-0003x-0001", "c-0003x-0002", "c-0004", "c-0005"], result.ExcessIds());
        Assert.Equal(
            [("c", 3L), ("c-0003x", 2L)], result.ExcessRuns.Select(run => (run.Call.Ids.Id, run.Count)).Order());
    }

    [Fact]
    public void A_call_in_the_middle_of_a_run_does_not_end_it()
    {
        // Eleven calls, floor(9.9) = 9 free.
        PatternCall[] calls = [Run("c", 9), Call("c-0003x"), Call("c-0005x")];
        Assert.Equal(["c-0008", "c-0009"], TierCSurcharge.Of(calls, TenthBears).ExcessIds());

        // Two runs with one id are a fault of the data. Thirteen calls, floor(11.7) = 11 free.
        calls = [Run("c", 3), Run("c", 9), Call("c-0005x")];
        Assert.Equal(["c-0008", "c-0009"], TierCSurcharge.Of(calls, TenthBears).ExcessIds());
    }

    [Fact]
    public void Of_two_calls_with_one_id_the_same_one_is_taken_whichever_comes_first()
    {
        var call = Call("c");
        foreach (var (one, other) in new[]
        {
            (call, call with { BillableSeconds = 30 }),
            (call with { UnitId = "a" }, call with { UnitId = "b" }),
            (call, call with { Number = FirstNumber }),
            (call with { Number = FirstNumber }, call with { Number = SecondNumber }),
        })
        {
            var forward = TierCSurcharge.Of([one, other], HalfBear);
            var backward = TierCSurcharge.Of([other, one], HalfBear);
            Assert.Equal(1, forward.ExcessCalls);
            Assert.Equal(Assert.Single(forward.ExcessRuns), Assert.Single(backward.ExcessRuns));
        }
    }

    [Fact]
    public void Runs_that_stand_apart_are_not_listed_one_by_one()
    {
        // Half of 2·10⁹ calls, all of "b": 10⁹ × 1 min × 0.03.
        var result = TierCSurcharge.Of([Run("a", 1_000_000_000), Run("b", 1_000_000_000)], HalfBear);
        Assert.Equal(new ExcessRun(Run("b", 1_000_000_000), 1_000_000_000), Assert.Single(result.ExcessRuns));
        Assert.Equal(30_000_000m, result.Total.ToDecimal());
    }

    [Fact]
    public void A_run_of_no_calls_is_never_in_excess()
    {
        var result = TierCSurcharge.Of([Run("c", 3), Run("d", 0)], AllBear);
        Assert.Equal(("c", 3L), Assert.Single(result.ExcessRuns.Select(run => (run.Call.Ids.Id, run.Count))));
    }

    [Fact]
    public void Shares_are_in_the_order_of_units_and_numbers()
    {
        PatternCall[] calls =
        [
            Call("1", 3) with { UnitId = "b", Number = SecondNumber },
            Call("2", 2) with { UnitId = "b", Number = FirstNumber },
            Call("3", 1) with { UnitId = "b" },
            Call("4", 0) with { UnitId = "a" },
        ];
        Assert.Equal(
            [("a", null), ("b", null), ("b", FirstNumber), ("b", (PhoneNumber?)SecondNumber)],
            TierCSurcharge.Of(calls, AllBear).Shares.Select(share => (share.UnitId, share.Number)));
    }

    [Fact]
    public void Pro_rata_names_no_call_and_shares_nothing_within_the_allowance()
    {
        // 3 A and 4 C: floor(2.1) = 2 free, so 2 of 4 parts of 240 s bear the surcharge: 120 s, 2 min × 0.03.
        var policy = ContractPolicy.Default with { SurchargeMethod = SurchargeMethod.ProRataMinutes };
        PatternCall[] calls = [Run("a", 3) with { Tier = NetworkTier.A }, Run("c", 4)];
        var result = TierCSurcharge.Of(calls, policy);
        Assert.Equal((2L, 120m, 0.06m), (result.ExcessCalls, result.ExcessSeconds, result.Total.ToDecimal()));
        Assert.Empty(result.ExcessRuns);

        // 10 A and 4 C: floor(4.2) = 4 free.
        result = TierCSurcharge.Of([Run("a", 10) with { Tier = NetworkTier.A }, Run("c", 4)], policy);
        Assert.Equal((0L, 0m, Charge.Zero), (result.ExcessCalls, result.ExcessSeconds, result.Total));
        Assert.Empty(result.Shares);
    }

    [Fact]
    public void There_are_no_fewer_calls_than_none() => Assert.Throws<ArgumentOutOfRangeException>(
        "domesticCalls", () => TierCSurcharge.AllowanceOf(-1, ContractPolicy.Default));

    [Fact]
    public void More_calls_than_can_be_counted_are_refused()
    {
        var all = Run("a", long.MaxValue) with { Tier = NetworkTier.A };
        Assert.Throws<OverflowException>(() => TierCSurcharge.Of([all, all], AllBear));
    }

    private static PatternCall Run(string id, long length) => Call(id) with { Ids = new CallIds(id, length) };

    private static PatternCall Call(string id, int hour = 0) => new(
        new CallIds(id), RatingFixture.May + Duration.FromHours(hour), NetworkTier.C, PricingProgram.FlatRate, 60);
}
