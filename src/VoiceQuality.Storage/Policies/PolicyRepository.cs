using System.Data.Common;
using System.Text;
using NodaTime;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Storage.Months;

namespace VoiceQuality.Storage.Policies;

/// <summary>A policy as it was recorded.</summary>
/// <param name="Sequence">1 for the first; the greatest of an account and month is the one that counts.</param>
/// <param name="Entry">The policy, for whom, and from when.</param>
/// <param name="RecordedAt">When it was recorded, to the microsecond.</param>
public sealed record StoredPolicy(long Sequence, PolicyEntry Entry, Instant RecordedAt);

/// <summary>What became of a policy.</summary>
public enum PolicyRecordStatus
{
    /// <summary>It was added.</summary>
    Recorded,

    /// <summary>It is what was recorded last for the account and month; nothing was changed.</summary>
    AlreadyRecorded,

    /// <summary>Its version names another reading, built in or recorded; nothing was changed.</summary>
    VersionTaken,

    /// <summary>
    /// By its mos_score_basis or mos_wideband it is not known yet what every stored call counts; nothing was changed.
    /// </summary>
    CallsUnread,
}

/// <summary>Keeps every policy that was ever put in force. Threads and processes may share it.</summary>
public sealed class PolicyRepository(Database database)
{
    private const string Select = """
        SELECT sequence, account_id, from_month, digest, document, recorded_at_us FROM contract_policy ORDER BY sequence
        """;

    private const string SelectHead = "SELECT coalesce(max(sequence), 0) FROM contract_policy";

    private const string Insert = """
        INSERT INTO contract_policy (sequence, account_id, from_month, version, digest, document, recorded_at_us)
        VALUES (@sequence, @account_id, @from_month, @version, @digest, @document, @recorded_at_us)
        """;

    /// <summary>Adds a policy unless it is what counts already. It is on the disk when this returns.</summary>
    /// <param name="entry">The policy, for whom, and from when.</param>
    /// <param name="now">When.</param>
    /// <param name="cancellationToken">Stops the writing; nothing is then changed.</param>
    public Task<PolicyRecordStatus> RecordAsync(PolicyEntry entry, Instant now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return database.WriteDurablyAsync(
            async (_, transaction, token) =>
            {
                var stored = await ReadAsync(transaction, token);
                var status = StatusOf(entry, stored);
                if (status != PolicyRecordStatus.Recorded)
                {
                    return status;
                }

                if (entry.Policy.MosReading != MosReading.Default
                    && await ReadingBackfill.HasUnreadAsync(transaction, token))
                {
                    return PolicyRecordStatus.CallsUnread;
                }

                await using var command = transaction.Command(Insert);
                command.AddParameter("@sequence", stored.Count + 1L);
                command.AddParameter("@account_id", entry.AccountId);
                command.AddParameter("@from_month", entry.From.ToString());
                command.AddParameter("@version", entry.Policy.Version);
                command.AddParameter("@digest", entry.Digest);
                command.AddParameter("@document", entry.Policy.ToJson());
                command.AddParameter("@recorded_at_us", now.ToMicroseconds());
                await command.ExecuteNonQueryAsync(token);
                return status;
            },
            cancellationToken);
    }

    /// <summary>What would become of a policy; changes nothing.</summary>
    public async Task<PolicyRecordStatus> TryAsync(PolicyEntry entry, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return StatusOf(entry, await ListAsync(cancellationToken));
    }

    /// <summary>All policies that were recorded, in the order of recording.</summary>
    /// <exception cref="StoredDataException">A policy was altered, or this program reads otherwise.</exception>
    public Task<IReadOnlyList<StoredPolicy>> ListAsync(CancellationToken cancellationToken) =>
        database.ReadListAsync(Select, [], Read, cancellationToken);

    /// <summary>Number of policies that were recorded: as long as it stays, the book does.</summary>
    public async Task<long> CountAsync(CancellationToken cancellationToken) =>
        (await database.ReadListAsync(SelectHead, [], reader => reader.GetInt64(0), cancellationToken))[0];

    /// <summary>What is in force by these: of the same account and month, what was recorded last.</summary>
    public static PolicyBook BookOf(IEnumerable<StoredPolicy> policies)
    {
        ArgumentNullException.ThrowIfNull(policies);
        var entries = policies.GroupBy(stored => (stored.Entry.AccountId, stored.Entry.From))
            .Select(group => group.MaxBy(stored => stored.Sequence)!.Entry).ToList();
        return entries.Count == 0 ? PolicyBook.Empty : new PolicyBook(entries);
    }

    private static PolicyRecordStatus StatusOf(PolicyEntry entry, IReadOnlyList<StoredPolicy> stored)
    {
        var last = stored.LastOrDefault(old => old.Entry.AccountId == entry.AccountId && old.Entry.From == entry.From);
        if (last?.Entry.Digest == entry.Digest)
        {
            return PolicyRecordStatus.AlreadyRecorded;
        }

        var isTaken = stored.Select(old => old.Entry.Policy).Append(ContractPolicy.Default)
            .Any(policy => policy.Version == entry.Policy.Version && policy.Digest != entry.Digest);
        return isTaken ? PolicyRecordStatus.VersionTaken : PolicyRecordStatus.Recorded;
    }

    private static async Task<List<StoredPolicy>> ReadAsync(
        DbTransaction transaction, CancellationToken cancellationToken)
    {
        await using var command = transaction.Command(Select);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<StoredPolicy>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(Read(reader));
        }

        return rows;
    }

    // The digest binds the row to the reading: a program that reads otherwise must not decide by it.
    private static StoredPolicy Read(DbDataReader reader)
    {
        var policy = ContractPolicy.Parse(Encoding.UTF8.GetBytes(reader.GetString(4))).Policy;
        if (policy is null || policy.Digest != reader.GetString(3))
        {
            throw new StoredDataException(
                $"Stored policy {reader.GetInt64(0)} was altered, or is of a program that reads otherwise.");
        }

        return new StoredPolicy(
            reader.GetInt64(0),
            new PolicyEntry(reader.GetNullableString(1), ServiceMonth.Parse(reader.GetString(2)), policy),
            reader.GetInstant(5));
    }
}
