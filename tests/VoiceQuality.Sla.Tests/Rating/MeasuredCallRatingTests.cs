using NodaTime;
using VoiceQuality.Sla.Rating;
using VoiceQuality.Sla.Reference;
using VoiceQuality.Sla.TollFree;
using VoiceQuality.Sla.Usage;
using static VoiceQuality.Sla.Tests.Rating.RatingFixture;
using static VoiceQuality.Sla.Tests.Rating.ReferenceFixture;

namespace VoiceQuality.Sla.Tests.Rating;

public class MeasuredCallRatingTests
{
    private static readonly long May1Us = May.ToUnixTimeTicks() / 10;

    [Fact]
    public void An_outbound_call_between_two_states_is_billed_by_sixes()
    {
        // 61.2 s → 66 s; 66/60 × 0.0200 = 0.022 dollars = 66 × 200 units.
        var rated = Rate(Out(CaliforniaFar, durationUs: 61_200_000));

        Assert.Equal(
            (CallDirection.Outbound, VoiceService.Termination, RatingState.Rated),
            (rated.Direction!.Value, rated.Service!.Value, rated.State));
        Assert.Equal(
            (Jurisdiction.Interstate, JurisdictionBasis.AniDnis),
            (rated.Jurisdiction!.Value.Jurisdiction, rated.Jurisdiction.Value.Basis));
        Assert.Equal((66L, 200L, 13_200L), (rated.BillableSeconds!.Value, rated.RateE4!.Value, rated.ChargeUnits!.Value));
        Assert.Equal(0.022m, Charge.OfUnits(rated.ChargeUnits.Value).ToDecimal());
        Assert.Equal((ChargeKind.UsageDomestic, CallerIdSource.From), (rated.Kind!.Value, rated.CallerIdSource));
        Assert.Equal(new PatternShare(PricingProgram.FlatRate, NetworkTier.C, 66), rated.Pattern);
        Assert.Equal(("2025-05", "2025-05"), (rated.TierTableVersion, rated.AreaCodeTableVersion));
        Assert.Null(rated.TollFreeNumber);
    }

    [Theory]
    [InlineData(1, 6)] // the minimum
    [InlineData(0, 6)] // answered and ended at once
    [InlineData(6_000_000, 6)]
    [InlineData(6_000_001, 12)] // one microsecond into the next step; cut to milliseconds it would be 6
    [InlineData(12_000_000, 12)]
    [InlineData(12_000_999, 18)]
    public void Microseconds_are_rounded_up_once(long durationUs, long seconds) =>
        Assert.Equal(seconds, Rate(Out(UtahFar, durationUs)).BillableSeconds);

    [Fact]
    public void A_call_to_a_toll_free_number_of_the_account_is_inbound_and_keeps_the_number()
    {
        // Interstate toll free: California caller, Utah billing number; 60 s × 0.0400.
        var rated = Rate(In(TollFreeOwn, from: CaliforniaFar));

        Assert.Equal(
            (CallDirection.Inbound, VoiceService.TollFree, ChargeKind.UsageTollFree),
            (rated.Direction!.Value, rated.Service!.Value, rated.Kind!.Value));
        Assert.Equal(JurisdictionBasis.AniBtn, rated.Jurisdiction!.Value.Basis);
        Assert.Equal(TollFreeOwn, rated.TollFreeNumber!.Value.ToE164());
        Assert.Equal(60L * 400, rated.ChargeUnits);

        // The far end of an inbound call is its caller.
        Assert.Equal(NetworkTier.C, rated.Pattern!.Value.Tier);
    }

    [Fact]
    public void International_seconds_keep_their_exact_charge()
    {
        // 7 s at 0.1000 a minute: 7 × 1000 / 600000 = 0.011666… dollars, no decimal, but 7000 units.
        var rated = Rate(Out("+442079460000", durationUs: 7_000_000));

        Assert.Equal((ChargeKind.UsageInternational, 7_000L), (rated.Kind!.Value, rated.ChargeUnits!.Value));
        Assert.Null(rated.Pattern);
        Assert.False(rated.LeavesPatternOpen);
    }

    [Theory]
    [InlineData(TrustedCarrier, CallerIdSource.PAssertedIdentity, JurisdictionReason.CallerIdValid)]
    [InlineData(UntrustedCarrier, CallerIdSource.From, JurisdictionReason.CallerIdBlank)]
    public void An_asserted_identity_counts_only_from_a_trusted_trunk(
        string carrier, CallerIdSource source, JurisdictionReason reason)
    {
        var rated = Rate(In(TollFreeOwn, from: "anonymous", source: carrier, asserted: [UtahFar]));

        Assert.Equal((source, reason), (rated.CallerIdSource, rated.Jurisdiction!.Value.Reason));
    }

    [Fact]
    public void Remote_party_id_comes_after_the_asserted_identity()
    {
        var rated = Rate(In(TollFreeOwn, from: "anonymous", remote: [UtahFar]));
        Assert.Equal(
            (CallerIdSource.RemotePartyId, Jurisdiction.Intrastate),
            (rated.CallerIdSource, rated.Jurisdiction!.Value.Jurisdiction));
    }

    [Fact]
    public void What_was_dialled_decides_and_not_what_the_caller_wrote_into_To()
    {
        var rated = Rate(Out(CaliforniaFar, to: UtahFar));
        Assert.Equal(
            (Jurisdiction.Interstate, CalledNumberSource.RequestUri),
            (rated.Jurisdiction!.Value.Jurisdiction, rated.CalledNumberSource));

        rated = Rate(Out("9#1", to: UtahFar));
        Assert.Equal((RatingState.Unrated, UnratedReason.CalledNumberInvalid), (rated.State, rated.Unrated!.Value));

        rated = Rate(Out(null, to: UtahFar));
        Assert.Equal(
            (Jurisdiction.Intrastate, CalledNumberSource.To),
            (rated.Jurisdiction!.Value.Jurisdiction, rated.CalledNumberSource));
    }

    [Fact]
    public void An_inbound_call_to_a_routing_number_is_told_by_To()
    {
        var rated = Rate(In("+17255550100", to: TollFreeOwn));
        Assert.Equal(
            (CalledNumberSource.To, VoiceService.TollFree), (rated.CalledNumberSource, rated.Service!.Value));
    }

    [Fact]
    public void A_call_from_a_local_number_is_rejected_and_has_no_charge()
    {
        var rated = Rate(Out(UtahFar, from: Local));
        Assert.Equal((RatingState.Rejected, null, null), (rated.State, rated.Unrated, rated.ChargeUnits));
        Assert.False(rated.LeavesPatternOpen);
    }

    [Fact]
    public void A_call_to_a_toll_free_number_without_a_rate_is_zero_and_flagged()
    {
        var rated = Rate(Out("+18775550100"));
        Assert.Equal((RatingState.ZeroForWantOfRate, 0L), (rated.State, rated.ChargeUnits!.Value));
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.2", UnratedReason.DirectionUnknown)]
    [InlineData(TrustedCarrier, UntrustedCarrier, UnratedReason.DirectionUnknown)]
    [InlineData(OtherCustomer, TrustedCarrier, UnratedReason.DirectionUnknown)] // another account's trunk says nothing
    [InlineData(CustomerEdge, "198.18.1.9", UnratedReason.DirectionAmbiguous)]
    public void Without_a_customers_trunk_at_one_end_there_is_no_rate(
        string source, string destination, UnratedReason reason)
    {
        var rated = Rate(Signalling(source, destination, UtahOwn, UtahFar, UtahFar));
        Assert.Equal((RatingState.Unrated, reason), (rated.State, rated.Unrated!.Value));
        Assert.True(rated.LeavesPatternOpen);
        Assert.Null(rated.ChargeUnits);
    }

    [Fact]
    public void A_call_from_one_account_to_another_is_inbound_for_the_one_called()
    {
        var rated = Rate(Signalling(OtherCustomer, CustomerEdge, UtahFar, TollFreeOwn, TollFreeOwn));
        Assert.Equal((CallDirection.Inbound, RatingState.Rated), (rated.Direction!.Value, rated.State));
    }

    [Fact]
    public void An_inbound_call_to_a_number_that_is_not_held_is_unrated() =>
        Assert.Equal(UnratedReason.CalledNumberNotHeld, Rate(In("+18885550999")).Unrated);

    [Fact]
    public void An_unknown_end_is_no_duration_of_zero()
    {
        Assert.Equal(UnratedReason.DurationUnknown, Rate(Out(UtahFar, durationUs: null)).Unrated);
        Assert.Equal(UnratedReason.DurationUnknown, Rate(Out(UtahFar, durationUs: -1)).Unrated);
    }

    [Fact]
    public void Without_reference_data_nothing_is_rated() =>
        Assert.Equal(
            UnratedReason.DirectionUnknown, MeasuredCallRating.Rate(Out(UtahFar), ReferenceBook.Empty).Unrated);

    [Fact]
    public void A_charge_beyond_reason_is_unrated_and_stops_nothing()
    {
        // 100,000 dollars a minute for 20 minutes: two million dollars, beyond the million that one call may cost.
        var content = Content with
        {
            Rates = [ReferenceFixture.Rate(RateClass.Termination, Jurisdiction.Intrastate, 100_000m)],
        };
        var rated = MeasuredCallRating.Rate(
            Out(UtahFar, durationUs: 1_200_000_000), new ReferenceBook(content, "other"));

        Assert.Equal((UnratedReason.ChargeOutOfRange, null), (rated.Unrated!.Value, rated.ChargeUnits));
        Assert.Equal((null, null, null), (rated.BillableSeconds, rated.RateE4, rated.Kind));
        Assert.NotNull(rated.Pattern);

        // 10 minutes are a million dollars: 600 s × 10⁹ = 6·10¹¹ units, which one call may cost.
        rated = MeasuredCallRating.Rate(Out(UtahFar, durationUs: 600_000_000), new ReferenceBook(content, "other"));
        Assert.Equal((RatingState.Rated, 600_000_000_000L), (rated.State, rated.ChargeUnits!.Value));
    }

    [Fact]
    public void Without_any_called_number_none_was_taken() => Assert.Equal(
        (CalledNumberSource.None, UnratedReason.CalledNumberInvalid),
        (Rate(Out(null, to: "")).CalledNumberSource, Rate(Out(null, to: "")).Unrated!.Value));

    [Fact]
    public void A_rate_deck_without_the_rate_leaves_a_domestic_call_unrated_and_not_free()
    {
        var content = Content with { Rates = [ReferenceFixture.Rate(RateClass.Default, Jurisdiction.Indeterminate, 1m)] };
        var rated = MeasuredCallRating.Rate(Out(UtahFar), new ReferenceBook(content, "other"));
        Assert.Equal((UnratedReason.RateMissing, null), (rated.Unrated!.Value, rated.ChargeUnits));

        // Its place in the pattern is known all the same.
        Assert.False(rated.LeavesPatternOpen);
        Assert.Equal(new PatternShare(PricingProgram.FlatRate, NetworkTier.A, 60), rated.Pattern);

        // Only the account's own rates make a call to a toll-free number free; without any it is unrated.
        rated = MeasuredCallRating.Rate(
            Out("+18775550100"), new ReferenceBook(Content with { Rates = [], Decks = [] }, "other"));
        Assert.Equal((UnratedReason.RateMissing, null), (rated.Unrated!.Value, rated.ChargeUnits));
    }

    [Fact]
    public void A_call_out_from_a_Local_Number_is_told_and_one_to_the_emergency_service_as_such()
    {
        Assert.Equal(LocalNumberUse.Outbound, Use(Out(UtahFar, from: Local)));
        Assert.Equal(LocalNumberUse.Emergency, Use(Out("911", from: Local)));

        // What was dialled decides; To does where nothing was.
        Assert.Equal(LocalNumberUse.Outbound, Use(Out(UtahFar, to: "911", from: Local)));
        Assert.Equal(LocalNumberUse.Emergency, Use(Out(null, to: "911", from: Local)));

        // The customer's trunk is not believed when it asserts another number.
        Assert.Equal(
            LocalNumberUse.Outbound,
            Use(Signalling(CustomerEdge, TrustedCarrier, Local, UtahFar, UtahFar, asserted: [UtahOwn])));
    }

    [Fact]
    public void Other_numbers_and_other_ways_use_no_Local_Number_outward()
    {
        Assert.Null(Use(Out("911")));
        Assert.Null(Use(In(Local)));
        Assert.Null(Use(In(TollFreeOwn, from: Local)));
        Assert.Null(Use(Signalling(CustomerEdge, "198.18.1.9", Local, UtahFar, UtahFar)));
        Assert.Null(Use(Signalling(OtherCustomer, TrustedCarrier, Local, UtahFar, UtahFar)));
    }

    [Fact]
    public void A_run_of_calls_is_not_one_measured_call()
    {
        var run = new UsageCall(
            new CallIds("c", 2), "u", CallDirection.Outbound, VoiceService.Termination, PartyNumber.Read(UtahOwn),
            PartyNumber.Read(UtahFar), May, 60_000);
        var rated = CallRating.Rate(run, Book.RatingTablesOf("A-1"));
        var refused = Assert.Throws<ArgumentException>(
            () => CallRatingResult.Of(rated, CallerIdSource.From, CalledNumberSource.RequestUri));
        Assert.Equal("rated", refused.ParamName);
        Assert.Contains("several calls", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_instant_of_answer_is_kept_to_the_microsecond() => Assert.Equal(
        May + Duration.FromTicks(70),
        new CallSignalling { CallId = "1", AccountId = "A-1", UnitId = "u", AnsweredAtUs = May1Us + 7 }.AnsweredAt);

    internal static CallSignalling Out(
        string? dialled, long? durationUs = 60_000_000, string? to = null, string from = UtahOwn) =>
        Signalling(CustomerEdge, TrustedCarrier, from, to ?? dialled, dialled, durationUs);

    internal static CallSignalling In(
        string dialled, string from = UtahFar, string? to = null, string source = TrustedCarrier,
        string[]? asserted = null, string[]? remote = null) =>
        Signalling(source, CustomerEdge, from, to ?? dialled, dialled, 60_000_000, asserted, remote);

    private static LocalNumberUse? Use(CallSignalling call) => MeasuredCallRating.FindLocalNumberUse(call, Book);

    private static CallRatingResult Rate(CallSignalling call) => MeasuredCallRating.Rate(call, Book);

    private static CallSignalling Signalling(
        string source, string destination, string from, string? to, string? dialled, long? durationUs = 60_000_000,
        string[]? asserted = null, string[]? remote = null) => new()
    {
        CallId = "1",
        AccountId = "A-1",
        UnitId = "u",
        Source = Address(source),
        SourcePort = 5060,
        Destination = Address(destination),
        DestinationPort = 5060,
        From = from,
        To = to,
        RequestUser = dialled,
        AssertedIdentities = asserted ?? [],
        RemotePartyIds = remote ?? [],
        AnsweredAtUs = May1Us,
        EndedAtUs = May1Us + durationUs,
    };
}
