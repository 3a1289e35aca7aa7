using System.Collections.Concurrent;
using System.Data.Common;
using NodaTime;
using VoiceQuality.Sla.Ledger;
using VoiceQuality.Sla.Periods;

namespace VoiceQuality.Storage.Ledger;

/// <summary>What became of an approval.</summary>
public enum ApproveOutcome
{
    /// <summary>The decrease counts now.</summary>
    Approved,

    /// <summary>It was approved before.</summary>
    AlreadyApproved,

    /// <summary>There is no such entry, or it never waited.</summary>
    NotWaiting,

    /// <summary>A later entry took its place.</summary>
    Superseded,

    /// <summary>Whoever posted it cannot approve it.</summary>
    SamePerson,
}

/// <summary>What became of an approval.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Entry">The entry by which the decrease counts; null when there is none.</param>
public sealed record ApproveResult(ApproveOutcome Outcome, LedgerEntry? Entry);

/// <summary>A request that carries an Idempotency-Key.</summary>
/// <param name="AccountId">The account, to which the key belongs.</param>
/// <param name="Key">The key, 1 to 255 visible ASCII characters.</param>
/// <param name="BodyDigest">Digest of the body.</param>
/// <param name="Now">When it came.</param>
public sealed record IdempotentRequest(string AccountId, string Key, string BodyDigest, Instant Now);

/// <summary>An answer as it is given again, octet by octet.</summary>
/// <param name="Status">HTTP status, 100 to 599.</param>
/// <param name="ContentType">Media type.</param>
/// <param name="Body">The octets.</param>
public sealed record StoredAnswer(int Status, string ContentType, ReadOnlyMemory<byte> Body);

/// <summary>What became of a request.</summary>
/// <param name="Decision">Whether it was run, replayed or refused.</param>
/// <param name="Answer">The answer; null when it was refused.</param>
public sealed record IdempotentResult(IdempotencyDecision Decision, StoredAnswer? Answer);

/// <summary>
/// The ledger: entries are added and never changed, and each holds the hash of the one before. Threads
/// may share it; the database lets one of them write at a time, so what is decided in a transaction holds at its
/// commit.
/// </summary>
public sealed class LedgerRepository(Database database)
{
    private const string SelectAnswer = """
        SELECT body_digest, status, content_type, response FROM idempotency_key
        WHERE account_id = @account_id AND request_key = @request_key
        """;

    private const string InsertAnswer = """
        INSERT INTO idempotency_key
            (account_id, request_key, body_digest, status, content_type, response, answered_at_us)
        VALUES (@account_id, @request_key, @body_digest, @status, @content_type, @response, @answered_at_us)
        """;

    // Requests of this process that have no answer yet. Those of another process wait for the write lock instead.
    private readonly ConcurrentDictionary<(string AccountId, string Key), string> _running = new();

    /// <summary>
    /// Posts the first entry of a claim in a transaction of its own; see <see cref="LedgerTransaction"/>.
    /// </summary>
    public Task<PostResult> PostAsync(
        ClaimKey claim, decimal amount, LedgerStamp stamp, CancellationToken cancellationToken) =>
        InTransactionAsync((ledger, token) => ledger.PostAsync(claim, amount, stamp, token), cancellationToken);

    /// <summary>Restates a claim in a transaction of its own; see <see cref="LedgerTransaction"/>.</summary>
    public Task<RestateResult> RestateAsync(
        ClaimKey claim, decimal recomputed, LedgerStamp stamp, CancellationToken cancellationToken) =>
        InTransactionAsync((ledger, token) => ledger.RestateAsync(claim, recomputed, stamp, token), cancellationToken);

    /// <summary>Decides and posts in one transaction, which reaches the disk before this returns.</summary>
    public Task<T> InTransactionAsync<T>(
        Func<LedgerTransaction, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(work);
        return database.WriteDurablyAsync(
            (_, transaction, token) => work(new LedgerTransaction(transaction), token), cancellationToken);
    }

    /// <summary>
    /// Runs a request once: what it posts and its answer are stored in one transaction, and a repeat is given that
    /// answer. When the work throws nothing is stored, and the request may come again.
    /// </summary>
    public async Task<IdempotentResult> RunOnceAsync(
        IdempotentRequest request,
        Func<LedgerTransaction, CancellationToken, Task<StoredAnswer>> work,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(work);
        var key = (request.AccountId, request.Key);
        if (Idempotency.Decide(request.Key, request.BodyDigest, known: null) == IdempotencyDecision.NoKey)
        {
            return new IdempotentResult(IdempotencyDecision.NoKey, null);
        }

        if (!_running.TryAdd(key, request.BodyDigest))
        {
            KnownKey? first = _running.TryGetValue(key, out var body) ? new KnownKey(body, IsAnswered: false) : null;
            var refusal = Idempotency.Decide(request.Key, request.BodyDigest, first);

            // Between the two looks it was answered: the client asks again and gets that answer.
            return new IdempotentResult(
                refusal == IdempotencyDecision.Run ? IdempotencyDecision.StillRunning : refusal, null);
        }

        try
        {
            return await InTransactionAsync(
                async (ledger, token) => await FindAnswerAsync(ledger.Transaction, request, token)
                    ?? await RunAsync(ledger, request, work, token),
                cancellationToken);
        }
        finally
        {
            _running.TryRemove(key, out _);
        }
    }

    /// <summary>
    /// Lets a decrease count that another person posted: one more entry, posted, that names both.
    /// </summary>
    /// <param name="waitingId">The entry that waits.</param>
    /// <param name="entryId">Name of the new entry.</param>
    /// <param name="approver">Account of the person who approves.</param>
    /// <param name="wantedPeriod">Month of the day; a pulled one becomes the next open one.</param>
    /// <param name="now">When.</param>
    /// <param name="cancellationToken">Stops before the entry is added.</param>
    public Task<ApproveResult> ApproveAsync(
        string waitingId,
        string entryId,
        string approver,
        ServiceMonth wantedPeriod,
        Instant now,
        CancellationToken cancellationToken) => InTransactionAsync(
            (ledger, token) => ledger.ApproveAsync(waitingId, entryId, approver, wantedPeriod, now, token),
            cancellationToken);

    /// <summary>An entry with its place in the chain; null when there is none of this name.</summary>
    public async Task<ChainedEntry?> GetAsync(string entryId, CancellationToken cancellationToken)
    {
        var rows = await database.ReadListAsync(
            $"{LedgerRows.Select} WHERE entry_id = @entry_id",
            [("@entry_id", entryId)],
            LedgerRows.ReadChained,
            cancellationToken);
        return rows.Count == 0 ? null : rows[0];
    }

    /// <summary>Decreases of all accounts that wait for a second person, oldest first.</summary>
    /// <param name="limit">Entries at most, 1 to 1,001.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public Task<IReadOnlyList<ChainedEntry>> ListWaitingAsync(int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, LedgerRows.LargestWaitingList);
        return database.ReadListAsync(
            LedgerRows.SelectWaiting,
            [("@state", StoredName<LedgerEntryState>.Of(LedgerEntryState.PendingSecondApproval)), ("@limit", limit)],
            LedgerRows.ReadChained,
            cancellationToken);
    }

    /// <summary>Posting periods with entries, and those that were pulled, latest first.</summary>
    public Task<IReadOnlyList<PostingPeriodState>> ListPeriodsAsync(CancellationToken cancellationToken) =>
        new LedgerPull(database).ListPeriodsAsync(cancellationToken);

    /// <summary>A page of a period that was pulled; null when it was not.</summary>
    public Task<PulledPage?> ReadPulledAsync(
        ServiceMonth period, long after, int limit, CancellationToken cancellationToken) =>
        new LedgerPull(database).ReadPulledAsync(period, after, limit, cancellationToken);

    /// <summary>A key by which this service recognises what it gave out itself, 32 octets.</summary>
    public async Task<byte[]> ReadKeyAsync(string name, CancellationToken cancellationToken)
    {
        var rows = await database.ReadListAsync(
            "SELECT key FROM service_key WHERE name = @name",
            [("@name", name)],
            reader => reader.GetFieldValue<byte[]>(0),
            cancellationToken);
        return rows.Count == 1 ? rows[0] : throw new StoredDataException("A key of the service is missing.");
    }

    /// <summary>All entries of a claim, oldest first.</summary>
    public Task<IReadOnlyList<LedgerEntry>> ListClaimAsync(ClaimKey claim, CancellationToken cancellationToken) =>
        database.ReadAsync(
            (_, transaction, token) => LedgerRows.ReadClaimAsync(transaction, claim, token), cancellationToken);

    /// <summary>All entries of an account, oldest first.</summary>
    public Task<IReadOnlyList<LedgerEntry>> ListAccountAsync(string accountId, CancellationToken cancellationToken) =>
        database.ReadAsync(
            (_, transaction, token) => LedgerRows.ReadAsync(
                transaction,
                $"{LedgerRows.Select} WHERE account_id = @account_id ORDER BY sequence",
                command => command.AddParameter("@account_id", accountId),
                token),
            cancellationToken);

    /// <summary>Freezes a posting period and reads it page by page; see <see cref="LedgerPull"/>.</summary>
    public Task<PulledPage> PullAsync(
        ServiceMonth period, long after, int limit, string actor, Instant now, CancellationToken cancellationToken) =>
        new LedgerPull(database).PullAsync(period, after, limit, actor, now, cancellationToken);

    /// <summary>Recomputes the chain and the pulled periods; see <see cref="LedgerVerification"/>.</summary>
    public Task<ChainVerdict> VerifyAsync(ChainHead? noted, CancellationToken cancellationToken) =>
        new LedgerVerification(database).VerifyAsync(noted, cancellationToken);

    private static async Task<IdempotentResult?> FindAnswerAsync(
        DbTransaction transaction, IdempotentRequest request, CancellationToken cancellationToken)
    {
        await using var command = transaction.Command(SelectAnswer);
        command.AddParameter("@account_id", request.AccountId);
        command.AddParameter("@request_key", request.Key);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
        {
            return null;
        }

        var decision = Idempotency.Decide(
            request.Key, request.BodyDigest, new KnownKey(reader.GetString(0), IsAnswered: true));
        return new IdempotentResult(
            decision,
            decision == IdempotencyDecision.Replay
                ? new StoredAnswer(reader.GetInt32(1), reader.GetString(2), reader.GetFieldValue<byte[]>(3))
                : null);
    }

    private static async Task<IdempotentResult> RunAsync(
        LedgerTransaction ledger,
        IdempotentRequest request,
        Func<LedgerTransaction, CancellationToken, Task<StoredAnswer>> work,
        CancellationToken cancellationToken)
    {
        var answer = await work(ledger, cancellationToken);
        await using var command = ledger.Transaction.Command(InsertAnswer);
        command.AddParameter("@account_id", request.AccountId);
        command.AddParameter("@request_key", request.Key);
        command.AddParameter("@body_digest", request.BodyDigest);
        command.AddParameter("@status", answer.Status);
        command.AddParameter("@content_type", answer.ContentType);
        command.AddParameter("@response", answer.Body.ToArray());
        command.AddParameter("@answered_at_us", request.Now.ToMicroseconds());
        await command.ExecuteNonQueryAsync(cancellationToken);
        return new IdempotentResult(IdempotencyDecision.Run, answer);
    }
}
