using VoiceQuality.Monitor.Streams;
using VoiceQuality.Quality.Rtp;

namespace VoiceQuality.Monitor.Pipeline;

/// <summary>
/// Directed flows by their 64-bit hash: open addressing in a power-of-two table, never more than half full, with a
/// bounded number of probes. The full key is compared, so two flows are never taken for one.
/// </summary>
internal sealed class FlowTable
{
    private const int InitialCapacity = 1_024;
    private const int MaxProbes = 64;

    private readonly int _maxCount;
    private int _longestProbe;
    private Slot[] _slots = new Slot[InitialCapacity];

    public FlowTable(int maxCount) => _maxCount = maxCount;

    public int Count { get; private set; }

    /// <summary>Asks the processor for the place where the flow of this hash would lie.</summary>
    public void Prefetch(ulong hash)
    {
        var slots = _slots;
        CacheLines.Prefetch(in slots[(int)(hash >> 20) & (slots.Length - 1)], 1);
    }

    /// <summary>The first flow of this hash; whoever takes it compares its key.</summary>
    public Flow? Guess(ulong hash)
    {
        var slots = _slots;
        var mask = slots.Length - 1;
        var place = (int)(hash >> 20) & mask;
        for (var probe = 0; probe < _longestProbe; probe++, place = (place + 1) & mask)
        {
            ref readonly var slot = ref slots[place];
            if (slot.Hash == hash || slot.Flow is null)
            {
                return slot.Flow;
            }
        }

        return null;
    }

    /// <summary>Finds the flow of <paramref name="packet"/>, or null.</summary>
    public Flow? Find(in MediaPacket packet, ReadOnlySpan<byte> octets)
    {
        var slots = _slots;
        var mask = slots.Length - 1;
        var place = (int)(packet.FlowHash >> 20) & mask;
        for (var probe = 0; probe < _longestProbe; probe++, place = (place + 1) & mask)
        {
            ref readonly var slot = ref slots[place];
            if (slot.Flow is null)
            {
                return null;
            }

            if (slot.Hash == packet.FlowHash && slot.Flow.Matches(packet, octets))
            {
                return slot.Flow;
            }
        }

        return null;
    }

    /// <summary>Adds a flow that <see cref="Find"/> did not find.</summary>
    /// <returns>False when the table is full or crowded at this place.</returns>
    public bool TryAdd(Flow flow)
    {
        if (Count >= _maxCount)
        {
            return false;
        }

        if ((Count + 1) * 2 > _slots.Length)
        {
            Resize(_slots.Length * 2);
        }

        if (!TryPlace(flow, MaxProbes))
        {
            return false;
        }

        Count++;
        return true;
    }

    /// <summary>Drops the flows that <paramref name="isDead"/> names and closes the gaps.</summary>
    public void RemoveWhere(Func<Flow, bool> isDead)
    {
        var removed = 0;
        foreach (ref readonly var slot in _slots.AsSpan())
        {
            if (slot.Flow is { } flow && isDead(flow))
            {
                flow.IsRemoved = true;
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

    private void Resize(int capacity)
    {
        var old = _slots;
        _slots = new Slot[capacity];
        _longestProbe = 0;
        foreach (ref readonly var slot in old.AsSpan())
        {
            if (slot.Flow is { IsRemoved: false } flow)
            {
                _ = TryPlace(flow, capacity);
            }
        }
    }

    private bool TryPlace(Flow flow, int maxProbes)
    {
        var mask = _slots.Length - 1;
        var place = (int)(flow.Hash >> 20) & mask;
        for (var probe = 1; probe <= maxProbes; probe++, place = (place + 1) & mask)
        {
            ref var slot = ref _slots[place];
            if (slot.Flow is null)
            {
                slot = new Slot(flow.Hash, flow);
                _longestProbe = Math.Max(_longestProbe, probe);
                return true;
            }
        }

        return false;
    }

    /// <summary>Hash and flow side by side, so that a look costs one line of the cache.</summary>
    private readonly record struct Slot(ulong Hash, Flow? Flow);
}
