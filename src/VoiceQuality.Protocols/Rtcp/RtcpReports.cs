using System.Buffers.Binary;

namespace VoiceQuality.Protocols.Rtcp;

/// <summary>The sender information of an SR (RFC 3550 §6.4.1).</summary>
/// <param name="Ssrc">Who sent the report.</param>
/// <param name="NtpTimestamp">Wall clock as 32.32 bits of seconds since 1900; 0 when the sender has none.</param>
/// <param name="RtpTimestamp">The same instant in media-clock ticks.</param>
/// <param name="PacketCount">RTP packets sent; wraps at 2³².</param>
/// <param name="OctetCount">Payload octets sent; wraps at 2³².</param>
public readonly record struct RtcpSenderInfo(
    uint Ssrc, ulong NtpTimestamp, uint RtpTimestamp, uint PacketCount, uint OctetCount)
{
    /// <summary>The middle 32 bits of the NTP timestamp, which LSR fields quote.</summary>
    public uint NtpMiddle => (uint)(NtpTimestamp >> 16);

    internal static RtcpSenderInfo Read(ReadOnlySpan<byte> body) => new(
        BinaryPrimitives.ReadUInt32BigEndian(body),
        BinaryPrimitives.ReadUInt64BigEndian(body[4..]),
        BinaryPrimitives.ReadUInt32BigEndian(body[12..]),
        BinaryPrimitives.ReadUInt32BigEndian(body[16..]),
        BinaryPrimitives.ReadUInt32BigEndian(body[20..]));
}

/// <summary>What a receiver says of one source (RFC 3550 §6.4.1).</summary>
/// <param name="Ssrc">The source reported on.</param>
/// <param name="FractionLost">Lost since the report before, in 256ths: 0 to 255.</param>
/// <param name="CumulativeLost">Lost since the start, -8,388,608 to 8,388,607; duplicates make it negative.</param>
/// <param name="ExtendedHighestSequenceNumber">Cycles in the upper, sequence number in the lower 16 bits.</param>
/// <param name="JitterTicks">Interarrival jitter in media-clock ticks.</param>
/// <param name="Lsr">Middle 32 bits of the NTP timestamp of the last SR; 0 when none came.</param>
/// <param name="Dlsr">Time since that SR in units of 1/65,536 s.</param>
public readonly record struct RtcpReportBlock(
    uint Ssrc,
    byte FractionLost,
    int CumulativeLost,
    uint ExtendedHighestSequenceNumber,
    uint JitterTicks,
    uint Lsr,
    uint Dlsr)
{
    /// <summary>Octets of one block.</summary>
    public const int Length = 24;

    internal static RtcpReportBlock Read(ReadOnlySpan<byte> block)
    {
        var loss = BinaryPrimitives.ReadInt32BigEndian(block[4..]);
        return new RtcpReportBlock(
            BinaryPrimitives.ReadUInt32BigEndian(block),
            (byte)(loss >> 24),
            (loss << 8) >> 8,
            BinaryPrimitives.ReadUInt32BigEndian(block[8..]),
            BinaryPrimitives.ReadUInt32BigEndian(block[12..]),
            BinaryPrimitives.ReadUInt32BigEndian(block[16..]),
            BinaryPrimitives.ReadUInt32BigEndian(block[20..]));
    }
}

/// <summary>The report blocks of an SR or RR, at most 31.</summary>
public readonly ref struct RtcpReportBlocks
{
    private readonly ReadOnlySpan<byte> _blocks;

    internal RtcpReportBlocks(ReadOnlySpan<byte> blocks, int count) =>
        _blocks = blocks[..(count * RtcpReportBlock.Length)];

    public int Count => _blocks.Length / RtcpReportBlock.Length;

    public Enumerator GetEnumerator() => new(_blocks);

    public ref struct Enumerator
    {
        private ReadOnlySpan<byte> _rest;

        internal Enumerator(ReadOnlySpan<byte> blocks)
        {
            _rest = blocks;
            Current = default;
        }

        public RtcpReportBlock Current { get; private set; }

        public bool MoveNext()
        {
            if (_rest.Length < RtcpReportBlock.Length)
            {
                return false;
            }

            Current = RtcpReportBlock.Read(_rest);
            _rest = _rest[RtcpReportBlock.Length..];
            return true;
        }
    }
}
