namespace VoiceQuality.Monitor.Sources.Live;

/// <summary>
/// Packets of one or more interfaces as they pass, in the order of the kernel's times. It ends when it is told to
/// stop, after the packets received until then; what is received is read or counted as not seen.
/// </summary>
public sealed class LiveCapture : ILiveSource
{
    // A stop is heard, and timers go on, this often on a quiet wire.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan ShortWait = TimeSpan.FromMilliseconds(5);

    private const long LookEveryNs = 500_000_000;

    private readonly LinkReader[] _links;
    private readonly TimeProvider _time;
    private readonly CancellationToken _stop;

    // What the kernel may still hold back: twice the time of a block, and as much again for a busy machine.
    private readonly long _heldBackNs;
    private long _nextLookNs;
    private long _toldNotSeen;
    private long _stoppedAtNs;

    /// <param name="interfaces">Their names, each once.</param>
    /// <param name="options">How they are captured.</param>
    /// <param name="time">The clock that the kernel stamps packets with.</param>
    /// <param name="stop">Ends the source.</param>
    /// <exception cref="LiveCaptureException">One cannot be captured; the message says what to do.</exception>
    public LiveCapture(
        IReadOnlyList<string> interfaces, LiveCaptureOptions options, TimeProvider time, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(interfaces);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentOutOfRangeException.ThrowIfZero(interfaces.Count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(interfaces.Count, byte.MaxValue);

        Name = string.Join(", ", interfaces);
        _time = time;
        _stop = stop;
        _heldBackNs = Math.Max(4L * options.BlockTimeoutMs, 100) * 1_000_000;
        _links = new LinkReader[interfaces.Count];
        try
        {
            for (var i = 0; i < _links.Length; i++)
            {
                _links[i] = new LinkReader(interfaces[i], (byte)(i + 1), options, _links.Length > 1);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>Packets that the kernel received for this source, those that it had no room for included.</summary>
    public long Received => _links.Sum(static link => link.Received);

    /// <summary>Packets that were received and not handed over: the ring was full.</summary>
    public long NotSeen => _links.Sum(static link => link.Dropped);

    /// <summary>Packets that were handed over.</summary>
    public long PacketsRead { get; private set; }

    /// <summary>How often an interface went down or away.</summary>
    public long Outages => _links.Sum(static link => link.Outages);

    /// <summary>The interfaces that are not captured at the moment.</summary>
    public IEnumerable<string> Missing => _links.Where(static link => !link.IsUp).Select(static link => link.Name);

    /// <inheritdoc/>
    public bool TryFill(PacketBlock block) => TryFill(block, LongestWait);

    /// <inheritdoc/>
    public bool TryFill(PacketBlock block, TimeSpan wait)
    {
        ArgumentNullException.ThrowIfNull(block);

        block.RecordCount = 0;
        var isOver = HeardStop() && NowNs() >= _stoppedAtNs + _heldBackNs;
        Look(block);
        if (!TryTake(block, isOver))
        {
            if (isOver)
            {
                return Finish(block);
            }

            Wait(wait);
            if (!TryTake(block, isOver))
            {
                block.QuietUntilNs = Math.Max(0, NowNs() - _heldBackNs);
                block.ListenedUntilNs = Array.TrueForAll(_links, static link => link.IsUp) ? block.QuietUntilNs : 0;
            }
        }

        PacketsRead += block.RecordCount;
        block.BacklogPercent = block.NotSeen > 0 ? 100 : _links.Max(static link => link.BacklogPercent);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var link in _links)
        {
            link?.Dispose();
        }
    }

    private bool TryTake(PacketBlock block, bool isOver)
    {
        block.EnsureLength(PacketRing.BlockLength);
        bool isTaken;
        if (_links.Length == 1)
        {
            isTaken = _links[0].TryTake(block.Octets, block.Records, out var count);
            block.RecordCount = count;
        }
        else
        {
            isTaken = LinkMerge.TryFill(_links, block, isOver ? long.MaxValue : NowNs() - _heldBackNs);
        }

        foreach (var link in _links)
        {
            link.MoveDropsTo(block.Drops);
        }

        return isTaken;
    }

    private bool HeardStop()
    {
        if (_stoppedAtNs == 0 && _stop.IsCancellationRequested)
        {
            foreach (var link in _links)
            {
                link.Stop();
            }

            _stoppedAtNs = NowNs();
        }

        return _stoppedAtNs != 0;
    }

    private void Look(PacketBlock block)
    {
        var now = NowNs();
        if (now >= _nextLookNs || now < _nextLookNs - (2 * LookEveryNs))
        {
            _nextLookNs = now + LookEveryNs;
            foreach (var link in _links)
            {
                link.Look();
            }

            TellNotSeen(block);
        }
    }

    private bool Finish(PacketBlock block)
    {
        foreach (var link in _links)
        {
            link.TakeStatistics();
        }

        TellNotSeen(block);

        // The block is worked on before the end when it tells of something.
        block.QuietUntilNs = block.NotSeen > 0 ? NowNs() - _heldBackNs : 0;
        return false;
    }

    private void TellNotSeen(PacketBlock block)
    {
        var notSeen = NotSeen;
        block.NotSeen = notSeen - _toldNotSeen;
        _toldNotSeen = notSeen;
    }

    private void Wait(TimeSpan longest)
    {
        // Of several interfaces each is asked in turn, for so short a time that none waits long for another.
        var time = _links.Length == 1 || longest < ShortWait ? longest : ShortWait;
        foreach (var link in _links)
        {
            if (!link.HasPackets)
            {
                link.Wait(time);
            }
        }
    }

    private long NowNs() => (_time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;
}
