namespace VoiceQuality.Quality.Rtp;

/// <summary>
/// Burst ratio: the mean observed run of bad packets divided by the mean run expected under random loss
/// (G.107 clause 7.5).
/// </summary>
public static class BurstRatio
{
    /// <summary>
    /// BurstR = (L/B) (1 - L/N), at least 1 because Table 3 starts there; 1 when nothing or everything is bad.
    /// </summary>
    /// <param name="expected">N, expected packets, 0 or more.</param>
    /// <param name="bad">L, lost plus discarded packets, 0 to N.</param>
    /// <param name="runs">
    /// B, runs of consecutive bad packets. 0 with bad packets means that their run began in an earlier interval; it is
    /// then one run.
    /// </param>
    public static double FromCounts(long expected, long bad, long runs)
    {
        if (bad <= 0 || bad >= expected)
        {
            return 1;
        }

        var ratio = (double)bad / Math.Max(runs, 1) * (1 - (double)bad / expected);
        return Math.Max(1, ratio);
    }

    /// <summary>
    /// BurstR of the two-state Markov model, 1/(p + q): G.107 (06/2015) equation (7-30).
    /// </summary>
    /// <param name="p">Probability that a lost packet follows a received one, 0 to 1.</param>
    /// <param name="q">Probability that a received packet follows a lost one, 0 to 1.</param>
    /// <returns>The ratio, unclamped; null when p + q is 0 or either is outside its range.</returns>
    public static double? FromMarkov(double p, double q) =>
        p is >= 0 and <= 1 && q is >= 0 and <= 1 && p + q > 0 ? 1 / (p + q) : null;
}
