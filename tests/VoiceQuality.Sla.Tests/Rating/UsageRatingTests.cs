using FsCheck;
using FsCheck.Fluent;
using NodaTime;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Sla.Rating;
using VoiceQuality.Sla.Usage;
using static VoiceQuality.Sla.Tests.Rating.RatingFixture;

namespace VoiceQuality.Sla.Tests.Rating;

public class UsageRatingTests
{
    private const string SecondTollFree = "+18885550199";
    private static readonly ServiceMonth Month = new(2025, 5);
    private static readonly AccountCalendar Calendar = new(DateTimeZone.Utc);
    private static readonly HashSet<PhoneNumber> NoneBarred = [];

    private static readonly RatingTables Tables = new()
    {
        Rates = Deck(),
        Programs = ProgramHistory.Always(PricingProgram.FlatRate),
        AreaCodes = EffectiveDated.Always(AreaCodes),
        Tiers = EffectiveDated.Always(Tiers("2025-05", ("435555", OcnCategory.Rboc), ("213555", OcnCategory.Clec))),
        BillingNumber = PartyNumber.Read(UtahOwn),
        AccountNumbers = Own,
    };

    [Fact]
    public void Each_kind_of_usage_is_one_line_of_its_unit()
    {
        var usage = Rate(
            Tables,
            Out("1", UtahFar),                                      // intrastate: 1 min × 0.0100
            Out("2", "+442079460000"),                              // international 60/60: 0.1000
            Out("3", "+18085550111"),                               // extended: 0.0500
            Out("4", "+18775550100"),                               // outbound toll free: no rate, 0.0000
            Out("5", UtahFar) with { Ani = default },               // indeterminate: 0.0600
            In("6", "+14355550188", TollFreeOwn),                   // toll free, intrastate: 0.0300
            Out("7", UtahFar) with { UnitId = "other" });

        Assert.Equal(
            [
                (ChargeKind.UsageDomestic, 0.01m), (ChargeKind.UsageInternational, 0.10m),
                (ChargeKind.UsageExtended, 0.05m), (ChargeKind.UsageTollFree, 0.03m),
                (ChargeKind.UsageOutboundTollFree, 0.00m), (ChargeKind.UsageIndeterminate, 0.06m),
            ],
            Unit(usage, "u").Lines.Select(line => (line.Kind, line.Amount)));
        Assert.Equal(0.25m, Unit(usage, "u").Total);
        Assert.Equal(0.25m, Unit(usage, "u").Base(NoneBarred).Amount);
        Assert.Equal(0.01m, Unit(usage, "other").Total);
        Assert.Equal("4", Assert.Single(usage.ZeroForWantOfRate).Call.Ids.Id);
        Assert.Empty(usage.Unrated);
    }

    [Fact]
    public void A_call_belongs_to_the_month_of_its_answer_and_unanswered_ones_to_none()
    {
        var usage = Rate(
            Tables,
            Out("1", UtahFar) with { AnsweredAt = May - Duration.FromMilliseconds(1) },
            Out("2", UtahFar) with { AnsweredAt = Instant.FromUtc(2025, 5, 31, 23, 59) },
            Out("3", UtahFar) with { AnsweredAt = Instant.FromUtc(2025, 6, 1, 0, 0) },
            Out("4", UtahFar) with { AnsweredAt = null, DurationMs = null });
        Assert.Equal((0.01m, 2L, 1L), (Unit(usage, "u").Total, usage.OtherMonthCalls, usage.UnansweredCalls));
    }

    [Fact]
    public void The_lines_of_several_toll_free_numbers_add_up_to_the_sum_rounded_once()
    {
        // 3 × 0.1 min × 0.03 = 0.009 in all → 0.01; by number 0.006 → 0.01, then 0.01 − 0.01 = 0.00.
        var usage = Unit(
            Rate(
                Tables,
                In("1", "+14355550188", TollFreeOwn) with { DurationMs = 1, Ids = new CallIds("1", 2) },
                In("2", "+14355550188", SecondTollFree) with { DurationMs = 1 }),
            "u");
        Assert.Equal(
            [(TollFreeOwn, 0.01m), (SecondTollFree, 0.00m)],
            usage.Lines.Select(line => (line.Number!.Value.ToE164(), line.Amount)));
        Assert.Equal(0.01m, usage.Total);

        // Usage of a barred number leaves the base.
        var barred = usage.Base(new HashSet<PhoneNumber> { PartyNumber.Read(TollFreeOwn).Number });
        Assert.Equal((0.00m, 0.01m), (barred.Amount, barred.BarredAmount));
    }

    [Fact]
    public void The_surcharge_of_the_accounts_pattern_is_borne_by_the_units_of_the_calls_in_excess()
    {
        // 6 A and 4 C: allowance 3, so the last C call bears 1 min × 0.03.
        UsageCall[] calls =
        [
            Out("a", UtahFar) with { Ids = new CallIds("a", 6) },
            Out("c1", CaliforniaFar) with { Ids = new CallIds("c1", 3) },
            Out("c2", CaliforniaFar) with { UnitId = "other" },
        ];
        var usage = Rate(Tables, calls);
        Assert.Equal((10L, 4L, 3L, 1L), (
            usage.Patterns[""]!.DomesticCalls, usage.Patterns[""]!.TierCCalls, usage.Patterns[""]!.Allowance,
            usage.Patterns[""]!.ExcessCalls));
        Assert.DoesNotContain(Unit(usage, "u").Lines, line => line.Kind == ChargeKind.TierCSurcharge);

        // 1 min × 0.0200 interstate, and the surcharge.
        Assert.Equal(
            [(ChargeKind.UsageDomestic, 0.02m), (ChargeKind.TierCSurcharge, 0.03m)],
            Unit(usage, "other").Lines.Select(line => (line.Kind, line.Amount)));

        // By unit: 3 − floor(2.7) = 1 of nine calls, and 1 − floor(0.3) = 1 of one.
        var byUnit = UsageRating.Of(
            "A-1", Month, Calendar, calls, Tables, ContractPolicy.Default with { SurchargeScope = SurchargeScope.Unit });
        Assert.Equal((1L, 1L), (byUnit.Patterns["u"]!.ExcessCalls, byUnit.Patterns["other"]!.ExcessCalls));
    }

    [Fact]
    public void The_far_end_of_an_inbound_call_is_its_caller()
    {
        var rated = CallRating.Rate(In("1", CaliforniaFar, TollFreeOwn), Tables);
        Assert.Equal((NetworkTier.C, "2025-05"), (rated.Tier, rated.TierTableVersion));
    }

    [Theory]
    [InlineData(UnratedReason.AreaCodeTableMissing)]
    [InlineData(UnratedReason.ProgramMissing)]
    [InlineData(UnratedReason.TierTableMissing)]
    [InlineData(UnratedReason.RateMissing)]
    public void What_is_missing_is_named_and_never_billed_as_zero(UnratedReason reason)
    {
        var tables = reason switch
        {
            UnratedReason.AreaCodeTableMissing => Tables with { AreaCodes = null },
            UnratedReason.ProgramMissing => Tables with { Programs = null },
            UnratedReason.TierTableMissing => Tables with { Tiers = null },
            _ => Tables with { Rates = null },
        };
        var usage = Rate(tables, Out("1", UtahFar));
        var unrated = Assert.Single(usage.Unrated);
        Assert.Equal((reason, null), (unrated.Unrated, unrated.Charge));
        AssertUnknown(Unit(usage, "u"));
    }

    [Fact]
    public void A_destination_without_a_deck_row_is_unrated_and_leaves_the_call_pattern_known()
    {
        var usage = Rate(Tables, Out("1", "+33199000000"), Out("2", UtahFar) with { UnitId = "other" });
        Assert.Equal(UnratedReason.DeckRowMissing, Assert.Single(usage.Unrated).Unrated);
        AssertUnknown(Unit(usage, "u"));
        Assert.True(Unit(usage, "other").IsComplete);
    }

    [Fact]
    public void A_missing_tier_table_leaves_the_surcharge_of_every_unit_open()
    {
        var tables = Tables with { Tiers = new EffectiveDated<TierTable>(
            [(Instant.FromUtc(2025, 5, 15, 0, 0), Tiers("late", ("435555", OcnCategory.Rboc)))]) };
        var usage = Rate(
            tables,
            Out("1", UtahFar),
            Out("2", UtahFar) with { UnitId = "other", AnsweredAt = Instant.FromUtc(2025, 5, 20, 0, 0) });
        Assert.Null(usage.Patterns[""]);
        AssertUnknown(Unit(usage, "u"));
        AssertUnknown(Unit(usage, "other"));
    }

    [Fact]
    public void A_call_without_a_known_end_is_unrated()
    {
        var usage = Rate(Tables, Out("1", UtahFar) with { DurationMs = null });
        Assert.Equal(UnratedReason.DurationUnknown, Assert.Single(usage.Unrated).Unrated);
        Assert.Null(usage.Patterns[""]);
    }

    [Fact]
    public void A_call_from_a_local_number_is_rejected_and_not_billed()
    {
        var usage = Rate(Tables, Out("1", UtahFar) with { Service = VoiceService.Local }, Out("2", UtahFar));
        Assert.Equal("1", Assert.Single(usage.Rejected).Call.Ids.Id);
        Assert.Equal(0.01m, Unit(usage, "u").Total);
    }

    [Fact]
    public void A_call_that_comes_twice_counts_once_and_two_that_differ_are_not_billed()
    {
        var usage = Rate(Tables, Out("1", UtahFar), Out("1", UtahFar));
        Assert.Equal((0.01m, 1L), (Unit(usage, "u").Total, usage.RepeatedCalls));

        usage = Rate(Tables, Out("1", UtahFar), Out("1", UtahFar) with { DurationMs = 61_000 });
        Assert.Equal(2, usage.Unrated.Count(call => call.Unrated == UnratedReason.ConflictingCalls));
        Assert.Empty(usage.ZeroForWantOfRate);
        AssertUnknown(Unit(usage, "u"));
    }

    [Fact]
    public void The_order_in_which_calls_come_changes_no_amount_and_lines_add_up() => Prop.ForAll(
        (from number in Gen.Elements(UtahFar, CaliforniaFar, "+442079460000", "+18085550111", "+18775550100")
         from unit in Gen.Elements("u", "other")
         from minute in Gen.Choose(0, 3)
         from ms in Gen.Choose(0, 200_000)
         from length in Gen.Choose(1, 20)
         select (number, unit, minute, ms, length)).ListOf().ToArbitrary(),
        specs =>
        {
            var calls = specs.Select((spec, i) => Out("c" + i, spec.number) with
            {
                Ids = new CallIds("c" + i, spec.length),
                UnitId = spec.unit,
                AnsweredAt = May + Duration.FromMinutes(spec.minute),
                DurationMs = spec.ms,
            }).ToArray();
            var forward = Rate(Tables, calls);
            var backward = Rate(Tables, [.. calls.Reverse()]);

            Assert.Equal(
                forward.Units.SelectMany(unit => unit.Lines), backward.Units.SelectMany(unit => unit.Lines));
            Assert.All(forward.Units, unit => Assert.Equal(unit.Total, unit.Lines.Sum(line => line.Amount)));
            Assert.All(
                forward.Units.SelectMany(unit => unit.Lines),
                line => Assert.Equal(decimal.Round(line.Amount, 2), line.Amount));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_call_prints_no_digits() =>
        Assert.DoesNotContain("555", Out("1", UtahFar).ToString(), StringComparison.Ordinal);

    [Theory]
    [InlineData(-1L, null)]
    [InlineData(0L, 6L)]
    [InlineData(BillableSeconds.MaxDurationMs, BillableSeconds.MaxDurationMs / 1000)]    // a multiple of six seconds
    [InlineData(BillableSeconds.MaxDurationMs + 1, null)]
    public void A_duration_out_of_range_is_not_known(long durationMs, long? seconds)
    {
        var rated = CallRating.Rate(Out("1", UtahFar) with { DurationMs = durationMs }, Tables);
        Assert.Equal(
            (seconds, seconds is null ? UnratedReason.DurationUnknown : null), (rated.BillableSeconds, rated.Unrated));
    }

    [Fact]
    public void A_call_that_was_not_answered_cannot_be_rated()
    {
        var refused = Assert.Throws<ArgumentException>(
            () => CallRating.Rate(Out("1", UtahFar) with { AnsweredAt = null }, Tables));
        Assert.Equal("call", refused.ParamName);
        Assert.Contains("not answered", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_an_inbound_toll_free_call_is_of_a_toll_free_number()
    {
        Assert.Equal(TollFreeOwn, Number(In("1", UtahFar, TollFreeOwn)));
        Assert.Null(Number(In("1", UtahFar, UtahOwn)));
        Assert.Null(Number(In("1", UtahFar, TollFreeOwn) with { Service = VoiceService.Local }));
        Assert.Null(Number(Out("1", TollFreeOwn)));
        Assert.Null(Assert.Single(Unit(Rate(Tables, Out("1", UtahFar)), "u").Lines).Number);

        static string? Number(UsageCall call) => CallRating.Rate(call, Tables).TollFreeNumber?.ToE164();
    }

    [Fact]
    public void Units_and_toll_free_numbers_are_told_in_their_order()
    {
        // As above, the other way round: 0.006 → 0.01 for the lower number, 0.009 − 0.01 → 0.00 for the higher.
        var usage = Rate(
            Tables,
            In("2", "+14355550188", SecondTollFree) with { DurationMs = 1 },
            In("1", "+14355550188", TollFreeOwn) with { DurationMs = 1, Ids = new CallIds("1", 2) },
            Out("3", UtahFar) with { UnitId = "a" });
        Assert.Equal(["a", "u"], usage.Units.Select(unit => unit.UnitId));
        Assert.Equal(
            [(TollFreeOwn, 0.01m), (SecondTollFree, 0.00m)],
            Unit(usage, "u").Lines.Select(line => (line.Number!.Value.ToE164(), line.Amount)));
    }

    [Fact]
    public void A_repetition_counts_even_if_another_call_has_the_id()
    {
        // Three came, of which two differ.
        var usage = Rate(Tables, Out("1", UtahFar), Out("1", UtahFar), Out("1", UtahFar) with { DurationMs = 61_000 });
        Assert.Equal((1L, 2), (usage.RepeatedCalls, usage.Unrated.Length));
    }

    [Fact]
    public void A_pattern_that_is_open_in_one_unit_leaves_another_known_when_each_has_its_own()
    {
        UsageCall[] calls =
        [
            Out("1", UtahFar) with { DurationMs = null },
            Out("2", UtahFar) with { UnitId = "other" },
        ];
        var policy = ContractPolicy.Default with { SurchargeScope = SurchargeScope.Unit };
        var byUnit = UsageRating.Of("A-1", Month, Calendar, calls, Tables, policy);
        AssertUnknown(Unit(byUnit, "u"));
        Assert.Equal((true, 0.01m), (Unit(byUnit, "other").IsComplete, Unit(byUnit, "other").Total));
        Assert.False(Unit(Rate(Tables, calls), "other").IsComplete);
    }

    [Fact]
    public void A_call_that_the_contract_has_no_rule_for_leaves_its_unit_open_and_not_the_pattern()
    {
        var usage = Rate(
            Tables,
            In("1", UtahFar, UtahOwn) with { Service = VoiceService.Local },
            Out("2", UtahFar) with { UnitId = "other" });
        Assert.Equal(UnratedReason.NoRuleForService, Assert.Single(usage.Unrated).Unrated);
        Assert.Equal(1, usage.Patterns[""]!.DomesticCalls);
        AssertUnknown(Unit(usage, "u"));
        Assert.Equal(0.01m, Unit(usage, "other").Total);
    }

    [Fact]
    public void More_calls_than_can_be_counted_are_refused()
    {
        // Half of 2^63 − 1, rounded up: two of them are one too many.
        const long Half = (long.MaxValue / 2) + 1;
        var unanswered = Runs(UtahFar) with { AnsweredAt = null };
        var otherMonth = Runs(UtahFar) with { AnsweredAt = May - Duration.FromDays(1) };
        Assert.Throws<OverflowException>(() => Rate(Tables, unanswered, unanswered with { Ids = new("2", Half) }));
        Assert.Throws<OverflowException>(() => Rate(Tables, otherMonth, otherMonth with { Ids = new("2", Half) }));

        // Each of three comes twice, none of them too often by itself.
        const long Third = (long.MaxValue / 3) + 1;
        var other = Out("3", UtahFar) with { Ids = new("3", Third) };
        var once = new[]
        {
            other, unanswered with { Ids = new("1", Third) }, otherMonth with { Ids = new("2", Third) },
        };
        Assert.Equal(0, Rate(Tables, once).RepeatedCalls);
        Assert.Throws<OverflowException>(() => Rate(Tables, [.. once, .. once]));

        UsageCall Runs(string dnis) => Out("1", dnis) with { Ids = new CallIds("1", Half) };
    }

    private static void AssertUnknown(UnitUsage unit)
    {
        Assert.False(unit.IsComplete);
        Assert.Null(unit.Total);
        Assert.Equal((UsageBaseStatus.NotImported, null), (unit.Base(NoneBarred).Status, unit.Base(NoneBarred).Amount));
    }

    private static UnitUsage Unit(AccountUsage usage, string id) => usage.Units.Single(unit => unit.UnitId == id);

    private static AccountUsage Rate(RatingTables tables, params UsageCall[] calls) =>
        UsageRating.Of("A-1", Month, Calendar, calls, tables, ContractPolicy.Default);

    private static UsageCall Out(string id, string dnis) => new(
        new CallIds(id), "u", CallDirection.Outbound, VoiceService.Termination, PartyNumber.Read(UtahOwn),
        PartyNumber.Read(dnis), May, 60_000);

    private static UsageCall In(string id, string ani, string tollFree) => new(
        new CallIds(id), "u", CallDirection.Inbound, VoiceService.TollFree, PartyNumber.Read(ani),
        PartyNumber.Read(tollFree), May, 60_000);

    private static RateDeck Deck()
    {
        DomesticRate[] domestic =
        [
            Flat(RateClass.Termination, Jurisdiction.Intrastate, 0.01m),
            Flat(RateClass.Termination, Jurisdiction.Interstate, 0.02m),
            Flat(RateClass.TollFree, Jurisdiction.Intrastate, 0.03m),
            Flat(RateClass.TollFree, Jurisdiction.Interstate, 0.04m),
            Flat(RateClass.Default, Jurisdiction.Indeterminate, 0.06m),
        ];
        PrefixRate[] prefixes =
        [
            new(RateClass.International, 44, Instant.MinValue, 0.1m, new BillingIncrement(60, 60)),
            new(RateClass.Extended, 1808, Instant.MinValue, 0.05m, BillingIncrement.Domestic),
        ];
        return RateDeck.TryCreate(domestic, prefixes, out var deck, out _) ? deck : throw new InvalidOperationException();

        static DomesticRate Flat(RateClass rateClass, Jurisdiction jurisdiction, decimal perMinute) =>
            new(PricingProgram.FlatRate, rateClass, jurisdiction, null, Instant.MinValue, perMinute);
    }
}
