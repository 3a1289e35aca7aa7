namespace VoiceQuality.Monitor.Sources;

/// <summary>Something that captured packets come from, in the order in which they were captured.</summary>
public interface IPacketSource : IDisposable
{
    /// <summary>What an operator calls it: a file name or an interface. It carries no caller's data.</summary>
    string Name { get; }

    /// <summary>Fills <paramref name="block"/>, waiting for packets if need be.</summary>
    /// <returns>False when the source has ended and the block is empty.</returns>
    bool TryFill(PacketBlock block);
}
