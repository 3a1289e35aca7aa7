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
internal static partial class BesideEncoding
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
