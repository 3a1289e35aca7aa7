using NodaTime;
using VoiceQuality.Sla.Rating;
using static VoiceQuality.Sla.Tests.Rating.RatingFixture;

namespace VoiceQuality.Sla.Tests.Rating;

public class RateDeckTests
{
    private static readonly Instant June = Instant.FromUtc(2025, 6, 1, 0, 0);

    [Fact]
    public void The_rate_of_the_tier_goes_before_that_of_any_tier()
    {
        Assert.True(RateDeck.TryCreate([Tiered(null, 0.01m), Tiered(NetworkTier.C, 0.03m)], [], out var deck, out _));
        Assert.Equal(0.03m, Find(NetworkTier.C));
        Assert.Equal(0.01m, Find(NetworkTier.A));
        Assert.Equal(0.01m, Find(null));

        decimal? Find(NetworkTier? tier) => deck.FindDomestic(
            PricingProgram.Tiered, RateClass.Termination, Jurisdiction.Intrastate, tier, May)?.Rate.PerMinute;
    }

    [Theory]
    [InlineData(RateClass.OutboundTollFree, Jurisdiction.OutboundTollFree, RateDeckFault.None)]
    [InlineData(RateClass.OutboundTollFree, Jurisdiction.Interstate, RateDeckFault.NoSuchKind)]
    [InlineData(RateClass.Default, Jurisdiction.Indeterminate, RateDeckFault.None)]
    [InlineData(RateClass.Default, Jurisdiction.Interstate, RateDeckFault.NoSuchKind)]
    [InlineData(RateClass.International, Jurisdiction.International, RateDeckFault.NoSuchKind)]
    [InlineData(RateClass.Extended, Jurisdiction.Extended, RateDeckFault.NoSuchKind)]
    public void A_domestic_rate_is_of_a_class_and_a_jurisdiction_that_go_together(
        RateClass rateClass, Jurisdiction jurisdiction, RateDeckFault fault)
    {
        var rate = Tiered(null, 0.01m) with { Class = rateClass, Jurisdiction = jurisdiction };
        Assert.Equal(fault == RateDeckFault.None, RateDeck.TryCreate([rate], [], out _, out var found));
        Assert.Equal(fault, found);
    }

    [Theory]
    [InlineData("0", RateDeckFault.None)]
    [InlineData("999999999999.9999", RateDeckFault.None)]
    [InlineData("1000000000000", RateDeckFault.RateOutOfRange)]
    [InlineData("-0.0001", RateDeckFault.RateOutOfRange)]
    public void A_rate_is_0_or_more_and_below_a_trillion(string perMinute, RateDeckFault fault)
    {
        var value = decimal.Parse(perMinute, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(fault == RateDeckFault.None, RateDeck.TryCreate([Tiered(null, value)], [], out _, out var found));
        Assert.Equal(fault, found);
        Assert.Equal(fault, FaultOf(Prefix(44) with { PerMinute = value }));
    }

    [Theory]
    [InlineData(7, RateDeckFault.None)]
    [InlineData(999_999_999_999_999, RateDeckFault.None)]
    [InlineData(1_000_000_000_000_000, RateDeckFault.BadPrefix)]
    [InlineData(0, RateDeckFault.BadPrefix)]
    public void A_prefix_has_1_to_15_digits(ulong prefix, RateDeckFault fault) =>
        Assert.Equal(fault, FaultOf(Prefix(prefix)));

    [Fact]
    public void A_prefix_is_of_the_international_or_the_extended_deck()
    {
        Assert.Equal(RateDeckFault.None, FaultOf(Prefix(1808) with { Class = RateClass.Extended }));
        Assert.Equal(RateDeckFault.NoSuchKind, FaultOf(Prefix(44) with { Class = RateClass.Termination }));
        Assert.Equal(RateDeckFault.NoSuchKind, FaultOf(Prefix(44) with { Class = RateClass.OutboundTollFree }));
    }

    [Fact]
    public void Two_rates_of_one_prefix_do_not_begin_at_the_same_instant_and_the_earliest_fault_is_told()
    {
        Assert.Equal(RateDeckFault.SameInstant, FaultOf(Prefix(44), Prefix(44)));
        Assert.Equal(RateDeckFault.None, FaultOf(Prefix(44), Prefix(45)));
        var negative = Prefix(44) with { From = June, PerMinute = -1 };
        Assert.Equal(RateDeckFault.SameInstant, FaultOf(negative, Prefix(44), Prefix(44)));
        Assert.Equal(RateDeckFault.RateOutOfRange, FaultOf(negative, Prefix(44)));
    }

    private static DomesticRate Tiered(NetworkTier? tier, decimal perMinute) => new(
        PricingProgram.Tiered, RateClass.Termination, Jurisdiction.Intrastate, tier, May, perMinute);

    private static PrefixRate Prefix(ulong digits) =>
        new(RateClass.International, digits, May, 0.1m, BillingIncrement.Domestic);

    private static RateDeckFault FaultOf(params PrefixRate[] rates) =>
        RateDeck.TryCreate([], rates, out _, out var fault) ? RateDeckFault.None : fault;
}
