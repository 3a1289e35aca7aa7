using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Quality.Rtp;

namespace VoiceQuality.Monitor.Pipeline;

/// <summary>
/// Directed flows by their 64-bit hash: open addressing in a power-of-two table, never more than half full, with a
/// bounded number of probes. The full key is compared, so two flows are never taken for one. A slot has eight octets,
/// part of the hash and the place of the flow, so that the table stays in the cache where the flows do not; eight slots
/// are a bucket, which is looked at as one.
/// </summary>
internal sealed class FlowTable
{
    /// <summary>No place.</summary>
    public const int None = -1;

    private const int InitialCapacity = 1_024;
    private const int BucketSlots = 8;

    /// <summary>Half a megabyte of slots.</summary>
    private const int NearSlots = 65_536;

    /// <summary>Buckets that are looked at.</summary>
    private const int MaxProbes = 8;

    private readonly int _maxCount;
    private readonly Stack<int> _free = new();
    private int _longestProbe;
    private ulong[] _slots = new ulong[InitialCapacity];
    private Flow?[] _flows = new Flow?[InitialCapacity / 2];
    private int _places;

    public FlowTable(int maxCount)
    {
        _maxCount = maxCount;
        Runs.Reserve(1);
    }

    public int Count { get; private set; }

    /// <summary>Whether the slots do not stay near the processor, so that asking for them ahead is worth it.</summary>
    public bool IsLarge => _slots.Length > NearSlots;

    /// <summary>The runs of the flows, by their places.</summary>
    public SteadyRuns Runs { get; } = new();

    /// <summary>The flow at a place.</summary>
    public Flow? this[int place]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _flows[place];
    }

    /// <summary>Asks the processor for the slot where the flow of this hash would be named.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(ulong hash)
    {
        var slots = _slots;
        CacheLines.PrefetchPair(in slots[SlotOf(hash, slots.Length - 1)]);
    }

    /// <summary>The place of a flow that this hash may belong to; whoever takes it compares its key.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Guess(ulong hash)
    {
        var slots = _slots;
        ref var slot = ref slots[SlotOf(hash, slots.Length - 1)];
        var found = Matches(ref slot, (uint)hash);
        return found == 0 ? None : (int)Unsafe.Add(ref slot, BitOperations.TrailingZeroCount(found)) - 1;
    }

    /// <summary>Finds the flow of <paramref name="packet"/>, or null.</summary>
    public Flow? Find(in MediaPacket packet, ReadOnlySpan<byte> octets)
    {
        var mask = _slots.Length - 1;
        var at = SlotOf(packet.FlowHash, mask);
        for (var probe = 0; probe < _longestProbe; probe++, at = (at + BucketSlots) & mask)
        {
            foreach (var slot in _slots.AsSpan(at, BucketSlots))
            {
                if (slot == 0)
                {
                    return null;
                }

                if (slot >> 32 == (uint)packet.FlowHash && _flows[(int)slot - 1]!.Matches(packet, octets))
                {
                    return _flows[(int)slot - 1];
                }
            }
        }

        return null;
    }

    /// <summary>Adds the flow of a packet that <see cref="Find"/> did not find.</summary>
    /// <returns>Null when the table is full or crowded at this place.</returns>
    public Flow? TryAdd(in MediaPacket packet, ReadOnlySpan<byte> octets)
    {
        if (Count >= _maxCount)
        {
            return null;
        }

        if ((Count + 1) * 2 > _slots.Length)
        {
            Resize(_slots.Length * 2);
        }

        var place = _free.TryPeek(out var free) ? free : _places;
        if (!TryPlace(packet.FlowHash, place, MaxProbes))
        {
            return null;
        }

        if (place == _places)
        {
            _places++;
            if (place == _flows.Length)
            {
                Array.Resize(ref _flows, _flows.Length * 2);
            }

            Runs.Reserve(_places);
        }
        else
        {
            _free.Pop();
        }

        Count++;
        Runs[place].Begin(packet);
        return _flows[place] = new Flow(packet, octets, Runs, place);
    }

    /// <summary>Drops the flows that <paramref name="isDead"/> names and closes the gaps.</summary>
    public void RemoveWhere(Func<Flow, bool> isDead)
    {
        var removed = 0;
        for (var place = 0; place < _places; place++)
        {
            if (_flows[place] is { } flow && isDead(flow))
            {
                _flows[place] = null;
                _free.Push(place);
                removed++;
            }
        }

        if (removed > 0)
        {
            Count -= removed;
            var capacity = _slots.Length;
            while (capacity > InitialCapacity && Count * 8 < capacity)
            {
                capacity /= 2;
            }

            Resize(capacity);
        }
    }

    /// <summary>The first slot of the bucket of a hash.</summary>
    private static int SlotOf(ulong hash, int mask) => (int)(hash >> 32) & mask & -BucketSlots;

    /// <summary>A bit for each slot of a bucket that names this part of a hash.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Matches(ref ulong slot, uint tag)
    {
        var tags = Vector256.Create((ulong)tag);
        var low = Vector256.Equals(Vector256.LoadUnsafe(ref slot) >>> 32, tags);
        var high = Vector256.Equals(Vector256.LoadUnsafe(ref slot, BucketSlots / 2) >>> 32, tags);
        return low.ExtractMostSignificantBits() | (high.ExtractMostSignificantBits() << (BucketSlots / 2));
    }

    private void Resize(int capacity)
    {
        _slots = new ulong[capacity];
        _longestProbe = 0;
        for (var place = 0; place < _places; place++)
        {
            if (_flows[place] is { } flow)
            {
                _ = TryPlace(flow.Hash, place, capacity / BucketSlots);
            }
        }
    }

    private bool TryPlace(ulong hash, int place, int maxProbes)
    {
        var mask = _slots.Length - 1;
        var at = SlotOf(hash, mask);
        for (var probe = 1; probe <= maxProbes; probe++, at = (at + BucketSlots) & mask)
        {
            foreach (ref var slot in _slots.AsSpan(at, BucketSlots))
            {
                if (slot == 0)
                {
                    slot = (hash << 32) | (uint)(place + 1);
                    _longestProbe = Math.Max(_longestProbe, probe);
                    return true;
                }
            }
        }

        return false;
    }
}
