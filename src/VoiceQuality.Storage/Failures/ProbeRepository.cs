using System.Buffers.Binary;
using System.Data.Common;
using VoiceQuality.Monitor.Probes;
using VoiceQuality.Sla.Outages;

namespace VoiceQuality.Storage.Failures;

/// <summary>
/// Stores probes and what they say. Storing one again changes nothing; an observation with an answer replaces one
/// without. Threads may share it.
/// </summary>
public sealed class ProbeRepository(Database database) : IDisposable
{
    private const string Insert = """
        INSERT INTO probe (probe_key, pair_id, started_at_us, ended_at_us, final_status, retransmissions)
        VALUES (@probe_key, @pair_id, @started_at_us, @ended_at_us, @final_status, @retransmissions)
        ON CONFLICT (probe_key) DO UPDATE SET ended_at_us = excluded.ended_at_us, final_status = excluded.final_status,
            retransmissions = excluded.retransmissions
        WHERE final_status IS NULL AND excluded.final_status IS NOT NULL
        """;

    private Statements? _statements;

    /// <summary>Writes a batch: all of it or, when it throws, nothing.</summary>
    /// <returns>Probes that were new or better known than before.</returns>
    public async Task<int> WriteAsync(IReadOnlyList<ProbeRecord> probes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(probes);
        return probes.Count == 0
            ? 0
            : await database.WriteAsync(
                (connection, transaction, _) => Task.FromResult(Write(connection, transaction, probes)),
                cancellationToken);
    }

    /// <summary>Releases the compiled statements. The database stays open.</summary>
    public void Dispose() => _statements?.Dispose();

    private int Write(DbConnection connection, DbTransaction transaction, IReadOnlyList<ProbeRecord> probes)
    {
        var statements = _statements ??= new Statements(connection);
        var isDone = false;

        // The batch before may have been given up as late as in its commit.
        statements.Attempts.Forget();
        try
        {
            statements.Attempts.Begin(transaction);
            var written = probes.Count(statements.Write);
            statements.Attempts.Apply();
            isDone = true;
            return written;
        }
        finally
        {
            if (!isDone)
            {
                statements.Attempts.Forget();
            }
        }
    }

    private sealed class Statements(DbConnection connection) : IDisposable
    {
        private readonly PreparedStatement _insert = new(
            connection, Insert, "probe_key", "pair_id", "started_at_us", "ended_at_us", "final_status",
            "retransmissions");

        public AttemptStatements Attempts { get; } = new(connection);

        public bool Write(ProbeRecord probe)
        {
            var key = new byte[16];
            BinaryPrimitives.WriteInt64BigEndian(key, probe.StartedAtUs);
            BinaryPrimitives.WriteUInt64BigEndian(key.AsSpan(8), (ulong)(probe.Identity >> 64));
            _insert.Set(0, key);
            _insert.Set(1, Attempts.PairIdOf(probe.Source, probe.Destination));
            _insert.Set(2, probe.StartedAtUs);
            _insert.Set(3, probe.EndedAtUs);
            _insert.Set(4, probe.FinalStatus);
            _insert.Set(5, probe.Retransmissions);
            if (_insert.Execute() == 0)
            {
                return false;
            }

            Attempts.Write(
                key, probe.Source, probe.Destination,
                AttemptRules.OfProbe(probe.StartedAtUs, probe.EndedAtUs, probe.FinalStatus),
                isAnswered: probe.FinalStatus is not null, isReplaced: true);
            return true;
        }

        public void Dispose()
        {
            _insert.Dispose();
            Attempts.Dispose();
        }
    }
}
