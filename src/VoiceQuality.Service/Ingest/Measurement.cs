using VoiceQuality.Monitor.Calls;
using VoiceQuality.Monitor.Probes;
using VoiceQuality.Monitor.Streams;

namespace VoiceQuality.Service.Ingest;

/// <summary>
/// What a pipeline handed over: a call, a stream without a call, a probe, a time that it watched, or a mark of its
/// progress.
/// </summary>
/// <param name="Call">A call with its streams.</param>
/// <param name="Unannounced">A stream that no SDP announced.</param>
/// <param name="Reached">Set when everything before it is stored.</param>
/// <param name="IsProvisional">The call goes on: it is stored as it stands, and told to nobody else yet.</param>
internal readonly record struct Measurement(
    CallRecord? Call, StreamRecord? Unannounced, TaskCompletionSource? Reached, bool IsProvisional = false)
{
    /// <summary>An OPTIONS transaction.</summary>
    public ProbeRecord? Probe { get; init; }

    /// <summary>First and last packet of a time that was watched, microseconds since 1970-01-01 UTC.</summary>
    public (long FromUs, long UntilUs)? Watched { get; init; }
}
