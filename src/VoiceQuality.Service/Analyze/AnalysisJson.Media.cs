using System.Text.Json;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Quality.Rtp;

namespace VoiceQuality.Service.Analyze;

/// <content>Bursts and gaps, runs of lost packets, delay variation and other jitter buffers.</content>
internal static partial class AnalysisJson
{
    private static void WriteUnknown(Utf8JsonWriter json, string name, PeriodsUnknown why) => json.WriteString(
        name, why == PeriodsUnknown.None ? null : JsonNamingPolicy.CamelCase.ConvertName(why.ToString()));

    private static void WriteBursts(Utf8JsonWriter json, StreamRecord stream, BurstGapCounters? known)
    {
        if (known is not { } periods)
        {
            json.WriteNull("bursts");
            return;
        }

        var packetMs = stream.Total.PacketMs;
        json.WriteStartObject("bursts");
        json.WriteNumber("gmin", BurstMetrics.DefaultGmin);
        WriteReal(json, "burstDensity", periods.BurstDensity);
        WriteReal(json, "gapDensity", periods.GapDensity);
        WriteReal(json, "burstDurationMs", packetMs is { } burst ? periods.BurstMeanMs(burst) : null);
        WriteReal(json, "gapDurationMs", packetMs is { } gap ? periods.GapMeanMs(gap) : null);
        json.WriteNumber("burstCount", periods.Bursts);
        json.WriteNumber("packets", periods.BurstPackets + periods.GapPackets);
        json.WriteEndObject();
    }

    /// <summary>The numbers that never came, each run of them as its first and last number.</summary>
    public static void WriteLostNumbers(Utf8JsonWriter json, StreamRecord stream)
    {
        if (stream.LostNumbers is not { } runs)
        {
            json.WriteNull("lostNumbers");
            return;
        }

        json.WriteStartArray("lostNumbers");
        foreach (var run in runs)
        {
            json.WriteStartArray();
            json.WriteNumberValue(run.First);
            json.WriteNumberValue(run.Last);
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    private static void WriteLossRuns(Utf8JsonWriter json, LossRunHistogram? runs)
    {
        if (runs is not { } histogram)
        {
            json.WriteNull("lossRuns");
            return;
        }

        json.WriteStartObject("lossRuns");
        json.WriteStartArray("upToPackets");
        foreach (var bound in LossRunHistogram.UpperBounds)
        {
            json.WriteNumberValue(bound);
        }

        json.WriteNullValue();
        json.WriteEndArray();
        json.WriteStartArray("counts");
        for (var bin = 0; bin < LossRunHistogram.BinCount; bin++)
        {
            json.WriteNumberValue(histogram[bin]);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteDelayVariation(Utf8JsonWriter json, DelayVariationHistogram? variation, bool withBins)
    {
        if (variation is not { } histogram)
        {
            json.WriteNull("delayVariation");
            return;
        }

        json.WriteStartObject("delayVariation");
        WriteReal(json, "p50Ms", histogram.PercentileMs(50));
        WriteReal(json, "p95Ms", histogram.PercentileMs(95));
        WriteReal(json, "p99Ms", histogram.PercentileMs(99));
        if (withBins)
        {
            json.WriteStartArray("belowMs");
            foreach (var bound in DelayVariationHistogram.UpperBoundsMs)
            {
                json.WriteNumberValue((decimal)bound);
            }

            json.WriteNullValue();
            json.WriteEndArray();
            json.WriteStartArray("counts");
            for (var bin = 0; bin < DelayVariationHistogram.BinCount; bin++)
            {
                json.WriteNumberValue(histogram[bin]);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void WriteEmulations(Utf8JsonWriter json, StreamRecord stream)
    {
        json.WriteStartArray("emulations");
        WriteEmulation(json, new EmulatedScore(
            stream.Model.JitterBuffer,
            stream.DiscardedOf(stream.Total),
            stream.BurstROf(stream.Total),
            stream.MosLqE4));
        foreach (var other in stream.OtherBuffers)
        {
            WriteEmulation(json, other);
        }

        json.WriteEndArray();
    }

    private static void WriteEmulation(Utf8JsonWriter json, EmulatedScore score)
    {
        json.WriteStartObject();
        json.WriteString("jitterBuffer", score.JitterBuffer);
        WriteNumber(json, "discarded", score.Discarded);
        WriteReal(json, "burstRatio", score.BurstR);
        WriteMos(json, "mosLq", score.MosLqE4);
        json.WriteEndObject();
    }
}
