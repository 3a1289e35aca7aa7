using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using VoiceQuality.Monitor.Calls;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Quality;
using VoiceQuality.Quality.Rtp;
using VoiceQuality.Quality.Scoring;

namespace VoiceQuality.Service.Analyze;

/// <summary>The fields of an analysis in JSON, the same in the one document and line by line.</summary>
internal static partial class AnalysisJson
{
    /// <summary>
    /// How text is written: a number stays <c>+15550100</c>, so that a line is found by it. It is no text to stand in
    /// HTML as it is.
    /// </summary>
    public static readonly JsonWriterOptions WriterOptions = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,

        // What is written where is fixed, and a million lines need not be checked one by one.
        SkipValidation = true,
    };

    /// <summary>Characters of a time to the microsecond.</summary>
    private const int TimeLength = 27;

    public static string Time(long us) => DateTime.UnixEpoch.AddTicks(us * 10)
        .ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    public static string DirectionName(MediaDirection? direction) => direction switch
    {
        MediaDirection.FromCaller => "fromCaller",
        MediaDirection.FromCallee => "fromCallee",
        _ => "unknown",
    };

    public static string SsrcText(uint ssrc) => string.Create(CultureInfo.InvariantCulture, $"0x{ssrc:x8}");

    public static void WriteCapture(Utf8JsonWriter json, CaptureSummary capture)
    {
        var counters = capture.Counters;
        json.WriteStartArray("files");
        foreach (var file in capture.Files)
        {
            json.WriteStringValue(file);
        }

        json.WriteEndArray();
        json.WriteNumber("packets", capture.Packets);
        json.WriteNumber("bytes", counters.Octets);
        WriteTime(json, "firstPacketAt", counters.FirstPacketAtUs);
        WriteTime(json, "lastPacketAt", counters.LastPacketAtUs);
        json.WriteStartObject("skipped");
        json.WriteNumber("notIp", capture.NotIp);
        json.WriteNumber("truncated", capture.Truncated);
        json.WriteNumber("malformed", capture.Malformed);
        json.WriteNumber("otherTransport", capture.OtherTransport);
        json.WriteNumber("fragments", capture.Fragments);
        json.WriteNumber("unsupportedLinkType", capture.UnsupportedLinkType);
        json.WriteNumber("unusableRecords", capture.UnusableRecords);
        json.WriteEndObject();
        json.WriteNumber("sipMessages", counters.SipMessages);
        json.WriteNumber("rtpPackets", counters.RtpPackets);
        json.WriteNumber("rtcpPackets", counters.RtcpPackets);
        WriteNumber(json, "droppedByCapture", capture.DroppedByCapture);
        if (capture.LeftOutByCapture is { } leftOut)
        {
            json.WriteNumber("leftOutByCapture", leftOut);
        }

        json.WriteNumber("captureLossSpans", counters.CaptureLossSpans);
        json.WriteNumber("unseenPackets", counters.UnseenPackets);
        json.WriteStartObject("rejected");
        foreach (var (reason, count) in counters.Rejects)
        {
            if (!reason.StartsWith("frame.", StringComparison.Ordinal))
            {
                json.WriteNumber(reason, count);
            }
        }

        json.WriteEndObject();
        json.WriteStartArray("problems");
        foreach (var problem in capture.Problems)
        {
            json.WriteStartObject();
            json.WriteString("file", problem.File);
            WriteNumber(json, "offset", problem.Offset);
            json.WriteString("reason", problem.Name);
            WriteNumber(json, "value", problem.Value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public static void WriteStream(Utf8JsonWriter json, StreamRecord stream)
    {
        var total = stream.Total;
        json.WriteString("callId", stream.CallId);
        json.WriteString("direction", DirectionName(stream.Direction));
        json.WriteString("source", stream.Source.ToString());
        json.WriteString("destination", stream.Destination.ToString());
        json.WriteString("ssrc", SsrcText(stream.Ssrc));
        json.WriteString("codec", stream.Codec);
        json.WriteNumber("payloadType", stream.PayloadType);
        WriteTime(json, "startedAt", stream.StartedAtUs);
        WriteTime(json, "endedAt", stream.EndedAtUs);
        json.WriteNumber("received", total.Received);
        json.WriteNumber("expected", total.Expected);
        json.WriteNumber("lost", total.Lost);
        json.WriteNumber("unseen", stream.Unseen);
        WriteReal(json, "seenPercent", stream.SeenPercent);
        json.WriteNumber("duplicates", total.Duplicates);
        json.WriteNumber("reordered", total.Reordered - stream.Recovered);
        WriteNumber(json, "discarded", stream.DiscardedOf(total));
        WriteReal(json, "lossPercent", total.LossPercent);
        WriteReal(json, "burstRatio", stream.BurstROf(total));
        WriteReal(json, "jitterMeanMs", total.JitterMeanMs);
        WriteReal(json, "jitterMaxMs", total.JitterMaxMs);
        WriteReal(json, "maxDeltaMs", total.MaxDeltaMs);
        WriteReal(json, "packetMs", total.PacketMs);
        WriteReal(json, "skewPpm", total.SkewPpm);
        WriteBursts(json, stream, stream.BurstGaps);
        WriteUnknown(json, "burstsUnknown", stream.BurstsUnknown);
        WriteLossRuns(json, stream.LossRuns);
        WriteUnknown(json, "lossRunsUnknown", stream.LossRunsUnknown);
        WriteDelayVariation(json, stream.DelayVariationOf(total), withBins: true);
        WriteMs(json, "oneWayDelayMs", stream.Delay?.OneWayUs / 1_000m);
        WriteReal(json, "rFactor", stream.RFactor);
        WriteMos(json, "mosLq", stream.MosLqE4);
        WriteMos(json, "mosCq", stream.MosCqE4);
        json.WriteString("unscoredReason", stream.UnscoredReason.ToWireName());
        json.WriteBoolean("clockKept", stream.IsClockKept);
        json.WriteBoolean("fromElsewhere", stream.IsFromElsewhere);
        json.WriteStartObject("model");
        json.WriteString("name", stream.Model.Name);
        json.WriteString("version", stream.Model.Version);
        json.WriteString("codecRow", stream.Model.CodecRow);
        json.WriteString("jitterBuffer", stream.Model.JitterBuffer);
        json.WriteBoolean("skewCorrection", stream.Model.SkewCorrection);
        WritePolicy(json, stream.Model.Policy);
        json.WriteEndObject();
        PathJson.Write(json, stream);
        WriteEmulations(json, stream);
        json.WriteStartArray("intervals");
        foreach (var interval in stream.Intervals)
        {
            WriteInterval(json, stream, interval);
        }

        json.WriteEndArray();
    }

    public static void WriteReal(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } real)
        {
            json.WriteNumber(name, Real(real));
        }
        else
        {
            json.WriteNull(name);
        }
    }

    // Six decimals are more than any input carries, and the same on every machine.
    private static decimal Real(double value) => Math.Round((decimal)value, 6);

    private static void WritePolicy(Utf8JsonWriter json, ScoringPolicyName? policy)
    {
        if (policy is null)
        {
            json.WriteNull("policy");
            return;
        }

        json.WriteStartObject("policy");
        json.WriteString("id", policy.Id);
        json.WriteString("digest", policy.Digest);
        json.WriteEndObject();
    }

    private static void WriteInterval(Utf8JsonWriter json, StreamRecord stream, in IntervalRecord interval)
    {
        var counters = interval.Counters;
        json.WriteStartObject();
        WriteTime(json, "startedAt", counters.StartNs / 1_000);
        json.WriteNumber("durationMs", Math.Round(counters.DurationNs / 1_000_000m, 3));
        json.WriteNumber("expected", counters.Expected);
        json.WriteNumber("received", counters.Received);
        json.WriteNumber("lost", counters.Lost);
        WriteNumber(json, "discarded", stream.DiscardedOf(counters));
        WriteReal(json, "burstRatio", stream.BurstROf(counters));
        WriteReal(json, "jitterMeanMs", counters.JitterMeanMs);
        WriteBursts(json, stream, stream.BurstGapsOf(interval));
        WriteUnknown(json, "burstsUnknown", stream.BurstsUnknownOf(interval));
        WriteDelayVariation(json, stream.DelayVariationOf(counters), withBins: false);
        WriteMos(json, "mosLq", interval.MosLqE4);
        json.WriteNumber("unseen", interval.Unseen);
        WriteReal(json, "seenPercent", interval.SeenPercent);
        PathJson.WriteLooks(json, stream, interval);
        json.WriteBoolean("earlyMedia", counters.IsEarlyMedia);
        json.WriteEndObject();
    }

    private static void WriteMos(Utf8JsonWriter json, string name, int? mosE4)
    {
        if (mosE4 is { } value)
        {
            json.WriteNumber(name, value / 10_000m);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static void WriteMs(Utf8JsonWriter json, string name, decimal? value)
    {
        if (value is { } ms)
        {
            json.WriteNumber(name, ms);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, long? value)
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

    private static void WriteTime(Utf8JsonWriter json, string name, long? us)
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

    /// <summary>The time of <see cref="Time"/> as octets.</summary>
    private static void FormatTime(long us, Span<byte> text)
    {
        var time = DateTime.UnixEpoch.AddTicks(us * 10);
        var (year, month, day) = time;
        "0000-00-00T00:00:00.000000Z"u8.CopyTo(text);
        Digits(text[..4], year);
        Digits(text.Slice(5, 2), month);
        Digits(text.Slice(8, 2), day);
        Digits(text.Slice(11, 2), time.Hour);
        Digits(text.Slice(14, 2), time.Minute);
        Digits(text.Slice(17, 2), time.Second);
        Digits(text.Slice(20, 6), (int)(time.Ticks % TimeSpan.TicksPerSecond / TimeSpan.TicksPerMicrosecond));

        static void Digits(Span<byte> to, int number)
        {
            for (var i = to.Length - 1; number > 0; i--)
            {
                to[i] = (byte)('0' + (number % 10));
                number /= 10;
            }
        }
    }
}
