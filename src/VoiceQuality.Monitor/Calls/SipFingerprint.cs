using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using VoiceQuality.Protocols.Network;
using VoiceQuality.Protocols.Sip;

namespace VoiceQuality.Monitor.Calls;

/// <summary>
/// Tells a retransmission from a new message: the same start line kind, CSeq, branch, To tag, body and hop (RFC 3261
/// §17). Two 183 of one branch may differ in their bodies alone.
/// </summary>
internal static class SipFingerprint
{
    private const ulong Offset = 14_695_981_039_346_656_037;
    private const ulong K1 = 0x9FB2_1C65_1E98_DF25;
    private const ulong K2 = 0xD6E8_FEB8_6659_FD93;

    public static ulong Of(in SipMessage message, IpEndpoint source, IpEndpoint destination)
    {
        var hash = Add(Offset, ((ulong)message.StatusCode << 32) | message.CSeqNumber);
        hash = Add(hash, message.MethodSpan);
        hash = Add(hash, message.CSeqMethodSpan);
        hash = Add(hash, message.Branch);
        hash = Add(hash, message.ToTag);
        hash = Add(hash, message.Body);
        hash = Add(hash, source);
        hash = Add(hash, destination);
        hash ^= hash >> 32;
        hash *= K2;
        return hash ^ (hash >> 29);
    }

    private static ulong Add(ulong hash, IpEndpoint endpoint)
    {
        Span<byte> octets = stackalloc byte[16];
        var length = endpoint.Address.CopyTo(octets);
        return Add(Add(hash, octets[..length]), endpoint.Port);
    }

    /// <summary>Eight octets at a time, and the length, so that what follows cannot stand in for what is
    /// here.</summary>
    private static ulong Add(ulong hash, ReadOnlySpan<byte> octets)
    {
        hash = Add(hash, (ulong)octets.Length);
        while (octets.Length >= sizeof(ulong))
        {
            hash = Add(hash, BinaryPrimitives.ReadUInt64LittleEndian(octets));
            octets = octets[sizeof(ulong)..];
        }

        if (octets.IsEmpty)
        {
            return hash;
        }

        var last = 0UL;
        foreach (var octet in octets)
        {
            last = (last << 8) | octet;
        }

        return Add(hash, last);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Add(ulong hash, ulong value)
    {
        hash = (BitOperations.RotateLeft(hash, 27) ^ value) * K1;
        return hash ^ (hash >> 32);
    }
}
