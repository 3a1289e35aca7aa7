using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using VoiceQuality.Quality.Rtp;

namespace VoiceQuality.Monitor.Streams;

/// <summary>
/// The runs of all flows of a lane side by side, each on two lines of the cache of its own. They lie in pieces that
/// never move, so that growing copies nothing and leaves nothing behind.
/// </summary>
internal sealed class SteadyRuns
{
    private const int LineOctets = 64;
    private const int PieceBits = 9;
    private const int PieceRuns = 1 << PieceBits;

    private Piece[] _pieces = [];
    private int _count;

    /// <summary>The run of a flow.</summary>
    /// <param name="place">Its place, less than what was reserved.</param>
    public ref SteadyRun this[int place]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            ref readonly var piece = ref _pieces[place >> PieceBits];
            return ref Unsafe.As<byte, SteadyRun>(ref Unsafe.Add(
                ref MemoryMarshal.GetArrayDataReference(piece.Octets),
                piece.Offset + (nint)((place & (PieceRuns - 1)) * SteadyRun.Octets)));
        }
    }

    /// <summary>Makes room for so many runs; those there are stay where they are.</summary>
    public void Reserve(int capacity)
    {
        for (; _count < capacity; _count += PieceRuns)
        {
            var at = _count >> PieceBits;
            if (at == _pieces.Length)
            {
                Array.Resize(ref _pieces, Math.Max(8, at * 2));
            }

            _pieces[at] = new Piece((PieceRuns * SteadyRun.Octets) + LineOctets);
        }
    }

    /// <summary>Asks the processor for a run.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(int place) => CacheLines.PrefetchPair(in this[place]);

    private readonly struct Piece
    {
        public readonly byte[] Octets;

        /// <summary>The first octet that begins a line.</summary>
        public readonly int Offset;

        public Piece(int octets)
        {
            Octets = GC.AllocateArray<byte>(octets, pinned: true);
            Offset = (int)(-Marshal.UnsafeAddrOfPinnedArrayElement(Octets, 0) & (LineOctets - 1));
        }
    }
}
