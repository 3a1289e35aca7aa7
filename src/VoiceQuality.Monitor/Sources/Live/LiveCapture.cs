using System.Net.Sockets;

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
    private readonly SharedRings[] _shared;
    private readonly LeftOutCounter[] _leftOut;
    private readonly int _readers;

    // Of several rings each is read by a thread of its own; of one, by whoever asks for its packets.
    private readonly RingThread[] _threads = [];
    private readonly AutoResetEvent _news = new(false);
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
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Readers, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Readers, LiveCaptureOptions.MaxReaders);
        if (interfaces.Count * options.Readers > byte.MaxValue)
        {
            throw new LiveCaptureException(
                LiveCaptureFailure.NotSupported, "interfaces and their readers make more than 255 rings; name fewer");
        }

        Name = string.Join(", ", interfaces);
        _time = time;
        _stop = stop;
        _heldBackNs = Math.Max(4L * options.BlockTimeoutMs, 100) * 1_000_000;
        _readers = options.Readers;
        _shared = [.. interfaces.Select(name => new SharedRings(name, options))];
        _links = new LinkReader[interfaces.Count * options.Readers];
        _leftOut = new LeftOutCounter[options.LeaveOutOtherUdp ? interfaces.Count : 0];
        try
        {
            for (var i = 0; i < _links.Length; i++)
            {
                var (link, reader) = Math.DivRem(i, options.Readers);
                _links[i] = new LinkReader(interfaces[link], _shared[link], reader, (byte)(i + 1));
            }

            for (var i = 0; i < _leftOut.Length; i++)
            {
                _leftOut[i] = new LeftOutCounter(interfaces[i], options);
            }

            if (_links.Length > 1)
            {
                _threads = Array.ConvertAll(_links, link => new RingThread(link, _news, NowNs, _heldBackNs, stop));
            }
        }
        catch (Exception e)
        {
            Dispose();
            throw e is SocketException refused ? PacketRing.Failure(Name, refused.NativeErrorCode, e) : e;
        }
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>Packets that the kernel received for this source, those that it had no room for included.</summary>
    public long Received => _links.Sum(static link => link.Received);

    /// <summary>Packets that were received and not handed over: the ring was full.</summary>
    public long NotSeen => _links.Sum(static link => link.Dropped);

    /// <summary>
    /// Packets that the kernel kept outside because they were UDP of no use, half a second ago at most; 0 where it is
    /// not asked to. They are not among those <see cref="Received"/>.
    /// </summary>
    public long LeftOut => _leftOut.Sum(static counter => counter.Count);

    /// <summary>Packets that were handed over.</summary>
    public long PacketsRead { get; private set; }

    /// <summary>How often an interface went down or away.</summary>
    public long Outages => _links.Where((_, i) => i % _readers == 0).Sum(static link => link.Outages);

    /// <summary>The interfaces that are not captured at the moment.</summary>
    public IEnumerable<string> Missing =>
        _links.Where(static link => !link.IsUp).Select(static link => link.Name).Distinct();

    /// <inheritdoc/>
    public bool TryFill(PacketBlock block) => TryFill(block, LongestWait);

    /// <inheritdoc/>
    public bool TryFill(PacketBlock block, TimeSpan wait)
    {
        ArgumentNullException.ThrowIfNull(block);

        block.RecordCount = 0;
        var isOver = IsOver();
        Look(block);
        if (!TryTake(block))
        {
            if (isOver)
            {
                return Finish(block);
            }

            Wait(wait);
            var quietUntilNs = QuietUntilNs();
            if (!TryTake(block))
            {
                block.QuietUntilNs = quietUntilNs;
                block.ListenedUntilNs = Array.TrueForAll(_links, static link => link.IsUp) ? quietUntilNs : 0;
            }
        }

        PacketsRead += block.RecordCount;
        block.BacklogPercent = block.NotSeen > 0
            ? 100
            : _threads.Length > 0 ? _threads.Max(static ring => ring.BacklogPercent) : _links[0].BacklogPercent;
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Array.ForEach(_threads, static ring => ring.Dispose());
        foreach (var link in _threads.Length > 0 ? [] : _links)
        {
            link?.Dispose();
        }

        Array.ForEach(_shared, static rings => rings.Dispose());
        Array.ForEach(_leftOut, static counter => counter?.Dispose());
        _news.Dispose();
    }

    private bool TryTake(PacketBlock block)
    {
        block.EnsureLength(PacketRing.BlockLength);
        if (_threads.Length > 0)
        {
            var isTaken = LinkMerge.TryFill(_threads, block);
            Array.ForEach(_threads, ring => ring.MoveDropsTo(block.Drops));
            return isTaken;
        }

        var hasPackets = _links[0].TryTake(block.Octets, block.Records, out var count);
        block.RecordCount = count;
        _links[0].MoveDropsTo(block.Drops);
        return hasPackets;
    }

    private bool IsOver()
    {
        if (_stoppedAtNs == 0 && _stop.IsCancellationRequested)
        {
            _stoppedAtNs = NowNs();
            Array.ForEach(_leftOut, static counter => counter.Stop());
            if (_threads.Length == 0)
            {
                _links[0].Stop();
            }
        }

        return _threads.Length > 0
            ? Array.TrueForAll(_threads, static ring => ring.IsOver)
            : _stoppedAtNs != 0 && NowNs() >= _stoppedAtNs + _heldBackNs;
    }

    /// <summary>Up to then nothing comes any more if there is nothing to take now.</summary>
    private long QuietUntilNs()
    {
        var until = Math.Max(0, NowNs() - _heldBackNs);
        foreach (var ring in _threads)
        {
            until = Math.Min(until, ring.CompleteUntilNs);
        }

        return until;
    }

    private void Look(PacketBlock block)
    {
        var now = NowNs();
        if (now >= _nextLookNs || now < _nextLookNs - (2 * LookEveryNs))
        {
            _nextLookNs = now + LookEveryNs;
            Array.ForEach(_leftOut, static counter => counter.Look());
            if (_threads.Length == 0)
            {
                _links[0].Look();
            }

            TellNotSeen(block);
        }
    }

    private bool Finish(PacketBlock block)
    {
        if (_threads.Length == 0)
        {
            _links[0].TakeStatistics();
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
        if (_threads.Length > 0)
        {
            // What is there may only wait for its order to be certain.
            _news.WaitOne(longest < ShortWait ? longest : ShortWait);
        }
        else
        {
            _links[0].Wait(longest);
        }
    }

    private long NowNs() => (_time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;
}
