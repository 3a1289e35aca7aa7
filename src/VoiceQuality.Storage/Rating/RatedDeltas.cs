using System.Data.Common;
using System.Runtime.InteropServices;

namespace VoiceQuality.Storage.Rating;

/// <summary>
/// By how much rated calls move the sums of their months. They are applied once, in the transaction that writes the
/// rows, so that a month is closed by reading its sums and not its calls.
/// </summary>
internal sealed class RatedDeltas : IDisposable
{
    private readonly SumTable _charges;
    private readonly SumTable _states;
    private readonly SumTable _patterns;
    private readonly SumTable _hours;

    public RatedDeltas(DbConnection connection)
    {
        _charges = new SumTable(
            connection, "rated_charge", ["service_month", "account_id", "unit_id", "charge_kind", "number_digits"],
            ["calls", "billable_seconds", "charge_units"]);
        _states = new SumTable(
            connection, "rated_state",
            ["service_month", "account_id", "unit_id", "state", "unrated_reason", "leaves_pattern_open"], ["calls"]);
        _patterns = new SumTable(
            connection, "rated_pattern", ["service_month", "account_id", "unit_id", "program"],
            ["tier_a", "tier_b", "tier_c", "unknown_tier", "tier_c_seconds"]);
        _hours = new SumTable(
            connection, "rated_tier_c_hour", ["service_month", "account_id", "hour_us", "unit_id", "number_digits"],
            ["calls", "seconds"]);
    }

    public void Clear()
    {
        foreach (var table in Tables)
        {
            table.Clear();
        }
    }

    public void Add(in RatedShare share) => Move(share, 1);

    public void Remove(in RatedShare share) => Move(share, -1);

    /// <summary>Writes the sums.</summary>
    public void Apply(DbTransaction transaction)
    {
        foreach (var table in Tables)
        {
            table.Apply(transaction);
        }
    }

    public void Dispose()
    {
        foreach (var table in Tables)
        {
            table.Dispose();
        }
    }

    private IEnumerable<SumTable> Tables => [_charges, _states, _patterns, _hours];

    private void Move(in RatedShare share, int sign)
    {
        _states.Move(
            new SumKey(
                share.Month, share.AccountId, share.UnitId, share.State, share.UnratedReason,
                share.LeavesPatternOpen ? 1 : 0),
            new Sums(sign));
        if (share.ChargeKind is { } kind)
        {
            _charges.Move(
                new SumKey(share.Month, share.AccountId, share.UnitId, kind, "", share.NumberDigits),
                new Sums(sign, sign * share.BillableSeconds, sign * share.ChargeUnits));
        }

        if (share.Program is { } program)
        {
            var isTierC = share.Tier == "C";
            _patterns.Move(
                new SumKey(share.Month, share.AccountId, share.UnitId, program, "", 0),
                new Sums(
                    share.Tier == "A" ? sign : 0,
                    share.Tier == "B" ? sign : 0,
                    isTierC ? sign : 0,
                    share.Tier is null ? sign : 0,
                    isTierC ? sign * share.PatternSeconds : 0));
        }

        if (share.IsTierC)
        {
            _hours.Move(
                new SumKey(share.Month, share.AccountId, share.UnitId, "", "", share.NumberDigits)
                {
                    HourUs = share.AnsweredInHourUs,
                },
                new Sums(sign, sign * share.PatternSeconds));
        }
    }

    /// <summary>Key of a sum; a table uses the parts that it has columns for.</summary>
    private readonly record struct SumKey(
        string Month, string AccountId, string UnitId, string Name, string Reason, long Number)
    {
        public long HourUs { get; init; }

        public object ValueOf(string column) => column switch
        {
            "service_month" => Month,
            "account_id" => AccountId,
            "unit_id" => UnitId,
            "charge_kind" or "state" or "program" => Name,
            "unrated_reason" => Reason,
            "hour_us" => HourUs,
            _ => Number,
        };
    }

    private record struct Sums(long A, long B = 0, long C = 0, long D = 0, long E = 0)
    {
        public readonly bool IsZero => (A, B, C, D, E) == default;

        public readonly long this[int index] => index switch { 0 => A, 1 => B, 2 => C, 3 => D, _ => E };

        public void Add(in Sums other) => this = checked(
            new Sums(A + other.A, B + other.B, C + other.C, D + other.D, E + other.E));
    }

    private sealed class SumTable : IDisposable
    {
        private readonly string[] _keys;
        private readonly string[] _sums;
        private readonly Dictionary<SumKey, Sums> _deltas = [];
        private readonly PreparedStatement _update;
        private readonly PreparedStatement _insert;
        private readonly PreparedStatement _deleteEmpty;

        public SumTable(DbConnection connection, string table, string[] keys, string[] sums)
        {
            (_keys, _sums) = (keys, sums);
            var match = string.Join(" AND ", keys.Select(key => $"{key} = @{key}"));
            var moved = string.Join(", ", sums.Select(sum => $"{sum} = {sum} + @{sum}"));
            var columns = string.Join(", ", keys.Concat(sums));
            var values = string.Join(", ", keys.Concat(sums).Select(column => "@" + column));
            var isEmpty = string.Join(" AND ", sums.Select(sum => $"{sum} = 0"));
            string[] all = [.. keys, .. sums];

            // An upsert would check the constraints on a difference that may be negative.
            _update = new PreparedStatement(connection, $"UPDATE {table} SET {moved} WHERE {match}", all);
            _insert = new PreparedStatement(connection, $"INSERT INTO {table} ({columns}) VALUES ({values})", all);
            _deleteEmpty = new PreparedStatement(connection, $"DELETE FROM {table} WHERE {match} AND {isEmpty}", keys);
        }

        public void Clear() => _deltas.Clear();

        public void Move(in SumKey key, in Sums delta) =>
            CollectionsMarshal.GetValueRefOrAddDefault(_deltas, key, out _).Add(delta);

        public void Apply(DbTransaction transaction)
        {
            _update.Command.Transaction = transaction;
            _insert.Command.Transaction = transaction;
            _deleteEmpty.Command.Transaction = transaction;
            foreach (var (key, delta) in _deltas)
            {
                if (delta.IsZero)
                {
                    continue;
                }

                Set(_update, key, delta);
                if (_update.Execute() == 0)
                {
                    Set(_insert, key, delta);
                    _insert.Execute();
                }
                else if (delta.A < 0 || delta.B < 0 || delta.C < 0 || delta.D < 0)
                {
                    SetKey(_deleteEmpty, key);
                    _deleteEmpty.Execute();
                }
            }

            _deltas.Clear();
        }

        public void Dispose()
        {
            _update.Dispose();
            _insert.Dispose();
            _deleteEmpty.Dispose();
        }

        private void Set(PreparedStatement statement, in SumKey key, in Sums delta)
        {
            SetKey(statement, key);
            for (var i = 0; i < _sums.Length; i++)
            {
                statement.Set(_keys.Length + i, delta[i]);
            }
        }

        private void SetKey(PreparedStatement statement, in SumKey key)
        {
            for (var i = 0; i < _keys.Length; i++)
            {
                statement.Set(i, key.ValueOf(_keys[i]));
            }
        }
    }
}
