using FsCheck;
using FsCheck.Fluent;
using VoiceQuality.Monitor.CaptureLoss;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Quality.Rtp;
using VoiceQuality.Testing.Captures;

namespace VoiceQuality.Monitor.Tests.CaptureLoss;

/// <summary>What is known of bursts, gaps and runs of a stream of which the tap lost packets itself.</summary>
public class UnseenPeriodsTests
{
    private const int Packets = 2_000;
    private const double StartS = 2.1;

    [Theory]
    [InlineData(11.7805)]
    [InlineData(11.8605)]
    [InlineData(11.9805)]
    [InlineData(12.0905)]
    [InlineData(12.1005)]
    [InlineData(12.1055)]
    [InlineData(22.0005)]
    public void A_hole_over_the_edge_of_an_interval_leaves_nothing_lost(double from)
    {
        // Intervals begin at 2.1 s with their stream, so their edges are at 12.1 s and 22.1 s.
        var measured = Measurement.Of(CaptureLossTests.Calls((_, at) => at >= from && at < from + 0.3));

        Assert.All(measured.Streams, stream =>
        {
            Assert.Equal((0L, 15L, Packets - 15L), (stream.Total.Lost, stream.Unseen, stream.Total.Expected));
            Assert.Equal(0, stream.Total.BadRuns);
            Assert.Equal(15, stream.Intervals.Sum(static interval => interval.Unseen));
        });
    }

    [Fact]
    public void A_hole_in_a_clean_stream_ends_one_gap_and_begins_another()
    {
        var options = new MonitorOptions { MoreJitterBuffers = [new(JitterBufferKind.Adaptive, 200)] };
        var stream = Measurement.Of(CaptureLossTests.Calls((_, at) => at is >= 12.5 and < 12.8), options).Streams[0];

        Assert.Equal(new BurstGapCounters { Gaps = 2, GapPackets = Packets - 15 }, stream.BurstGaps);
        Assert.Equal((0L, PeriodsUnknown.None), (stream.LossRuns!.Value.Runs, stream.LossRunsUnknown));
        Assert.Equal(
            new EmulationCounters(options.MoreJitterBuffers[0], 0, 0, 0, 0), Assert.Single(stream.Emulations));
        Assert.Equal(
            (stream.MosLqE4, 1.0), (stream.OtherBuffers[0].MosLqE4, stream.OtherBuffers[0].BurstR!.Value));
    }

    [Fact]
    public void A_loss_beside_a_hole_leaves_the_periods_of_its_interval_unknown_and_no_other()
    {
        // Stream 3 loses one packet 100 ms before the hole, and another one at 25 s.
        var stream = Measurement.Of(CaptureLossTests.Calls((stream, at) => at is >= 12.5 and < 12.8
            || (stream == 3 && at is (>= 12.4 and < 12.42) or (>= 25 and < 25.02)))).Streams
            .Single(static stream => stream.Ssrc == 3);

        Assert.Equal((2L, 15L), (stream.Total.Lost, stream.Unseen));
        Assert.Equal(
            [PeriodsUnknown.None, PeriodsUnknown.LossBesideUnseen, PeriodsUnknown.None, PeriodsUnknown.None],
            stream.Intervals.Select(interval => stream.BurstsUnknownOf(interval)));
        Assert.Null(stream.BurstGapsOf(stream.Intervals[1]));

        // Three intervals of 500 packets, but that one lost packet of 25 s is in a gap.
        Assert.Equal(
            (0L, 1_500L, 1L), (stream.BurstGaps!.Value.BurstPackets, stream.BurstGaps.Value.GapPackets, stream.BurstGaps.Value.GapBad));
        Assert.Equal((2L, 2u), (stream.LossRuns!.Value.Runs, stream.LossRuns.Value[0]));
    }

    [Fact]
    public void What_is_told_is_what_the_seen_periods_are() =>
        Prop.ForAll<int>(seed =>
        {
            // Holes of 40 to 700 ms, 3 s and more apart; losses of each stream at random, none beside a hole.
            var random = new Random(seed);
            var holes = Enumerable.Range(0, random.Next(1, 5))
                .Select(i => (From: 4 + (i * 8) + (random.NextDouble() * 5), Length: 0.04 + (random.NextDouble() * 0.66))).ToArray();
            var rate = random.Next(3) * 0.001;
            var lost = Enumerable.Range(0, 8).Select(stream => Enumerable.Range(0, Packets)
                .Select(i => random.NextDouble() < rate && i is > 0 and < Packets - 1 && !IsNear(holes, At(stream, i)))
                .ToArray()).ToArray();
            var measured = Measurement.Of(CaptureLossTests.Calls(
                (stream, at) => IsIn(holes, at, 0) || lost[stream][(int)Math.Round((at - At(stream, 0)) / 0.02)]));
            return measured.Streams.All(stream => IsTold(stream, holes, lost[(int)stream.Ssrc]));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(40));

    [Fact]
    public void Late_packets_on_both_sides_of_a_hole_are_two_runs()
    {
        // 990 to 999 and 1,015 to 1,019 come 90 ms late; what lies between was not seen.
        var meter = new StreamMeter(new MeterPolicy { MoreJitterBuffers = [new(JitterBufferKind.Fixed, 200)] });
        var gap = default(StreamGap);
        foreach (var i in Enumerable.Range(0, Packets).Where(static i => i is < 1_000 or >= 1_015)
            .OrderBy(static i => ArrivalNs(i)))
        {
            var outcome = meter.Add(new RtpArrival
            {
                ArrivalNs = ArrivalNs(i), SequenceNumber = (ushort)i, Timestamp = (uint)(i * 160), ClockRateHz = 8_000,
            });
            if (outcome == ArrivalOutcome.AfterGap && i == 1_015)
            {
                gap = new StreamGap(0, 0, default, ArrivalNs(999), ArrivalNs(1_015), 1_000, 15, 20_000_000)
                {
                    LateBefore = meter.LateBeforeGap, LateAfter = meter.LateHighest,
                };
            }
        }

        meter.Finish();
        var stream = Record(meter);
        var corrected = UnseenCorrection.Apply(stream, [new UnseenRun(gap, 15)], null, default);

        Assert.Equal((15L, 1L, 1L), (stream.Total.Discarded, stream.Total.BadRuns, stream.Emulations[0].BadRuns));
        Assert.Equal((15L, 2L, 0L), (corrected.Total.Discarded, corrected.Total.BadRuns, corrected.Emulations[0].BadRuns));
        Assert.Equal((0L, 0L), (corrected.Total.Lost, corrected.LossRuns!.Value.Runs));

        static long ArrivalNs(int i) =>
            (i * 20_000_000L) + (i is (>= 990 and < 1_000) or (>= 1_015 and < 1_020) ? 90_000_000 : 0);
    }

    private static StreamRecord Record(StreamMeter meter) => new()
    {
        Source = default,
        Destination = default,
        Ssrc = 1,
        PayloadType = 0,
        ClockRateHz = 8_000,
        StartedAtUs = 0,
        EndedAtUs = 0,
        Total = meter.Total(),
        Scored = meter.TotalScored(),
        Model = new ScoreModel("g107", "1", null, "fixed:60"),
        Emulations = [.. meter.Emulations],
        Intervals = [.. meter.Intervals.ToArray().Select(static counters => new IntervalRecord(counters, null))],
    };

    private static bool IsTold(StreamRecord stream, (double From, double Length)[] holes, bool[] lost)
    {
        var fates = new List<PacketFate>();
        var periods = default(BurstGapCounters);
        var runs = default(LossRunHistogram);
        var (run, unseen) = (0, 0L);
        for (var i = 0; i <= Packets; i++)
        {
            var isHole = i < Packets && IsIn(holes, At((int)stream.Ssrc, i), 0);
            var isLost = i < Packets && !isHole && lost[i];
            if (run > 0 && !isLost)
            {
                runs.Add(run);
            }

            run = isLost ? run + 1 : 0;
            unseen += isHole ? 1 : 0;
            if (i < Packets && !isHole)
            {
                fates.Add(isLost ? PacketFate.Lost : PacketFate.Played);
            }
            else if (fates.Count > 0)
            {
                var metrics = BurstMetrics.Compute([.. fates]);
                periods = BurstGapCounters.Merge(periods, new BurstGapCounters
                {
                    Bursts = metrics.Bursts, Gaps = metrics.Gaps, BurstPackets = metrics.BurstPackets,
                    BurstBad = metrics.BurstBad, GapPackets = metrics.GapPackets, GapBad = metrics.GapBad,
                });
                fates.Clear();
            }
        }

        var isWhole = stream.Intervals.All(static interval => interval.Doubts == PeriodDoubts.None);
        return stream.Unseen == unseen && stream.LossRuns == runs
            && (isWhole ? stream.BurstGaps == periods : HasLossBeside(lost, holes, (int)stream.Ssrc));
    }

    /// <summary>Whether a packet was lost within 16 packets of a hole: 320 ms.</summary>
    private static bool HasLossBeside(bool[] lost, (double From, double Length)[] holes, int stream) =>
        Enumerable.Range(0, Packets).Any(i => lost[i] && IsIn(holes, At(stream, i), 0.34));

    private static double At(int stream, int index) => StartS + (stream * 0.002) + (index * 0.02);

    private static bool IsIn((double From, double Length)[] holes, double at, double marginS) =>
        holes.Any(hole => at >= hole.From - marginS && at < hole.From + hole.Length + marginS);

    private static bool IsNear((double From, double Length)[] holes, double at) => IsIn(holes, at, 0.05);
}
