using System.Text.Json;
using VoiceQuality.Monitor.Calls;
using VoiceQuality.Quality.Scoring;

namespace VoiceQuality.Service.Analyze;

/// <content>A call: there may be a million of them, and nearly all of their fields are unknown.</content>
internal static partial class AnalysisJson
{
    private static readonly JsonEncodedText[] OutcomeNames = Array.ConvertAll(
        Enum.GetNames<CallOutcome>(),
        static name => JsonEncodedText.Encode(JsonNamingPolicy.CamelCase.ConvertName(name)));

    public static void WriteCall(Utf8JsonWriter json, CallRecord record)
    {
        json.WriteString(CallNames.CallId, record.CallId);
        json.WriteString(CallNames.From, record.Caller);
        json.WriteString(CallNames.To, record.Callee);
        WriteTime(json, CallNames.StartedAt, record.StartedAtUs);
        WriteTime(json, CallNames.AnsweredAt, record.AnsweredAtUs);
        WriteTime(json, CallNames.EndedAt, record.EndedAtUs);
        json.WriteString(CallNames.Outcome, OutcomeNames[(int)record.Outcome]);
        WriteNumber(json, CallNames.FinalStatus, record.FinalStatus);
        WriteParts(json, CallNames.PostDialDelayMs, record.PostDialDelayUs, 1_000m);
        WriteParts(json, CallNames.RequestDelayMs, record.RequestDelayUs, 1_000m);
        WriteParts(json, CallNames.RingTimeMs, record.RingTimeUs, 1_000m);
        WriteParts(json, CallNames.DisconnectDelayMs, record.DisconnectDelayUs, 1_000m);
        if (record.ReleaseReason is { } reason)
        {
            json.WriteStartObject(CallNames.ReleaseReason);
            json.WriteString(CallNames.Protocol, reason.Protocol);
            json.WriteNumber(CallNames.Cause, reason.Cause);
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull(CallNames.ReleaseReason);
        }

        json.WriteString(CallNames.ReleasedBy, record.ReleasedBy switch
        {
            CallParty.Caller => "caller",
            CallParty.Callee => "callee",
            _ => null,
        });
        WriteParts(json, CallNames.MosLq, record.MosLqE4, 10_000m);
        WriteParts(json, CallNames.MosCq, record.MosCqE4, 10_000m);
        WriteParts(json, CallNames.OneWayDelayMs, record.OneWayDelayUs, 1_000m);
        if (record.RFactor is { } rFactor)
        {
            json.WriteNumber(CallNames.RFactor, Real(rFactor));
        }
        else
        {
            json.WriteNull(CallNames.RFactor);
        }

        json.WriteString(CallNames.UnscoredReason, record.UnscoredReason.ToWireName());
        PathJson.WriteFlags(json, record);
    }

    private static void WriteNumber(Utf8JsonWriter json, JsonEncodedText name, long? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static void WriteParts(Utf8JsonWriter json, JsonEncodedText name, long? value, decimal parts)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number / parts);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static void WriteTime(Utf8JsonWriter json, JsonEncodedText name, long? us)
    {
        if (us is { } value)
        {
            Span<byte> text = stackalloc byte[TimeLength];
            FormatTime(value, text);
            json.WriteString(name, text);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    /// <summary>The names of its fields, as they are written.</summary>
    private static class CallNames
    {
        public static readonly JsonEncodedText CallId = JsonEncodedText.Encode("callId");
        public static readonly JsonEncodedText From = JsonEncodedText.Encode("from");
        public static readonly JsonEncodedText To = JsonEncodedText.Encode("to");
        public static readonly JsonEncodedText StartedAt = JsonEncodedText.Encode("startedAt");
        public static readonly JsonEncodedText AnsweredAt = JsonEncodedText.Encode("answeredAt");
        public static readonly JsonEncodedText EndedAt = JsonEncodedText.Encode("endedAt");
        public static readonly JsonEncodedText Outcome = JsonEncodedText.Encode("outcome");
        public static readonly JsonEncodedText FinalStatus = JsonEncodedText.Encode("finalStatus");
        public static readonly JsonEncodedText PostDialDelayMs = JsonEncodedText.Encode("postDialDelayMs");
        public static readonly JsonEncodedText RequestDelayMs = JsonEncodedText.Encode("requestDelayMs");
        public static readonly JsonEncodedText RingTimeMs = JsonEncodedText.Encode("ringTimeMs");
        public static readonly JsonEncodedText DisconnectDelayMs = JsonEncodedText.Encode("disconnectDelayMs");
        public static readonly JsonEncodedText ReleaseReason = JsonEncodedText.Encode("releaseReason");
        public static readonly JsonEncodedText Protocol = JsonEncodedText.Encode("protocol");
        public static readonly JsonEncodedText Cause = JsonEncodedText.Encode("cause");
        public static readonly JsonEncodedText ReleasedBy = JsonEncodedText.Encode("releasedBy");
        public static readonly JsonEncodedText MosLq = JsonEncodedText.Encode("mosLq");
        public static readonly JsonEncodedText MosCq = JsonEncodedText.Encode("mosCq");
        public static readonly JsonEncodedText OneWayDelayMs = JsonEncodedText.Encode("oneWayDelayMs");
        public static readonly JsonEncodedText RFactor = JsonEncodedText.Encode("rFactor");
        public static readonly JsonEncodedText UnscoredReason = JsonEncodedText.Encode("unscoredReason");
    }
}
