using VoiceQuality.Monitor;
using VoiceQuality.Monitor.Pipeline;
using VoiceQuality.Monitor.Sources;
using VoiceQuality.Service.Ingest;

namespace VoiceQuality.Service.Hosting;

/// <summary>What a pipeline did.</summary>
/// <param name="Counters">Its counters at the end.</param>
/// <param name="Calls">Calls that it handed over.</param>
/// <param name="Streams">Streams that it handed over.</param>
internal readonly record struct PipelineResult(PipelineCounters Counters, long Calls, long Streams);

/// <summary>Sends one source through its own pipeline on its own thread, which may wait for storage.</summary>
internal sealed class PipelineThread(MeasurementQueue queue, AccountDirectory accounts, MonitorOptions options)
{
    private const int MaxHeaders = 16;

    private readonly PacketBlockPool _pool = new();

    /// <summary>
    /// Reads <paramref name="source"/> to its end, or until the token asks to stop; either way the calls in progress
    /// are completed and handed over.
    /// </summary>
    /// <param name="source">Where packets come from; the caller disposes it.</param>
    /// <param name="onProgress">Told the latest counters after each block.</param>
    /// <param name="stoppingToken">Stops between two blocks.</param>
    public Task<PipelineResult> RunAsync(
        IPacketSource source, Action<PipelineCounters> onProgress, CancellationToken stoppingToken) =>
        Task.Factory.StartNew(
            () => Run(source, onProgress, stoppingToken),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);

    /// <summary>A pipeline for capture files that go through it one after another.</summary>
    public CapturePipeline Open() => new(options with { Headers = HeadersNow() }, queue, _pool);

    /// <summary>Whether rules ask for other header fields by now than the pipeline looks at.</summary>
    public bool IsOutdated(CapturePipeline pipeline) => !pipeline.Headers.SequenceEqual(HeadersNow());

    /// <summary>The first packet of a file, microseconds since 1970-01-01 UTC; null when there is none.</summary>
    public long? FirstPacketUs(string path)
    {
        var block = _pool.Rent();
        try
        {
            using var source = CaptureFileSource.Open(path);
            return source.TryFill(block) ? block.Records[0].TimestampNs / 1_000 : null;
        }
        finally
        {
            block.Release();
        }
    }

    /// <summary>The latest packet of a file as it is, microseconds since 1970-01-01 UTC; all of it is read.</summary>
    public long LastPacketUs(string path, long firstUs)
    {
        var block = _pool.Rent();
        try
        {
            using var source = new SpannedSource(CaptureFileSource.Open(path), firstUs);
            while (source.TryFill(block))
            {
            }

            return source.LastUs;
        }
        finally
        {
            block.Release();
        }
    }

    private string[] HeadersNow() =>
        [.. options.Headers.Concat(AccountDirectory.HeadersOf(accounts.Book)).Distinct(StringComparer.OrdinalIgnoreCase)];

    private PipelineResult Run(
        IPacketSource source, Action<PipelineCounters> onProgress, CancellationToken stoppingToken)
    {
        using var sink = queue.OpenSink();
        sink.Tap = source.Name;
        var book = accounts.Book;
        var headers = HeadersNow();
        using var pipeline = new MonitorPipeline(options with { Headers = headers }, sink);

        void OnBlock()
        {
            // Rules that were imported meanwhile may ask for other fields; calls that begin now are read for them.
            if (!ReferenceEquals(book, accounts.Book))
            {
                book = accounts.Book;
                var now = HeadersNow();
                if (!now.SequenceEqual(headers) && now.Length <= MaxHeaders)
                {
                    pipeline.LookAt(headers = now);
                }
            }

            onProgress(sink.Counters);
        }

        try
        {
            PipelineRunner.Run(source, pipeline, _pool, OnBlock, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The stop was asked for; what has been measured so far is completed below.
        }

        pipeline.Complete();
        sink.TellWatched();
        return new PipelineResult(sink.Counters, sink.Calls, sink.Streams);
    }
}
