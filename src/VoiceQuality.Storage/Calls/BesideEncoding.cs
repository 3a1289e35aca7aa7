using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using VoiceQuality.Monitor.Audio;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Quality.Codecs;
using VoiceQuality.Quality.Rtp;

namespace VoiceQuality.Storage.Calls;

/// <summary>
/// What is known of a stream beside its counters, before them in the same BLOB: an octet of 255, which is no version of
/// <see cref="MeasurementEncoding"/>, the length, and a JSON object with the fields that have something to say. A BLOB
/// that begins otherwise is from before and knows nothing of it. The digest of counters covers it.
/// </summary>
internal static class BesideEncoding
{
    private const byte Marker = 255;

    public static void Write(OctetWriter writer, StreamRecord stream)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            Write(json, stream);
            json.WriteEndObject();
        }

        writer.WriteOctet(Marker);
        writer.WriteUnsigned((ulong)buffer.WrittenCount);
        writer.WriteOctets(buffer.WrittenSpan);
    }

    /// <summary>What follows it in a BLOB: the counters.</summary>
    public static ReadOnlyMemory<byte> Skip(ReadOnlyMemory<byte> octets) =>
        TryFind(octets, out var offset, out var length) ? octets[(offset + length)..] : octets;

    /// <summary>The stream with what a BLOB says beside its counters.</summary>
    /// <param name="octets">The BLOB.</param>
    /// <param name="stream">The stream without it.</param>
    public static StreamRecord Read(ReadOnlyMemory<byte> octets, StreamRecord stream)
    {
        if (!TryFind(octets, out var offset, out var length))
        {
            return stream;
        }

        try
        {
            using var document = JsonDocument.Parse(octets.Slice(offset, length));
            return Read(document.RootElement, stream);
        }
        catch (JsonException exception)
        {
            throw new StoredDataException("What is stored beside a measurement is damaged.", exception);
        }
    }

    private static bool TryFind(ReadOnlyMemory<byte> octets, out int offset, out int length)
    {
        offset = 1;
        length = 0;
        if (octets.IsEmpty || octets.Span[0] != Marker)
        {
            return false;
        }

        for (var shift = 0; shift <= 28 && offset < octets.Length; shift += 7)
        {
            var octet = octets.Span[offset++];
            length |= (octet & 0x7F) << shift;
            if (octet < 0x80 && length >= 0 && length <= octets.Length - offset)
            {
                return true;
            }
        }

        throw new StoredDataException("A stored measurement breaks off.");
    }

    /// <summary>The unseen packets of the intervals, which belong to the intervals' records.</summary>
    public static ImmutableArray<IntervalRecord> WithUnseen(
        ImmutableArray<IntervalRecord> intervals, IReadOnlyList<long> unseen) => unseen.Count == 0
        ? intervals
        : [.. intervals.Select((interval, i) => i < unseen.Count ? interval with { Unseen = unseen[i] } : interval)];

    private static void Write(Utf8JsonWriter json, StreamRecord stream)
    {
        if (stream.FirstSequenceNumber is { } first)
        {
            json.WriteNumber("first", first);
        }

        if (stream.Recovered != 0)
        {
            json.WriteNumber("recovered", stream.Recovered);
        }

        if (stream.Retransmissions is { } again)
        {
            json.WriteStartArray("rtx");
            json.WriteNumberValue(again.Packets);
            WriteOptional(json, again.Recovered);
            json.WriteEndArray();
        }

        if (stream.Unseen != 0)
        {
            json.WriteStartArray("unseen");
            foreach (var interval in stream.Intervals)
            {
                json.WriteNumberValue(interval.Unseen);
            }

            json.WriteEndArray();
            WriteDoubts(json, stream);
        }

        if (stream.Delay is { } delay)
        {
            json.WriteStartArray("delay");
            WriteOptional(json, delay.SenderSideUs);
            WriteOptional(json, delay.ReceiverSideUs);
            WriteOptional(json, delay.RoundTripUs);
            WriteOptional(json, (int?)delay.Source);
            json.WriteEndArray();
        }

        if (stream.IsRtcpTerminated)
        {
            json.WriteBoolean("rtcpTerminated", true);
        }

        if (stream is { MosCqE4: { } mosCqE4, TaMs: { } taMs })
        {
            json.WriteNumber("mosCqE4", mosCqE4);
            json.WriteNumber("taMs", taMs);
        }

        if (stream.Audio is { } audio)
        {
            json.WriteStartArray("audio");
            foreach (var value in (ReadOnlySpan<long>)[
                audio.Packets, audio.Samples, audio.SumOfSquares, audio.Clipped, audio.Silent, audio.Frozen,
                audio.LongestSilenceMs, audio.LongestFrozenMs, audio.IsALaw ? 1 : 0])
            {
                json.WriteNumberValue(value);
            }

            json.WriteEndArray();
        }

        WriteLooks(json, stream);
        WriteCodecs(json, stream);
        WriteBuffers(json, stream.Emulations);
        WriteRemote(json, stream.Remote);
    }

    private static void WriteLooks(Utf8JsonWriter json, StreamRecord stream)
    {
        if (stream.AudioLooks is null)
        {
            return;
        }

        Span<byte> one = stackalloc byte[PackedLooks.MostOctets];
        var all = new ArrayBufferWriter<byte>(64);
        foreach (var interval in stream.Intervals)
        {
            all.Write(one[..PackedLooks.Write(interval.Audio ?? default, one)]);
        }

        json.WriteBase64String("looks", all.WrittenSpan);
    }

    private static StreamRecord WithLooks(StreamRecord stream, ReadOnlySpan<byte> octets)
    {
        var intervals = new IntervalRecord[stream.Intervals.Count];
        for (var i = 0; i < intervals.Length; i++)
        {
            if (!PackedLooks.TryRead(ref octets, out var looks))
            {
                throw new StoredDataException("What is stored of a stream's samples breaks off.");
            }

            intervals[i] = stream.Intervals[i] with { Audio = looks.Packets > 0 ? looks : null };
        }

        return stream with { Intervals = [.. intervals] };
    }

    // Empty when there is none; not there in what was stored before unseen packets were taken out of periods and runs.
    private static void WriteDoubts(Utf8JsonWriter json, StreamRecord stream)
    {
        if (!stream.ArePeriodsCorrected)
        {
            return;
        }

        json.WriteStartArray("doubts");
        foreach (var interval in stream.Intervals)
        {
            if (stream.Intervals.Any(static other => other.Doubts != PeriodDoubts.None))
            {
                json.WriteNumberValue((int)interval.Doubts);
            }
        }

        json.WriteEndArray();
    }

    // One of G.711 has neither VAD nor bit rates, and most streams are that.
    private static void WriteCodecs(Utf8JsonWriter json, StreamRecord stream)
    {
        if (stream.SpeechCodecs.IsEmpty
            || (stream.SpeechCodecs is [{ EncodingName: "PCMU" or "PCMA", Vad: null, BitRate: null } only]
                && only.EncodingName == stream.Codec && only.ClockRateHz == stream.ClockRateHz))
        {
            return;
        }

        json.WriteStartArray("codecs");
        foreach (var codec in stream.SpeechCodecs)
        {
            json.WriteStartArray();
            json.WriteStringValue(codec.EncodingName);
            json.WriteNumberValue(codec.ClockRateHz);
            WriteOptional(json, codec.Vad is { } vad ? vad ? 1 : 0 : null);
            WriteOptional(json, codec.BitRate);
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    private static void WriteBuffers(Utf8JsonWriter json, ImmutableArray<EmulationCounters> emulations)
    {
        if (emulations.IsEmpty)
        {
            return;
        }

        json.WriteStartArray("buffers");
        foreach (var emulation in emulations)
        {
            json.WriteStartArray();
            json.WriteStringValue(emulation.Buffer.ToString());
            json.WriteNumberValue(emulation.Discarded);
            json.WriteNumberValue(emulation.BadRuns);
            json.WriteNumberValue(emulation.ScoredDiscarded);
            json.WriteNumberValue(emulation.ScoredBadRuns);
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    private static void WriteRemote(Utf8JsonWriter json, ImmutableArray<RemoteReport> remote)
    {
        if (remote.IsEmpty)
        {
            return;
        }

        json.WriteStartArray("remote");
        foreach (var report in remote)
        {
            json.WriteStartObject();
            json.WriteString("source", report.Source.ToWireName());
            json.WritePropertyName("ssrc");
            WriteOptional(json, report.ReporterSsrc);
            json.WriteNumber("reports", report.Reports);
            json.WriteNumber("firstUs", report.FirstAtUs);
            json.WriteNumber("lastUs", report.LastAtUs);
            json.WriteStartObject("figures");
            foreach (var figure in report.Figures)
            {
                if (figure.Value is { } value)
                {
                    json.WriteNumber(figure.Name, value);
                }
                else
                {
                    json.WriteNull(figure.Name);
                }
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static StreamRecord Read(JsonElement json, StreamRecord stream)
    {
        if (json.TryGetProperty("first", out var first))
        {
            stream = stream with { FirstSequenceNumber = first.GetUInt16() };
        }

        if (json.TryGetProperty("recovered", out var recovered))
        {
            stream = stream with { Recovered = recovered.GetInt64() };
        }

        if (json.TryGetProperty("rtx", out var again))
        {
            stream = stream with { Retransmissions = new(again[0].GetInt64(), Optional(again[1])) };
        }

        if (json.TryGetProperty("unseen", out var unseen))
        {
            long[] counts = [.. unseen.EnumerateArray().Select(static value => value.GetInt64())];
            stream = stream with { Unseen = counts.Sum(), Intervals = WithUnseen([.. stream.Intervals], counts) };
        }

        if (json.TryGetProperty("doubts", out var doubts))
        {
            PeriodDoubts[] known = [.. doubts.EnumerateArray().Select(static value => (PeriodDoubts)value.GetInt32())];
            stream = stream with
            {
                ArePeriodsCorrected = true,
                Intervals = [.. stream.Intervals.Select((interval, i) =>
                    i < known.Length ? interval with { Doubts = known[i] } : interval)],
            };
        }

        if (json.TryGetProperty("delay", out var delay))
        {
            stream = stream with
            {
                Delay = new PathDelay(
                    Optional(delay[0]), Optional(delay[1]), Optional(delay[2]), (RoundTripSource?)Optional(delay[3])),
            };
        }

        if (json.TryGetProperty("rtcpTerminated", out _))
        {
            stream = stream with { IsRtcpTerminated = true };
        }

        if (json.TryGetProperty("mosCqE4", out var mosCqE4))
        {
            stream = stream with { MosCqE4 = mosCqE4.GetInt32(), TaMs = json.GetProperty("taMs").GetDouble() };
        }

        if (json.TryGetProperty("audio", out var audio))
        {
            long Value(int index) => audio[index].GetInt64();
            stream = stream with
            {
                Audio = new AudioCounters(
                    Value(0), Value(1), Value(2), Value(3), Value(4), Value(5), Value(6), Value(7), Value(8) != 0),
            };
        }

        if (json.TryGetProperty("looks", out var looks))
        {
            stream = WithLooks(stream, looks.GetBytesFromBase64());
        }

        if (json.TryGetProperty("codecs", out var codecs))
        {
            stream = stream with { SpeechCodecs = [.. codecs.EnumerateArray().Select(ReadCodec)] };
        }

        if (json.TryGetProperty("buffers", out var buffers))
        {
            stream = stream with { Emulations = [.. buffers.EnumerateArray().Select(ReadBuffer)] };
        }

        return json.TryGetProperty("remote", out var remote)
            ? stream with { Remote = [.. remote.EnumerateArray().Select(ReadReport)] }
            : stream;
    }

    private static CodecQuery ReadCodec(JsonElement json) => new(json[0].GetString()!, json[1].GetInt32())
    {
        Vad = Optional(json[2]) is { } vad ? vad != 0 : null,
        BitRate = (int?)Optional(json[3]),
    };

    private static EmulationCounters ReadBuffer(JsonElement json) =>
        JitterBufferModel.TryParse(json[0].GetString(), out var buffer)
            ? new EmulationCounters(
                buffer, json[1].GetInt64(), json[2].GetInt64(), json[3].GetInt64(), json[4].GetInt64())
            : throw new StoredDataException("A stored jitter buffer is none that this program knows.");

    private static RemoteReport ReadReport(JsonElement json)
    {
        var isKnown = RemoteSourceNames.TryParse(json.GetProperty("source").GetString(), out var source);
        return isKnown
            ? new RemoteReport(
                source,
                (uint?)Optional(json.GetProperty("ssrc")),
                json.GetProperty("reports").GetInt64(),
                json.GetProperty("firstUs").GetInt64(),
                json.GetProperty("lastUs").GetInt64(),
                [.. json.GetProperty("figures").EnumerateObject().Select(static figure => new RemoteFigure(
                    figure.Name, figure.Value.ValueKind == JsonValueKind.Null ? null : figure.Value.GetDecimal()))])
            : throw new StoredDataException("A stored report has a source that this program does not know.");
    }

    private static long? Optional(JsonElement json) => json.ValueKind == JsonValueKind.Null ? null : json.GetInt64();

    private static void WriteOptional(Utf8JsonWriter json, long? value)
    {
        if (value is { } number)
        {
            json.WriteNumberValue(number);
        }
        else
        {
            json.WriteNullValue();
        }
    }
}
