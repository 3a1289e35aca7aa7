using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using VoiceQuality.Protocols.Pcap;

namespace VoiceQuality.Monitor.Sources.Live;

/// <summary>
/// One ring of several, read by a thread of its own: it copies block after block while another thread puts the packets
/// of all rings in order. When its copies are not taken the ring fills up, and then the kernel counts what it drops.
/// </summary>
internal sealed class RingThread : IDisposable
{
    /// <summary>Copies that may wait: 1.3 MiB with the places of their packets.</summary>
    private const int Copies = 4;

    private const long LookEveryNs = 500_000_000;
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(10);

    private readonly BlockingCollection<Copy> _free = [];
    private readonly ConcurrentQueue<Copy> _filled = [];
    private readonly AutoResetEvent _news;
    private readonly Func<long> _nowNs;
    private readonly long _heldBackNs;
    private readonly CancellationToken _stop;
    private readonly Thread _thread;
    private readonly List<DropSpan> _drops = [];
    private Copy? _current;
    private int _next;
    private long _completeUntilNs;
    private volatile bool _isDone;
    private volatile bool _isDisposed;
    private volatile int _backlogPercent;
    private volatile Exception? _failure;

    /// <param name="link">Whose ring; this disposes it.</param>
    /// <param name="news">Is set when there is something to take.</param>
    /// <param name="nowNs">The clock that the kernel stamps packets with, ns since 1970-01-01 UTC.</param>
    /// <param name="heldBackNs">So long the kernel may hold a packet back, ns.</param>
    /// <param name="stop">Ends it, when what was received until then has been taken.</param>
    public RingThread(
        LinkReader link, AutoResetEvent news, Func<long> nowNs, long heldBackNs, CancellationToken stop)
    {
        Link = link;
        _news = news;
        _nowNs = nowNs;
        _heldBackNs = heldBackNs;
        _stop = stop;
        for (var i = 0; i < Copies; i++)
        {
            _free.Add(new Copy(), CancellationToken.None);
        }

        _thread = new Thread(Run) { IsBackground = true, Name = $"ring of {link.Name}" };
        _thread.Start();
    }

    /// <summary>The ring; only its counters are for others.</summary>
    public LinkReader Link { get; }

    /// <summary>How much of the ring waits to be read, percent.</summary>
    public int BacklogPercent => _backlogPercent;

    /// <summary>Whether everything has been taken that was received before the stop.</summary>
    public bool IsOver => _isDone && !HasPackets && _filled.IsEmpty;

    /// <summary>
    /// Up to then everything has been handed over if there is nothing to take now, ns since 1970-01-01 UTC. It must be
    /// read before <see cref="TryRefill"/>.
    /// </summary>
    public long CompleteUntilNs => Volatile.Read(ref _completeUntilNs);

    /// <summary>Whether packets wait in the copy that is being taken.</summary>
    public bool HasPackets => _current is { } copy && _next < copy.Count;

    /// <summary>The next packet of it.</summary>
    public ref readonly CaptureRecord Head => ref _current!.Records[_next];

    /// <summary>The octets of the next packet; moves on.</summary>
    public ReadOnlySpan<byte> TakeHead()
    {
        ref readonly var record = ref _current!.Records[_next++];
        return _current.Octets.AsSpan(record.Offset, record.CapturedLength);
    }

    /// <summary>Goes on to the next copy, when there is one.</summary>
    public bool TryRefill()
    {
        if (_failure is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }

        if (!_filled.TryDequeue(out var copy))
        {
            return false;
        }

        if (_current is { } taken)
        {
            _free.Add(taken, CancellationToken.None);
        }

        (_current, _next) = (copy, 0);
        _drops.AddRange(copy.Drops);
        copy.Drops.Clear();
        return true;
    }

    /// <summary>Gives out when packets were dropped before those of the copies that were gone on to.</summary>
    public void MoveDropsTo(List<DropSpan> drops)
    {
        drops.AddRange(_drops);
        _drops.Clear();
    }

    public void Dispose()
    {
        _isDisposed = true;
        _thread.Join();
        Link.Dispose();
        _free.Dispose();
    }

    private void Run()
    {
        try
        {
            Read();
        }
        catch (Exception e)
        {
            // It is thrown to whoever takes the packets.
            _failure = e;
        }

        Volatile.Write(ref _completeUntilNs, long.MaxValue);
        _isDone = true;
        _news.Set();
    }

    private void Read()
    {
        var (nextLookNs, stoppedAtNs) = (0L, 0L);
        while (!_isDisposed)
        {
            var now = _nowNs();
            if (stoppedAtNs == 0 && _stop.IsCancellationRequested)
            {
                Link.Stop();
                stoppedAtNs = now;
            }

            if (now >= nextLookNs || now < nextLookNs - (2 * LookEveryNs))
            {
                nextLookNs = now + LookEveryNs;
                Link.Look();
            }

            if (_free.TryTake(out var copy, LongestWait) && !TryFill(copy, now))
            {
                if (stoppedAtNs != 0 && now >= stoppedAtNs + _heldBackNs)
                {
                    Link.TakeStatistics();
                    return;
                }

                Link.Wait(LongestWait);
            }

            _backlogPercent = Link.BacklogPercent;
        }
    }

    private bool TryFill(Copy copy, long now)
    {
        var isTaken = Link.TryTake(copy.Octets, copy.Records, out copy.Count);
        if (isTaken)
        {
            Link.MoveDropsTo(copy.Drops);
            _filled.Enqueue(copy);
            _news.Set();
        }
        else
        {
            _free.Add(copy, CancellationToken.None);
            Volatile.Write(ref _completeUntilNs, now - _heldBackNs);
        }

        return isTaken;
    }

    private sealed class Copy
    {
        public readonly byte[] Octets = GC.AllocateUninitializedArray<byte>(PacketRing.BlockLength);
        public readonly CaptureRecord[] Records = new CaptureRecord[PacketBlock.RecordCapacity];
        public readonly List<DropSpan> Drops = [];
        public int Count;
    }
}
