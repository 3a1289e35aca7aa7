using VoiceQuality.Monitor.Calls;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Protocols.Network;
using VoiceQuality.Quality;
using VoiceQuality.Quality.Rtp;
using VoiceQuality.Quality.Scoring;

namespace VoiceQuality.Monitor.Tests.Calls;

public class CallReadingsTests
{
    // R = 93.2 of the default connection has MOS 4.409406 (G.107 Annex B), 44,094 in ten-thousandths.
    private const int BestNarrowbandE4 = 44_094;

    [Fact]
    public void Of_narrowband_calls_the_wideband_rule_changes_nothing_and_the_basis_takes_the_MOS_CQ()
    {
        // Means of the directions: (4.0 + 3.0) / 2 and (3.8 + 2.8) / 2.
        var readings = CallReadings.Of(
            CallOutcome.Answered,
            [Stream(MediaDirection.FromCaller, "g107", 40_000, 38_000), Stream(MediaDirection.FromCallee, "g107", 30_000, 28_000)]);

        Assert.Equal(
            new CallReadings
            {
                CqE4 = 33_000, LqCappedE4 = 35_000, CqCappedE4 = 33_000, LqNarrowbandE4 = 35_000, CqNarrowbandE4 = 33_000,
            },
            readings);
    }

    [Fact]
    public void A_call_of_which_one_stream_has_no_measured_delay_has_no_MOS_CQ_and_says_why()
    {
        StreamRecord[] streams =
        [
            Stream(MediaDirection.FromCaller, "g107", 40_000, 38_000), Stream(MediaDirection.FromCallee, "g107", 30_000, null),
        ];

        var readings = CallReadings.Of(CallOutcome.Answered, streams);

        Assert.Equal((null, 35_000), (readings.CqE4, readings.LqCappedE4));
        Assert.Equal(
            new CallScore(null, null, UnscoredReason.DelayNotMeasured),
            CallReadings.ScoreOf(CallOutcome.Answered, streams, ScoreBasis.MosCq, WidebandRule.OwnScale));
    }

    [Fact]
    public void A_wideband_stream_is_capped_at_the_best_narrowband_connection_or_left_out()
    {
        // Capped: (4.4094 + 3.0) / 2 = 3.7047. A MOS-CQ below the best stays: (4.2 + 2.8) / 2. Left out: the other
        // alone.
        StreamRecord[] streams =
        [
            Stream(MediaDirection.FromCaller, "g107.1", 45_000, 42_000), Stream(MediaDirection.FromCallee, "g107", 30_000, 28_000),
        ];

        Assert.Equal(
            new CallReadings
            {
                CqE4 = 35_000,
                LqCappedE4 = (BestNarrowbandE4 + 30_000) / 2,
                CqCappedE4 = 35_000,
                LqNarrowbandE4 = 30_000,
                CqNarrowbandE4 = 28_000,
            },
            CallReadings.Of(CallOutcome.Answered, streams));
    }

    [Fact]
    public void A_call_of_wideband_streams_alone_is_unscored_where_they_are_left_out()
    {
        StreamRecord[] streams = [Stream(MediaDirection.FromCaller, "g107.2", 45_000, 44_000)];

        var readings = CallReadings.Of(CallOutcome.Answered, streams);

        Assert.Equal((44_000, null, null), (readings.CqE4, readings.LqNarrowbandE4, readings.CqNarrowbandE4));
        Assert.Equal(
            UnscoredReason.ScaleNotCounted,
            CallReadings.ScoreOf(CallOutcome.Answered, streams, ScoreBasis.MosLq, WidebandRule.Unscored).Reason);
    }

    [Theory]
    [InlineData(CallOutcome.Cancelled)]
    [InlineData(CallOutcome.Incomplete)]
    public void A_call_that_was_not_answered_counts_by_no_reading(CallOutcome outcome) => Assert.Equal(
        default, CallReadings.Of(outcome, [Stream(MediaDirection.FromCaller, "g107", 40_000, 38_000)]));

    [Fact]
    public void A_call_of_whose_media_more_was_unseen_than_seen_counts_by_no_reading()
    {
        // 500 packets of each direction were seen. 501 each that were not are more than half of them; 500 each are not.
        StreamRecord[] StreamsWith(long unseen) =>
        [
            Stream(MediaDirection.FromCaller, "g107.1", 45_000, 42_000) with { Unseen = unseen },
            Stream(MediaDirection.FromCallee, "g107", 30_000, 28_000) with { Unseen = unseen },
        ];

        Assert.Equal(default, CallReadings.Of(CallOutcome.Answered, StreamsWith(501)));
        Assert.Equal(
            UnscoredReason.CaptureLoss,
            CallReadings.ScoreOf(
                CallOutcome.Answered, StreamsWith(501), ScoreBasis.MosCq, WidebandRule.OwnScale).Reason);
        Assert.Equal(35_000, CallReadings.Of(CallOutcome.Answered, StreamsWith(500)).CqE4);
    }

    private static StreamRecord Stream(MediaDirection direction, string model, int mosLqE4, int? mosCqE4) => new()
    {
        Direction = direction,
        Source = Endpoint(direction == MediaDirection.FromCaller ? (byte)1 : (byte)2),
        Destination = Endpoint(9),
        Ssrc = (uint)direction,
        Codec = "any",
        PayloadType = 96,
        ClockRateHz = 8000,
        StartedAtUs = 0,
        EndedAtUs = 10_000_000,
        Total = new IntervalCounters { Expected = 500, Received = 500 },
        Scored = new IntervalCounters { Expected = 500, Received = 500 },
        Model = new ScoreModel(model, "1", "row", "fixed:60"),
        Intervals = [],
        MosLqE4 = mosLqE4,
        MosCqE4 = mosCqE4,
        RFactor = 80,
        ScoredSeconds = 10,
    };

    private static IpEndpoint Endpoint(byte host) => new(IpAddress128.FromBytes([198, 18, 0, host]), 4000);
}
