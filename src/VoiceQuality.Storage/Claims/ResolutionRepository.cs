using System.Collections.Immutable;
using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using NodaTime;
using VoiceQuality.Sla.Evidence;
using VoiceQuality.Storage.Ledger;

namespace VoiceQuality.Storage.Claims;

/// <summary>Which claims a resolution is of.</summary>
public enum ClaimKind
{
    /// <summary>For the average score of a unit's month.</summary>
    Mos,

    /// <summary>For failures of components.</summary>
    Outage,
}

/// <summary>What a person decided on a claim in review. Rows are added and never changed.</summary>
public sealed record StoredResolution
{
    /// <summary>The claim.</summary>
    public required string ClaimId { get; init; }

    /// <summary>The account.</summary>
    public required string AccountId { get; init; }

    /// <summary>Kind of the claim.</summary>
    public required ClaimKind Kind { get; init; }

    /// <summary>What was decided.</summary>
    public required ResolutionDecision Decision { get; init; }

    /// <summary>Why, in the person's words.</summary>
    public required string Reason { get; init; }

    /// <summary>References to the evidence.</summary>
    public required ImmutableArray<string> Evidence { get; init; }

    /// <summary>Who decided: an opaque id.</summary>
    public required string Actor { get; init; }

    /// <summary>US dollars by the rules, whole cents.</summary>
    public required decimal Credit { get; init; }

    /// <summary>US dollars beyond the rules, whole cents.</summary>
    public required decimal Goodwill { get; init; }

    /// <summary>The ledger's entries.</summary>
    public required ImmutableArray<string> EntryIds { get; init; }

    /// <summary>When, to the microsecond.</summary>
    public required Instant ResolvedAt { get; init; }

    /// <summary>Digest of the evidence.</summary>
    public required string EvidenceDigest { get; init; }
}

/// <summary>Keeps what persons decided. Threads may share it.</summary>
public sealed class ResolutionRepository(Database database)
{
    private const string Columns =
        "claim_id, account_id, kind, decision, reason, evidence, actor, credit_amount, goodwill_amount, entry_ids, "
        + "resolved_at_us, evidence_digest";

    private const string OfClaim =
        $"SELECT {Columns} FROM claim_resolution WHERE account_id = @account_id AND claim_id = @claim_id";

    /// <summary>Stores a resolution in the transaction in which its entries are posted.</summary>
    public static async Task AddAsync(
        LedgerTransaction ledger, StoredResolution resolution, byte[] bundle, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        ArgumentNullException.ThrowIfNull(resolution);
        await using var command = ledger.Transaction.Command($"""
            INSERT INTO claim_resolution ({Columns}, bundle)
            VALUES (@claim_id, @account_id, @kind, @decision, @reason, @evidence, @actor, @credit_amount,
                @goodwill_amount, @entry_ids, @resolved_at_us, @evidence_digest, @bundle)
            """);
        command.AddParameter("@claim_id", resolution.ClaimId);
        command.AddParameter("@account_id", resolution.AccountId);
        command.AddParameter("@kind", StoredName<ClaimKind>.Of(resolution.Kind));
        command.AddParameter("@decision", StoredName<ResolutionDecision>.Of(resolution.Decision));
        command.AddParameter("@reason", resolution.Reason);
        command.AddParameter("@evidence", JsonSerializer.Serialize(resolution.Evidence));
        command.AddParameter("@actor", resolution.Actor);
        command.AddParameter("@credit_amount", resolution.Credit.ToString(CultureInfo.InvariantCulture));
        command.AddParameter("@goodwill_amount", resolution.Goodwill.ToString(CultureInfo.InvariantCulture));
        command.AddParameter("@entry_ids", JsonSerializer.Serialize(resolution.EntryIds));
        command.AddParameter("@resolved_at_us", resolution.ResolvedAt.ToMicroseconds());
        command.AddParameter("@evidence_digest", resolution.EvidenceDigest);
        command.AddParameter("@bundle", bundle);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The resolution of a claim as the transaction sees it; null without one.</summary>
    public static async Task<StoredResolution?> FindAsync(
        LedgerTransaction ledger, string accountId, string claimId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        await using var command = ledger.Transaction.Command(OfClaim);
        command.AddParameter("@account_id", accountId);
        command.AddParameter("@claim_id", claimId);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? Read(reader) : null;
    }

    /// <summary>The resolution of a claim; null without one.</summary>
    public async Task<StoredResolution?> GetAsync(
        string accountId, string claimId, CancellationToken cancellationToken)
    {
        var rows = await database.ReadListAsync(
            OfClaim, [("@account_id", accountId), ("@claim_id", claimId)], Read, cancellationToken);
        return rows.Count == 0 ? null : rows[0];
    }

    /// <summary>Its evidence, octet by octet as stored; null without one.</summary>
    public async Task<byte[]?> GetBundleAsync(string accountId, string claimId, CancellationToken cancellationToken)
    {
        var rows = await database.ReadListAsync(
            "SELECT bundle FROM claim_resolution WHERE account_id = @account_id AND claim_id = @claim_id",
            [("@account_id", accountId), ("@claim_id", claimId)],
            reader => reader.GetFieldValue<byte[]>(0),
            cancellationToken);
        return rows.Count == 0 ? null : rows[0];
    }

    private static StoredResolution Read(DbDataReader reader) => new()
    {
        ClaimId = reader.GetString(0),
        AccountId = reader.GetString(1),
        Kind = StoredName<ClaimKind>.Parse(reader.GetString(2)),
        Decision = StoredName<ResolutionDecision>.Parse(reader.GetString(3)),
        Reason = reader.GetString(4),
        Evidence = [.. JsonSerializer.Deserialize<string[]>(reader.GetString(5)) ?? []],
        Actor = reader.GetString(6),
        Credit = reader.GetDecimalText(7),
        Goodwill = reader.GetDecimalText(8),
        EntryIds = [.. JsonSerializer.Deserialize<string[]>(reader.GetString(9)) ?? []],
        ResolvedAt = reader.GetInstant(10),
        EvidenceDigest = reader.GetString(11),
    };
}
