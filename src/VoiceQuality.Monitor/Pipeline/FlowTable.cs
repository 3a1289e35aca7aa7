using VoiceQuality.Monitor.Streams;

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
    private ulong[] _hashes = new ulong[InitialCapacity];
    private Flow?[] _flows = new Flow?[InitialCapacity];

    public FlowTable(int maxCount) => _maxCount = maxCount;

    public int Count { get; private set; }

    /// <summary>Finds the flow of <paramref name="packet"/>, or null.</summary>
    public Flow? Find(in MediaPacket packet, ReadOnlySpan<byte> octets)
    {
        var flows = _flows;
        var hashes = _hashes;
        var mask = flows.Length - 1;
        var slot = (int)(packet.FlowHash >> 20) & mask;
        for (var probe = 0; probe < _longestProbe; probe++, slot = (slot + 1) & mask)
        {
            var flow = flows[slot];
            if (flow is null)
            {
                return null;
            }

            if (hashes[slot] == packet.FlowHash && flow.Matches(packet, octets))
            {
                return flow;
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

        if ((Count + 1) * 2 > _flows.Length)
        {
            Resize(_flows.Length * 2);
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
        foreach (var flow in _flows)
        {
            if (flow is not null && isDead(flow))
            {
                flow.IsRemoved = true;
                removed++;
            }
        }

        if (removed > 0)
        {
            Count -= removed;
            var capacity = _flows.Length;
            while (capacity > InitialCapacity && Count * 8 < capacity)
            {
                capacity /= 2;
            }

            Resize(capacity);
        }
    }

    private void Resize(int capacity)
    {
        var old = _flows;
        _flows = new Flow?[capacity];
        _hashes = new ulong[capacity];
        _longestProbe = 0;
        foreach (var flow in old)
        {
            if (flow is { IsRemoved: false })
            {
                _ = TryPlace(flow, capacity);
            }
        }
    }

    private bool TryPlace(Flow flow, int maxProbes)
    {
        var mask = _flows.Length - 1;
        var slot = (int)(flow.Hash >> 20) & mask;
        for (var probe = 1; probe <= maxProbes; probe++, slot = (slot + 1) & mask)
        {
            if (_flows[slot] is null)
            {
                _flows[slot] = flow;
                _hashes[slot] = flow.Hash;
                _longestProbe = Math.Max(_longestProbe, probe);
                return true;
            }
        }

        return false;
    }
}
