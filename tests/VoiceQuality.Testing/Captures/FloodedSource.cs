using VoiceQuality.Monitor.Sources;
using VoiceQuality.Protocols.Pcap;

namespace VoiceQuality.Testing.Captures;

/// <summary>
/// The frames of a wire with a flood among them that is made while it is read, so that the flood itself takes no
/// memory.
/// </summary>
/// <param name="frames">What really passes, in the order of its times.</param>
/// <param name="forged">The octets of the flood's frame of an index from 0 on.</param>
/// <param name="count">Frames of the flood.</param>
/// <param name="fromNs">When the flood begins, ns.</param>
/// <param name="toNs">When it ends, ns.</param>
public sealed class FloodedSource(
    IReadOnlyList<WireFrame> frames, Func<int, byte[]> forged, int count, long fromNs, long toNs) : IPacketSource
{
    private int _next;
    private int _nextForged;

    /// <inheritdoc/>
    public string Name => "flood";

    /// <inheritdoc/>
    public bool TryFill(PacketBlock block)
    {
        ArgumentNullException.ThrowIfNull(block);
        const int longestFrame = 4_096;
        block.RecordCount = 0;
        var offset = 0;
        while (block.RecordCount < PacketBlock.RecordCapacity && offset + longestFrame <= block.Octets.Length
            && (_next < frames.Count || _nextForged < count))
        {
            var forgedAtNs = fromNs + ((toNs - fromNs) / Math.Max(1, count) * _nextForged);
            var isForged = _nextForged < count && (_next == frames.Count || forgedAtNs < frames[_next].AtNs);
            var octets = isForged ? forged(_nextForged++) : frames[_next].Octets;
            octets.CopyTo(block.Octets, offset);
            block.Records[block.RecordCount++] = new CaptureRecord
            {
                Offset = offset,
                CapturedLength = octets.Length,
                OriginalLength = octets.Length,
                TimestampNs = isForged ? forgedAtNs : frames[_next++].AtNs,
                LinkType = Protocols.Network.LinkType.Ethernet,
            };
            offset += octets.Length;
        }

        return block.RecordCount > 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
