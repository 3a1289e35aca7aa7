using System.Data.Common;
using System.Globalization;
using VoiceQuality.Monitor.Calls;
using VoiceQuality.Monitor.Rescoring;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Quality.Scoring;
using VoiceQuality.Storage.Calls;
using VoiceQuality.Storage.Months;

namespace VoiceQuality.Storage.Rescoring;

/// <summary>A batch of calls that was scored again.</summary>
/// <param name="Last">The last call that was looked at; null when there was none left.</param>
/// <param name="Calls">Calls that were looked at.</param>
/// <param name="Changed">Calls of which the score, the reason or a stream is another one now.</param>
public readonly record struct RescoredBatch(CallKey? Last, int Calls, int Changed);

/// <summary>
/// Scores stored calls again and stores it, one transaction a batch together with the days and months that it moves. A
/// call that has its score by the policy already is left as it is, so doing it again, after a kill too, changes
/// nothing.
/// </summary>
public sealed class ScoreWriter(Database database) : IDisposable
{
    private Statements? _statements;

    /// <summary>Reads, scores and stores the next calls: all of them or, when it throws, none.</summary>
    /// <param name="filter">Which calls.</param>
    /// <param name="after">The last one of those that are done; null to begin.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="score">Scores one.</param>
    /// <param name="cancellationToken">Seen between calls; the batch is then rolled back.</param>
    public Task<RescoredBatch> WriteAsync(
        RescoreFilter filter,
        CallKey? after,
        int limit,
        Func<StoredScore, RescoredCall> score,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(score);
        return database.WriteDurablyAsync(
            (connection, transaction, token) =>
            {
                _statements ??= new Statements(connection);
                return Task.FromResult(Write(_statements, transaction, filter, after, limit, score, token));
            },
            cancellationToken);
    }

    /// <summary>Releases the compiled statements. The database stays open.</summary>
    public void Dispose() => _statements?.Dispose();

    private static RescoredBatch Write(
        Statements statements,
        DbTransaction transaction,
        RescoreFilter filter,
        CallKey? after,
        int limit,
        Func<StoredScore, RescoredCall> score,
        CancellationToken cancellationToken)
    {
        var calls = ScoreReader.Read(transaction, filter, after, limit, cancellationToken);
        var changed = 0;
        statements.Begin(transaction);
        foreach (var call in calls)
        {
            cancellationToken.ThrowIfCancellationRequested();
            changed += statements.Write(call, score(call)) ? 1 : 0;
        }

        statements.End();
        return new RescoredBatch(calls.Count == 0 ? null : calls[^1].Key, calls.Count, changed);
    }

    private sealed class Statements(DbConnection connection) : IDisposable
    {
        private readonly ScoreModelIds _models = new(connection);
        private readonly AggregateDeltas _deltas = new(connection);
        private readonly OctetWriter _octets = new();

        private readonly PreparedStatement _call = new(
            connection,
            """
            UPDATE call SET mos_e4 = @mos_e4, r_factor = @r_factor, unscored_reason = @unscored_reason,
                is_quarantined = @is_quarantined, is_read = 1, cq_e4 = @cq_e4, lq_capped_e4 = @lq_capped_e4,
                cq_capped_e4 = @cq_capped_e4, lq_narrowband_e4 = @lq_narrowband_e4,
                cq_narrowband_e4 = @cq_narrowband_e4
            WHERE call_key = @call_key
            """,
            "mos_e4", "r_factor", "unscored_reason", "is_quarantined", "cq_e4", "lq_capped_e4", "cq_capped_e4",
            "lq_narrowband_e4", "cq_narrowband_e4", "call_key");

        private readonly PreparedStatement _stream = new(
            connection,
            """
            UPDATE stream SET mos_e4 = @mos_e4, r_factor = @r_factor, unscored_reason = @unscored_reason,
                model_id = @model_id, measurement = @measurement
            WHERE call_key = @call_key AND ordinal = @ordinal
            """,
            "mos_e4", "r_factor", "unscored_reason", "model_id", "measurement", "call_key", "ordinal");

        private DbTransaction? _transaction;

        public void Begin(DbTransaction transaction)
        {
            // What a batch that was given up left in memory is not stored.
            _models.Clear();
            _deltas.Clear();
            _transaction = transaction;
            _call.Command.Transaction = transaction;
            _stream.Command.Transaction = transaction;
        }

        public void End() => _deltas.Apply(_transaction!);

        public bool Write(StoredScore stored, RescoredCall rescored)
        {
            if (rescored.Obstacle != RescoreObstacle.None)
            {
                return false;
            }

            var key = stored.Key.ToOctets();
            var isChanged = false;
            for (var i = 0; i < rescored.Streams.Count; i++)
            {
                if (!IsSame(stored.Streams[i], rescored.Streams[i]))
                {
                    Write(key, i, rescored.Streams[i]);
                    isChanged = true;
                }
            }

            var readings = CallReadings.Of(stored.Outcome, rescored.Streams);
            if (rescored.Score == stored.Score && readings == stored.Readings)
            {
                return isChanged;
            }

            var before = CallCounts.Of(stored.Outcome, stored.Score.MosE4, stored.Readings);
            var after = CallCounts.Of(stored.Outcome, rescored.Score.MosE4, readings);
            if (after != before)
            {
                var call = new AggregatedCall(
                    stored.AccountId, stored.UnitId, stored.Month, stored.Date, stored.StartedAtUs, before);
                _deltas.Remove(call);
                _deltas.Add(call with { Counts = after });
            }

            _call.Set(0, rescored.Score.MosE4);
            _call.Set(1, rescored.Score.R?.ToString("R", CultureInfo.InvariantCulture));
            _call.Set(2, StoredName<UnscoredReason>.Of(rescored.Score.Reason));
            _call.Set(3, (int)after.Quarantined);
            _call.Set(CallColumns.SetReadings(_call, 4, readings), key);
            _call.Execute();
            return isChanged || rescored.Score != stored.Score;
        }

        public void Dispose()
        {
            _call.Dispose();
            _stream.Dispose();
            _models.Dispose();
            _deltas.Dispose();
        }

        private static bool IsSame(StreamRecord stored, StreamRecord rescored) =>
            stored.MosLqE4 == rescored.MosLqE4
            && stored.RFactor == rescored.RFactor
            && stored.UnscoredReason == rescored.UnscoredReason
            && stored.MosCqE4 == rescored.MosCqE4
            && stored.TaMs == rescored.TaMs
            && stored.Model == rescored.Model
            && stored.Intervals.SequenceEqual(rescored.Intervals);

        private void Write(byte[] key, int ordinal, StreamRecord stream)
        {
            _octets.Clear();
            BesideEncoding.Write(_octets, stream);
            MeasurementEncoding.Write(_octets, stream);
            _stream.Set(0, stream.MosLqE4);
            _stream.Set(1, stream.RFactor?.ToString("R", CultureInfo.InvariantCulture));
            _stream.Set(2, StoredName<UnscoredReason>.Of(stream.UnscoredReason));
            _stream.Set(3, _models.IdOf(stream.Model, _transaction!));
            _stream.Set(4, _octets.ToArray());
            _stream.Set(5, key);
            _stream.Set(6, ordinal);
            _stream.Execute();
        }
    }
}
