using System.Collections.Immutable;
using NodaTime;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Sla.Rating;
using VoiceQuality.Sla.Usage;
using static VoiceQuality.Sla.Tests.Rating.RatingFixture;

namespace VoiceQuality.Sla.Tests.Rating;

/// <summary>The surcharge and the lines of a month from its sums .</summary>
public class SurchargeSumTests
{
    private static readonly ServiceMonth Month = new(2025, 5);
    private static readonly PhoneNumber TollFree = PartyNumber.Read(TollFreeOwn).Number;
    private static readonly ContractPolicy ProRata =
        ContractPolicy.Default with { SurchargeMethod = SurchargeMethod.ProRataMinutes };

    [Fact]
    public void The_pattern_is_the_sum_over_units_tiers_and_what_is_unknown()
    {
        // u: 1 A, 2 B, 3 C, 4 unknown; v: 5 A, 6 B, 7 C, 2 unknown. N = 10 + 20 = 30, allowance 9, C = 10: one in
        // excess.
        PatternSum u = new("u", PricingProgram.FlatRate, 1, 2, 3, 4, 180);
        PatternSum v = new("v", PricingProgram.FlatRate, 5, 6, 7, 2, 420);
        Assert.Equal((10L, 20L), (u.Calls, v.Calls));
        var sums = SurchargeFromSums.Of(
            [u, v], [Hour(0, "u", 3), Hour(1, "v", 6), Hour(2, "v", 1)], ContractPolicy.Default);
        Assert.Null(sums.SplitHour);
        var result = sums.Complete([]);
        Assert.Equal(
            (30L, 10L, 6L, 9L, 1L, 60m),
            (result.DomesticCalls, result.TierCCalls, result.UnknownTierCalls, result.Allowance, result.ExcessCalls,
                result.ExcessSeconds));

        // One minute × 0.03 for the one of hour 2.
        Assert.Equal([("v", 0.03m)], result.Shares.Select(share => (share.UnitId, share.Charge.ToDecimal())));
    }

    [Fact]
    public void Without_a_flat_rate_call_the_distribution_is_told_with_nothing_in_excess()
    {
        // the surcharge is of flat-rate programs only.
        foreach (var policy in new[] { ContractPolicy.Default, ProRata })
        {
            var result = SurchargeFromSums.Of(
                [new PatternSum("u", PricingProgram.Tiered, 1, 2, 5, 2, 300)], [], policy).Complete([]);
            Assert.Equal(
                (10L, 5L, 2L, 3L, 0L, 0m),
                (result.DomesticCalls, result.TierCCalls, result.UnknownTierCalls, result.Allowance, result.ExcessCalls,
                    result.ExcessSeconds));
            Assert.Equal(Charge.Zero, result.Total);
            Assert.Empty(result.Shares);
        }
    }

    [Fact]
    public void Calls_of_other_programs_are_left_out_where_there_is_the_flat_rate()
    {
        // 2 flat, both C: allowance 0, two in excess; the ten tiered calls do not count.
        var result = SurchargeFromSums.Of(
            [
                new PatternSum("u", PricingProgram.FlatRate, 0, 0, 2, 0, 120),
                new PatternSum("u", PricingProgram.Tiered, 10, 0, 0, 0, 0),
            ],
            [Hour(0, "u", 2)], ContractPolicy.Default).Complete([]);
        Assert.Equal((2L, 2L, 0.06m), (result.DomesticCalls, result.ExcessCalls, result.Total.ToDecimal()));
    }

    [Fact]
    public void Pro_rata_all_hours_bear_the_excess_and_none_is_asked_for()
    {
        // 6 A and 4 C of 60 s: allowance 3, one of four in excess: 240 s / 4 = 60 s, a minute × 0.03, half for each
        // unit.
        PatternSum[] patterns = [new("u", PricingProgram.FlatRate, 6, 0, 4, 0, 240)];
        var sums = SurchargeFromSums.Of(patterns, [Hour(1, "v", 2), Hour(0, "u", 2)], ProRata);
        Assert.Null(sums.SplitHour);
        var result = sums.Complete([]);
        Assert.Equal((1L, 60m, 0.03m), (result.ExcessCalls, result.ExcessSeconds, result.Total.ToDecimal()));
        Assert.Equal(
            [("u", 0.015m), ("v", 0.015m)], result.Shares.Select(share => (share.UnitId, share.Charge.ToDecimal())));
    }

    [Fact]
    public void Shares_are_by_unit_and_number_in_their_order()
    {
        PatternSum[] patterns = [new("u", PricingProgram.FlatRate, 0, 0, 6, 0, 360)];
        var all = ContractPolicy.Default with { TierCAllowancePercent = 0 };
        var result = SurchargeFromSums.Of(
            patterns,
            [Hour(0, "v", 1), Hour(0, "u", 1, TollFree), Hour(1, "u", 1), Hour(2, "u", 3, TollFree)],
            all).Complete([]);
        Assert.Equal(
            [("u", null, 0.03m), ("u", TollFree, 0.12m), ("v", (PhoneNumber?)null, 0.03m)],
            result.Shares.Select(share => (share.UnitId, share.Number, share.Charge.ToDecimal())));
    }

    [Fact]
    public void Hours_with_other_calls_or_other_seconds_than_the_pattern_are_refused()
    {
        PatternSum[] patterns = [new("u", PricingProgram.FlatRate, 0, 0, 2, 0, 120)];
        foreach (var hour in new[]
        {
            Hour(0, "u", 2) with { Seconds = 121 }, Hour(0, "u", 3) with { Seconds = 120 }, Hour(0, "u", 1),
        })
        {
            var refused = Assert.Throws<ArgumentException>(
                () => SurchargeFromSums.Of(patterns, [hour], ContractPolicy.Default));
            Assert.Equal("hours", refused.ParamName);
            Assert.Contains("add up", refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Fewer_calls_than_are_in_excess_of_the_split_hour_are_refused()
    {
        // 4 C, allowance 1: three of the four of one hour.
        var sums = SurchargeFromSums.Of(
            [new PatternSum("u", PricingProgram.FlatRate, 0, 0, 4, 0, 240)], [Hour(0, "u", 4)], ContractPolicy.Default);
        Assert.Equal(May, sums.SplitHour);
        var call = new PatternCall(new CallIds("c"), May, NetworkTier.C, PricingProgram.FlatRate, 60, "u");
        var refused = Assert.Throws<ArgumentException>(
            () => sums.Complete([call with { Ids = new CallIds("c", 2) }]));
        Assert.Contains("missing", refused.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>("callsOfSplitHour", () => sums.Complete(null!));
        Assert.Equal(0.09m, sums.Complete([call with { Ids = new CallIds("c", 3) }]).Total.ToDecimal());
        Assert.Equal(0.09m, sums.Complete([call with { Ids = new CallIds("c", 4) }]).Total.ToDecimal());
    }

    [Fact]
    public void A_scope_with_one_open_call_has_no_surcharge_and_one_without_calls_is_none()
    {
        var sums = RatedSums.Empty with
        {
            States =
            [
                State("u", 4), State("u", 1) with { State = RatingState.Unrated, LeavesPatternOpen = true },
                State("v", 2), State("w", 0),
            ],
            Patterns = [new PatternSum("v", PricingProgram.FlatRate, 2, 0, 0, 0, 0)],
        };
        var units = sums.Surcharges(ContractPolicy.Default with { SurchargeScope = SurchargeScope.Unit });
        Assert.Equal([("u", false), ("v", true)], units.Select(pair => (pair.Key, pair.Value is not null)));
        Assert.Equal(2, units["v"]!.Complete([]).DomesticCalls);
        var account = Assert.Single(sums.Surcharges(ContractPolicy.Default));
        Assert.Equal(("", null), (account.Key, account.Value));
        Assert.Throws<ArgumentNullException>("policy", () => sums.Surcharges(null!));
    }

    [Fact]
    public void An_open_pattern_leaves_every_unit_of_its_scope_incomplete()
    {
        var sums = RatedSums.Empty with { States = [State("v", 2), State("u", 3)] };
        var byUnit = ContractPolicy.Default with { SurchargeScope = SurchargeScope.Unit };
        Assert.Equal(
            [("u", true), ("v", false)], Completeness(sums, byUnit, [new("u", Nothing), new("v", null)]));
        Assert.Equal(
            [("u", false), ("v", false)], Completeness(sums, ContractPolicy.Default, [new("", null)]));
        Assert.Equal(
            [("u", true), ("v", true)], Completeness(sums, ContractPolicy.Default, [new("", Nothing)]));

        // A call without a charge leaves its own unit incomplete.
        var unrated = sums with
        {
            States = sums.States.Add(
                State("u", 1) with { State = RatingState.Unrated, Unrated = UnratedReason.RateMissing }),
        };
        Assert.Equal(
            [("u", false), ("v", true)], Completeness(unrated, ContractPolicy.Default, [new("", Nothing)]));
    }

    [Fact]
    public void What_stands_for_no_call_makes_no_line_no_unit_and_no_state()
    {
        // 600,000 units are a dollar.
        var sums = RatedSums.Empty with
        {
            Charges =
            [
                new ChargeSum("u", ChargeKind.UsageDomestic, null, 1, 60, 600_000),
                new ChargeSum("u", ChargeKind.UsageInternational, null, 0, 0, 0),
            ],
            States = [State("u", 1), State("w", 0)],
        };
        var month = RatedMonth.Of("A-1", Month, sums, Patterns([new("", Nothing)]), ContractPolicy.Default);
        Assert.Equal(
            new UsageLine("A-1", "u", Month, ChargeKind.UsageDomestic, 1.00m, null),
            Assert.Single(month.Unit("u")!.Lines));
        Assert.Equal(["u"], month.Units.Select(unit => unit.UnitId));
        Assert.Null(month.Unit("w"));
        Assert.Equal([State("u", 1)], month.States.AsEnumerable());
    }

    [Fact]
    public void Rows_and_calls_are_counted()
    {
        var sums = new RatedSums(
            [new ChargeSum("u", ChargeKind.UsageDomestic, null, 1, 60, 600_000)],
            [State("u", 2), State("v", 5)],
            [default, default, default],
            [default, default, default, default]);
        Assert.Equal((0, 10), (RatedSums.Empty.RowCount, sums.RowCount));
        var month = RatedMonth.Of("A-1", Month, sums, Patterns([new("", Nothing)]), ContractPolicy.Default);
        Assert.Equal(7, month.Calls);
        Assert.Equal("v", month.Unit("v")!.UnitId);
    }

    private static SurchargeResult Nothing { get; } = new(5, 0, 0, 1, 0, 0, Charge.Zero, [], []);

    private static TierCHour Hour(int hour, string unit, long calls, PhoneNumber? number = null) =>
        new(May + Duration.FromHours(hour), unit, number, calls, calls * 60);

    private static StateSum State(string unit, long calls) => new(unit, RatingState.Rated, null, false, calls);

    private static ImmutableSortedDictionary<string, SurchargeResult?> Patterns(
        IEnumerable<KeyValuePair<string, SurchargeResult?>> patterns) =>
        patterns.ToImmutableSortedDictionary(StringComparer.Ordinal);

    private static IEnumerable<(string, bool)> Completeness(
        RatedSums sums, ContractPolicy policy, IEnumerable<KeyValuePair<string, SurchargeResult?>> patterns) =>
        RatedMonth.Of("A-1", Month, sums, Patterns(patterns), policy).Units.Select(unit => (unit.UnitId, unit.IsComplete));
}
