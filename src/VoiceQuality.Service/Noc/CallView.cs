using System.Globalization;
using VoiceQuality.Monitor.Calls;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Quality.Rtp;
using VoiceQuality.Service.Pages;
using VoiceQuality.Service.Pages.Charts;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Storage.Calls;

namespace VoiceQuality.Service.Noc;

/// <summary>A stream with the reason of its score.</summary>
/// <param name="Stream">What was measured.</param>
/// <param name="Explanation">The E-model, term by term.</param>
internal sealed record StreamView(StreamRecord Stream, ScoreExplanation Explanation)
{
    /// <summary>
    /// Place in the call's streams of the one that this is again, seen elsewhere; null for one that counts.
    /// </summary>
    public int? DuplicateOf { get; init; }

    /// <summary>MOS of each interval.</summary>
    public IReadOnlyList<MosPoint> MosPoints =>
    [
        .. Stream.Intervals.Select(interval => new MosPoint(
            Label(interval), interval.MosLqE4 / 10_000m,
            $"{Label(interval)}: {(interval.MosLqE4 is null ? "no score" : Figures.Mos(interval.MosLqE4))}")),
    ];

    /// <summary>Lost and late packets of each interval, percent.</summary>
    public IReadOnlyList<Bar> LossBars =>
    [
        .. Stream.Intervals.Select(interval => new Bar(
            Label(interval), LossParts(interval),
            string.Create(CultureInfo.InvariantCulture,
                $"{Label(interval)}: {interval.Counters.Lost} lost, {LateText(interval)} of {interval.Counters.Expected}")
                + UnseenText(interval))),
    ];

    /// <summary>Largest running jitter of each interval, ms.</summary>
    public IReadOnlyList<Bar> JitterBars =>
    [
        .. Stream.Intervals.Select(interval => new Bar(
            Label(interval), interval.Counters.JitterMaxMs is { } jitter ? [jitter] : [],
            $"{Label(interval)}: {Figures.Number(interval.Counters.JitterMaxMs, 2)} ms")),
    ];

    /// <summary>How many bursts there were, and how dense and long.</summary>
    public (string Value, string Detail) Bursts => Stream.BurstGaps is not { } periods
        ? (Figures.Number(null, 0), Stream.BurstsUnknown == PeriodsUnknown.LossBesideUnseen
            ? "the tap lost packets beside lost or late ones"
            : "lost and late packets close together")
        : periods.Bursts == 0
            ? ("0", "lost and late packets close together")
            : (Figures.Count(periods.Bursts), string.Create(
                CultureInfo.InvariantCulture,
                $"{Figures.Percent(periods.BurstDensity * 100)} bad, {BurstMs(periods)} ms each on average"));

    /// <summary>Percentiles of the packet delay variation.</summary>
    public (string Value, string Detail) DelayVariation => Stream.DelayVariationOf(Stream.Total) is { } variation
        ? (Below(variation.PercentileMs(95)), string.Create(
            CultureInfo.InvariantCulture,
            $"ms for 95 %, {Below(variation.PercentileMs(50))} for half, {Below(variation.PercentileMs(99))} for 99 %"))
        : (Figures.Number(null, 0), "ms");

    private string BurstMs(BurstGapCounters periods) =>
        Figures.Number(Stream.Total.PacketMs is { } packetMs ? periods.BurstMeanMs(packetMs) : null, 0);

    // Percentiles are upper bounds; beyond the last bin there is none.
    private static string Below(double? bound) =>
        bound is { } ms ? string.Create(CultureInfo.InvariantCulture, $"below {ms:0.#}") : "512 and more";

    /// <summary>The intervals of which the tap did not see all, and how much it saw.</summary>
    public IReadOnlyList<string> UnseenIntervals =>
    [
        .. Stream.Intervals.Where(static interval => interval.Unseen > 0).Select(interval => string.Create(
            CultureInfo.InvariantCulture,
            $"{Label(interval)}: {Figures.Percent(interval.SeenPercent)} seen, {interval.Unseen} packets not seen")),
    ];

    /// <summary>The intervals with silence, with sound that repeats itself or with samples at full scale.</summary>
    public IReadOnlyList<string> AudioIntervals =>
    [
        .. Stream.Intervals
            .Where(static interval => interval.Audio is { } looks
                && looks.SilentSamples + looks.FrozenSamples + looks.ClippedSamples > 0)
            .Select(interval => string.Create(
                CultureInfo.InvariantCulture,
                $"{Label(interval)}: {Figures.Number(interval.Audio!.Value.SilentSeconds, 1)} s silent, ")
                + string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Figures.Number(interval.Audio.Value.FrozenSeconds, 1)} s frozen, ")
                + string.Create(CultureInfo.InvariantCulture, $"{interval.Audio.Value.ClippedSamples} samples clipped")),
    ];

    private static string UnseenText(IntervalRecord interval) => interval.Unseen == 0
        ? ""
        : string.Create(CultureInfo.InvariantCulture, $", {interval.Unseen} more not seen by the tap");

    private string LateText(IntervalRecord interval) => Stream.DiscardedOf(interval.Counters) is { } late
        ? string.Create(CultureInfo.InvariantCulture, $"{late} late")
        : "late unknown";

    private double[] LossParts(IntervalRecord interval) => interval.Counters.Expected > 0
        ? [
            100.0 * interval.Counters.Lost / interval.Counters.Expected,
            100.0 * (Stream.DiscardedOf(interval.Counters) ?? 0) / interval.Counters.Expected,
        ]
        : [];

    // Time since the stream began: what the ear counts in.
    private string Label(IntervalRecord interval)
    {
        var first = Stream.Intervals[0].Counters.StartNs;
        return Figures.Duration((interval.Counters.StartNs - first) / 1_000);
    }
}

/// <summary>What the page of a call shows.</summary>
/// <param name="Id">32 hexadecimal digits.</param>
/// <param name="Summary">What is kept longest.</param>
/// <param name="Record">The call with streams and signalling; null when its detail was deleted on schedule.</param>
/// <param name="AccountId">The account; null for calls that no rule knows.</param>
/// <param name="AccountName">Its name.</param>
/// <param name="UnitId">The business unit.</param>
/// <param name="UnitName">Its name.</param>
/// <param name="Streams">Its streams.</param>
internal sealed record CallView(
    string Id,
    CallSummary Summary,
    CallRecord? Record,
    string? AccountId,
    string? AccountName,
    string UnitId,
    string UnitName,
    IReadOnlyList<StreamView> Streams)
{
    /// <summary>Which score the contract of the account counts in the call's month.</summary>
    public MosReading Reading { get; init; }

    /// <summary>
    /// What the contract counts, or why it does not; null where that is not known any more.
    /// </summary>
    public CallScore? Counted { get; init; }

    /// <summary>Answer to end, microseconds; null unless both were seen.</summary>
    public long? DurationUs => CallSpan.Of(Summary.AnsweredAtUs, Summary.EndedAtUs);

    /// <summary>The worst score of a stream (contract R-06, for the operations centre).</summary>
    public int? WorstStreamMosE4 => Streams.Min(view => view.Stream.MosLqE4);
}
