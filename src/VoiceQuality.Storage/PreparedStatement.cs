using System.Data.Common;
using System.Diagnostics;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace VoiceQuality.Storage;

/// <summary>A statement that is compiled once and run often, its parameters set by position.</summary>
/// <remarks>
/// On SQLite <see cref="Execute()"/> goes past ADO.NET, which looks every parameter up by name for each row: three
/// inserts a call have some sixty of them. Rows are read through <see cref="Command"/> on every database.
/// </remarks>
internal sealed class PreparedStatement : IDisposable
{
    private readonly DbParameter[] _parameters;
    private readonly SqliteConnection? _sqlite;
    private int[] _indexes = [];
    private sqlite3_stmt? _statement;

    public PreparedStatement(DbConnection connection, string sql, params IReadOnlyList<string> parameters)
    {
        _sqlite = connection as SqliteConnection;
        Command = connection.CreateCommand();
        Command.CommandText = sql;
        _parameters = new DbParameter[parameters.Count];
        for (var i = 0; i < parameters.Count; i++)
        {
            var parameter = Command.CreateParameter();
            parameter.ParameterName = "@" + parameters[i];
            parameter.Value = DBNull.Value;
            Command.Parameters.Add(parameter);
            _parameters[i] = parameter;
        }
    }

    public DbCommand Command { get; }

    public void Set(int index, object? value) => _parameters[index].Value = value ?? DBNull.Value;

    /// <summary>
    /// Runs a statement that returns no rows, within the open transaction; the number of rows changed.
    /// </summary>
    public int Execute() => _sqlite is null ? Command.ExecuteNonQuery() : Execute(_sqlite.Handle!);

    public void Dispose()
    {
        _statement?.Dispose();
        Command.Dispose();
    }

    private int Execute(sqlite3 database)
    {
        _statement ??= Compile(database);
        for (var i = 0; i < _indexes.Length; i++)
        {
            Check(Bind(_statement, _indexes[i], _parameters[i].Value), database);
        }

        var result = raw.sqlite3_step(_statement);
        var changes = result == raw.SQLITE_DONE ? raw.sqlite3_changes(database) : 0;

        // The reset reports the failure of the step once more, with its extended code.
        var reset = raw.sqlite3_reset(_statement);
        Check(result == raw.SQLITE_DONE ? reset : result, database);
        return changes;
    }

    private sqlite3_stmt Compile(sqlite3 database)
    {
        Check(raw.sqlite3_prepare_v2(database, Command.CommandText, out var statement), database);
        _indexes = [.. _parameters.Select(
            parameter => raw.sqlite3_bind_parameter_index(statement, parameter.ParameterName))];
        Debug.Assert(_indexes.All(index => index > 0), "A parameter does not occur in its statement.");
        return statement;
    }

    private static int Bind(sqlite3_stmt statement, int index, object? value) => value switch
    {
        null or DBNull => raw.sqlite3_bind_null(statement, index),
        long number => raw.sqlite3_bind_int64(statement, index, number),
        int number => raw.sqlite3_bind_int64(statement, index, number),
        string text => raw.sqlite3_bind_text(statement, index, text),
        byte[] octets => raw.sqlite3_bind_blob(statement, index, octets),
        _ => throw new UnreachableException("Only INTEGER, TEXT and BLOB are stored."),
    };

    private static void Check(int result, sqlite3 database)
    {
        if (result is not (raw.SQLITE_OK or raw.SQLITE_DONE))
        {
            SqliteException.ThrowExceptionForRC(result, database);
        }
    }
}
