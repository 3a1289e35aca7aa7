using VoiceQuality.Monitor.Streams;

namespace VoiceQuality.Monitor.Calls;

/// <summary>Makes again what follows from a call's streams and is not stored with the call.</summary>
public static class CallRestoration
{
    /// <summary>
    /// The call with its streams: delay, MOS-CQ, copies and flags are found again; its stored score stands as it is.
    /// </summary>
    public static CallRecord Of(CallRecord call, IReadOnlyList<StreamRecord> streams)
    {
        ArgumentNullException.ThrowIfNull(call);
        ArgumentNullException.ThrowIfNull(streams);

        return CallScorer.WithStreams(call, streams, out _);
    }
}
