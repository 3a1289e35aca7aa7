using VoiceQuality.Monitor.Calls;
using VoiceQuality.Monitor.Streams;

namespace VoiceQuality.Service.Ingest;

/// <summary>What a pipeline handed over: a call, a stream without a call, or a mark of its progress.</summary>
/// <param name="Call">A call with its streams.</param>
/// <param name="Unannounced">A stream that no SDP announced.</param>
/// <param name="Reached">Set when everything before it is stored.</param>
internal readonly record struct Measurement(CallRecord? Call, StreamRecord? Unannounced, TaskCompletionSource? Reached);
