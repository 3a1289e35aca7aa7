using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Usage;

namespace VoiceQuality.Sla.Rating;

/// <summary>A call's share of the call pattern: it is an answered domestic call.</summary>
/// <param name="Program">Pricing program at its answer .</param>
/// <param name="Tier">Tier of the far end; null when the table has no row for it .</param>
/// <param name="Seconds">Billable seconds by the domestic steps, which bear a surcharge.</param>
public readonly record struct PatternShare(PricingProgram Program, NetworkTier? Tier, long Seconds);

/// <summary>Whether an answered call has a charge.</summary>
public enum RatingState
{
    /// <summary>It has.</summary>
    Rated,

    /// <summary>It is 0.0000 because the contract has no rate for calls to toll-free numbers .</summary>
    ZeroForWantOfRate,

    /// <summary>The service does not offer such a call; it is not billed and raises an alarm .</summary>
    Rejected,

    /// <summary>It has none, and so the usage of its unit and month is not known.</summary>
    Unrated,
}

/// <summary>
/// What one measured call costs and why; the part of it that is kept. It holds no number of a caller.
/// </summary>
public sealed record CallRatingResult
{
    /// <summary>
    /// Largest charge of one call in units of <see cref="Rating.Charge.OfUnits"/>: 6·10¹¹, a million dollars.
    /// </summary>
    public const long MaxChargeUnits = 600_000_000_000;

    /// <summary>Business unit.</summary>
    public required string UnitId { get; init; }

    /// <summary>Which way the call went; null when that is not known.</summary>
    public CallDirection? Direction { get; init; }

    /// <summary>The service that carried it; null when that is not known.</summary>
    public VoiceService? Service { get; init; }

    /// <summary>Which header the caller's number was taken from .</summary>
    public required CallerIdSource CallerIdSource { get; init; }

    /// <summary>Where the called number was taken from.</summary>
    public CalledNumberSource CalledNumberSource { get; init; }

    /// <summary>What it is billed as, on what basis and why; null when that could not be asked.</summary>
    public JurisdictionDecision? Jurisdiction { get; init; }

    /// <summary>The kind of its line; null without a charge.</summary>
    public ChargeKind? Kind { get; init; }

    /// <summary>Seconds that it is billed for; null without a charge.</summary>
    public long? BillableSeconds { get; init; }

    /// <summary>Ten-thousandths of a US dollar per minute; null without a charge.</summary>
    public long? RateE4 { get; init; }

    /// <summary>Its share of the call pattern; null when it is no domestic call, or that is not known.</summary>
    public PatternShare? Pattern { get; init; }

    /// <summary>Toll-free number of the account that was called; null for none.</summary>
    public PhoneNumber? TollFreeNumber { get; init; }

    /// <summary>Edition of the area-code table; null when none was asked.</summary>
    public string? AreaCodeTableVersion { get; init; }

    /// <summary>Edition of the tier table; null when none was asked.</summary>
    public string? TierTableVersion { get; init; }

    /// <summary>Whether it has a charge.</summary>
    public required RatingState State { get; init; }

    /// <summary>Why it has none; null when it has, or is rejected.</summary>
    public UnratedReason? Unrated { get; init; }

    /// <summary>
    /// Whether the pattern of the month cannot be told without knowing more of this call: it could be domestic, or of
    /// Tier C, or of any length.
    /// </summary>
    public bool LeavesPatternOpen { get; init; }

    /// <summary>
    /// Billable seconds times ten-thousandths of a dollar per minute, exact, 0 to <see cref="MaxChargeUnits"/>; null
    /// without a charge. 600,000 are a dollar.
    /// </summary>
    public long? ChargeUnits => checked(BillableSeconds * RateE4);

    /// <summary>A call of which too little is known to rate it.</summary>
    public static CallRatingResult NotRated(string unitId, CallerIdSource callerIdSource, UnratedReason reason)
    {
        ArgumentNullException.ThrowIfNull(unitId);
        return new CallRatingResult
        {
            UnitId = unitId,
            CallerIdSource = callerIdSource,
            State = RatingState.Unrated,
            Unrated = reason,
            LeavesPatternOpen = true,
        };
    }

    /// <summary>What is kept of one rated call.</summary>
    /// <exception cref="ArgumentException">It stands for several calls.</exception>
    public static CallRatingResult Of(
        RatedCall rated, CallerIdSource callerIdSource, CalledNumberSource calledNumberSource)
    {
        ArgumentNullException.ThrowIfNull(rated);
        if (rated.Call.Ids.Count != 1)
        {
            throw new ArgumentException("It stands for several calls.", nameof(rated));
        }

        var fits = rated.Charge is null
            || (Int128)rated.Rate!.Value.E4 * rated.BillableSeconds!.Value <= MaxChargeUnits;
        var unrated = fits ? rated.Unrated : UnratedReason.ChargeOutOfRange;
        var hasCharge = rated.Charge is not null && fits;
        return new CallRatingResult
        {
            UnitId = rated.Call.UnitId,
            Direction = rated.Call.Direction,
            Service = rated.Call.Service,
            CallerIdSource = callerIdSource,
            CalledNumberSource = calledNumberSource,
            Jurisdiction = rated.Jurisdiction,
            Kind = hasCharge ? UsageRating.KindOf(rated) : null,
            BillableSeconds = hasCharge ? rated.BillableSeconds : null,
            RateE4 = hasCharge ? rated.Rate?.E4 : null,
            Pattern = PatternOf(rated),
            TollFreeNumber = rated.TollFreeNumber,
            AreaCodeTableVersion = rated.AreaCodeTableVersion,
            TierTableVersion = rated.TierTableVersion,
            State = unrated is not null ? RatingState.Unrated
                : rated.Jurisdiction.Jurisdiction == Rating.Jurisdiction.Rejected ? RatingState.Rejected
                : rated.IsZeroForWantOfRate ? RatingState.ZeroForWantOfRate
                : RatingState.Rated,
            Unrated = unrated,
            LeavesPatternOpen = UsageRating.LeavesPatternOpen(rated),
        };
    }

    private static PatternShare? PatternOf(RatedCall rated) =>
        rated is { Jurisdiction.IsDomestic: true, Program: { } program, Call.DurationMs: { } durationMs }
            && !UsageRating.LeavesPatternOpen(rated)
            ? new PatternShare(
                program, rated.Tier, Rating.BillableSeconds.Of(true, durationMs, BillingIncrement.Domestic))
            : null;
}
