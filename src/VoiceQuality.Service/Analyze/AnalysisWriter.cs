using VoiceQuality.Monitor;
using VoiceQuality.Monitor.Calls;
using VoiceQuality.Monitor.Signalling;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Quality.Signalling;

namespace VoiceQuality.Service.Analyze;

/// <summary>Writes an analysis in one of its formats.</summary>
internal abstract class AnalysisWriter : IMeasurementSink, IDisposable
{
    public static AnalysisWriter Create(AnalysisFormat format, Stream output) => format switch
    {
        AnalysisFormat.Json => new JsonAnalysisWriter(output),
        AnalysisFormat.Ndjson => new NdjsonAnalysisWriter(output),
        AnalysisFormat.Csv => new CsvAnalysisWriter(output),
        _ => new TableAnalysisWriter(output),
    };

    /// <summary>Whether JSON says which sequence numbers a stream lost.</summary>
    public bool TellsLostNumbers { get; set; }

    /// <summary>What the pipeline counted, up to now.</summary>
    public PipelineCounters Counters { get; private set; } = new();

    public abstract void OnStream(StreamRecord stream);

    public abstract void OnCall(CallRecord call);

    public virtual void OnTick(long packetTimeUs, PipelineCounters counters) => Counters = counters;

    /// <summary>Everything is final: writes what is left.</summary>
    public abstract void Finish(CaptureSummary capture);

    public virtual void Dispose()
    {
    }
}

/// <summary>Keeps everything and gives it in the fixed order: packet time, then Call-ID, then SSRC.</summary>
internal abstract class CollectingAnalysisWriter : AnalysisWriter
{
    private readonly List<StreamRecord> _streams = [];
    private readonly KeptCalls _calls = new();
    private SignallingCounters _signalling;

    public sealed override void OnStream(StreamRecord stream) => _streams.Add(stream);

    public sealed override void OnCall(CallRecord call)
    {
        _signalling += SignallingRules.Of(call);
        _calls.Add(call);
    }

    public sealed override void Finish(CaptureSummary capture)
    {
        _streams.Sort(StreamRecordOrder.Compare);
        _calls.Sort();
        Write(capture, _calls, _streams);
    }

    /// <summary>What the calls add to the counters of signalling.</summary>
    protected SignallingCounters Signalling => _signalling;

    public override void Dispose()
    {
        _calls.Dispose();
        base.Dispose();
    }

    protected abstract void Write(
        CaptureSummary capture, IReadOnlyList<CallRecord> calls, IReadOnlyList<StreamRecord> streams);
}
