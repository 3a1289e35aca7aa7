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
/// notes a file as finished once everything from it is stored. Several may be read at once, of a rotation one.
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
    private readonly RotationTable _rotations = new();

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
    /// The first packet of a file that is being written, microseconds since 1970-01-01 UTC. Null when it has none yet,
    /// when it may go on where another one that is read now ends, and when it cannot be read.
    /// </summary>
    public long? BeginOf(string path)
    {
        try
        {
            return pipelines.FirstPacketUs(path) is { } firstUs && !_rotations.IsBusy(Place(path, firstUs))
                ? firstUs
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            // It is told when the file is complete, if it is so then.
            return null;
        }
    }

    /// <summary>
    /// Reads a file while it is written: what is final is stored at once. It is noted as finished when it is complete.
    /// A file that is given up, or a stop, leaves it to be read again from its start, which changes nothing.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="look">Asked at the end of what is there.</param>
    /// <param name="every">Time between two looks.</param>
    /// <param name="cancellationToken">Stops at once.</param>
    /// <returns>Whether it need not be read again as it is.</returns>
    public async Task<bool> FollowAsync(
        string path, Func<TailState> look, TimeSpan every, CancellationToken cancellationToken)
    {
        var name = Path.GetFileName(path);
        CaptureRotation? rotation = null;
        try
        {
            if (pipelines.FirstPacketUs(path) is not { } firstUs)
            {
                return false;
            }

            rotation = _rotations.TryClaim(Place(path, firstUs), out _);
            return rotation is not null
                && await FollowAsync(path, firstUs, rotation, look, every, cancellationToken);
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
        finally
        {
            if (rotation is not null)
            {
                _rotations.Release(rotation);
            }
        }
    }

    /// <summary>Ends the pipelines. What goes on in them is stored as it stood at the end of its last file.</summary>
    public void Dispose() => _rotations.Dispose();

    private async Task<bool> FollowAsync(
        string path, long firstUs, CaptureRotation rotation, Func<TailState> look, TimeSpan every,
        CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var file = new PendingFile(path, "", firstUs);
        var growing = new FileStream(
            path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        var tail = new TailStream(growing, look, every, time, rotation.Current!.GivesWay, cancellationToken);
        using var source = new SpannedSource(new CaptureFileSource(path, tail), firstUs);
        var measured = await MeasureAsync(file, rotation, source, static () => { }, cancellationToken);
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
            var fileName = Path.GetFileName(path);
            logger.FileKnown(fileName, known.Name);
            metrics.FileDone(SourceFileOutcome.Known);
            return true;
        }

        metrics.FileDone(await FinishAsync(
            file, length, source, measured, time.GetElapsedTime(began), cancellationToken));
        return true;
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
            _rotations.Note(new CapturedFile(path, RotationName.Of(fileName), first, last));
        }
    }

    private async Task<SourceFileOutcome> TryReadAsync(
        PendingFile file, Action<double> onProgress, CancellationToken cancellationToken)
    {
        var name = Path.GetFileName(file.Path);
        CaptureRotation? rotation = null;
        try
        {
            // The same content may have come twice.
            if (await finished.FindAsync(file.Sha256, cancellationToken) is { } known)
            {
                logger.FileKnown(name, known.Name);
                return SourceFileOutcome.Known;
            }

            var began = time.GetTimestamp();
            if (file.FirstUs is { } firstUs)
            {
                rotation = await ClaimAsync(Place(file.Path, firstUs), cancellationToken);
            }

            using var source = new SpannedSource(CaptureFileSource.Open(file.Path), file.FirstUs ?? 0);
            var length = new FileInfo(file.Path).Length;
            var measured = await MeasureAsync(
                file, rotation, source, () => onProgress(length > 0 ? (double)source.File.OctetsRead / length : 1),
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
        finally
        {
            if (rotation is not null)
            {
                _rotations.Release(rotation);
            }
        }
    }

    /// <summary>Takes the rotation of a file that is complete; one of it that grows makes way for it.</summary>
    private async Task<CaptureRotation> ClaimAsync(CapturedFile file, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_rotations.TryClaim(file, out var busy) is { } rotation)
            {
                return rotation;
            }

            busy!.AskToGiveWay();
            await busy.Ended.WaitAsync(cancellationToken);
        }
    }

    /// <summary>
    /// Where a file lies in time. Its end counts, and is looked for, only when a file of such a name begins after it.
    /// </summary>
    private CapturedFile Place(string path, long firstUs)
    {
        var name = RotationName.Of(Path.GetFileName(path));
        var lastUs = _rotations.NeedsEnd(name, firstUs) ? pipelines.LastPacketUs(path, firstUs) : firstUs;
        return new CapturedFile(path, name, firstUs, lastUs);
    }

    private async Task<FileMeasurement> MeasureAsync(
        PendingFile file, CaptureRotation? rotation, SpannedSource source, Action onBlock,
        CancellationToken cancellationToken)
    {
        if (rotation is null)
        {
            // Without packets it belongs nowhere; reading it tells what is wrong with it.
            using var pipeline = pipelines.Open();
            await pipeline.RunAsync(source, publishesOpen: false, onBlock, cancellationToken);
            return default;
        }

        rotation.Current!.ReadsFrom(source);
        rotation.Forget(file.Path);
        var measured = source.FirstUs >= rotation.EndUs - CaptureRotation.OverlapUs
            ? await rotations.ContinueAsync(rotation, source, onBlock, cancellationToken)
            : await rotations.InsertAsync(rotation, source, onBlock, cancellationToken);
        rotation.Add(rotation.Current.AsFar);
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

    private static async Task<string> HashAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(
            path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 20, useAsync: true);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken));
    }

    private sealed record PendingFile(string Path, string Sha256, long? FirstUs);
}
