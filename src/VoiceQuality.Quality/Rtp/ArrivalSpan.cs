namespace VoiceQuality.Quality.Rtp;

/// <summary>How far packets lie apart: by their timestamps and by their arrivals, ns.</summary>
internal readonly record struct ArrivalSpan(long MediaNs, long ArrivalNs)
{
    private const long LimitNs = 3_600_000_000_000;

    /// <summary>This and one more; an hour at most is believed of each.</summary>
    public ArrivalSpan Plus(long mediaNs, long arrivalNs) => new(
        MediaNs + Math.Clamp(mediaNs, -LimitNs, LimitNs), ArrivalNs + Math.Clamp(arrivalNs, -LimitNs, LimitNs));
}
