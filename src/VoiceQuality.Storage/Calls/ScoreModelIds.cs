using System.Data.Common;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Quality.Scoring;

namespace VoiceQuality.Storage.Calls;

/// <summary>Ids of the score models, each stored once.</summary>
internal sealed class ScoreModelIds(DbConnection connection) : IDisposable
{
    private readonly Dictionary<ScoreModel, long> _ids = [];

    private readonly PreparedStatement _insert = new(
        connection,
        """
        INSERT INTO score_model (
            model_id, name, version, codec_row, jitter_buffer, policy_id, policy_digest, skew_correction)
        SELECT COALESCE(MAX(model_id), 0) + 1, @name, @version, @codec_row, @jitter_buffer, @policy_id, @policy_digest,
            @skew_correction
        FROM score_model
        """,
        "name", "version", "codec_row", "jitter_buffer", "policy_id", "policy_digest", "skew_correction");

    private readonly PreparedStatement _select = new(
        connection,
        """
        SELECT model_id, name, version, codec_row, jitter_buffer, policy_id, policy_digest, skew_correction
        FROM score_model
        """);

    /// <summary>Forgets what it knows: a rolled-back transaction may have taken ids with it.</summary>
    public void Clear() => _ids.Clear();

    public long IdOf(ScoreModel model, DbTransaction transaction)
    {
        if (_ids.TryGetValue(model, out var id))
        {
            return id;
        }

        // Another process may have stored it meanwhile; the write lock is ours, so nothing comes after this look.
        Load(transaction);
        if (!_ids.TryGetValue(model, out id))
        {
            _insert.Command.Transaction = transaction;
            _insert.Set(0, model.Name);
            _insert.Set(1, model.Version);
            _insert.Set(2, model.CodecRow);
            _insert.Set(3, model.JitterBuffer);
            _insert.Set(4, model.Policy?.Id);
            _insert.Set(5, model.Policy?.Digest);
            _insert.Set(6, model.SkewCorrection ? 1L : 0L);
            _insert.Execute();
            Load(transaction);
            id = _ids[model];
        }

        return id;
    }

    /// <summary>
    /// Reads name, version, row, buffer, policy's id and digest, and the skew correction, beginning with a column.
    /// </summary>
    public static ScoreModel Read(DbDataReader reader, int index) => new(
        reader.GetString(index),
        reader.GetString(index + 1),
        reader.GetNullableString(index + 2),
        reader.GetString(index + 3))
    {
        Policy = reader.GetNullableString(index + 4) is { } id
            ? new ScoringPolicyName(id, reader.GetString(index + 5))
            : null,
        SkewCorrection = reader.GetInt64(index + 6) != 0,
    };

    public void Dispose()
    {
        _insert.Dispose();
        _select.Dispose();
    }

    private void Load(DbTransaction transaction)
    {
        _select.Command.Transaction = transaction;
        using var reader = _select.Command.ExecuteReader();
        while (reader.Read())
        {
            _ids[Read(reader, 1)] = reader.GetInt64(0);
        }
    }
}
