using System.Collections.Immutable;
using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using VoiceQuality.Sla.Ledger;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Storage.Ledger;

namespace VoiceQuality.Storage.Claims;

/// <summary>Keeps restatements and their evidence. Threads may share it.</summary>
public sealed class RestatementRepository(Database database)
{
    /// <summary>The most restatements of one list.</summary>
    public const int LargestPage = 1_000;

    private const string Columns =
        "restatement_id, account_id, unit_id, component_id, service_month, kind, claim_id, from_version, to_version, "
        + "reasons, differences, outcome, posted_before, recomputed, difference, entry_id, policy_version, "
        + "restated_at_us, evidence_digest";

    private const string Select = $"SELECT {Columns} FROM restatement";

    private const string Insert = $"""
        INSERT INTO restatement ({Columns}, bundle)
        VALUES (@restatement_id, @account_id, @unit_id, @component_id, @service_month, @kind, @claim_id, @from_version,
            @to_version, @reasons, @differences, @outcome, @posted_before, @recomputed, @difference, @entry_id,
            @policy_version, @restated_at_us, @evidence_digest, @bundle)
        """;

    /// <summary>Stores a restatement in the transaction in which its entry is posted.</summary>
    public static async Task AddAsync(
        LedgerTransaction ledger, StoredRestatement restatement, byte[] bundle, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        ArgumentNullException.ThrowIfNull(restatement);
        ArgumentNullException.ThrowIfNull(bundle);
        await using var command = ledger.Transaction.Command(Insert);
        command.AddParameter("@restatement_id", restatement.RestatementId);
        command.AddParameter("@account_id", restatement.Claim.AccountId);
        command.AddParameter("@unit_id", restatement.Claim.UnitId);
        command.AddParameter("@component_id", restatement.Claim.ComponentId);
        command.AddParameter("@service_month", restatement.Month.ToString());
        command.AddParameter("@kind", StoredName<LedgerEntryKind>.Of(restatement.Claim.Kind));
        command.AddParameter("@claim_id", restatement.ClaimId);
        command.AddParameter("@from_version", restatement.FromVersion);
        command.AddParameter("@to_version", restatement.ToVersion);
        command.AddParameter(
            "@reasons", string.Join(
                ',', restatement.Reasons.Select(reason => StoredName<RestatementReason>.Of(reason))));
        command.AddParameter("@differences", JsonSerializer.Serialize(restatement.Differences));
        command.AddParameter("@outcome", StoredName<RestatementOutcome>.Of(restatement.Outcome));
        command.AddParameter("@posted_before", Text(restatement.PostedBefore));
        command.AddParameter("@recomputed", Text(restatement.Recomputed));
        command.AddParameter("@difference", Text(restatement.Difference));
        command.AddParameter("@entry_id", restatement.EntryId);
        command.AddParameter("@policy_version", restatement.PolicyVersion);
        command.AddParameter("@restated_at_us", restatement.RestatedAt.ToMicroseconds());
        command.AddParameter("@evidence_digest", restatement.EvidenceDigest);
        command.AddParameter("@bundle", bundle);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Whether a restatement is stored, as the transaction sees it.</summary>
    public static async Task<bool> ExistsAsync(
        LedgerTransaction ledger, string restatementId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        await using var command =
            ledger.Transaction.Command("SELECT 1 FROM restatement WHERE restatement_id = @restatement_id");
        command.AddParameter("@restatement_id", restatementId);
        return await command.ExecuteScalarAsync(cancellationToken) is not null;
    }

    /// <summary>An account's restatements, newest first.</summary>
    /// <param name="accountId">The account.</param>
    /// <param name="limit">Rows at most, 1 to 1,001.</param>
    /// <param name="before">One of the account; only those before it. Null for the newest.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<IReadOnlyList<StoredRestatement>> ListAsync(
        string accountId, int limit, StoredRestatement? before, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, LargestPage + 1);
        var found = await database.ReadListAsync(
            $"""
            {Select} WHERE account_id = @account_id AND (restated_at_us < @before_us
                OR (restated_at_us = @before_us AND restatement_id < @before_id))
            ORDER BY restated_at_us DESC, restatement_id DESC LIMIT @limit
            """,
            [
                ("@account_id", accountId),
                ("@before_us", before?.RestatedAt.ToMicroseconds() ?? long.MaxValue),
                ("@before_id", before?.RestatementId ?? ""),
                ("@limit", limit),
            ],
            Read,
            cancellationToken);
        return await WithPersonsAsync(found, cancellationToken);
    }

    /// <summary>The newest restatements of a unit's month, at most 20.</summary>
    public async Task<IReadOnlyList<StoredRestatement>> ListMonthAsync(
        string accountId, string unitId, ServiceMonth month, CancellationToken cancellationToken)
    {
        var found = await database.ReadListAsync(
            $"""
            {Select} WHERE account_id = @account_id AND unit_id = @unit_id AND service_month = @service_month
            ORDER BY restated_at_us DESC, restatement_id DESC LIMIT 20
            """,
            [("@account_id", accountId), ("@unit_id", unitId), ("@service_month", month.ToString())],
            Read,
            cancellationToken);
        return await WithPersonsAsync(found, cancellationToken);
    }

    /// <summary>A restatement of an account; null when the account has no such one.</summary>
    public async Task<StoredRestatement?> GetAsync(
        string accountId, string restatementId, CancellationToken cancellationToken)
    {
        var rows = await database.ReadListAsync(
            $"{Select} WHERE account_id = @account_id AND restatement_id = @restatement_id",
            [("@account_id", accountId), ("@restatement_id", restatementId)],
            Read,
            cancellationToken);
        return rows.Count == 0 ? null : (await WithPersonsAsync(rows, cancellationToken))[0];
    }

    /// <summary>Its evidence, octet by octet as stored; null when the account has no such one.</summary>
    public async Task<byte[]?> GetBundleAsync(
        string accountId, string restatementId, CancellationToken cancellationToken)
    {
        var rows = await database.ReadListAsync(
            "SELECT bundle FROM restatement WHERE account_id = @account_id AND restatement_id = @restatement_id",
            [("@account_id", accountId), ("@restatement_id", restatementId)],
            reader => reader.GetFieldValue<byte[]>(0),
            cancellationToken);
        return rows.Count == 0 ? null : rows[0];
    }

    private async Task<IReadOnlyList<StoredRestatement>> WithPersonsAsync(
        IReadOnlyList<StoredRestatement> restatements, CancellationToken cancellationToken)
    {
        var resolutions = new RestatementResolutionRepository(database);
        var rejections = new RejectionRepository(database);
        var complete = new List<StoredRestatement>(restatements.Count);
        foreach (var restatement in restatements)
        {
            var resolution = restatement.Outcome == RestatementOutcome.Review
                ? await resolutions.GetAsync(
                    restatement.Claim.AccountId, restatement.RestatementId, cancellationToken)
                : null;
            complete.Add(restatement with
            {
                Resolution = resolution,
                Rejection = (restatement.EntryId ?? resolution?.EntryId) is { } entryId
                    && (restatement.Difference ?? resolution?.Difference) < 0
                        ? await rejections.GetAsync(entryId, cancellationToken)
                        : null,
            });
        }

        return complete;
    }

    private static string? Text(decimal? amount) => amount?.ToString(CultureInfo.InvariantCulture);

    private static StoredRestatement Read(DbDataReader reader) => new()
    {
        RestatementId = reader.GetString(0),
        Claim = new ClaimKey(
            reader.GetString(1), reader.GetString(2), reader.GetMonth(4),
            StoredName<LedgerEntryKind>.Parse(reader.GetString(5)), reader.GetNullableString(3)),
        ClaimId = reader.GetNullableString(6),
        FromVersion = reader.GetNullableInt32(7),
        ToVersion = reader.GetNullableInt32(8),
        Reasons =
        [
            .. reader.GetString(9).Split(',', StringSplitOptions.RemoveEmptyEntries)
                .Select(StoredName<RestatementReason>.Parse),
        ],
        Differences = [.. JsonSerializer.Deserialize<FigureDifference[]>(reader.GetString(10)) ?? []],
        Outcome = StoredName<RestatementOutcome>.Parse(reader.GetString(11)),
        PostedBefore = reader.GetDecimalText(12),
        Recomputed = reader.GetNullableDecimalText(13),
        Difference = reader.GetNullableDecimalText(14),
        EntryId = reader.GetNullableString(15),
        PolicyVersion = reader.GetString(16),
        RestatedAt = reader.GetInstant(17),
        EvidenceDigest = reader.GetString(18),
    };
}
