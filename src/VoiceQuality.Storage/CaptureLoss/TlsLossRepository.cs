using System.Data.Common;
using NodaTime;

namespace VoiceQuality.Storage.CaptureLoss;

/// <summary>A time in which SIP over TLS could not be read.</summary>
/// <param name="Tap">Which: an interface, an agent or a capture file.</param>
/// <param name="BeganAt">Its begin, by the clock of the capture.</param>
/// <param name="EndedAt">The last such event so far.</param>
/// <param name="Gaps">Times that octets of a connection were missing and reading went on behind them.</param>
/// <param name="GivenUp">Connections that were given up because octets were missing or made no sense.</param>
/// <param name="SuitesNotRead">Connections of a version or suite that is not read.</param>
/// <param name="WithoutRoom">Connections that were given up for want of room.</param>
/// <param name="ResolvedAt">When it was over; null while it may go on.</param>
public sealed record StoredTlsLoss(
    string Tap,
    Instant BeganAt,
    Instant EndedAt,
    long Gaps,
    long GivenUp,
    long SuitesNotRead,
    long WithoutRoom,
    Instant? ResolvedAt);

/// <summary>Keeps the times in which SIP over TLS could not be read. Threads may share it.</summary>
public sealed class TlsLossRepository(Database database)
{
    /// <summary>The most times of one list.</summary>
    public const int LargestPage = 1_000;

    // What is read again from a file, or was told by another start, may be known better already.
    private const string Upsert = """
        INSERT INTO tls_loss (tap, began_at_us, ended_at_us, gaps, given_up, suites_not_read, without_room,
            resolved_at_us)
        VALUES (@tap, @began_at_us, @ended_at_us, @gaps, @given_up, @suites_not_read, @without_room, @resolved_at_us)
        ON CONFLICT (tap, began_at_us) DO UPDATE SET ended_at_us = excluded.ended_at_us, gaps = excluded.gaps,
            given_up = excluded.given_up, suites_not_read = excluded.suites_not_read,
            without_room = excluded.without_room, resolved_at_us = excluded.resolved_at_us
        WHERE excluded.ended_at_us >= tls_loss.ended_at_us
            AND excluded.gaps + excluded.given_up + excluded.suites_not_read + excluded.without_room
                >= tls_loss.gaps + tls_loss.given_up + tls_loss.suites_not_read + tls_loss.without_room
        """;

    /// <summary>Stores a time as it stands.</summary>
    public Task SaveAsync(StoredTlsLoss loss, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(loss);
        return database.WriteAsync(
            async (_, transaction, token) =>
            {
                await using var command = transaction.Command(Upsert);
                command.AddParameter("@tap", loss.Tap);
                command.AddParameter("@began_at_us", loss.BeganAt.ToMicroseconds());
                command.AddParameter("@ended_at_us", loss.EndedAt.ToMicroseconds());
                command.AddParameter("@gaps", loss.Gaps);
                command.AddParameter("@given_up", loss.GivenUp);
                command.AddParameter("@suites_not_read", loss.SuitesNotRead);
                command.AddParameter("@without_room", loss.WithoutRoom);
                command.AddParameter("@resolved_at_us", loss.ResolvedAt?.ToMicroseconds());
                return await command.ExecuteNonQueryAsync(token);
            },
            cancellationToken);
    }

    /// <summary>Ends what a service left open that did not stop in order: nobody listens there any more.</summary>
    /// <returns>How many there were.</returns>
    public Task<int> ResolveOpenAsync(CancellationToken cancellationToken) => database.WriteAsync(
        async (_, transaction, token) =>
        {
            await using var command = transaction.Command(
                "UPDATE tls_loss SET resolved_at_us = ended_at_us WHERE resolved_at_us IS NULL");
            return await command.ExecuteNonQueryAsync(token);
        },
        cancellationToken);

    /// <summary>Times, the latest begin first.</summary>
    /// <param name="before">Only those that began before; null for the latest.</param>
    /// <param name="limit">Rows at most, 1 to 1,001.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public Task<IReadOnlyList<StoredTlsLoss>> ListAsync(
        Instant? before, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, LargestPage + 1);
        return database.ReadListAsync(
            """
            SELECT tap, began_at_us, ended_at_us, gaps, given_up, suites_not_read, without_room, resolved_at_us
            FROM tls_loss WHERE @before_us IS NULL OR began_at_us < @before_us
            ORDER BY began_at_us DESC, tap LIMIT @limit
            """,
            [("@before_us", before?.ToMicroseconds()), ("@limit", limit)],
            Read,
            cancellationToken);
    }

    private static StoredTlsLoss Read(DbDataReader reader) => new(
        reader.GetString(0),
        reader.GetInstant(1),
        reader.GetInstant(2),
        reader.GetInt64(3),
        reader.GetInt64(4),
        reader.GetInt64(5),
        reader.GetInt64(6),
        reader.IsDBNull(7) ? null : reader.GetInstant(7));
}
