using VoiceQuality.Sla.Accounts;

namespace VoiceQuality.Sla.Rating;

/// <summary>Which way a call went, as the account sees it.</summary>
public enum CallDirection
{
    /// <summary>To the account.</summary>
    Inbound,

    /// <summary>From the account.</summary>
    Outbound,
}

/// <summary>The service that carried a call.</summary>
public enum VoiceService
{
    /// <summary>Calls placed by the account.</summary>
    Termination,

    /// <summary>Calls to a toll-free number of the account.</summary>
    TollFree,

    /// <summary>A Local Number: inbound only .</summary>
    Local,
}

/// <summary>How a call is billed by where it went.</summary>
public enum Jurisdiction
{
    /// <summary>Both ends in one state.</summary>
    Intrastate,

    /// <summary>The ends in two states.</summary>
    Interstate,

    /// <summary>The distance cannot be told: default rate .</summary>
    Indeterminate,

    /// <summary>To another country, Canada and the Caribbean among them.</summary>
    International,

    /// <summary>To Alaska, Hawaii or a territory.</summary>
    Extended,

    /// <summary>To a toll-free number.</summary>
    OutboundTollFree,

    /// <summary>A call that the service does not offer; it is not billed .</summary>
    Rejected,

    /// <summary>The contract or the tables do not say. It is not billed until somebody does.</summary>
    Unrated,
}

/// <summary>Which numbers decided.</summary>
public enum JurisdictionBasis
{
    /// <summary>No number decided.</summary>
    None,

    /// <summary>The caller's and the billing telephone number.</summary>
    AniBtn,

    /// <summary>The caller's and the called number.</summary>
    AniDnis,

    /// <summary>The billing telephone number and the called number.</summary>
    BtnDnis,

    /// <summary>The called number alone.</summary>
    Dnis,

    /// <summary>The service: Local Numbers are inbound only.</summary>
    LocalNumbersAreInboundOnly,
}

/// <summary>Why those numbers decided, or why nothing could be decided.</summary>
public enum JurisdictionReason
{
    /// <summary>The caller's number is valid (and the account's own, where that matters).</summary>
    CallerIdValid,

    /// <summary>The account does not hold the caller's number, so it was changed .</summary>
    CallerIdChanged,

    /// <summary>The caller's number is toll free .</summary>
    CallerIdTollFree,

    /// <summary>There is no caller's number .</summary>
    CallerIdBlank,

    /// <summary>The caller's number cannot be, or its area code is nobody's .</summary>
    CallerIdInvalid,

    /// <summary>The caller's number is of another country, on a domestic call .</summary>
    CallerIdForeign,

    /// <summary>The billing telephone number is needed, and missing or not in a state .</summary>
    BillingNumberMissing,

    /// <summary>The called number is in another country.</summary>
    CalledNumberForeign,

    /// <summary>The called number is toll free.</summary>
    CalledNumberTollFree,

    /// <summary>The called number is in Alaska, Hawaii or a territory.</summary>
    CalledNumberExtended,

    /// <summary>A call from a Local Number .</summary>
    LocalNumbersAreInboundOnly,

    /// <summary>The called number cannot be, or its area code is nobody's. No row of the contract covers it.</summary>
    CalledNumberInvalid,

    /// <summary>There is no area-code table for the time of the call.</summary>
    AreaCodeTableMissing,

    /// <summary>The contract does not say how an inbound call of this service is billed.</summary>
    NoRuleForService,
}

/// <summary>Which of the contract's rates applies.</summary>
public enum RateClass
{
    /// <summary>Termination rate, by jurisdiction.</summary>
    Termination,

    /// <summary>Toll-free rate, by jurisdiction.</summary>
    TollFree,

    /// <summary>The contract's default rate, for indeterminate calls.</summary>
    Default,

    /// <summary>International deck.</summary>
    International,

    /// <summary>Deck of the extended territories.</summary>
    Extended,

    /// <summary>The contract's rate for calls to toll-free numbers, else 0.0000 with a flag.</summary>
    OutboundTollFree,
}

/// <summary>What a call is billed as, on what basis, and why.</summary>
/// <param name="Jurisdiction">What it is billed as.</param>
/// <param name="Basis">Which numbers decided.</param>
/// <param name="Reason">Why those.</param>
/// <param name="RateClass">Which rate applies; null when the call is not billed.</param>
public readonly record struct JurisdictionDecision(
    Jurisdiction Jurisdiction, JurisdictionBasis Basis, JurisdictionReason Reason, RateClass? RateClass)
{
    /// <summary>Whether the call is a domestic one: it is billed by sixes and is part of the call pattern.</summary>
    public bool IsDomestic => Jurisdiction is Jurisdiction.Intrastate
        or Jurisdiction.Interstate
        or Jurisdiction.Indeterminate
        or Jurisdiction.OutboundTollFree;

    /// <summary>The basis as it is written on a decision: "ANI/DNIS"; null when no number decided.</summary>
    public string? BasisText => Basis switch
    {
        JurisdictionBasis.AniBtn => "ANI/BTN",
        JurisdictionBasis.AniDnis => "ANI/DNIS",
        JurisdictionBasis.BtnDnis => "BTN/DNIS",
        JurisdictionBasis.None => null,
        _ => WireName.Of(Basis),
    };
}

/// <summary>What the rule looks at. It prints no digits.</summary>
/// <param name="Direction">Which way the call went.</param>
/// <param name="Service">The service that carried it.</param>
/// <param name="Ani">The caller's number.</param>
/// <param name="Dnis">The called number.</param>
/// <param name="Btn">Billing telephone number of the Contract Address; blank when there is none.</param>
/// <param name="AccountNumbers">The numbers that the account holds.</param>
public readonly record struct JurisdictionInput(
    CallDirection Direction,
    VoiceService Service,
    PartyNumber Ani,
    PartyNumber Dnis,
    PartyNumber Btn,
    IReadOnlySet<PhoneNumber> AccountNumbers);
