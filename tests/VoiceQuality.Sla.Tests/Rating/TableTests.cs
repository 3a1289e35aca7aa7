using NodaTime;
using VoiceQuality.Sla.Rating;
using static VoiceQuality.Sla.Tests.Rating.RatingFixture;

namespace VoiceQuality.Sla.Tests.Rating;

public class TableTests
{
    private static readonly Instant June = Instant.FromUtc(2025, 6, 1, 0, 0);

    [Fact]
    public void A_dated_value_is_in_force_from_its_instant_until_the_next_begins()
    {
        var dated = new EffectiveDated<string>([(June, "new"), (May, "old")]);
        Assert.False(dated.TryGetAt(May - Duration.FromNanoseconds(1), out _));
        Assert.True(dated.TryGetAt(June - Duration.FromNanoseconds(1), out var value));
        Assert.Equal("old", value);
        Assert.True(dated.TryGetAt(June, out value));
        Assert.Equal("new", value);
        Assert.Throws<ArgumentException>(() => new EffectiveDated<string>([(May, "a"), (May, "b")]));
    }

    [Fact]
    public void A_changed_domestic_rate_needs_notice_before_its_effect()
    {
        Assert.Equal(RateDeckFault.NoNotice, FaultOf(Flat(May, 0.01m), Flat(June, 0.02m)));
        Assert.Equal(RateDeckFault.NoNotice, FaultOf(Flat(May, 0.01m), Flat(June, 0.02m, noticeSentAt: June)));
        Assert.Equal(RateDeckFault.None, FaultOf(Flat(June, 0.02m, noticeSentAt: May), Flat(May, 0.01m)));
    }

    [Fact]
    public void A_rate_that_cannot_be_is_refused()
    {
        Assert.Equal(RateDeckFault.RateOutOfRange, FaultOf(Flat(May, -0.01m)));
        Assert.Equal(RateDeckFault.SameInstant, FaultOf(Flat(May, 0.01m), Flat(May, 0.02m, noticeSentAt: May)));
        Assert.Equal(RateDeckFault.NoSuchKind, FaultOf(Flat(May, 0.01m) with { Tier = NetworkTier.A }));
        Assert.Equal(RateDeckFault.NoSuchKind, FaultOf(Flat(May, 0.01m) with { Jurisdiction = Jurisdiction.Extended }));
        Assert.False(RateDeck.TryCreate([], [Prefix(0, 0.1m)], out _, out var fault));
        Assert.Equal(RateDeckFault.BadPrefix, fault);
    }

    [Fact]
    public void The_rate_in_force_at_the_answer_is_taken_and_rounded()
    {
        Assert.True(RateDeck.TryCreate(
            [Flat(May, 0.01235m), Flat(June, 0.02m, noticeSentAt: May)], [], out var deck, out _));
        Assert.Null(Find(May - Duration.FromSeconds(1)));
        Assert.Equal("0.0124", Find(June - Duration.FromSeconds(1))?.Rate.ToString());
        Assert.Equal("0.0200", Find(June)?.Rate.ToString());

        RatedBy? Find(Instant at) => deck.FindDomestic(
            PricingProgram.FlatRate, RateClass.Termination, Jurisdiction.Intrastate, NetworkTier.A, at);
    }

    [Fact]
    public void The_longest_prefix_that_has_a_rate_in_force_is_taken_without_any_notice()
    {
        var minutes = new BillingIncrement(60, 60);
        Assert.True(RateDeck.TryCreate(
            [],
            [
                Prefix(44, 0.1m), Prefix(44, 0.2m) with { From = June },
                Prefix(4477, 0.3m) with { From = June, Increment = minutes },
            ],
            out var deck,
            out _));
        Assert.Equal("0.1000", Find("+447700900000", May)?.Rate.ToString());
        Assert.Equal(new RatedBy(Rate.Round(0.3m), minutes), Find("+447700900000", June));
        Assert.Equal("0.2000", Find("+442079460000", June)?.Rate.ToString());
        Assert.Null(Find("+33199000000", June));

        RatedBy? Find(string number, Instant at) =>
            deck.FindPrefix(RateClass.International, PartyNumber.Read(number).Number, at);
    }

    [Theory]
    [InlineData(OcnCategory.Rboc, NetworkTier.A)]
    [InlineData(OcnCategory.Pcs, NetworkTier.B)]
    [InlineData(OcnCategory.Wireless, NetworkTier.B)]
    [InlineData(OcnCategory.WReseller, NetworkTier.B)]
    [InlineData(OcnCategory.LReseller, NetworkTier.B)]
    [InlineData(OcnCategory.Clec, NetworkTier.C)]
    [InlineData(OcnCategory.Cap, NetworkTier.C)]
    [InlineData(OcnCategory.Ico, NetworkTier.C)]
    [InlineData(OcnCategory.Ulec, NetworkTier.C)]
    [InlineData(OcnCategory.General, NetworkTier.C)]
    [InlineData(OcnCategory.Other, NetworkTier.C)]
    public void A_category_is_of_the_tier_that_the_contract_lists_it_under(OcnCategory category, NetworkTier tier) =>
        Assert.Equal(tier, NetworkTiers.TierOf(category));

    [Fact]
    public void A_tier_is_looked_up_by_the_longest_row_of_dialed_digits()
    {
        var tiers = Tiers(
            "2025-05", ("435555", OcnCategory.Rboc), ("4355550", OcnCategory.Clec), ("4355550199", OcnCategory.Pcs));
        Assert.Equal(NetworkTier.B, tiers.Find(PartyNumber.Read("+14355550199")));
        Assert.Equal(NetworkTier.C, tiers.Find(PartyNumber.Read("+14355550198")));
        Assert.Equal(NetworkTier.A, tiers.Find(PartyNumber.Read("+14355551198")));
        Assert.Null(tiers.Find(PartyNumber.Read("+14355540198")));
        Assert.Null(tiers.Find(PartyNumber.Read("+442079460000")));
        Assert.Null(tiers.Find(default));
    }

    [Fact]
    public void The_tier_list_can_be_exported_by_dialed_digits()
    {
        var tiers = Tiers("2025-05", ("801555", OcnCategory.Other), ("4355550", OcnCategory.Clec));
        Assert.Equal(
            [new TierRow("4355550", OcnCategory.Clec), new TierRow("801555", OcnCategory.Other)],
            tiers.Export().AsEnumerable());
    }

    [Theory]
    [InlineData("43555")]
    [InlineData("43555501999")]
    [InlineData("43555a")]
    public void A_tier_row_that_cannot_be_is_refused(string digits)
    {
        Assert.False(TierTable.TryCreate("v", [new TierRow(digits, OcnCategory.Clec)], out _, out var bad));
        Assert.Equal(digits, bad);
    }

    [Fact]
    public void A_changed_program_needs_notice_before_its_effect()
    {
        var flat = new ProgramChange(May, PricingProgram.FlatRate);
        var tiered = new ProgramChange(June, PricingProgram.Tiered);
        Assert.False(ProgramHistory.TryCreate([tiered, flat], out _, out var bad));
        Assert.Equal(tiered, bad);
        Assert.True(ProgramHistory.TryCreate([tiered with { NoticeSentAt = May }, flat], out var history, out _));
        Assert.Null(history.Find(May - Duration.FromSeconds(1)));
        Assert.Equal(PricingProgram.FlatRate, history.Find(June - Duration.FromSeconds(1)));
        Assert.Equal(PricingProgram.Tiered, history.Find(June));
    }

    private static DomesticRate Flat(Instant from, decimal perMinute, Instant? noticeSentAt = null) => new(
        PricingProgram.FlatRate, RateClass.Termination, Jurisdiction.Intrastate, null, from, perMinute, noticeSentAt);

    private static PrefixRate Prefix(ulong digits, decimal perMinute) =>
        new(RateClass.International, digits, May, perMinute, BillingIncrement.Domestic);

    private static RateDeckFault FaultOf(params DomesticRate[] rates) =>
        RateDeck.TryCreate(rates, [], out _, out var fault) ? RateDeckFault.None : fault;
}
