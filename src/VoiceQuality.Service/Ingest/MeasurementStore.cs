using VoiceQuality.Monitor.Streams;
using VoiceQuality.Service.Rating;
using VoiceQuality.Storage.Calls;

namespace VoiceQuality.Service.Ingest;

/// <summary>Rates calls and stores batches in the database.</summary>
internal sealed class MeasurementStore(MeasurementWriter writer, CallRater rater) : IMeasurementStore
{
    public async Task<WriteOutcome> WriteAsync(
        IReadOnlyList<MeasuredCall> calls, IReadOnlyList<StreamRecord> unannounced,
        CancellationToken cancellationToken) =>
        await writer.WriteAsync(await rater.RateAsync(calls, cancellationToken), unannounced, cancellationToken);
}
