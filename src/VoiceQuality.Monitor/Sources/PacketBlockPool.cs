using System.Collections.Concurrent;

namespace VoiceQuality.Monitor.Sources;

/// <summary>Keeps blocks for reuse. How many are in flight is bounded by the queues that they travel through.</summary>
public sealed class PacketBlockPool
{
    private const int MaxKept = 256;

    private readonly ConcurrentQueue<PacketBlock> _free = new();

    /// <summary>A block that the caller must release.</summary>
    public PacketBlock Rent()
    {
        if (!_free.TryDequeue(out var block))
        {
            block = new PacketBlock(this);
        }

        block.Rented();
        return block;
    }

    internal void Return(PacketBlock block)
    {
        // A block that grew for one huge record is not worth keeping.
        if (_free.Count < MaxKept && block.Octets.Length == PacketBlock.DefaultLength)
        {
            _free.Enqueue(block);
        }
    }
}
