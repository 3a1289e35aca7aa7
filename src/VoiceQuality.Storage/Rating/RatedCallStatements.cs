using System.Data.Common;
using VoiceQuality.Sla.Rating;

namespace VoiceQuality.Storage.Rating;

/// <summary>
/// The compiled statements that write rated calls and move their months, within the writer's transaction.
/// </summary>
internal sealed class RatedCallStatements : IDisposable
{
    private readonly RatedDeltas _deltas;
    private readonly PreparedStatement _insert;
    private readonly PreparedStatement _select;
    private readonly PreparedStatement _delete;
    private readonly PreparedStatement _insertMonth;
    private readonly PreparedStatement _unsettle;
    private readonly PreparedStatement _revise;
    private readonly HashSet<(string AccountId, string Month, string Fingerprint)> _months = [];
    private readonly HashSet<(string AccountId, string Month)> _changed = [];

    public RatedCallStatements(DbConnection connection)
    {
        _deltas = new RatedDeltas(connection);
        _insert = new PreparedStatement(
            connection, $"INSERT INTO rated_call ({RatedCallRow.List}) VALUES ({RatedCallRow.Parameters})",
            RatedCallRow.Names);
        _select = new PreparedStatement(
            connection, $"SELECT {RatedShare.Columns} FROM rated_call WHERE call_key = @call_key", "call_key");
        _delete = new PreparedStatement(
            connection, "DELETE FROM rated_call WHERE call_key = @call_key", "call_key");
        _insertMonth = new PreparedStatement(
            connection,
            """
            INSERT INTO rated_month (account_id, service_month, fingerprint)
            VALUES (@account_id, @service_month, @fingerprint)
            ON CONFLICT (account_id, service_month) DO NOTHING
            """,
            "account_id", "service_month", "fingerprint");

        // A call that was rated by other data than the rest of its month: the month is to be rated again.
        _unsettle = new PreparedStatement(
            connection,
            """
            UPDATE rated_month SET fingerprint = NULL, target = NULL, rated_up_to = NULL, revision = revision + 1
            WHERE account_id = @account_id AND service_month = @service_month
                AND COALESCE(fingerprint, target) <> @fingerprint
            """,
            "account_id", "service_month", "fingerprint");
        _revise = new PreparedStatement(
            connection,
            """
            UPDATE rated_month SET revision = revision + 1
            WHERE account_id = @account_id AND service_month = @service_month
            """,
            "account_id", "service_month");
    }

    private PreparedStatement[] All => [_insert, _select, _delete, _insertMonth, _unsettle, _revise];

    public void Begin(DbTransaction transaction)
    {
        Forget();
        foreach (var statement in All)
        {
            statement.Command.Transaction = transaction;
        }
    }

    /// <summary>Adds the row of a call that has none.</summary>
    public void Add(RatedCallRow row, string fingerprint)
    {
        Add(row);
        _months.Add((row.AccountId, row.Month, fingerprint));
    }

    /// <summary>Adds a row in a month whose standing is kept elsewhere.</summary>
    public void Add(RatedCallRow row)
    {
        row.Set(_insert);
        _insert.Execute();
        _deltas.Add(RatedShare.Of(row));
        _changed.Add((row.AccountId, row.Month));
    }

    /// <summary>Takes the row of a call away, where there is one.</summary>
    public void Remove(byte[] key)
    {
        _select.Set(0, key);
        using (var reader = _select.Command.ExecuteReader())
        {
            if (!reader.Read())
            {
                return;
            }

            var share = RatedShare.Read(reader);
            _deltas.Remove(share);
            _changed.Add((share.AccountId, share.Month));
        }

        _delete.Set(0, key);
        _delete.Execute();
    }

    public void End(DbTransaction transaction)
    {
        _deltas.Apply(transaction);
        foreach (var (accountId, month, fingerprint) in _months)
        {
            foreach (var statement in new[] { _insertMonth, _unsettle })
            {
                statement.Set(0, accountId);
                statement.Set(1, month);
                statement.Set(2, fingerprint);
                statement.Execute();
            }
        }

        foreach (var (accountId, month) in _changed)
        {
            _revise.Set(0, accountId);
            _revise.Set(1, month);
            _revise.Execute();
        }

        _months.Clear();
        _changed.Clear();
    }

    /// <summary>The batch was given up.</summary>
    public void Forget()
    {
        _deltas.Clear();
        _months.Clear();
        _changed.Clear();
    }

    public void Dispose()
    {
        foreach (var statement in All)
        {
            statement.Dispose();
        }

        _deltas.Dispose();
    }
}
