using VoiceQuality.Quality.Rtp;

namespace VoiceQuality.Monitor.Calls;

/// <summary>
/// Calls in progress by their key (<see cref="CallKey"/>): open addressing, at most half full, hash and call side by
/// side, so that a look costs one line of the cache. The key itself is compared too.
/// </summary>
internal sealed class CallTable
{
    private const int LeastSlots = 1_024;

    private Slot[] _slots = new Slot[LeastSlots];

    public int Count { get; private set; }

    public static ulong HashOf(ReadOnlySpan<byte> key) => OctetHash.End(OctetHash.Add(OctetHash.Start, key));

    /// <summary>Asks the processor for the place where the call of this hash would lie.</summary>
    public void Prefetch(ulong hash)
    {
        var slots = _slots;
        CacheLines.Prefetch(in slots[(int)hash & (slots.Length - 1)], 1);
    }

    /// <summary>Asks the processor for the call of this hash, if there seems to be one.</summary>
    public void PrefetchCall(ulong hash)
    {
        var slots = _slots;
        ref readonly var slot = ref slots[(int)hash & (slots.Length - 1)];
        if (slot.Hash == hash)
        {
            slot.Call?.Prefetch();
        }
    }

    /// <summary>The call of a key, or null.</summary>
    public CallState? Find(ulong hash, ReadOnlySpan<byte> key)
    {
        var slots = _slots;
        for (var place = (int)hash & (slots.Length - 1); ; place = (place + 1) & (slots.Length - 1))
        {
            ref readonly var slot = ref slots[place];
            if (slot.Call is null || (slot.Hash == hash && slot.Call.IsKey(key)))
            {
                return slot.Call;
            }
        }
    }

    /// <summary>Enters a call that <see cref="Find"/> did not find.</summary>
    public void Add(CallState call)
    {
        if (++Count * 2 > _slots.Length)
        {
            Resize(_slots.Length * 2);
        }

        Enter(call);
    }

    /// <summary>All calls, in no order.</summary>
    public List<CallState> ToList()
    {
        var calls = new List<CallState>(Count);
        foreach (ref readonly var slot in _slots.AsSpan())
        {
            if (slot.Call is { } call)
            {
                calls.Add(call);
            }
        }

        return calls;
    }

    public void Remove(CallState call)
    {
        var slots = _slots;
        var last = slots.Length - 1;
        var place = (int)call.KeyHash & last;
        while (slots[place].Call != call)
        {
            place = (place + 1) & last;
        }

        // What follows without a gap moves up, unless it would stand before its own place.
        for (var next = (place + 1) & last; slots[next].Call is not null; next = (next + 1) & last)
        {
            var own = (int)slots[next].Hash & last;
            if (((next - own) & last) >= ((next - place) & last))
            {
                slots[place] = slots[next];
                place = next;
            }
        }

        slots[place] = default;
        Count--;
        if (slots.Length > LeastSlots && Count * 16 < slots.Length)
        {
            Resize(slots.Length / 4);
        }
    }

    private void Resize(int length)
    {
        var old = _slots;
        _slots = new Slot[Math.Max(length, LeastSlots)];
        foreach (ref readonly var slot in old.AsSpan())
        {
            if (slot.Call is not null)
            {
                Enter(slot.Call);
            }
        }
    }

    private void Enter(CallState call)
    {
        var slots = _slots;
        var place = (int)call.KeyHash & (slots.Length - 1);
        while (slots[place].Call is not null)
        {
            place = (place + 1) & (slots.Length - 1);
        }

        slots[place] = new Slot(call.KeyHash, call);
    }

    private readonly record struct Slot(ulong Hash, CallState? Call);
}
