using VoiceQuality.Monitor.Streams;
using VoiceQuality.Storage.Calls;

namespace VoiceQuality.Service.Ingest;

/// <summary>Stores batches in the database.</summary>
internal sealed class MeasurementStore(MeasurementWriter writer) : IMeasurementStore
{
    public Task<WriteOutcome> WriteAsync(
        IReadOnlyList<MeasuredCall> calls, IReadOnlyList<StreamRecord> unannounced, CancellationToken cancellationToken) =>
        writer.WriteAsync(calls, unannounced, cancellationToken);
}
