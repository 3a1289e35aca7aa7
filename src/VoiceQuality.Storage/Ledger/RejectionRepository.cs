using System.Collections.Immutable;
using System.Data.Common;
using System.Text.Json;
using NodaTime;
using VoiceQuality.Sla.Ledger;

namespace VoiceQuality.Storage.Ledger;

/// <summary>A decrease that a second person rejected. Rows are added and never changed.</summary>
public sealed record StoredRejection
{
    /// <summary>The entry that waited.</summary>
    public required string EntryId { get; init; }

    /// <summary>The entry of 0.00 that took it back.</summary>
    public required string RejectionEntryId { get; init; }

    /// <summary>The account.</summary>
    public required string AccountId { get; init; }

    /// <summary>Why, in the person's words.</summary>
    public required string Reason { get; init; }

    /// <summary>References to the evidence; may be none.</summary>
    public required ImmutableArray<string> Evidence { get; init; }

    /// <summary>Who rejected: an opaque id, not that of the author.</summary>
    public required string Actor { get; init; }

    /// <summary>Digest of the facts that the decrease followed from; null where a person named them.</summary>
    public string? Facts { get; init; }

    /// <summary>When, to the microsecond.</summary>
    public required Instant RejectedAt { get; init; }

    /// <summary>Digest of the evidence.</summary>
    public required string EvidenceDigest { get; init; }
}

/// <summary>Keeps rejections of decreases. Threads may share it.</summary>
public sealed class RejectionRepository(Database database)
{
    private const string Columns =
        "entry_id, rejection_entry_id, account_id, reason, evidence, actor, facts, rejected_at_us, evidence_digest";

    // The evidence of whatever may have asked for a decrease.
    private const string SelectBundle = """
        SELECT bundle FROM restatement WHERE evidence_digest = @digest
        UNION ALL SELECT bundle FROM outage_decision WHERE evidence_digest = @digest
        LIMIT 1
        """;

    /// <summary>Stores a rejection in the transaction in which the decrease is taken back.</summary>
    public static async Task AddAsync(
        LedgerTransaction ledger, StoredRejection rejection, byte[] bundle, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        ArgumentNullException.ThrowIfNull(rejection);
        await using var command = ledger.Transaction.Command($"""
            INSERT INTO ledger_rejection ({Columns}, bundle)
            VALUES (@entry_id, @rejection_entry_id, @account_id, @reason, @evidence, @actor, @facts, @rejected_at_us,
                @evidence_digest, @bundle)
            """);
        command.AddParameter("@entry_id", rejection.EntryId);
        command.AddParameter("@rejection_entry_id", rejection.RejectionEntryId);
        command.AddParameter("@account_id", rejection.AccountId);
        command.AddParameter("@reason", rejection.Reason);
        command.AddParameter("@evidence", JsonSerializer.Serialize(rejection.Evidence));
        command.AddParameter("@actor", rejection.Actor);
        command.AddParameter("@facts", rejection.Facts);
        command.AddParameter("@rejected_at_us", rejection.RejectedAt.ToMicroseconds());
        command.AddParameter("@evidence_digest", rejection.EvidenceDigest);
        command.AddParameter("@bundle", bundle);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>
    /// Entries of a claim as restating needs them: those that took back a rejected decrease know for which facts.
    /// </summary>
    public static async Task<ImmutableArray<LedgerAmount>> AmountsOfAsync(
        LedgerTransaction ledger, IReadOnlyList<LedgerEntry> history, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        ArgumentNullException.ThrowIfNull(history);
        var amounts = ImmutableArray.CreateBuilder<LedgerAmount>(history.Count);
        foreach (var entry in history)
        {
            amounts.Add(new LedgerAmount(entry.Id, entry.Amount, entry.State)
            {
                RejectedFacts = entry is { Amount: 0, Corrects: not null, State: LedgerEntryState.Posted }
                    ? await FactsOfAsync(ledger, entry.Id, cancellationToken)
                    : null,
            });
        }

        return amounts.MoveToImmutable();
    }

    /// <summary>The evidence that a restatement or decision gave an entry; null where there is none such.</summary>
    public static async Task<byte[]?> FindBundleAsync(
        LedgerTransaction ledger, string evidenceDigest, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        await using var command = ledger.Transaction.Command(SelectBundle);
        command.AddParameter("@digest", evidenceDigest);
        return await command.ExecuteScalarAsync(cancellationToken) as byte[];
    }

    /// <summary>The rejection of an entry; null when nobody rejected it.</summary>
    public async Task<StoredRejection?> GetAsync(string entryId, CancellationToken cancellationToken)
    {
        var rows = await database.ReadListAsync(
            $"SELECT {Columns} FROM ledger_rejection WHERE entry_id = @entry_id",
            [("@entry_id", entryId)],
            Read,
            cancellationToken);
        return rows.Count == 0 ? null : rows[0];
    }

    /// <summary>Its evidence, octet by octet as stored; null without one.</summary>
    public async Task<byte[]?> GetBundleAsync(string entryId, CancellationToken cancellationToken)
    {
        var rows = await database.ReadListAsync(
            "SELECT bundle FROM ledger_rejection WHERE entry_id = @entry_id",
            [("@entry_id", entryId)],
            reader => reader.GetFieldValue<byte[]>(0),
            cancellationToken);
        return rows.Count == 0 ? null : rows[0];
    }

    private static async Task<string?> FactsOfAsync(
        LedgerTransaction ledger, string rejectionEntryId, CancellationToken cancellationToken)
    {
        await using var command = ledger.Transaction.Command(
            "SELECT facts FROM ledger_rejection WHERE rejection_entry_id = @entry_id");
        command.AddParameter("@entry_id", rejectionEntryId);
        return await command.ExecuteScalarAsync(cancellationToken) as string;
    }

    private static StoredRejection Read(DbDataReader reader) => new()
    {
        EntryId = reader.GetString(0),
        RejectionEntryId = reader.GetString(1),
        AccountId = reader.GetString(2),
        Reason = reader.GetString(3),
        Evidence = [.. JsonSerializer.Deserialize<string[]>(reader.GetString(4)) ?? []],
        Actor = reader.GetString(5),
        Facts = reader.GetNullableString(6),
        RejectedAt = reader.GetInstant(7),
        EvidenceDigest = reader.GetString(8),
    };
}
