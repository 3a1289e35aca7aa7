namespace VoiceQuality.Testing.Accuracy;

/// <summary>What is true of one SSRC, by arithmetic on what was sent and what was done to it.</summary>
/// <param name="Received">Distinct packets that the tap saw.</param>
/// <param name="Expected">Sequence numbers from the first to the last of them that the tap could have seen.</param>
/// <param name="Lost">Packets that the network lost.</param>
/// <param name="Duplicates">Copies that the tap saw.</param>
/// <param name="Reordered">Distinct packets that came behind a higher number.</param>
/// <param name="Discarded">Packets too late for a fixed buffer of 60 ms.</param>
/// <param name="BadRuns">Runs of lost or discarded packets in the order of their numbers.</param>
/// <param name="Unseen">Packets sent while the tap was blind.</param>
public sealed record KnownTruth(
    long Received,
    long Expected,
    long Lost,
    long Duplicates,
    long Reordered,
    long Discarded,
    long BadRuns,
    long Unseen)
{
    private const long BufferUs = 60_000;

    /// <summary>Lost and discarded packets in percent of the expected ones.</summary>
    public double Ppl => 100.0 * (Lost + Discarded) / Expected;

    /// <summary>Lost packets in percent of the expected ones.</summary>
    public double LossPercent => 100.0 * Lost / Expected;

    /// <summary>(L/B)(1 - L/N), 1 at least: the mean run against that of random loss.</summary>
    public double BurstR
    {
        get
        {
            double bad = Lost + Discarded;
            return bad == 0 ? 1 : Math.Max(1, bad / BadRuns * (1 - (bad / Expected)));
        }
    }

    /// <summary>
    /// MOS of G.711 with packet loss concealment by G.107 at its defaults: R = 93.206208 - 95 Ppl / (Ppl / BurstR +
    /// 25.1), then the polynomial of Annex B, 1 at least.
    /// </summary>
    public double MosLq => MosOf(93.206208 - (95 * Ppl / ((Ppl / BurstR) + 25.1)));

    /// <summary>The polynomial of G.107 Annex B.</summary>
    public static double MosOf(double r) => r switch
    {
        <= 0 => 1,
        >= 100 => 4.5,
        _ => Math.Max(1, 1 + (0.035 * r) + (r * (r - 60) * (100 - r) * 7e-6)),
    };

    /// <summary>The truth about each SSRC, in the order of sending.</summary>
    internal static IReadOnlyList<KnownTruth> Of(KnownStream stream) =>
        [.. stream.Sent.GroupBy(static packet => packet.Ssrc).Select(sent => Of(stream, [.. sent]))];

    private static KnownTruth Of(KnownStream stream, KnownPacket[] sent)
    {
        // Losses at either end cannot be told from a stream that begins later or ends sooner; there are none.
        var seen = sent.Where(static packet => packet is { IsLost: false, IsUnseen: false })
            .OrderBy(static packet => packet.ArrivalUs).ToArray();
        var late = Late(seen);
        var reordered = 0L;
        var highest = long.MinValue;
        foreach (var packet in seen)
        {
            reordered += packet.Sequence < highest ? 1 : 0;
            highest = Math.Max(highest, packet.Sequence);
        }

        var runs = 0L;
        var wasBad = false;
        foreach (var packet in sent.Where(static packet => !packet.IsUnseen))
        {
            var isBad = packet.IsLost || late.Contains(packet);
            runs += isBad && !wasBad ? 1 : 0;
            wasBad = isBad;
        }

        return new KnownTruth(
            seen.Length,
            sent.Count(static packet => !packet.IsUnseen),
            sent.Count(static packet => packet is { IsLost: true, IsUnseen: false }),
            stream.Copies.Count(copy => copy.Packet.Ssrc == sent[0].Ssrc),
            reordered,
            late.Count,
            runs,
            sent.Count(static packet => packet.IsUnseen));
    }

    /// <summary>
    /// Whoever takes more than the buffer's depth longer than the packet that opened the talkspurt is late. Skew of
    /// 200 ppm moves the whole by 12 ms in the 60 s of a stream: less than the half depth at which a buffer is set
    /// anew.
    /// </summary>
    private static HashSet<KnownPacket> Late(KnownPacket[] arrivals)
    {
        var late = new HashSet<KnownPacket>();
        long? anchorUs = null;
        foreach (var packet in arrivals.Where(static packet => !packet.IsComfortNoise))
        {
            var transitUs = packet.ArrivalUs - packet.MediaUs;
            if (anchorUs is null || packet.StartsTalkspurt)
            {
                anchorUs = transitUs;
            }

            if (transitUs - anchorUs > BufferUs)
            {
                late.Add(packet);
            }
        }

        return late;
    }
}
