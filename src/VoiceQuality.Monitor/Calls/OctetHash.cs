using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace VoiceQuality.Monitor.Calls;

/// <summary>
/// Hashes of octets with two secrets of the process, 16 octets at a time, so that a sender cannot choose names that
/// collide.
/// </summary>
internal static class OctetHash
{
    private const ulong K = 0x9FB2_1C65_1E98_DF25;

    private static readonly ulong Seed = Secret();
    private static readonly ulong Mask = Secret();

    /// <summary>Where a hash begins.</summary>
    public static ulong Start => Seed;

    /// <summary>Adds octets and how many they are, so that what follows cannot stand in for what is here.</summary>
    public static ulong Add(ulong hash, ReadOnlySpan<byte> octets)
    {
        hash ^= (ulong)octets.Length;
        while (octets.Length > 2 * sizeof(ulong))
        {
            hash = Fold(
                BinaryPrimitives.ReadUInt64LittleEndian(octets) ^ Mask,
                BinaryPrimitives.ReadUInt64LittleEndian(octets[sizeof(ulong)..]) ^ hash);
            octets = octets[(2 * sizeof(ulong))..];
        }

        var (first, last) = Ends(octets);
        return Fold(first ^ Mask, last ^ hash);
    }

    /// <summary>Adds two numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Add(ulong hash, ulong one, ulong other) => Fold(one ^ Mask, other ^ hash);

    /// <summary>The hash, mixed once more.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong End(ulong hash) => Fold(hash ^ K, Mask);

    // 122 random bits of the kernel's, without the library that other random numbers would load.
    private static ulong Secret()
    {
        Span<byte> octets = stackalloc byte[2 * sizeof(ulong)];
        Guid.NewGuid().TryWriteBytes(octets);
        return BinaryPrimitives.ReadUInt64LittleEndian(octets)
            ^ BitOperations.RotateLeft(BinaryPrimitives.ReadUInt64LittleEndian(octets[sizeof(ulong)..]), 32);
    }

    // Up to 16 octets as two numbers.
    private static (ulong First, ulong Last) Ends(ReadOnlySpan<byte> rest)
    {
        if (rest.Length >= sizeof(ulong))
        {
            return (BinaryPrimitives.ReadUInt64LittleEndian(rest),
                BinaryPrimitives.ReadUInt64LittleEndian(rest[^sizeof(ulong)..]));
        }

        if (rest.Length >= sizeof(uint))
        {
            return (BinaryPrimitives.ReadUInt32LittleEndian(rest),
                BinaryPrimitives.ReadUInt32LittleEndian(rest[^sizeof(uint)..]));
        }

        var all = 0UL;
        foreach (var octet in rest)
        {
            all = (all << 8) | octet;
        }

        return (all, 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Fold(ulong one, ulong other)
    {
        var high = Math.BigMul(one, other, out var low);
        return high ^ low;
    }
}
