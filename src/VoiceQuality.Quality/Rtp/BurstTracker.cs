using System.Runtime.CompilerServices;

namespace VoiceQuality.Quality.Rtp;

/// <summary>
/// Tells bursts from gaps packet by packet, in sequence order, by the definition of RFC 3611 clause 4.7.2: what comes
/// less than Gmin played packets after a bad one is decided when it is known whether another bad one follows.
/// </summary>
internal struct BurstTracker
{
    private Phase _phase;
    private byte _played;
    private bool _isGapCounted;

    private enum Phase : byte
    {
        /// <summary>No packet yet, or the last one ended a burst and a segment.</summary>
        Start,

        /// <summary>In a gap, with Gmin played packets or the start of the session behind.</summary>
        Gap,

        /// <summary>Less than Gmin played packets after a bad one that is no burst so far.</summary>
        Single,

        /// <summary>Less than Gmin played packets after the last bad one of a burst.</summary>
        Burst,
    }

    /// <summary>Whether further packets that are played are in a gap, and change nothing else.</summary>
    public readonly bool IsInGap => _phase == Phase.Gap;

    /// <summary>Takes a packet that was played.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Played(ref BurstGapCounters counters)
    {
        if (_phase == Phase.Gap)
        {
            counters.GapPackets++;
            return;
        }

        PlayedOutsideGap(ref counters);
    }

    /// <summary>Takes packets in a row that were lost or discarded.</summary>
    public void Bad(ref BurstGapCounters counters, long count)
    {
        if (_phase is Phase.Start or Phase.Gap)
        {
            _isGapCounted = _phase == Phase.Gap;
            _phase = Phase.Single;
            _played = 0;
            count--;
        }

        if (count == 0)
        {
            return;
        }

        if (_phase == Phase.Single)
        {
            counters.Bursts++;
            counters.BurstPackets++;
            counters.BurstBad++;
            _phase = Phase.Burst;
        }

        counters.BurstPackets += _played + count;
        counters.BurstBad += count;
        _played = 0;
    }

    /// <summary>The session ends here, or a segment: it counts as followed by Gmin played packets.</summary>
    public void End(ref BurstGapCounters counters)
    {
        if (_phase == Phase.Single)
        {
            SettleSingle(ref counters);
        }
        else if (_phase == Phase.Burst)
        {
            SettleBurst(ref counters);
        }
    }

    private void PlayedOutsideGap(ref BurstGapCounters counters)
    {
        if (_phase == Phase.Start)
        {
            counters.Gaps++;
            counters.GapPackets++;
            _phase = Phase.Gap;
        }
        else if (++_played == BurstMetrics.DefaultGmin)
        {
            End(ref counters);
        }
    }

    private void SettleSingle(ref BurstGapCounters counters)
    {
        counters.Gaps += _isGapCounted ? 0 : 1;
        counters.GapPackets += _played + 1;
        counters.GapBad++;
        _phase = Phase.Gap;
    }

    private void SettleBurst(ref BurstGapCounters counters)
    {
        counters.Gaps += _played > 0 ? 1 : 0;
        counters.GapPackets += _played;
        _phase = _played > 0 ? Phase.Gap : Phase.Start;
    }
}
