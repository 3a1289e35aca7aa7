namespace VoiceQuality.Quality.Rtp;

/// <summary>What became of one expected packet.</summary>
public enum PacketFate : byte
{
    /// <summary>Received and played.</summary>
    Played,

    /// <summary>Never arrived.</summary>
    Lost,

    /// <summary>Arrived too late, or the buffer had no room.</summary>
    Discarded,
}

/// <summary>
/// Burst and gap metrics of RFC 3611 by the definition of clause 4.7.2, not by the counters of A.2, which treat the
/// ends of a session differently.
/// </summary>
/// <remarks>
/// A burst is the longest sequence that starts and ends with a lost or discarded packet and holds no run of Gmin or
/// more played ones. The session counts as surrounded by Gmin played packets, so a burst has at least two bad packets
/// and a single one lies in a gap.
/// </remarks>
public readonly record struct BurstMetrics
{
    /// <summary>Gmin that RFC 3611 clause 4.7.2 recommends.</summary>
    public const int DefaultGmin = 16;

    /// <summary>Expected packets.</summary>
    public long Expected { get; init; }

    /// <summary>Lost packets.</summary>
    public long Lost { get; init; }

    /// <summary>Discarded packets.</summary>
    public long Discarded { get; init; }

    /// <summary>Runs of consecutive lost or discarded packets.</summary>
    public long BadRuns { get; init; }

    /// <summary>Burst periods.</summary>
    public long Bursts { get; init; }

    /// <summary>Gap periods.</summary>
    public long Gaps { get; init; }

    /// <summary>Expected packets inside bursts.</summary>
    public long BurstPackets { get; init; }

    /// <summary>Lost or discarded packets inside bursts.</summary>
    public long BurstBad { get; init; }

    /// <summary>Expected packets inside gaps.</summary>
    public long GapPackets => Expected - BurstPackets;

    /// <summary>Lost or discarded packets inside gaps.</summary>
    public long GapBad => Lost + Discarded - BurstBad;

    /// <summary>Bad over expected packets inside bursts, 0 to 1; 0 without a burst.</summary>
    public double BurstDensity => Ratio(BurstBad, BurstPackets);

    /// <summary>Bad over expected packets inside gaps, 0 to 1; 0 without a gap.</summary>
    public double GapDensity => Ratio(GapBad, GapPackets);

    /// <summary>Loss rate field, 1/256.</summary>
    public byte LossRateQ8 => Q8(Lost, Expected);

    /// <summary>Discard rate field, 1/256.</summary>
    public byte DiscardRateQ8 => Q8(Discarded, Expected);

    /// <summary>Burst density field, 1/256.</summary>
    public byte BurstDensityQ8 => Q8(BurstBad, BurstPackets);

    /// <summary>Gap density field, 1/256.</summary>
    public byte GapDensityQ8 => Q8(GapBad, GapPackets);

    /// <summary>BurstR of G.107 over the whole pattern, 1 or more.</summary>
    public double BurstR => BurstRatio.FromCounts(Expected, Lost + Discarded, BadRuns);

    /// <summary>Mean length of a burst, ms; 0 without one.</summary>
    /// <param name="packetMs">Duration of one packet, ms.</param>
    public double BurstMeanMs(double packetMs) => Bursts == 0 ? 0 : BurstPackets * packetMs / Bursts;

    /// <summary>Mean length of a gap, ms; 0 without one.</summary>
    /// <param name="packetMs">Duration of one packet, ms.</param>
    public double GapMeanMs(double packetMs) => Gaps == 0 ? 0 : GapPackets * packetMs / Gaps;

    /// <summary>Computes the metrics of a session.</summary>
    /// <param name="fates">The fate of every expected packet, in sequence order.</param>
    /// <param name="gmin">Gmin, 1 or more.</param>
    public static BurstMetrics Compute(ReadOnlySpan<PacketFate> fates, int gmin = DefaultGmin)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(gmin, 1);

        long lost = 0, discarded = 0, badRuns = 0, bursts = 0, burstPackets = 0, burstBad = 0, gapsBefore = 0;
        int first = -1, last = -1, bad = 0, gapStart = 0;

        for (var i = 0; i < fates.Length; i++)
        {
            if (fates[i] == PacketFate.Played)
            {
                continue;
            }

            lost += fates[i] == PacketFate.Lost ? 1 : 0;
            discarded += fates[i] == PacketFate.Discarded ? 1 : 0;
            badRuns += i == 0 || fates[i - 1] == PacketFate.Played ? 1 : 0;

            if (last >= 0 && i - last - 1 < gmin)
            {
                last = i;
                bad++;
                continue;
            }

            Close();
            first = i;
            last = i;
            bad = 1;
        }

        Close();
        return new BurstMetrics
        {
            Expected = fates.Length,
            Lost = lost,
            Discarded = discarded,
            BadRuns = badRuns,
            Bursts = bursts,
            Gaps = gapsBefore + (gapStart < fates.Length ? 1 : 0),
            BurstPackets = burstPackets,
            BurstBad = burstBad,
        };

        void Close()
        {
            if (bad < 2)
            {
                return;
            }

            bursts++;
            burstPackets += last - first + 1;
            burstBad += bad;
            gapsBefore += first > gapStart ? 1 : 0;
            gapStart = last + 1;
        }
    }

    private static double Ratio(long part, long whole) => whole == 0 ? 0 : (double)part / whole;

    private static byte Q8(long part, long whole) => whole == 0 ? (byte)0 : (byte)Math.Min(255, 256 * part / whole);
}
