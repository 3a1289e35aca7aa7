using System.Data.Common;
using VoiceQuality.Sla.Periods;

namespace VoiceQuality.Storage.Months;

/// <summary>Reads the sums of units by month and day. No query looks at a call. Threads may share it.</summary>
public sealed class MonthQueries(Database database)
{
    private static readonly string UnitMonth = $"""
        SELECT account_id, unit_id, service_month, first_call_at_us, last_call_at_us, {CountColumns.List} FROM unit_month
        """;

    /// <summary>Months that any unit has calls in, latest first.</summary>
    public Task<IReadOnlyList<ServiceMonth>> ListMonthsAsync(CancellationToken cancellationToken) =>
        database.ReadListAsync(
        "SELECT DISTINCT service_month FROM unit_month ORDER BY service_month DESC",
        [],
        reader => reader.GetMonth(0),
        cancellationToken);

    /// <summary>A month of all units, by account and unit.</summary>
    public Task<IReadOnlyList<UnitMonth>> ListUnitMonthsAsync(
        ServiceMonth month, CancellationToken cancellationToken) =>
        database.ReadListAsync(
            $"{UnitMonth} WHERE service_month = @month ORDER BY account_id, unit_id",
            [("@month", month.ToString())],
            ReadUnitMonth,
            cancellationToken);

    /// <summary>All months of an account's units, latest first, then by unit.</summary>
    public Task<IReadOnlyList<UnitMonth>> ListAccountMonthsAsync(
        string accountId, CancellationToken cancellationToken) => database.ReadListAsync(
            $"{UnitMonth} WHERE account_id = @account_id ORDER BY service_month DESC, unit_id",
            [("@account_id", accountId)],
            ReadUnitMonth,
            cancellationToken);

    /// <summary>One month of one unit; null when it has no call.</summary>
    public async Task<UnitMonth?> GetUnitMonthAsync(
        string accountId, string unitId, ServiceMonth month, CancellationToken cancellationToken)
    {
        var rows = await database.ReadListAsync(
            $"{UnitMonth} WHERE account_id = @account_id AND unit_id = @unit_id AND service_month = @month",
            [("@account_id", accountId), ("@unit_id", unitId), ("@month", month.ToString())],
            ReadUnitMonth,
            cancellationToken);
        return rows.Count == 0 ? null : rows[0];
    }

    /// <summary>The days of a unit's month that have calls, in order.</summary>
    public Task<IReadOnlyList<UnitDay>> ListDaysAsync(
        string accountId, string unitId, ServiceMonth month,
        CancellationToken cancellationToken) => database.ReadListAsync(
            $"""
            SELECT local_date, first_call_at_us, last_call_at_us, {CountColumns.List} FROM unit_day
            WHERE account_id = @account_id AND unit_id = @unit_id AND service_month = @month ORDER BY local_date
            """,
            [("@account_id", accountId), ("@unit_id", unitId), ("@month", month.ToString())],
            reader => new UnitDay(
                accountId, unitId, month, reader.GetDate(0), CountColumns.Read(reader, 3), reader.GetInt64(1),
                reader.GetInt64(2)),
            cancellationToken);

    /// <summary>The days of all units in a month that have calls, by account, unit and date.</summary>
    public Task<IReadOnlyList<UnitDay>> ListUnitDaysAsync(ServiceMonth month, CancellationToken cancellationToken) =>
        database.ReadListAsync(
            $"""
            SELECT local_date, account_id, unit_id, first_call_at_us, last_call_at_us, {CountColumns.List} FROM unit_day
            WHERE service_month = @month ORDER BY account_id, unit_id, local_date
            """,
            [("@month", month.ToString())],
            reader => new UnitDay(
                reader.GetString(1), reader.GetString(2), month, reader.GetDate(0), CountColumns.Read(reader, 5),
                reader.GetInt64(3), reader.GetInt64(4)),
            cancellationToken);

    /// <summary>The sums of all units in a month; all 0 when there is no call.</summary>
    public async Task<CallCounts> GetNetworkTotalAsync(ServiceMonth month, CancellationToken cancellationToken)
    {
        var rows = await database.ReadListAsync(
            $"SELECT {CountColumns.Sums} FROM unit_month WHERE service_month = @month HAVING COUNT(*) > 0",
            [("@month", month.ToString())],
            reader => CountColumns.Read(reader, 0),
            cancellationToken);
        return rows.Count == 0 ? default : rows[0];
    }

    /// <summary>The sums of all units by date in a month, in order.</summary>
    public Task<IReadOnlyList<NetworkDay>> ListNetworkDaysAsync(
        ServiceMonth month, CancellationToken cancellationToken) => database.ReadListAsync(
            $"""
            SELECT local_date, {CountColumns.Sums} FROM unit_day WHERE service_month = @month
            GROUP BY local_date ORDER BY local_date
            """,
            [("@month", month.ToString())],
            reader => new NetworkDay(reader.GetDate(0), CountColumns.Read(reader, 1)),
            cancellationToken);

    /// <summary>The sums by account in a month: what the publication rule looks at .</summary>
    public Task<IReadOnlyList<AccountVolume>> ListAccountVolumesAsync(
        ServiceMonth month, CancellationToken cancellationToken) => database.ReadListAsync(
            $"""
            SELECT account_id, {CountColumns.Sums} FROM unit_month WHERE service_month = @month
            GROUP BY account_id ORDER BY account_id
            """,
            [("@month", month.ToString())],
            reader => new AccountVolume(reader.GetString(0), CountColumns.Read(reader, 1)),
            cancellationToken);

    private static UnitMonth ReadUnitMonth(DbDataReader reader) => new(
        reader.GetString(0),
        reader.GetString(1),
        reader.GetMonth(2),
        CountColumns.Read(reader, 5),
        reader.GetInt64(3),
        reader.GetInt64(4));
}
