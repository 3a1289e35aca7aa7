using System.Security.Cryptography;
using NodaTime;
using VoiceQuality.Monitor.Sources;
using VoiceQuality.Service.Analyze;
using VoiceQuality.Service.Ingest;
using VoiceQuality.Service.Telemetry;
using VoiceQuality.Storage.Sources;

namespace VoiceQuality.Service.Hosting;

/// <summary>
/// Reads one capture file through a pipeline of its own, unless its content was read before, and notes it as finished
/// once everything from it is stored.
/// </summary>
internal sealed class CaptureFileReader(
    PipelineThread pipelines,
    MeasurementQueue queue,
    SourceRepository finished,
    ServiceMetrics metrics,
    TimeProvider time,
    ILogger<CaptureFileReader> logger)
{
    /// <summary>
    /// Reads the file. Only a stop is an exception; what is wrong with the file is logged and counted.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="onProgress">Told the share of the file that is read, 0 to 1.</param>
    /// <param name="cancellationToken">Stops between two blocks; the file is then read again by the next start.</param>
    public async Task<SourceFileOutcome> ReadAsync(
        string path, Action<double> onProgress, CancellationToken cancellationToken)
    {
        var outcome = await TryReadAsync(path, onProgress, cancellationToken);
        metrics.FileDone(outcome);
        return outcome;
    }

    private async Task<SourceFileOutcome> TryReadAsync(
        string path, Action<double> onProgress, CancellationToken cancellationToken)
    {
        var name = Path.GetFileName(path);

        try
        {
            var began = time.GetTimestamp();
            var hash = await HashAsync(path, cancellationToken);

            if (await finished.FindAsync(hash, cancellationToken) is { } known)
            {
                logger.FileKnown(name, known.Name);
                return SourceFileOutcome.Known;
            }

            using var source = CaptureFileSource.Open(path);
            var length = new FileInfo(path).Length;
            var result = await pipelines.RunAsync(
                source, _ => onProgress(length > 0 ? (double)source.OctetsRead / length : 1), cancellationToken);
            await queue.FlushAsync(cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();

            return await FinishAsync(name, hash, length, source, result, time.GetElapsedTime(began), cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            logger.FileUnreadable(name, e.Message);
            return SourceFileOutcome.Unreadable;
        }
    }

    private async Task<SourceFileOutcome> FinishAsync(
        string name, string hash, long length, CaptureFileSource source, PipelineResult result, TimeSpan duration,
        CancellationToken cancellationToken)
    {
        var counters = result.Counters;
        var isDamaged = source.AnomalyCount > 0 || source.DamagedAtOffset is not null;

        if (counters.Packets == 0 && isDamaged)
        {
            var reason = source.Anomalies.Count > 0 ? InputProblemText.Of(source.Anomalies[0]) : "it is damaged from its start";
            logger.FileUnreadable(name, reason);
            return SourceFileOutcome.Unreadable;
        }

        await finished.AddAsync(
            new FinishedSource(
                hash, name, length, counters.Packets, result.Calls, result.Streams, counters.FirstPacketAtUs,
                counters.LastPacketAtUs, Instant.FromDateTimeOffset(time.GetUtcNow())),
            cancellationToken);
        logger.FileRead(name, counters.Packets, result.Calls, duration.TotalMilliseconds);

        if (isDamaged)
        {
            var first = source.Anomalies.Count > 0 ? InputProblemText.Of(source.Anomalies[0]) : "damaged compression";
            logger.FileDamaged(name, Math.Max(1, source.AnomalyCount), first);
            return SourceFileOutcome.Damaged;
        }

        return SourceFileOutcome.Read;
    }

    private static async Task<string> HashAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(
            path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 20, useAsync: true);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken));
    }
}
