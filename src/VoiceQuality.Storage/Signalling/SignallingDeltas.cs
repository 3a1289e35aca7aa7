using System.Data.Common;
using VoiceQuality.Quality.Signalling;

namespace VoiceQuality.Storage.Signalling;

/// <summary>What an hour of signalling is kept under.</summary>
/// <param name="HourUs">First instant of the hour, microseconds since 1970-01-01 UTC.</param>
/// <param name="AccountId">The account.</param>
/// <param name="UnitId">The unit.</param>
/// <param name="PairId">The two endpoints; 0 for others.</param>
internal readonly record struct SignallingKey(long HourUs, string AccountId, string UnitId, long PairId)
{
    private const long HourLengthUs = 3_600_000_000;

    /// <summary>First instant of the hour that an instant from 1970 on lies in.</summary>
    public static long HourOf(long us) => us - (us % HourLengthUs);
}

/// <summary>
/// By how much the calls of a batch move the hours of signalling. They are applied once, in the transaction that writes
/// the calls.
/// </summary>
/// <remarks>
/// A scan signals between ever new endpoints, so a unit has so many pairs in an hour and no more. A call remembers the
/// pair that it was counted under, so it is taken back from where it is, whatever the others are by then.
/// </remarks>
internal sealed class SignallingDeltas : IDisposable
{
    /// <summary>Pairs of a unit in an hour that are kept apart.</summary>
    public const int PairLimit = 256;

    /// <summary>The pair of all calls beyond the limit.</summary>
    public const long OtherPair = 0;

    private static readonly string[] Keys = ["hour_us", "account_id", "unit_id", "pair_id"];

    private readonly Dictionary<SignallingKey, long[]> _deltas = [];
    private readonly HashSet<SignallingKey> _known = [];
    private readonly Dictionary<SignallingKey, int> _counts = [];
    private readonly PreparedStatement _update;
    private readonly PreparedStatement _insert;
    private readonly PreparedStatement _deleteEmpty;
    private readonly PreparedStatement _selectOne;
    private readonly PreparedStatement _selectCount;
    private readonly PreparedStatement[] _all;

    public SignallingDeltas(DbConnection connection)
    {
        const string Match = "hour_us = @hour_us AND account_id = @account_id AND unit_id = @unit_id";
        var names = SignallingColumns.Names;
        var moved = string.Join(", ", names.Select(name => $"{name} = {name} + @{name}"));
        var values = string.Join(", ", Keys.Concat(names).Select(name => "@" + name));

        // An upsert would check the constraints on a difference that may be negative.
        _update = new PreparedStatement(
            connection,
            $"UPDATE signalling_hour SET {moved} WHERE {Match} AND pair_id = @pair_id",
            [.. Keys, .. names]);
        _insert = new PreparedStatement(
            connection,
            $"INSERT INTO signalling_hour ({string.Join(", ", Keys)}, {SignallingColumns.List}) VALUES ({values})",
            [.. Keys, .. names]);
        _deleteEmpty = new PreparedStatement(
            connection, $"DELETE FROM signalling_hour WHERE {Match} AND pair_id = @pair_id AND attempts = 0", Keys);
        _selectOne = new PreparedStatement(
            connection, $"SELECT 1 FROM signalling_hour WHERE {Match} AND pair_id = @pair_id", Keys);
        _selectCount = new PreparedStatement(
            connection, $"SELECT count(*) FROM signalling_hour WHERE {Match} AND pair_id <> @pair_id", Keys);
        _all = [_update, _insert, _deleteEmpty, _selectOne, _selectCount];
    }

    public void Begin(DbTransaction transaction)
    {
        foreach (var statement in _all)
        {
            statement.Command.Transaction = transaction;
        }
    }

    /// <summary>The batch was given up: what it left in memory goes too.</summary>
    public void Forget()
    {
        _deltas.Clear();
        _known.Clear();
        _counts.Clear();
    }

    /// <summary>The key as it is, or that of the others when the unit's hour has no room for one more pair.</summary>
    public SignallingKey Bounded(in SignallingKey key)
    {
        if (_known.Contains(key))
        {
            return key;
        }

        SetKey(_selectOne, key);
        if (_selectOne.Command.ExecuteScalar() is not null)
        {
            _known.Add(key);
            return key;
        }

        var others = key with { PairId = OtherPair };
        if (!_counts.TryGetValue(others, out var count))
        {
            SetKey(_selectCount, others);
            count = (int)(long)_selectCount.Command.ExecuteScalar()!;
            _counts.Add(others, count);
        }

        return count < PairLimit ? key : others;
    }

    /// <param name="key">As <see cref="Bounded"/> gave it.</param>
    /// <param name="counters">What one call adds.</param>
    public void Add(in SignallingKey key, in SignallingCounters counters)
    {
        var others = key with { PairId = OtherPair };
        if (_known.Add(key) && key != others && _counts.TryGetValue(others, out var count))
        {
            _counts[others] = count + 1;
        }

        Move(key, counters, 1);
    }

    public void Remove(in SignallingKey key, in SignallingCounters counters) => Move(key, counters, -1);

    /// <summary>Writes the sums.</summary>
    public void Apply()
    {
        foreach (var (key, delta) in _deltas)
        {
            if (Array.TrueForAll(delta, static moved => moved == 0))
            {
                continue;
            }

            Set(_update, key, delta);
            if (_update.Execute() == 0)
            {
                Set(_insert, key, delta);
                _insert.Execute();
            }
            else if (delta[0] < 0)
            {
                DeleteEmpty(key);
            }
        }

        _deltas.Clear();
    }

    public void Dispose()
    {
        foreach (var statement in _all)
        {
            statement.Dispose();
        }
    }

    private void Move(in SignallingKey key, in SignallingCounters counters, int sign)
    {
        var values = SignallingColumns.ValuesOf(counters);
        if (!_deltas.TryGetValue(key, out var delta))
        {
            _deltas.Add(key, delta = new long[values.Length]);
        }

        for (var i = 0; i < values.Length; i++)
        {
            delta[i] = checked(delta[i] + (sign * values[i]));
        }
    }

    private void DeleteEmpty(in SignallingKey key)
    {
        SetKey(_deleteEmpty, key);
        if (_deleteEmpty.Execute() == 1)
        {
            _known.Remove(key);
            _counts.Remove(key with { PairId = OtherPair });
        }
    }

    private static void Set(PreparedStatement statement, in SignallingKey key, long[] delta)
    {
        SetKey(statement, key);
        for (var i = 0; i < delta.Length; i++)
        {
            statement.Set(Keys.Length + i, delta[i]);
        }
    }

    private static void SetKey(PreparedStatement statement, in SignallingKey key)
    {
        statement.Set(0, key.HourUs);
        statement.Set(1, key.AccountId);
        statement.Set(2, key.UnitId);
        statement.Set(3, key.PairId);
    }
}
