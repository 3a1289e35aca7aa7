using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using VoiceQuality.Sla.Credits;

namespace VoiceQuality.Sla.Tests.Credits;

public class MosTierTests
{
    [Theory]
    [InlineData("1.0", 100, "0.000-2.999", "1.000")]
    [InlineData("2.999", 100, "0.000-2.999", "2.999")]
    [InlineData("2.99999999999999", 100, "0.000-2.999", "2.999")]
    [InlineData("3.0", 60, "3.000-3.249", "3.000")]
    [InlineData("3.2495", 60, "3.000-3.249", "3.249")]
    [InlineData("3.25", 30, "3.250-3.499", "3.250")]
    [InlineData("3.4995", 30, "3.250-3.499", "3.499")]
    [InlineData("3.5", 10, "3.500-3.899", "3.500")]
    [InlineData("3.8995", 10, "3.500-3.899", "3.899")]
    [InlineData("3.89999999999999", 10, "3.500-3.899", "3.899")]
    [InlineData("3.9", 0, null, "3.900")]
    [InlineData("5", 0, null, "5.000")]
    public void A_mean_takes_the_row_of_R_01_and_shows_a_figure_of_that_row(
        string mean, int percent, string? row, string display)
    {
        var tier = MosTier.ForMean(decimal.Parse(mean, CultureInfo.InvariantCulture));
        Assert.Equal((MosStatus.Scored, percent, row, display), (tier.Status, tier.Percent, tier.RowName, tier.Display));
    }

    [Theory]
    [InlineData("0.0")]
    [InlineData("0.999")]
    [InlineData("5.0001")]
    [InlineData("-1")]
    public void A_mean_outside_the_scale_is_a_fault_and_not_the_worst_row(string mean)
    {
        var tier = MosTier.ForMean(decimal.Parse(mean, CultureInfo.InvariantCulture));
        Assert.Equal(new MosTier(MosStatus.Invalid, null, null), tier);
        Assert.Equal(0, tier.Percent);
    }

    [Fact]
    public void No_calls_and_no_scores_are_told_apart_and_earn_nothing()
    {
        Assert.Equal(MosStatus.NoCalls, MosTier.ForMonth(0, default).Status);
        Assert.Equal(MosStatus.Undetermined, MosTier.ForMonth(412, default).Status);
        Assert.Equal(MosStatus.NoScore, MosTier.ForMean((decimal?)null).Status);
        Assert.Equal(0, MosTier.ForMonth(412, default).Percent);
    }

    [Theory]
    [InlineData(new[] { 39000, 38000, 37000, 42000 }, 0, "3.900")]     // 156000 / 4; doubles say 3.8999999999999995
    [InlineData(new[] { 22000, 39000, 28000, 31000 }, 60, "3.000")]    // 120000 / 4; doubles say 2.9999999999999996
    [InlineData(new[] { 40000, 38000, 38999 }, 10, "3.899")]           // 116999 / 3 = 38999.66…
    [InlineData(new[] { 29999, 30000 }, 100, "2.999")]                 // 59999 / 2 = 29999.5
    public void The_mean_of_calls_is_compared_exactly(int[] scoresE4, int percent, string display)
    {
        var mean = scoresE4.Aggregate(default(MeanMos), (sum, score) => sum.Add(score));
        var tier = MosTier.ForMonth(scoresE4.Length, mean);
        Assert.Equal((percent, display), (tier.Percent, tier.Display));
    }

    [Theory]
    [InlineData(3_0000, 60)]
    [InlineData(3_2500, 30)]
    [InlineData(3_5000, 10)]
    [InlineData(3_9000, 0)]
    public void One_ten_thousandth_in_a_billion_calls_decides_the_row(int boundE4, int percentAtBound)
    {
        const long Calls = 1_000_000_000;
        var at = new MeanMos(boundE4 * Calls, Calls);
        var below = new MeanMos((boundE4 * Calls) - 1, Calls);
        Assert.Equal(percentAtBound, MosTier.ForMean(at).Percent);
        Assert.True(MosTier.ForMean(below).Percent > percentAtBound);
    }

    [Fact]
    public void The_largest_sums_are_compared_without_overflow()
    {
        var mean = new MeanMos(long.MaxValue, long.MaxValue / 39_000);
        // long.MaxValue / 39000 is cut, so the mean is 39000 or a trifle more: not below.
        Assert.False(mean.IsBelow(39_000));
        Assert.True(mean.IsBelow(39_001));
    }

    [Fact]
    public void The_figure_shown_always_lies_in_the_row_applied() =>
        Prop.ForAll(Gen.Choose(10_000, 50_000).NonEmptyListOf().ToArbitrary(), scores =>
        {
            var tier = MosTier.ForMean(scores.Aggregate(default(MeanMos), (sum, score) => sum.Add(score)));
            var shown = decimal.Parse(tier.Display!, CultureInfo.InvariantCulture);
            return RowByThePrintedTable(shown) == tier.RowName;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_order_of_calls_and_of_partial_sums_changes_nothing() =>
        Prop.ForAll(Gen.Choose(10_000, 50_000).ListOf().ToArbitrary(), scores =>
        {
            var forwards = scores.Aggregate(default(MeanMos), (sum, score) => sum.Add(score));
            var backwards = Enumerable.Reverse(scores).Aggregate(default(MeanMos), (sum, score) => sum.Add(score));
            var half = scores.Count / 2;
            var first = scores.Take(half).Aggregate(default(MeanMos), (sum, score) => sum.Add(score));
            var second = scores.Skip(half).Aggregate(default(MeanMos), (sum, score) => sum.Add(score));
            return forwards == backwards && forwards == second.Merge(first);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_mean_given_as_a_number_takes_the_row_of_the_same_mean_of_calls() =>
        Prop.ForAll(Gen.Choose(9_000, 51_000).ToArbitrary(), scoreE4 =>
            MosTier.ForMean(scoreE4 / 10_000m) == MosTier.ForMean(new MeanMos(scoreE4 * 3L, 3)))
        .QuickCheckThrowOnFailure();

    // The table as the terms print it: closed ends, three decimals.
    private static string? RowByThePrintedTable(decimal shown) => shown switch
    {
        >= 3.500m and <= 3.899m => "3.500-3.899",
        >= 3.250m and <= 3.499m => "3.250-3.499",
        >= 3.000m and <= 3.249m => "3.000-3.249",
        >= 0.000m and <= 2.999m => "0.000-2.999",
        _ => null,
    };
}
