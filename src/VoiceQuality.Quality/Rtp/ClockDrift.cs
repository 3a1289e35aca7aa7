namespace VoiceQuality.Quality.Rtp;

/// <summary>
/// How the least transit of one second differs from that of the second before: steps that are all alike and all large
/// are a sender that does not keep its clock, which no network imitates from a stream's first second to its last.
/// </summary>
public record struct ClockDrift
{
    /// <summary>Steps below which nothing is proven.</summary>
    public const int LeastSteps = 8;

    /// <summary>Steps that are smaller than this are kept as 0, ppm.</summary>
    public const int NegligiblePpm = 20_000;

    /// <summary>Steps from one second of arrivals to the next.</summary>
    public long Steps { get; set; }

    /// <summary>The least step, ppm of the time between its two packets; below 0 when packets come earlier.</summary>
    public long LeastPpm { get; set; }

    /// <summary>The greatest step, ppm.</summary>
    public long GreatestPpm { get; set; }

    /// <summary>
    /// Whether every step goes the same way, each by more than <see cref="SenderClock.TolerancePercent"/>, and the
    /// largest by no more than half again the smallest.
    /// </summary>
    public readonly bool IsProven
    {
        get
        {
            var isLater = LeastPpm > 0;
            var (least, greatest) = isLater ? (LeastPpm, GreatestPpm) : (-GreatestPpm, -LeastPpm);
            return Steps >= LeastSteps && least > SenderClock.TolerancePercent * 10_000L
                && greatest * 2m <= least * 3m;
        }
    }

    /// <summary>Adds a step.</summary>
    internal void Add(long ppm)
    {
        var step = Math.Abs(ppm) < NegligiblePpm ? 0 : ppm;
        LeastPpm = Steps == 0 ? step : Math.Min(LeastPpm, step);
        GreatestPpm = Steps == 0 ? step : Math.Max(GreatestPpm, step);
        Steps++;
    }

    /// <summary>The steps of both.</summary>
    public static ClockDrift Merge(in ClockDrift a, in ClockDrift b) => a.Steps == 0 ? b : b.Steps == 0 ? a : new()
    {
        Steps = a.Steps + b.Steps,
        LeastPpm = Math.Min(a.LeastPpm, b.LeastPpm),
        GreatestPpm = Math.Max(a.GreatestPpm, b.GreatestPpm),
    };
}
