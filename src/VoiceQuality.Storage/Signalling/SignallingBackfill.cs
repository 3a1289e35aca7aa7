using System.Data.Common;
using VoiceQuality.Protocols.Network;
using VoiceQuality.Storage.Calls;
using VoiceQuality.Storage.Failures;

namespace VoiceQuality.Storage.Signalling;

/// <summary>
/// Counts the calls of a database from before signalling was counted by hours, some at a time. It goes on where it
/// stood after a stop, and a call that is counted already is passed over. What was not kept of them (challenges, ring
/// time, SRD, SDD, the confirmed end) stays unknown, and the attempts are marked.
/// </summary>
public sealed class SignallingBackfill(Database database)
{
    private const int CallsPerTransaction = 1_000;
    private const int SourceColumn = 1;
    private const int DestinationColumn = 2;
    private const int SignallingColumn = 3;

    private static readonly string Select = $"""
        SELECT call_key, signalling_source, signalling_destination, {StoredSignalling.Columns} FROM call
        WHERE call_key >= @next AND challenges IS NULL AND signalling_pair_id IS NULL ORDER BY call_key LIMIT @limit
        """;

    private volatile bool _isDone;

    /// <summary>Goes on until nothing is left; what was done stays done.</summary>
    /// <param name="progress">Is told how many calls were counted so far.</param>
    /// <param name="cancellationToken">Stops between transactions.</param>
    /// <returns>Calls that were counted.</returns>
    public async Task<long> RunAsync(Action<long> progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(progress);
        var counted = 0L;
        while (!_isDone)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (calls, isDone) = await database.WriteAsync(
                (connection, transaction, _) => Task.FromResult(Step(connection, transaction)), cancellationToken);
            counted += calls;
            progress(counted);
            _isDone = isDone;
        }

        return counted;
    }

    private static (int Counted, bool IsDone) Step(DbConnection connection, DbTransaction transaction)
    {
        if (Next(transaction) is not { } next)
        {
            return (0, true);
        }

        var calls = Read(transaction, next);
        using var attempts = new AttemptStatements(connection);
        using var deltas = new SignallingDeltas(connection);
        using var update = new PreparedStatement(
            connection, "UPDATE call SET signalling_pair_id = @pair_id WHERE call_key = @call_key", "pair_id", "call_key");
        attempts.Begin(transaction);
        deltas.Begin(transaction);
        update.Command.Transaction = transaction;
        var counted = 0;
        foreach (var (callKey, source, destination, share) in calls.Take(CallsPerTransaction))
        {
            if (share.Counters.Attempts == 0)
            {
                continue;
            }

            var key = deltas.Bounded(share.Key with { PairId = attempts.PairIdOf(source, destination) });
            deltas.Add(key, share.Counters);
            update.Set(0, key.PairId);
            update.Set(1, callKey);
            update.Execute();
            counted++;
        }

        attempts.Apply();
        deltas.Apply();
        var isDone = calls.Count <= CallsPerTransaction;
        using var command = transaction.Command("UPDATE signalling_backfill SET next_key = @next_key");
        command.AddParameter("@next_key", isDone ? null : calls[^1].Key);
        command.ExecuteNonQuery();
        return (counted, isDone);
    }

    private static byte[]? Next(DbTransaction transaction)
    {
        using var command = transaction.Command("SELECT next_key FROM signalling_backfill");
        return command.ExecuteScalar() as byte[];
    }

    private static List<(byte[] Key, IpEndpoint Source, IpEndpoint Destination, StoredSignalling Share)> Read(
        DbTransaction transaction, byte[] next)
    {
        using var command = transaction.Command(Select);
        command.AddParameter("@next", next);
        command.AddParameter("@limit", CallsPerTransaction + 1);
        command.CommandTimeout = 0;
        using var reader = command.ExecuteReader();
        var calls = new List<(byte[], IpEndpoint, IpEndpoint, StoredSignalling)>();
        while (reader.Read())
        {
            calls.Add((
                reader.GetFieldValue<byte[]>(0),
                EndpointEncoding.FromOctets(reader.GetFieldValue<byte[]>(SourceColumn)),
                EndpointEncoding.FromOctets(reader.GetFieldValue<byte[]>(DestinationColumn)),
                StoredSignalling.Read(reader, SignallingColumn, SignallingDeltas.OtherPair)));
        }

        return calls;
    }
}
