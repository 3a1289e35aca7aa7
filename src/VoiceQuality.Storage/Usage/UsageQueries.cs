using System.Data.Common;
using System.Globalization;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Usage;

namespace VoiceQuality.Storage.Usage;

/// <summary>Reads imported usage of many units in one pass. Threads may share it.</summary>
public sealed class UsageQueries(Database database)
{
    private const string Select = """
        SELECT i.account_id, i.unit_id, i.service_month, l.kind, l.amount, l.number_digits
        FROM usage_import i
        LEFT JOIN usage_line l ON l.account_id = i.account_id AND l.unit_id = i.unit_id
            AND l.service_month = i.service_month
        """;

    private const string Order = "ORDER BY i.account_id, i.unit_id, i.service_month, l.ordinal";

    /// <summary>Months that usage was imported for, latest first.</summary>
    public Task<IReadOnlyList<ServiceMonth>> ListMonthsAsync(CancellationToken cancellationToken) =>
        database.ReadListAsync(
            "SELECT DISTINCT service_month FROM usage_import ORDER BY service_month DESC",
            [],
            reader => reader.GetMonth(0),
            cancellationToken);

    /// <summary>The lines of all units that a month was imported for; a set without lines means no usage.</summary>
    public async Task<IReadOnlyDictionary<UsageSet, IReadOnlyList<UsageLine>>> ListMonthAsync(
        ServiceMonth month, CancellationToken cancellationToken) => Group(await database.ReadListAsync(
            $"{Select} WHERE i.service_month = @service_month {Order}",
            [("@service_month", month.ToString())],
            Read,
            cancellationToken));

    /// <summary>The lines of all units and months of an account.</summary>
    public async Task<IReadOnlyDictionary<UsageSet, IReadOnlyList<UsageLine>>> ListAccountAsync(
        string accountId, CancellationToken cancellationToken) => Group(await database.ReadListAsync(
            $"{Select} WHERE i.account_id = @account_id {Order}",
            [("@account_id", accountId)],
            Read,
            cancellationToken));

    private static Dictionary<UsageSet, IReadOnlyList<UsageLine>> Group(IReadOnlyList<(UsageSet Set, UsageLine? Line)> rows) =>
        rows.GroupBy(row => row.Set).ToDictionary(
            group => group.Key,
            group => (IReadOnlyList<UsageLine>)[.. group.Where(row => row.Line is not null).Select(row => row.Line!)]);

    private static (UsageSet Set, UsageLine? Line) Read(DbDataReader reader)
    {
        var set = new UsageSet(reader.GetString(0), reader.GetString(1), reader.GetMonth(2));
        return (set, reader.IsDBNull(3)
            ? null
            : new UsageLine(
                set.AccountId, set.UnitId, set.Month, StoredName<ChargeKind>.Parse(reader.GetString(3)),
                reader.GetDecimalText(4), NumberOf(reader.GetNullableInt64(5))));
    }

    private static PhoneNumber? NumberOf(long? digits)
    {
        if (digits is not { } known)
        {
            return null;
        }

        return PhoneNumber.TryNormalize(string.Create(CultureInfo.InvariantCulture, $"+{known}"), out var number)
            ? number
            : throw new StoredDataException("A stored number has not 1 to 15 digits.");
    }
}
