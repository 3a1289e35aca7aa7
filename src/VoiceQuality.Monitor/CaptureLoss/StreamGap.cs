using System.Numerics;
using VoiceQuality.Protocols.Network;

namespace VoiceQuality.Monitor.CaptureLoss;

/// <summary>Which stream, as its record will name it.</summary>
internal readonly record struct StreamKey(IpEndpoint Source, IpEndpoint Destination, uint Ssrc, long StartedAtUs);

/// <summary>Numbers that a stream skipped, or one of them that came after all.</summary>
/// <param name="Tick">Index of the tick of the block before which it was seen.</param>
/// <param name="Place">Where in the block it was seen: rises in capture order, whatever the clock says.</param>
/// <param name="Stream">The stream.</param>
/// <param name="FromNs">Arrival of the packet before, ns.</param>
/// <param name="ToNs">Arrival of the packet after, or of the late one, ns.</param>
/// <param name="First">The first number skipped, or the one that came.</param>
/// <param name="Skipped">Numbers skipped, 1 or more; 0 for one that came.</param>
/// <param name="SpacingNs">Media time of one packet of the stream, ns; 0 when it is not known.</param>
internal readonly record struct StreamGap(
    int Tick, int Place, StreamKey Stream, long FromNs, long ToNs, ushort First, int Skipped, long SpacingNs)
{
    /// <summary>Which interface the packet after it came from; 0 where that is not told.</summary>
    public byte Link { get; init; }

    /// <summary>
    /// Which of them came after all: bit 0 is the last number. Only the 100 numbers behind the highest can come.
    /// </summary>
    public LateNumbers Came { get; init; }

    /// <summary>
    /// Jitter buffers that the packet before was too late for: bit 0 the meter's own, then the further ones.
    /// </summary>
    public ushort LateBefore { get; init; }

    /// <summary>Those that the packet after was too late for.</summary>
    public ushort LateAfter { get; init; }

    /// <summary>Whether less than Gmin numbers lie between it and the gap before or after it.</summary>
    public bool IsBesideGap { get; init; }

    /// <summary>Numbers that never came.</summary>
    public int Missing => Skipped - Came.Count;

    /// <summary>The last number skipped.</summary>
    public ushort Last => unchecked((ushort)(First + Skipped - 1));

    /// <summary>Whether a number lies in it that has not come.</summary>
    public bool Has(ushort number) =>
        unchecked((ushort)(number - First)) < Skipped && !Came.Has(BehindLast(number));

    /// <summary>The gap that is left when one of its numbers has come.</summary>
    public StreamGap Without(ushort number) => this with { Came = Came.With(BehindLast(number)) };

    /// <summary>The runs of numbers that never came, from the first on: their lengths.</summary>
    public IEnumerable<int> Runs()
    {
        var length = 0;
        for (var i = 0; i < Skipped; i++)
        {
            if (Has(unchecked((ushort)(First + i))))
            {
                length++;
            }
            else if (length > 0)
            {
                yield return length;
                length = 0;
            }
        }

        if (length > 0)
        {
            yield return length;
        }
    }

    private int BehindLast(ushort number) => unchecked((ushort)(Last - number));
}

/// <summary>
/// Which of 128 numbers came, as two halves: code over <see cref="UInt128"/> cannot be compiled ahead.
/// </summary>
internal readonly record struct LateNumbers(ulong Near, ulong Far)
{
    public bool IsEmpty => (Near | Far) == 0;

    public int Count => BitOperations.PopCount(Near) + BitOperations.PopCount(Far);

    public bool Has(int number) => number < 128 && (((number < 64 ? Near : Far) >> (number & 63)) & 1) != 0;

    /// <summary>These and one more; one further back than 127 is not kept.</summary>
    public LateNumbers With(int number) => number switch
    {
        < 64 => this with { Near = Near | (1UL << number) },
        < 128 => this with { Far = Far | (1UL << (number - 64)) },
        _ => this,
    };
}

/// <summary>Numbers of a stream that the tap did not see.</summary>
/// <param name="Gap">The gap that they lie in.</param>
/// <param name="Count">Numbers not seen, 1 or more; the rest of the gap is lost.</param>
internal readonly record struct UnseenRun(StreamGap Gap, int Count)
{
    /// <summary>Whether no number of the gap is left over as lost.</summary>
    public bool IsWhole => Count == Gap.Missing;
}
