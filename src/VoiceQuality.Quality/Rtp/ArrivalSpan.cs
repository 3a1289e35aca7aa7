namespace VoiceQuality.Quality.Rtp;

/// <summary>How far packets lie apart: by their timestamps and by their arrivals, ns.</summary>
internal readonly record struct ArrivalSpan(long MediaNs, long ArrivalNs)
{
    private const long LimitNs = 3_600_000_000_000;

    /// <summary>This and one more; an hour at most is believed of each.</summary>
    public ArrivalSpan Plus(long mediaNs, long arrivalNs) =>
        new(MediaNs + Limited(mediaNs), ArrivalNs + Limited(arrivalNs));

    private static long Limited(long ns) =>
        unchecked((ulong)(ns + LimitNs)) <= 2 * LimitNs ? ns : ns < 0 ? -LimitNs : LimitNs;
}
