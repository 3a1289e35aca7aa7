using System.Runtime.CompilerServices;

namespace VoiceQuality.Quality.Rtp;

/// <summary>What became of a sequence number so far.</summary>
internal enum SlotState : byte
{
    Missing,
    InTime,
    Late,
}

/// <summary>
/// Two bits of state for each sequence number in a stream's window, indexed modulo its length: received, and late.
/// </summary>
internal struct SlotWindow
{
    private Halves _halves;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly SlotState Get(long extended)
    {
        var half = _halves[HalfOf(extended)];
        var bit = (int)extended & 63;
        return (SlotState)(((half.Received >> bit) & 1) + ((half.Late >> bit) & 1));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Set(long extended, SlotState state)
    {
        ref var half = ref _halves[HalfOf(extended)];
        var bit = 1UL << ((int)extended & 63);

        if (state == SlotState.InTime)
        {
            half.Received |= bit;
            half.Late &= ~bit;
            return;
        }

        var isLate = state == SlotState.Late;
        half.Received = isLate ? half.Received | bit : half.Received & ~bit;
        half.Late = isLate ? half.Late | bit : half.Late & ~bit;
    }

    private static int HalfOf(long extended) => (int)extended >> 6 & 1;

    private struct Half
    {
        public ulong Received;
        public ulong Late;
    }

    [InlineArray(StreamMeter.WindowPackets / 64)]
    private struct Halves
    {
        private Half _first;
    }
}
