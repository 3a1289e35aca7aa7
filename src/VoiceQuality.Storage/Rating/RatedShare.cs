using System.Data.Common;
using VoiceQuality.Sla.Rating;
using VoiceQuality.Sla.Usage;

namespace VoiceQuality.Storage.Rating;

/// <summary>What the sums need to know of a rated call, as it is stored.</summary>
internal readonly record struct RatedShare(
    string AccountId,
    string UnitId,
    string Month,
    long AnsweredAtUs,
    string State,
    string UnratedReason,
    bool LeavesPatternOpen,
    string? ChargeKind,
    long BillableSeconds,
    long ChargeUnits,
    string? Program,
    string? Tier,
    long PatternSeconds,
    long NumberDigits)
{
    /// <summary>The columns that <see cref="Read"/> expects.</summary>
    public const string Columns = """
        account_id, unit_id, service_month, answered_at_us, state, unrated_reason, leaves_pattern_open, charge_kind,
        billable_seconds, charge_units, pattern_program, pattern_tier, pattern_seconds, number_digits
        """;

    private const long HourUs = 3_600_000_000;

    /// <summary>First instant of the hour of the answer.</summary>
    public long AnsweredInHourUs => AnsweredAtUs - (((AnsweredAtUs % HourUs) + HourUs) % HourUs);

    /// <summary>Whether it is a Tier C call that a surcharge can be due for.</summary>
    public bool IsTierC =>
        Program == StoredName<PricingProgram>.Of(PricingProgram.FlatRate)
            && Tier == StoredName<NetworkTier>.Of(NetworkTier.C);

    public static RatedShare Of(RatedCallRow row) => new(
        row.AccountId,
        row.Result.UnitId,
        row.Month,
        row.AnsweredAtUs,
        StoredName<RatingState>.Of(row.Result.State),
        StoredName<UnratedReason>.Of(row.Result.Unrated) ?? "",
        row.Result.LeavesPatternOpen,
        StoredName<ChargeKind>.Of(row.Result.Kind),
        row.Result.BillableSeconds ?? 0,
        row.Result.ChargeUnits ?? 0,
        StoredName<PricingProgram>.Of(row.Result.Pattern?.Program),
        StoredName<NetworkTier>.Of(row.Result.Pattern?.Tier),
        row.Result.Pattern?.Seconds ?? 0,
        (long)(row.Result.TollFreeNumber?.Digits ?? 0));

    public static RatedShare Read(DbDataReader reader) => new(
        reader.GetString(0),
        reader.GetString(1),
        reader.GetString(2),
        reader.GetInt64(3),
        reader.GetString(4),
        reader.GetNullableString(5) ?? "",
        reader.GetInt64(6) != 0,
        reader.GetNullableString(7),
        reader.GetNullableInt64(8) ?? 0,
        reader.GetNullableInt64(9) ?? 0,
        reader.GetNullableString(10),
        reader.GetNullableString(11),
        reader.GetNullableInt64(12) ?? 0,
        reader.GetNullableInt64(13) ?? 0);
}
