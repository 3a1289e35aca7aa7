using System.Threading.Channels;
using VoiceQuality.Monitor;
using VoiceQuality.Monitor.Calls;
using VoiceQuality.Monitor.Probes;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Service.Hosting;
using VoiceQuality.Service.Telemetry;
using VoiceQuality.Storage.Calls;

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

    /// <summary>Hands over what no pipeline does: what was compared with another measurement of it.</summary>
    public ValueTask AddAsync(Measurement measurement, CancellationToken cancellationToken) =>
        _channel.Writer.WriteAsync(measurement, cancellationToken);

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
        private long? _watchedFromUs;
        private long? _listenedUntilUs;

        // Calls that had ended and streams that went on when they were counted at a checkpoint: they come once more.
        private readonly HashSet<CallKey> _counted = [];

        /// <summary>Where the packets come from, for whoever reads what was lost there.</summary>
        public string Tap { get; set; } = "capture";

        /// <summary>Calls that were handed over.</summary>
        public long Calls { get; private set; }

        /// <summary>Streams that were handed over, those of calls included.</summary>
        public long Streams { get; private set; }

        /// <summary>The pipeline's latest counters.</summary>
        public PipelineCounters Counters { get; private set; } = new();

        public void OnStream(StreamRecord stream)
        {
            Streams++;

            if (_counted.Count == 0 || !CaptureResults.TryKey(stream, out var key) || !_counted.Remove(key))
            {
                metrics.StreamFinished(stream);
            }

            if (stream.CallId is null)
            {
                queue.Add(new Measurement(null, stream, null));
            }
        }

        public void OnCall(CallRecord call)
        {
            Calls++;

            if (_counted.Count == 0 || !CaptureResults.TryKey(call, out var key) || !_counted.Remove(key))
            {
                metrics.CallFinished(call);
            }

            queue.Add(new Measurement(call, null, null));
        }

        public void OnProbe(ProbeRecord probe) => queue.Add(new Measurement { Probe = probe });

        /// <summary>A stream without a call that goes on is stored as it stands.</summary>
        public void OnOpenStream(StreamRecord stream) => queue.Add(new Measurement(null, stream, null));

        /// <summary>
        /// A call in progress is stored as it stands. One that has ended and waits for late media is as good as final.
        /// </summary>
        public void OnOpenCall(CallRecord call)
        {
            var hasEnded = call.EndedAtUs is not null;

            if (hasEnded && CaptureResults.TryKey(call, out var key) && _counted.Add(key))
            {
                metrics.CallFinished(call);

                foreach (var stream in call.Streams)
                {
                    if (CaptureResults.TryKey(stream, out var streamKey) && _counted.Add(streamKey))
                    {
                        metrics.StreamFinished(stream);
                    }
                }
            }

            queue.Add(new Measurement(call, null, null, IsProvisional: !hasEnded));
        }

        public void OnTick(long packetTimeUs, PipelineCounters counters)
        {
            Counters = counters;
            totals.Update(this, counters, Tap);
            if (counters.ListenedUntilUs is { } listened)
            {
                TellListened(Math.Max(listened, counters.LastPacketAtUs ?? 0));
            }
            else if (counters.LastPacketAtUs - (_watchedUntilUs ?? counters.FirstPacketAtUs) >= WatchedEveryUs)
            {
                TellWatched();
            }
        }

        /// <summary>
        /// A live source listens while nothing comes, too. After it was deaf for a while another time begins.
        /// </summary>
        private void TellListened(long untilUs)
        {
            if (_listenedUntilUs is not { } before || untilUs > before + WatchedEveryUs)
            {
                _watchedFromUs = untilUs;
                _watchedUntilUs = untilUs;
            }

            _listenedUntilUs = Math.Max(untilUs, _listenedUntilUs ?? untilUs);
            if (untilUs - _watchedUntilUs >= WatchedEveryUs)
            {
                queue.Add(new Measurement { Watched = (_watchedFromUs!.Value, untilUs) });
                _watchedUntilUs = untilUs;
            }
        }

        /// <summary>Tells the time from the first packet to the last as watched.</summary>
        public void TellWatched()
        {
            if (_listenedUntilUs is not null)
            {
                return;
            }

            if (Counters is { FirstPacketAtUs: { } first, LastPacketAtUs: { } last } && last > (_watchedUntilUs ?? -1))
            {
                queue.Add(new Measurement { Watched = (_watchedFromUs ?? first, last) });
                _watchedUntilUs = last;
            }
        }

        /// <summary>Another file begins: what lies between two files that do not join was not watched.</summary>
        /// <param name="firstUs">Its first packet, microseconds since 1970-01-01 UTC.</param>
        public void BeginFile(long firstUs)
        {
            if (Counters.LastPacketAtUs is not { } last || firstUs > last + WatchedEveryUs)
            {
                _watchedFromUs = firstUs;
                _watchedUntilUs = null;
            }
        }

        /// <summary>A file is over, and whether another one goes on from it is not known.</summary>
        public void EndFile()
        {
            TellWatched();
            totals.Pause(this);
        }

        public void Dispose() => totals.End(this);
    }
}
