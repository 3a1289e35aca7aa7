using VoiceQuality.Monitor.Sources;
using VoiceQuality.Monitor.Sources.Live;

namespace VoiceQuality.Monitor.Tests.Sources;

/// <summary>Hands over nothing as long as it is told so.</summary>
internal sealed class HaltedSource(LiveCapture capture, ManualResetEventSlim isRead) : IPacketSource
{
    public string Name => capture.Name;

    public bool TryFill(PacketBlock block)
    {
        isRead.Wait();
        return capture.TryFill(block);
    }

    public void Dispose()
    {
    }
}
