using VoiceQuality.Sla.Rating;
using static VoiceQuality.Sla.Tests.Rating.RatingFixture;

namespace VoiceQuality.Sla.Tests.Rating;

public class JurisdictionTests
{
    [Theory]

    // in, toll-free | valid | ANI state = BTN state?
    [InlineData("+12135550188", "+14155550100", Jurisdiction.Intrastate, JurisdictionReason.CallerIdValid)]
    [InlineData("+18015550188", "+14155550100", Jurisdiction.Interstate, JurisdictionReason.CallerIdValid)]
    [InlineData("+19075550188", "+14155550100", Jurisdiction.Interstate, JurisdictionReason.CallerIdValid)]

    // in, toll-free | toll-free, blank, invalid, no BTN | default rate
    [InlineData("+18005551234", "+14155550100", Jurisdiction.Indeterminate, JurisdictionReason.CallerIdTollFree)]
    [InlineData("", "+14155550100", Jurisdiction.Indeterminate, JurisdictionReason.CallerIdBlank)]
    [InlineData("anonymous", "+14155550100", Jurisdiction.Indeterminate, JurisdictionReason.CallerIdBlank)]
    [InlineData("1111111111", "+14155550100", Jurisdiction.Indeterminate, JurisdictionReason.CallerIdInvalid)]
    [InlineData("9999999999", "+14155550100", Jurisdiction.Indeterminate, JurisdictionReason.CallerIdInvalid)]
    [InlineData("+442079460000", "+14155550100", Jurisdiction.Indeterminate, JurisdictionReason.CallerIdForeign)]
    [InlineData("+14165550100", "+14155550100", Jurisdiction.Indeterminate, JurisdictionReason.CallerIdForeign)]
    [InlineData("+12135550188", null, Jurisdiction.Indeterminate, JurisdictionReason.BillingNumberMissing)]
    [InlineData("+12135550188", "+18885550123", Jurisdiction.Indeterminate, JurisdictionReason.BillingNumberMissing)]
    public void An_inbound_toll_free_call_goes_by_caller_and_billing_number(
        string ani, string? btn, Jurisdiction jurisdiction, JurisdictionReason reason)
    {
        var decision = Decide(CallDirection.Inbound, VoiceService.TollFree, ani, TollFreeOwn, btn);
        var rate = jurisdiction == Jurisdiction.Indeterminate ? RateClass.Default : RateClass.TollFree;
        Assert.Equal(new JurisdictionDecision(jurisdiction, JurisdictionBasis.AniBtn, reason, rate), decision);
        Assert.Equal("ANI/BTN", decision.BasisText);
    }

    [Theory]

    // out | foreign | any, even blank
    [InlineData("+442079460000", UtahOwn, Jurisdiction.International)]
    [InlineData("+442079460000", "", Jurisdiction.International)]
    [InlineData("+14165550100", UtahOwn, Jurisdiction.International)]
    [InlineData("+18765550100", "anonymous", Jurisdiction.International)]

    // out | toll-free | any
    [InlineData("+18775550100", UtahOwn, Jurisdiction.OutboundTollFree)]
    [InlineData("+18775550100", "1111111111", Jurisdiction.OutboundTollFree)]

    // out | extended | any
    [InlineData("+19075550111", UtahOwn, Jurisdiction.Extended)]
    [InlineData("+18085550111", "", Jurisdiction.Extended)]
    [InlineData("+17875550111", UtahOwn, Jurisdiction.Extended)]
    [InlineData("+16715550111", UtahOwn, Jurisdiction.Extended)]
    [InlineData("+13405550111", UtahOwn, Jurisdiction.Extended)]
    [InlineData("+16845550111", UtahOwn, Jurisdiction.Extended)]
    [InlineData("+16705550111", "+19075550100", Jurisdiction.Extended)]
    public void The_called_number_decides_first(string dnis, string ani, Jurisdiction jurisdiction)
    {
        var decision = Decide(CallDirection.Outbound, VoiceService.Termination, ani, dnis, UtahOwn);
        Assert.Equal((jurisdiction, "DNIS"), (decision.Jurisdiction, decision.BasisText));
        Assert.Equal(WireName.Of(jurisdiction), WireName.Of(decision.RateClass));
    }

    [Theory]

    // out | domestic | blank, invalid, foreign | default rate
    [InlineData("", JurisdictionReason.CallerIdBlank)]
    [InlineData("unknown", JurisdictionReason.CallerIdBlank)]
    [InlineData("9999999999", JurisdictionReason.CallerIdInvalid)]
    [InlineData("+18019110100", JurisdictionReason.CallerIdInvalid)]
    [InlineData("+442079460000", JurisdictionReason.CallerIdForeign)]
    [InlineData("+14165550100", JurisdictionReason.CallerIdForeign)]
    public void A_domestic_call_without_a_valid_caller_id_is_indeterminate(string ani, JurisdictionReason reason) =>
        Assert.Equal(
            new JurisdictionDecision(
                Jurisdiction.Indeterminate, JurisdictionBasis.AniDnis, reason, RateClass.Default),
            Decide(CallDirection.Outbound, VoiceService.Termination, ani, UtahFar, UtahOwn));

    [Theory]

    // out | domestic | toll-free, or not the account's | BTN state = DNIS state?
    [InlineData("+18885550123", UtahFar, Jurisdiction.Intrastate, JurisdictionReason.CallerIdTollFree)]
    [InlineData("+18885550123", CaliforniaFar, Jurisdiction.Interstate, JurisdictionReason.CallerIdTollFree)]
    [InlineData("+12135550177", CaliforniaFar, Jurisdiction.Interstate, JurisdictionReason.CallerIdChanged)]
    [InlineData("+12135550177", UtahFar, Jurisdiction.Intrastate, JurisdictionReason.CallerIdChanged)]
    public void A_toll_free_or_changed_caller_id_leaves_it_to_the_billing_number(
        string ani, string dnis, Jurisdiction jurisdiction, JurisdictionReason reason) =>
        Assert.Equal(
            new JurisdictionDecision(jurisdiction, JurisdictionBasis.BtnDnis, reason, RateClass.Termination),
            Decide(CallDirection.Outbound, VoiceService.Termination, ani, dnis, UtahOwn));

    [Fact]
    public void The_accounts_own_toll_free_number_leaves_it_to_the_billing_number_too()
    {
        var own = Own.Append(PartyNumber.Read(TollFreeOwn).Number).ToHashSet();
        var decision = JurisdictionRule.Decide(
            new JurisdictionInput(
                CallDirection.Outbound, VoiceService.Termination, PartyNumber.Read(TollFreeOwn),
                PartyNumber.Read(UtahFar), PartyNumber.Read(UtahOwn), own),
            AreaCodes);
        Assert.Equal((Jurisdiction.Intrastate, "BTN/DNIS"), (decision.Jurisdiction, decision.BasisText));
    }

    [Theory]
    [InlineData("+18885550123", null)]
    [InlineData("+12135550177", "")]
    [InlineData("+12135550177", "+442079460000")]
    public void Without_a_billing_number_in_a_state_the_distance_cannot_be_told(string ani, string? btn)
    {
        var decision = Decide(CallDirection.Outbound, VoiceService.Termination, ani, UtahFar, btn);
        Assert.Equal(
            new JurisdictionDecision(
                Jurisdiction.Indeterminate, JurisdictionBasis.BtnDnis, JurisdictionReason.BillingNumberMissing,
                RateClass.Default),
            decision);
    }

    [Theory]

    // out | domestic | the account's own | ANI state = DNIS state?
    [InlineData(UtahOwn, UtahFar, Jurisdiction.Intrastate)]
    [InlineData(UtahOwn, CaliforniaFar, Jurisdiction.Interstate)]
    [InlineData(NewYorkOwn, UtahFar, Jurisdiction.Interstate)]
    [InlineData("+19075550100", UtahFar, Jurisdiction.Interstate)]
    [InlineData(UtahOwn, "+12025550100", Jurisdiction.Interstate)]
    public void An_own_caller_id_and_the_called_number_decide_otherwise(
        string ani, string dnis, Jurisdiction jurisdiction) =>
        Assert.Equal(
            new JurisdictionDecision(
                jurisdiction, JurisdictionBasis.AniDnis, JurisdictionReason.CallerIdValid, RateClass.Termination),
            Decide(CallDirection.Outbound, VoiceService.Termination, ani, dnis, null));

    [Theory]
    [InlineData(UtahFar)]
    [InlineData("+442079460000")]
    [InlineData("911")]
    public void A_local_number_cannot_call_out(string dnis)
    {
        var decision = Decide(CallDirection.Outbound, VoiceService.Local, UtahOwn, dnis, UtahOwn);
        Assert.Equal(
            (Jurisdiction.Rejected, "LOCAL_NUMBERS_ARE_INBOUND_ONLY", null),
            (decision.Jurisdiction, decision.BasisText, decision.RateClass));
    }

    [Fact]
    public void What_the_contract_does_not_cover_is_unrated_and_says_why()
    {
        Assert.Equal(
            JurisdictionReason.NoRuleForService,
            Decide(CallDirection.Inbound, VoiceService.Local, UtahFar, UtahOwn, UtahOwn).Reason);
        foreach (var dnis in new[] { "911", "+19995550100", "", "442079460000" })
        {
            var decision = Decide(CallDirection.Outbound, VoiceService.Termination, UtahOwn, dnis, UtahOwn);
            Assert.Equal(
                (Jurisdiction.Unrated, JurisdictionReason.CalledNumberInvalid, null),
                (decision.Jurisdiction, decision.Reason, decision.RateClass));
        }
    }

    [Fact]
    public void Without_an_area_code_table_only_what_needs_none_is_decided()
    {
        Assert.Equal(Jurisdiction.International, Without("+442079460000").Jurisdiction);
        Assert.Equal(Jurisdiction.OutboundTollFree, Without("+18775550100").Jurisdiction);
        Assert.Equal(JurisdictionReason.AreaCodeTableMissing, Without(UtahFar).Reason);

        static JurisdictionDecision Without(string dnis) => JurisdictionRule.Decide(
            new JurisdictionInput(
                CallDirection.Outbound, VoiceService.Termination, PartyNumber.Read(UtahOwn), PartyNumber.Read(dnis),
                default, Own),
            null);
    }

    [Fact]
    public void Without_an_area_code_table_a_toll_free_call_is_decided_only_if_its_caller_needs_none()
    {
        Assert.Equal(
            new JurisdictionDecision(
                Jurisdiction.Unrated, JurisdictionBasis.AniBtn, JurisdictionReason.AreaCodeTableMissing, null),
            Without(UtahFar));
        Assert.Equal(JurisdictionReason.CallerIdBlank, Without("").Reason);
        Assert.Equal(JurisdictionReason.CallerIdForeign, Without("+442079460000").Reason);
        Assert.Equal(JurisdictionReason.CallerIdInvalid, Without("1111111111").Reason);

        static JurisdictionDecision Without(string ani) => JurisdictionRule.Decide(
            new JurisdictionInput(
                CallDirection.Inbound, VoiceService.TollFree, PartyNumber.Read(ani), PartyNumber.Read(TollFreeOwn),
                PartyNumber.Read(UtahOwn), Own),
            null);
    }

    [Fact]
    public void The_numbers_of_the_account_have_to_be_told()
    {
        var refused = Assert.Throws<ArgumentNullException>(() => JurisdictionRule.Decide(default, AreaCodes));
        Assert.Equal("call.AccountNumbers", refused.ParamName);
    }

    private static JurisdictionDecision Decide(
        CallDirection direction, VoiceService service, string? ani, string? dnis, string? btn) =>
        JurisdictionRule.Decide(
            new JurisdictionInput(
                direction, service, PartyNumber.Read(ani), PartyNumber.Read(dnis), PartyNumber.Read(btn), Own),
            AreaCodes);
}
