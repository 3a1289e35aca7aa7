using System.Data.Common;
using System.Runtime.CompilerServices;
using NodaTime;
using VoiceQuality.Monitor.Calls;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Quality.Scoring;
using VoiceQuality.Storage.Calls;

namespace VoiceQuality.Storage.Rescoring;

/// <summary>Reads stored calls in the order of time, some at a time. Threads may share it.</summary>
public sealed class ScoreReader(Database database)
{
    // A call belongs to the month of its answer in some time zone, and may have begun before.
    private static readonly Duration Margin = Duration.FromDays(3);

    /// <summary>Reads the next calls.</summary>
    /// <param name="filter">Which calls.</param>
    /// <param name="after">The last one of those that were read before; null to begin.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public Task<IReadOnlyList<StoredScore>> ReadAsync(
        RescoreFilter filter, CallKey? after, int limit, CancellationToken cancellationToken) => database.ReadAsync(
            (_, transaction, token) => Task.FromResult(Read(transaction, filter, after, limit, token)),
            cancellationToken);

    /// <summary>Reads all of them, in bounded memory; each batch sees the state at its own time.</summary>
    public async IAsyncEnumerable<StoredScore> ReadAllAsync(
        RescoreFilter filter, int batchSize, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        CallKey? last = null;
        while (true)
        {
            var batch = await ReadAsync(filter, last, batchSize, cancellationToken);
            foreach (var call in batch)
            {
                yield return call;
            }

            if (batch.Count < batchSize)
            {
                yield break;
            }

            last = batch[^1].Key;
        }
    }

    /// <summary>How many calls there are, for a progress display.</summary>
    public Task<long> CountAsync(RescoreFilter filter, CancellationToken cancellationToken) => database.ReadAsync(
        (_, transaction, _) =>
        {
            using var command = transaction.Command("SELECT count(*) FROM call c WHERE ");
            command.CommandText += Conditions(command, filter, null);
            command.CommandTimeout = 0;
            return Task.FromResult((long)command.ExecuteScalar()!);
        },
        cancellationToken);

    internal static IReadOnlyList<StoredScore> Read(
        DbTransaction transaction, RescoreFilter filter, CallKey? after, int limit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var calls = ReadCalls(transaction, filter, after, limit);
        if (calls.Count == 0)
        {
            return calls;
        }

        using var command = transaction.Command($"""
            SELECT s.call_key, {StreamColumns.Selected}
            FROM call c CROSS JOIN stream s ON s.call_key = c.call_key JOIN score_model m ON m.model_id = s.model_id
            WHERE c.call_key <= @last AND
            """);
        command.CommandText += " " + Conditions(command, filter, after) + " ORDER BY c.call_key, s.ordinal";
        command.AddParameter("@last", calls[^1].Key.ToOctets());
        command.CommandTimeout = 0;
        using var reader = command.ExecuteReader();
        var index = 0;
        var streams = new List<StreamRecord>();
        while (reader.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var key = CallKey.FromOctets(reader.GetFieldValue<byte[]>(0));
            for (; calls[index].Key != key; index++)
            {
                calls[index] = calls[index] with { Streams = streams };
                streams = [];
            }

            streams.Add(StreamColumns.Read(reader, 1, callId: null));
        }

        calls[index] = calls[index] with { Streams = streams };
        return calls;
    }

    private static List<StoredScore> ReadCalls(
        DbTransaction transaction, RescoreFilter filter, CallKey? after, int limit)
    {
        using var command = transaction.Command($"""
            SELECT c.call_key, c.account_id, c.unit_id, c.service_month, c.local_date, c.started_at_us, c.outcome,
                c.mos_e4, c.r_factor, c.unscored_reason, {CallColumns.Readings}
            FROM call c WHERE
            """);
        command.CommandText += " " + Conditions(command, filter, after) + " ORDER BY c.call_key LIMIT @limit";
        command.AddParameter("@limit", limit);
        command.CommandTimeout = 0;
        using var reader = command.ExecuteReader();
        var calls = new List<StoredScore>();
        while (reader.Read())
        {
            calls.Add(new StoredScore(
                CallKey.FromOctets(reader.GetFieldValue<byte[]>(0)),
                reader.GetString(1),
                reader.GetString(2),
                reader.GetNullableString(3),
                reader.GetNullableString(4),
                reader.GetInt64(5),
                StoredName<CallOutcome>.Parse(reader.GetString(6)),
                new CallScore(
                    reader.GetNullableInt32(7),
                    reader.GetNullableDoubleText(8),
                    StoredName<UnscoredReason>.Parse(reader.GetString(9))),
                [])
            {
                Readings = CallColumns.ReadReadings(reader, 10),
            });
        }

        return calls;
    }

    // Every value is a parameter; the text is put together from constants.
    private static string Conditions(DbCommand command, RescoreFilter filter, CallKey? after)
    {
        var conditions = new List<string>();
        Add("c.call_key > @after", "@after", after?.ToOctets() ?? new byte[CallKey.Length]);
        Add("c.account_id = @account_id", "@account_id", filter.AccountId);
        Add("c.unit_id = @unit_id", "@unit_id", filter.UnitId);
        if (filter.IsUnreadOnly)
        {
            conditions.Add("c.is_read = 0 AND c.outcome = 'Answered'");
        }

        if (filter.Month is { } month)
        {
            var first = Instant.FromUtc(month.Year, month.Month, 1, 0, 0);
            var next = Instant.FromUtc(month.Next.Year, month.Next.Month, 1, 0, 0);
            Add("c.service_month = @service_month", "@service_month", month.ToString());
            Add("c.call_key >= @from", "@from", CallKey.FirstFrom((first - Margin).ToMicroseconds())?.ToOctets());
            Add("c.call_key < @to", "@to", CallKey.FirstFrom((next + Margin).ToMicroseconds())?.ToOctets());
        }

        return string.Join(" AND ", conditions);

        void Add(string condition, string name, object? value)
        {
            if (value is not null)
            {
                conditions.Add(condition);
                command.AddParameter(name, value);
            }
        }
    }
}
