using FsCheck;
using FsCheck.Fluent;
using VoiceQuality.Quality.Codecs;
using VoiceQuality.Quality.EModel;
using VoiceQuality.Quality.Rtp;
using VoiceQuality.Quality.Scoring;

namespace VoiceQuality.Quality.Tests.Scoring;

public class StreamScorerTests
{
    // MOS without delay: the table of G.107 figures for 0, 1, 3 and 5 % random loss, two decimals.
    [Theory]
    [InlineData("PCMU", false, 0, 4.41)]
    [InlineData("PCMU", false, 1, 4.33)]
    [InlineData("PCMU", false, 3, 4.13)]
    [InlineData("PCMU", false, 5, 3.92)]
    [InlineData("PCMU", true, 1, 3.83)]
    [InlineData("PCMU", true, 3, 2.79)]
    [InlineData("PCMU", true, 5, 2.17)]
    [InlineData("G729", false, 0, 4.10)]
    [InlineData("G729", false, 1, 3.95)]
    [InlineData("G729", false, 3, 3.63)]
    [InlineData("G729", false, 5, 3.34)]
    public void Random_loss_gives_the_mos_of_g107(string codec, bool withoutPlc, int percent, double mos)
    {
        var row = Row(codec, 8_000, new CodecPolicy { WithoutPlc = withoutPlc });
        var score = StreamScorer.Score(Counters(10_000, lost: 100 * percent, runs: 100 * percent), row, default);
        Assert.Equal(mos, score.MosLq!.Value, precision: 2);
        Assert.Equal(UnscoredReason.None, score.Reason);
    }

    // MOS with T = Ta and Tr = 2 Ta at 150 and 300 ms.
    [Theory]
    [InlineData("PCMU", 0, 150, 4.33)]
    [InlineData("PCMU", 5, 150, 3.77)]
    [InlineData("PCMU", 3, 300, 3.23)]
    [InlineData("G729", 1, 300, 2.97)]
    public void Delay_lowers_the_conversational_score_as_in_g107(string codec, int percent, double ta, double mos)
    {
        var row = Row(codec, 8_000);
        var score = StreamScorer.Score(Counters(10_000, lost: 100 * percent, runs: 100 * percent), row, default);
        Assert.Equal(mos, StreamScorer.ConversationalMos(score, row, ta)!.Value, precision: 2);
    }

    [Fact]
    public void A_score_says_what_it_was_made_of()
    {
        // 20 lost in 10 runs of 1,000: Ppl 2 %, BurstR = (20/10)(1 - 20/1000) = 1.96;
        // Ie,eff = 95 × 2 / (2/1.96 + 25.1) = 7.274038.
        var score = StreamScorer.Score(Counters(1_000, lost: 15, runs: 10, discarded: 5), Row("PCMA", 8_000), default);
        Assert.Equal(2, score.Ppl);
        Assert.Equal(1.96, score.BurstR!.Value, precision: 12);
        Assert.Equal(7.274, score.IeEff!.Value, precision: 3);
        Assert.Equal(Narrowband.DefaultR - score.IeEff.Value, score.R!.Value, precision: 9);
        Assert.Equal(
            ("g107", "06/2015", "g711-plc", "fixed:60", false),
            (score.ModelName, score.ModelVersion, score.CodecRowId, score.JitterBuffer, score.IsEstimated));
    }

    [Theory]
    [InlineData(199, 199, false)] // 19.9 % at random
    [InlineData(201, 201, true)] // above 20 %
    [InlineData(10, 1, true)] // 1 %, BurstR 9.9
    [InlineData(10, 2, false)] // 1 %, BurstR 4.95: note 6 allows it below 2 %
    [InlineData(20, 4, true)] // 2 %, BurstR 4.9
    public void A_score_outside_the_validity_of_table_3_says_so(int lost, int runs, bool isOutside)
    {
        var score = StreamScorer.Score(Counters(1_000, lost, runs), Row("PCMU", 8_000), default);
        Assert.True(score.IsScored);
        Assert.Equal(isOutside, score.IsOutsideTable3);
    }

    [Fact]
    public void A_wideband_codec_is_scored_on_its_own_scale()
    {
        var row = CodecTable.Default.Rows.Single(r => r.Id == "amr-wb-12.65");
        var score = StreamScorer.Score(Counters(1_000), row, default);

        // Id = Idle = 0.153685 at the defaults: R = 129 - 13 - 0.153685.
        Assert.Equal(115.846315, score.R!.Value, precision: 6);
        Assert.Equal(115.846315 / 1.29, score.Rx!.Value, precision: 6);
        Assert.Equal("g107.1", score.ModelName);
    }

    [Fact]
    public void A_fullband_row_is_scored_by_g107_2_and_marked_as_estimated()
    {
        var row = CodecTable.Default.Rows.Single(r => r.Id == "evs-swb-48-est");
        var score = StreamScorer.Score(Counters(1_000), row, default);
        Assert.Equal(137.8, score.R!.Value, precision: 9); // 148 - 10.2
        Assert.Equal(4.407500, score.MosLq!.Value, precision: 6);
        Assert.Equal(("g107.2", true), (score.ModelName, score.IsEstimated));
    }

    [Fact]
    public void Fewer_than_100_expected_packets_have_no_score()
    {
        var row = Row("PCMU", 8_000);
        Assert.Equal(UnscoredReason.TooFewPackets, StreamScorer.Score(Counters(99), row, default).Reason);
        Assert.Null(StreamScorer.Score(Counters(99), row, default).MosE4);
        Assert.True(StreamScorer.Score(Counters(100), row, default).IsScored);
        Assert.True(StreamScorer.Score(Counters(1), row, ScoringPolicy.ForIntervals).IsScored);
    }

    [Fact]
    public void What_cannot_be_scored_has_a_reason_and_no_number()
    {
        var noFactor = CodecTable.Default.Rows.First(row => row.Bpl is null);
        var scores = new Dictionary<UnscoredReason, StreamScore>
        {
            [UnscoredReason.CodecNotInTable] = StreamScorer.Score(Counters(1_000), null, default),
            [UnscoredReason.CodecHasNoLossFactor] = StreamScorer.Score(Counters(1_000), noFactor, default),
            [UnscoredReason.NoMedia] = StreamScorer.Score(default, Row("PCMU", 8_000), default),
            [UnscoredReason.InvalidCounters] = StreamScorer.Score(
                new IntervalCounters { Expected = 200, Received = 300 }, Row("PCMU", 8_000), default),
        };

        Assert.All(scores, pair => Assert.Equal(new StreamScore { Reason = pair.Key }, pair.Value));
    }

    [Fact]
    public void No_counters_at_all_make_it_throw_and_every_score_is_on_the_scale() =>
        Prop.ForAll<int>(seed =>
        {
            var random = new Random(seed);
            var counters = new IntervalCounters
            {
                Expected = Any(random), Received = Any(random), Discarded = Any(random), BadRuns = Any(random),
            };
            var score = StreamScorer.Score(counters, Row("PCMU", 8_000), ScoringPolicy.ForIntervals);
            return score.IsScored
                ? score.MosE4 is >= 10_000 and <= 45_000 && score.Reason == UnscoredReason.None
                : score.Reason != UnscoredReason.None && score.MosLq is null && score.R is null;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));

    [Fact]
    public void More_scattered_loss_never_improves_the_score()
    {
        var last = int.MaxValue;

        for (var lost = 0; lost <= 5_000; lost += 10)
        {
            var score = StreamScorer.Score(Counters(10_000, lost, runs: lost), Row("PCMU", 8_000), default);
            Assert.True(score.MosE4 <= last);
            last = score.MosE4!.Value;
        }
    }

    [Theory]
    [InlineData(4.40940649, 44_094)]
    [InlineData(3.99995, 40_000)]
    [InlineData(1.00005, 10_001)] // half, away from zero
    [InlineData(1.0, 10_000)]
    public void A_score_becomes_fixed_point_once(double mos, int e4) => Assert.Equal(e4, StreamScorer.ToE4(mos));

    [Theory]
    [InlineData(null)]
    [InlineData(-1.0)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Without_a_measured_delay_there_is_no_conversational_score(double? ta)
    {
        var row = Row("PCMU", 8_000);
        Assert.Null(StreamScorer.ConversationalMos(StreamScorer.Score(Counters(1_000), row, default), row, ta));
        Assert.Null(StreamScorer.ConversationalMos(StreamScorer.Score(Counters(10), row, default), row, 100));
    }

    [Fact]
    public void Every_reason_has_a_wire_name_that_reads_back()
    {
        foreach (var reason in Enum.GetValues<UnscoredReason>())
        {
            Assert.True(UnscoredReasonNames.TryParse(reason.ToWireName(), out var read));
            Assert.Equal(reason, read);
        }

        Assert.Null(UnscoredReason.None.ToWireName());
        Assert.Equal("codecHasNoLossFactor", UnscoredReason.CodecHasNoLossFactor.ToWireName());
        Assert.False(UnscoredReasonNames.TryParse("none", out _));
        Assert.False(UnscoredReasonNames.TryParse("bad weather", out _));
    }

    private static long Any(Random random) =>
        random.Next(4) == 0 ? random.NextInt64(long.MinValue, long.MaxValue) : random.Next(-5, 300);

    private static CodecRow Row(string name, int clockRateHz, CodecPolicy policy = default) =>
        CodecTable.Default.TryFind(new CodecQuery(name, clockRateHz), policy, out var row, out _)
            ? row
            : throw new InvalidOperationException(name);

    private static IntervalCounters Counters(long expected, long lost = 0, long runs = 0, long discarded = 0) => new()
    {
        Expected = expected,
        Received = expected - lost,
        Discarded = discarded,
        BadRuns = runs,
    };
}
