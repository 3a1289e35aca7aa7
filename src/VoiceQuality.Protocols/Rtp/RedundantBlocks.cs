namespace VoiceQuality.Protocols.Rtp;

/// <summary>One redundant block of a packet with redundant audio.</summary>
/// <param name="PayloadType">What it carries, 0 to 127.</param>
/// <param name="TimestampOffset">How much older than the packet's timestamp it is, ticks, 0 to 16,383.</param>
/// <param name="Length">Octets, 0 to 1,023.</param>
public readonly record struct RedundantBlock(byte PayloadType, uint TimestampOffset, int Length);

/// <summary>The redundant blocks of a RED payload (RFC 2198 §3), oldest first; the primary block is left out.</summary>
/// <remarks>
/// <code>
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// |1|  block PT   |     timestamp offset      |   block length    |   a redundant block
/// |0|  block PT   |                                                 the primary block
/// </code>
/// </remarks>
public readonly ref struct RedundantBlocks
{
    /// <summary>Blocks that are read; a packet brings one to three packets before it.</summary>
    public const int MaxBlocks = 16;

    private readonly ReadOnlySpan<byte> _headers;

    private RedundantBlocks(ReadOnlySpan<byte> headers, byte primaryPayloadType)
    {
        _headers = headers;
        PrimaryPayloadType = primaryPayloadType;
    }

    /// <summary>Redundant blocks, 0 to <see cref="MaxBlocks"/>.</summary>
    public int Count => _headers.Length / 4;

    /// <summary>What the primary block carries, 0 to 127.</summary>
    public byte PrimaryPayloadType { get; }

    /// <summary>Checks headers and lengths. Never throws.</summary>
    /// <param name="payload">The payload as far as it was captured.</param>
    /// <param name="wireLength">Its length on the wire, octets: what the blocks carry need not have been
    /// captured.</param>
    /// <param name="blocks">The blocks, when the result is true.</param>
    public static bool TryParse(ReadOnlySpan<byte> payload, int wireLength, out RedundantBlocks blocks)
    {
        blocks = default;
        var data = 0;
        for (var offset = 0; offset < payload.Length && offset <= 4 * MaxBlocks; offset += 4)
        {
            if ((payload[offset] & 0x80) == 0)
            {
                if (wireLength - offset - 1 < data)
                {
                    return false;
                }

                blocks = new RedundantBlocks(payload[..offset], payload[offset]);
                return true;
            }

            if (payload.Length - offset < 4)
            {
                return false;
            }

            data += ((payload[offset + 2] & 3) << 8) | payload[offset + 3];
        }

        return false;
    }

    public Enumerator GetEnumerator() => new(_headers);

    public ref struct Enumerator
    {
        private ReadOnlySpan<byte> _rest;

        internal Enumerator(ReadOnlySpan<byte> headers)
        {
            _rest = headers;
            Current = default;
        }

        public RedundantBlock Current { get; private set; }

        public bool MoveNext()
        {
            if (_rest.Length < 4)
            {
                return false;
            }

            Current = new RedundantBlock(
                (byte)(_rest[0] & 0x7F),
                ((uint)_rest[1] << 6) | (uint)(_rest[2] >> 2),
                ((_rest[2] & 3) << 8) | _rest[3]);
            _rest = _rest[4..];
            return true;
        }
    }
}
