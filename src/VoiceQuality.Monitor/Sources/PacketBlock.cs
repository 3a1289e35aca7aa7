using VoiceQuality.Protocols.Pcap;

namespace VoiceQuality.Monitor.Sources;

/// <summary>
/// A buffer of captured octets and the frames in it. Blocks come from a pool; the reader and the lanes that work on
/// one each hold a reference, and the last to release it gives it back, so that no packet is ever copied.
/// </summary>
public sealed class PacketBlock
{
    /// <summary>
    /// Octets of a block at first: large enough to spread the cost of a hand-over, small enough for L2.
    /// </summary>
    public const int DefaultLength = 256 * 1024;

    /// <summary>Frames of a block.</summary>
    public const int RecordCapacity = 4_096;

    private readonly PacketBlockPool _pool;
    private byte[] _octets = GC.AllocateUninitializedArray<byte>(DefaultLength, pinned: true);
    private int _references;

    internal PacketBlock(PacketBlockPool pool) => _pool = pool;

    /// <summary>The captured octets.</summary>
    public byte[] Octets => _octets;

    /// <summary>Where the frames lie in <see cref="Octets"/>; the first <see cref="RecordCount"/> are valid.</summary>
    public CaptureRecord[] Records { get; } = new CaptureRecord[RecordCapacity];

    /// <summary>Number of frames.</summary>
    public int RecordCount { get; set; }

    /// <summary>
    /// A time up to which no further packet will come, ns since 1970-01-01 UTC, so that timers run on a quiet wire;
    /// 0 when the source cannot say.
    /// </summary>
    public long QuietUntilNs { get; set; }

    /// <summary>
    /// A time up to which the source has been listening, ns since 1970-01-01 UTC; 0 when it cannot say, or does not
    /// see everything that it should.
    /// </summary>
    public long ListenedUntilNs { get; set; }

    /// <summary>
    /// Packets that passed by and are in no block: the source knows of them since the block before. They are counted
    /// as not seen by us, never as lost.
    /// </summary>
    public long NotSeen { get; set; }

    /// <summary>
    /// When and where packets passed by unseen, told before the packets of this block: some of <see cref="NotSeen"/>,
    /// whose time the source knows.
    /// </summary>
    public List<DropSpan> Drops { get; } = [];

    /// <summary>How full the place is that packets of the source wait in, percent; 0 where nothing is lost by
    /// waiting.</summary>
    public int BacklogPercent { get; set; }

    /// <summary>Makes room for <paramref name="length"/> octets; what was there is lost.</summary>
    public void EnsureLength(int length)
    {
        if (_octets.Length < length)
        {
            _octets = GC.AllocateUninitializedArray<byte>(length, pinned: true);
        }
    }

    internal void Rented()
    {
        _references = 1;
        RecordCount = 0;
        QuietUntilNs = 0;
        ListenedUntilNs = 0;
        NotSeen = 0;
        Drops.Clear();
        BacklogPercent = 0;
    }

    internal void Retain() => Interlocked.Increment(ref _references);

    /// <summary>Gives up one reference.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _references) == 0)
        {
            _pool.Return(this);
        }
    }
}
