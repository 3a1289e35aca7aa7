using System.Data.Common;
using System.Globalization;
using NodaTime;
using VoiceQuality.Sla.Credits;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Storage.Ledger;

namespace VoiceQuality.Storage.Claims;

/// <summary>
/// Keeps claims, what was decided and the evidence. A claim is stored in the ledger's transaction, so that a decision
/// and its posting stand or fall together. Threads may share it.
/// </summary>
public sealed class ClaimRepository(Database database)
{
    /// <summary>The most claims of one list.</summary>
    public const int LargestPage = 1_000;

    private const string Columns =
        "claim_id, account_id, unit_id, service_month, received_at_us, decision, reason, mos_status, mos_display, "
        + "credit_percent, base_amount, credit_amount, duplicate_of, settles, entry_id, policy_version, "
        + "evidence_digest";

    private const string Select = $"SELECT {Columns} FROM credit_claim";

    private const string OfMonth = "account_id = @account_id AND unit_id = @unit_id AND service_month = @service_month";

    private const string NewestFirst = "ORDER BY received_at_us DESC, claim_id DESC";

    private const string Insert = $"""
        INSERT INTO credit_claim ({Columns}, bundle)
        VALUES (@claim_id, @account_id, @unit_id, @service_month, @received_at_us, @decision, @reason, @mos_status,
            @mos_display, @credit_percent, @base_amount, @credit_amount, @duplicate_of, @settles, @entry_id,
            @policy_version, @evidence_digest, @bundle)
        """;

    private const string SelectSettling = $"SELECT claim_id FROM credit_claim WHERE {OfMonth} AND settles = 1";

    /// <summary>Name of the one decision on a unit's month, as the transaction sees it; null without one.</summary>
    public static async Task<string?> FindSettlingAsync(
        LedgerTransaction ledger,
        string accountId,
        string unitId,
        ServiceMonth month,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        await using var command = ledger.Transaction.Command(SelectSettling);
        AddMonth(command, accountId, unitId, month);
        return (string?)await command.ExecuteScalarAsync(cancellationToken);
    }

    /// <summary>The one decision on a unit's month, as the transaction sees it; null without one.</summary>
    public static async Task<StoredClaim?> FindDecisionAsync(
        LedgerTransaction ledger,
        string accountId,
        string unitId,
        ServiceMonth month,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        await using var command = ledger.Transaction.Command($"{Select} WHERE {OfMonth} AND settles = 1");
        AddMonth(command, accountId, unitId, month);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? Read(reader) : null;
    }

    /// <summary>Stores a claim, in the transaction in which its credit is posted.</summary>
    /// <param name="ledger">The transaction.</param>
    /// <param name="claim">The claim and its decision.</param>
    /// <param name="bundle">The evidence as it is given out.</param>
    /// <param name="cancellationToken">Stops before it is stored.</param>
    public static async Task AddAsync(
        LedgerTransaction ledger, StoredClaim claim, byte[] bundle, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        ArgumentNullException.ThrowIfNull(claim);
        ArgumentNullException.ThrowIfNull(bundle);
        await using var command = ledger.Transaction.Command(Insert);
        AddMonth(command, claim.AccountId, claim.UnitId, claim.Month);
        command.AddParameter("@claim_id", claim.ClaimId);
        command.AddParameter("@received_at_us", claim.ReceivedAt.ToMicroseconds());
        command.AddParameter("@decision", StoredName<CreditDecision>.Of(claim.Decision));
        command.AddParameter("@reason", claim.Reason is { } reason ? StoredName<MosCreditReason>.Of(reason) : null);
        command.AddParameter("@mos_status", StoredName<MosStatus>.Of(claim.MosStatus));
        command.AddParameter("@mos_display", claim.MosDisplay);
        command.AddParameter("@credit_percent", claim.Percent);
        command.AddParameter("@base_amount", claim.Base?.ToString(CultureInfo.InvariantCulture));
        command.AddParameter("@credit_amount", claim.Credit.ToString(CultureInfo.InvariantCulture));
        command.AddParameter("@duplicate_of", claim.DuplicateOf);
        command.AddParameter("@settles", claim.SettlesMonth ? 1 : 0);
        command.AddParameter("@entry_id", claim.EntryId);
        command.AddParameter("@policy_version", claim.PolicyVersion);
        command.AddParameter("@evidence_digest", claim.EvidenceDigest);
        command.AddParameter("@bundle", bundle);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>An account's claims, newest first.</summary>
    /// <param name="accountId">The account.</param>
    /// <param name="limit">Claims at most, 1 to 1,000.</param>
    /// <param name="before">A claim of the account; only claims that came before it. Null for the newest.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public Task<IReadOnlyList<StoredClaim>> ListAsync(
        string accountId, int limit, StoredClaim? before, CancellationToken cancellationToken) => ListAsync(
            accountId, limit, before is null ? null : (before.ReceivedAt, before.ClaimId), cancellationToken);

    /// <summary>The same; only claims that came before an instant, or at it with a lesser name.</summary>
    public Task<IReadOnlyList<StoredClaim>> ListAsync(
        string accountId, int limit, (Instant At, string ClaimId)? before, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, LargestPage + 1);
        return database.ReadListAsync(
            $"""
            {Select} WHERE account_id = @account_id
                AND (received_at_us < @before_us OR (received_at_us = @before_us AND claim_id < @before_id))
            {NewestFirst} LIMIT @limit
            """,
            [
                ("@account_id", accountId),
                ("@before_us", before?.At.ToMicroseconds() ?? long.MaxValue),
                ("@before_id", before?.ClaimId ?? ""),
                ("@limit", limit),
            ],
            Read,
            cancellationToken);
    }

    /// <summary>The newest claims on a unit's month, at most ten, the one that settles it first.</summary>
    public Task<IReadOnlyList<StoredClaim>> ListMonthAsync(
        string accountId, string unitId, ServiceMonth month, CancellationToken cancellationToken) =>
        database.ReadListAsync(
            $"{Select} WHERE {OfMonth} ORDER BY settles DESC, received_at_us DESC, claim_id DESC LIMIT 10",
            [("@account_id", accountId), ("@unit_id", unitId), ("@service_month", month.ToString())],
            Read,
            cancellationToken);

    /// <summary>Claims of all accounts that wait for a person, oldest first.</summary>
    /// <param name="limit">Claims at most, 1 to 1,001.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public Task<IReadOnlyList<StoredClaim>> ListInReviewAsync(int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, LargestPage + 1);
        return database.ReadListAsync(
            $"""
            {Select} WHERE decision = @review
                AND claim_id NOT IN (SELECT resolved.claim_id FROM claim_resolution resolved)
            ORDER BY received_at_us, claim_id LIMIT @limit
            """,
            [("@review", StoredName<CreditDecision>.Of(CreditDecision.Review)), ("@limit", limit)],
            Read,
            cancellationToken);
    }

    /// <summary>A claim of an account; null when the account has no such claim.</summary>
    public async Task<StoredClaim?> GetAsync(string accountId, string claimId, CancellationToken cancellationToken)
    {
        var rows = await database.ReadListAsync(
            $"{Select} WHERE account_id = @account_id AND claim_id = @claim_id",
            [("@account_id", accountId), ("@claim_id", claimId)],
            Read,
            cancellationToken);
        return rows.Count == 0 ? null : rows[0];
    }

    /// <summary>The evidence of a claim, octet by octet as stored; null when the account has no such claim.</summary>
    public async Task<byte[]?> GetBundleAsync(string accountId, string claimId, CancellationToken cancellationToken)
    {
        var rows = await database.ReadListAsync(
            "SELECT bundle FROM credit_claim WHERE account_id = @account_id AND claim_id = @claim_id",
            [("@account_id", accountId), ("@claim_id", claimId)],
            reader => reader.GetFieldValue<byte[]>(0),
            cancellationToken);
        return rows.Count == 0 ? null : rows[0];
    }

    private static void AddMonth(DbCommand command, string accountId, string unitId, ServiceMonth month)
    {
        command.AddParameter("@account_id", accountId);
        command.AddParameter("@unit_id", unitId);
        command.AddParameter("@service_month", month.ToString());
    }

    private static StoredClaim Read(DbDataReader reader) => new()
    {
        ClaimId = reader.GetString(0),
        AccountId = reader.GetString(1),
        UnitId = reader.GetString(2),
        Month = reader.GetMonth(3),
        ReceivedAt = reader.GetInstant(4),
        Decision = StoredName<CreditDecision>.Parse(reader.GetString(5)),
        Reason = reader.GetNullableString(6) is { } reason ? StoredName<MosCreditReason>.Parse(reason) : null,
        MosStatus = StoredName<MosStatus>.Parse(reader.GetString(7)),
        MosDisplay = reader.GetNullableString(8),
        Percent = reader.GetInt32(9),
        Base = reader.GetNullableDecimalText(10),
        Credit = reader.GetDecimalText(11),
        DuplicateOf = reader.GetNullableString(12),
        SettlesMonth = reader.GetInt64(13) == 1,
        EntryId = reader.GetNullableString(14),
        PolicyVersion = reader.GetString(15),
        EvidenceDigest = reader.GetString(16),
    };
}
