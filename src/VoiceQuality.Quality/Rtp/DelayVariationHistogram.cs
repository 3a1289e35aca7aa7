using System.Numerics;
using System.Runtime.CompilerServices;

namespace VoiceQuality.Quality.Rtp;

/// <summary>
/// Packet delay variation (PDV of RFC 5481 clause 4.2): how much later a packet came than the least delayed one of the
/// last 10 to 20 s. The bins are fixed, so histograms add up bin by bin and percentiles can be taken of any sum.
/// </summary>
/// <remarks>
/// Two bins to each doubling, from half a millisecond on: below 0.5, 1, 1.5, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96,
/// 128, 192, 256, 384 and 512 ms, and 512 ms or more. A value on a bound belongs to the bin above it.
/// </remarks>
public struct DelayVariationHistogram : IEquatable<DelayVariationHistogram>
{
    /// <summary>Number of bins.</summary>
    public const int BinCount = 21;

    private const long UnitNs = 500_000;
    private const long OverflowNs = 512_000_000;

    private Bins _bins;

    /// <summary>Upper bound of each bin but the last, exclusive, ms.</summary>
    public static ReadOnlySpan<double> UpperBoundsMs =>
    [
        0.5, 1, 1.5, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512,
    ];

    /// <summary>Packets in a bin.</summary>
    /// <param name="bin">The bin, 0 to 20.</param>
    public uint this[int bin]
    {
        readonly get => _bins[bin];
        set => _bins[bin] = value;
    }

    /// <summary>Packets in all bins.</summary>
    public readonly long Packets
    {
        get
        {
            var packets = 0L;

            for (var bin = 0; bin < BinCount; bin++)
            {
                packets += _bins[bin];
            }

            return packets;
        }
    }

    /// <summary>The bin of a delay variation.</summary>
    /// <param name="variationNs">Delay above the reference, ns; less than 0 counts as 0.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int BinOf(long variationNs)
    {
        if (variationNs < UnitNs)
        {
            return 0;
        }

        if (variationNs >= OverflowNs)
        {
            return BinCount - 1;
        }

        // The compiler makes a multiplication of a division by a constant.
        var units = (uint)variationNs / (uint)UnitNs;
        var octave = BitOperations.Log2(units);
        return octave == 0 ? 1 : (2 * octave) + (int)((units >> (octave - 1)) & 1);
    }

    /// <summary>Counts one packet.</summary>
    /// <param name="variationNs">Delay above the reference, ns.</param>
    public void Add(long variationNs) => _bins[BinOf(variationNs)]++;

    /// <summary>
    /// An upper bound of a percentile, ms: the upper bound of the bin in which it lies; null without packets, and when
    /// it lies in the last bin, which has none.
    /// </summary>
    /// <param name="percent">1 to 100.</param>
    public readonly double? PercentileMs(int percent)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(percent, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(percent, 100);

        var packets = Packets;
        var below = 0L;

        for (var bin = 0; packets > 0 && bin < BinCount - 1; bin++)
        {
            below += _bins[bin];

            if (below * 100 >= packets * percent)
            {
                return UpperBoundsMs[bin];
            }
        }

        return null;
    }

    /// <summary>The packets of both.</summary>
    public static DelayVariationHistogram Merge(in DelayVariationHistogram a, in DelayVariationHistogram b)
    {
        var sum = a;

        for (var bin = 0; bin < BinCount; bin++)
        {
            sum._bins[bin] = (uint)Math.Min((ulong)a._bins[bin] + b._bins[bin], uint.MaxValue);
        }

        return sum;
    }

    /// <inheritdoc/>
    public readonly bool Equals(DelayVariationHistogram other) =>
        ((ReadOnlySpan<uint>)_bins).SequenceEqual(other._bins);

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is DelayVariationHistogram other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode() => HashCode.Combine(_bins[0], _bins[1], Packets);

    /// <summary>Whether all bins are equal.</summary>
    public static bool operator ==(in DelayVariationHistogram a, in DelayVariationHistogram b) => a.Equals(b);

    /// <summary>Whether a bin differs.</summary>
    public static bool operator !=(in DelayVariationHistogram a, in DelayVariationHistogram b) => !a.Equals(b);

    [InlineArray(BinCount)]
    private struct Bins
    {
        private uint _first;
    }
}
