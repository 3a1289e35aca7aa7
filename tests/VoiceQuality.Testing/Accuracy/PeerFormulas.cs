namespace VoiceQuality.Testing.Accuracy;

/// <summary>
/// MOS as other tools publish it, for G.711, without delay; from their sources (versions as in docs/ACCURACY.md).
/// </summary>
public static class PeerFormulas
{
    /// <summary>Name and formula: what the network lost, %, what a buffer discarded, %, BurstR and mean jitter,
    /// ms.</summary>
    public static IReadOnlyList<(string Name, Func<PeerInput, double> Mos)> All { get; } =
    [
        ("VoIPmonitor", VoipMonitor),
        ("Homer", PingPlotter),
        ("rtpengine", RtpEngine),
        ("sip-exporter", SipExporter),
        ("sipnab", Sipnab),
        ("SIP3", Sip3),
    ];

    // rtp.cpp: Bpl 17.2647 for every codec, its own cubic, loss related to the packets received, 4.5 below 5 losses.
    private static double VoipMonitor(PeerInput input)
    {
        var lostPackets = input.Ppl / 100 * input.Packets;
        if (lostPackets < 5)
        {
            return 4.5;
        }

        var p = 100 * input.Ppl / (100 - input.LossPercent);
        var r = 93.2062077233 - (95 * (p / ((p / input.BurstR) + 17.2647)));
        return Math.Clamp(2.06405 + (0.031738 * r) - (0.000356641 * r * r) + (2.93143e-6 * r * r * r), 1, 4.5);
    }

    // heplify-server, homer-ui: effective latency of 10 ms and twice the jitter, 2.5 R for a percent.
    private static double PingPlotter(PeerInput input)
    {
        var effective = (2 * input.JitterMs) + 10;
        var r = effective < 160 ? 93.2 - (effective / 40) : 93.2 - ((effective - 120) / 10);
        return KnownTruth.MosOf(r - (2.5 * Math.Floor(input.LossPercent)));
    }

    // ssrc.c, narrowband: fraction_lost of 1/256 cut to whole percent, a parabola of the loss, tenths of MOS.
    private static double RtpEngine(PeerInput input)
    {
        var percent = Math.Floor(Math.Floor(input.LossPercent * 256 / 100) * 100 / 256);
        var r = percent > 93 ? 0 : 93.2 - percent;
        var id = 0.024 * input.JitterMs;
        return Math.Floor(10 * KnownTruth.MosOf((0.18 * r * r) - (27.9 * r) + 1126.62 - id)) / 10;
    }

    // mos.go: the loss is a fraction where the formula wants percent; discards by a step of the mean jitter.
    private static double SipExporter(PeerInput input)
    {
        var discard = input.JitterMs > 60 ? Math.Min(0.5, (input.JitterMs - 60) / 60) : 0;
        var loss = Math.Min(1, (input.LossPercent / 100) + discard);
        return KnownTruth.MosOf(93.2 - (95 * loss / ((loss / 10) + 1)));
    }

    // quality.rs: Bpl 10 for all, 100 ms and the jitter as delay.
    private static double Sipnab(PeerInput input)
    {
        var delay = 100 + input.JitterMs;
        var id = (0.024 * delay) + (delay > 177.3 ? 0.11 * (delay - 177.3) * Math.Sqrt(delay - 177.3) : 0);
        return KnownTruth.MosOf(93.2 - id - (95 * input.LossPercent / (input.LossPercent + 10)));
    }

    // RtprHandler.kt, codecs.yml: Bpl 4.3, no BurstR, no discards.
    private static double Sip3(PeerInput input) =>
        KnownTruth.MosOf(93.2 - (95 * input.LossPercent / (input.LossPercent + 4.3)));
}

/// <summary>What a formula of another tool is given: the truth.</summary>
/// <param name="Packets">Packets expected.</param>
/// <param name="LossPercent">Lost by the network, %.</param>
/// <param name="Ppl">Lost or too late for a buffer of 60 ms, %.</param>
/// <param name="BurstR">Burst ratio.</param>
/// <param name="JitterMs">Mean jitter by RFC 3550 A.8, ms.</param>
public sealed record PeerInput(long Packets, double LossPercent, double Ppl, double BurstR, double JitterMs);
