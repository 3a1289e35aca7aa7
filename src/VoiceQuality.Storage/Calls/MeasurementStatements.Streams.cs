using VoiceQuality.Monitor.Streams;

namespace VoiceQuality.Storage.Calls;

/// <content>Streams without a call.</content>
internal sealed partial class MeasurementStatements
{
    /// <summary>Takes a stream without a call back.</summary>
    public void RetractUnannounced(CallKey streamKey)
    {
        _deleteUnannounced.Set(0, streamKey.ToOctets());
        _deleteUnannounced.Execute();
    }

    public void Write(StreamRecord stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var key = CallKey.Of(stream).ToOctets();
        var completeness = Completeness.Of(stream, _octets);
        _insertUnannounced.Set(0, key);
        _insertUnannounced.Set(1, completeness.ReceivedPackets);
        _insertUnannounced.Set(2, ToOctets(completeness.FactsDigest));
        StreamColumns.Set(_insertUnannounced, 3, stream, _models.IdOf(stream.Model, _transaction!), _octets);
        if (_insertUnannounced.Execute() == 1)
        {
            _outcome = _outcome with { StreamsInserted = _outcome.StreamsInserted + 1 };
            return;
        }

        _selectUnannounced.Set(0, key);
        Completeness stored;
        using (var reader = _selectUnannounced.Command.ExecuteReader())
        {
            reader.Read();
            stored = new Completeness(
                SawEnd: true, HasOutcome: true, reader.GetInt64(0), DigestOf(reader.GetFieldValue<byte[]>(1)));
        }

        if (!completeness.IsMoreThan(stored))
        {
            _outcome = _outcome with { StreamsUnchanged = _outcome.StreamsUnchanged + 1 };
            return;
        }

        _deleteUnannounced.Set(0, key);
        _deleteUnannounced.Execute();
        _insertUnannounced.Execute();
        _outcome = _outcome with { StreamsReplaced = _outcome.StreamsReplaced + 1 };
    }
}
