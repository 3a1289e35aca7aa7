using System.Data.Common;
using VoiceQuality.Monitor.Streams;

namespace VoiceQuality.Storage.Calls;

/// <summary>A call that was taken back.</summary>
/// <param name="AccountId">Account it had counted for.</param>
/// <param name="Month">Its month of service, "2026-10"; null without one.</param>
public readonly record struct RetractedCall(string AccountId, string? Month);

/// <summary>
/// Writes measurements in batches, each in one transaction together with the days and months that it moves. Writing a
/// batch again, or batches in another order, ends in the same state.
/// </summary>
/// <remarks>
/// A call is known by its <see cref="CallKey"/>. A second observation replaces the first only if it is more complete,
/// see <c>Completeness</c>. Threads may share a writer; their batches take turns. A batch of some thousand calls is
/// fast and holds the write lock for a fraction of a second.
/// </remarks>
public sealed class MeasurementWriter(Database database) : IDisposable
{
    private MeasurementStatements? _statements;

    /// <summary>Writes a batch: all of it or, when it throws, nothing.</summary>
    /// <param name="calls">Finished calls with their streams.</param>
    /// <param name="unannounced">Streams that no SDP announced.</param>
    /// <param name="cancellationToken">
    /// Seen before the batch and between its calls; the batch is then rolled back.
    /// </param>
    public async Task<WriteOutcome> WriteAsync(
        IReadOnlyList<MeasuredCall> calls, IReadOnlyList<StreamRecord> unannounced, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(calls);
        ArgumentNullException.ThrowIfNull(unannounced);
        if (calls.Count == 0 && unannounced.Count == 0)
        {
            return default;
        }

        return await database.WriteAsync(
            (connection, transaction, token) => Task.FromResult(
                Write(connection, transaction, calls, unannounced, token)),
            cancellationToken);
    }

    /// <summary>
    /// Takes back what was measured of an incomplete capture, together with what it moved in days and months. What is
    /// not stored is passed over.
    /// </summary>
    /// <param name="calls">Calls that the complete capture does not have.</param>
    /// <param name="unannounced">Streams without a call that it does not have.</param>
    /// <param name="cancellationToken">Seen before the transaction.</param>
    /// <returns>Account and month of each call that was taken back.</returns>
    public async Task<IReadOnlyList<RetractedCall>> RetractAsync(
        IReadOnlyList<CallKey> calls, IReadOnlyList<CallKey> unannounced, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(calls);
        ArgumentNullException.ThrowIfNull(unannounced);
        return await database.WriteAsync(
            (connection, transaction, _) => Task.FromResult(Retract(connection, transaction, calls, unannounced)),
            cancellationToken);
    }

    /// <summary>Releases the compiled statements. The database stays open.</summary>
    public void Dispose() => _statements?.Dispose();

    private List<RetractedCall> Retract(
        DbConnection connection,
        DbTransaction transaction,
        IReadOnlyList<CallKey> calls,
        IReadOnlyList<CallKey> unannounced)
    {
        _statements ??= new MeasurementStatements(connection, database.Identities);
        var retracted = new List<RetractedCall>();
        var isDone = false;
        try
        {
            _statements.Begin(transaction);
            foreach (var key in calls)
            {
                if (_statements.Retract(key) is { } call)
                {
                    retracted.Add(call);
                }
            }

            foreach (var key in unannounced)
            {
                _statements.RetractUnannounced(key);
            }

            _statements.End();
            isDone = true;
            return retracted;
        }
        finally
        {
            if (!isDone)
            {
                _statements.Forget();
            }
        }
    }

    private WriteOutcome Write(
        DbConnection connection,
        DbTransaction transaction,
        IReadOnlyList<MeasuredCall> calls,
        IReadOnlyList<StreamRecord> unannounced,
        CancellationToken cancellationToken)
    {
        _statements ??= new MeasurementStatements(connection, database.Identities);
        var isDone = false;
        try
        {
            _statements.Begin(transaction);
            for (var i = 0; i < calls.Count; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                _statements.Write(calls[i], i);
            }

            for (var i = 0; i < unannounced.Count; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                _statements.Write(unannounced[i]);
            }

            var outcome = _statements.End();
            isDone = true;
            return outcome;
        }
        finally
        {
            if (!isDone)
            {
                _statements.Forget();
            }
        }
    }
}
