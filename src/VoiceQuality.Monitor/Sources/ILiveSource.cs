namespace VoiceQuality.Monitor.Sources;

/// <summary>A source that something comes from now and then, and that can be asked without waiting long.</summary>
public interface ILiveSource : IPacketSource
{
    /// <summary>Fills <paramref name="block"/>.</summary>
    /// <param name="block">Takes the packets; it may stay empty.</param>
    /// <param name="wait">How long to wait for packets when there are none.</param>
    /// <returns>False when the source has ended and the block is empty.</returns>
    bool TryFill(PacketBlock block, TimeSpan wait);
}
