using System.Data.Common;
using VoiceQuality.Monitor.Calls;
using VoiceQuality.Sla.Outages;
using VoiceQuality.Storage.Calls;

namespace VoiceQuality.Storage.Failures;

/// <summary>
/// Lets the calls of a database from before the attempts say what they say, some at a time. Of a cancelled call it is
/// not known any more whether anything was heard before, so it says nothing.
/// </summary>
public sealed class AttemptBackfill(Database database)
{
    private const int CallsPerTransaction = 1_000;

    private const string Select = """
        SELECT call_key, started_at_us, answered_at_us, ended_at_us, outcome, final_status, post_dial_delay_us,
            received_packets, signalling_source, signalling_destination
        FROM call WHERE call_key >= @next ORDER BY call_key LIMIT @limit
        """;

    private volatile bool _isDone;

    /// <summary>Goes on until nothing is left; what was done stays done.</summary>
    /// <param name="cancellationToken">Stops between transactions.</param>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        // Once nothing is left, nothing ever is.
        while (!_isDone && await database.WriteAsync(
            (connection, transaction, _) => Task.FromResult(Step(connection, transaction)), cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
        }

        _isDone = true;
    }

    private static bool Step(DbConnection connection, DbTransaction transaction)
    {
        if (Next(transaction) is not { } next)
        {
            return false;
        }

        var calls = Read(transaction, next);
        using var statements = new AttemptStatements(connection);
        statements.Begin(transaction);
        foreach (var (key, source, destination, attempt) in calls.Take(CallsPerTransaction))
        {
            statements.Write(
                key, EndpointEncoding.FromOctets(source), EndpointEncoding.FromOctets(destination), attempt,
                isAnswered: attempt is not { Class: AttemptClass.NoResponse }, isReplaced: true);
        }

        statements.Apply();
        using var command = transaction.Command("UPDATE attempt_backfill SET next_key = @next_key");
        command.AddParameter("@next_key", calls.Count > CallsPerTransaction ? calls[^1].Key : null);
        command.ExecuteNonQuery();
        return calls.Count > CallsPerTransaction;
    }

    private static byte[]? Next(DbTransaction transaction)
    {
        using var command = transaction.Command("SELECT next_key FROM attempt_backfill");
        return command.ExecuteScalar() as byte[];
    }

    private static List<(byte[] Key, byte[] Source, byte[] Destination, ClassifiedAttempt? Attempt)> Read(
        DbTransaction transaction, byte[] next)
    {
        using var command = transaction.Command(Select);
        command.AddParameter("@next", next);
        command.AddParameter("@limit", CallsPerTransaction + 1);
        using var reader = command.ExecuteReader();
        var calls = new List<(byte[], byte[], byte[], ClassifiedAttempt?)>();
        while (reader.Read())
        {
            var startedAtUs = reader.GetInt64(1);
            var outcome = StoredName<CallOutcome>.Parse(reader.GetString(4));
            var finalStatus = reader.GetNullableInt32(5);
            var hasTimedOut = outcome == CallOutcome.Failed && finalStatus is null;
            var facts = new AttemptFacts(startedAtUs)
            {
                FirstResponseAtUs = hasTimedOut ? null : startedAtUs,
                RangAtUs = startedAtUs + reader.GetNullableInt64(6),
                CancelledAtUs = outcome == CallOutcome.Cancelled ? startedAtUs : null,
                AnsweredAtUs = reader.GetNullableInt64(2),
                EndedAtUs = reader.GetNullableInt64(3),
                FinalStatus = finalStatus,
                HasTimedOut = hasTimedOut,
                HasMedia = reader.GetInt64(7) > 0,
            };
            calls.Add((
                reader.GetFieldValue<byte[]>(0), reader.GetFieldValue<byte[]>(8), reader.GetFieldValue<byte[]>(9),
                AttemptStatements.AttemptOf(outcome, facts)));
        }

        return calls;
    }
}
