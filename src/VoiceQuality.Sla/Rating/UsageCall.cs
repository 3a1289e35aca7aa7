using NodaTime;
using VoiceQuality.Sla.Accounts;

namespace VoiceQuality.Sla.Rating;

/// <summary>One call to be billed, or a run of identical ones. It prints no digits.</summary>
/// <param name="Ids">Ids, one of a kind within the account.</param>
/// <param name="UnitId">Business unit.</param>
/// <param name="Direction">Which way it went.</param>
/// <param name="Service">The service that carried it.</param>
/// <param name="Ani">The caller's number.</param>
/// <param name="Dnis">The called number.</param>
/// <param name="AnsweredAt">Instant of answer; null when it was not answered.</param>
/// <param name="DurationMs">Milliseconds from answer to end; null when the end is not known.</param>
public sealed record UsageCall(
    CallIds Ids,
    string UnitId,
    CallDirection Direction,
    VoiceService Service,
    PartyNumber Ani,
    PartyNumber Dnis,
    Instant? AnsweredAt,
    long? DurationMs);

/// <summary>What calls are rated by. What is null is missing, and calls that need it are unrated.</summary>
public sealed record RatingTables
{
    /// <summary>The rates; null when there are none.</summary>
    public RateDeck? Rates { get; init; }

    /// <summary>The pricing program.</summary>
    public ProgramHistory? Programs { get; init; }

    /// <summary>The area-code table.</summary>
    public EffectiveDated<AreaCodeTable>? AreaCodes { get; init; }

    /// <summary>The monthly editions of the tier table.</summary>
    public EffectiveDated<TierTable>? Tiers { get; init; }

    /// <summary>Billing telephone number of the Contract Address; blank when there is none .</summary>
    public PartyNumber BillingNumber { get; init; }

    /// <summary>
    /// Billing telephone numbers over time; null when <see cref="BillingNumber"/> was always in force.
    /// </summary>
    public EffectiveDated<PartyNumber>? BillingNumbers { get; init; }

    /// <summary>The numbers that the account holds .</summary>
    public required IReadOnlySet<PhoneNumber> AccountNumbers { get; init; }

    /// <summary>When it held which; null when it always held all of <see cref="AccountNumbers"/>.</summary>
    public NumberHoldings? Holdings { get; init; }

    /// <summary>The billing telephone number at an instant; blank when there was none.</summary>
    public PartyNumber BillingNumberAt(Instant at) =>
        BillingNumbers is null ? BillingNumber : BillingNumbers.TryGetAt(at, out var number) ? number : default;

    /// <summary>Whether the account held a number at an instant.</summary>
    public bool HoldsAt(PhoneNumber number, Instant at) =>
        Holdings?.Holds(number, at) ?? AccountNumbers.Contains(number);
}

/// <summary>Why a call has no charge.</summary>
public enum UnratedReason
{
    /// <summary>There is no area-code table for the time of the call.</summary>
    AreaCodeTableMissing,

    /// <summary>The called number cannot be, or its area code is nobody's.</summary>
    CalledNumberInvalid,

    /// <summary>The contract does not say how such a call is billed.</summary>
    NoRuleForService,

    /// <summary>No pricing program was in force.</summary>
    ProgramMissing,

    /// <summary>The contract's rates hold none for the call.</summary>
    RateMissing,

    /// <summary>The international or extended deck has no row for the called number .</summary>
    DeckRowMissing,

    /// <summary>No edition of the tier table was in force, so the surcharge cannot be told.</summary>
    TierTableMissing,

    /// <summary>The end of the call is not known, or its duration is out of range.</summary>
    DurationUnknown,

    /// <summary>Two calls with one id say different things.</summary>
    ConflictingCalls,

    /// <summary>
    /// Neither end is a customer's trunk of the account, so that nobody knows which way the call went.
    /// </summary>
    DirectionUnknown,

    /// <summary>Both ends are customer's trunks of the account.</summary>
    DirectionAmbiguous,

    /// <summary>An inbound call to a number that the account does not hold, so that its service is not known.</summary>
    CalledNumberNotHeld,

    /// <summary>The numbers of the call were deleted on schedule before it could be rated.</summary>
    NumbersForgotten,

    /// <summary>The charge of one call is larger than can be.</summary>
    ChargeOutOfRange,
}

/// <summary>What one call costs, or why it costs nothing yet.</summary>
/// <param name="Call">The call.</param>
/// <param name="Jurisdiction">What it is billed as.</param>
/// <param name="BillableSeconds">Billable seconds of one call; null when not rated.</param>
/// <param name="Rate">US dollars per minute; null when not rated.</param>
/// <param name="Charge">US dollars of all calls of the run, exact; null when not rated.</param>
/// <param name="Program">Pricing program at the answer; null when not needed or missing.</param>
/// <param name="Tier">Tier of the far end; null when unknown or not needed.</param>
/// <param name="TierTableVersion">Edition that the tier was looked up in; null when it was not.</param>
/// <param name="AreaCodeTableVersion">Edition of the area-code table; null when there was none.</param>
/// <param name="Unrated">Why there is no charge; null when there is one.</param>
/// <param name="IsZeroForWantOfRate">
/// The charge is 0.0000 because the contract has no rate for calls to toll-free numbers. Somebody should look.
/// </param>
public sealed record RatedCall(
    UsageCall Call,
    JurisdictionDecision Jurisdiction,
    long? BillableSeconds,
    Rate? Rate,
    Charge? Charge,
    PricingProgram? Program,
    NetworkTier? Tier,
    string? TierTableVersion,
    string? AreaCodeTableVersion,
    UnratedReason? Unrated,
    bool IsZeroForWantOfRate)
{
    /// <summary>Toll-free number of the account that was called; null for none.</summary>
    public PhoneNumber? TollFreeNumber =>
        Call is { Direction: CallDirection.Inbound, Service: VoiceService.TollFree, Dnis.Form: NumberForm.TollFree }
            ? Call.Dnis.Number
            : null;
}
