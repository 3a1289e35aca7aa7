using VoiceQuality.Monitor;
using VoiceQuality.Monitor.Pipeline;
using VoiceQuality.Monitor.Sources;
using VoiceQuality.Service.Ingest;

namespace VoiceQuality.Service.Hosting;

/// <summary>A pipeline that capture files go through one after another. Disposing it hands nothing over.</summary>
internal sealed class CapturePipeline : IDisposable
{
    private readonly MeasurementQueue.PipelineSink _queueSink;
    private readonly MonitorPipeline _pipeline;
    private readonly PacketBlockPool _pool;

    public CapturePipeline(MonitorOptions options, MeasurementQueue queue, PacketBlockPool pool)
    {
        Headers = options.Headers;
        _pool = pool;
        _queueSink = queue.OpenSink();
        Sink = new CaptureSink(_queueSink);
        _pipeline = new MonitorPipeline(options, Sink);
    }

    /// <summary>SIP header fields that it looks at.</summary>
    public IReadOnlyList<string> Headers { get; }

    /// <summary>What becomes of its results.</summary>
    public CaptureSink Sink { get; }

    /// <summary>What it has counted.</summary>
    public PipelineCounters Counters => _queueSink.Counters;

    /// <summary>
    /// Reads a source to its end on a thread of its own, which may wait for storage, and notes what goes on at its end.
    /// </summary>
    /// <param name="source">The packets.</param>
    /// <param name="publishesOpen">Whether what goes on is stored as it stands.</param>
    /// <param name="onBlock">Called after each block.</param>
    /// <param name="stoppingToken">Stops between two blocks.</param>
    /// <exception cref="OperationCanceledException">It was asked to stop; the pipeline is of no use any
    /// more.</exception>
    public Task RunAsync(
        SpannedSource source, bool publishesOpen, Action onBlock, CancellationToken stoppingToken) =>
        Task.Factory.StartNew(
            () =>
            {
                _queueSink.BeginFile(source.FirstUs);
                _queueSink.Tap = Path.GetFileName(source.Name);
                PipelineRunner.Run(source, _pipeline, _pool, onBlock, stoppingToken);
                Sink.BeginCheckpoint();
                _pipeline.Checkpoint();
                _queueSink.EndFile();
                if (publishesOpen)
                {
                    Sink.PublishOpen();
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);

    public void Dispose()
    {
        Sink.Mode = CaptureSinkMode.Muted;
        _pipeline.Abandon();
        _pipeline.Dispose();
        _queueSink.Dispose();
    }
}
