using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Rating;
using VoiceQuality.Sla.Usage;

namespace VoiceQuality.Storage.Rating;

/// <summary>A row of rated_call.</summary>
/// <param name="Key">Key of the call, 16 octets.</param>
/// <param name="AccountId">The account.</param>
/// <param name="Month">yyyy-MM.</param>
/// <param name="AnsweredAtUs">Instant of answer.</param>
/// <param name="Result">What it costs and why.</param>
internal sealed record RatedCallRow(
    byte[] Key, string AccountId, string Month, long AnsweredAtUs, CallRatingResult Result)
{
    /// <summary>Names of the columns, in the order of <see cref="Set"/>.</summary>
    public static string[] Names { get; } =
    [
        "call_key", "account_id", "unit_id", "service_month", "answered_at_us", "state", "unrated_reason",
        "leaves_pattern_open", "direction", "service", "caller_id_source", "called_number_source", "jurisdiction",
        "basis", "jurisdiction_reason", "charge_kind", "billable_seconds", "rate_e4", "charge_units", "pattern_program",
        "pattern_tier", "pattern_seconds", "number_digits", "area_code_table", "tier_table",
    ];

    public static string List { get; } = string.Join(", ", Names);

    public static string Parameters { get; } = string.Join(", ", Names.Select(name => "@" + name));

    /// <summary>The values, in the order of the columns.</summary>
    public object?[] Values =>
    [
        Key,
        AccountId,
        Result.UnitId,
        Month,
        AnsweredAtUs,
        StoredName<RatingState>.Of(Result.State),
        StoredName<UnratedReason>.Of(Result.Unrated),
        Result.LeavesPatternOpen ? 1L : 0L,
        StoredName<CallDirection>.Of(Result.Direction),
        StoredName<VoiceService>.Of(Result.Service),
        StoredName<CallerIdSource>.Of(Result.CallerIdSource),
        StoredName<CalledNumberSource>.Of(Result.CalledNumberSource),
        StoredName<Jurisdiction>.Of(Result.Jurisdiction?.Jurisdiction),
        StoredName<JurisdictionBasis>.Of(Result.Jurisdiction?.Basis),
        StoredName<JurisdictionReason>.Of(Result.Jurisdiction?.Reason),
        StoredName<ChargeKind>.Of(Result.Kind),
        Result.BillableSeconds,
        Result.RateE4,
        Result.ChargeUnits,
        StoredName<PricingProgram>.Of(Result.Pattern?.Program),
        StoredName<NetworkTier>.Of(Result.Pattern?.Tier),
        Result.Pattern?.Seconds,
        Result.TollFreeNumber is { } number ? (long)number.Digits : null,
        Result.AreaCodeTableVersion,
        Result.TierTableVersion,
    ];

    public void Set(PreparedStatement statement)
    {
        var values = Values;
        for (var i = 0; i < values.Length; i++)
        {
            statement.Set(i, values[i]);
        }
    }
}
