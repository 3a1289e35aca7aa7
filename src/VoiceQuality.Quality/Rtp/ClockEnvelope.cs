namespace VoiceQuality.Quality.Rtp;

/// <summary>
/// The lower envelope of a stream's transit times as sums that add up: of every 10 s of arrivals the least delayed
/// packet is one point. Its slope is how much the sender's media clock and the measuring point's clock run apart.
/// </summary>
/// <remarks>
/// X is the time of a point's packet since the first packet, in tenths of a second; Y is its transit against the first
/// packet's, µs. Where the sender pauses or changes its timestamps the line goes on from the last point.
/// </remarks>
public record struct ClockEnvelope
{
    /// <summary>
    /// Length of a stream below which no skew can have been corrected in it, ns: two blocks of points.
    /// </summary>
    public const long LeastCorrectedNs = 2L * SkewTracker.FirstBlock * 10_000_000_000;

    /// <summary>Points below which the slope is not given: 30 s.</summary>
    public const int LeastPoints = 3;

    /// <summary>Number of points.</summary>
    public long Points { get; set; }

    /// <summary>Sum of X, 0.1 s.</summary>
    public long SumX { get; set; }

    /// <summary>Sum of Y, µs.</summary>
    public long SumY { get; set; }

    /// <summary>Sum of X², 0.01 s².</summary>
    public long SumXx { get; set; }

    /// <summary>Sum of X·Y, 0.1 s·µs.</summary>
    public long SumXy { get; set; }

    /// <summary>
    /// Clock skew, parts per million, by least squares over the points: above 0 when packets come later and later, that
    /// is when the sender's clock is slow against the measuring point's. Null below 30 s.
    /// </summary>
    public readonly double? SkewPpm
    {
        get
        {
            var spread = ((Int128)Points * SumXx) - ((Int128)SumX * SumX);

            if (Points < LeastPoints || spread <= 0)
            {
                return null;
            }

            // µs over 0.1 s: ten millionths.
            return 10 * (double)(((Int128)Points * SumXy) - ((Int128)SumX * SumY)) / (double)spread;
        }
    }

    /// <summary>Adds a point.</summary>
    internal void Add(long x, long y)
    {
        Points++;
        SumX += x;
        SumY = IntervalCounters.SaturatingSum(SumY, y);
        SumXx = IntervalCounters.SaturatingSum(SumXx, x * x);
        SumXy = IntervalCounters.SaturatingSum(SumXy, x * y);
    }

    /// <summary>The points of both.</summary>
    public static ClockEnvelope Merge(in ClockEnvelope a, in ClockEnvelope b) => new()
    {
        Points = a.Points + b.Points,
        SumX = IntervalCounters.SaturatingSum(a.SumX, b.SumX),
        SumY = IntervalCounters.SaturatingSum(a.SumY, b.SumY),
        SumXx = IntervalCounters.SaturatingSum(a.SumXx, b.SumXx),
        SumXy = IntervalCounters.SaturatingSum(a.SumXy, b.SumXy),
    };
}
