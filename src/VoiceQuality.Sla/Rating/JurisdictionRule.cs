namespace VoiceQuality.Sla.Rating;

/// <summary>Decides jurisdiction (voice connectivity terms, section 2; ).</summary>
public static class JurisdictionRule
{
    /// <summary>
    /// Asks in the order of R-67, and the first that applies decides: a call from a Local Number; called number
    /// abroad; toll free; in an extended territory; caller's number blank or invalid; toll free or changed; and else
    /// the two numbers themselves.
    /// </summary>
    /// <param name="call">The call.</param>
    /// <param name="areaCodes">The table in force when the call was answered; null when there is none.</param>
    public static JurisdictionDecision Decide(in JurisdictionInput call, AreaCodeTable? areaCodes)
    {
        ArgumentNullException.ThrowIfNull(call.AccountNumbers);
        return call switch
        {
            { Direction: CallDirection.Outbound, Service: VoiceService.Local } => new JurisdictionDecision(
                Jurisdiction.Rejected,
                JurisdictionBasis.LocalNumbersAreInboundOnly,
                JurisdictionReason.LocalNumbersAreInboundOnly,
                null),
            { Direction: CallDirection.Outbound } => Outbound(call, areaCodes),
            { Service: VoiceService.TollFree } => InboundTollFree(call, areaCodes),
            _ => Unrated(JurisdictionBasis.None, JurisdictionReason.NoRuleForService),
        };
    }

    private static JurisdictionDecision Outbound(in JurisdictionInput call, AreaCodeTable? areaCodes)
    {
        switch (call.Dnis.Form)
        {
            case NumberForm.Foreign:
                return ByCalled(Jurisdiction.International, JurisdictionReason.CalledNumberForeign);
            case NumberForm.TollFree:
                return ByCalled(Jurisdiction.OutboundTollFree, JurisdictionReason.CalledNumberTollFree);
            case NumberForm.NorthAmerican when areaCodes is null:
                return Unrated(JurisdictionBasis.Dnis, JurisdictionReason.AreaCodeTableMissing);
        }

        var called = areaCodes?.Find(call.Dnis);
        return called?.Kind switch
        {
            null => Unrated(JurisdictionBasis.Dnis, JurisdictionReason.CalledNumberInvalid),
            RegionKind.Foreign => ByCalled(Jurisdiction.International, JurisdictionReason.CalledNumberForeign),
            RegionKind.Extended => ByCalled(Jurisdiction.Extended, JurisdictionReason.CalledNumberExtended),
            _ => OutboundDomestic(call, called, areaCodes!),
        };
    }

    private static JurisdictionDecision OutboundDomestic(
        in JurisdictionInput call, Region called, AreaCodeTable areaCodes)
    {
        if (call.Ani.Form != NumberForm.TollFree)
        {
            var caller = areaCodes.Find(call.Ani);
            if (FaultOf(call.Ani, caller) is { } fault)
            {
                return Indeterminate(JurisdictionBasis.AniDnis, fault);
            }

            if (call.AccountNumbers.Contains(call.Ani.Number))
            {
                return ByStates(
                    caller!, called, JurisdictionBasis.AniDnis, JurisdictionReason.CallerIdValid,
                    RateClass.Termination);
            }
        }

        var reason = call.Ani.Form == NumberForm.TollFree
            ? JurisdictionReason.CallerIdTollFree
            : JurisdictionReason.CallerIdChanged;
        return StateOfBilling(call.Btn, areaCodes) is { } billing
            ? ByStates(billing, called, JurisdictionBasis.BtnDnis, reason, RateClass.Termination)
            : Indeterminate(JurisdictionBasis.BtnDnis, JurisdictionReason.BillingNumberMissing);
    }

    private static JurisdictionDecision InboundTollFree(in JurisdictionInput call, AreaCodeTable? areaCodes)
    {
        if (call.Ani.Form == NumberForm.TollFree)
        {
            return Indeterminate(JurisdictionBasis.AniBtn, JurisdictionReason.CallerIdTollFree);
        }

        if (areaCodes is null && call.Ani.Form == NumberForm.NorthAmerican)
        {
            return Unrated(JurisdictionBasis.AniBtn, JurisdictionReason.AreaCodeTableMissing);
        }

        var caller = areaCodes?.Find(call.Ani);
        if (FaultOf(call.Ani, caller) is { } fault)
        {
            return Indeterminate(JurisdictionBasis.AniBtn, fault);
        }

        return StateOfBilling(call.Btn, areaCodes!) is { } billing
            ? ByStates(
                caller!, billing, JurisdictionBasis.AniBtn, JurisdictionReason.CallerIdValid, RateClass.TollFree)
            : Indeterminate(JurisdictionBasis.AniBtn, JurisdictionReason.BillingNumberMissing);
    }

    // A number abroad is no valid caller id of a domestic call; one in an extended territory is.
    private static JurisdictionReason? FaultOf(PartyNumber ani, Region? caller) => ani.Form switch
    {
        NumberForm.Blank => JurisdictionReason.CallerIdBlank,
        NumberForm.Foreign => JurisdictionReason.CallerIdForeign,
        NumberForm.NorthAmerican when caller is { Kind: RegionKind.Foreign } => JurisdictionReason.CallerIdForeign,
        NumberForm.NorthAmerican when caller is not null => null,
        _ => JurisdictionReason.CallerIdInvalid,
    };

    private static Region? StateOfBilling(PartyNumber btn, AreaCodeTable areaCodes) =>
        areaCodes.Find(btn) is { Kind: not RegionKind.Foreign } region ? region : null;

    private static JurisdictionDecision ByStates(
        Region one, Region other, JurisdictionBasis basis, JurisdictionReason reason, RateClass rateClass) =>
        new(one.Code == other.Code ? Jurisdiction.Intrastate : Jurisdiction.Interstate, basis, reason, rateClass);

    private static JurisdictionDecision ByCalled(Jurisdiction jurisdiction, JurisdictionReason reason) =>
        new(jurisdiction, JurisdictionBasis.Dnis, reason, jurisdiction switch
        {
            Jurisdiction.International => RateClass.International,
            Jurisdiction.Extended => RateClass.Extended,
            _ => RateClass.OutboundTollFree,
        });

    private static JurisdictionDecision Indeterminate(JurisdictionBasis basis, JurisdictionReason reason) =>
        new(Jurisdiction.Indeterminate, basis, reason, RateClass.Default);

    private static JurisdictionDecision Unrated(JurisdictionBasis basis, JurisdictionReason reason) =>
        new(Jurisdiction.Unrated, basis, reason, null);
}
