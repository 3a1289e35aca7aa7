namespace VoiceQuality.Monitor.Tests;

/// <summary>The arithmetic of G.107 that expected scores are worked out with, apart from the code under test.</summary>
internal static class ScoreArithmetic
{
    /// <summary>
    /// R of G.107 with every parameter at its default, Table 3: Ro 94.768822 - Is 1.413568 - Id 0.149046.
    /// </summary>
    public const double DefaultR = 93.206208;

    /// <summary>Ie,eff of equation (7-29).</summary>
    public static double IeEff(double ie, double bpl, double ppl, double burstR) =>
        ie + ((95 - ie) * ppl / ((ppl / burstR) + bpl));

    /// <summary>
    /// BurstR: mean length of a loss run over its expectation under random loss, 1/(1 - P); at least 1.
    /// </summary>
    public static double BurstR(double lost, double runs, double expected) =>
        Math.Max(1, lost / runs * (1 - (lost / expected)));

    /// <summary>MOS of Annex B, equation (B-4), in ten-thousandths.</summary>
    public static int MosE4(double r) =>
        (int)Math.Round(1e4 * (1 + (0.035 * r) + (r * (r - 60) * (100 - r) * 7e-6)), MidpointRounding.AwayFromZero);
}
