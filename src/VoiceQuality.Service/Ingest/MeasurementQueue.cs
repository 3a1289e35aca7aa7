using System.Threading.Channels;
using VoiceQuality.Monitor;
using VoiceQuality.Monitor.Calls;
using VoiceQuality.Monitor.Probes;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Service.Telemetry;

namespace VoiceQuality.Service.Ingest;

/// <summary>
/// Between pipelines and storage. It is bounded, and a pipeline that finds it full waits: the sources are files and
/// generators, which can wait too, so nothing is lost.
/// </summary>
internal sealed class MeasurementQueue(PipelineTotals totals, ServiceMetrics metrics)
{
    /// <summary>Measurements that may wait.</summary>
    public const int Capacity = 4_096;

    private readonly Channel<Measurement> _channel = Channel.CreateBounded<Measurement>(
        new BoundedChannelOptions(Capacity) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true });

    public ChannelReader<Measurement> Reader => _channel.Reader;

    /// <summary>Measurements that wait.</summary>
    public int Count => _channel.Reader.Count;

    /// <summary>A sink for one pipeline. Disposing it keeps what the pipeline counted.</summary>
    public PipelineSink OpenSink() => new(this, totals, metrics);

    /// <summary>Completes when everything that was handed over before is stored.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await _channel.Writer.WriteAsync(new Measurement(null, null, reached), cancellationToken);
        await reached.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Nothing more will come; what waits is still stored.</summary>
    public void Complete() => _channel.Writer.TryComplete();

    private void Add(Measurement measurement)
    {
        // The pipeline's thread is not one of the pool's, so that it may wait.
        if (!_channel.Writer.TryWrite(measurement))
        {
            _channel.Writer.WriteAsync(measurement).AsTask().GetAwaiter().GetResult();
        }
    }

    /// <summary>Takes what one pipeline hands over.</summary>
    internal sealed class PipelineSink(MeasurementQueue queue, PipelineTotals totals, ServiceMetrics metrics)
        : IMeasurementSink, IDisposable
    {
        /// <summary>So often a pipeline tells how long it has watched, in packet time, µs.</summary>
        private const long WatchedEveryUs = 10_000_000;

        private long? _watchedUntilUs;

        /// <summary>Calls that were handed over.</summary>
        public long Calls { get; private set; }

        /// <summary>Streams that were handed over, those of calls included.</summary>
        public long Streams { get; private set; }

        /// <summary>The pipeline's latest counters.</summary>
        public PipelineCounters Counters { get; private set; } = new();

        public void OnStream(StreamRecord stream)
        {
            Streams++;
            metrics.StreamFinished(stream);

            if (stream.CallId is null)
            {
                queue.Add(new Measurement(null, stream, null));
            }
        }

        public void OnCall(CallRecord call)
        {
            Calls++;
            metrics.CallFinished(call);
            queue.Add(new Measurement(call, null, null));
        }

        public void OnProbe(ProbeRecord probe) => queue.Add(new Measurement { Probe = probe });

        public void OnTick(long packetTimeUs, PipelineCounters counters)
        {
            Counters = counters;
            totals.Update(this, counters);
            if (counters.LastPacketAtUs - (_watchedUntilUs ?? counters.FirstPacketAtUs) >= WatchedEveryUs)
            {
                TellWatched();
            }
        }

        /// <summary>Tells the time from the first packet to the last as watched.</summary>
        public void TellWatched()
        {
            if (Counters is { FirstPacketAtUs: { } first, LastPacketAtUs: { } last } && last > (_watchedUntilUs ?? -1))
            {
                queue.Add(new Measurement { Watched = (first, last) });
                _watchedUntilUs = last;
            }
        }

        public void Dispose() => totals.End(this);
    }
}
