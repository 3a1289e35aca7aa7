using VoiceQuality.Monitor.Sources;

namespace VoiceQuality.Service.Hosting;

/// <summary>A source that notes between which times its packets lie; other threads may look at them.</summary>
/// <param name="source">The packets; disposed with this.</param>
/// <param name="firstUs">The first packet, microseconds since 1970-01-01 UTC.</param>
internal sealed class SpannedSource(CaptureFileSource source, long firstUs) : IPacketSource
{
    private long _firstUs = firstUs;
    private long _lastUs = firstUs;

    /// <inheritdoc/>
    public string Name => source.Name;

    /// <summary>What is read.</summary>
    public CaptureFileSource File => source;

    /// <summary>The earliest packet so far.</summary>
    public long FirstUs => Volatile.Read(ref _firstUs);

    /// <summary>The latest packet so far.</summary>
    public long LastUs => Volatile.Read(ref _lastUs);

    /// <inheritdoc/>
    public bool TryFill(PacketBlock block)
    {
        var hasMore = source.TryFill(block);
        var (first, last) = (FirstUs * 1_000, LastUs * 1_000);
        foreach (ref readonly var record in block.Records.AsSpan(0, block.RecordCount))
        {
            first = Math.Min(first, record.TimestampNs);
            last = Math.Max(last, record.TimestampNs);
        }

        Volatile.Write(ref _firstUs, first / 1_000);
        Volatile.Write(ref _lastUs, last / 1_000);
        return hasMore;
    }

    /// <inheritdoc/>
    public void Dispose() => source.Dispose();
}
