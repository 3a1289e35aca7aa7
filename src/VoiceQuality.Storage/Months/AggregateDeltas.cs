using System.Data.Common;
using System.Runtime.InteropServices;
using VoiceQuality.Storage.Calls;

namespace VoiceQuality.Storage.Months;

/// <summary>A row of an aggregate; <paramref name="Date"/> is null for a month.</summary>
internal readonly record struct AggregateKey(string AccountId, string UnitId, string Month, string? Date);

/// <summary>
/// By how much the calls of a batch move the sums of days and months. They are applied once, in the transaction that
/// writes the calls, so an aggregate is at all times what a recount would give.
/// </summary>
internal sealed class AggregateDeltas : IDisposable
{
    private readonly Dictionary<AggregateKey, Delta> _deltas = [];
    private readonly Table _days;
    private readonly Table _months;

    public AggregateDeltas(DbConnection connection)
    {
        _days = new Table(connection, "unit_day", ["account_id", "unit_id", "service_month", "local_date"]);
        _months = new Table(connection, "unit_month", ["account_id", "unit_id", "service_month"]);
    }

    public void Clear() => _deltas.Clear();

    public void Add(in AggregatedCall call) => Move(call, isRemoval: false);

    public void Remove(in AggregatedCall call) => Move(call, isRemoval: true);

    /// <summary>Writes the sums. The rows of the calls themselves must be in place.</summary>
    public void Apply(DbTransaction transaction)
    {
        _days.Begin(transaction);
        _months.Begin(transaction);

        foreach (var (key, delta) in _deltas)
        {
            var table = key.Date is null ? _months : _days;
            table.Upsert(key, delta);
            if (delta.HasRemoval)
            {
                table.Repair(key);
            }
        }

        _deltas.Clear();
    }

    public void Dispose()
    {
        _days.Dispose();
        _months.Dispose();
    }

    private void Move(in AggregatedCall call, bool isRemoval)
    {
        if (call.Month is not { } month)
        {
            return;
        }

        Move(new AggregateKey(call.AccountId, call.UnitId, month, null), call, isRemoval);
        if (call.Date is { } date)
        {
            Move(new AggregateKey(call.AccountId, call.UnitId, month, date), call, isRemoval);
        }
    }

    private void Move(in AggregateKey key, in AggregatedCall call, bool isRemoval)
    {
        ref var delta = ref CollectionsMarshal.GetValueRefOrAddDefault(_deltas, key, out var exists);
        if (!exists)
        {
            delta.FirstUs = call.StartedAtUs;
            delta.LastUs = call.StartedAtUs;
        }

        delta.FirstUs = Math.Min(delta.FirstUs, call.StartedAtUs);
        delta.LastUs = Math.Max(delta.LastUs, call.StartedAtUs);
        delta.Counts = isRemoval ? delta.Counts - call.Counts : delta.Counts + call.Counts;
        delta.HasRemoval |= isRemoval;
    }

    private struct Delta
    {
        public CallCounts Counts;
        public long FirstUs;
        public long LastUs;
        public bool HasRemoval;
    }

    private sealed class Table : IDisposable
    {
        private readonly int _keyCount;
        private readonly PreparedStatement _update;
        private readonly PreparedStatement _insert;
        private readonly PreparedStatement _deleteEmpty;
        private readonly PreparedStatement _selectFirst;
        private readonly PreparedStatement _repair;

        public Table(DbConnection connection, string table, string[] keys)
        {
            _keyCount = keys.Length;
            var match = string.Join(" AND ", keys.Select(key => $"{key} = @{key}"));
            var names = string.Join(", ", keys);
            var values = string.Join(", ", keys.Concat(CountColumns.Names).Select(column => "@" + column));
            var sums = string.Join(
                ", ", CountColumns.Names.Select(column => $"{column} = {column} + @{column}"));

            // An upsert would check the constraints on the difference before it adds it, and a difference may be
            // negative. MIN and MAX of two values are spelled differently by databases; CASE is not.
            _update = new PreparedStatement(
                connection,
                $"""
                UPDATE {table} SET {sums},
                    first_call_at_us = CASE WHEN @first_us < first_call_at_us THEN @first_us ELSE first_call_at_us END,
                    last_call_at_us = CASE WHEN @last_us > last_call_at_us THEN @last_us ELSE last_call_at_us END
                WHERE {match}
                """,
                [.. keys, .. CountColumns.Names, "first_us", "last_us"]);
            _insert = new PreparedStatement(
                connection,
                $"""
                INSERT INTO {table} ({names}, {CountColumns.List}, first_call_at_us, last_call_at_us)
                VALUES ({values}, @first_us, @last_us)
                """,
                [.. keys, .. CountColumns.Names, "first_us", "last_us"]);
            _deleteEmpty = new PreparedStatement(
                connection, $"DELETE FROM {table} WHERE {match} AND calls = 0", keys);
            _selectFirst = new PreparedStatement(
                connection, $"SELECT first_call_at_us, last_call_at_us FROM {table} WHERE {match}", keys);

            // The stored bounds can only be too wide, so the search begins at them and ends at the first call found.
            _repair = new PreparedStatement(
                connection,
                $"""
                UPDATE {table} SET
                    first_call_at_us = (SELECT started_at_us FROM call
                        WHERE {match} AND call_key >= @lowest ORDER BY call_key LIMIT 1),
                    last_call_at_us = (SELECT started_at_us FROM call
                        WHERE {match} AND call_key <= @highest ORDER BY call_key DESC LIMIT 1)
                WHERE {match}
                """,
                [.. keys, "lowest", "highest"]);
        }

        public void Begin(DbTransaction transaction)
        {
            _update.Command.Transaction = transaction;
            _insert.Command.Transaction = transaction;
            _deleteEmpty.Command.Transaction = transaction;
            _selectFirst.Command.Transaction = transaction;
            _repair.Command.Transaction = transaction;
        }

        public void Dispose()
        {
            _update.Dispose();
            _insert.Dispose();
            _deleteEmpty.Dispose();
            _selectFirst.Dispose();
            _repair.Dispose();
        }

        public void Upsert(in AggregateKey key, in Delta delta)
        {
            SetAll(_update, key, delta);
            if (_update.Execute() == 0)
            {
                SetAll(_insert, key, delta);
                _insert.Execute();
            }
        }

        public void Repair(in AggregateKey key)
        {
            SetKey(_deleteEmpty, key);
            if (_deleteEmpty.Execute() == 1)
            {
                return;
            }

            SetKey(_selectFirst, key);
            long first;
            long last;
            using (var reader = _selectFirst.Command.ExecuteReader())
            {
                reader.Read();
                first = reader.GetInt64(0);
                last = reader.GetInt64(1);
            }

            SetKey(_repair, key);
            _repair.Set(_keyCount, CallKey.FirstFrom(first)!.Value.ToOctets());
            _repair.Set(_keyCount + 1, CallKey.LastAt(last).ToOctets());
            _repair.Execute();
        }

        private void SetAll(PreparedStatement statement, in AggregateKey key, in Delta delta)
        {
            SetKey(statement, key);
            var i = CountColumns.Set(statement, _keyCount, delta.Counts);
            statement.Set(i++, delta.FirstUs);
            statement.Set(i, delta.LastUs);
        }

        private void SetKey(PreparedStatement statement, in AggregateKey key)
        {
            statement.Set(0, key.AccountId);
            statement.Set(1, key.UnitId);
            statement.Set(2, key.Month);
            if (_keyCount > 3)
            {
                statement.Set(3, key.Date);
            }
        }
    }
}

/// <summary>What an aggregate needs to know of a call.</summary>
internal readonly record struct AggregatedCall(
    string AccountId, string UnitId, string? Month, string? Date, long StartedAtUs, CallCounts Counts);
