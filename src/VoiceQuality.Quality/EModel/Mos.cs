namespace VoiceQuality.Quality.EModel;

/// <summary>Relations between R and other quality figures: G.107 (06/2015) Annex B and Appendix I.</summary>
public static class Mos
{
    /// <summary>The largest value of <see cref="FromR"/>.</summary>
    public const double Highest = 4.5;

    /// <summary>
    /// The mean opinion score of equation (B-4), as printed. It dips below 1 (to 0.988839) for R between 0 and
    /// 6.515308; <see cref="FromRClamped"/> is what is reported.
    /// </summary>
    /// <param name="r">Transmission rating factor R on the G.107 scale; any number.</param>
    public static double FromR(double r) => r switch
    {
        <= 0 => 1,
        >= 100 => Highest,
        _ => 1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6,
    };

    /// <summary><see cref="FromR"/>, at least 1: 1 to 4.5, and it never falls as R rises.</summary>
    public static double FromRClamped(double r) => Math.Max(1, FromR(r));

    /// <summary>
    /// R for a mean opinion score (Appendix I), on the branch where (B-4) has an inverse, R from 6.5 to 100; null
    /// for a score of 1 or less, above 4.5, or NaN.
    /// </summary>
    public static double? ToR(double mos)
    {
        if (!(mos > 1 && mos <= Highest))
        {
            return null;
        }

        // (B-4) rises strictly from its minimum at R = 3.2224 to 100. Halving reaches the closed form's root with the
        // full precision of double, where the closed form itself loses digits near its branch point.
        double lo = 6, hi = 100;

        while (true)
        {
            var middle = lo + (hi - lo) / 2;

            if (middle <= lo || middle >= hi)
            {
                return hi;
            }

            if (FromR(middle) < mos)
            {
                lo = middle;
            }
            else
            {
                hi = middle;
            }
        }
    }

    /// <summary>Percentage of users who find the connection good or better: (B-1), 0 to 100.</summary>
    public static double GoodOrBetterPercent(double r) => 100 * NormalCdf((r - 60) / 16);

    /// <summary>Percentage of users who find the connection poor or worse: (B-2), 0 to 100.</summary>
    public static double PoorOrWorsePercent(double r) => 100 * NormalCdf((45 - r) / 16);

    /// <summary>E(x), the standard normal distribution function, by its Taylor series or continued fraction.</summary>
    private static double NormalCdf(double x)
    {
        if (double.IsNaN(x))
        {
            return double.NaN;
        }

        if (Math.Abs(x) > 38)
        {
            return x > 0 ? 1 : 0;
        }

        var density = Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI);

        if (Math.Abs(x) < 4)
        {
            // Abramowitz and Stegun 26.2.11.
            double term = x, sum = x;

            for (var n = 3; Math.Abs(term) > 1e-18; n += 2)
            {
                term *= x * x / n;
                sum += term;
            }

            return 0.5 + density * sum;
        }

        // Abramowitz and Stegun 26.2.14.
        double fraction = 0;

        for (var n = 60; n >= 1; n--)
        {
            fraction = n / (Math.Abs(x) + fraction);
        }

        var tail = density / (Math.Abs(x) + fraction);
        return x > 0 ? 1 - tail : tail;
    }
}
