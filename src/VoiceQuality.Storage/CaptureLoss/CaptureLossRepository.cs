using System.Data.Common;
using NodaTime;

namespace VoiceQuality.Storage.CaptureLoss;

/// <summary>A time in which a tap lost packets itself.</summary>
/// <param name="Tap">Which: an interface, an agent or a capture file.</param>
/// <param name="BeganAt">Its begin, by the clock of the capture.</param>
/// <param name="EndedAt">The end of its last loss so far.</param>
/// <param name="Spans">Silences of the whole tap in it, and drops that the source told.</param>
/// <param name="UnseenPackets">RTP packets sent in it and not seen.</param>
/// <param name="DroppedPackets">Packets of any kind that the source says it dropped.</param>
/// <param name="Streams">Streams with unseen packets in it.</param>
/// <param name="ResolvedAt">When it was over; null while it may go on.</param>
public sealed record StoredCaptureLoss(
    string Tap,
    Instant BeganAt,
    Instant EndedAt,
    long Spans,
    long UnseenPackets,
    long DroppedPackets,
    int Streams,
    Instant? ResolvedAt);

/// <summary>Keeps the times in which taps lost packets. Threads may share it.</summary>
public sealed class CaptureLossRepository(Database database)
{
    /// <summary>The most times of one list.</summary>
    public const int LargestPage = 1_000;

    // What is read again from a file may be known better already.
    private const string Upsert = """
        INSERT INTO capture_loss (tap, began_at_us, ended_at_us, spans, unseen_packets, dropped_packets, streams,
            resolved_at_us)
        VALUES (@tap, @began_at_us, @ended_at_us, @spans, @unseen_packets, @dropped_packets, @streams, @resolved_at_us)
        ON CONFLICT (tap, began_at_us) DO UPDATE SET ended_at_us = excluded.ended_at_us, spans = excluded.spans,
            unseen_packets = excluded.unseen_packets, dropped_packets = excluded.dropped_packets,
            streams = excluded.streams, resolved_at_us = excluded.resolved_at_us
        WHERE excluded.ended_at_us >= capture_loss.ended_at_us
            AND excluded.unseen_packets >= capture_loss.unseen_packets
            AND excluded.dropped_packets >= capture_loss.dropped_packets
        """;

    /// <summary>Stores a time as it stands.</summary>
    public Task SaveAsync(StoredCaptureLoss loss, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(loss);
        return database.WriteAsync(
            async (_, transaction, token) =>
            {
                await using var command = transaction.Command(Upsert);
                command.AddParameter("@tap", loss.Tap);
                command.AddParameter("@began_at_us", loss.BeganAt.ToMicroseconds());
                command.AddParameter("@ended_at_us", loss.EndedAt.ToMicroseconds());
                command.AddParameter("@spans", loss.Spans);
                command.AddParameter("@unseen_packets", loss.UnseenPackets);
                command.AddParameter("@dropped_packets", loss.DroppedPackets);
                command.AddParameter("@streams", loss.Streams);
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
                "UPDATE capture_loss SET resolved_at_us = ended_at_us WHERE resolved_at_us IS NULL");
            return await command.ExecuteNonQueryAsync(token);
        },
        cancellationToken);

    /// <summary>Times, the latest begin first.</summary>
    /// <param name="before">Only those that began before; null for the latest.</param>
    /// <param name="limit">Rows at most, 1 to 1,001.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public Task<IReadOnlyList<StoredCaptureLoss>> ListAsync(
        Instant? before, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, LargestPage + 1);
        return database.ReadListAsync(
            """
            SELECT tap, began_at_us, ended_at_us, spans, unseen_packets, dropped_packets, streams, resolved_at_us
            FROM capture_loss WHERE @before_us IS NULL OR began_at_us < @before_us
            ORDER BY began_at_us DESC, tap LIMIT @limit
            """,
            [("@before_us", before?.ToMicroseconds()), ("@limit", limit)],
            Read,
            cancellationToken);
    }

    private static StoredCaptureLoss Read(DbDataReader reader) => new(
        reader.GetString(0),
        reader.GetInstant(1),
        reader.GetInstant(2),
        reader.GetInt64(3),
        reader.GetInt64(4),
        reader.GetInt64(5),
        reader.GetInt32(6),
        reader.IsDBNull(7) ? null : reader.GetInstant(7));
}
