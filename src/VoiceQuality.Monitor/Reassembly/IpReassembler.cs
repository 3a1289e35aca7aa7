using System.Buffers;
using System.Numerics;
using VoiceQuality.Monitor.Limits;
using VoiceQuality.Protocols.Network;

namespace VoiceQuality.Monitor.Reassembly;

/// <summary>
/// Puts fragmented datagrams together (RFC 791 §3.2, RFC 8200 §4.5). A fixed number of them is open at a time; a
/// further one takes the place of the oldest. One whose fragments overlap is dropped whole, in both versions of IP (RFC
/// 5722).
/// </summary>
internal sealed class IpReassembler
{
    /// <summary>How long the fragments of a datagram may be apart (RFC 8200 §4.5), ns.</summary>
    private const long MaxAgeNs = 60_000_000_000;

    private const int MaxLength = 65_535;
    private const int FirstBufferLength = 4_096;

    private readonly Slot[] _slots;
    private readonly Dictionary<Key, int> _index;
    private readonly SourceShares _shares;
    private int _next;
    private byte[]? _given;

    /// <param name="capacity">Datagrams that are open at a time.</param>
    /// <param name="percentOfOneSource">How much of that one source may have.</param>
    public IpReassembler(int capacity, int percentOfOneSource = 100)
    {
        _shares = new SourceShares(SourceShares.Of(capacity, percentOfOneSource));
        _slots = new Slot[capacity];
        _index = new Dictionary<Key, int>(capacity);
    }

    /// <summary>
    /// Datagrams that were given up: too old, in the way of a newer one, overlapping or cut by the capture.
    /// </summary>
    public long Abandoned { get; private set; }

    /// <summary>Takes a fragment.</summary>
    /// <param name="frame">The frame that it is in.</param>
    /// <param name="part">Where it is.</param>
    /// <param name="atNs">Capture time, ns.</param>
    /// <param name="whole">
    /// The payload of the whole packet when this was the last fragment missing; valid until the next call.
    /// </param>
    public bool TryComplete(ReadOnlySpan<byte> frame, in IpPayload part, long atNs, out ReadOnlySpan<byte> whole)
    {
        Return();
        whole = default;
        var key = new Key(frame, part);
        if (_index.TryGetValue(key, out var i))
        {
            if (atNs - _slots[i].StartedAtNs > MaxAgeNs)
            {
                Abandon(i);
                i = Take(key, atNs);
            }
        }
        else
        {
            i = Take(key, atNs);
        }

        ref var slot = ref _slots[i];
        var end = part.FragmentOffset + part.WirePayloadLength;
        if (part.PayloadLength < part.WirePayloadLength
            || end > MaxLength
            || (part.HasMoreFragments && part.WirePayloadLength % 8 != 0)
            || !slot.TryPut(
                frame.Slice(part.PayloadOffset, part.PayloadLength), part.FragmentOffset, !part.HasMoreFragments))
        {
            Abandon(i);
            return false;
        }

        if (!slot.IsComplete)
        {
            return false;
        }

        _given = slot.Buffer;
        whole = slot.Buffer.AsSpan(0, slot.Length);
        _index.Remove(key);
        _shares.Remove(key.Source);
        slot.Buffer = null;
        return true;
    }

    private int Take(in Key key, long atNs)
    {
        var i = _shares.IsFull(key.Source) ? OldestOf(key.Source) : _next;
        if (i == _next)
        {
            _next = i + 1 == _slots.Length ? 0 : i + 1;
        }

        if (_slots[i].Buffer is not null)
        {
            Abandon(i);
        }

        _slots[i].Open(key, atNs, ArrayPool<byte>.Shared.Rent(FirstBufferLength));
        _index.Add(key, i);
        _shares.Add(key.Source);
        return i;
    }

    /// <summary>The oldest place of a source that has as many as it may, so it has one.</summary>
    private int OldestOf(IpAddress128 source)
    {
        var oldest = _next;
        var startedAtNs = long.MaxValue;
        for (var i = 0; i < _slots.Length; i++)
        {
            if (_slots[i].Buffer is not null && _slots[i].StartedAtNs < startedAtNs
                && _slots[i].Key.Source.Site == source.Site)
            {
                (oldest, startedAtNs) = (i, _slots[i].StartedAtNs);
            }
        }

        return oldest;
    }

    private void Abandon(int i)
    {
        ref var slot = ref _slots[i];
        _index.Remove(slot.Key);
        _shares.Remove(slot.Key.Source);
        ArrayPool<byte>.Shared.Return(slot.Buffer!);
        slot.Buffer = null;
        Abandoned++;
    }

    private void Return()
    {
        if (_given is not null)
        {
            ArrayPool<byte>.Shared.Return(_given);
            _given = null;
        }
    }

    private readonly struct Key : IEquatable<Key>
    {
        private readonly IpAddress128 _source;
        private readonly IpAddress128 _destination;
        private readonly uint _id;
        private readonly byte _protocol;

        public Key(ReadOnlySpan<byte> frame, in IpPayload part)
        {
            _source = IpAddress128.FromBytes(frame.Slice(part.AddressOffset, part.AddressLength));
            _destination = IpAddress128.FromBytes(
                frame.Slice(part.AddressOffset + part.AddressLength, part.AddressLength));
            _id = part.FragmentId;
            _protocol = part.Protocol;
        }

        public IpAddress128 Source => _source;

        public bool Equals(Key other) => _id == other._id && _protocol == other._protocol
            && _source == other._source && _destination == other._destination;

        public override bool Equals(object? obj) => obj is Key other && Equals(other);

        // Seeded in each process, so that a sender cannot aim at one bucket.
        public override int GetHashCode() => HashCode.Combine(_source, _destination, _id, _protocol);
    }

    private struct Slot
    {
        // One bit for each eight octets of 65,535.
        private ulong[] _blocks;
        private int _blockCount;
        private bool _isLengthKnown;

        public Key Key { get; private set; }

        public long StartedAtNs { get; private set; }

        public byte[]? Buffer { get; set; }

        public int Length { get; private set; }

        public readonly bool IsComplete => _isLengthKnown && _blockCount == (Length + 7) / 8;

        public void Open(in Key key, long atNs, byte[] buffer)
        {
            (Key, StartedAtNs, Buffer, Length, _blockCount, _isLengthKnown) = (key, atNs, buffer, 0, 0, false);
            if (_blocks is null)
            {
                _blocks = new ulong[(MaxLength / 8 / 64) + 1];
            }
            else
            {
                Array.Clear(_blocks);
            }
        }

        /// <summary>False when the fragment contradicts what is there. The same one twice is taken once.</summary>
        public bool TryPut(ReadOnlySpan<byte> octets, int offset, bool isLast)
        {
            var end = offset + octets.Length;
            if (octets.IsEmpty || (isLast ? IsBadEnd(end) : _isLengthKnown && end > Length))
            {
                return false;
            }

            var (first, count) = (offset / 8, (octets.Length + 7) / 8);
            var known = CountBlocks(first, count);
            if (known == count)
            {
                return Buffer.AsSpan(offset, octets.Length).SequenceEqual(octets);
            }

            if (known > 0)
            {
                return false;
            }

            Reserve(end);
            octets.CopyTo(Buffer.AsSpan(offset));
            for (var block = first; block < first + count; block++)
            {
                _blocks[block >> 6] |= 1UL << (block & 63);
            }

            _blockCount += count;
            Length = Math.Max(Length, end);
            _isLengthKnown |= isLast;
            return true;
        }

        private readonly bool IsBadEnd(int end) => _isLengthKnown ? end != Length : end < Length;

        private readonly int CountBlocks(int first, int count)
        {
            var known = 0;
            for (var block = first; block < first + count;)
            {
                var here = Math.Min(first + count - block, 64 - (block & 63));
                var mask = (here == 64 ? ulong.MaxValue : (1UL << here) - 1) << (block & 63);
                known += BitOperations.PopCount(_blocks[block >> 6] & mask);
                block += here;
            }

            return known;
        }

        private void Reserve(int length)
        {
            if (Buffer!.Length < length)
            {
                var larger = ArrayPool<byte>.Shared.Rent(Math.Max(length, Buffer.Length * 2));
                Buffer.AsSpan(0, Length).CopyTo(larger);
                ArrayPool<byte>.Shared.Return(Buffer);
                Buffer = larger;
            }
        }
    }
}
