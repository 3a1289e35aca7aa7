using System.Security.Cryptography;
using NodaTime;
using VoiceQuality.Monitor.Sources;
using VoiceQuality.Service.Analyze;
using VoiceQuality.Service.Ingest;
using VoiceQuality.Service.Telemetry;
using VoiceQuality.Storage.Sources;

namespace VoiceQuality.Service.Hosting;

/// <summary>
/// Reads capture files in the order of their packets, each content once, those of one rotation as one capture, and
/// notes a file as finished once everything from it is stored.
/// </summary>
internal sealed class CaptureFileReader(
    PipelineThread pipelines,
    RotationReader rotations,
    MeasurementQueue queue,
    SourceRepository finished,
    ServiceMetrics metrics,
    TimeProvider time,
    ILogger<CaptureFileReader> logger) : IDisposable
{
    private const int MaxRotations = 256;

    /// <summary>Rotations whose pipeline is kept; the others make theirs again from their files.</summary>
    private const int MaxLive = 4;

    // The one that was read last comes last.
    private readonly List<CaptureRotation> _rotations = [];

    /// <summary>
    /// Reads files. Only a stop is an exception; what is wrong with a file is logged and counted.
    /// </summary>
    /// <param name="paths">The files, in any order.</param>
    /// <param name="onProgress">Told the file, its place, how many there are, and the share of it that is read.</param>
    /// <param name="cancellationToken">Stops between two blocks; the file is then read again by the next start.</param>
    public async Task ReadAsync(
        IReadOnlyList<string> paths,
        Action<string, int, int, double> onProgress,
        CancellationToken cancellationToken)
    {
        var pending = new List<PendingFile>();
        foreach (var path in paths)
        {
            if (await TryLookAsync(path, cancellationToken) is { } file)
            {
                pending.Add(file);
            }
        }

        var number = 0;
        foreach (var file in pending.OrderBy(static file => file.FirstUs ?? long.MaxValue)
            .ThenBy(static file => file.Path, StringComparer.Ordinal))
        {
            var place = number++;
            var outcome = await TryReadAsync(
                file, share => onProgress(file.Path, place, pending.Count, share), cancellationToken);
            metrics.FileDone(outcome);
        }
    }

    /// <summary>
    /// Reads a file while it is written: what is final is stored at once. It is noted as finished when it is complete.
    /// A file that is given up, or a stop, leaves it to be read again from its start, which changes nothing.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="look">Asked at the end of what is there.</param>
    /// <param name="every">Time between two looks.</param>
    /// <param name="onReading">Told once that packets are read.</param>
    /// <param name="cancellationToken">Stops at once.</param>
    /// <returns>Whether it need not be read again as it is.</returns>
    public async Task<bool> FollowAsync(
        string path, Func<TailState> look, TimeSpan every, Action onReading, CancellationToken cancellationToken)
    {
        var name = Path.GetFileName(path);
        try
        {
            if (pipelines.FirstPacketUs(path) is not { } firstUs)
            {
                return false;
            }

            onReading();
            var began = time.GetTimestamp();
            var file = new PendingFile(path, "", firstUs);
            using var source = new SpannedSource(
                new CaptureFileSource(path, Tail(path, look, every, cancellationToken)), firstUs);
            var measured = await MeasureAsync(file, source, static () => { }, cancellationToken);
            await queue.FlushAsync(cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            file = file with { Sha256 = await HashAsync(path, cancellationToken) };
            var length = new FileInfo(path).Length;
            if (source.File.OctetsRead != length)
            {
                // It went on after all, or is damaged: what was hashed is not what was read.
                return false;
            }

            if (await finished.FindAsync(file.Sha256, cancellationToken) is { } known)
            {
                logger.FileKnown(name, known.Name);
                metrics.FileDone(SourceFileOutcome.Known);
                return true;
            }

            metrics.FileDone(await FinishAsync(
                file, length, source, measured, time.GetElapsedTime(began), cancellationToken));
            return true;
        }
        catch (TailGivenUpException)
        {
            logger.FileGivenUp(name);
            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            logger.FileUnreadable(name, e.Message);
            metrics.FileDone(SourceFileOutcome.Unreadable);
            return true;
        }
    }

    /// <summary>Ends the pipelines. What goes on in them is stored as it stood at the end of its last file.</summary>
    public void Dispose()
    {
        foreach (var rotation in _rotations)
        {
            rotation.Replace(null);
        }
    }

    /// <summary>Finds out which content a file has and when it begins; null when there is nothing to read.</summary>
    private async Task<PendingFile?> TryLookAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            var hash = await HashAsync(path, cancellationToken);
            if (await finished.FindAsync(hash, cancellationToken) is not { } known)
            {
                return new PendingFile(path, hash, pipelines.FirstPacketUs(path));
            }

            PassOver(path, known);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            logger.FileUnreadable(Path.GetFileName(path), e.Message);
            metrics.FileDone(SourceFileOutcome.Unreadable);
            return null;
        }
    }

    /// <summary>A file that was read, by this program or an earlier start, takes its place in its rotation.</summary>
    private void PassOver(string path, FinishedSource known)
    {
        var fileName = Path.GetFileName(path);
        logger.FileKnown(fileName, known.Name);
        metrics.FileDone(SourceFileOutcome.Known);
        if (known is { FirstPacketAtUs: { } first, LastPacketAtUs: { } last })
        {
            var name = RotationName.Of(fileName);
            var rotation = RotationOf(path, name, first);
            if (!rotation.Files.Any(file => file.Path == path))
            {
                rotation.Add(new CapturedFile(path, name, first, last));
            }
        }
    }

    private async Task<SourceFileOutcome> TryReadAsync(
        PendingFile file, Action<double> onProgress, CancellationToken cancellationToken)
    {
        var name = Path.GetFileName(file.Path);
        try
        {
            // The same content may have come twice.
            if (await finished.FindAsync(file.Sha256, cancellationToken) is { } known)
            {
                logger.FileKnown(name, known.Name);
                return SourceFileOutcome.Known;
            }

            var began = time.GetTimestamp();
            using var source = new SpannedSource(CaptureFileSource.Open(file.Path), file.FirstUs ?? 0);
            var length = new FileInfo(file.Path).Length;
            var measured = await MeasureAsync(
                file, source, () => onProgress(length > 0 ? (double)source.File.OctetsRead / length : 1),
                cancellationToken);
            await queue.FlushAsync(cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            return await FinishAsync(file, length, source, measured, time.GetElapsedTime(began), cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            logger.FileUnreadable(name, e.Message);
            return SourceFileOutcome.Unreadable;
        }
    }

    private async Task<FileMeasurement> MeasureAsync(
        PendingFile file, SpannedSource source, Action onBlock, CancellationToken cancellationToken)
    {
        if (file.FirstUs is not { } firstUs)
        {
            // Without packets it belongs nowhere; reading it tells what is wrong with it.
            using var pipeline = pipelines.Open();
            await pipeline.RunAsync(source, publishesOpen: false, onBlock, cancellationToken);
            return default;
        }

        var name = RotationName.Of(Path.GetFileName(file.Path));
        var rotation = RotationOf(file.Path, name, firstUs);
        rotation.Forget(file.Path);
        var measured = firstUs >= rotation.EndUs - CaptureRotation.OverlapUs
            ? await rotations.ContinueAsync(rotation, source, onBlock, cancellationToken)
            : await rotations.InsertAsync(rotation, source, onBlock, cancellationToken);
        rotation.Add(new CapturedFile(file.Path, name, source.FirstUs, source.LastUs));
        return measured;
    }

    private async Task<SourceFileOutcome> FinishAsync(
        PendingFile file, long length, SpannedSource spanned, FileMeasurement measured, TimeSpan duration,
        CancellationToken cancellationToken)
    {
        var source = spanned.File;
        var name = Path.GetFileName(file.Path);
        var isDamaged = source.AnomalyCount > 0 || source.DamagedAtOffset is not null;

        if (source.PacketsRead == 0 && isDamaged)
        {
            var reason = source.Anomalies.Count > 0
                ? InputProblemText.Of(source.Anomalies[0])
                : "it is damaged from its start";
            logger.FileUnreadable(name, reason);
            return SourceFileOutcome.Unreadable;
        }

        var hasPackets = source.PacketsRead > 0;
        await finished.AddAsync(
            new FinishedSource(
                file.Sha256, name, length, measured.Packets, measured.Calls, measured.Streams,
                hasPackets ? spanned.FirstUs : null, hasPackets ? spanned.LastUs : null,
                Instant.FromDateTimeOffset(time.GetUtcNow())),
            cancellationToken);
        logger.FileRead(name, measured.Packets, measured.Calls, duration.TotalMilliseconds);

        if (isDamaged)
        {
            var first = source.Anomalies.Count > 0 ? InputProblemText.Of(source.Anomalies[0]) : "damaged compression";
            logger.FileDamaged(name, Math.Max(1, source.AnomalyCount), first);
            return SourceFileOutcome.Damaged;
        }

        return SourceFileOutcome.Read;
    }

    /// <summary>
    /// The rotation of a file: the one that has read it before, else the one with the most similar names that it can
    /// belong to, else a new one.
    /// </summary>
    private CaptureRotation RotationOf(string path, RotationName name, long firstUs)
    {
        var rotation = _rotations.Find(rotation => rotation.Files.Any(file => file.Path == path))
            ?? _rotations.Where(rotation => rotation.Admits(name, firstUs))
                .MinBy(rotation => rotation.DifferenceFrom(name))
            ?? new CaptureRotation();
        _rotations.Remove(rotation);
        _rotations.Add(rotation);
        if (_rotations.Count > MaxRotations)
        {
            _rotations[0].Replace(null);
            _rotations.RemoveAt(0);
        }

        foreach (var other in _rotations.Where(static rotation => rotation.Live is not null).SkipLast(MaxLive).ToArray())
        {
            other.Replace(null);
        }

        return rotation;
    }

    private TailStream Tail(string path, Func<TailState> look, TimeSpan every, CancellationToken cancellationToken) =>
        new(
            new FileStream(
                path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0),
            look, every, time, cancellationToken);

    private static async Task<string> HashAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(
            path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 20, useAsync: true);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken));
    }

    private sealed record PendingFile(string Path, string Sha256, long? FirstUs);
}
