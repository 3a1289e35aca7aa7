using System.Globalization;
using VoiceQuality.Monitor.Sources;
using VoiceQuality.Service.Ingest;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Storage.Calls;

namespace VoiceQuality.Service.Hosting;

/// <summary>What one file of a rotation held.</summary>
/// <param name="Packets">Frames.</param>
/// <param name="Calls">Calls that began in it.</param>
/// <param name="Streams">Streams that began in it.</param>
internal readonly record struct FileMeasurement(long Packets, long Calls, long Streams);

/// <summary>
/// Measures files of a rotation as the one capture that they are. The next file goes through the pipeline that read
/// those before it. A file that comes late is measured in its place, and what had been measured without it is taken
/// back. Nothing but the files themselves is needed to go on after a restart.
/// </summary>
internal sealed class RotationReader(
    PipelineThread pipelines,
    MeasurementQueue queue,
    MeasurementWriter writer,
    CreditAssessor assessor,
    ILogger<RotationReader> logger)
{
    /// <summary>
    /// How far back files are read again for calls that go on: longer than a call without any signalling is kept.
    /// </summary>
    private const long LookBackUs = 6 * 3_600_000_000L;

    /// <summary>
    /// After a late file, what it lacked shows for so long: streams without a call end 60 s after their last packet.
    /// </summary>
    private const long AftermathUs = 120_000_000;

    /// <summary>Reads the next file of a rotation, or its first.</summary>
    public async Task<FileMeasurement> ContinueAsync(
        CaptureRotation rotation, SpannedSource source, Action onBlock, CancellationToken cancellationToken)
    {
        if (rotation.Live is null || pipelines.IsOutdated(rotation.Live))
        {
            rotation.Replace(await ResumeAsync(rotation.Files, source.FirstUs, cancellationToken));
        }

        var live = rotation.Live!;
        var (packets, calls, streams) = (live.Counters.Packets, live.Sink.Calls, live.Sink.Streams);
        live.Sink.Mode = CaptureSinkMode.Forwarding;
        try
        {
            await live.RunAsync(source, publishesOpen: true, onBlock, cancellationToken);
        }
        catch
        {
            // It has read a part of the file, which will be read again from its start.
            rotation.Replace(null);
            throw;
        }

        return new FileMeasurement(
            live.Counters.Packets - packets, live.Sink.Calls - calls, live.Sink.Streams - streams);
    }

    /// <summary>Reads a file whose place is before others that were read.</summary>
    public async Task<FileMeasurement> InsertAsync(
        CaptureRotation rotation, SpannedSource source, Action onBlock, CancellationToken cancellationToken)
    {
        var before = rotation.Files.Where(file => file.FirstUs < source.FirstUs).ToArray();
        var after = rotation.Files.Skip(before.Length).ToArray();
        var with = await ResumeAsync(before, source.FirstUs, cancellationToken);
        var isLive = false;
        try
        {
            using var without = await ResumeAsync(before, source.FirstUs, cancellationToken);
            var known = new CaptureResults();
            known.Add(without.Sink.Open);
            with.Sink.Mode = CaptureSinkMode.Collecting;
            without.Sink.Mode = CaptureSinkMode.Collecting;
            with.Sink.ForwardsProbes = true;
            var (packets, calls, streams) = (with.Counters.Packets, with.Sink.Calls, with.Sink.Streams);
            await with.RunAsync(source, publishesOpen: false, onBlock, cancellationToken);
            with.Sink.ForwardsProbes = false;
            var measured = new FileMeasurement(
                with.Counters.Packets - packets, with.Sink.Calls - calls, with.Sink.Streams - streams);
            isLive = await FollowAsync(with, without, after, source.LastUs, cancellationToken);
            known.Add(without.Sink.Collected);
            known.Add(without.Sink.Open);
            await ReplaceAsync(with.Sink, known, cancellationToken);
            if (isLive)
            {
                with.Sink.Collected.Clear();
                rotation.Replace(with);
            }

            return measured;
        }
        finally
        {
            if (!isLive)
            {
                with.Dispose();
            }
        }
    }

    /// <summary>Reads what follows a late file, with it and without it, until it makes no more difference.</summary>
    /// <returns>Whether all files were read.</returns>
    private static async Task<bool> FollowAsync(
        CapturePipeline with,
        CapturePipeline without,
        CapturedFile[] after,
        long lateEndUs,
        CancellationToken cancellationToken)
    {
        foreach (var file in after)
        {
            if (!File.Exists(file.Path))
            {
                return false;
            }

            await RunAsync(with, file, cancellationToken);
            await RunAsync(without, file, cancellationToken);
            if (file.LastUs > lateEndUs + AftermathUs && !with.Sink.Open.BeganBy(lateEndUs) && file != after[^1])
            {
                return false;
            }
        }

        return true;
    }

    private static async Task RunAsync(CapturePipeline pipeline, CapturedFile file, CancellationToken cancellationToken)
    {
        using var source = new SpannedSource(CaptureFileSource.Open(file.Path), file.FirstUs);
        await pipeline.RunAsync(source, publishesOpen: false, static () => { }, cancellationToken);
    }

    private async Task ReplaceAsync(CaptureSink sink, CaptureResults known, CancellationToken cancellationToken)
    {
        var measured = new CaptureResults();
        measured.Add(sink.Collected);
        measured.Add(sink.Open);
        await queue.FlushAsync(cancellationToken);
        var retracted = await writer.RetractAsync(
            [.. known.Calls.Keys.Except(measured.Calls.Keys)],
            [.. known.Streams.Keys.Except(measured.Streams.Keys)],
            cancellationToken);
        foreach (var call in retracted.Distinct())
        {
            if (call.Month is { } month && ServiceMonth.TryParse(month, out var serviceMonth))
            {
                assessor.Touch(call.AccountId, serviceMonth);
            }
        }

        if (retracted.Count > 0)
        {
            logger.PartsRetracted(retracted.Count);
        }

        foreach (var (key, call) in measured.Calls)
        {
            var isProvisional = sink.Open.Calls.ContainsKey(key) && call.EndedAtUs is null;
            await queue.AddAsync(new Measurement(call, null, null, isProvisional), cancellationToken);
        }

        foreach (var stream in measured.Streams.Values)
        {
            await queue.AddAsync(new Measurement(null, stream, null), cancellationToken);
        }
    }

    /// <summary>
    /// A pipeline that knows what went on at the end of the files: those are read again whose packets it needs, twice
    /// as many each time until every call has its begin.
    /// </summary>
    private async Task<CapturePipeline> ResumeAsync(
        IReadOnlyList<CapturedFile> files, long nextUs, CancellationToken cancellationToken)
    {
        var usable = files.Reverse()
            .TakeWhile(file => file.LastUs > nextUs - LookBackUs && File.Exists(file.Path)).Reverse().ToArray();
        for (var count = Math.Min(1, usable.Length); ; count = Math.Min(count * 2, usable.Length))
        {
            var pipeline = pipelines.Open();
            var isDone = false;
            try
            {
                pipeline.Sink.Mode = CaptureSinkMode.Muted;
                foreach (var file in usable[^count..])
                {
                    await RunAsync(pipeline, file, cancellationToken);
                }

                var headless = pipeline.Sink.Open.Headless(count > 0 ? usable[^count].FirstUs : 0);
                isDone = count == usable.Length || headless.Calls.Count + headless.Streams.Count == 0;
                if (isDone)
                {
                    if (count < files.Count)
                    {
                        pipeline.Sink.Suppress(headless);
                    }

                    return pipeline;
                }
            }
            finally
            {
                if (!isDone)
                {
                    pipeline.Dispose();
                }
            }
        }
    }
}
