using VoiceQuality.Service.Api;
using VoiceQuality.Sla;
using VoiceQuality.Sla.Rating;

namespace VoiceQuality.Service.Rating;

/// <summary>A kind of charge from both sources, US dollars; null is not known.</summary>
/// <param name="Kind">USAGE_DOMESTIC and so on.</param>
/// <param name="Imported">As the billing system billed it.</param>
/// <param name="Rated">As the measured calls are rated.</param>
/// <param name="Difference">Imported less rated.</param>
internal sealed record UsageKindResponse(string Kind, string? Imported, string? Rated, string? Difference);

/// <summary>A unit's usage from both sources, US dollars; null is not known.</summary>
/// <param name="UnitId">The unit.</param>
/// <param name="UnitName">Its name.</param>
/// <param name="Imported">Total of the imported lines that make up the base of a credit.</param>
/// <param name="Rated">Total of the rated lines; null while a call has no charge.</param>
/// <param name="Difference">Imported less rated.</param>
/// <param name="RatedSoFar">Total of what could be rated, also where calls are missing; never a bill.</param>
/// <param name="Kinds">The same by kind.</param>
internal sealed record UnitUsageResponse(
    string UnitId,
    string UnitName,
    string? Imported,
    string? Rated,
    string? Difference,
    string? RatedSoFar,
    IReadOnlyList<UsageKindResponse> Kinds);

/// <summary>Calls without a charge for one reason.</summary>
/// <param name="Reason">DURATION_UNKNOWN and so on.</param>
/// <param name="Calls">Number of calls.</param>
internal sealed record UnratedResponse(string Reason, long Calls);

/// <summary>The end of a running month for one share of Tier C in the rest of it.</summary>
/// <param name="TierCPercent">Tier C of all domestic calls, percent.</param>
/// <param name="TierCCalls">Tier C calls.</param>
/// <param name="ExcessCalls">Those above the allowance.</param>
/// <param name="Surcharge">US dollars.</param>
internal sealed record OutlookResponse(decimal TierCPercent, long TierCCalls, long ExcessCalls, string Surcharge)
{
    public static OutlookResponse Of(TierCOutlook outlook) => new(
        outlook.TierCPercent, outlook.TierCCalls, outlook.ExcessCalls, Wire.Money(outlook.Surcharge)!);
}

/// <summary>An estimate of the surcharge at the end of a running month. No amount is posted from it.</summary>
/// <param name="Method">How it is made.</param>
/// <param name="DomesticCalls">Domestic calls that are foreseen.</param>
/// <param name="Low">With the least share that is likely.</param>
/// <param name="Expected">With the share so far.</param>
/// <param name="High">With the greatest share that is likely.</param>
internal sealed record ForecastResponse(
    string Method, long DomesticCalls, OutlookResponse Low, OutlookResponse Expected, OutlookResponse High);

/// <summary>The call pattern of an account or unit .</summary>
/// <param name="UnitId">The unit; null for the whole account.</param>
/// <param name="IsKnown">Whether it can be told; unrated calls may leave it open.</param>
/// <param name="DomesticCalls">Answered domestic calls under the flat-rate program.</param>
/// <param name="TierCCalls">Those of Tier C.</param>
/// <param name="UnknownTierCalls">Those whose tier is not known; they are never Tier C.</param>
/// <param name="TierCPercent">Tier C of all, percent, cut to two decimals.</param>
/// <param name="Allowance">Tier C calls without surcharge.</param>
/// <param name="ExcessCalls">Tier C calls above that.</param>
/// <param name="Surcharge">US dollars, rounded to cents.</param>
/// <param name="Forecast">An estimate for a running month; null for another one.</param>
internal sealed record PatternResponse(
    string? UnitId,
    bool IsKnown,
    long? DomesticCalls,
    long? TierCCalls,
    long? UnknownTierCalls,
    decimal? TierCPercent,
    long? Allowance,
    long? ExcessCalls,
    string? Surcharge,
    ForecastResponse? Forecast)
{
    public static PatternResponse Of(PatternView view) => new(
        view.UnitId,
        view.Pattern is not null,
        view.Pattern?.DomesticCalls,
        view.Pattern?.TierCCalls,
        view.Pattern?.UnknownTierCalls,
        view.TierCPercent,
        view.Pattern?.Allowance,
        view.Pattern?.ExcessCalls,
        Wire.Money(view.Pattern?.Total.RoundToCents()),
        view.Forecast is { } forecast
            ? new ForecastResponse(
                TierCForecast.Method, forecast.DomesticCalls, OutlookResponse.Of(forecast.Low),
                OutlookResponse.Of(forecast.Expected), OutlookResponse.Of(forecast.High))
            : null);
}

/// <summary>Imported and rated usage of an account's month, side by side.</summary>
/// <param name="AccountId">The account.</param>
/// <param name="Month">yyyy-MM.</param>
/// <param name="TimeZone">IANA zone by whose clock the month ends.</param>
/// <param name="BaseSource">IMPORTED or RATED: which of the two is the base of MOS credits.</param>
/// <param name="IsSettled">Whether every answered call is rated by the reference data in force.</param>
/// <param name="AnsweredCalls">Answered calls.</param>
/// <param name="CoveragePercent">Calls whose charge is decided, percent, cut to two decimals; null without
/// calls.</param>
/// <param name="MissingCalls">Answered calls that are still to be rated.</param>
/// <param name="RejectedCalls">Calls from Local Numbers, which are inbound only.</param>
/// <param name="ZeroForWantOfRateCalls">Calls to toll-free numbers rated 0.0000 because there is no rate.</param>
/// <param name="Unrated">Calls without a charge, by reason.</param>
/// <param name="Units">The units, by name.</param>
/// <param name="Patterns">The call pattern; empty without rated calls.</param>
internal sealed record UsageResponse(
    string AccountId,
    string Month,
    string TimeZone,
    string BaseSource,
    bool IsSettled,
    long AnsweredCalls,
    decimal? CoveragePercent,
    long MissingCalls,
    long RejectedCalls,
    long ZeroForWantOfRateCalls,
    IReadOnlyList<UnratedResponse> Unrated,
    IReadOnlyList<UnitUsageResponse> Units,
    IReadOnlyList<PatternResponse> Patterns)
{
    public static UsageResponse Of(UsageView view) => new(
        view.AccountId,
        view.Month.ToString(),
        view.ZoneId,
        WireName.Of(view.BaseSource),
        view.IsSettled,
        view.AnsweredCalls,
        view.CoveragePercent,
        view.MissingCalls,
        view.RejectedCalls,
        view.ZeroForWantOfRateCalls,
        [.. view.Unrated.Select(pair => new UnratedResponse(WireName.Of(pair.Reason), pair.Calls))],
        [.. view.Units.Select(unit => new UnitUsageResponse(
            unit.UnitId, unit.UnitName, Wire.Money(unit.Difference.Imported), Wire.Money(unit.Difference.Rated),
            Wire.Money(unit.Difference.Difference), Wire.Money(unit.RatedSoFar),
            [.. unit.Difference.Kinds.Select(kind => new UsageKindResponse(
                WireName.Of(kind.Kind), Wire.Money(kind.Imported), Wire.Money(kind.Rated),
                Wire.Money(kind.Difference)))]))],
        [.. view.Patterns.Select(PatternResponse.Of)]);
}
