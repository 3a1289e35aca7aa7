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
