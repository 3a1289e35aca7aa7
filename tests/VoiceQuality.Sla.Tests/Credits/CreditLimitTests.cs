using System.Collections.Immutable;
using VoiceQuality.Sla.Credits;

namespace VoiceQuality.Sla.Tests.Credits;

public class CreditLimitTests
{
    [Theory]
    [InlineData(-1, 1, "sumE4")]
    [InlineData(1, -1, "callCount")]
    [InlineData(1, 0, "sumE4")]
    public void A_sum_without_calls_and_negative_figures_are_no_mean(long sumE4, long callCount, string name) =>
        Assert.Equal(name, Assert.ThrowsAny<ArgumentException>(() => new MeanMos(sumE4, callCount)).ParamName);

    [Fact]
    public void A_sum_without_a_call_says_so() => Assert.Contains(
        "without a call", Assert.Throws<ArgumentException>(() => new MeanMos(1, 0)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(9_999)]
    [InlineData(50_001)]
    public void A_score_outside_1_to_5_is_not_averaged(int scoreE4) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => default(MeanMos).Add(scoreE4));

    [Theory]
    [InlineData(9_999, 1, true)]
    [InlineData(10_000, 1, false)]
    [InlineData(19_999, 2, true)]
    [InlineData(50_000, 1, false)]
    [InlineData(50_001, 1, true)]
    [InlineData(0, 0, false)]
    public void The_scale_is_1_to_5_with_both_ends(long sumE4, long callCount, bool isOutside)
    {
        var mean = new MeanMos(sumE4, callCount);
        Assert.Equal(isOutside, mean.IsOutsideScale);
        Assert.Equal(isOutside, MosTier.ForMean(mean).Status == MosStatus.Invalid);
    }

    [Theory]
    [InlineData(10_000, 1, "1.000")]
    [InlineData(50_000, 1, "5.000")]
    [InlineData(39_999, 1, "3.999")]
    [InlineData(80_019, 2, "4.000")]     // 40009.5
    [InlineData(30_050, 1, "3.005")]
    public void A_mean_is_shown_cut_to_three_decimals(long sumE4, long callCount, string display) =>
        Assert.Equal(display, new MeanMos(sumE4, callCount).Display());

    [Fact]
    public void Without_calls_no_mean_is_shown() => Assert.Null(default(MeanMos).Display());

    [Theory]
    [InlineData("-12.00")]
    [InlineData("-0.01")]
    [InlineData("0.00")]
    public void A_base_of_nothing_or_less_earns_nothing(string usage)
    {
        Assert.True(Money.TryParse(usage, 2, out var amount));
        Assert.Equal(0m, MosCredit.AmountOf(100, amount));
    }

    [Fact]
    public void The_lowest_and_highest_scores_are_averaged() =>
        Assert.Equal("3.000", default(MeanMos).Add(10_000).Add(50_000).Display());

    [Fact]
    public void A_month_has_no_negative_number_of_calls_and_no_more_scores_than_calls()
    {
        Assert.Equal(
            "answeredCount",
            Assert.Throws<ArgumentOutOfRangeException>(() => MosTier.ForMonth(-1, default)).ParamName);
        var refused = Assert.Throws<ArgumentException>(() => MosTier.ForMonth(1, new MeanMos(60_000, 2)));
        Assert.Equal("mean", refused.ParamName);
        Assert.Contains("scored than answered", refused.Message, StringComparison.Ordinal);
        Assert.Equal(MosStatus.Scored, MosTier.ForMonth(2, new MeanMos(60_000, 2)).Status);
        Assert.Equal(MosStatus.NoScore, MosTier.ForMean(default(MeanMos)).Status);
    }

    [Fact]
    public void Another_table_is_applied_to_means_of_calls_and_to_means_given_as_numbers()
    {
        var table = MosCreditTiers.Checked([new(2_0000, 50, ""), new(4_0000, 20, "")]);
        Assert.Equal(["0.000-1.999", "2.000-3.999"], table.Select(row => row.RowName));
        Assert.Equal(
            [50, 20, 20, 0],
            new[] { 1.9999m, 2.0m, 3.9999m, 4.0m }.Select(mean => MosTier.ForMean(mean, table).Percent));
        Assert.Equal(
            [50, 20, 20, 0],
            new[] { 1_9999, 2_0000, 3_9999, 4_0000 }
                .Select(sum => MosTier.ForMonth(1, new MeanMos(sum, 1), table).Percent));
    }

    [Fact]
    public void The_contracts_own_table_keeps_its_names()
    {
        var nameless = MosCreditTiers.Table.Select(row => row with { RowName = "" }).ToImmutableArray();
        Assert.True(MosCreditTiers.Checked(nameless) == MosCreditTiers.Table);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(16, true)]
    [InlineData(17, false)]
    [InlineData(0, false)]
    public void A_table_has_1_to_16_rows(int rows, bool isTable)
    {
        ImmutableArray<MosCreditTier> table =
            [.. Enumerable.Range(1, rows).Select(row => new MosCreditTier(1_0000 + (row * 10), 10, ""))];
        AssertChecked(table, isTable, "1 to 16 rows");
    }

    // The lowest bound is 1.001, the first that a mean can be below; bounds are multiples of 0.001 and rise, while
    // percentages are 1 to 100 and do not.
    [Theory]
    [InlineData(1_0000, 10, 3_0000, 10, false)]
    [InlineData(1_0010, 10, 3_0000, 10, true)]
    [InlineData(2_0000, 10, 5_0000, 10, true)]
    [InlineData(2_0000, 10, 5_0010, 10, false)]
    [InlineData(2_0000, 10, 3_0005, 10, false)]
    [InlineData(3_0000, 10, 3_0000, 10, false)]
    [InlineData(3_0000, 10, 2_0000, 10, false)]
    [InlineData(2_0000, 100, 3_0000, 1, true)]
    [InlineData(2_0000, 101, 3_0000, 1, false)]
    [InlineData(2_0000, 10, 3_0000, 0, false)]
    [InlineData(2_0000, 10, 3_0000, 11, false)]
    public void A_tables_bounds_rise_and_its_percentages_do_not(
        int firstBoundE4, int firstPercent, int secondBoundE4, int secondPercent, bool isTable) => AssertChecked(
        [new(firstBoundE4, firstPercent, ""), new(secondBoundE4, secondPercent, "")], isTable, "out of range");

    private static void AssertChecked(ImmutableArray<MosCreditTier> rows, bool isTable, string otherwise)
    {
        if (isTable)
        {
            Assert.Equal(rows.Length, MosCreditTiers.Checked(rows).Length);
        }
        else
        {
            var refused = Assert.Throws<ArgumentException>(() => MosCreditTiers.Checked(rows));
            Assert.Equal("rows", refused.ParamName);
            Assert.Contains(otherwise, refused.Message, StringComparison.Ordinal);
        }
    }
}
