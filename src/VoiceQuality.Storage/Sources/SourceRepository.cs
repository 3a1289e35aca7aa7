using System.Buffers;
using System.Data.Common;
using NodaTime;

namespace VoiceQuality.Storage.Sources;

/// <summary>A capture file that was read to its end.</summary>
/// <param name="Sha256">SHA-256 of the content, 64 lower-case hexadecimal digits.</param>
/// <param name="Name">File name without its folder.</param>
/// <param name="SizeBytes">Length of the file, octets.</param>
/// <param name="Packets">Frames that it held.</param>
/// <param name="Calls">Calls that were handed over while it was read.</param>
/// <param name="Streams">Streams that were handed over while it was read.</param>
/// <param name="FirstPacketAtUs">Earliest frame, microseconds since 1970-01-01 UTC; null without frames.</param>
/// <param name="LastPacketAtUs">Latest frame, microseconds since 1970-01-01 UTC; null without frames.</param>
/// <param name="FinishedAt">When reading ended, to the microsecond.</param>
public sealed record FinishedSource(
    string Sha256,
    string Name,
    long SizeBytes,
    long Packets,
    long Calls,
    long Streams,
    long? FirstPacketAtUs,
    long? LastPacketAtUs,
    Instant FinishedAt);

/// <summary>Which capture files were read, so that none is read twice in vain. Threads may share it.</summary>
public sealed class SourceRepository(Database database)
{
    /// <summary>Most files of one list.</summary>
    public const int MaxLimit = 1000;

    private static readonly SearchValues<char> LowerHex = SearchValues.Create("0123456789abcdef");

    private const string Columns = """
        sha256, name, size_bytes, packets, calls, streams, first_packet_at_us, last_packet_at_us, finished_at_us
        """;

    private const string Insert = $"""
        INSERT INTO capture_source ({Columns})
        VALUES (@sha256, @name, @size_bytes, @packets, @calls, @streams, @first_packet_at_us, @last_packet_at_us,
            @finished_at_us)
        ON CONFLICT (sha256) DO NOTHING
        """;

    /// <summary>Notes that a file was read; false when a file with this content was noted before.</summary>
    public Task<bool> AddAsync(FinishedSource source, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (source.Sha256.Length != 64 || source.Sha256.AsSpan().ContainsAnyExcept(LowerHex))
        {
            throw new ArgumentException("A SHA-256 has 64 lower-case hexadecimal digits.", nameof(source));
        }

        return database.WriteAsync(
            async (_, transaction, token) =>
            {
                await using var command = transaction.Command(Insert);
                command.AddParameter("@sha256", source.Sha256);
                command.AddParameter("@name", source.Name);
                command.AddParameter("@size_bytes", source.SizeBytes);
                command.AddParameter("@packets", source.Packets);
                command.AddParameter("@calls", source.Calls);
                command.AddParameter("@streams", source.Streams);
                command.AddParameter("@first_packet_at_us", source.FirstPacketAtUs);
                command.AddParameter("@last_packet_at_us", source.LastPacketAtUs);
                command.AddParameter("@finished_at_us", source.FinishedAt.ToMicroseconds());
                return await command.ExecuteNonQueryAsync(token) == 1;
            },
            cancellationToken);
    }

    /// <summary>The file with this content; null when none was read.</summary>
    public async Task<FinishedSource?> FindAsync(string sha256, CancellationToken cancellationToken)
    {
        var rows = await database.ReadListAsync(
            $"SELECT {Columns} FROM capture_source WHERE sha256 = @sha256", [("@sha256", sha256)], Read, cancellationToken);
        return rows.Count == 0 ? null : rows[0];
    }

    /// <summary>The files that were read last, latest first.</summary>
    /// <param name="limit">1 to 1000.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public Task<IReadOnlyList<FinishedSource>> ListAsync(int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, MaxLimit);
        return database.ReadListAsync(
            $"SELECT {Columns} FROM capture_source ORDER BY finished_at_us DESC, sha256 LIMIT @limit",
            [("@limit", limit)],
            Read,
            cancellationToken);
    }

    private static FinishedSource Read(DbDataReader reader) => new(
        reader.GetString(0),
        reader.GetString(1),
        reader.GetInt64(2),
        reader.GetInt64(3),
        reader.GetInt64(4),
        reader.GetInt64(5),
        reader.GetNullableInt64(6),
        reader.GetNullableInt64(7),
        reader.GetInstant(8));
}
