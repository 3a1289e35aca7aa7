using VoiceQuality.Protocols.Pcap;

namespace VoiceQuality.Monitor.Sources.Live;

/// <summary>
/// One ring of an interface over its whole life: the interface is captured while it is there, and again when it comes
/// back. It keeps the account of what the kernel received: read, dropped, or still in the ring. One thread works with
/// it; its counters are for all.
/// </summary>
internal sealed class LinkReader : IDisposable
{
    private readonly SharedRings _rings;
    private readonly int _reader;
    private readonly byte _link;
    private readonly List<DropSpan> _drops = [];
    private PacketRing? _ring;
    private volatile bool _isUp;
    private bool _isGone;
    private bool _isStopped;
    private long _received;
    private long _dropped;
    private long _read;
    private long _outages;

    /// <param name="name">The interface; it must be there.</param>
    /// <param name="rings">Its rings.</param>
    /// <param name="reader">Which of them this one is, from 0.</param>
    /// <param name="link">Its number among all rings, from 1.</param>
    /// <exception cref="LiveCaptureException">It cannot be captured; the message says what to do.</exception>
    public LinkReader(string name, SharedRings rings, int reader, byte link)
    {
        Name = name;
        _rings = rings;
        _reader = reader;
        _link = link;
        _ring = rings.Take(reader);
        _isUp = true;
    }

    public string Name { get; }

    /// <summary>
    /// Whether the interface is captured at the moment, as far as is known: after it was down its first packets tell.
    /// </summary>
    public bool IsUp => _isUp;

    /// <summary>Packets that passed the filter, the dropped ones included.</summary>
    public long Received => Volatile.Read(ref _received);

    /// <summary>Packets that found no room in the ring, or were in it when the interface went.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>How often the interface went away or went down.</summary>
    public long Outages => Volatile.Read(ref _outages);

    /// <summary>How much of the ring waits to be read, percent.</summary>
    public int BacklogPercent => _ring?.BacklogPercent ?? 0;

    /// <summary>Gives out the next block of the ring that has packets; false when there is none.</summary>
    public bool TryTake(byte[] octets, CaptureRecord[] records, out int count)
    {
        count = 0;
        while (_ring is { } ring && ring.TryTake(octets, _link, records, out var taken))
        {
            count = taken.Count;
            _read += count;
            Volatile.Write(ref _received, _received + taken.Received);
            Volatile.Write(ref _dropped, _dropped + taken.Dropped + taken.Unusable);
            if (taken.Before is { } drop)
            {
                _drops.Add(new DropSpan(_link, drop.FromNs, drop.ToNs, drop.Packets));
            }

            if (count > 0)
            {
                _isUp = true;
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
                Volatile.Write(ref _outages, _outages + 1);
                _isUp = false;
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
            if (_isGone && !ring.HasBlock)
            {
                Close(ring);
            }

            _isGone = true;
        }

        if (_ring is null && !_isStopped && (_ring = TryOpen()) is not null)
        {
            _isUp = true;
        }
    }

    /// <summary>Receives nothing more.</summary>
    public void Stop()
    {
        _isStopped = true;
        _ring?.Stop();
    }

    /// <summary>Adds what the kernel counted since the last look.</summary>
    public void TakeStatistics()
    {
        if (_ring is { } ring)
        {
            var (received, dropped) = ring.TakeStatistics();
            Volatile.Write(ref _received, _received + received);
            Volatile.Write(ref _dropped, _dropped + dropped);
        }
    }

    public void Dispose() => _ring?.Dispose();

    private void Close(PacketRing ring)
    {
        Volatile.Write(ref _dropped, _dropped + Math.Max(0, _received - _read - _dropped));
        ring.Dispose();
        _ring = null;
        _isGone = false;
        _isUp = false;
    }

    private PacketRing? TryOpen()
    {
        try
        {
            return PacketSocket.InterfaceIndex(Name) == 0 ? null : _rings.Take(_reader);
        }
        catch (LiveCaptureException)
        {
            // Whoever made the interface may not be ready; the next look tries again.
            return null;
        }
    }
}
