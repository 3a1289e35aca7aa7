using System.Data.Common;
using NodaTime;

namespace VoiceQuality.Storage.Failures;

/// <summary>When somebody watched. Threads may share it.</summary>
public sealed class WatchedRepository(Database database)
{
    // Nothing lies between two of them, so the one that begins last before an instant is the one that may hold it.
    private const string SelectTouching = """
        SELECT from_us, until_us FROM watched
        WHERE from_us <= @until_us
            AND from_us >= coalesce((SELECT max(from_us) FROM watched WHERE from_us <= @from_us), @from_us)
            AND until_us >= @from_us
        ORDER BY from_us
        """;

    /// <summary>Adds a watched time; it is joined with those that it touches.</summary>
    /// <param name="fromUs">First packet, microseconds since 1970-01-01 UTC.</param>
    /// <param name="untilUs">Last packet.</param>
    /// <param name="cancellationToken">Stops the writing; nothing is then changed.</param>
    /// <returns>Whether it said anything new.</returns>
    public Task<bool> AddAsync(long fromUs, long untilUs, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(untilUs, fromUs);
        return database.WriteAsync(
            async (_, transaction, token) =>
            {
                var touching = await ListAsync(transaction, fromUs, untilUs, token);
                if (touching is [var only] && only.FromUs <= fromUs && untilUs <= only.UntilUs)
                {
                    return false;
                }

                var from = touching.Select(one => one.FromUs).Append(fromUs).Min();
                var until = touching.Select(one => one.UntilUs).Append(untilUs).Max();
                await ExecuteAsync(
                    transaction, "DELETE FROM watched WHERE from_us BETWEEN @from_us AND @until_us", from, until,
                    token);
                await ExecuteAsync(
                    transaction, "INSERT INTO watched (from_us, until_us) VALUES (@from_us, @until_us)", from, until,
                    token);

                // Up to where it was watched before, nothing is known anew.
                var changedFrom = touching.Count > 0 && touching[0].FromUs <= fromUs ? touching[0].UntilUs : fromUs;
                await ExecuteAsync(
                    transaction,
                    """
                    INSERT INTO failure_due (pair_id, from_us, until_us, revision) VALUES (0, @from_us, @until_us, 1)
                    ON CONFLICT (pair_id) DO UPDATE SET from_us = min(from_us, excluded.from_us),
                        until_us = max(until_us, excluded.until_us), revision = revision + 1
                    """,
                    Math.Min(changedFrom, until),
                    until,
                    token);
                return true;
            },
            cancellationToken);
    }

    /// <summary>The watched times that touch [from, until], in order; their bounds are not cut.</summary>
    public async Task<IReadOnlyList<Interval>> ListAsync(
        Instant from, Instant until, CancellationToken cancellationToken) =>
        await database.ReadListAsync(
            SelectTouching,
            [("@from_us", from.ToMicroseconds()), ("@until_us", until.ToMicroseconds())],
            reader => new Interval(reader.GetInstant(0), reader.GetInstant(1)),
            cancellationToken);

    /// <summary>The last instant that was watched; null when none was.</summary>
    public async Task<Instant?> LastAsync(CancellationToken cancellationToken)
    {
        var rows = await database.ReadListAsync(
            "SELECT until_us FROM watched ORDER BY from_us DESC LIMIT 1", [], reader => reader.GetInstant(0),
            cancellationToken);
        return rows.Count == 0 ? null : rows[0];
    }

    private static async Task<List<(long FromUs, long UntilUs)>> ListAsync(
        DbTransaction transaction, long fromUs, long untilUs, CancellationToken cancellationToken)
    {
        await using var command = transaction.Command(SelectTouching);
        command.AddParameter("@from_us", fromUs);
        command.AddParameter("@until_us", untilUs);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<(long FromUs, long UntilUs)>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add((reader.GetInt64(0), reader.GetInt64(1)));
        }

        return rows;
    }

    private static async Task ExecuteAsync(
        DbTransaction transaction, string sql, long fromUs, long untilUs, CancellationToken cancellationToken)
    {
        await using var command = transaction.Command(sql);
        command.AddParameter("@from_us", fromUs);
        command.AddParameter("@until_us", untilUs);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
