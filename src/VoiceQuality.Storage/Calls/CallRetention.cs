using System.Data.Common;

namespace VoiceQuality.Storage.Calls;

/// <summary>What a deletion run took away.</summary>
/// <param name="Calls">Calls whose identity, signalling and streams were deleted.</param>
/// <param name="Streams">Streams without a call that were deleted.</param>
public readonly record struct RetentionOutcome(int Calls, int Streams);

/// <summary>
/// Deletes call detail on schedule. Of a call there remain its times, unit, outcome and score without any
/// number or address of media, so that its month can be recounted and a capture that is read again is still known.
/// </summary>
public sealed class CallRetention(Database database)
{
    private const int CallsPerTransaction = 1000;

    private const string SelectCalls = """
        SELECT call_key FROM call WHERE call_key < @before AND identity IS NOT NULL ORDER BY call_key LIMIT @limit
        """;

    /// <summary>Deletes the detail of calls and streams that start before a time, some at a time.</summary>
    /// <param name="beforeUs">Exclusive, microseconds since 1970-01-01 UTC.</param>
    /// <param name="cancellationToken">Stops between transactions; what was deleted stays deleted.</param>
    public async Task<RetentionOutcome> DeleteDetailAsync(long beforeUs, CancellationToken cancellationToken)
    {
        var before = (CallKey.FirstFrom(beforeUs) ?? CallKey.Highest).ToOctets();
        var calls = 0;
        int deleted;
        do
        {
            deleted = await database.WriteAsync(
                (_, transaction, _) => Task.FromResult(DeleteSome(transaction, before)), cancellationToken);
            calls += deleted;
        }
        while (deleted == CallsPerTransaction);

        var streams = await database.WriteAsync(
            (_, transaction, _) => Task.FromResult(
                Execute(transaction, "DELETE FROM unannounced_stream WHERE stream_key < @key", before)),
            cancellationToken);

        // What was deleted also leaves the log.
        await database.CheckpointAsync(cancellationToken);
        return new RetentionOutcome(calls, streams);
    }

    private static int DeleteSome(DbTransaction transaction, byte[] before)
    {
        var keys = new List<byte[]>();
        using (var select = transaction.Command(SelectCalls))
        {
            select.AddParameter("@before", before);
            select.AddParameter("@limit", CallsPerTransaction);
            using var reader = select.ExecuteReader();
            while (reader.Read())
            {
                keys.Add(reader.GetFieldValue<byte[]>(0));
            }
        }

        foreach (var key in keys)
        {
            Execute(transaction, "DELETE FROM stream WHERE call_key = @key", key);
            Execute(transaction, "UPDATE call SET identity = NULL, ladder = NULL WHERE call_key = @key", key);
        }

        return keys.Count;
    }

    private static int Execute(DbTransaction transaction, string sql, byte[] key)
    {
        using var command = transaction.Command(sql);
        command.AddParameter("@key", key);
        return command.ExecuteNonQuery();
    }
}
