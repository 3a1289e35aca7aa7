using NodaTime;
using VoiceQuality.Sla.TollFree;

namespace VoiceQuality.Storage.Calls;

/// <summary>A use of a Local Number that the contract does not know, seen on the wire. It has no
/// number.</summary>
/// <param name="CallKey">The attempt.</param>
/// <param name="Kind">What the operations centre is told.</param>
/// <param name="AccountId">The account.</param>
/// <param name="UnitId">The business unit.</param>
/// <param name="At">First INVITE.</param>
public sealed record StoredAlarm(string CallKey, LocalNumberAlarm Kind, string AccountId, string UnitId, Instant At);

/// <summary>Reads alarms; they are stored with the calls. Threads may share it.</summary>
public sealed class AlarmRepository(Database database)
{
    /// <summary>The most alarms of one list.</summary>
    public const int LargestPage = 1_000;

    /// <summary>Alarms, latest first.</summary>
    /// <param name="accountId">Of this account; null for all.</param>
    /// <param name="before">Only those before this attempt; null for the latest.</param>
    /// <param name="limit">Rows at most, 1 to 1,001.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public Task<IReadOnlyList<StoredAlarm>> ListAsync(
        string? accountId, CallKey? before, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, LargestPage + 1);

        // The key begins with the time, so that its order is the order of time.
        return database.ReadListAsync(
            """
            SELECT call_key, kind, account_id, unit_id, at_us FROM local_number_alarm
            WHERE (@account_id IS NULL OR account_id = @account_id) AND (@before IS NULL OR call_key < @before)
            ORDER BY call_key DESC LIMIT @limit
            """,
            [("@account_id", accountId), ("@before", before?.ToOctets()), ("@limit", limit)],
            reader => new StoredAlarm(
                Convert.ToHexStringLower(reader.GetFieldValue<byte[]>(0)),
                StoredName<LocalNumberAlarm>.Parse(reader.GetString(1)), reader.GetString(2), reader.GetString(3),
                reader.GetInstant(4)),
            cancellationToken);
    }
}
