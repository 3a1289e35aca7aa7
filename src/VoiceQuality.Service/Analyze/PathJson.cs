using System.Text.Json;
using VoiceQuality.Monitor.Streams;

namespace VoiceQuality.Service.Analyze;

/// <summary>What lies beside the packets of a stream: the delay of its path, and what its receiver said.</summary>
internal static class PathJson
{
    public static void Write(Utf8JsonWriter json, StreamRecord stream)
    {
        WriteDelay(json, stream);
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

    private static void WriteNumber(Utf8JsonWriter json, string name, decimal? value)
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
