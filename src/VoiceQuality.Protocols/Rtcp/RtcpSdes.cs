using System.Buffers.Binary;

namespace VoiceQuality.Protocols.Rtcp;

/// <summary>One item of an SDES chunk (RFC 3550 §6.5).</summary>
public readonly ref struct RtcpSdesItem(uint ssrc, byte itemType, ReadOnlySpan<byte> text)
{
    /// <summary>The source that the item describes.</summary>
    public uint Ssrc { get; } = ssrc;

    /// <summary>1 is CNAME, 2 NAME, 3 EMAIL, 4 PHONE, 5 LOC, 6 TOOL, 7 NOTE, 8 PRIV.</summary>
    public byte ItemType { get; } = itemType;

    /// <summary>UTF-8, not checked; 0 to 255 octets.</summary>
    public ReadOnlySpan<byte> Text { get; } = text;
}

/// <summary>The items of all chunks of an SDES.</summary>
public readonly ref struct RtcpSdesItems
{
    private readonly ReadOnlySpan<byte> _chunks;
    private readonly int _chunkCount;

    internal RtcpSdesItems(ReadOnlySpan<byte> chunks, int chunkCount)
    {
        _chunks = chunks;
        _chunkCount = chunkCount;
    }

    public Enumerator GetEnumerator() => new(_chunks, _chunkCount);

    /// <summary>
    /// True when <paramref name="count"/> chunks, each with its end, lie in <paramref name="chunks"/>.
    /// </summary>
    internal static bool AreWhole(ReadOnlySpan<byte> chunks, int count)
    {
        var items = new Enumerator(chunks, count);
        while (items.MoveNext())
        {
        }

        return items.IsAtEnd;
    }

    public ref struct Enumerator
    {
        private readonly ReadOnlySpan<byte> _chunks;
        private int _chunksLeft;
        private int _position;
        private uint _ssrc;
        private bool _isInChunk;

        internal Enumerator(ReadOnlySpan<byte> chunks, int count)
        {
            _chunks = chunks;
            _chunksLeft = count;
            Current = default;
        }

        public RtcpSdesItem Current { get; private set; }

        /// <summary>True when all chunks were walked, false before and when one is cut.</summary>
        internal readonly bool IsAtEnd => _chunksLeft == 0 && !_isInChunk;

        public bool MoveNext()
        {
            while (_isInChunk || _chunksLeft > 0)
            {
                if (!_isInChunk)
                {
                    if (_chunks.Length - _position < 4)
                    {
                        return false;
                    }

                    _ssrc = BinaryPrimitives.ReadUInt32BigEndian(_chunks[_position..]);
                    _position += 4;
                    _chunksLeft--;
                    _isInChunk = true;
                }

                if (_position >= _chunks.Length)
                {
                    return false;
                }

                var itemType = _chunks[_position];
                if (itemType == 0)
                {
                    // The null octet ends the chunk, and more of them fill up to the next word.
                    _position = Math.Min((_position + 4) & ~3, _chunks.Length);
                    _isInChunk = false;
                    continue;
                }

                if (_chunks.Length - _position < 2 || _chunks.Length - _position - 2 < _chunks[_position + 1])
                {
                    return false;
                }

                int length = _chunks[_position + 1];
                Current = new RtcpSdesItem(_ssrc, itemType, _chunks.Slice(_position + 2, length));
                _position += 2 + length;
                return true;
            }

            return false;
        }
    }
}
