using System.Text.Json;
using VoiceQuality.Monitor.Audio;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Quality.Rtp;

namespace VoiceQuality.Service.Api;

/// <summary>Bursts and gaps of RFC 3611 clause 4.7.2 over lost and discarded packets.</summary>
/// <param name="Gmin">Played packets in a row that end a burst.</param>
/// <param name="BurstDensity">Bad over expected packets inside bursts, 0 to 1; 0 without one.</param>
/// <param name="GapDensity">The same inside gaps.</param>
/// <param name="BurstDurationMs">Mean length of a burst; null when the duration of a packet is not known.</param>
/// <param name="GapDurationMs">Mean length of a gap.</param>
/// <param name="BurstCount">Number of bursts.</param>
/// <param name="Packets">
/// Expected packets that they are over: fewer than all where the tap lost some beside losses.
/// </param>
internal sealed record BurstsResponse(
    int Gmin,
    double BurstDensity,
    double GapDensity,
    double? BurstDurationMs,
    double? GapDurationMs,
    long BurstCount,
    long Packets)
{
    public static BurstsResponse? Of(BurstGapCounters? counters, double? packetMs) => counters is { } periods
        ? new BurstsResponse(
            BurstMetrics.DefaultGmin,
            periods.BurstDensity,
            periods.GapDensity,
            packetMs is { } burst ? periods.BurstMeanMs(burst) : null,
            packetMs is { } gap ? periods.GapMeanMs(gap) : null,
            periods.Bursts,
            periods.BurstPackets + periods.GapPackets)
        : null;

    /// <summary>Why they are not known, as JSON says it; null when they are.</summary>
    public static string? WhyNot(PeriodsUnknown why) =>
        why == PeriodsUnknown.None ? null : JsonNamingPolicy.CamelCase.ConvertName(why.ToString());
}

/// <summary>What the samples of a G.711 stream were like in one interval.</summary>
/// <param name="Packets">Packets looked at, one in 16.</param>
/// <param name="LevelDbm0">Mean level; null for nothing but zeros.</param>
/// <param name="SilentSeconds">Silence, s.</param>
/// <param name="FrozenSeconds">Sound that repeats itself, s.</param>
/// <param name="ClippedSamples">Samples at full scale.</param>
internal sealed record AudioLooksResponse(
    long Packets, double? LevelDbm0, double SilentSeconds, double FrozenSeconds, long ClippedSamples)
{
    public static AudioLooksResponse? Of(AudioLooks? looks, AudioCounters? stream) =>
        looks is { } known && stream is not null
            ? new AudioLooksResponse(
                known.Packets, known.LevelDbm0(stream.IsALaw), known.SilentSeconds, known.FrozenSeconds,
                known.ClippedSamples)
            : null;
}

/// <summary>What a jitter buffer makes of a stream.</summary>
/// <param name="JitterBuffer">The buffer, "adaptive:200".</param>
/// <param name="Discarded">Packets too late for it; null when that says nothing.</param>
/// <param name="BurstRatio">BurstR over lost and discarded packets.</param>
/// <param name="MosLq">Null when unscored.</param>
internal sealed record EmulationResponse(string JitterBuffer, long? Discarded, double? BurstRatio, decimal? MosLq)
{
    public static EmulationResponse Of(EmulatedScore score) =>
        new(score.JitterBuffer, score.Discarded, score.BurstR, Wire.Mos(score.MosLqE4));
}

/// <summary>Runs of lost packets by length.</summary>
/// <param name="UpToPackets">Longest run of each bin; the last has none.</param>
/// <param name="Counts">Runs in each bin.</param>
internal sealed record LossRunsResponse(IReadOnlyList<int?> UpToPackets, IReadOnlyList<uint> Counts)
{
    private static readonly int?[] Bounds =
        [.. LossRunHistogram.UpperBounds.ToArray().Select(bound => (int?)bound), null];

    public static LossRunsResponse? Of(LossRunHistogram? runs) => runs is { } histogram
        ? new LossRunsResponse(Bounds, [.. Enumerable.Range(0, LossRunHistogram.BinCount).Select(bin => histogram[bin])])
        : null;
}

/// <summary>Packet delay variation (PDV of RFC 5481) and its percentiles as upper bounds.</summary>
/// <param name="P50Ms">Half of the packets vary by less; null when that is in the last bin.</param>
/// <param name="P95Ms">95 % vary by less.</param>
/// <param name="P99Ms">99 % vary by less.</param>
/// <param name="BelowMs">Upper bound of each bin, exclusive; the last has none.</param>
/// <param name="Counts">Packets in each bin.</param>
internal sealed record DelayVariationResponse(
    double? P50Ms, double? P95Ms, double? P99Ms, IReadOnlyList<double?> BelowMs, IReadOnlyList<uint> Counts)
{
    private static readonly double?[] Bounds =
        [.. DelayVariationHistogram.UpperBoundsMs.ToArray().Select(bound => (double?)bound), null];

    public static DelayVariationResponse? Of(DelayVariationHistogram? variation) => variation is { } histogram
        ? new DelayVariationResponse(
            histogram.PercentileMs(50),
            histogram.PercentileMs(95),
            histogram.PercentileMs(99),
            Bounds,
            [.. Enumerable.Range(0, DelayVariationHistogram.BinCount).Select(bin => histogram[bin])])
        : null;
}
