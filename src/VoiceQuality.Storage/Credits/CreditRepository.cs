using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using NodaTime;
using VoiceQuality.Sla.Credits;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Usage;
using VoiceQuality.Storage.Ledger;

namespace VoiceQuality.Storage.Credits;

/// <summary>Keeps the assessments of units' months, every version of them. Threads may share it.</summary>
public sealed class CreditRepository(Database database)
{
    private const string Key =
        "account_id = @account_id AND unit_id = @unit_id AND service_month = @service_month";

    // A unit's month is current in the version above which there is none.
    private const string IsCurrent = """
        NOT EXISTS (SELECT 1 FROM credit_assessment later
            WHERE later.account_id = a.account_id AND later.unit_id = a.unit_id
                AND later.service_month = a.service_month AND later.version > a.version)
        """;

    private static readonly string[] Content =
    [
        "period_start_us", "period_end_us", "answered", "scored", "sum_mos_e4", "mos_status", "mos_display", "row_name",
        "credit_percent", "coverage_percent", "base_status", "base_amount", "barred_amount", "credit_if_claimed",
        "month_state", "closes_at_us", "claim_window", "claim_before_us", "policy_version", "policy_digest",
        "tzdb_version",
    ];

    private static readonly string[] Columns =
        ["account_id", "unit_id", "service_month", "version", "content_digest", "assessed_at_us", .. Content];

    private static readonly string Insert =
        $"INSERT INTO credit_assessment ({string.Join(", ", Columns)}) "
        + $"VALUES ({string.Join(", ", Columns.Select(column => "@" + column))})";

    private static readonly string Select = $"SELECT {string.Join(", ", Columns)} FROM credit_assessment a";

    private const string SelectNewest =
        $"SELECT version, content_digest FROM credit_assessment WHERE {Key} ORDER BY version DESC LIMIT 1";

    /// <summary>Adds a version if it says something else than the current one.</summary>
    /// <param name="accountId">The account.</param>
    /// <param name="unitId">The business unit.</param>
    /// <param name="eligibility">What was computed.</param>
    /// <param name="assessedAt">When.</param>
    /// <param name="cancellationToken">Stops the writing; nothing is then changed.</param>
    public Task<AssessmentOutcome> SaveAsync(
        string accountId,
        string unitId,
        MonthlyEligibility eligibility,
        Instant assessedAt,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(eligibility);
        return database.WriteAsync(
            (_, transaction, token) => SaveAsync(transaction, accountId, unitId, eligibility, assessedAt, token),
            cancellationToken);
    }

    /// <summary>
    /// The same in a transaction of the ledger: the version stands or falls with what it posts (R-81).
    /// </summary>
    public static Task<AssessmentOutcome> SaveAsync(
        LedgerTransaction ledger,
        string accountId,
        string unitId,
        MonthlyEligibility eligibility,
        Instant assessedAt,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        ArgumentNullException.ThrowIfNull(eligibility);
        return SaveAsync(ledger.Transaction, accountId, unitId, eligibility, assessedAt, cancellationToken);
    }

    /// <summary>
    /// The newest version that was published after the grace period, as the transaction sees it; null without one.
    /// </summary>
    public static async Task<CreditAssessment?> FindClosedAsync(
        LedgerTransaction ledger,
        string accountId,
        string unitId,
        ServiceMonth month,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        await using var command = ledger.Transaction.Command(
            $"{Select} WHERE {Key} AND month_state = 'Closed' ORDER BY version DESC LIMIT 1");
        AddKey(command, accountId, unitId, month.ToString());
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? Read(reader) : null;
    }

    /// <summary>A version of a unit's month, as the transaction sees it; null without it.</summary>
    public static async Task<CreditAssessment?> FindAsync(
        LedgerTransaction ledger,
        string accountId,
        string unitId,
        ServiceMonth month,
        int version,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        await using var command = ledger.Transaction.Command($"{Select} WHERE {Key} AND version = @version");
        AddKey(command, accountId, unitId, month.ToString());
        command.AddParameter("@version", version);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? Read(reader) : null;
    }

    /// <summary>
    /// Months whose current assessment does not have the calls that are stored, or is older than the usage that was
    /// imported: what a stop left behind, and what another process brought.
    /// </summary>
    /// <param name="importedSince">Only usage imported at this instant or later.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public Task<IReadOnlyList<(string AccountId, ServiceMonth Month)>> ListStaleAsync(
        Instant importedSince, CancellationToken cancellationToken) => database.ReadListAsync(
            $"""
            SELECT m.account_id, m.service_month FROM unit_month m WHERE NOT EXISTS (
                SELECT 1 FROM credit_assessment a
                WHERE a.account_id = m.account_id AND a.unit_id = m.unit_id AND a.service_month = m.service_month
                    AND a.answered = m.answered AND a.scored = m.scored AND a.sum_mos_e4 = m.sum_mos_e4
                    AND {IsCurrent})
            UNION
            SELECT u.account_id, u.service_month FROM usage_import u
            WHERE u.imported_at_us >= @since AND NOT EXISTS (
                SELECT 1 FROM credit_assessment a
                WHERE a.account_id = u.account_id AND a.unit_id = u.unit_id AND a.service_month = u.service_month
                    AND a.assessed_at_us > u.imported_at_us)
            ORDER BY 1, 2
            """,
            [("@since", importedSince.ToMicroseconds())],
            reader => (reader.GetString(0), reader.GetMonth(1)),
            cancellationToken);

    /// <summary>The current assessment of a unit's month; null when there is none.</summary>
    public async Task<CreditAssessment?> GetCurrentAsync(
        string accountId, string unitId, ServiceMonth month, CancellationToken cancellationToken)
    {
        var rows = await database.ReadListAsync(
            $"{Select} WHERE {Key} ORDER BY version DESC LIMIT 1",
            KeyOf(accountId, unitId, month),
            Read,
            cancellationToken);
        return rows.Count == 0 ? null : rows[0];
    }

    /// <summary>All versions of a unit's month, newest first.</summary>
    public Task<IReadOnlyList<CreditAssessment>> ListHistoryAsync(
        string accountId, string unitId, ServiceMonth month, CancellationToken cancellationToken) =>
        database.ReadListAsync(
            $"{Select} WHERE {Key} ORDER BY version DESC", KeyOf(accountId, unitId, month), Read, cancellationToken);

    /// <summary>The current assessments of all units in a month, by account and unit.</summary>
    public Task<IReadOnlyList<CreditAssessment>> ListCurrentAsync(
        ServiceMonth month, CancellationToken cancellationToken) => database.ReadListAsync(
            $"{Select} WHERE service_month = @service_month AND {IsCurrent} ORDER BY account_id, unit_id",
            [("@service_month", month.ToString())],
            Read,
            cancellationToken);

    /// <summary>The current assessments of an account, latest month first, then by unit.</summary>
    public Task<IReadOnlyList<CreditAssessment>> ListCurrentOfAccountAsync(
        string accountId, CancellationToken cancellationToken) => database.ReadListAsync(
            $"{Select} WHERE account_id = @account_id AND {IsCurrent} ORDER BY service_month DESC, unit_id",
            [("@account_id", accountId)],
            Read,
            cancellationToken);

    /// <summary>Number of units by account, month and policy of the current assessments.</summary>
    public Task<IReadOnlyList<AssessedPolicy>> ListPoliciesAsync(CancellationToken cancellationToken) =>
        database.ReadListAsync(
            $"""
            SELECT account_id, service_month, policy_digest, COUNT(*) FROM credit_assessment a WHERE {IsCurrent}
            GROUP BY account_id, service_month, policy_digest ORDER BY account_id, service_month, policy_digest
            """,
            [],
            reader => new AssessedPolicy(
                reader.GetString(0), reader.GetMonth(1), reader.GetString(2), reader.GetInt32(3)),
            cancellationToken);

    private static async Task<AssessmentOutcome> SaveAsync(
        DbTransaction transaction,
        string accountId,
        string unitId,
        MonthlyEligibility eligibility,
        Instant assessedAt,
        CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(accountId);
        ArgumentException.ThrowIfNullOrEmpty(unitId);
        var month = eligibility.Month.ToString();
        var content = ContentOf(eligibility);
        var digest = DigestOf(accountId, unitId, month, content);
        var (version, stored) = await ReadNewestAsync(transaction, accountId, unitId, month, cancellationToken);
        if (stored == digest)
        {
            return new AssessmentOutcome(version, IsNew: false);
        }

        await using var command = transaction.Command(Insert);
        AddKey(command, accountId, unitId, month);
        command.AddParameter("@version", version + 1);
        command.AddParameter("@content_digest", digest);
        command.AddParameter("@assessed_at_us", assessedAt.ToMicroseconds());
        for (var i = 0; i < Content.Length; i++)
        {
            command.AddParameter("@" + Content[i], content[i]);
        }

        await command.ExecuteNonQueryAsync(cancellationToken);
        return new AssessmentOutcome(version + 1, IsNew: true);
    }

    private static async Task<(int Version, string? Digest)> ReadNewestAsync(
        DbTransaction transaction, string accountId, string unitId, string month, CancellationToken cancellationToken)
    {
        await using var command = transaction.Command(SelectNewest);
        AddKey(command, accountId, unitId, month);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? (reader.GetInt32(0), reader.GetString(1)) : (0, null);
    }

    private static object?[] ContentOf(MonthlyEligibility eligibility) =>
    [
        eligibility.Period.Start.ToMicroseconds(),
        eligibility.Period.End.ToMicroseconds(),
        eligibility.Calls.AnsweredCount,
        eligibility.Calls.Mean.CallCount,
        eligibility.Calls.Mean.SumE4,
        StoredName<MosStatus>.Of(eligibility.Tier.Status),
        eligibility.Tier.Display,
        eligibility.Tier.RowName,
        eligibility.Tier.Percent,
        Text(eligibility.CoveragePercent),
        StoredName<UsageBaseStatus>.Of(eligibility.Base.Status),
        Text(eligibility.Base.Amount),
        Text(eligibility.Base.BarredAmount),
        Text(eligibility.CreditIfClaimed),
        StoredName<MonthState>.Of(eligibility.State),
        eligibility.ClosesAt.ToMicroseconds(),
        StoredName<ClaimWindow>.Of(eligibility.ClaimWindow),
        eligibility.ClaimBefore.ToMicroseconds(),
        eligibility.PolicyVersion,
        eligibility.PolicyDigest,
        eligibility.TimeZoneDatabaseVersion,
    ];

    // 1.5 and 1.50 are one amount, so that the digest does not depend on how it was computed.
    private static string? Text(decimal? value) =>
        value?.ToString("0.############################", CultureInfo.InvariantCulture);

    private static string DigestOf(string accountId, string unitId, string month, object?[] content)
    {
        var octets = new OctetWriter();
        octets.WriteText(accountId);
        octets.WriteText(unitId);
        octets.WriteText(month);
        foreach (var value in content)
        {
            octets.WriteOptionalText(value is null ? null : Convert.ToString(value, CultureInfo.InvariantCulture));
        }

        return Convert.ToHexStringLower(SHA256.HashData(octets.Written));
    }

    private static CreditAssessment Read(DbDataReader reader) => new()
    {
        AccountId = reader.GetString(0),
        UnitId = reader.GetString(1),
        Month = reader.GetMonth(2),
        Version = reader.GetInt32(3),
        ContentDigest = reader.GetString(4),
        AssessedAt = reader.GetInstant(5),
        PeriodStart = reader.GetInstant(6),
        PeriodEnd = reader.GetInstant(7),
        Calls = new UnitMonthCalls(reader.GetInt64(8), new MeanMos(reader.GetInt64(10), reader.GetInt64(9))),
        MosStatus = StoredName<MosStatus>.Parse(reader.GetString(11)),
        MosDisplay = reader.GetNullableString(12),
        RowName = reader.GetNullableString(13),
        CreditPercent = reader.GetInt32(14),
        CoveragePercent = reader.GetNullableDecimalText(15),
        Base = new UsageBase(
            StoredName<UsageBaseStatus>.Parse(reader.GetString(16)),
            reader.GetNullableDecimalText(17),
            reader.GetDecimalText(18)),
        CreditIfClaimed = reader.GetNullableDecimalText(19),
        State = StoredName<MonthState>.Parse(reader.GetString(20)),
        ClosesAt = reader.GetInstant(21),
        ClaimWindow = StoredName<ClaimWindow>.Parse(reader.GetString(22)),
        ClaimBefore = reader.GetInstant(23),
        PolicyVersion = reader.GetString(24),
        PolicyDigest = reader.GetString(25),
        TimeZoneDatabaseVersion = reader.GetString(26),
    };

    private static (string Name, object? Value)[] KeyOf(string accountId, string unitId, ServiceMonth month) =>
        [("@account_id", accountId), ("@unit_id", unitId), ("@service_month", month.ToString())];

    private static void AddKey(DbCommand command, string accountId, string unitId, string month)
    {
        command.AddParameter("@account_id", accountId);
        command.AddParameter("@unit_id", unitId);
        command.AddParameter("@service_month", month);
    }
}
