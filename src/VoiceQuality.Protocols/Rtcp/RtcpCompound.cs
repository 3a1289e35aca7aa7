using System.Buffers.Binary;

namespace VoiceQuality.Protocols.Rtcp;

/// <summary>
/// The RTCP packets of one datagram (RFC 3550 §6.1). Each length, and each count against its length, is checked
/// before the first packet is given out. A compound of reduced size (RFC 5506) may start with any type.
/// </summary>
public readonly ref struct RtcpCompound
{
    private readonly ReadOnlySpan<byte> _packets;

    private RtcpCompound(ReadOnlySpan<byte> packets, int trailingLength)
    {
        _packets = packets;
        TrailingLength = trailingLength;
    }

    /// <summary>
    /// Octets after the last packet, 0 to 3. RFC 3550 A.2 wants none, but some endpoints send two more, and the
    /// reports before them are good.
    /// </summary>
    public int TrailingLength { get; }

    /// <summary>Checks the packets that fill <paramref name="datagram"/>. Never throws.</summary>
    public static bool TryParse(ReadOnlySpan<byte> datagram, out RtcpCompound compound, out RtcpRejectReason reason)
    {
        compound = default;
        var rest = datagram;
        do
        {
            reason = RtcpPacket.Check(rest, out var length);
            if (reason != RtcpRejectReason.None)
            {
                return false;
            }

            rest = rest[length..];
        }
        while (rest.Length >= RtcpPacket.HeaderLength);

        compound = new RtcpCompound(datagram[..^rest.Length], rest.Length);
        return true;
    }

    public Enumerator GetEnumerator() => new(_packets);

    /// <summary>Walks the packets once. There are at most 16,383 in a datagram.</summary>
    public ref struct Enumerator
    {
        private ReadOnlySpan<byte> _rest;

        internal Enumerator(ReadOnlySpan<byte> datagram)
        {
            _rest = datagram;
            Current = default;
        }

        public RtcpPacket Current { get; private set; }

        public bool MoveNext()
        {
            if (_rest.IsEmpty)
            {
                return false;
            }

            var length = (BinaryPrimitives.ReadUInt16BigEndian(_rest[2..]) + 1) * 4;
            Current = new RtcpPacket(_rest[..length]);
            _rest = _rest[length..];
            return true;
        }
    }
}
