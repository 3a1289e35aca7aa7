using System.Buffers.Binary;

namespace VoiceQuality.Protocols.Rtcp;

/// <summary>One report block of an XR packet (RFC 3611 §3).</summary>
public readonly ref struct RtcpXrBlock(byte blockType, byte typeSpecific, ReadOnlySpan<byte> contents)
{
    /// <summary>7 is VoIP metrics; the registry of RFC 3611 §6.2 has the others.</summary>
    public byte BlockType { get; } = blockType;

    public byte TypeSpecific { get; } = typeSpecific;

    /// <summary>What follows the block's header of four octets.</summary>
    public ReadOnlySpan<byte> Contents { get; } = contents;
}

/// <summary>The blocks of an XR packet. A block that runs past the end of the packet ends the walk.</summary>
public readonly ref struct RtcpXrBlocks
{
    private readonly ReadOnlySpan<byte> _blocks;

    internal RtcpXrBlocks(ReadOnlySpan<byte> blocks) => _blocks = blocks;

    public Enumerator GetEnumerator() => new(_blocks);

    /// <summary>Walks the blocks once.</summary>
    public ref struct Enumerator
    {
        private ReadOnlySpan<byte> _rest;

        internal Enumerator(ReadOnlySpan<byte> blocks)
        {
            _rest = blocks;
            Current = default;
        }

        public RtcpXrBlock Current { get; private set; }

        public bool MoveNext()
        {
            if (_rest.Length < 4)
            {
                return false;
            }

            var length = (BinaryPrimitives.ReadUInt16BigEndian(_rest[2..]) + 1) * 4;
            if (length > _rest.Length)
            {
                _rest = default;
                return false;
            }

            Current = new RtcpXrBlock(_rest[0], _rest[1], _rest[4..length]);
            _rest = _rest[length..];
            return true;
        }
    }
}

/// <summary>
/// What an endpoint says of a call's quality (RFC 3611 §4.7). It is the endpoint's word, not a measurement of ours.
/// A value that the endpoint does not know (127, or 0 where RFC 3611 says so) is null.
/// </summary>
public readonly record struct RtcpVoipMetrics
{
    private const byte BlockType = 7;
    private const int ContentsLength = 32;
    private const byte Unavailable = 127;

    /// <summary>The source that is reported on.</summary>
    public uint Ssrc { get; private init; }

    /// <summary>Packets lost, in 256ths since reception began.</summary>
    public byte LossRate { get; private init; }

    /// <summary>Packets discarded for being early or late, in 256ths since reception began.</summary>
    public byte DiscardRate { get; private init; }

    /// <summary>Share of lost and discarded packets within bursts, in 256ths.</summary>
    public byte BurstDensity { get; private init; }

    /// <summary>Share of lost and discarded packets within gaps, in 256ths.</summary>
    public byte GapDensity { get; private init; }

    /// <summary>Mean length of bursts.</summary>
    public ushort BurstDurationMs { get; private init; }

    /// <summary>Mean length of gaps.</summary>
    public ushort GapDurationMs { get; private init; }

    /// <summary>The latest round trip between the RTP interfaces; null when not measured.</summary>
    public ushort? RoundTripDelayMs { get; private init; }

    /// <summary>Delay inside the reporting endpoint; null when not estimated.</summary>
    public ushort? EndSystemDelayMs { get; private init; }

    /// <summary>R factor of the voice segment in RTP, 0 to 100; null when unavailable or out of range.</summary>
    public byte? RFactor { get; private init; }

    /// <summary>MOS-LQ in tenths, 10 to 50; null when unavailable or out of range.</summary>
    public byte? MosLqTenths { get; private init; }

    /// <summary>MOS-CQ in tenths, 10 to 50; null when unavailable or out of range.</summary>
    public byte? MosCqTenths { get; private init; }

    /// <summary>Reads a VoIP metrics block. False for another type or a length that is not its own.</summary>
    public static bool TryRead(RtcpXrBlock block, out RtcpVoipMetrics metrics)
    {
        metrics = default;
        var contents = block.Contents;
        if (block.BlockType != BlockType || contents.Length != ContentsLength)
        {
            return false;
        }

        metrics = new RtcpVoipMetrics
        {
            Ssrc = BinaryPrimitives.ReadUInt32BigEndian(contents),
            LossRate = contents[4],
            DiscardRate = contents[5],
            BurstDensity = contents[6],
            GapDensity = contents[7],
            BurstDurationMs = BinaryPrimitives.ReadUInt16BigEndian(contents[8..]),
            GapDurationMs = BinaryPrimitives.ReadUInt16BigEndian(contents[10..]),
            RoundTripDelayMs = NonZero(BinaryPrimitives.ReadUInt16BigEndian(contents[12..])),
            EndSystemDelayMs = NonZero(BinaryPrimitives.ReadUInt16BigEndian(contents[14..])),
            RFactor = Within(contents[20], 0, 100),
            MosLqTenths = Within(contents[22], 10, 50),
            MosCqTenths = Within(contents[23], 10, 50),
        };
        return true;
    }

    private static ushort? NonZero(ushort value) => value == 0 ? null : value;

    private static byte? Within(byte value, byte minimum, byte maximum) =>
        value != Unavailable && value >= minimum && value <= maximum ? value : null;
}
