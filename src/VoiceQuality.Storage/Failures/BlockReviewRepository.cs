using System.Data.Common;
using NodaTime;
using VoiceQuality.Monitor.Calls;
using VoiceQuality.Storage.Calls;

namespace VoiceQuality.Storage.Failures;

/// <summary>A stored call that was not answered, as far as a block concerns it.</summary>
/// <param name="AccountId">The account; the unassigned unit's id for a call of nobody.</param>
/// <param name="Callee">User part of the called party; null when unknown.</param>
/// <param name="StartedAt">First INVITE.</param>
public readonly record struct UnansweredCall(string AccountId, string? Callee, Instant StartedAt);

/// <summary>A look at the stored calls by other blocks than before .</summary>
/// <param name="Digest">Of the blocks, restricted destinations and consents.</param>
/// <param name="IsDone">Whether every call was looked at.</param>
/// <param name="Looked">Unanswered calls that were looked at.</param>
/// <param name="Marked">Those of them that are blocked now and were not before.</param>
/// <param name="Unmarked">Those of them that were blocked before and are not now.</param>
/// <param name="BeganAt">When it began.</param>
/// <param name="EndedAt">When it was done; null while it goes on.</param>
public sealed record BlockReview(
    string Digest, bool IsDone, long Looked, long Marked, long Unmarked, Instant BeganAt, Instant? EndedAt);

/// <summary>
/// Looks at stored calls again when international blocks change, some at a time. Marks and the place where it stands
/// are written in one transaction, so a kill repeats and forgets nothing. Threads may share it.
/// </summary>
public sealed class BlockReviewRepository(Database database)
{
    private const string Columns = "digest, next_key, looked_at, marked, unmarked, began_at_us, ended_at_us";

    /// <summary>The last reviews, newest first.</summary>
    /// <param name="limit">Rows at most, 1 to 1,000.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public Task<IReadOnlyList<BlockReview>> ListAsync(int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, 1_000);
        return database.ReadListAsync(
            $"SELECT {Columns} FROM block_review ORDER BY review_id DESC LIMIT @limit",
            [("@limit", limit)],
            reader => new BlockReview(
                reader.GetString(0), reader.IsDBNull(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4),
                reader.GetInstant(5), reader.IsDBNull(6) ? null : reader.GetInstant(6)),
            cancellationToken);
    }

    /// <summary>Calls that are known as blocked on purpose.</summary>
    public async Task<long> CountBlockedAsync(CancellationToken cancellationToken) =>
        (await database.ReadListAsync(
            "SELECT count(*) FROM blocked_call", [], reader => reader.GetInt64(0), cancellationToken))[0];

    /// <summary>Looks at the next calls, in one transaction.</summary>
    /// <param name="digest">Of what decides; another one than the last begins anew.</param>
    /// <param name="calls">Calls to pass at most.</param>
    /// <param name="isBlocked">Whether a call was blocked on purpose.</param>
    /// <param name="now">When.</param>
    /// <param name="cancellationToken">Seen before the transaction.</param>
    /// <returns>Whether every call was looked at.</returns>
    public Task<bool> StepAsync(
        string digest, int calls, Func<UnansweredCall, bool> isBlocked, Instant now,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(isBlocked);
        return database.WriteAsync(
            (connection, transaction, _) => Task.FromResult(
                Step(connection, transaction, digest, calls, isBlocked, now)),
            cancellationToken);
    }

    private bool Step(
        DbConnection connection, DbTransaction transaction, string digest, int limit,
        Func<UnansweredCall, bool> isBlocked, Instant now)
    {
        var (reviewId, next) = Begin(transaction, digest, now);
        if (next is null)
        {
            return true;
        }

        var (found, following) = Read(transaction, next, limit);
        var (marked, unmarked) = (0, 0);
        using (var statements = new AttemptStatements(connection))
        {
            statements.Begin(transaction);
            foreach (var (key, call) in found)
            {
                if (isBlocked(call))
                {
                    marked += statements.Mark(key) ? 1 : 0;
                }
                else
                {
                    unmarked += statements.Unmark(key) ? 1 : 0;
                }
            }

            statements.Apply();
        }

        using var command = transaction.Command("""
            UPDATE block_review SET next_key = @next_key, looked_at = looked_at + @looked, marked = marked + @marked,
                unmarked = unmarked + @unmarked, ended_at_us = @ended_at_us
            WHERE review_id = @review_id
            """);
        command.AddParameter("@next_key", following);
        command.AddParameter("@looked", found.Count);
        command.AddParameter("@marked", marked);
        command.AddParameter("@unmarked", unmarked);
        command.AddParameter("@ended_at_us", following is null ? now.ToMicroseconds() : null);
        command.AddParameter("@review_id", reviewId);
        command.ExecuteNonQuery();
        return following is null;
    }

    private static (long ReviewId, byte[]? Next) Begin(DbTransaction transaction, string digest, Instant now)
    {
        using (var last = transaction.Command(
            "SELECT review_id, digest, next_key FROM block_review ORDER BY review_id DESC LIMIT 1"))
        using (var reader = last.ExecuteReader())
        {
            if (reader.Read() && reader.GetString(1) == digest)
            {
                return (reader.GetInt64(0), reader.IsDBNull(2) ? null : reader.GetFieldValue<byte[]>(2));
            }
        }

        using var insert = transaction.Command("""
            INSERT INTO block_review (digest, next_key, began_at_us, ended_at_us)
            SELECT @digest, first.call_key, @began_at_us, CASE WHEN first.call_key IS NULL THEN @began_at_us END
            FROM (SELECT min(call_key) AS call_key FROM call) first
            RETURNING review_id, next_key
            """);
        insert.AddParameter("@digest", digest);
        insert.AddParameter("@began_at_us", now.ToMicroseconds());
        using var added = insert.ExecuteReader();
        added.Read();
        return (added.GetInt64(0), added.IsDBNull(1) ? null : added.GetFieldValue<byte[]>(1));
    }

    private (List<(byte[] Key, UnansweredCall Call)> Calls, byte[]? Next) Read(
        DbTransaction transaction, byte[] next, int limit)
    {
        using var command = transaction.Command("""
            SELECT call_key, account_id, started_at_us, outcome, identity FROM call
            WHERE call_key >= @next ORDER BY call_key LIMIT @limit
            """);
        command.AddParameter("@next", next);
        command.AddParameter("@limit", limit + 1);
        using var reader = command.ExecuteReader();
        var found = new List<(byte[], UnansweredCall)>();
        for (var passed = 0; reader.Read(); passed++)
        {
            var key = reader.GetFieldValue<byte[]>(0);
            if (passed == limit)
            {
                return (found, key);
            }

            // Whose numbers were deleted stays as it was decided.
            if (StoredName<CallOutcome>.Parse(reader.GetString(3)) != CallOutcome.Answered
                && reader.GetNullableBytes(4) is { } identity)
            {
                found.Add((key, new UnansweredCall(
                    reader.GetString(1), database.Identities.Decode(identity, key).Callee, reader.GetInstant(2))));
            }
        }

        return (found, null);
    }
}
