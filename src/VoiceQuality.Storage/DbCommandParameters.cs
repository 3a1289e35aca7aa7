using System.Data.Common;
using System.Globalization;
using NodaTime;
using NodaTime.Text;
using VoiceQuality.Sla.Periods;

namespace VoiceQuality.Storage;

/// <summary>How values become parameters and columns become values, once for all repositories.</summary>
internal static class DbCommandParameters
{
    private const long TicksPerMicrosecond = NodaConstants.TicksPerMillisecond / 1000;

    private static readonly LocalDatePattern DatePattern = LocalDatePattern.Iso;

    public static void AddParameter(this DbCommand command, string name, object? value)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.Value = value ?? DBNull.Value;
        command.Parameters.Add(parameter);
    }

    public static long ToUnixMicroseconds(this DateTimeOffset time) =>
        (time.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond;

    /// <summary>Microseconds since 1970-01-01 UTC; what is finer is cut off.</summary>
    public static long ToMicroseconds(this Instant instant)
    {
        var ticks = instant.ToUnixTimeTicks();
        return (ticks / TicksPerMicrosecond) - (ticks % TicksPerMicrosecond < 0 ? 1 : 0);
    }

    public static Instant FromMicroseconds(this long microseconds) =>
        Instant.FromUnixTimeTicks(checked(microseconds * TicksPerMicrosecond));

    /// <summary>A command of this transaction.</summary>
    public static DbCommand Command(this DbTransaction transaction, string sql)
    {
        var command = transaction.Connection!.CreateCommand();
        command.CommandText = sql;
        command.Transaction = transaction;
        return command;
    }

    /// <summary>"yyyy-MM-dd".</summary>
    public static string ToText(this LocalDate date) => DatePattern.Format(date);

    public static Instant GetInstant(this DbDataReader reader, int ordinal) =>
        reader.GetInt64(ordinal).FromMicroseconds();

    public static long? GetNullableInt64(this DbDataReader reader, int ordinal) =>
        reader.IsDBNull(ordinal) ? null : reader.GetInt64(ordinal);

    public static int? GetNullableInt32(this DbDataReader reader, int ordinal) =>
        reader.IsDBNull(ordinal) ? null : reader.GetInt32(ordinal);

    public static string? GetNullableString(this DbDataReader reader, int ordinal) =>
        reader.IsDBNull(ordinal) ? null : reader.GetString(ordinal);

    public static byte[]? GetNullableBytes(this DbDataReader reader, int ordinal) =>
        reader.IsDBNull(ordinal) ? null : reader.GetFieldValue<byte[]>(ordinal);

    public static double? GetNullableDoubleText(this DbDataReader reader, int ordinal) =>
        reader.IsDBNull(ordinal)
            ? null
            : double.Parse(reader.GetString(ordinal), NumberStyles.Float, CultureInfo.InvariantCulture);

    public static decimal GetDecimalText(this DbDataReader reader, int ordinal) =>
        decimal.Parse(reader.GetString(ordinal), NumberStyles.Number, CultureInfo.InvariantCulture);

    public static decimal? GetNullableDecimalText(this DbDataReader reader, int ordinal) =>
        reader.IsDBNull(ordinal) ? null : reader.GetDecimalText(ordinal);

    public static LocalDate GetDate(this DbDataReader reader, int ordinal) =>
        DatePattern.Parse(reader.GetString(ordinal)).Value;

    public static ServiceMonth GetMonth(this DbDataReader reader, int ordinal) =>
        ServiceMonth.Parse(reader.GetString(ordinal));
}
