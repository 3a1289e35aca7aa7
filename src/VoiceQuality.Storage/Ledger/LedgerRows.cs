using System.Data.Common;
using VoiceQuality.Sla.Ledger;

namespace VoiceQuality.Storage.Ledger;

/// <summary>The statements on ledger entries, and how a row becomes an entry and back.</summary>
internal static class LedgerRows
{
    private const decimal CentsPerDollar = 100m;

    private const string Columns =
        "sequence, entry_id, account_id, unit_id, component_id, service_month, kind, posting_period, amount_cents, "
        + "policy_version, evidence_digest, corrects, state, actor, approver, posted_at_us, previous_hash, hash";

    private const string Insert = $"""
        INSERT INTO ledger_entry ({Columns})
        VALUES (@sequence, @entry_id, @account_id, @unit_id, @component_id, @service_month, @kind, @posting_period,
            @amount_cents, @policy_version, @evidence_digest, @corrects, @state, @actor, @approver, @posted_at_us,
            @previous_hash, @hash)
        """;

    // "IS" finds a null too.
    private const string OfClaim = """
        WHERE account_id = @account_id AND unit_id = @unit_id AND service_month = @service_month AND kind = @kind
            AND component_id IS @component_id ORDER BY sequence
        """;

    public const string Select = $"SELECT {Columns} FROM ledger_entry";

    public const int LargestWaitingList = 1_001;

    // An entry that another one corrects was approved, or a later one took its place.
    public const string SelectWaiting = $"""
        {Select} WHERE state = @state AND entry_id NOT IN
            (SELECT later.corrects FROM ledger_entry later WHERE later.corrects IS NOT NULL)
        ORDER BY sequence LIMIT @limit
        """;

    public static async Task InsertAsync(
        DbTransaction transaction, ChainedEntry chained, CancellationToken cancellationToken)
    {
        await using var command = transaction.Command(Insert);
        var entry = chained.Entry;
        AddClaim(command, entry.Claim);
        command.AddParameter("@sequence", chained.Sequence);
        command.AddParameter("@entry_id", entry.Id);
        command.AddParameter("@posting_period", entry.PostingPeriod.ToString());
        command.AddParameter("@amount_cents", CentsOf(entry.Amount));
        command.AddParameter("@policy_version", entry.PolicyVersion);
        command.AddParameter("@evidence_digest", entry.EvidenceDigest);
        command.AddParameter("@corrects", entry.Corrects);
        command.AddParameter("@state", StoredName<LedgerEntryState>.Of(entry.State));
        command.AddParameter("@actor", entry.Actor);
        command.AddParameter("@approver", entry.Approver);
        command.AddParameter("@posted_at_us", entry.PostedAt.ToMicroseconds());
        command.AddParameter("@previous_hash", chained.PreviousHash);
        command.AddParameter("@hash", chained.Hash);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public static Task<IReadOnlyList<LedgerEntry>> ReadClaimAsync(
        DbTransaction transaction, ClaimKey claim, CancellationToken cancellationToken) =>
        ReadAsync(transaction, $"{Select} {OfClaim}", command => AddClaim(command, claim), cancellationToken);

    public static async Task<LedgerEntry?> FindAsync(
        DbTransaction transaction, string entryId, CancellationToken cancellationToken)
    {
        var found = await ReadAsync(
            transaction, $"{Select} WHERE entry_id = @entry_id", c => c.AddParameter("@entry_id", entryId),
            cancellationToken);
        return found.Count > 0 ? found[0] : null;
    }

    public static async Task<ChainHead> ReadHeadAsync(DbTransaction transaction, CancellationToken cancellationToken)
    {
        await using var command =
            transaction.Command("SELECT sequence, hash FROM ledger_entry ORDER BY sequence DESC LIMIT 1");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new ChainHead(reader.GetInt64(0), reader.GetString(1))
            : ChainHead.Empty;
    }

    public static async Task<IReadOnlyList<LedgerEntry>> ReadAsync(
        DbTransaction transaction, string sql, Action<DbCommand> bind, CancellationToken cancellationToken)
    {
        await using var command = transaction.Command(sql);
        bind(command);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var entries = new List<LedgerEntry>();
        while (await reader.ReadAsync(cancellationToken))
        {
            entries.Add(ReadChained(reader).Entry);
        }

        return entries;
    }

    /// <summary>Reads a row of <see cref="Select"/>.</summary>
    public static ChainedEntry ReadChained(DbDataReader reader) => new(
        reader.GetInt64(0),
        new LedgerEntry
        {
            Id = reader.GetString(1),
            Claim = new ClaimKey(
                reader.GetString(2), reader.GetString(3), reader.GetMonth(5),
                StoredName<LedgerEntryKind>.Parse(reader.GetString(6)), reader.GetNullableString(4)),
            PostingPeriod = reader.GetMonth(7),
            Amount = AmountOf(reader.GetInt64(8)),
            PolicyVersion = reader.GetString(9),
            EvidenceDigest = reader.GetString(10),
            Corrects = reader.GetNullableString(11),
            State = StoredName<LedgerEntryState>.Parse(reader.GetString(12)),
            Actor = reader.GetString(13),
            Approver = reader.GetNullableString(14),
            PostedAt = reader.GetInstant(15),
        },
        reader.GetString(16),
        reader.GetString(17));

    public static decimal AmountOf(long cents) => cents / CentsPerDollar;

    public static long CentsOf(decimal amount) => checked((long)(amount * CentsPerDollar));

    private static void AddClaim(DbCommand command, ClaimKey claim)
    {
        command.AddParameter("@account_id", claim.AccountId);
        command.AddParameter("@unit_id", claim.UnitId);
        command.AddParameter("@service_month", claim.ServiceMonth.ToString());
        command.AddParameter("@kind", StoredName<LedgerEntryKind>.Of(claim.Kind));
        command.AddParameter("@component_id", claim.ComponentId);
    }
}
