using System.Text.Json;
using VoiceQuality.Monitor.Audio;
using VoiceQuality.Monitor.Calls;
using VoiceQuality.Monitor.Streams;

namespace VoiceQuality.Service.Analyze;

/// <summary>What lies beside the packets of a stream: the delay of its path, and what its receiver said.</summary>
internal static class PathJson
{
    private static readonly JsonEncodedText DuplicateStreams = JsonEncodedText.Encode("duplicateStreams");
    private static readonly JsonEncodedText Flags = JsonEncodedText.Encode("flags");

    public static void Write(Utf8JsonWriter json, StreamRecord stream)
    {
        json.WriteNumber("recovered", stream.Recovered);
        json.WriteNumber("lostBeforeRecovery", stream.Total.Lost + stream.Recovered);
        WriteRetransmissions(json, stream.Retransmissions);
        AnalysisJson.WriteReal(json, "comfortNoisePercent", StreamRecord.ComfortNoisePercentOf(stream.Total));
        WriteAudio(json, stream.Audio, stream.AudioLooks);
        WriteDelay(json, stream);
        json.WriteString(
            "delayUnknown",
            stream.DelayObstacle == DelayObstacle.None
                ? null
                : JsonNamingPolicy.CamelCase.ConvertName(stream.DelayObstacle.ToString()));
        json.WriteStartArray("remote");
        foreach (var report in stream.Remote)
        {
            json.WriteStartObject();
            json.WriteString("source", report.Source.ToWireName());
            json.WriteString(
                "reporterSsrc", report.ReporterSsrc is { } ssrc ? AnalysisJson.SsrcText(ssrc) : null);
            json.WriteNumber("reports", report.Reports);
            json.WriteString("firstAt", AnalysisJson.Time(report.FirstAtUs));
            json.WriteString("lastAt", AnalysisJson.Time(report.LastAtUs));
            foreach (var figure in report.Figures)
            {
                WriteNumber(json, figure.Name, figure.Value);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Which of a call's streams are others again, by what the document calls streams.</summary>
    public static void WriteCopies(Utf8JsonWriter json, CallRecord call, Func<StreamRecord, long> idOf)
    {
        json.WriteStartArray(DuplicateStreams);
        foreach (var copy in call.Copies)
        {
            json.WriteStartObject();
            json.WriteNumber("stream", idOf(call.Streams[copy.Stream]));
            json.WriteNumber("duplicateOf", idOf(call.Streams[copy.Of]));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public static void WriteFlags(Utf8JsonWriter json, CallRecord call)
    {
        json.WriteStartArray(Flags);
        foreach (var flag in call.Flags)
        {
            json.WriteStringValue(JsonNamingPolicy.CamelCase.ConvertName(flag.ToString()));
        }

        json.WriteEndArray();
    }

    /// <summary>What the samples of an interval were like.</summary>
    public static void WriteLooks(Utf8JsonWriter json, StreamRecord stream, in IntervalRecord interval)
    {
        AnalysisJson.WriteReal(json, "comfortNoisePercent", interval.ComfortNoisePercent);
        if (interval.Audio is not { } looks || stream.Audio is not { } audio)
        {
            json.WriteNull("audio");
            return;
        }

        json.WriteStartObject("audio");
        json.WriteNumber("packets", looks.Packets);
        json.WriteNumber("samples", looks.Samples);
        AnalysisJson.WriteReal(json, "levelDbm0", looks.LevelDbm0(audio.IsALaw));
        AnalysisJson.WriteReal(json, "silentSeconds", looks.SilentSeconds);
        AnalysisJson.WriteReal(json, "frozenSeconds", looks.FrozenSeconds);
        json.WriteNumber("clippedSamples", looks.ClippedSamples);
        json.WriteEndObject();
    }

    private static void WriteRetransmissions(Utf8JsonWriter json, RetransmissionCounters? counters)
    {
        if (counters is not { } known)
        {
            json.WriteNull("retransmissions");
            return;
        }

        json.WriteStartObject("retransmissions");
        json.WriteNumber("packets", known.Packets);
        WriteNumber(json, "recovered", known.Recovered);
        json.WriteString("recoveredUnknown", known.Recovered is null ? "payloadNotReadable" : null);
        json.WriteEndObject();
    }

    private static void WriteAudio(Utf8JsonWriter json, AudioCounters? audio, AudioLooks? looks)
    {
        if (audio is null)
        {
            json.WriteNull("audio");
            return;
        }

        json.WriteStartObject("audio");
        json.WriteNumber("packets", audio.Packets);
        json.WriteNumber("samples", audio.Samples);
        AnalysisJson.WriteReal(json, "levelDbm0", audio.LevelDbm0);
        AnalysisJson.WriteReal(json, "silentSeconds", looks?.SilentSeconds);
        AnalysisJson.WriteReal(json, "frozenSeconds", looks?.FrozenSeconds);
        json.WriteNumber("silentPackets", audio.Silent);
        json.WriteNumber("longestSilenceMs", audio.LongestSilenceMs);
        json.WriteNumber("frozenPackets", audio.Frozen);
        json.WriteNumber("longestFrozenMs", audio.LongestFrozenMs);
        json.WriteNumber("clippedSamples", audio.Clipped);
        json.WriteEndObject();
    }

    private static void WriteDelay(Utf8JsonWriter json, StreamRecord stream)
    {
        if (stream.Delay is not { } delay)
        {
            json.WriteNull("delay");
            return;
        }

        json.WriteStartObject("delay");
        WriteNumber(json, "senderSideRoundTripMs", delay.SenderSideUs / 1_000m);
        WriteNumber(json, "receiverSideRoundTripMs", delay.ReceiverSideUs / 1_000m);
        WriteNumber(json, "roundTripMs", delay.RoundTripUs / 1_000m);
        json.WriteString("source", delay.Source switch
        {
            RoundTripSource.Rtcp => "rtcp",
            RoundTripSource.RtcpXr => "rtcp-xr",
            _ => null,
        });
        AnalysisJson.WriteReal(json, "taMs", stream.TaMs);
        json.WriteEndObject();
    }

    public static void WriteNumber(Utf8JsonWriter json, string name, decimal? value)
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
}
