using NodaTime;
using VoiceQuality.Sla.Rating;
using static VoiceQuality.Sla.Tests.Rating.RatingFixture;

namespace VoiceQuality.Sla.Tests.Rating;

public class RatingLimitTests
{
    private static readonly Instant June = Instant.FromUtc(2025, 6, 1, 0, 0);
    private static readonly Instant July = Instant.FromUtc(2025, 7, 1, 0, 0);
    private static readonly Duration Tick = Duration.Epsilon;

    [Fact]
    public void Nothing_negative_is_charged_and_no_share_is_of_nothing()
    {
        var rate = Rate.Round(0.01m);
        Assert.Equal("billableSeconds", NameOf(() => Charge.Of(rate, -1)));
        Assert.Equal("callCount", NameOf(() => Charge.Of(rate, 6, -1)));
        Assert.Equal("numerator", NameOf(() => Charge.Of(rate, 6).Share(-1, 3)));
        Assert.Equal("denominator", NameOf(() => Charge.Of(rate, 6).Share(1, 0)));
        Assert.Equal("units", NameOf(() => Charge.OfUnits(-1)));
        Assert.Equal(Charge.Zero, Charge.Of(rate, 6, 0));
        Assert.Equal(Charge.Zero, Charge.Of(rate, 0));
        Assert.Equal(Charge.Zero, Charge.Of(rate, 6).Share(0, 1));
    }

    // A third of a cent and two sixths of it are the same; half of it is more.
    [Fact]
    public void Charges_and_rates_are_compared_exactly()
    {
        var cent = Charge.Of(Rate.Round(0.01m), 60);
        var (third, same, half) = (cent.Share(1, 3), cent.Share(2, 6), cent.Share(1, 2));
        Assert.Equal((true, false, false), (third < half, third < same, half < third));
        Assert.Equal((false, false, true), (third > half, third > same, half > third));
        Assert.Equal((true, true, false), (third <= half, third <= same, half <= third));
        Assert.Equal((false, true, true), (third >= half, third >= same, half >= third));

        var (low, alike, high) = (Rate.Round(0.01m), Rate.Round(0.0100m), Rate.Round(0.0101m));
        Assert.Equal((true, false, false), (low < high, low < alike, high < low));
        Assert.Equal((false, false, true), (low > high, low > alike, high > low));
        Assert.Equal((true, true, false), (low <= high, low <= alike, high <= low));
        Assert.Equal((false, true, true), (low >= high, low >= alike, high >= low));
        Assert.Equal((0, -1), (low.CompareTo(alike), Math.Sign(low.CompareTo(high))));
        Assert.Equal((0.0101m, 101L), (high.PerMinute, high.E4));
    }

    [Theory]
    [InlineData(0, 6, "initialSeconds")]
    [InlineData(3601, 6, "initialSeconds")]
    [InlineData(6, 0, "incrementSeconds")]
    [InlineData(6, 3601, "incrementSeconds")]
    public void A_step_is_1_to_3600_seconds(int initial, int increment, string name)
    {
        Assert.Equal(name, NameOf(() => new BillingIncrement(initial, increment)));
        Assert.False(BillingIncrement.IsStep(initial) && BillingIncrement.IsStep(increment));
    }

    [Fact]
    public void The_shortest_and_longest_steps_are_billed()
    {
        Assert.True(BillingIncrement.IsStep(1) && BillingIncrement.IsStep(3600));
        Assert.Equal(3601, BillableSeconds.Of(true, 3_600_001, new BillingIncrement(3600, 1)));
        Assert.Equal(3601, BillableSeconds.Of(true, 1001, new BillingIncrement(1, 3600)));
        Assert.Equal((6, 6), (BillingIncrement.Domestic.InitialSeconds, BillingIncrement.Domestic.IncrementSeconds));

        // 3 155 760 000 s is a multiple of six.
        Assert.Equal(3_155_760_000, BillableSeconds.Of(true, BillableSeconds.MaxDurationMs, BillingIncrement.Domestic));
    }

    [Fact]
    public void What_is_dated_holds_from_its_instant_until_the_next()
    {
        var dated = new EffectiveDated<string>([(June, "b"), (July, "c"), (May, "a")]);
        Assert.Equal(["a", "b", "c"], dated.Entries.Select(entry => entry.Value));
        Assert.Equal(
            [null, "a", "a", "b", "b", "c", "c"],
            new[] { May - Tick, May, June - Tick, June, July - Tick, July, Instant.MaxValue }
                .Select(at => dated.TryGetAt(at, out var value) ? value : null));
        Assert.False(new EffectiveDated<string>([]).TryGetAt(May, out _));
        Assert.True(EffectiveDated.Always("x").TryGetAt(Instant.MinValue, out _));

        (Instant, string)[] twice = [(May, "a"), (June, "b"), (May, "c")];
        var refused = Assert.Throws<ArgumentException>(() => new EffectiveDated<string>(twice));
        Assert.Equal("entries", refused.ParamName);
        Assert.Contains("same instant", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_in_force_during_a_span_begins_with_it_at_the_earliest()
    {
        var dated = new EffectiveDated<string>([(May, "a"), (June, "b"), (July, "c")]);
        Assert.Equal([(June, "b")], dated.During(June, July));
        Assert.Equal([(June - Tick, "a"), (June, "b")], dated.During(June - Tick, July));
        Assert.Equal([(June + Tick, "b"), (July, "c")], dated.During(June + Tick, July + Tick));
        Assert.Equal([(July + Tick, "c")], dated.During(July + Tick, Instant.MaxValue));
        Assert.Empty(dated.During(May - Tick, May));
        Assert.Empty(new EffectiveDated<string>([]).During(May, June));
    }

    [Fact]
    public void A_program_changes_after_notice_and_at_one_instant_only_once()
    {
        var flat = new ProgramChange(May, PricingProgram.FlatRate);
        Assert.False(ProgramHistory.TryCreate([], out var none, out var bad));
        Assert.Equal((null, null), (none, bad));
        Assert.True(ProgramHistory.TryCreate([flat], out _, out bad));
        Assert.Null(bad);

        foreach (var (from, notice) in new (Instant, Instant?)[] { (May, May - Tick), (June, June), (June, null) })
        {
            var change = new ProgramChange(from, PricingProgram.LataOcn, notice);
            Assert.False(ProgramHistory.TryCreate([flat, change], out _, out bad));
            Assert.Equal(change, bad);
        }

        Assert.True(ProgramHistory.TryCreate(
            [flat, new ProgramChange(June, PricingProgram.LataOcn, June - Tick)], out var history, out _));
        Assert.Equal(PricingProgram.LataOcn, history.Find(June));
    }

    [Theory]
    [InlineData("435555", true)]
    [InlineData("4355550199", true)]
    [InlineData("43555", false)]
    [InlineData("43555501990", false)]
    [InlineData("43555/", false)]
    [InlineData(null, false)]
    public void A_tier_row_has_6_to_10_digits(string? digits, bool isRow)
    {
        Assert.Equal(isRow, TierTable.TryCreate("v", [new TierRow(digits!, OcnCategory.Clec)], out _, out var bad));
        Assert.Equal(isRow ? null : digits ?? "", bad);
    }

    [Fact]
    public void A_tier_table_has_rows_of_known_categories_and_none_twice()
    {
        var row = new TierRow("435555", OcnCategory.Clec);
        Assert.False(TierTable.TryCreate("v", [], out _, out var bad));
        Assert.Equal("", bad);
        Assert.False(TierTable.TryCreate("v", [row, row], out _, out bad));
        Assert.Equal("435555", bad);
        Assert.False(TierTable.TryCreate("v", [row with { Category = (OcnCategory)99 }], out _, out _));
        Assert.Equal("version", NameOf(() => TierTable.TryCreate("", [row], out _, out _)));
        Assert.Equal("category", NameOf(() => NetworkTiers.TierOf((OcnCategory)99)));
    }

    [Theory]
    [InlineData("200", "UT", true)]
    [InlineData("199", "UT", false)]
    [InlineData("911", "UT", false)]
    [InlineData("912", "UT", true)]
    [InlineData("80:", "UT", false)]
    [InlineData("8011", "UT", false)]
    [InlineData("801", "PR", true)]
    [InlineData("801", "ut", false)]
    [InlineData("801", "U", false)]
    [InlineData("801", "CANADA", true)]
    public void An_area_code_is_three_digits_of_a_state_a_territory_or_a_country(string code, string place, bool isRow)
    {
        var row = KeyValuePair.Create(code, place);
        Assert.Equal(isRow, AreaCodeTable.TryCreate("v", [row], out var table, out var bad));
        Assert.Equal(isRow ? (1, null) : (null, code), ((int?)table?.Count, bad));
    }

    [Fact]
    public void A_table_of_area_codes_has_a_version() => Assert.Equal(
        "version", NameOf(() => AreaCodeTable.TryCreate("", [KeyValuePair.Create("801", "UT")], out _, out _)));

    private static string? NameOf(Func<object?> act) => Assert.ThrowsAny<ArgumentException>(act).ParamName;
}
