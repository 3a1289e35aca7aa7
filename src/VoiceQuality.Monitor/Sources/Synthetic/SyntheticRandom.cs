using System.Numerics;

namespace VoiceQuality.Monitor.Sources.Synthetic;

/// <summary>
/// xoshiro256** seeded by splitmix64 (Blackman and Vigna). Own code, because the same seed must give the same octets
/// on every runtime version and machine.
/// </summary>
internal struct SyntheticRandom
{
    private const ulong GoldenGamma = 0x9E37_79B9_7F4A_7C15;
    private const int ExponentialPoints = 4_096;
    private const int ExponentialScaleBits = 20;

    // -ln(1 - u) at the middle of each step, rounded to 2^-20 so that the last bits of a platform's logarithm
    // cannot change a packet.
    private static readonly int[] ExponentialTable = BuildExponentialTable();

    private ulong _s0;
    private ulong _s1;
    private ulong _s2;
    private ulong _s3;

    public SyntheticRandom(ulong seed)
    {
        _s0 = SplitMix(ref seed);
        _s1 = SplitMix(ref seed);
        _s2 = SplitMix(ref seed);
        _s3 = SplitMix(ref seed);
    }

    /// <summary>A generator for item <paramref name="index"/> that shares nothing with those of other items.</summary>
    public static SyntheticRandom ForItem(ulong seed, ulong index)
    {
        var mixed = seed;
        var state = SplitMix(ref mixed) ^ (index * GoldenGamma);

        return new SyntheticRandom(SplitMix(ref state));
    }

    public ulong NextUInt64()
    {
        var result = BitOperations.RotateLeft(_s1 * 5, 7) * 9;
        var shifted = _s1 << 17;

        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= shifted;
        _s3 = BitOperations.RotateLeft(_s3, 45);

        return result;
    }

    public uint NextUInt32() => (uint)(NextUInt64() >> 32);

    /// <summary>Uniform in 0 (included) to 1 (excluded).</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>True with <paramref name="probability"/>, 0 to 1; 0 and 1 are exact.</summary>
    public bool NextBool(double probability) => NextDouble() < probability;

    /// <summary>Uniform in 0 (included) to <paramref name="bound"/> (excluded).</summary>
    public int NextInt32(int bound) => (int)(((NextUInt64() >> 32) * (uint)bound) >> 32);

    /// <summary>Uniform between two durations in nanoseconds.</summary>
    public long NextBetweenNs(long fromNs, long toNs) => fromNs + (long)(NextDouble() * (toNs - fromNs));

    /// <summary>
    /// Exponentially distributed duration with mean <paramref name="meanNs"/>, at most 9.01 times it.
    /// </summary>
    public long NextExponentialNs(long meanNs) =>
        (meanNs * ExponentialTable[NextUInt64() >> 52]) >> ExponentialScaleBits;

    private static ulong SplitMix(ref ulong state)
    {
        state += GoldenGamma;
        var mixed = (state ^ (state >> 30)) * 0xBF58_476D_1CE4_E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D0_49BB_1331_11EB;

        return mixed ^ (mixed >> 31);
    }

    private static int[] BuildExponentialTable()
    {
        var table = new int[ExponentialPoints];

        for (var i = 0; i < table.Length; i++)
        {
            var value = -Math.Log(1 - (i + 0.5) / ExponentialPoints);
            table[i] = (int)Math.Round(value * (1 << ExponentialScaleBits));
        }

        return table;
    }
}
