using System.Text.Json;
using VoiceQuality.Monitor;
using VoiceQuality.Monitor.Calls;
using VoiceQuality.Monitor.Signalling;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Quality.Signalling;

namespace VoiceQuality.Service.Analyze;

/// <summary>One object a line as soon as it is final; it holds no more than the calls in progress.</summary>
internal sealed class NdjsonAnalysisWriter : AnalysisWriter
{
    private static readonly JsonEncodedText Type = JsonEncodedText.Encode("type");
    private static readonly JsonEncodedText StreamType = JsonEncodedText.Encode("stream");
    private static readonly JsonEncodedText CallType = JsonEncodedText.Encode("call");
    private static readonly JsonEncodedText CaptureType = JsonEncodedText.Encode("capture");
    private static readonly JsonEncodedText StreamIds = JsonEncodedText.Encode("streamIds");

    private readonly OutputBuffer _output;
    private readonly Utf8JsonWriter _json;
    private readonly Dictionary<StreamRecord, long> _ids = new(ReferenceEqualityComparer.Instance);
    private SignallingCounters _signalling;
    private long _lastId;
    private bool _hasUnsent;

    public NdjsonAnalysisWriter(Stream output)
    {
        _output = new OutputBuffer(output);
        _json = new Utf8JsonWriter(_output, AnalysisJson.WriterOptions);
    }

    public override void OnStream(StreamRecord stream)
    {
        var id = _lastId++;
        if (stream.CallId is not null)
        {
            _ids.Add(stream, id);
        }

        Begin(StreamType);
        _json.WriteNumber("id", id);
        AnalysisJson.WriteStream(_json, stream);
        if (TellsLostNumbers)
        {
            AnalysisJson.WriteLostNumbers(_json, stream);
        }

        // Not known before its call is: duplicateStreams of the call's line say it.
        _json.WriteNull("duplicateOf");
        End();
    }

    public override void OnCall(CallRecord call)
    {
        _signalling += SignallingRules.Of(call);
        Begin(CallType);
        AnalysisJson.WriteCall(_json, call);
        PathJson.WriteCopies(_json, call, stream => _ids[stream]);
        _json.WriteStartArray(StreamIds);
        foreach (var stream in call.Streams)
        {
            _ids.Remove(stream, out var id);
            _json.WriteNumberValue(id);
        }

        _json.WriteEndArray();
        End();
    }

    public override void OnTick(long packetTimeUs, PipelineCounters counters)
    {
        base.OnTick(packetTimeUs, counters);
        if (_hasUnsent)
        {
            // Whoever reads a pipe wants a line when it is final, not when a buffer is full.
            _output.Flush();
            _hasUnsent = false;
        }
    }

    public override void Finish(CaptureSummary capture)
    {
        Begin(CaptureType);
        AnalysisJson.WriteCapture(_json, capture);
        AnalysisJson.WriteSignalling(_json, _signalling);
        End();
        _output.Flush();
    }

    public override void Dispose()
    {
        _json.Dispose();
        base.Dispose();
    }

    private void Begin(JsonEncodedText type)
    {
        _json.WriteStartObject();
        _json.WriteString(Type, type);
    }

    private void End()
    {
        _json.WriteEndObject();
        _json.Flush();
        _json.Reset();
        _output.GetSpan(1)[0] = (byte)'\n';
        _output.Advance(1);
        _output.WriteWhenFull();
        _hasUnsent = true;
    }
}
