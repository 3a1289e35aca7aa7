namespace VoiceQuality.Sla.Tests;

public class MoneyTests
{
    [Theory]
    [InlineData(-1)]
    [InlineData(101)]
    public void A_percentage_outside_0_to_100_is_refused(int percent) =>
        Assert.Throws<ArgumentOutOfRangeException>(nameof(percent), () => Money.PercentOf(percent, 1m));

    [Fact]
    public void Nothing_and_all_of_an_amount_are_percentages() =>
        Assert.Equal((0m, 12.34m), (Money.PercentOf(0, 12.34m), Money.PercentOf(100, 12.34m)));

    // Half a cent goes away from zero on both sides.
    [Theory]
    [InlineData("2526.045", "2526.05")]
    [InlineData("-0.005", "-0.01")]
    [InlineData("0.0049999", "0.00")]
    public void An_amount_is_rounded_half_away_from_zero(string amount, string rounded)
    {
        Assert.True(Money.TryParse(amount, 7, out var exact));
        Assert.Equal(rounded, Money.Format(Money.RoundToCents(exact)));
    }

    [Theory]
    [InlineData("1", 0, true)]
    [InlineData("-1.25", 2, true)]
    [InlineData("1.255", 2, false)]
    [InlineData("1.", 2, false)]
    [InlineData(".5", 2, false)]
    [InlineData("-", 2, false)]
    [InlineData("--1", 2, false)]
    [InlineData("+1", 2, false)]
    [InlineData("1.2.3", 4, false)]
    [InlineData("1e3", 2, false)]
    [InlineData("123456789012", 2, true)]
    [InlineData("1234567890123", 2, false)]
    public void An_amount_is_read_strictly(string text, int maxDecimals, bool isAmount) =>
        Assert.Equal(isAmount, Money.TryParse(text, maxDecimals, out _));
}
