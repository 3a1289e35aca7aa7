using System.Text.Json;
using VoiceQuality.Monitor.Audio;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Quality.Codecs;
using VoiceQuality.Quality.Rtp;

namespace VoiceQuality.Storage.Calls;

/// <content>Reading what is known beside the counters.</content>
internal static partial class BesideEncoding
{
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
}
