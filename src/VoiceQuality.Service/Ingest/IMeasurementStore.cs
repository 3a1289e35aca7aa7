using VoiceQuality.Monitor.Streams;
using VoiceQuality.Storage.Calls;

namespace VoiceQuality.Service.Ingest;

/// <summary>Where batches of measurements go: <see cref="MeasurementWriter"/>, or a failing one in a test.</summary>
internal interface IMeasurementStore
{
    /// <summary>Stores a batch whole or not at all; writing it again changes nothing.</summary>
    Task<WriteOutcome> WriteAsync(
        IReadOnlyList<MeasuredCall> calls, IReadOnlyList<StreamRecord> unannounced, CancellationToken cancellationToken);
}
