namespace VoiceQuality.Monitor.Audio;

/// <summary>
/// What the samples of a G.711 stream were like, counted in flight over one packet in 16; no payload is kept.
/// </summary>
/// <param name="Packets">Packets looked at.</param>
/// <param name="Samples">Samples in them.</param>
/// <param name="SumOfSquares">Their energy, squares of 16-bit samples.</param>
/// <param name="Clipped">Samples at full scale.</param>
/// <param name="Silent">Packets below <see cref="SilenceDbm0"/>.</param>
/// <param name="Frozen">Packets with sound and the very octets of the packet looked at before.</param>
/// <param name="LongestSilenceMs">Longest time in which all packets looked at were silent, ms.</param>
/// <param name="LongestFrozenMs">Longest time in which they were frozen, ms.</param>
/// <param name="IsALaw">PCMA; else PCMU.</param>
public sealed record AudioCounters(
    long Packets,
    long Samples,
    long SumOfSquares,
    long Clipped,
    long Silent,
    long Frozen,
    long LongestSilenceMs,
    long LongestFrozenMs,
    bool IsALaw)
{
    /// <summary>Of so many packets one is looked at: every 320 ms with packets of 20 ms.</summary>
    public const int OneIn = 16;

    /// <summary>Mean level of a packet below which it is silent, dBm0; speech is at -30 to -15 dBm0.</summary>
    public const double SilenceDbm0 = -50;

    /// <summary>Mean level, dBm0; null for nothing but zeros.</summary>
    public double? LevelDbm0 =>
        Samples > 0 ? G711.LevelDbm0((double)SumOfSquares / Samples, IsALaw ? G711Law.A : G711Law.Mu) : null;

    /// <summary>Silent packets in percent of those looked at.</summary>
    public double? SilentPercent => Packets > 0 ? 100.0 * Silent / Packets : null;

    /// <summary>Samples at full scale in percent.</summary>
    public double? ClippedPercent => Samples > 0 ? 100.0 * Clipped / Samples : null;
}
