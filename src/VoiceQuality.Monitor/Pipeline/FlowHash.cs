using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace VoiceQuality.Monitor.Pipeline;

/// <summary>Seeded hashes of addresses and ports.</summary>
internal static class FlowHash
{
    private const ulong K1 = 0x9FB2_1C65_1E98_DF25;
    private const ulong K2 = 0xD6E8_FEB8_6659_FD93;

    /// <summary>Hash of a directed flow.</summary>
    /// <param name="addresses">Source and destination address, 8 or 32 octets.</param>
    /// <param name="sourcePort">UDP source port.</param>
    /// <param name="destinationPort">UDP destination port.</param>
    /// <param name="seed">Any number.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Directed(ReadOnlySpan<byte> addresses, ushort sourcePort, ushort destinationPort, ulong seed)
    {
        var hash = seed ^ (((ulong)sourcePort << 32) | destinationPort);
        hash = Mix(hash, BinaryPrimitives.ReadUInt64LittleEndian(addresses));
        if (addresses.Length > 8)
        {
            hash = Mix(hash, BinaryPrimitives.ReadUInt64LittleEndian(addresses[8..]));
            hash = Mix(hash, BinaryPrimitives.ReadUInt64LittleEndian(addresses[16..]));
            hash = Mix(hash, BinaryPrimitives.ReadUInt64LittleEndian(addresses[24..]));
        }

        hash ^= hash >> 32;
        hash *= K2;
        return hash ^ (hash >> 29);
    }

    /// <summary>
    /// The lane of a flow. Both directions, and RTP with its RTCP on the next port, share one.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Lane(
        ReadOnlySpan<byte> addresses, ushort sourcePort, ushort destinationPort, ulong seed, int lanes)
    {
        var half = addresses.Length / 2;
        ulong folded;
        if (half == 4)
        {
            folded = BinaryPrimitives.ReadUInt32LittleEndian(addresses)
                + (ulong)BinaryPrimitives.ReadUInt32LittleEndian(addresses[4..]);
        }
        else
        {
            folded = BinaryPrimitives.ReadUInt64LittleEndian(addresses)
                + BinaryPrimitives.ReadUInt64LittleEndian(addresses[16..]);
            folded += BitOperations.RotateLeft(
                BinaryPrimitives.ReadUInt64LittleEndian(addresses[8..])
                    + BinaryPrimitives.ReadUInt64LittleEndian(addresses[24..]),
                23);
        }

        var ports = (ulong)((sourcePort >> 1) + (destinationPort >> 1));
        var hash = Mix(seed ^ ports, folded);
        hash ^= hash >> 32;
        return (int)(((hash * K2) >> 32) * (ulong)lanes >> 32);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix(ulong hash, ulong value) => (BitOperations.RotateLeft(hash, 27) ^ value) * K1;
}
