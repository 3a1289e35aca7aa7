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

    /// <summary>Whether all of some numbers in a row, at most 64, were received in time.</summary>
    public readonly bool AreInTime(long first, int count)
    {
        var start = (int)first & 63;
        var mask = MaskOf(count);
        var half = _halves[HalfOf(first)];
        var inTime = (half.Received & ~half.Late) >> start;

        if (start + count > 64)
        {
            var next = _halves[HalfOf(first + 64)];
            inTime |= (next.Received & ~next.Late) << (64 - start);
        }

        return (inTime & mask) == mask;
    }

    /// <summary>Some numbers in a row, at most 32, were received; late those whose bit is set.</summary>
    public void SetReceived(long first, int count, uint late)
    {
        var start = (int)first & 63;
        var mask = MaskOf(count);
        Receive(ref _halves[HalfOf(first)], mask << start, (ulong)late << start);

        if (start + count > 64)
        {
            Receive(ref _halves[HalfOf(first + 64)], mask >> (64 - start), (ulong)late >> (64 - start));
        }
    }

    private static ulong MaskOf(int count) => ulong.MaxValue >> (64 - count);

    private static void Receive(ref Half half, ulong mask, ulong late)
    {
        half.Received |= mask;
        half.Late = (half.Late & ~mask) | late;
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
