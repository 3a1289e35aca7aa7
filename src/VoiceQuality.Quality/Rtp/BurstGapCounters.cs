namespace VoiceQuality.Quality.Rtp;

/// <summary>
/// Burst and gap periods of RFC 3611 clause 4.7.2 with Gmin 16, over lost and discarded packets, as integers that add
/// up. A packet counts where it was decided what it belongs to, which is at most Gmin packets after it.
/// </summary>
public record struct BurstGapCounters
{
    /// <summary>Burst periods; each counts with its second bad packet, which makes it one.</summary>
    public long Bursts { get; set; }

    /// <summary>Gap periods.</summary>
    public long Gaps { get; set; }

    /// <summary>Expected packets inside bursts.</summary>
    public long BurstPackets { get; set; }

    /// <summary>Lost or discarded packets inside bursts.</summary>
    public long BurstBad { get; set; }

    /// <summary>Expected packets inside gaps.</summary>
    public long GapPackets { get; set; }

    /// <summary>Lost or discarded packets inside gaps.</summary>
    public long GapBad { get; set; }

    /// <summary>Bad over expected packets inside bursts, 0 to 1; 0 without a burst (RFC 3611 clause 4.7.2).</summary>
    public readonly double BurstDensity => BurstPackets > 0 ? (double)BurstBad / BurstPackets : 0;

    /// <summary>Bad over expected packets inside gaps, 0 to 1; 0 without a gap.</summary>
    public readonly double GapDensity => GapPackets > 0 ? (double)GapBad / GapPackets : 0;

    /// <summary>Mean length of a burst, ms; 0 without one. A part of one in an interval counts as one.</summary>
    /// <param name="packetMs">Duration of one packet, ms.</param>
    public readonly double BurstMeanMs(double packetMs) => BurstPackets * packetMs / Math.Max(Bursts, 1);

    /// <summary>Mean length of a gap, ms; 0 without one. A part of one in an interval counts as one.</summary>
    /// <param name="packetMs">Duration of one packet, ms.</param>
    public readonly double GapMeanMs(double packetMs) => GapPackets * packetMs / Math.Max(Gaps, 1);

    /// <summary>The periods of both.</summary>
    public static BurstGapCounters Merge(in BurstGapCounters a, in BurstGapCounters b) => new()
    {
        Bursts = a.Bursts + b.Bursts,
        Gaps = a.Gaps + b.Gaps,
        BurstPackets = a.BurstPackets + b.BurstPackets,
        BurstBad = a.BurstBad + b.BurstBad,
        GapPackets = a.GapPackets + b.GapPackets,
        GapBad = a.GapBad + b.GapBad,
    };
}
