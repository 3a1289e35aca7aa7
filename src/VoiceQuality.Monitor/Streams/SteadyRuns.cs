using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using VoiceQuality.Quality.Rtp;

namespace VoiceQuality.Monitor.Streams;

/// <summary>
/// The runs of all flows of a lane side by side, each on two lines of the cache of its own. Memory grows by doubling;
/// no reference to a run may be kept over <see cref="Reserve"/>.
/// </summary>
internal sealed class SteadyRuns
{
    private const int LineOctets = 64;

    private byte[] _octets = [];
    private int _offset;
    private int _capacity;

    /// <summary>The run of a flow.</summary>
    /// <param name="place">Its place, less than what was reserved.</param>
    public ref SteadyRun this[int place]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)place, (uint)_capacity, nameof(place));
            return ref Unsafe.As<byte, SteadyRun>(ref Unsafe.Add(
                ref MemoryMarshal.GetArrayDataReference(_octets), _offset + ((nint)place * SteadyRun.Octets)));
        }
    }

    /// <summary>Makes room for so many runs; those there are stay.</summary>
    public void Reserve(int capacity)
    {
        if (capacity <= _capacity)
        {
            return;
        }

        var old = _octets.AsSpan(_offset, _capacity * SteadyRun.Octets);
        var octets = GC.AllocateArray<byte>((capacity * SteadyRun.Octets) + LineOctets, pinned: true);
        var offset = (int)(-Marshal.UnsafeAddrOfPinnedArrayElement(octets, 0) & (LineOctets - 1));
        old.CopyTo(octets.AsSpan(offset));
        (_octets, _offset, _capacity) = (octets, offset, capacity);
    }

    /// <summary>Asks the processor for a run.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(int place) => CacheLines.PrefetchPair(in this[place]);
}
