using VoiceQuality.Protocols.Pcap;

namespace VoiceQuality.Monitor.Sources.Live;

/// <summary>
/// One interface over its whole life: it is captured while it is there, and again when it comes back. It keeps the
/// account of what the kernel received: read, dropped, or still in the ring.
/// </summary>
internal sealed class LinkReader : IDisposable
{
    private readonly LiveCaptureOptions _options;
    private readonly byte _link;
    private readonly byte[] _octets;
    private readonly List<DropSpan> _drops = [];
    private readonly CaptureRecord[] _records = new CaptureRecord[PacketBlock.RecordCapacity];
    private PacketRing? _ring;
    private bool _isGone;
    private bool _isDown;
    private long _received;
    private long _dropped;
    private long _read;
    private int _count;
    private int _next;

    /// <param name="name">The interface; it must be there.</param>
    /// <param name="link">Its number among those that are captured, from 1.</param>
    /// <param name="options">How it is captured.</param>
    /// <param name="isShared">Whether it is one of several, whose packets are put in order.</param>
    public LinkReader(string name, byte link, LiveCaptureOptions options, bool isShared)
    {
        Name = name;
        _link = link;
        _options = options;
        _octets = isShared ? new byte[PacketRing.BlockLength] : [];
        _ring = PacketRing.Open(name, options);
    }

    public string Name { get; }

    /// <summary>
    /// Whether the interface is captured at the moment, as far as is known: after it was down its first packets tell.
    /// </summary>
    public bool IsUp => _ring is not null && !_isDown;

    /// <summary>Packets that passed the filter, the dropped ones included.</summary>
    public long Received => _received;

    /// <summary>Packets that found no room in the ring, or were in it when the interface went.</summary>
    public long Dropped => _dropped;

    /// <summary>Packets that were handed over or are about to be.</summary>
    public long Read => _read;

    /// <summary>How often the interface went away or went down.</summary>
    public long Outages { get; private set; }

    /// <summary>How much of the ring waits to be read, percent.</summary>
    public int BacklogPercent => _ring?.BacklogPercent ?? 0;

    /// <summary>Whether packets wait in the copy of a block.</summary>
    public bool HasPackets => _next < _count;

    /// <summary>The next packet of the copy.</summary>
    public ref readonly CaptureRecord Head => ref _records[_next];

    /// <summary>The octets of the next packet; moves on.</summary>
    public ReadOnlySpan<byte> TakeHead()
    {
        ref readonly var record = ref _records[_next++];
        return _octets.AsSpan(record.Offset, record.CapturedLength);
    }

    /// <summary>Fills the copy with the next block of the ring, when there is one.</summary>
    public bool TryRefill()
    {
        _next = 0;
        return TryTake(_octets, _records, out _count);
    }

    /// <summary>Gives out the next block of the ring that has packets; false when there is none.</summary>
    public bool TryTake(byte[] octets, CaptureRecord[] records, out int count)
    {
        count = 0;
        while (_ring is { } ring && ring.TryTake(octets, _link, records, out var taken))
        {
            count = taken.Count;
            _read += count;
            _received += taken.Received;
            _dropped += taken.Dropped + taken.Unusable;
            if (taken.Before is { } drop)
            {
                _drops.Add(new DropSpan(_link, drop.FromNs, drop.ToNs, drop.Packets));
            }

            if (count > 0)
            {
                _isDown = false;
                return true;
            }
        }

        return false;
    }

    /// <summary>Gives out when packets were dropped before those that were taken last.</summary>
    public void MoveDropsTo(List<DropSpan> drops)
    {
        drops.AddRange(_drops);
        _drops.Clear();
    }

    /// <summary>Waits for packets; returns early when there are some.</summary>
    public void Wait(TimeSpan time)
    {
        if (_ring is not { } ring)
        {
            Thread.Sleep(time);
        }
        else
        {
            ring.Wait(time);

            // The wait ends at once, again and again, until the error is taken.
            if (!ring.HasBlock && ring.TakeError())
            {
                Outages++;
                _isDown = true;
            }
        }
    }

    /// <summary>Looks at what the kernel counted, and after the interface itself.</summary>
    public void Look()
    {
        TakeStatistics();
        if (_ring is { } ring && PacketSocket.InterfaceIndex(Name) != ring.InterfaceIndex)
        {
            // The kernel goes on by itself when an interface only was down; this one does not come back. What it
            // left in the ring is read until the next look.
            if (_isGone && !HasPackets && !ring.HasBlock)
            {
                Close(ring);
            }

            _isGone = true;
        }

        _ring ??= TryOpen();
    }

    /// <summary>Receives nothing more.</summary>
    public void Stop() => _ring?.Stop();

    /// <summary>Adds what the kernel counted since the last look.</summary>
    public void TakeStatistics()
    {
        if (_ring is { } ring)
        {
            var (received, dropped) = ring.TakeStatistics();
            _received += received;
            _dropped += dropped;
        }
    }

    public void Dispose() => _ring?.Dispose();

    private void Close(PacketRing ring)
    {
        _dropped += Math.Max(0, _received - _read - _dropped);
        ring.Dispose();
        _ring = null;
        _isGone = false;
        _isDown = false;
    }

    private PacketRing? TryOpen()
    {
        try
        {
            return PacketSocket.InterfaceIndex(Name) == 0 ? null : PacketRing.Open(Name, _options);
        }
        catch (LiveCaptureException)
        {
            // Whoever made the interface may not be ready; the next look tries again.
            return null;
        }
    }
}
