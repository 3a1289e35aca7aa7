using VoiceQuality.Monitor.Streams;

namespace VoiceQuality.Service.Api;

/// <summary>What the receiver of a stream said of it.</summary>
internal sealed record RemoteResponse(
    string Source, string? ReporterSsrc, long Reports, string? FirstAt, string? LastAt,
    IReadOnlyDictionary<string, decimal?> Figures)
{
    public static RemoteResponse Of(RemoteReport report) => new(
        report.Source.ToWireName(),
        report.ReporterSsrc is { } ssrc ? $"0x{ssrc:x8}" : null,
        report.Reports,
        Wire.Time(report.FirstAtUs),
        Wire.Time(report.LastAtUs),
        report.Figures.ToDictionary(static figure => figure.Name, static figure => figure.Value));
}

/// <summary>One interval of a stream.</summary>
internal sealed record IntervalResponse(
    string? StartedAt,
    decimal DurationMs,
    long Expected,
    long Lost,
    long? Discarded,
    double? BurstRatio,
    double? JitterMaxMs,
    decimal? MosLq,
    BurstsResponse? Bursts,
    string? BurstsUnknown,
    DelayVariationResponse? DelayVariation,
    long Unseen,
    double? SeenPercent,
    double? ComfortNoisePercent,
    AudioLooksResponse? Audio)
{
    public static IntervalResponse Of(IntervalRecord interval, StreamRecord stream)
    {
        // Interval times are on the clock of the arrivals; the stream's start ties them to the calendar.
        var sinceStartUs = (interval.Counters.StartNs - stream.Intervals[0].Counters.StartNs) / 1_000;
        return new IntervalResponse(
            Wire.Time(stream.StartedAtUs + sinceStartUs), interval.Counters.DurationNs / 1_000_000m,
            interval.Counters.Expected, interval.Counters.Lost, stream.DiscardedOf(interval.Counters),
            stream.BurstROf(interval.Counters), interval.Counters.JitterMaxMs, Wire.Mos(interval.MosLqE4),
            BurstsResponse.Of(stream.BurstGapsOf(interval), stream.Total.PacketMs),
            BurstsResponse.WhyNot(stream.BurstsUnknownOf(interval)),
            DelayVariationResponse.Of(stream.DelayVariationOf(interval.Counters)),
            interval.Unseen, interval.SeenPercent, interval.ComfortNoisePercent,
            AudioLooksResponse.Of(interval.Audio, stream.Audio));
    }
}
