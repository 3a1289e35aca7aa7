using System.Collections.Immutable;
using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using NodaTime;
using VoiceQuality.Sla.Evidence;
using VoiceQuality.Sla.Ledger;
using VoiceQuality.Storage.Ledger;

namespace VoiceQuality.Storage.Claims;

/// <summary>What a person decided on a restatement in review. Rows are added and never changed.</summary>
public sealed record StoredRestatementResolution
{
    /// <summary>The restatement.</summary>
    public required string RestatementId { get; init; }

    /// <summary>The account.</summary>
    public required string AccountId { get; init; }

    /// <summary>The decision whose credit is restated.</summary>
    public required string ClaimId { get; init; }

    /// <summary>Grant: the amount follows from the facts. Deny: what was posted stands.</summary>
    public required ResolutionDecision Decision { get; init; }

    /// <summary>Why, in the person's words.</summary>
    public required string Reason { get; init; }

    /// <summary>References to the evidence.</summary>
    public required ImmutableArray<string> Evidence { get; init; }

    /// <summary>Who decided: an opaque id.</summary>
    public required string Actor { get; init; }

    /// <summary>US dollars that the claim is worth; null where what was posted stands.</summary>
    public decimal? Credit { get; init; }

    /// <summary>US dollars of the entry; null without one.</summary>
    public decimal? Difference { get; init; }

    /// <summary>The entry, which waits for a second person where it is a decrease; null without one.</summary>
    public string? EntryId { get; init; }

    /// <summary>Version of the policy.</summary>
    public required string PolicyVersion { get; init; }

    /// <summary>When, to the microsecond.</summary>
    public required Instant ResolvedAt { get; init; }

    /// <summary>Digest of the evidence.</summary>
    public required string EvidenceDigest { get; init; }
}

/// <summary>Keeps what persons decided on restatements. Threads may share it.</summary>
public sealed class RestatementResolutionRepository(Database database)
{
    private const string Columns =
        "restatement_id, account_id, claim_id, decision, reason, evidence, actor, credit_amount, difference, entry_id, "
        + "policy_version, resolved_at_us, evidence_digest";

    // The newest restatement of a month stands for those before it. A claim that is itself in review is decided there,
    // and what a person decided on it after the restatement, or on figures that it did not follow, needs no second
    // look.
    private const string Waiting = """
        r.outcome = 'Review'
            AND NOT EXISTS (SELECT 1 FROM restatement_resolution d WHERE d.restatement_id = r.restatement_id)
            AND NOT EXISTS (
                SELECT 1 FROM restatement later
                WHERE later.account_id = r.account_id AND later.unit_id = r.unit_id
                    AND later.service_month = r.service_month AND later.kind = r.kind
                    AND later.component_id IS r.component_id AND later.rowid > r.rowid)
            AND EXISTS (
                SELECT 1 FROM credit_claim c LEFT JOIN claim_resolution p ON p.claim_id = c.claim_id
                WHERE c.claim_id = r.claim_id AND ((p.claim_id IS NULL AND c.decision <> 'Review')
                    OR p.resolved_at_us < r.restated_at_us))
        """;

    /// <summary>Stores a resolution in the transaction in which its entry is posted.</summary>
    public static async Task AddAsync(
        LedgerTransaction ledger,
        StoredRestatementResolution resolution,
        byte[] bundle,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        ArgumentNullException.ThrowIfNull(resolution);
        await using var command = ledger.Transaction.Command($"""
            INSERT INTO restatement_resolution ({Columns}, bundle)
            VALUES (@restatement_id, @account_id, @claim_id, @decision, @reason, @evidence, @actor, @credit_amount,
                @difference, @entry_id, @policy_version, @resolved_at_us, @evidence_digest, @bundle)
            """);
        command.AddParameter("@restatement_id", resolution.RestatementId);
        command.AddParameter("@account_id", resolution.AccountId);
        command.AddParameter("@claim_id", resolution.ClaimId);
        command.AddParameter("@decision", StoredName<ResolutionDecision>.Of(resolution.Decision));
        command.AddParameter("@reason", resolution.Reason);
        command.AddParameter("@evidence", JsonSerializer.Serialize(resolution.Evidence));
        command.AddParameter("@actor", resolution.Actor);
        command.AddParameter("@credit_amount", resolution.Credit?.ToString(CultureInfo.InvariantCulture));
        command.AddParameter("@difference", resolution.Difference?.ToString(CultureInfo.InvariantCulture));
        command.AddParameter("@entry_id", resolution.EntryId);
        command.AddParameter("@policy_version", resolution.PolicyVersion);
        command.AddParameter("@resolved_at_us", resolution.ResolvedAt.ToMicroseconds());
        command.AddParameter("@evidence_digest", resolution.EvidenceDigest);
        command.AddParameter("@bundle", bundle);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Whether a person decided any restatement of a claim, as the transaction sees it.</summary>
    public static async Task<bool> ExistsForAsync(
        LedgerTransaction ledger, string accountId, string claimId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        await using var command = ledger.Transaction.Command(
            "SELECT 1 FROM restatement_resolution WHERE account_id = @account_id AND claim_id = @claim_id LIMIT 1");
        command.AddParameter("@account_id", accountId);
        command.AddParameter("@claim_id", claimId);
        return await command.ExecuteScalarAsync(cancellationToken) is not null;
    }

    /// <summary>Whether a restatement waits for a person, as the transaction sees it.</summary>
    public static async Task<bool> IsWaitingAsync(
        LedgerTransaction ledger, string restatementId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        await using var command = ledger.Transaction.Command(
            $"SELECT 1 FROM restatement r WHERE r.restatement_id = @restatement_id AND {Waiting}");
        command.AddParameter("@restatement_id", restatementId);
        return await command.ExecuteScalarAsync(cancellationToken) is not null;
    }

    /// <summary>Names of the restatements of all accounts that wait for a person, with their account, oldest
    /// first.</summary>
    /// <param name="limit">At most, 1 to 1,001.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public Task<IReadOnlyList<(string AccountId, string RestatementId)>> ListWaitingAsync(
        int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, RestatementRepository.LargestPage + 1);
        return database.ReadListAsync(
            $"""
            SELECT r.account_id, r.restatement_id FROM restatement r WHERE {Waiting}
            ORDER BY r.restated_at_us, r.restatement_id LIMIT @limit
            """,
            [("@limit", limit)],
            reader => (reader.GetString(0), reader.GetString(1)),
            cancellationToken);
    }

    /// <summary>What a person decided on a restatement; null when nobody did.</summary>
    public async Task<StoredRestatementResolution?> GetAsync(
        string accountId, string restatementId, CancellationToken cancellationToken)
    {
        var rows = await database.ReadListAsync(
            $"""
            SELECT {Columns} FROM restatement_resolution
            WHERE account_id = @account_id AND restatement_id = @restatement_id
            """,
            [("@account_id", accountId), ("@restatement_id", restatementId)],
            Read,
            cancellationToken);
        return rows.Count == 0 ? null : rows[0];
    }

    /// <summary>Its evidence, octet by octet as stored; null without one.</summary>
    public async Task<byte[]?> GetBundleAsync(
        string accountId, string restatementId, CancellationToken cancellationToken)
    {
        var rows = await database.ReadListAsync(
            """
            SELECT bundle FROM restatement_resolution
            WHERE account_id = @account_id AND restatement_id = @restatement_id
            """,
            [("@account_id", accountId), ("@restatement_id", restatementId)],
            reader => reader.GetFieldValue<byte[]>(0),
            cancellationToken);
        return rows.Count == 0 ? null : rows[0];
    }

    private static StoredRestatementResolution Read(DbDataReader reader) => new()
    {
        RestatementId = reader.GetString(0),
        AccountId = reader.GetString(1),
        ClaimId = reader.GetString(2),
        Decision = StoredName<ResolutionDecision>.Parse(reader.GetString(3)),
        Reason = reader.GetString(4),
        Evidence = [.. JsonSerializer.Deserialize<string[]>(reader.GetString(5)) ?? []],
        Actor = reader.GetString(6),
        Credit = reader.GetNullableDecimalText(7),
        Difference = reader.GetNullableDecimalText(8),
        EntryId = reader.GetNullableString(9),
        PolicyVersion = reader.GetString(10),
        ResolvedAt = reader.GetInstant(11),
        EvidenceDigest = reader.GetString(12),
    };
}
