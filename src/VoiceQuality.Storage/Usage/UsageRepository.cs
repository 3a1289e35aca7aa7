using System.Data.Common;
using System.Globalization;
using NodaTime;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Usage;

namespace VoiceQuality.Storage.Usage;

/// <summary>One unit's month: lines are imported for all of it or not at all.</summary>
/// <param name="AccountId">The account.</param>
/// <param name="UnitId">The business unit.</param>
/// <param name="Month">The month of service.</param>
public readonly record struct UsageSet(string AccountId, string UnitId, ServiceMonth Month);

/// <summary>What became of an import.</summary>
/// <param name="SetsReplaced">Unit months that were new or had other lines.</param>
/// <param name="SetsUnchanged">Unit months that had the same lines.</param>
/// <param name="Lines">Lines of the replaced ones.</param>
public readonly record struct UsageOutcome(int SetsReplaced, int SetsUnchanged, int Lines);

/// <summary>The lines of one unit's month and where they came from.</summary>
/// <param name="Set">The unit and month.</param>
/// <param name="SourceDigest">Digest of the file or message that they came with.</param>
/// <param name="ImportedAt">When, to the microsecond.</param>
/// <param name="Lines">The lines in the order of the source; empty when the source said so.</param>
public sealed record StoredUsage(
    UsageSet Set, string SourceDigest, Instant ImportedAt, IReadOnlyList<UsageLine> Lines);

/// <summary>Keeps what the billing system billed. Threads may share it.</summary>
public sealed class UsageRepository(Database database)
{
    private const string Match =
        "account_id = @account_id AND unit_id = @unit_id AND service_month = @service_month";

    private const string InsertImport = """
        INSERT INTO usage_import (account_id, unit_id, service_month, source_digest, imported_at_us)
        VALUES (@account_id, @unit_id, @service_month, @source_digest, @imported_at_us)
        """;

    private const string InsertLine = """
        INSERT INTO usage_line (account_id, unit_id, service_month, ordinal, kind, amount, number_digits)
        VALUES (@account_id, @unit_id, @service_month, @ordinal, @kind, @amount, @number_digits)
        """;

    private const string SelectImport =
        $"SELECT source_digest, imported_at_us FROM usage_import WHERE {Match}";

    private const string SelectLines =
        $"SELECT kind, amount, number_digits FROM usage_line WHERE {Match} ORDER BY ordinal";

    private const string SelectSets = """
        SELECT account_id, unit_id, service_month FROM usage_import
        WHERE service_month = @service_month ORDER BY account_id, unit_id
        """;

    /// <summary>
    /// Stores a full set of lines in one transaction. The lines of every unit and month that occurs in it, or in
    /// <paramref name="alsoCovered"/>, are replaced; others stay. The same lines again change nothing.
    /// </summary>
    /// <param name="lines">Checked lines.</param>
    /// <param name="alsoCovered">Unit months that the source covers without billing anything: their usage is 0.</param>
    /// <param name="sourceDigest">Digest of the file or message.</param>
    /// <param name="now">When.</param>
    /// <param name="cancellationToken">Stops the writing; nothing is then changed.</param>
    public Task<UsageOutcome> ImportAsync(
        IEnumerable<UsageLine> lines,
        IEnumerable<UsageSet> alsoCovered,
        string sourceDigest,
        Instant now,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lines);
        ArgumentNullException.ThrowIfNull(alsoCovered);
        ArgumentException.ThrowIfNullOrEmpty(sourceDigest);

        var sets = lines
            .GroupBy(line => new UsageSet(line.AccountId, line.UnitId, line.Month))
            .ToDictionary(group => group.Key, group => group.ToList());
        foreach (var set in alsoCovered)
        {
            sets.TryAdd(set, []);
        }

        return database.WriteAsync(
            async (_, transaction, token) =>
            {
                var outcome = default(UsageOutcome);
                foreach (var (set, ofSet) in sets)
                {
                    token.ThrowIfCancellationRequested();
                    var stored = await ReadAsync(transaction, set, token);
                    if (stored is not null && stored.Lines.SequenceEqual(ofSet))
                    {
                        outcome = outcome with { SetsUnchanged = outcome.SetsUnchanged + 1 };
                        continue;
                    }

                    await ReplaceAsync(transaction, set, ofSet, sourceDigest, now, token);
                    outcome = outcome with
                    {
                        SetsReplaced = outcome.SetsReplaced + 1,
                        Lines = outcome.Lines + ofSet.Count,
                    };
                }

                return outcome;
            },
            cancellationToken);
    }

    /// <summary>The lines of a unit's month; null when none were ever imported, which is not zero usage.</summary>
    public Task<StoredUsage?> GetAsync(UsageSet set, CancellationToken cancellationToken) =>
        database.ReadAsync((_, transaction, token) => ReadAsync(transaction, set, token), cancellationToken);

    /// <summary>The units that a month was imported for.</summary>
    public Task<IReadOnlyList<UsageSet>> ListSetsAsync(ServiceMonth month, CancellationToken cancellationToken) =>
        database.ReadListAsync(
            SelectSets,
            [("@service_month", month.ToString())],
            reader => new UsageSet(reader.GetString(0), reader.GetString(1), reader.GetMonth(2)),
            cancellationToken);

    private static async Task ReplaceAsync(
        DbTransaction transaction,
        UsageSet set,
        List<UsageLine> lines,
        string sourceDigest,
        Instant now,
        CancellationToken cancellationToken)
    {
        foreach (var table in new[] { "usage_line", "usage_import" })
        {
            await using var delete = Command(transaction, $"DELETE FROM {table} WHERE {Match}", set);
            await delete.ExecuteNonQueryAsync(cancellationToken);
        }

        await using (var import = Command(transaction, InsertImport, set))
        {
            import.AddParameter("@source_digest", sourceDigest);
            import.AddParameter("@imported_at_us", now.ToMicroseconds());
            await import.ExecuteNonQueryAsync(cancellationToken);
        }

        using var insert = new PreparedStatement(
            transaction.Connection!,
            InsertLine,
            "account_id", "unit_id", "service_month", "ordinal", "kind", "amount", "number_digits");
        insert.Command.Transaction = transaction;
        insert.Set(0, set.AccountId);
        insert.Set(1, set.UnitId);
        insert.Set(2, set.Month.ToString());
        for (var i = 0; i < lines.Count; i++)
        {
            insert.Set(3, i);
            insert.Set(4, StoredName<ChargeKind>.Of(lines[i].Kind));
            insert.Set(5, lines[i].Amount.ToString(CultureInfo.InvariantCulture));
            insert.Set(6, lines[i].Number is { } number ? (long)number.Digits : null);
            insert.Execute();
        }
    }

    private static async Task<StoredUsage?> ReadAsync(
        DbTransaction transaction, UsageSet set, CancellationToken cancellationToken)
    {
        string digest;
        Instant importedAt;
        await using (var command = Command(transaction, SelectImport, set))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            if (!await reader.ReadAsync(cancellationToken))
            {
                return null;
            }

            digest = reader.GetString(0);
            importedAt = reader.GetInstant(1);
        }

        var lines = new List<UsageLine>();
        await using (var command = Command(transaction, SelectLines, set))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                lines.Add(new UsageLine(
                    set.AccountId,
                    set.UnitId,
                    set.Month,
                    StoredName<ChargeKind>.Parse(reader.GetString(0)),
                    reader.GetDecimalText(1),
                    NumberOf(reader.GetNullableInt64(2))));
            }
        }

        return new StoredUsage(set, digest, importedAt, lines);
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

    private static DbCommand Command(DbTransaction transaction, string sql, UsageSet set)
    {
        var command = transaction.Command(sql);
        command.AddParameter("@account_id", set.AccountId);
        command.AddParameter("@unit_id", set.UnitId);
        command.AddParameter("@service_month", set.Month.ToString());
        return command;
    }
}
