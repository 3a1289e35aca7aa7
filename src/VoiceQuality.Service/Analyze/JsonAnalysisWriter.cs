using System.Text.Json;
using VoiceQuality.Monitor.Calls;
using VoiceQuality.Monitor.Streams;

namespace VoiceQuality.Service.Analyze;

/// <summary>One document: capture, calls, streams.</summary>
internal sealed class JsonAnalysisWriter(Stream output) : CollectingAnalysisWriter
{
    private const int FlushLength = 1 << 16;

    protected override void Write(
        CaptureSummary capture, IReadOnlyList<CallRecord> calls, IReadOnlyList<StreamRecord> streams)
    {
        var indexes = new Dictionary<StreamRecord, int>(streams.Count, ReferenceEqualityComparer.Instance);
        using var json = new Utf8JsonWriter(output, AnalysisJson.WriterOptions with { Indented = true, NewLine = "\n" });
        json.WriteStartObject();
        json.WriteStartObject("capture");
        AnalysisJson.WriteCapture(json, capture);
        json.WriteEndObject();
        AnalysisJson.WriteSignalling(json, Signalling);
        for (var i = 0; i < streams.Count; i++)
        {
            indexes.Add(streams[i], i);
        }

        var counted = new Dictionary<StreamRecord, int>(ReferenceEqualityComparer.Instance);
        json.WriteStartArray("calls");
        foreach (var record in calls)
        {
            foreach (var copy in record.Copies)
            {
                counted[record.Streams[copy.Stream]] = indexes[record.Streams[copy.Of]];
            }

            json.WriteStartObject();
            AnalysisJson.WriteCall(json, record);
            PathJson.WriteCopies(json, record, stream => indexes[stream]);
            json.WriteStartArray("streams");
            foreach (var stream in record.Streams)
            {
                json.WriteNumberValue(indexes[stream]);
            }

            json.WriteEndArray();
            json.WriteEndObject();
            FlushWhenFull(json);
        }

        json.WriteEndArray();
        json.WriteStartArray("streams");
        foreach (var stream in streams)
        {
            json.WriteStartObject();
            AnalysisJson.WriteStream(json, stream);
            if (TellsLostNumbers)
            {
                AnalysisJson.WriteLostNumbers(json, stream);
            }

            PathJson.WriteNumber(json, "duplicateOf", counted.TryGetValue(stream, out var of) ? of : null);
            json.WriteEndObject();
            FlushWhenFull(json);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        output.WriteByte((byte)'\n');
    }

    private static void FlushWhenFull(Utf8JsonWriter json)
    {
        if (json.BytesPending > FlushLength)
        {
            json.Flush();
        }
    }
}
