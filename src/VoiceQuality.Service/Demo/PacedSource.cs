using VoiceQuality.Monitor.Sources;
using VoiceQuality.Monitor.Sources.Synthetic;
using VoiceQuality.Protocols.Network;
using VoiceQuality.Protocols.Pcap;

namespace VoiceQuality.Service.Demo;

/// <summary>
/// Synthetic traffic at the pace of the clock: a frame is handed over when its time has come, so that metrics move as
/// they do with real traffic.
/// </summary>
internal sealed class PacedSource(SyntheticTraffic traffic, TimeProvider time, CancellationToken stoppingToken)
    : IPacketSource
{
    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(100);

    private readonly byte[] _next = new byte[SyntheticTraffic.MaxFrameLength];
    private int _nextLength;
    private long _nextNs;

    public string Name => "demo";

    public bool TryFill(PacketBlock block)
    {
        block.RecordCount = 0;
        stoppingToken.WaitHandle.WaitOne(Slice);

        var nowNs = (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;
        var offset = 0;

        while (block.RecordCount < block.Records.Length
            && offset + SyntheticTraffic.MaxFrameLength <= block.Octets.Length
            && TryPeek()
            && _nextNs <= nowNs)
        {
            _next.AsSpan(0, _nextLength).CopyTo(block.Octets.AsSpan(offset));
            block.Records[block.RecordCount++] = new CaptureRecord
            {
                Offset = offset,
                CapturedLength = _nextLength,
                OriginalLength = _nextLength,
                TimestampNs = _nextNs,
                LinkType = LinkType.Ethernet,
            };
            offset += _nextLength;
            _nextLength = 0;
        }

        // More may be due than fits into one block; time must not run ahead of it.
        block.QuietUntilNs = _nextLength > 0 && _nextNs > nowNs ? nowNs : 0;
        return _nextLength > 0 || block.RecordCount > 0;
    }

    public void Dispose() => traffic.Dispose();

    private bool TryPeek()
    {
        if (_nextLength == 0 && traffic.TryNext(out var frame))
        {
            frame.Octets.CopyTo(_next);
            _nextLength = frame.Octets.Length;
            _nextNs = frame.TimestampNs;
        }

        return _nextLength > 0;
    }
}
