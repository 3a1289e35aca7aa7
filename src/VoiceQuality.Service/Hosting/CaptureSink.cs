using VoiceQuality.Monitor;
using VoiceQuality.Monitor.Calls;
using VoiceQuality.Monitor.Probes;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Service.Ingest;
using VoiceQuality.Storage.Calls;

namespace VoiceQuality.Service.Hosting;

/// <summary>What a capture pipeline does with its results.</summary>
internal enum CaptureSinkMode
{
    /// <summary>They are known: files are read again for what goes on at their end.</summary>
    Muted,

    /// <summary>They go to storage.</summary>
    Forwarding,

    /// <summary>They are kept for comparison.</summary>
    Collecting,
}

/// <summary>
/// Takes what a capture pipeline hands over. The thread that runs the pipeline sets its mode between files.
/// </summary>
internal sealed class CaptureSink(MeasurementQueue.PipelineSink inner) : IMeasurementSink
{
    private readonly HashSet<CallKey> _suppressed = [];
    private long _calls;
    private long _streams;

    public CaptureSinkMode Mode { get; set; } = CaptureSinkMode.Forwarding;

    /// <summary>Whether probes go to storage although calls are kept.</summary>
    public bool ForwardsProbes { get; set; }

    /// <summary>Calls handed over, those in progress at the last checkpoint included.</summary>
    public long Calls => _calls + Open.Calls.Count;

    /// <summary>Streams handed over, those in progress at the last checkpoint included.</summary>
    public long Streams => _streams + Open.StreamCount;

    /// <summary>What was kept.</summary>
    public CaptureResults Collected { get; } = new();

    /// <summary>What went on at the last checkpoint.</summary>
    public CaptureResults Open { get; } = new();

    /// <summary>Forgets what went on before: the next checkpoint tells it anew.</summary>
    public void BeginCheckpoint() => Open.Clear();

    /// <summary>Keeps back what goes on now and began before what was read: its begin is not known here.</summary>
    public void Suppress(CaptureResults headless)
    {
        _suppressed.UnionWith(headless.Calls.Keys);
        _suppressed.UnionWith(headless.Streams.Keys);
    }

    /// <summary>Hands what goes on to storage, as it stands.</summary>
    public void PublishOpen()
    {
        foreach (var (key, stream) in Open.Streams)
        {
            if (!_suppressed.Contains(key))
            {
                inner.OnOpenStream(stream);
            }
        }

        foreach (var (key, call) in Open.Calls)
        {
            if (!_suppressed.Contains(key))
            {
                inner.OnOpenCall(call);
            }
        }
    }

    public void OnStream(StreamRecord stream)
    {
        // A stream of a call comes again with its call.
        if (Mode == CaptureSinkMode.Forwarding && (stream.CallId is not null || !IsSuppressed(stream)))
        {
            _streams += stream.CallId is null ? 1 : 0;
            inner.OnStream(stream);
        }
        else if (Mode == CaptureSinkMode.Collecting && stream.CallId is null && !IsSuppressed(stream))
        {
            _streams++;
            Collected.Add(stream);
        }
    }

    public void OnCall(CallRecord call)
    {
        if (Mode == CaptureSinkMode.Muted || (CaptureResults.TryKey(call, out var key) && _suppressed.Contains(key)))
        {
            return;
        }

        _calls++;
        _streams += call.Streams.Count;
        if (Mode == CaptureSinkMode.Forwarding)
        {
            inner.OnCall(call);
        }
        else
        {
            Collected.Add(call);
        }
    }

    public void OnProbe(ProbeRecord probe)
    {
        if (Mode == CaptureSinkMode.Forwarding || ForwardsProbes)
        {
            ((IMeasurementSink)inner).OnProbe(probe);
        }
    }

    public void OnOpenStream(StreamRecord stream) => Open.Add(stream);

    public void OnOpenCall(CallRecord call) => Open.Add(call);

    public void OnTick(long packetTimeUs, PipelineCounters counters) => inner.OnTick(packetTimeUs, counters);

    private bool IsSuppressed(StreamRecord stream) =>
        _suppressed.Count > 0 && CaptureResults.TryKey(stream, out var key) && _suppressed.Contains(key);
}
