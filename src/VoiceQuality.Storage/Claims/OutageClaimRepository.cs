using System.Collections.Immutable;
using System.Data.Common;
using System.Globalization;
using NodaTime;
using VoiceQuality.Sla.Credits;
using VoiceQuality.Sla.Outages;
using VoiceQuality.Storage.Ledger;

namespace VoiceQuality.Storage.Claims;

/// <summary>One message of a request for outage credits.</summary>
/// <param name="ReceivedAt">When it came, to the microsecond.</param>
/// <param name="Items">The failures as told, as a JSON list.</param>
public sealed record StoredOutageMessage(Instant ReceivedAt, string Items);

/// <summary>A request for outage credits and what was decided on it, if it was complete.</summary>
/// <param name="ClaimId">Name of the claim.</param>
/// <param name="AccountId">The account.</param>
/// <param name="ReceivedAt">When the request came, to the microsecond.</param>
/// <param name="Decision">The decision; null while something is missing.</param>
public sealed record StoredOutageClaim(
    string ClaimId, string AccountId, Instant ReceivedAt, StoredOutageDecision? Decision);

/// <summary>The decision on a request for outage credits.</summary>
/// <param name="SubmittedAt">When its last element came.</param>
/// <param name="DecidedAt">When it was decided.</param>
/// <param name="Decision">What was decided.</param>
/// <param name="Reason">Why it was not granted; null when it was.</param>
/// <param name="Credit">US dollars posted, whole cents.</param>
/// <param name="Details">Each failure, and each component and month, as JSON.</param>
/// <param name="PolicyVersion">Version of the policy at the decision.</param>
/// <param name="EvidenceDigest">Digest of the evidence.</param>
public sealed record StoredOutageDecision(
    Instant SubmittedAt,
    Instant DecidedAt,
    CreditDecision Decision,
    OutageClaimReason? Reason,
    decimal Credit,
    string Details,
    string PolicyVersion,
    string EvidenceDigest);

/// <summary>A failure, or a date that a person granted, that a decision took into account.</summary>
/// <param name="ClaimId">The claim.</param>
/// <param name="ComponentId">The component.</param>
/// <param name="Failure">The failure; null for a granted date.</param>
/// <param name="GrantedDate">The date; null for a failure.</param>
public sealed record AcceptedOutage(
    string ClaimId, string ComponentId, AcceptedFailure? Failure, LocalDate? GrantedDate);

/// <summary>Keeps requests for outage credits, their messages and decisions. Threads may share it.</summary>
public sealed class OutageClaimRepository(Database database)
{
    private const string Select = """
        SELECT c.claim_id, c.account_id, c.received_at_us, d.submitted_at_us, d.decided_at_us, d.decision, d.reason,
            d.credit_amount, d.details, d.policy_version, d.evidence_digest
        FROM outage_claim c LEFT JOIN outage_decision d ON d.claim_id = c.claim_id
        """;

    /// <summary>Stores a request; its messages are stored by <see cref="AddMessageAsync"/>.</summary>
    public static async Task AddAsync(
        LedgerTransaction ledger, string claimId, string accountId, Instant receivedAt,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        await using var command = ledger.Transaction.Command(
            "INSERT INTO outage_claim (claim_id, account_id, received_at_us) VALUES (@claim_id, @account_id, @received_at_us)");
        command.AddParameter("@claim_id", claimId);
        command.AddParameter("@account_id", accountId);
        command.AddParameter("@received_at_us", receivedAt.ToMicroseconds());
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Stores a message of a request.</summary>
    public static async Task AddMessageAsync(
        LedgerTransaction ledger,
        string claimId,
        int ordinal,
        StoredOutageMessage message,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        ArgumentNullException.ThrowIfNull(message);
        await using var command = ledger.Transaction.Command("""
            INSERT INTO outage_claim_message (claim_id, ordinal, received_at_us, items)
            VALUES (@claim_id, @ordinal, @received_at_us, @items)
            """);
        command.AddParameter("@claim_id", claimId);
        command.AddParameter("@ordinal", ordinal);
        command.AddParameter("@received_at_us", message.ReceivedAt.ToMicroseconds());
        command.AddParameter("@items", message.Items);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Stores the decision on a request.</summary>
    public static async Task AddDecisionAsync(
        LedgerTransaction ledger,
        string claimId,
        string accountId,
        StoredOutageDecision decision,
        byte[] bundle,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        ArgumentNullException.ThrowIfNull(decision);
        await using var command = ledger.Transaction.Command("""
            INSERT INTO outage_decision (claim_id, account_id, submitted_at_us, decided_at_us, decision, reason,
                credit_amount, details, policy_version, evidence_digest, bundle)
            VALUES (@claim_id, @account_id, @submitted_at_us, @decided_at_us, @decision, @reason,
                @credit_amount, @details, @policy_version, @evidence_digest, @bundle)
            """);
        command.AddParameter("@claim_id", claimId);
        command.AddParameter("@account_id", accountId);
        command.AddParameter("@submitted_at_us", decision.SubmittedAt.ToMicroseconds());
        command.AddParameter("@decided_at_us", decision.DecidedAt.ToMicroseconds());
        command.AddParameter("@decision", StoredName<CreditDecision>.Of(decision.Decision));
        command.AddParameter("@reason", StoredName<OutageClaimReason>.Of(decision.Reason));
        command.AddParameter("@credit_amount", decision.Credit.ToString(CultureInfo.InvariantCulture));
        command.AddParameter("@details", decision.Details);
        command.AddParameter("@policy_version", decision.PolicyVersion);
        command.AddParameter("@evidence_digest", decision.EvidenceDigest);
        command.AddParameter("@bundle", bundle);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Stores what a decision took into account, after what is there of the claim already.</summary>
    public static async Task AddAcceptedAsync(
        LedgerTransaction ledger, string accountId, IEnumerable<AcceptedOutage> accepted,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        ArgumentNullException.ThrowIfNull(accepted);
        foreach (var one in accepted)
        {
            await using var command = ledger.Transaction.Command("""
                INSERT INTO outage_accepted
                    (claim_id, ordinal, account_id, component_id, failure_id, start_us, end_us, granted_date)
                VALUES (@claim_id,
                    (SELECT coalesce(max(ordinal), 0) + 1 FROM outage_accepted WHERE claim_id = @claim_id),
                    @account_id, @component_id, @failure_id, @start_us, @end_us, @granted_date)
                """);
            command.AddParameter("@claim_id", one.ClaimId);
            command.AddParameter("@account_id", accountId);
            command.AddParameter("@component_id", one.ComponentId);
            command.AddParameter("@failure_id", one.Failure?.FailureId);
            command.AddParameter("@start_us", one.Failure?.Time.Start.ToMicroseconds());
            command.AddParameter("@end_us", one.Failure?.Time.End.ToMicroseconds());
            command.AddParameter("@granted_date", one.GrantedDate?.ToText());
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    /// <summary>A request as the transaction sees it; null when the account has no such one.</summary>
    public static Task<StoredOutageClaim?> FindAsync(
        LedgerTransaction ledger, string accountId, string claimId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        return FirstAsync(
            ledger, $"{Select} WHERE c.account_id = @account_id AND c.claim_id = @id", accountId, claimId, Read,
            cancellationToken);
    }

    /// <summary>The messages of a request as the transaction sees them, in order.</summary>
    public static Task<ImmutableArray<StoredOutageMessage>> ReadMessagesAsync(
        LedgerTransaction ledger, string claimId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        return ReadAsync(
            ledger, "SELECT received_at_us, items FROM outage_claim_message WHERE claim_id = @id ORDER BY ordinal",
            "", claimId, reader => new StoredOutageMessage(reader.GetInstant(0), reader.GetString(1)),
            cancellationToken);
    }

    /// <summary>What decisions took into account of a component, as the transaction sees it.</summary>
    public static Task<ImmutableArray<AcceptedOutage>> ReadAcceptedAsync(
        LedgerTransaction ledger, string accountId, string componentId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        return ReadAsync(
            ledger,
            """
            SELECT claim_id, component_id, failure_id, start_us, end_us, granted_date FROM outage_accepted
            WHERE account_id = @account_id AND component_id = @id ORDER BY start_us, granted_date, claim_id, ordinal
            """,
            accountId, componentId, ReadAccepted, cancellationToken);
    }

    /// <summary>Accounts and components of which any failure or date was accepted.</summary>
    public Task<IReadOnlyList<(string AccountId, string ComponentId)>> ListAcceptedComponentsAsync(
        CancellationToken cancellationToken) => database.ReadListAsync(
            "SELECT DISTINCT account_id, component_id FROM outage_accepted ORDER BY account_id, component_id",
            [],
            reader => (reader.GetString(0), reader.GetString(1)),
            cancellationToken);

    /// <summary>
    /// An account's requests, newest first; only those before an instant, or at it with a lesser name.
    /// </summary>
    public Task<IReadOnlyList<StoredOutageClaim>> ListAsync(
        string accountId, int limit, (Instant At, string ClaimId)? before, CancellationToken cancellationToken) =>
        database.ReadListAsync(
            $"""
            {Select} WHERE c.account_id = @account_id AND (c.received_at_us < @before_us
                OR (c.received_at_us = @before_us AND c.claim_id < @before_id))
            ORDER BY c.received_at_us DESC, c.claim_id DESC LIMIT @limit
            """,
            [
                ("@account_id", accountId),
                ("@before_us", before?.At.ToMicroseconds() ?? long.MaxValue),
                ("@before_id", before?.ClaimId ?? ""),
                ("@limit", limit),
            ],
            Read,
            cancellationToken);

    /// <summary>Requests of all accounts that wait for a person, oldest first.</summary>
    /// <param name="limit">Requests at most, 1 to 1,001.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public Task<IReadOnlyList<StoredOutageClaim>> ListInReviewAsync(int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, ClaimRepository.LargestPage + 1);
        return database.ReadListAsync(
            $"""
            {Select} WHERE d.decision = @review
                AND c.claim_id NOT IN (SELECT resolved.claim_id FROM claim_resolution resolved)
            ORDER BY c.received_at_us, c.claim_id LIMIT @limit
            """,
            [("@review", StoredName<CreditDecision>.Of(CreditDecision.Review)), ("@limit", limit)],
            Read,
            cancellationToken);
    }

    /// <summary>A request of an account; null when the account has no such one.</summary>
    public async Task<StoredOutageClaim?> GetAsync(
        string accountId, string claimId, CancellationToken cancellationToken)
    {
        var rows = await database.ReadListAsync(
            $"{Select} WHERE c.account_id = @account_id AND c.claim_id = @claim_id",
            [("@account_id", accountId), ("@claim_id", claimId)],
            Read,
            cancellationToken);
        return rows.Count == 0 ? null : rows[0];
    }

    /// <summary>The messages of a request, in order.</summary>
    public Task<IReadOnlyList<StoredOutageMessage>> ListMessagesAsync(
        string claimId, CancellationToken cancellationToken) => database.ReadListAsync(
            "SELECT received_at_us, items FROM outage_claim_message WHERE claim_id = @claim_id ORDER BY ordinal",
            [("@claim_id", claimId)],
            reader => new StoredOutageMessage(reader.GetInstant(0), reader.GetString(1)),
            cancellationToken);

    /// <summary>The evidence of a decision, octet by octet as stored; null without one.</summary>
    public async Task<byte[]?> GetBundleAsync(string accountId, string claimId, CancellationToken cancellationToken)
    {
        var rows = await database.ReadListAsync(
            "SELECT bundle FROM outage_decision WHERE account_id = @account_id AND claim_id = @claim_id",
            [("@account_id", accountId), ("@claim_id", claimId)],
            reader => reader.GetFieldValue<byte[]>(0),
            cancellationToken);
        return rows.Count == 0 ? null : rows[0];
    }

    private static async Task<T?> FirstAsync<T>(
        LedgerTransaction ledger,
        string sql,
        string accountId,
        string id,
        Func<DbDataReader, T> read,
        CancellationToken cancellationToken)
        where T : class
    {
        var rows = await ReadAsync(ledger, sql, accountId, id, read, cancellationToken);
        return rows.IsEmpty ? null : rows[0];
    }

    private static async Task<ImmutableArray<T>> ReadAsync<T>(
        LedgerTransaction ledger,
        string sql,
        string accountId,
        string id,
        Func<DbDataReader, T> read,
        CancellationToken cancellationToken)
    {
        await using var command = ledger.Transaction.Command(sql);
        command.AddParameter("@account_id", accountId);
        command.AddParameter("@id", id);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = ImmutableArray.CreateBuilder<T>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(read(reader));
        }

        return rows.ToImmutable();
    }

    private static AcceptedOutage ReadAccepted(DbDataReader reader) => new(
        reader.GetString(0),
        reader.GetString(1),
        reader.GetNullableString(2) is { } failureId
            ? new AcceptedFailure(failureId, new Interval(reader.GetInstant(3), reader.GetInstant(4)))
            : null,
        reader.IsDBNull(5) ? null : reader.GetDate(5));

    private static StoredOutageClaim Read(DbDataReader reader) => new(
        reader.GetString(0),
        reader.GetString(1),
        reader.GetInstant(2),
        reader.IsDBNull(3)
            ? null
            : new StoredOutageDecision(
                reader.GetInstant(3),
                reader.GetInstant(4),
                StoredName<CreditDecision>.Parse(reader.GetString(5)),
                StoredName<OutageClaimReason>.ParseOrNull(reader.GetNullableString(6)),
                reader.GetDecimalText(7),
                reader.GetString(8),
                reader.GetString(9),
                reader.GetString(10)));
}
