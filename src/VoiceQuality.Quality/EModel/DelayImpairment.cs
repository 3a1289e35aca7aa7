namespace VoiceQuality.Quality.EModel;

/// <summary>
/// Delay and echo terms that the narrowband and the wideband model share: G.107 (06/2015) clause 7.4.
/// </summary>
internal static class DelayImpairment
{
    /// <summary>TERV without sidetone correction, dB: (7-22).</summary>
    public static double Terv(double telr, double t) =>
        telr - 40 * Math.Log10((1 + t / 10) / (1 + t / 150)) + 6 * Math.Exp(-0.3 * t * t);

    /// <summary>Idte: (7-19). Not clamped; it is slightly negative for T from 1 to about 4 ms.</summary>
    public static double Idte(double roe, double re, double t)
    {
        var half = (roe - re) / 2;
        return (half + Math.Sqrt(half * half + 100) - 1) * (1 - Math.Exp(-t));
    }

    /// <summary>Idle: (7-25) with Rle of (7-26).</summary>
    public static double Idle(double ro, double wepl, double tr)
    {
        var rle = 10.5 * (wepl + 7) * Math.Pow(tr + 1, -0.25);
        var half = (ro - rle) / 2;
        return half + Math.Sqrt(half * half + 169);
    }

    /// <summary>Idd: (7-27) and (7-28).</summary>
    public static double Idd(double ta, DelayClass delayClass)
    {
        var (sT, mT) = delayClass switch
        {
            DelayClass.Low => (0.55, 120.0),
            DelayClass.VeryLow => (0.4, 150.0),
            _ => (1.0, 100.0),
        };

        if (ta <= mT)
        {
            return 0;
        }

        var x = Math.Log2(ta / mT);
        var n = 6 * sT;
        return 25 * (Math.Pow(1 + Math.Pow(x, n), 1 / n) - 3 * Math.Pow(1 + Math.Pow(x / 3, n), 1 / n) + 2);
    }
}
