namespace VoiceQuality.Monitor.Audio;

/// <summary>
/// What the samples of G.711 were like in one interval, over the packets that were looked at. Integers, so intervals
/// add up to the stream in any order.
/// </summary>
public readonly record struct AudioLooks
{
    /// <summary>G.711 has 8,000 samples a second.</summary>
    private const double SamplesPerSecond = 8_000;

    /// <summary>Packets looked at: one in <see cref="AudioCounters.OneIn"/>.</summary>
    public long Packets { get; init; }

    /// <summary>Samples in them.</summary>
    public long Samples { get; init; }

    /// <summary>Their energy, squares of 16-bit samples.</summary>
    public long SumOfSquares { get; init; }

    /// <summary>Samples of packets below <see cref="AudioCounters.SilenceDbm0"/>.</summary>
    public long SilentSamples { get; init; }

    /// <summary>Samples of packets with sound and the very octets of the packet looked at before.</summary>
    public long FrozenSamples { get; init; }

    /// <summary>Samples at full scale.</summary>
    public long ClippedSamples { get; init; }

    /// <summary>Silence, s, each packet looked at standing for those up to the next one.</summary>
    public double SilentSeconds => SilentSamples * AudioCounters.OneIn / SamplesPerSecond;

    /// <summary>Sound that repeats itself, s.</summary>
    public double FrozenSeconds => FrozenSamples * AudioCounters.OneIn / SamplesPerSecond;

    /// <summary>Mean level, dBm0; null for nothing but zeros.</summary>
    /// <param name="isALaw">PCMA; else PCMU.</param>
    public double? LevelDbm0(bool isALaw) => Samples > 0
        ? G711.LevelDbm0((double)SumOfSquares / Samples, isALaw ? G711Law.A : G711Law.Mu)
        : null;

    /// <summary>The looks of both.</summary>
    public static AudioLooks Merge(in AudioLooks a, in AudioLooks b) => new()
    {
        Packets = a.Packets + b.Packets,
        Samples = a.Samples + b.Samples,
        SumOfSquares = a.SumOfSquares + b.SumOfSquares,
        SilentSamples = a.SilentSamples + b.SilentSamples,
        FrozenSamples = a.FrozenSamples + b.FrozenSamples,
        ClippedSamples = a.ClippedSamples + b.ClippedSamples,
    };
}
