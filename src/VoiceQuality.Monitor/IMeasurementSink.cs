using VoiceQuality.Monitor.Calls;
using VoiceQuality.Monitor.Probes;
using VoiceQuality.Monitor.Streams;

namespace VoiceQuality.Monitor;

/// <summary>
/// Receives what is final. Calls come from one thread at a time, in an order that depends on packet time alone: a
/// stream is given when it ends, its call after all of its streams.
/// </summary>
public interface IMeasurementSink
{
    /// <summary>A stream ended. When SDP tied it to a call, the call follows and lists the same object.</summary>
    void OnStream(StreamRecord stream);

    /// <summary>A call ended or was given up.</summary>
    void OnCall(CallRecord call);

    /// <summary>An OPTIONS transaction is final. A sink that measures media alone has no use for it.</summary>
    void OnProbe(ProbeRecord probe)
    {
    }

    /// <summary>
    /// At a checkpoint: a stream without a call that goes on, as it would be recorded if it ended now. It is given
    /// again when it ends.
    /// </summary>
    void OnOpenStream(StreamRecord stream)
    {
    }

    /// <summary>
    /// At a checkpoint: a call in progress with its streams, as it would be recorded if it ended now. It is given again
    /// when it ends.
    /// </summary>
    void OnOpenCall(CallRecord call)
    {
    }

    /// <summary>Packet time has advanced; everything up to it has been handed over as far as it is final.</summary>
    /// <param name="packetTimeUs">Microseconds since 1970-01-01 UTC.</param>
    /// <param name="counters">What the pipeline has counted since it started.</param>
    void OnTick(long packetTimeUs, PipelineCounters counters);
}
