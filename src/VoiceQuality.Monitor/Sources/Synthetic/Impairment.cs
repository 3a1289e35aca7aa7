namespace VoiceQuality.Monitor.Sources.Synthetic;

/// <summary>
/// Gilbert-Elliott loss: two states between which the path moves before each packet. Loss happens in the bad one.
/// </summary>
/// <param name="GoodToBad">p, probability per packet of leaving the good state, 0 to 1.</param>
/// <param name="BadToGood">r, probability per packet of leaving the bad state, above 0 to 1.</param>
/// <param name="LossInBad">h, probability of loss in the bad state, 0 to 1.</param>
public readonly record struct BurstLoss(double GoodToBad, double BadToGood, double LossInBad = 1);

/// <summary>What happens to one direction of one call between its sender and the capture point.</summary>
public sealed record Impairment
{
    /// <summary>A path with 50 µs of jitter and nothing else.</summary>
    public static Impairment None { get; } = new();

    /// <summary>Probability that a packet is lost, independent of others, 0 to 1.</summary>
    public double LossProbability { get; init; }

    /// <summary>Loss in bursts, besides the independent one.</summary>
    public BurstLoss? Burst { get; init; }

    /// <summary>
    /// Mean of an exponential delay of every packet, ms, 0 to 1,000; packets keep their order. RFC 3550 jitter is
    /// close to this mean while it is far below 20 ms.
    /// </summary>
    public double JitterMs { get; init; } = 0.05;

    /// <summary>Probability that a packet, and the queue behind it, waits for <see cref="SpikeMs"/>, 0 to 1.</summary>
    public double SpikeProbability { get; init; }

    /// <summary>
    /// Delay of the first packet of a spike, ms, 0 to 5,000; those behind it arrive at once after it.
    /// </summary>
    public double SpikeMs { get; init; } = 200;

    /// <summary>Probability that a single packet is overtaken because it is <see cref="LateMs"/> late.</summary>
    public double LateProbability { get; init; }

    /// <summary>Delay of a late packet, ms, 0 to 5,000. Beyond 60 ms it misses a fixed buffer of 60 ms.</summary>
    public double LateMs { get; init; } = 100;

    /// <summary>Probability that a packet is held back 25 to 65 ms, so that one to three others overtake it.</summary>
    public double ReorderProbability { get; init; }

    /// <summary>Probability that a packet is seen again 0.1 to 5 ms later, 0 to 1.</summary>
    public double DuplicateProbability { get; init; }

    /// <summary>
    /// Voice activity: talk and silence of 1.2 s and 0.8 s in the mean (exponential). A pause starts with one comfort
    /// noise packet where the codec has it (RFC 3389) and has no packets after it.
    /// </summary>
    public bool SilenceSuppression { get; init; }

    /// <summary>Telephone-events (RFC 4733) of 10 packets each, spread over the call, 0 to 8.</summary>
    public int TelephoneEvents { get; init; }

    /// <summary>The sender restarts with a new SSRC, sequence number and timestamp at 30 to 70 % of the call.</summary>
    public bool SsrcChange { get; init; }

    /// <summary>This side sends no media at all (one-way audio); its RTCP reports what it receives.</summary>
    public bool NoMedia { get; init; }

    /// <summary>One-way delay between this sender and the capture point, ms, 0 to 2,000; RTCP shows it.</summary>
    public double SenderDelayMs { get; init; } = 10;

    /// <summary>Says what is out of range, or returns <see langword="null"/>.</summary>
    public string? FindProblem()
    {
        if (!IsProbability(LossProbability) || !IsProbability(SpikeProbability)
            || !IsProbability(DuplicateProbability))
        {
            return "probabilities of loss, delay spikes and duplication must be 0 to 1";
        }

        // Packets that others overtake wait in memory; at 0.5 their number stays small.
        if (!IsWithin(LateProbability, 0, 0.5) || !IsWithin(ReorderProbability, 0, 0.5))
        {
            return "probabilities of late and of reordered packets must be 0 to 0.5";
        }

        if (Burst is { } burst
            && (!IsProbability(burst.GoodToBad) || !IsProbability(burst.LossInBad)
                || !IsProbability(burst.BadToGood) || burst.BadToGood == 0))
        {
            return "burst loss needs probabilities of 0 to 1, and bad to good above 0";
        }

        if (!IsWithin(JitterMs, 0, 1_000) || !IsWithin(SpikeMs, 0, 5_000) || !IsWithin(LateMs, 0, 5_000)
            || !IsWithin(SenderDelayMs, 0, 2_000))
        {
            return "jitter must be 0 to 1,000 ms, spikes and late packets 0 to 5,000 ms, sender delay 0 to 2,000 ms";
        }

        return TelephoneEvents is < 0 or > 8 ? "telephone-events must be 0 to 8" : null;
    }

    internal static bool IsProbability(double value) => IsWithin(value, 0, 1);

    // Written so that NaN is outside.
    internal static bool IsWithin(double value, double min, double max) => value >= min && value <= max;
}
