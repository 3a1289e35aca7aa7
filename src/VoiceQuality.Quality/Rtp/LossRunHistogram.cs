using System.Numerics;
using System.Runtime.CompilerServices;

namespace VoiceQuality.Quality.Rtp;

/// <summary>
/// Runs of consecutive lost packets by length. The bins are fixed, so histograms add up bin by bin: 1, 2, 3, 4, 5–8,
/// 9–16, 17–32, 33–64, 65–128, 129 and more packets. Late packets are no part of a run; they end it.
/// </summary>
public struct LossRunHistogram : IEquatable<LossRunHistogram>
{
    /// <summary>Number of bins.</summary>
    public const int BinCount = 10;

    private const int SingleBins = 4;

    private Bins _bins;

    /// <summary>Longest run of each bin but the last, packets.</summary>
    public static ReadOnlySpan<int> UpperBounds => [1, 2, 3, 4, 8, 16, 32, 64, 128];

    /// <summary>Runs in a bin.</summary>
    /// <param name="bin">The bin, 0 to 9.</param>
    public uint this[int bin]
    {
        readonly get => _bins[bin];
        set => _bins[bin] = value;
    }

    /// <summary>Runs in all bins.</summary>
    public readonly long Runs
    {
        get
        {
            var runs = 0L;

            for (var bin = 0; bin < BinCount; bin++)
            {
                runs += _bins[bin];
            }

            return runs;
        }
    }

    /// <summary>The bin of a run.</summary>
    /// <param name="length">Length of the run, packets, 1 or more.</param>
    public static int BinOf(long length) => length <= SingleBins
        ? (int)Math.Max(length, 1) - 1
        : Math.Min(BitOperations.Log2((ulong)length - 1) + 2, BinCount - 1);

    /// <summary>Counts one run.</summary>
    /// <param name="length">Its length, packets, 1 or more.</param>
    public void Add(long length)
    {
        ref var bin = ref _bins[BinOf(length)];
        bin += bin == uint.MaxValue ? 0u : 1u;
    }

    /// <summary>Takes out a run that was counted before.</summary>
    /// <param name="length">Its length, packets, 1 or more.</param>
    /// <returns>False when there is none of its bin.</returns>
    public bool TryRemove(long length)
    {
        ref var bin = ref _bins[BinOf(length)];
        var isThere = bin > 0;
        bin -= isThere ? 1u : 0u;
        return isThere;
    }

    /// <summary>The runs of both.</summary>
    public static LossRunHistogram Merge(in LossRunHistogram a, in LossRunHistogram b)
    {
        var sum = a;

        for (var bin = 0; bin < BinCount; bin++)
        {
            sum._bins[bin] = (uint)Math.Min((ulong)a._bins[bin] + b._bins[bin], uint.MaxValue);
        }

        return sum;
    }

    /// <inheritdoc/>
    public readonly bool Equals(LossRunHistogram other) => ((ReadOnlySpan<uint>)_bins).SequenceEqual(other._bins);

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is LossRunHistogram other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode() => HashCode.Combine(_bins[0], _bins[1], Runs);

    /// <summary>Whether all bins are equal.</summary>
    public static bool operator ==(in LossRunHistogram a, in LossRunHistogram b) => a.Equals(b);

    /// <summary>Whether a bin differs.</summary>
    public static bool operator !=(in LossRunHistogram a, in LossRunHistogram b) => !a.Equals(b);

    [InlineArray(BinCount)]
    private struct Bins
    {
        private uint _first;
    }
}
