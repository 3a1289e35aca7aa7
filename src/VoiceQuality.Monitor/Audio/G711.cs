namespace VoiceQuality.Monitor.Audio;

/// <summary>How G.711 writes a sample (ITU-T G.711): not known, µ-law or A-law.</summary>
internal enum G711Law : byte
{
    /// <summary>Another codec.</summary>
    None,

    /// <summary>PCMU.</summary>
    Mu,

    /// <summary>PCMA.</summary>
    A,
}

/// <summary>Samples of G.711 on a scale of 16 bits.</summary>
internal static class G711
{
    private static readonly short[] MuLaw = Table(static octet =>
    {
        // Inverted; sign, three bits of segment, four of step; the bias is 132 (G.711 table 2a, times 4).
        var code = ~octet & 0xFF;
        var magnitude = ((((code & 0x0F) << 3) + 132) << ((code >> 4) & 7)) - 132;
        return (code & 0x80) != 0 ? -magnitude : magnitude;
    });

    private static readonly short[] ALaw = Table(static octet =>
    {
        // Even bits inverted; sign, three bits of segment, four of step (G.711 table 1a, times 8).
        var code = octet ^ 0x55;
        var segment = (code >> 4) & 7;
        var step = ((code & 0x0F) << 4) + 8;
        var magnitude = segment == 0 ? step : (step + 256) << (segment - 1);
        return (code & 0x80) != 0 ? magnitude : -magnitude;
    });

    private static readonly int[] MuLawSquares = SquaresOf(MuLaw);
    private static readonly int[] ALawSquares = SquaresOf(ALaw);

    /// <summary>The samples of all 256 octets.</summary>
    public static ReadOnlySpan<short> SamplesOf(G711Law law) => law == G711Law.A ? ALaw : MuLaw;

    /// <summary>The squares of the samples of all 256 octets.</summary>
    public static ReadOnlySpan<int> SquaresOf(G711Law law) => law == G711Law.A ? ALawSquares : MuLawSquares;

    /// <summary>Magnitude of the outermost step.</summary>
    public static int FullScale(G711Law law) => law == G711Law.A ? 32_256 : 32_124;

    /// <summary>The two octets of the outermost step, up and down: magnitude bits all set.</summary>
    public static (byte Up, byte Down) FullScaleOctets(G711Law law) =>
        law == G711Law.A ? ((byte)0xAA, (byte)0x2A) : ((byte)0x80, (byte)0x00);

    /// <summary>
    /// Level of a mean square, dBm0; null for nothing but zeros. A sine up to the virtual decision value at the end of
    /// the scale, 4,096 of table 1a and 8,159 of table 2a, has 3.14 dBm0 in A-law and 3.17 dBm0 in
    /// µ-law (G.711 clause 4).
    /// </summary>
    public static double? LevelDbm0(double meanSquare, G711Law law) =>
        meanSquare > 0 ? 10 * Math.Log10(meanSquare / ReferenceSquare(law)) : null;

    /// <summary>Mean square of a sine of 0 dBm0.</summary>
    public static double ReferenceSquare(G711Law law)
    {
        var (peak, capacityDbm0) = law == G711Law.A ? (4_096 * 8.0, 3.14) : (8_159 * 4.0, 3.17);
        return peak * peak / 2 / Math.Pow(10, capacityDbm0 / 10);
    }

    private static int[] SquaresOf(short[] samples) =>
        Array.ConvertAll(samples, static sample => sample * sample);

    private static short[] Table(Func<int, int> decode)
    {
        var samples = new short[256];
        for (var octet = 0; octet < samples.Length; octet++)
        {
            samples[octet] = (short)decode(octet);
        }

        return samples;
    }
}
