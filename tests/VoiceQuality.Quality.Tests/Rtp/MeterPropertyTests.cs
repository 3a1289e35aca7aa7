using FsCheck;
using FsCheck.Fluent;
using VoiceQuality.Quality.Codecs;
using VoiceQuality.Quality.EModel;
using VoiceQuality.Quality.Rtp;
using VoiceQuality.Quality.Scoring;
using static VoiceQuality.Quality.Tests.Rtp.ArrivalSeries;

namespace VoiceQuality.Quality.Tests.Rtp;

public class MeterPropertyTests
{
    private static readonly CodecRow[] Scorable = [.. CodecTable.Default.Rows.Where(row => row.Bpl is not null)];

    [Fact]
    public void A_score_never_rises_with_loss_with_late_packets_or_with_burstiness() =>
        Prop.ForAll<int>(seed =>
        {
            var random = new Random(seed);
            var row = Scorable[random.Next(Scorable.Length)];
            var expected = random.Next(100, 30_000);
            var lost = random.Next(expected / 2);
            var discarded = random.Next(expected / 4);
            var runs = random.Next(1, Math.Max(2, lost + discarded));
            var counters = Counters(expected, lost, discarded, runs);

            // Burstiness as such, and loss and discards at the same burst ratio.
            var (ppl, burstR) = (counters.Ppl!.Value, counters.BurstR);
            return Mos(counters, row) >= Mos(Counters(expected, lost, discarded, Math.Max(1, runs / 2)), row)
                && R(row, ppl, burstR) >= R(row, Math.Min(100, ppl + random.NextDouble()), burstR)
                && R(row, ppl, burstR) >= R(row, ppl, burstR + random.NextDouble())
                && Mos(counters, row) == Mos(Counters(expected, lost + discarded, 0, runs), row);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void A_conversational_score_never_rises_with_delay() =>
        Prop.ForAll<int>(seed =>
        {
            var random = new Random(seed);
            var row = Scorable[random.Next(Scorable.Length)];
            var score = StreamScorer.Score(Counters(1_000, random.Next(100), 0, 1), row, default);
            var (shorter, longer) = (random.NextDouble() * 400, random.NextDouble() * 90);

            // Idte below 4 ms of T is slightly negative by the equations (G.107 7-19): 0.11 of R, 0.01 of MOS at most.
            var before = StreamScorer.ConversationalMos(score, row, shorter)!.Value;
            var after = StreamScorer.ConversationalMos(score, row, shorter + longer)!.Value;
            return after <= before + (shorter < 4 ? 0.01 : 1e-9);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void Permuting_packets_within_the_depth_of_the_buffer_changes_no_score() =>
        Prop.ForAll<int>(seed =>
        {
            var random = new Random(seed);
            var arrivals = Steady(2_000, (ushort)random.Next(65_536)).Where((_, i) => i == 0 || random.Next(20) > 0).ToList();
            var plain = Measure(arrivals).Total();

            // The path takes 0 to 29 ms more for each: up to one packet overtakes, and the anchor is the first one.
            var permuted = Measure(Delayed(arrivals, i => i == 0 ? 0 : random.Next(29_000_000))).Total();
            return Mos(plain, Scorable[0]) == Mos(permuted, Scorable[0])
                && (plain.BurstGaps, plain.LossRuns) == (permuted.BurstGaps, permuted.LossRuns);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Copies_of_all_packets_change_no_figure_but_their_own() =>
        Prop.ForAll<int>(seed =>
        {
            var arrivals = Impaired(new Random(seed));
            var once = Measure(arrivals).Total();
            var twice = Measure(arrivals.SelectMany(a => new[] { a, a with { ArrivalNs = a.ArrivalNs + 1 } })).Total();
            return twice.Duplicates == arrivals.Count && once.Duplicates == 0
                && once with { MaxDeltaNs = 0 } == twice with { Duplicates = 0, MaxDeltaNs = 0 };
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Intervals_in_any_order_and_of_any_length_merge_to_the_figures_of_the_stream() =>
        Prop.ForAll<int>(seed =>
        {
            var random = new Random(seed);
            var arrivals = Impaired(random);
            var whole = Measure(arrivals, new MeterPolicy { IntervalMs = 3_600_000 }).Total();
            var meter = Measure(arrivals, new MeterPolicy { IntervalMs = random.Next(100, 20_000) });
            var parts = meter.Intervals.ToArray();
            random.Shuffle(parts);
            var merged = parts.Aggregate(default(IntervalCounters), (sum, part) => IntervalCounters.Merge(sum, part));
            return merged == meter.Total() && merged with { StartNs = 0, EndNs = 0 } == whole with { StartNs = 0, EndNs = 0 };
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));

    [Fact]
    public void Packed_intervals_are_those_that_were_counted_whatever_comes() =>
        Prop.ForAll<int>(seed =>
        {
            // Early media, restarts and holds; a meter that is cloned on the way goes on alike.
            var random = new Random(seed);
            var meter = new StreamMeter(new MeterPolicy { IntervalMs = random.Next(100, 2_000) });
            var arrivals = Impaired(random);
            StreamMeter? clone = null;

            for (var i = 0; i < arrivals.Count; i++)
            {
                var arrival = arrivals[i];
                arrival.SequenceNumber += (ushort)(i * 4 / arrivals.Count * 9_000);
                meter.Add(arrival);
                clone?.Add(arrival);

                if (i == arrivals.Count / 3)
                {
                    meter.BeginAnswered(arrival.ArrivalNs);
                    clone = meter.Clone();
                }
            }

            meter.Finish();
            clone?.Finish();
            var total = meter.Total();
            return total.AreBurstsKnown && total.BurstGaps.BurstBad + total.BurstGaps.GapBad == total.Lost + total.Discarded
                && total.Received + total.Duplicates + total.Strays == arrivals.Count
                && meter.Intervals.ToArray().All(interval => interval.StartNs <= interval.EndNs)
                && (clone is null || clone.Intervals.SequenceEqual(meter.Intervals));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));

    [Fact]
    public void Another_buffer_counts_what_a_meter_with_it_alone_counts() =>
        Prop.ForAll<int>(seed =>
        {
            var random = new Random(seed);
            var arrivals = Impaired(random);
            JitterBufferModel[] models =
                [new(JitterBufferKind.Fixed, 60), new(JitterBufferKind.Fixed, 120), new(JitterBufferKind.Adaptive, 200)];
            var meter = new StreamMeter(new MeterPolicy { MoreJitterBuffers = [.. models] });
            var alone = models.Select(model => new StreamMeter(
                new MeterPolicy { JitterBuffer = model.Kind, JitterBufferMs = model.DepthMs })).ToArray();
            var answered = random.Next(arrivals.Count);

            for (var i = 0; i < arrivals.Count; i++)
            {
                foreach (var each in alone.Append(meter))
                {
                    each.Add(arrivals[i]);

                    if (i == answered)
                    {
                        each.BeginAnswered(arrivals[i].ArrivalNs);
                    }
                }
            }

            meter.Finish();
            return meter.Emulations.Zip(alone).All(pair =>
            {
                pair.Second.Finish();
                var (total, scored) = (pair.Second.Total(), pair.Second.TotalScored());
                return (pair.First.Discarded, pair.First.BadRuns) == (total.Discarded, total.BadRuns)
                    && (pair.First.ScoredDiscarded, pair.First.ScoredBadRuns) == (scored.Discarded, scored.BadRuns);
            });
        }).QuickCheckThrowOnFailure();

    private static IntervalCounters Counters(int expected, int lost, int discarded, int runs) => new()
    {
        Expected = expected, Received = expected - lost, Discarded = discarded, BadRuns = runs,
    };

    private static int Mos(in IntervalCounters counters, CodecRow row) =>
        StreamScorer.Score(counters, row, ScoringPolicy.ForIntervals).MosE4!.Value;

    /// <summary>R as far as Ie,eff decides it: G.107 equation (7-29).</summary>
    private static double R(CodecRow row, double ppl, double burstR) =>
        -EquipmentImpairment.IeEff(row.Ie, row.Bpl!.Value, ppl, burstR);

    /// <summary>Up to a minute with loss, delays of up to 150 ms and swapped packets, and no copies.</summary>
    private static List<RtpArrival> Impaired(Random random)
    {
        var (lossPercent, latePercent) = (random.Next(12), random.Next(12));
        var kept = Steady(random.Next(2, 3_000), (ushort)random.Next(65_536))
            .Where((_, i) => i == 0 || random.Next(100) >= lossPercent).ToList();
        return Delayed(kept, i => i == 0 ? 0 : random.Next(100) < latePercent ? random.Next(150_000_000) : random.Next(9_000_000));
    }
}
