using NodaTime;
using VoiceQuality.Sla.Accounts;

namespace VoiceQuality.Sla.Rating;

/// <summary>Rates one answered call .</summary>
public static class CallRating
{
    private static readonly HashSet<PhoneNumber> NoNumbers = [];

    /// <summary>
    /// Finds jurisdiction, tier, rate and charge, all as of the instant of answer. What is missing is named; nothing
    /// is billed at 0 for want of a table, but for a call to a toll-free number without a contract rate, which is
    /// flagged.
    /// </summary>
    /// <exception cref="ArgumentException">The call was not answered.</exception>
    public static RatedCall Rate(UsageCall call, RatingTables tables)
    {
        ArgumentNullException.ThrowIfNull(call);
        ArgumentNullException.ThrowIfNull(tables);
        if (call.AnsweredAt is not { } answeredAt)
        {
            throw new ArgumentException("The call was not answered.", nameof(call));
        }

        var areaCodes = InForce(tables.AreaCodes, answeredAt);
        var jurisdiction = JurisdictionRule.Decide(
            new JurisdictionInput(
                call.Direction,
                call.Service,
                call.Ani,
                call.Dnis,
                tables.BillingNumberAt(answeredAt),
                tables.HoldsAt(call.Ani.Number, answeredAt) ? new HashSet<PhoneNumber> { call.Ani.Number } : NoNumbers),
            areaCodes);
        var rated = new RatedCall(
            call, jurisdiction, null, null, null, null, null, null, areaCodes?.Version, null, false);

        if (jurisdiction.RateClass is not { } rateClass)
        {
            return rated with { Unrated = ReasonOf(jurisdiction) };
        }

        if (call.DurationMs is not (>= 0 and <= Rating.BillableSeconds.MaxDurationMs))
        {
            return rated with { Unrated = UnratedReason.DurationUnknown };
        }

        return jurisdiction.IsDomestic
            ? Domestic(rated, rateClass, tables, answeredAt)
            : ByPrefix(rated, rateClass, tables, answeredAt);
    }

    private static RatedCall Domestic(
        RatedCall rated, RateClass rateClass, RatingTables tables, Instant answeredAt)
    {
        if (tables.Programs?.Find(answeredAt) is not { } program)
        {
            return rated with { Unrated = UnratedReason.ProgramMissing };
        }

        rated = rated with { Program = program };
        if (InForce(tables.Tiers, answeredAt) is { } tiers)
        {
            // The far end: the called number outbound, the calling number inbound.
            var farEnd = rated.Call.Direction == CallDirection.Outbound ? rated.Call.Dnis : rated.Call.Ani;
            rated = rated with { Tier = tiers.Find(farEnd), TierTableVersion = tiers.Version };
        }
        else if (program != PricingProgram.LataOcn)
        {
            // The flat rate needs tiers for its surcharge, the tiered program for its rates.
            return rated with { Unrated = UnratedReason.TierTableMissing };
        }

        var found = tables.Rates?.FindDomestic(
            program, rateClass, rated.Jurisdiction.Jurisdiction, rated.Tier, answeredAt);
        return found is { } rate ? Charged(rated, rate)
            : rateClass == RateClass.OutboundTollFree && tables.Rates is not null
                ? Charged(rated, default) with { IsZeroForWantOfRate = true }
                : rated with { Unrated = UnratedReason.RateMissing };
    }

    private static RatedCall ByPrefix(
        RatedCall rated, RateClass rateClass, RatingTables tables, Instant answeredAt) =>
        tables.Rates?.FindPrefix(rateClass, rated.Call.Dnis.Number, answeredAt) is { } row
            ? Charged(rated, row)
            : rated with { Unrated = UnratedReason.DeckRowMissing };

    private static RatedCall Charged(RatedCall rated, RatedBy by)
    {
        var seconds = Rating.BillableSeconds.Of(true, rated.Call.DurationMs!.Value, by.Increment);
        return rated with
        {
            BillableSeconds = seconds,
            Rate = by.Rate,
            Charge = Rating.Charge.Of(by.Rate, seconds, rated.Call.Ids.Count),
        };
    }

    private static UnratedReason? ReasonOf(JurisdictionDecision decision) => decision.Reason switch
    {
        JurisdictionReason.AreaCodeTableMissing => UnratedReason.AreaCodeTableMissing,
        JurisdictionReason.CalledNumberInvalid => UnratedReason.CalledNumberInvalid,
        JurisdictionReason.NoRuleForService => UnratedReason.NoRuleForService,
        _ => null,
    };

    private static T? InForce<T>(EffectiveDated<T>? tables, Instant at)
        where T : class => tables is not null && tables.TryGetAt(at, out var table) ? table : null;
}
