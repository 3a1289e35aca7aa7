using System.Data.Common;
using VoiceQuality.Monitor.Calls;
using VoiceQuality.Storage.Calls;
using VoiceQuality.Storage.Rescoring;

namespace VoiceQuality.Storage.Months;

/// <summary>
/// Finds out what the answered calls of a database from before the readings count by them, some at a time, with the
/// days and months that it moves. It goes on where it stood after a stop, and changes nothing a second time. Of a call
/// whose streams were deleted on schedule the MOS-CQ and the scale are not known any more: it is unscored by these
/// readings.
/// </summary>
public sealed class ReadingBackfill(Database database)
{
    private const int CallsPerTransaction = 500;

    private const string HasUnread =
        "SELECT EXISTS (SELECT 1 FROM call INDEXED BY call_unread WHERE is_read = 0 AND outcome = 'Answered')";

    private static readonly RescoreFilter Unread = new(null, null, null) { IsUnreadOnly = true };

    private volatile bool _isDone;

    /// <summary>Goes on until nothing is left; what was done stays done.</summary>
    /// <param name="progress">Is told how many calls were looked at so far.</param>
    /// <param name="cancellationToken">Stops between transactions.</param>
    /// <returns>Calls that were looked at.</returns>
    public async Task<long> RunAsync(Action<long> progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(progress);
        var done = 0L;
        CallKey? last = null;
        while (!_isDone)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (next, count) = await database.WriteAsync(
                (connection, transaction, token) => Task.FromResult(Step(connection, transaction, last, token)),
                cancellationToken);
            last = next;
            done += count;
            progress(done);

            // What is written from now on is read as it is written: once nothing is left, nothing ever is.
            _isDone = count < CallsPerTransaction;
        }

        return done;
    }

    /// <summary>Whether there is a call of which the readings are not known.</summary>
    internal static async Task<bool> HasUnreadAsync(DbTransaction transaction, CancellationToken cancellationToken)
    {
        await using var command = transaction.Command(HasUnread);
        return (long)(await command.ExecuteScalarAsync(cancellationToken))! != 0;
    }

    private static (CallKey? Last, int Count) Step(
        DbConnection connection, DbTransaction transaction, CallKey? after, CancellationToken cancellationToken)
    {
        var calls = ScoreReader.Read(transaction, Unread, after, CallsPerTransaction, cancellationToken);
        if (calls.Count == 0)
        {
            return (null, 0);
        }

        using var update = new PreparedStatement(
            connection,
            """
            UPDATE call SET is_read = 1, cq_e4 = @cq_e4, lq_capped_e4 = @lq_capped_e4, cq_capped_e4 = @cq_capped_e4,
                lq_narrowband_e4 = @lq_narrowband_e4, cq_narrowband_e4 = @cq_narrowband_e4
            WHERE call_key = @call_key
            """,
            "cq_e4", "lq_capped_e4", "cq_capped_e4", "lq_narrowband_e4", "cq_narrowband_e4", "call_key");
        using var deltas = new AggregateDeltas(connection);
        update.Command.Transaction = transaction;
        foreach (var call in calls)
        {
            var readings = CallReadings.Of(call.Outcome, call.Streams);
            update.Set(CallColumns.SetReadings(update, 0, readings), call.Key.ToOctets());
            update.Execute();
            deltas.Add(new AggregatedCall(
                call.AccountId, call.UnitId, call.Month, call.Date, call.StartedAtUs,
                CallCounts.Of(call.Outcome, readings)));
        }

        deltas.Apply(transaction);
        return (calls[^1].Key, calls.Count);
    }
}
