using System.Data.Common;
using VoiceQuality.Sla.Periods;

namespace VoiceQuality.Storage.Months;

/// <summary>Reads the sums of units by month and day. No query looks at a call. Threads may share it.</summary>
public sealed class MonthQueries(Database database)
{
    private const string Columns =
        "calls, answered, cancelled, rejected, failed, unanswered, incomplete, scored, quarantined, sum_mos_e4";

    private const string Sums = """
        SUM(calls), SUM(answered), SUM(cancelled), SUM(rejected), SUM(failed), SUM(unanswered), SUM(incomplete),
        SUM(scored), SUM(quarantined), SUM(sum_mos_e4)
        """;

    private const string UnitMonth =
        $"SELECT account_id, unit_id, service_month, {Columns}, first_call_at_us, last_call_at_us FROM unit_month";

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
            SELECT local_date, {Columns}, first_call_at_us, last_call_at_us FROM unit_day
            WHERE account_id = @account_id AND unit_id = @unit_id AND service_month = @month ORDER BY local_date
            """,
            [("@account_id", accountId), ("@unit_id", unitId), ("@month", month.ToString())],
            reader => new UnitDay(
                accountId, unitId, month, reader.GetDate(0), ReadCounts(reader, 1), reader.GetInt64(11),
                reader.GetInt64(12)),
            cancellationToken);

    /// <summary>The days of all units in a month that have calls, by account, unit and date.</summary>
    public Task<IReadOnlyList<UnitDay>> ListUnitDaysAsync(ServiceMonth month, CancellationToken cancellationToken) =>
        database.ReadListAsync(
            $"""
            SELECT local_date, {Columns}, first_call_at_us, last_call_at_us, account_id, unit_id FROM unit_day
            WHERE service_month = @month ORDER BY account_id, unit_id, local_date
            """,
            [("@month", month.ToString())],
            reader => new UnitDay(
                reader.GetString(13), reader.GetString(14), month, reader.GetDate(0), ReadCounts(reader, 1),
                reader.GetInt64(11), reader.GetInt64(12)),
            cancellationToken);

    /// <summary>The sums of all units in a month; all 0 when there is no call.</summary>
    public async Task<CallCounts> GetNetworkTotalAsync(ServiceMonth month, CancellationToken cancellationToken)
    {
        var rows = await database.ReadListAsync(
            $"SELECT {Sums} FROM unit_month WHERE service_month = @month HAVING COUNT(*) > 0",
            [("@month", month.ToString())],
            reader => ReadCounts(reader, 0),
            cancellationToken);
        return rows.Count == 0 ? default : rows[0];
    }

    /// <summary>The sums of all units by date in a month, in order.</summary>
    public Task<IReadOnlyList<NetworkDay>> ListNetworkDaysAsync(
        ServiceMonth month, CancellationToken cancellationToken) => database.ReadListAsync(
            $"""
            SELECT local_date, {Sums} FROM unit_day WHERE service_month = @month
            GROUP BY local_date ORDER BY local_date
            """,
            [("@month", month.ToString())],
            reader => new NetworkDay(reader.GetDate(0), ReadCounts(reader, 1)),
            cancellationToken);

    /// <summary>The sums by account in a month: what the publication rule looks at .</summary>
    public Task<IReadOnlyList<AccountVolume>> ListAccountVolumesAsync(
        ServiceMonth month, CancellationToken cancellationToken) => database.ReadListAsync(
            $"""
            SELECT account_id, {Sums} FROM unit_month WHERE service_month = @month
            GROUP BY account_id ORDER BY account_id
            """,
            [("@month", month.ToString())],
            reader => new AccountVolume(reader.GetString(0), ReadCounts(reader, 1)),
            cancellationToken);

    private static UnitMonth ReadUnitMonth(DbDataReader reader) => new(
        reader.GetString(0),
        reader.GetString(1),
        reader.GetMonth(2),
        ReadCounts(reader, 3),
        reader.GetInt64(13),
        reader.GetInt64(14));

    private static CallCounts ReadCounts(DbDataReader reader, int index) => new()
    {
        Calls = reader.GetInt64(index),
        Answered = reader.GetInt64(index + 1),
        Cancelled = reader.GetInt64(index + 2),
        Rejected = reader.GetInt64(index + 3),
        Failed = reader.GetInt64(index + 4),
        Unanswered = reader.GetInt64(index + 5),
        Incomplete = reader.GetInt64(index + 6),
        Scored = reader.GetInt64(index + 7),
        Quarantined = reader.GetInt64(index + 8),
        SumMosE4 = reader.GetInt64(index + 9),
    };
}
