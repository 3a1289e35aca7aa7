using System.Data.Common;
using NodaTime;
using VoiceQuality.Sla.Audit;

namespace VoiceQuality.Storage.Audit;

/// <summary>Which entries are asked for. A null asks for all.</summary>
/// <param name="AccountId">Those of an account, and those of every account.</param>
/// <param name="Category">Changes or accesses.</param>
/// <param name="Before">Those before this place; the newest come first.</param>
public sealed record AuditFilter(string? AccountId = null, AuditCategory? Category = null, long? Before = null);

/// <summary>
/// The audit trail in a database file of its own, so that who can write the measurements cannot yet rewrite who did
/// what. Threads and processes may share it.
/// </summary>
public sealed class AuditStore : IAsyncDisposable
{
    private const string Columns = """
        sequence, recorded_at_us, category, actor, action, subject, origin, outcome, account_id, before_value,
        after_value, policy_version, purpose, previous_hash, hash
        """;

    private const string Insert = $"""
        INSERT INTO audit_entry ({Columns})
        VALUES (@sequence, @recorded_at_us, @category, @actor, @action, @subject, @origin, @outcome, @account_id,
            @before_value, @after_value, @policy_version, @purpose, @previous_hash, @hash)
        """;

    private const string SelectHead = "SELECT sequence, hash FROM audit_entry ORDER BY sequence DESC LIMIT 1";

    private const string SelectAll = $"SELECT {Columns} FROM audit_entry ORDER BY sequence";

    private const string SelectPage = $"""
        SELECT {Columns} FROM audit_entry
        WHERE (@account_id IS NULL OR account_id IN (@account_id, '{AuditEvent.AllAccounts}'))
            AND (@category IS NULL OR category = @category) AND (@before IS NULL OR sequence < @before)
        ORDER BY sequence DESC LIMIT @limit
        """;

    private readonly Database _database;

    private AuditStore(Database database) => _database = database;

    /// <summary>File of the trail.</summary>
    public string Path => _database.Path;

    /// <summary>Opens the trail, creates it when there is none.</summary>
    /// <param name="path">File; its folder must exist.</param>
    /// <param name="cancellationToken">Stops between schema steps.</param>
    public static async Task<AuditStore> OpenAsync(string path, CancellationToken cancellationToken) =>
        new(await Database.OpenAsync(path, new DatabaseOptions(), AuditSchema.Steps, cancellationToken));

    /// <summary>
    /// Adds events in their order, all of them in one transaction. They are on the disk when this returns.
    /// </summary>
    /// <exception cref="ArgumentException">An event says what the trail does not take; none was added.</exception>
    public Task<AuditHead> AppendAsync(
        IReadOnlyCollection<AuditEvent> events, Instant now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(events);
        return _database.WriteDurablyAsync(
            async (_, transaction, token) =>
            {
                var head = await ReadHeadAsync(transaction, token);
                foreach (var what in events)
                {
                    var entry = AuditChain.Append(head, what, now);
                    await InsertAsync(transaction, entry, token);
                    head = new AuditHead(entry.Sequence, entry.Hash);
                }

                return head;
            },
            cancellationToken);
    }

    /// <summary>Some entries, newest first.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="limit">How many at most, 1 or more.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public Task<IReadOnlyList<AuditEntry>> ListAsync(AuditFilter filter, int limit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return _database.ReadListAsync(
            SelectPage,
            [
                ("@account_id", filter.AccountId),
                ("@category", StoredName<AuditCategory>.Of(filter.Category)),
                ("@before", filter.Before),
                ("@limit", limit),
            ],
            Read,
            cancellationToken);
    }

    /// <summary>Recomputes every hash.</summary>
    /// <param name="noted">A head that was noted elsewhere before; null when there is none.</param>
    /// <param name="cancellationToken">Stops the verification.</param>
    public Task<AuditVerdict> VerifyAsync(AuditHead? noted, CancellationToken cancellationToken) => _database.ReadAsync(
        async (_, transaction, token) =>
        {
            await using var command = transaction.Command(SelectAll);
            command.CommandTimeout = 0;
            await using var reader = await command.ExecuteReaderAsync(token);
            var head = AuditHead.Empty;
            var isNotedSeen = noted is null || noted == AuditHead.Empty;

            while (await reader.ReadAsync(token))
            {
                if (Check(reader, head, out var entry) is { } fault)
                {
                    return new AuditVerdict(head, fault, reader.GetInt64(0));
                }

                head = new AuditHead(entry!.Sequence, entry.Hash);
                isNotedSeen |= head == noted;
            }

            return isNotedSeen ? new AuditVerdict(head) : new AuditVerdict(head, AuditBreak.NotedHeadIsMissing);
        },
        cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _database.DisposeAsync();

    private static AuditBreak? Check(DbDataReader reader, AuditHead head, out AuditEntry? entry)
    {
        try
        {
            entry = Read(reader);
        }
        catch (Exception unreadable) when (unreadable is StoredDataException or FormatException
            or InvalidCastException or InvalidOperationException or OverflowException)
        {
            entry = null;
            return AuditBreak.EntryIsUnreadable;
        }

        return AuditChain.Check(head, entry);
    }

    private static async Task<AuditHead> ReadHeadAsync(DbTransaction transaction, CancellationToken cancellationToken)
    {
        await using var command = transaction.Command(SelectHead);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new AuditHead(reader.GetInt64(0), reader.GetString(1))
            : AuditHead.Empty;
    }

    private static async Task InsertAsync(
        DbTransaction transaction, AuditEntry entry, CancellationToken cancellationToken)
    {
        var what = entry.Event;
        await using var command = transaction.Command(Insert);
        command.AddParameter("@sequence", entry.Sequence);
        command.AddParameter("@recorded_at_us", entry.RecordedAt.ToMicroseconds());
        command.AddParameter("@category", StoredName<AuditCategory>.Of(what.Category));
        command.AddParameter("@actor", what.Actor);
        command.AddParameter("@action", what.Action);
        command.AddParameter("@subject", what.Subject);
        command.AddParameter("@origin", what.Origin);
        command.AddParameter("@outcome", what.Outcome);
        command.AddParameter("@account_id", what.AccountId);
        command.AddParameter("@before_value", what.Before);
        command.AddParameter("@after_value", what.After);
        command.AddParameter("@policy_version", what.PolicyVersion);
        command.AddParameter("@purpose", what.Purpose);
        command.AddParameter("@previous_hash", entry.PreviousHash);
        command.AddParameter("@hash", entry.Hash);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static AuditEntry Read(DbDataReader reader) => new(
        reader.GetInt64(0),
        reader.GetInstant(1),
        new AuditEvent
        {
            Category = StoredName<AuditCategory>.Parse(reader.GetString(2)),
            Actor = reader.GetString(3),
            Action = reader.GetString(4),
            Subject = reader.GetString(5),
            Origin = reader.GetString(6),
            Outcome = reader.GetString(7),
            AccountId = reader.GetNullableString(8),
            Before = reader.GetNullableString(9),
            After = reader.GetNullableString(10),
            PolicyVersion = reader.GetNullableString(11),
            Purpose = reader.GetNullableString(12),
        },
        reader.GetString(13),
        reader.GetString(14));
}
