namespace VoiceQuality.Quality.Rtp;

/// <summary>
/// What was counted of one stream in one interval. Everything is an integer, so merging is exact, associative, and the
/// intervals of a stream add up to its totals.
/// </summary>
/// <remarks>
/// A sequence number belongs to the interval in which the highest number first reached or passed it; Expected,
/// Received, Discarded, BadRuns, bursts, gaps and runs of lost packets follow that. The other counters follow the
/// packet's arrival.
/// </remarks>
public record struct IntervalCounters
{
    /// <summary>Start of the interval, ns on the clock of the arrivals.</summary>
    public long StartNs { get; set; }

    /// <summary>End of the interval, exclusive but for the last one, which ends with the last arrival.</summary>
    public long EndNs { get; set; }

    /// <summary>Media before the call was answered; kept out of the score.</summary>
    public bool IsEarlyMedia { get; set; }

    /// <summary>Segments that began here: 1 for the stream's start, and 1 for each restart of the sender.</summary>
    public long Segments { get; set; }

    /// <summary>Sequence numbers that belong here, whether or not the packet arrived.</summary>
    public long Expected { get; set; }

    /// <summary>Distinct packets received of <see cref="Expected"/>, in time or late.</summary>
    public long Received { get; set; }

    /// <summary>Packets of <see cref="Received"/> that came too late for the emulated jitter buffer.</summary>
    public long Discarded { get; set; }

    /// <summary>
    /// Runs of consecutive lost or discarded packets. A run counts where it starts, even when it goes on in the next
    /// interval.
    /// </summary>
    public long BadRuns { get; set; }

    /// <summary>Copies of packets received before.</summary>
    public long Duplicates { get; set; }

    /// <summary>Packets that arrived behind the highest sequence number.</summary>
    public long Reordered { get; set; }

    /// <summary>Packets far outside the sequence that no later packet continued. Not in Received.</summary>
    public long Strays { get; set; }

    /// <summary>Distinct audio packets that arrived here.</summary>
    public long AudioReceived { get; set; }

    /// <summary>Distinct comfort noise packets that arrived here.</summary>
    public long ComfortNoise { get; set; }

    /// <summary>Distinct telephone-event packets that arrived here.</summary>
    public long TelephoneEvents { get; set; }

    /// <summary>Payload octets of the distinct packets that arrived here.</summary>
    public long PayloadOctets { get; set; }

    /// <summary>Sum of the running RFC 3550 A.8 jitter over <see cref="JitterSamples"/>, ps.</summary>
    public long JitterSumPs { get; set; }

    /// <summary>Largest value of the running jitter, ps.</summary>
    public long JitterMaxPs { get; set; }

    /// <summary>
    /// Audio packets that moved the running jitter: all but the first of each clock. 0 when the media clock is unknown.
    /// </summary>
    public long JitterSamples { get; set; }

    /// <summary>Longest time between two successive arrivals, duplicates too, ns; it belongs to the later.</summary>
    public long MaxDeltaNs { get; set; }

    /// <summary>
    /// Media time between successive audio packets in order of arrival, ns: what their timestamps say, negative where a
    /// packet was overtaken. Pauses of the sender are in <see cref="PausedMediaNs"/>; see <see cref="SenderClock"/>.
    /// </summary>
    public long MediaNs { get; set; }

    /// <summary>Time between the arrivals of the packets that <see cref="MediaNs"/> counts, ns.</summary>
    public long MediaArrivalNs { get; set; }

    /// <summary>
    /// Media time over the sender's pauses and over jumps of its timestamps, ns, at most 1 h for each.
    /// </summary>
    public long PausedMediaNs { get; set; }

    /// <summary>Time between the arrivals of the packets that <see cref="PausedMediaNs"/> counts, ns.</summary>
    public long PausedArrivalNs { get; set; }

    /// <summary>Pauses and jumps that <see cref="PausedMediaNs"/> counts.</summary>
    public long Pauses { get; set; }

    /// <summary>
    /// Media time, ns, over the pairs of successive audio packets that <see cref="SpacedSteps"/> counts.
    /// </summary>
    public long SpacedNs { get; set; }

    /// <summary>
    /// By how many sequence numbers successive audio packets lay apart, where the timestamps say at most 200 ms for
    /// each: what the duration of a packet is derived from.
    /// </summary>
    public long SpacedSteps { get; set; }

    /// <summary>Bursts and gaps of RFC 3611; see <see cref="AreBurstsKnown"/>.</summary>
    public BurstGapCounters BurstGaps { get; set; }

    /// <summary>Runs of lost packets by length. A run lies in one interval whole.</summary>
    public LossRunHistogram LossRuns { get; set; }

    /// <summary>Packet delay variation of the audio packets that arrived here; empty when nothing was timed.</summary>
    public DelayVariationHistogram DelayVariation { get; set; }

    /// <summary>Points of the lower envelope of transit that were closed here.</summary>
    public ClockEnvelope Envelope { get; set; }

    /// <summary>How the least transit went from second to second.</summary>
    public ClockDrift Drift { get; set; }

    /// <summary>Packets that never arrived; never negative.</summary>
    public readonly long Lost => Expected - Received;

    /// <summary>
    /// Of a whole stream: whether bursts, gaps and runs were counted. Counters of before they were do not have them.
    /// </summary>
    public readonly bool AreBurstsKnown => BurstGaps.BurstPackets + BurstGaps.GapPackets == Expected;

    /// <summary>Duration of one packet by the sender's own timestamps, ms; null when nothing tells.</summary>
    public readonly double? PacketMs => SpacedSteps > 0 && SpacedNs > 0 ? SpacedNs / 1e6 / SpacedSteps : null;

    /// <summary>Clock skew, ppm: <see cref="ClockEnvelope.SkewPpm"/>.</summary>
    public readonly double? SkewPpm => Envelope.SkewPpm;

    /// <summary>Length of the interval, ns.</summary>
    public readonly long DurationNs => EndNs - StartNs;

    /// <summary>
    /// Lost plus discarded packets in percent of the expected ones, 0 to 100; null when none is expected.
    /// </summary>
    public readonly double? Ppl => Expected > 0 ? 100.0 * (Lost + Discarded) / Expected : null;

    /// <summary>Lost packets in percent of the expected ones, 0 to 100; null when none is expected.</summary>
    public readonly double? LossPercent => Expected > 0 ? 100.0 * Lost / Expected : null;

    /// <summary>BurstR over lost and discarded packets, 1 or more.</summary>
    public readonly double BurstR => BurstRatio.FromCounts(Expected, Lost + Discarded, BadRuns);

    /// <summary>Mean of the running jitter, ms; null when nothing could be timed.</summary>
    public readonly double? JitterMeanMs => JitterSamples > 0 ? JitterSumPs / 1e9 / JitterSamples : null;

    /// <summary>Largest running jitter, ms; null when nothing could be timed.</summary>
    public readonly double? JitterMaxMs => JitterSamples > 0 ? JitterMaxPs / 1e9 : null;

    /// <summary>Longest time between two arrivals, ms.</summary>
    public readonly double MaxDeltaMs => MaxDeltaNs / 1e6;

    /// <summary>Intervals merged, exact.</summary>
    /// <param name="intervals">The intervals, in order.</param>
    /// <param name="withEarlyMedia">False for what the score is made of.</param>
    public static IntervalCounters Merge(ReadOnlySpan<IntervalCounters> intervals, bool withEarlyMedia)
    {
        var total = default(IntervalCounters);

        foreach (ref readonly var interval in intervals)
        {
            if (withEarlyMedia || !interval.IsEarlyMedia)
            {
                total = Merge(total, interval);
            }
        }

        return total;
    }

    /// <summary>
    /// The counters of both. Sums are exact; the span covers both; early media only when both are early media. An
    /// empty side (no segment, no expected packet, no time) changes nothing.
    /// </summary>
    public static IntervalCounters Merge(in IntervalCounters a, in IntervalCounters b)
    {
        if (a.IsEmpty)
        {
            return b;
        }

        if (b.IsEmpty)
        {
            return a;
        }

        return new IntervalCounters
        {
            StartNs = Math.Min(a.StartNs, b.StartNs),
            EndNs = Math.Max(a.EndNs, b.EndNs),
            IsEarlyMedia = a.IsEarlyMedia && b.IsEarlyMedia,
            Segments = a.Segments + b.Segments,
            Expected = a.Expected + b.Expected,
            Received = a.Received + b.Received,
            Discarded = a.Discarded + b.Discarded,
            BadRuns = a.BadRuns + b.BadRuns,
            Duplicates = a.Duplicates + b.Duplicates,
            Reordered = a.Reordered + b.Reordered,
            Strays = a.Strays + b.Strays,
            AudioReceived = a.AudioReceived + b.AudioReceived,
            ComfortNoise = a.ComfortNoise + b.ComfortNoise,
            TelephoneEvents = a.TelephoneEvents + b.TelephoneEvents,
            PayloadOctets = a.PayloadOctets + b.PayloadOctets,
            JitterSumPs = SaturatingAdd(a.JitterSumPs, b.JitterSumPs),
            JitterMaxPs = Math.Max(a.JitterMaxPs, b.JitterMaxPs),
            JitterSamples = a.JitterSamples + b.JitterSamples,
            MaxDeltaNs = Math.Max(a.MaxDeltaNs, b.MaxDeltaNs),
            MediaNs = SaturatingSum(a.MediaNs, b.MediaNs),
            MediaArrivalNs = SaturatingSum(a.MediaArrivalNs, b.MediaArrivalNs),
            PausedMediaNs = SaturatingSum(a.PausedMediaNs, b.PausedMediaNs),
            PausedArrivalNs = SaturatingSum(a.PausedArrivalNs, b.PausedArrivalNs),
            Pauses = a.Pauses + b.Pauses,
            SpacedNs = SaturatingSum(a.SpacedNs, b.SpacedNs),
            SpacedSteps = a.SpacedSteps + b.SpacedSteps,
            BurstGaps = BurstGapCounters.Merge(a.BurstGaps, b.BurstGaps),
            LossRuns = LossRunHistogram.Merge(a.LossRuns, b.LossRuns),
            DelayVariation = DelayVariationHistogram.Merge(a.DelayVariation, b.DelayVariation),
            Envelope = ClockEnvelope.Merge(a.Envelope, b.Envelope),
            Drift = ClockDrift.Merge(a.Drift, b.Drift),
        };
    }

    private readonly bool IsEmpty => Segments == 0 && Expected == 0 && StartNs == 0 && EndNs == 0;

    /// <summary>Adds two numbers that are not negative; 106 days of one second of jitter is where it stops.</summary>
    internal static long SaturatingAdd(long a, long b) => a > long.MaxValue - b ? long.MaxValue : a + b;

    /// <summary>Adds two numbers of either sign; a capture's times may be anything.</summary>
    internal static long SaturatingSum(long a, long b)
    {
        var sum = unchecked(a + b);
        return ((a ^ sum) & (b ^ sum)) >= 0 ? sum : a < 0 ? long.MinValue : long.MaxValue;
    }
}
