using VoiceQuality.Monitor.Sources.Synthetic;
using VoiceQuality.Protocols.Network;
using VoiceQuality.Protocols.Pcap;

namespace VoiceQuality.Monitor.Sources;

/// <summary>Hands synthetic traffic to the pipeline as if it had been captured.</summary>
public sealed class SyntheticSource(string name, SyntheticTraffic traffic) : IPacketSource
{
    /// <inheritdoc/>
    public string Name { get; } = name;

    /// <inheritdoc/>
    public bool TryFill(PacketBlock block)
    {
        ArgumentNullException.ThrowIfNull(block);

        block.RecordCount = 0;
        var offset = 0;
        while (block.RecordCount < block.Records.Length
            && offset + SyntheticTraffic.MaxFrameLength <= block.Octets.Length
            && traffic.TryNext(out var frame))
        {
            frame.Octets.CopyTo(block.Octets.AsSpan(offset));
            block.Records[block.RecordCount++] = new CaptureRecord
            {
                Offset = offset,
                CapturedLength = frame.Octets.Length,
                OriginalLength = frame.Octets.Length,
                TimestampNs = frame.TimestampNs,
                LinkType = LinkType.Ethernet,
            };
            offset += frame.Octets.Length;
        }

        return block.RecordCount > 0;
    }

    /// <inheritdoc/>
    public void Dispose() => traffic.Dispose();
}
