using System.Collections.Immutable;
using System.Data.Common;
using System.Security.Cryptography;
using NodaTime;
using VoiceQuality.Sla.Accounts;

namespace VoiceQuality.Storage.Accounts;

/// <summary>An account document that is or was in force.</summary>
/// <param name="Version">1 for the first; the greatest is in force.</param>
/// <param name="Digest">SHA-256 of the document, lower-case hex.</param>
/// <param name="StoredAt">When it was stored, to the microsecond.</param>
public sealed record AccountBookVersion(int Version, string Digest, Instant StoredAt);

/// <summary>What became of an account document.</summary>
/// <param name="Version">The version in force; null when the document has errors and nothing was changed.</param>
/// <param name="IsNew">Whether the document differs from the one that was in force.</param>
/// <param name="Errors">The errors of the document.</param>
public sealed record AccountBookOutcome(
    AccountBookVersion? Version, bool IsNew, ImmutableArray<AccountBookError> Errors);

/// <summary>
/// Keeps the account document whole and every version of it, so that a unit that a call was given can be explained
/// years later. Threads may share it.
/// </summary>
public sealed class AccountRepository(Database database)
{
    private const string InsertBook = """
        INSERT INTO account_book (version, digest, document, stored_at_us)
        VALUES (@version, @digest, @document, @stored_at_us)
        """;

    private const string SelectNewest = """
        SELECT version, digest, stored_at_us, document FROM account_book ORDER BY version DESC LIMIT 1
        """;

    private const string SelectVersion = "SELECT document FROM account_book WHERE version = @version";

    private const string SelectHistory = """
        SELECT version, digest, stored_at_us FROM account_book ORDER BY version DESC
        """;

    /// <summary>
    /// Puts a document in force: all of it, or nothing when it has an error. The document in force again changes
    /// nothing.
    /// </summary>
    /// <param name="json">The document, see <see cref="AccountBook.Parse"/>.</param>
    /// <param name="now">When.</param>
    /// <param name="cancellationToken">Stops the writing; nothing is then changed.</param>
    public async Task<AccountBookOutcome> ReplaceAsync(
        ReadOnlyMemory<byte> json, Instant now, CancellationToken cancellationToken)
    {
        var (book, errors) = AccountBook.Parse(json.Span);
        if (book is null)
        {
            return new AccountBookOutcome(null, IsNew: false, errors);
        }

        var document = json.ToArray();
        var digest = Convert.ToHexStringLower(SHA256.HashData(document));
        return await database.WriteAsync(
            async (connection, transaction, token) =>
            {
                var newest = await ReadNewestAsync(connection, transaction, token);
                if (newest?.Version.Digest == digest)
                {
                    return new AccountBookOutcome(newest.Value.Version, IsNew: false, []);
                }

                var version = new AccountBookVersion(
                    (newest?.Version.Version ?? 0) + 1, digest, now.ToMicroseconds().FromMicroseconds());
                await using (var command = transaction.Command(InsertBook))
                {
                    command.AddParameter("@version", version.Version);
                    command.AddParameter("@digest", digest);
                    command.AddParameter("@document", document);
                    command.AddParameter("@stored_at_us", version.StoredAt.ToMicroseconds());
                    await command.ExecuteNonQueryAsync(token);
                }

                Project(connection, transaction, book);
                return new AccountBookOutcome(version, IsNew: true, []);
            },
            cancellationToken);
    }

    /// <summary>
    /// The accounts, units and rules in force; <see cref="AccountBook.Empty"/> when there never were any.
    /// </summary>
    /// <exception cref="StoredDataException">This program refuses a document that an earlier one accepted.</exception>
    public async Task<AccountBook> ReadAsync(CancellationToken cancellationToken)
    {
        var document = await database.ReadAsync(
            async (connection, transaction, token) =>
                (await ReadNewestAsync(connection, transaction, token))?.Document,
            cancellationToken);
        return document is null ? AccountBook.Empty : Parse(document);
    }

    /// <summary>The accounts, units and rules of a version; null when there is no such version.</summary>
    public async Task<AccountBook?> ReadAsync(int version, CancellationToken cancellationToken)
    {
        var documents = await database.ReadListAsync(
            SelectVersion, [("@version", version)], reader => reader.GetFieldValue<byte[]>(0), cancellationToken);
        return documents.Count == 0 ? null : Parse(documents[0]);
    }

    /// <summary>All versions, newest first.</summary>
    public Task<IReadOnlyList<AccountBookVersion>> ListVersionsAsync(CancellationToken cancellationToken) =>
        database.ReadListAsync(SelectHistory, [], ReadVersion, cancellationToken);

    private static AccountBook Parse(byte[] document) => AccountBook.Parse(document).Book
        ?? throw new StoredDataException("The stored account document is no longer accepted; import a corrected one.");

    private static async Task<(AccountBookVersion Version, byte[] Document)?> ReadNewestAsync(
        DbConnection connection, DbTransaction transaction, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = SelectNewest;
        command.Transaction = transaction;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? (ReadVersion(reader), reader.GetFieldValue<byte[]>(3))
            : null;
    }

    private static AccountBookVersion ReadVersion(DbDataReader reader) =>
        new(reader.GetInt32(0), reader.GetString(1), reader.GetInstant(2));

    // The tables that queries join with. The document stays the authority.
    private static void Project(DbConnection connection, DbTransaction transaction, AccountBook book)
    {
        foreach (var table in (ReadOnlySpan<string>)["unit_rule", "business_unit", "account"])
        {
            using var delete = transaction.Command($"DELETE FROM {table}");
            delete.ExecuteNonQuery();
        }

        Insert(
            connection, transaction, "account", ["account_id", "name", "time_zone"], book.Accounts,
            account => [account.AccountId, account.Name, account.TimeZone]);
        Insert(
            connection, transaction, "business_unit", ["unit_id", "account_id", "name"], book.Units,
            unit => [unit.UnitId, unit.AccountId, unit.Name]);
        Insert(
            connection, transaction, "unit_rule", ["rule_id", "unit_id", "priority", "side", "match_kind"], book.Rules,
            rule => [rule.RuleId, rule.UnitId, rule.Priority, rule.Side.ToString(), rule.Match.GetType().Name]);
    }

    private static void Insert<T>(
        DbConnection connection,
        DbTransaction transaction,
        string table,
        string[] columns,
        ImmutableArray<T> rows,
        Func<T, object?[]> valuesOf)
    {
        var sql = $"INSERT INTO {table} ({string.Join(", ", columns)}) "
            + $"VALUES ({string.Join(", ", columns.Select(column => "@" + column))})";
        using var statement = new PreparedStatement(connection, sql, columns);
        statement.Command.Transaction = transaction;
        foreach (var row in rows)
        {
            var values = valuesOf(row);
            for (var i = 0; i < values.Length; i++)
            {
                statement.Set(i, values[i]);
            }

            statement.Execute();
        }
    }
}
