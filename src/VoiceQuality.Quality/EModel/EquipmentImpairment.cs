namespace VoiceQuality.Quality.EModel;

/// <summary>The effective equipment impairment factor: G.107 (06/2015) clause 7.5.</summary>
public static class EquipmentImpairment
{
    /// <summary>
    /// Ie,eff by equation (7-29). The equation has no upper clamp: with BurstR above 1 it may exceed 95.
    /// </summary>
    /// <param name="ie">Ie, codec impairment without loss. Dimensionless, 0 to 95 (G.113 appendix I).</param>
    /// <param name="bpl">Bpl, packet-loss robustness factor. Dimensionless, above 0 (G.113 appendix I).</param>
    /// <param name="ppl">Ppl, lost plus discarded packets, in percent, 0 to 100.</param>
    /// <param name="burstR">BurstR, burst ratio. Dimensionless, 1 for random loss, higher for bursts.</param>
    public static double IeEff(double ie, double bpl, double ppl, double burstR)
    {
        ThrowIfOutside(ie, 0, 95, nameof(ie));
        ThrowIfOutside(bpl, double.Epsilon, double.MaxValue, nameof(bpl));
        ThrowIfOutside(ppl, 0, 100, nameof(ppl));
        ThrowIfOutside(burstR, 1, double.MaxValue, nameof(burstR));

        return Evaluate(95, ie, bpl, ppl, burstR);
    }

    /// <summary>The shape of (7-29); <paramref name="span"/> is 95, or 132 on the fullband scale.</summary>
    internal static double Evaluate(double span, double ie, double bpl, double ppl, double burstR) =>
        ie + (span - ie) * ppl / (ppl / burstR + bpl);

    private static void ThrowIfOutside(double value, double lo, double hi, string name)
    {
        if (!(value >= lo && value <= hi))
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be {lo} to {hi}.");
        }
    }
}
