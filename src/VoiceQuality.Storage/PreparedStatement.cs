using System.Data.Common;

namespace VoiceQuality.Storage;

/// <summary>A statement that is compiled once and run often, its parameters set by position.</summary>
internal sealed class PreparedStatement : IDisposable
{
    private readonly DbParameter[] _parameters;

    public PreparedStatement(DbConnection connection, string sql, params IReadOnlyList<string> parameters)
    {
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

    public int Execute() => Command.ExecuteNonQuery();

    public void Dispose() => Command.Dispose();
}
