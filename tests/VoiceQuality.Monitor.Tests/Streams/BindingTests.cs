using VoiceQuality.Monitor.Streams;
using VoiceQuality.Quality;
using VoiceQuality.Quality.Scoring;
using VoiceQuality.Testing.Captures;

namespace VoiceQuality.Monitor.Tests.Streams;

public sealed class BindingTests
{
    private const string Caller = "198.18.0.1:4000";
    private const string Callee = "198.18.0.2:6000";

    private readonly Wire _wire = new();

    [Theory]
    [InlineData(Caller, Callee, MediaDirection.FromCaller)]
    [InlineData(Callee, Caller, MediaDirection.FromCallee)]
    [InlineData("198.18.7.7:1234", Callee, MediaDirection.FromCaller)]
    [InlineData("198.18.7.7:1234", Caller, MediaDirection.FromCallee)]
    [InlineData(Caller, "198.18.7.7:1234", MediaDirection.FromCaller)]
    [InlineData(Callee, "198.18.7.7:1234", MediaDirection.FromCallee)]
    public void Media_belongs_to_the_call_by_where_it_goes_or_where_it_comes_from(
        string source, string destination, MediaDirection expected)
    {
        Call("bound").Released(10);
        new RtpScript(_wire, source, destination).Send(200, at: 2);

        var stream = OnlyStream();

        Assert.Equal("bound", stream.CallId);
        Assert.Equal(expected, stream.Direction);
        Assert.Equal(200, stream.Total.Received);
        Assert.Equal("PCMU", stream.Codec);
        Assert.Equal(source, stream.Source.ToString());
        Assert.Equal(destination, stream.Destination.ToString());
        Assert.Equal(Wire.Us(2), stream.StartedAtUs);
        Assert.Equal(Wire.Us(2 + (199 * 0.02)), stream.EndedAtUs);
    }

    [Fact]
    public void A_party_behind_an_address_translator_is_found_by_its_signalling_address_and_announced_port()
    {
        // The SDP says 192.0.2.10, which nobody outside sees; the message comes from 198.18.0.1.
        new SipScript(_wire, "nat")
            .Answered(0, 1, Sdp.Audio("192.0.2.10", 4000), Sdp.Audio("192.0.2.20", 6000)).Released(10);
        new RtpScript(_wire, "198.18.0.1:4000", "198.18.0.2:6000") { Ssrc = 1 }.Send(150, at: 2);
        new RtpScript(_wire, "198.18.0.2:6000", "198.18.0.1:4000") { Ssrc = 2 }.Send(150, at: 2);

        var streams = Measurement.Of(_wire).Streams.OrderBy(static stream => stream.Ssrc).ToArray();

        Assert.Equal(["nat", "nat"], streams.Select(static stream => stream.CallId));
        Assert.Equal(
            [MediaDirection.FromCaller, MediaDirection.FromCallee], streams.Select(static stream => stream.Direction));
    }

    [Fact]
    public void The_port_does_not_matter()
    {
        new SipScript(_wire, "port5062").Answered(0, 1, Sdp.Audio("198.18.0.1", 5060), Sdp.Audio("198.18.0.2", 53))
            .Released(10);
        new RtpScript(_wire, "198.18.0.1:5060", "198.18.0.2:53").Send(10, at: 2);

        Assert.Equal("port5062", OnlyStream().CallId);
    }

    [Fact]
    public void RTP_that_is_ahead_of_its_description_belongs_to_the_call_from_its_first_packet()
    {
        Call("late");
        new RtpScript(_wire, Callee, Caller).Send(3, at: 0.9).Send(200);
        new RtpScript(_wire, "198.18.0.3:7000", "198.18.0.4:7000") { Ssrc = 9 }.Send(2, at: 1);
        new SipScript(_wire, "late").Released(30);

        var measured = Measurement.Of(_wire);
        var stream = Assert.Single(measured.Streams);

        Assert.Equal("late", stream.CallId);
        Assert.Equal(203, stream.Total.Received);

        // Two packets that nobody announced are no stream.
        Assert.Equal(2, measured.Rejected("rtp.notRecognised"));
        Assert.Equal(203, measured.Counters.RtpPackets);
    }

    [Fact]
    public void RTP_recognised_long_before_any_description_joins_the_call_without_loss_of_count()
    {
        new RtpScript(_wire, Caller, Callee).Send(500, at: 0);
        Call("joins", at: 5).Released(30);

        Assert.Equal("joins", OnlyStream().CallId);
        Assert.Equal(500, OnlyStream().Total.Received);
    }

    [Fact]
    public void Early_media_is_counted_and_kept_out_of_the_score()
    {
        var sip = new SipScript(_wire, "early");
        sip.Request(0, "INVITE", Sdp.Audio("198.18.0.1", 4000));
        sip.Response(0.5, 183, "INVITE", Sdp.Audio("198.18.0.2", 6000));
        sip.Response(4, 200, "INVITE", Sdp.Audio("198.18.0.2", 6000));
        sip.Request(4.01, "ACK");
        sip.Released(20);

        // 150 packets from 1 s to 4 s, 70 of the first 140 lost; 200 from 4 s on, all there.
        new RtpScript(_wire, Callee, Caller).Send(150, at: 1, lost: static i => i < 140 && i % 2 == 1).Send(200);

        var stream = OnlyStream();

        Assert.Equal(350, stream.Total.Expected);
        Assert.Equal(70, stream.Total.Lost);
        Assert.Equal(0, stream.Scored.Lost);
        Assert.InRange(stream.Scored.Expected, 200, 201);
        Assert.Equal(ScoreArithmetic.MosE4(ScoreArithmetic.DefaultR), stream.MosLqE4);
        Assert.True(stream.Intervals[0].Counters.IsEarlyMedia);
    }

    [Fact]
    public void Media_that_stops_at_the_answer_is_early_media_only()
    {
        var sip = new SipScript(_wire, "earlyOnly");
        sip.Request(0, "INVITE", Sdp.Audio("198.18.0.1", 4000));
        sip.Response(0.5, 183, "INVITE", Sdp.Audio("198.18.0.2", 6000));
        sip.Response(6, 200, "INVITE", Sdp.Audio("198.18.0.2", 6000));
        sip.Released(20);
        new RtpScript(_wire, Callee, Caller).Send(200, at: 1);

        var measured = Measurement.Of(_wire);

        Assert.Equal(UnscoredReason.EarlyMediaOnly, Assert.Single(measured.Streams).UnscoredReason);
        Assert.Equal(UnscoredReason.EarlyMediaOnly, Assert.Single(measured.Calls).UnscoredReason);
        Assert.Null(measured.Calls[0].MosLqE4);
    }

    [Fact]
    public void The_stream_of_a_call_that_is_never_answered_is_early_media_only()
    {
        var sip = new SipScript(_wire, "refused");
        sip.Request(0, "INVITE", Sdp.Audio("198.18.0.1", 4000));
        sip.Response(0.5, 183, "INVITE", Sdp.Audio("198.18.0.2", 6000));
        sip.Response(6, 486);
        new RtpScript(_wire, Callee, Caller).Send(200, at: 1);

        var measured = Measurement.Of(_wire);

        Assert.Equal(UnscoredReason.EarlyMediaOnly, Assert.Single(measured.Streams).UnscoredReason);
        Assert.Equal(UnscoredReason.NoAnswer, Assert.Single(measured.Calls).UnscoredReason);
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(true, 4_096)]
    [InlineData(false, 1)]
    [InlineData(false, 4_096)]
    public void The_same_endpoints_and_SSRC_in_the_next_call_are_another_stream(bool firstAnswered, int framesPerBlock)
    {
        var first = new SipScript(_wire, "first");
        if (firstAnswered)
        {
            first.Answered(0, 1, Sdp.Audio("198.18.0.1", 4000), Sdp.Audio("198.18.0.2", 6000)).Released(6);
        }
        else
        {
            first.Request(0, "INVITE", Sdp.Audio("198.18.0.1", 4000));
            first.Response(0.5, 183, "INVITE", Sdp.Audio("198.18.0.2", 6000));
            first.Response(6, 486);
        }

        var rtp = new RtpScript(_wire, Callee, Caller).Send(200, at: 1.5);
        Call("second", at: 7).Released(20);
        rtp.Send(300, at: 8.5);

        var measured = Measurement.Of(_wire, framesPerBlock: framesPerBlock);

        Assert.Equal(["first", "second"], measured.Streams.Select(static stream => stream.CallId));
        Assert.Equal([200L, 300L], measured.Streams.Select(static stream => stream.Total.Received));
        Assert.Equal(["first", "second"], measured.Calls.Select(static call => call.CallId));
        Assert.All(measured.Calls, static call => Assert.Single(call.Streams));
        Assert.NotNull(measured.Calls[1].MosLqE4);
    }

    [Fact]
    public void A_new_SSRC_is_a_new_stream_without_loss_between_them()
    {
        Call("restarted").Released(30);
        new RtpScript(_wire, Caller, Callee) { Ssrc = 1, SequenceNumber = 65_000 }.Send(200, at: 2);
        new RtpScript(_wire, Caller, Callee) { Ssrc = 2, SequenceNumber = 7 }.Send(200, at: 6);

        var measured = Measurement.Of(_wire);

        Assert.Equal([1u, 2u], measured.Streams.Select(static stream => stream.Ssrc));
        Assert.All(measured.Streams, static stream => Assert.Equal(0, stream.Total.Lost));
        Assert.Equal(2, Assert.Single(measured.Calls).Streams.Count);
    }

    [Fact]
    public void Two_SSRCs_at_once_are_two_streams()
    {
        Call("two").Released(30);
        new RtpScript(_wire, Caller, Callee) { Ssrc = 1 }.Send(200, at: 2);
        new RtpScript(_wire, Caller, Callee) { Ssrc = 2 }.Send(100, at: 2.005, lost: static i => i is > 9 and < 20);

        var streams = Measurement.Of(_wire).Streams;

        Assert.Equal([200L, 90L], streams.Select(static stream => stream.Total.Received));
        Assert.Equal([0L, 10L], streams.Select(static stream => stream.Total.Lost));
    }

    [Fact]
    public void A_codec_change_by_reINVITE_stays_one_call_and_the_payload_type_has_its_new_meaning()
    {
        var sip = Call("changed");
        new RtpScript(_wire, Caller, Callee) { Ssrc = 1 }.Send(200, at: 2);
        sip.CSeq = 2;
        sip.Request(10, "INVITE", Sdp.Audio("198.18.0.1", 4000, "8 PCMA/8000"), inDialog: true);
        sip.Response(10.1, 200, "INVITE", Sdp.Audio("198.18.0.2", 6000, "8 PCMA/8000"));
        sip.Request(10.2, "ACK");
        new RtpScript(_wire, Caller, Callee) { Ssrc = 2, PayloadType = 8 }.Send(200, at: 11);
        sip.Released(20);

        var measured = Measurement.Of(_wire);

        Assert.Single(measured.Calls);
        Assert.Equal(["PCMU", "PCMA"], measured.Streams.Select(static stream => stream.Codec));
    }

    [Theory]
    [InlineData("198.18.0.1", "a=sendonly\r\n")]
    [InlineData("198.18.0.1", "a=inactive\r\n")]
    [InlineData("0.0.0.0", "")]
    public void Numbers_that_a_sender_skips_during_a_hold_are_no_loss(string heldAddress, string attribute)
    {
        var sip = Call("held");
        var rtp = new RtpScript(_wire, Callee, Caller).Send(400, at: 1.5);
        sip.CSeq = 2;
        sip.Request(9.6, "INVITE", Sdp.Audio(heldAddress, 4000) + attribute, inDialog: true);
        sip.Response(9.7, 200, "INVITE", Sdp.Audio("198.18.0.2", 6000) + "a=recvonly\r\n");
        sip.CSeq = 3;
        sip.Request(19.6, "INVITE", Sdp.Audio("198.18.0.1", 4000), inDialog: true);
        sip.Response(19.7, 200, "INVITE", Sdp.Audio("198.18.0.2", 6000));

        // 10 s without packets, in which the sender went on counting: 500 numbers.
        rtp.SequenceNumber += 500;
        rtp.Timestamp += 500 * 160;
        rtp.Send(400, at: 19.8);
        sip.CSeq = 4;
        sip.Released(40);

        var stream = OnlyStream();

        Assert.Equal(800, stream.Total.Received);
        Assert.Equal(0, stream.Total.Lost);
    }

    [Fact]
    public void The_same_gap_without_a_hold_is_loss()
    {
        Call("gap").Released(40);
        new RtpScript(_wire, Callee, Caller).Send(1_300, at: 1.5, lost: static i => i is >= 400 and < 900);

        Assert.Equal(500, OnlyStream().Total.Lost);
    }

    [Theory]
    [InlineData(3_001)]
    [InlineData(4_500)]
    [InlineData(40_000)] // beyond half of the numbers: RFC 3550 A.1 would see a step back
    [InlineData(70_000)] // 1,400 s: the numbers went round once
    public void A_blackout_of_a_minute_and_more_is_loss_when_media_should_flow(int missing)
    {
        Call("blackout").Released(2_000);
        new RtpScript(_wire, Callee, Caller).Send(400 + missing + 600, at: 1.5, lost: i => i >= 400 && i < 400 + missing);

        var stream = OnlyStream();

        Assert.Equal((1_000, missing, 1), (stream.Total.Received, stream.Total.Lost, stream.Total.Segments));
        Assert.Equal(1, stream.Total.BadRuns);
        Assert.Equal(stream.Total.Expected, stream.Intervals.Sum(static interval => interval.Counters.Expected));
    }

    [Fact]
    public void The_same_blackout_of_a_stream_that_nobody_announced_is_a_restart()
    {
        new RtpScript(_wire, Callee, Caller).Send(4_100, at: 1.5, lost: static i => i is >= 400 and < 3_500);

        Assert.Equal((1_000, 0, 2), Counts(OnlyStream(new MonitorOptions { StreamIdleSeconds = 600 })));
    }

    [Fact]
    public void Strays_that_were_given_up_take_no_room_in_their_call()
    {
        // A talker, a stray packet of another source each ten seconds, and one more source that goes on. Of two sources
        // in a flow each stray takes the place of the one before; of a call there are nine at most.
        Call("strays").Released(400);
        new RtpScript(_wire, Callee, Caller) { Ssrc = 1 }.Send(15_000, at: 1.5);
        for (var i = 0; i < 20; i++)
        {
            new RtpScript(_wire, Callee, Caller) { Ssrc = (uint)(100 + i) }.Send(1, at: 10 + (i * 10));
        }

        new RtpScript(_wire, Callee, Caller) { Ssrc = 2 }.Send(500, at: 220);
        var measured = Measurement.Of(_wire, new MonitorOptions { MaxStreamsPerFlow = 2, MaxStreamsPerCall = 3 });
        Assert.Equal("strays", measured.Streams.Single(static stream => stream.Ssrc == 2).CallId);
    }

    [Fact]
    public void A_sender_that_restarts_in_a_call_loses_nothing()
    {
        Call("restart").Released(200);
        new RtpScript(_wire, Callee, Caller).Send(400, at: 1.5);
        new RtpScript(_wire, Callee, Caller) { SequenceNumber = 20_000, Timestamp = 99_000_000 }.Send(600, at: 80);

        Assert.Equal((1_000, 0, 2), Counts(OnlyStream()));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_minute_of_hold_in_which_the_sender_counted_on_is_no_loss(bool isResumed)
    {
        var sip = Call("held long");
        sip.CSeq = 2;
        sip.Request(9.6, "INVITE", Sdp.Audio("198.18.0.1", 4000) + "a=sendonly\r\n", inDialog: true);
        sip.Response(9.7, 200, "INVITE", Sdp.Audio("198.18.0.2", 6000) + "a=recvonly\r\n");
        if (isResumed)
        {
            sip.CSeq = 3;
            sip.Request(89.6, "INVITE", Sdp.Audio("198.18.0.1", 4000), inDialog: true);
            sip.Response(89.7, 200, "INVITE", Sdp.Audio("198.18.0.2", 6000));
        }

        sip.CSeq = 4;
        sip.Released(200);
        new RtpScript(_wire, Callee, Caller).Send(5_000, at: 1.5, lost: static i => i is >= 400 and < 4_430);

        var (received, lost, _) = Counts(OnlyStream());

        Assert.Equal((970, 0), (received, lost));
    }

    [Fact]
    public void A_stream_that_changes_between_codecs_of_different_rows_has_no_score()
    {
        Call("mixed", formats: ["0 PCMU/8000", "8 PCMA/8000", "18 G729/8000"]).Released(200);
        var rtp = new RtpScript(_wire, Callee, Caller).Send(1_000, at: 1.5);
        rtp.PayloadType = 8;
        rtp.Send(1_000);
        rtp.PayloadType = 18;
        rtp.PayloadLength = 20;
        rtp.Send(90);

        // 90 of 2,090 are less than a twentieth, and PCMU and PCMA share a row.
        Assert.Equal(UnscoredReason.None, OnlyStream().UnscoredReason);

        rtp.Send(20);
        Assert.Equal(UnscoredReason.MixedCodecs, OnlyStream().UnscoredReason);
    }

    [Fact]
    public void A_description_in_a_multipart_body_over_IPv6_with_several_media_is_read()
    {
        const string boundary = "b1";
        var sdp = Sdp.Session(
            "2001:2::1",
            Sdp.Media("audio", 4000, "0 PCMU/8000"),
            Sdp.Media("video", 4002, "96 H264/90000") + "c=IN IP6 2001:2::5\r\n",
            Sdp.Media("audio", 0, "8 PCMA/8000"));
        var body = $"--{boundary}\r\nContent-Type: application/sdp\r\n\r\n{sdp}\r\n"
            + $"--{boundary}\r\nContent-Type: application/isup\r\n\r\nxyz\r\n--{boundary}--\r\n";
        _wire.Udp(0, "[2001:2::1]:5060", "[2001:2::2]:5060",
            "INVITE sip:+15550199@sip.example SIP/2.0\r\nVia: SIP/2.0/UDP [2001:2::1];branch=z9hG4bK1\r\n"
            + "From: <sip:+15550100@caller.example>;tag=f\r\nTo: <sip:+15550199@callee.example>\r\n"
            + $"Call-ID: parts\r\nCSeq: 1 INVITE\r\nContent-Type: multipart/mixed;boundary={boundary}\r\n"
            + $"Content-Length: {body.Length}\r\n\r\n{body}");
        new RtpScript(_wire, "[2001:2::2]:7000", "[2001:2::1]:4000") { Ssrc = 1 }.Send(5, at: 1);
        new RtpScript(_wire, "[2001:2::2]:7002", "[2001:2::5]:4002") { Ssrc = 2, PayloadType = 96 }.Send(5, at: 2);

        var streams = Measurement.Of(_wire).Streams;

        Assert.Equal(["PCMU", "H264"], streams.Select(static stream => stream.Codec));
        Assert.All(streams, static stream => Assert.Equal("parts", stream.CallId));
        Assert.Equal(UnscoredReason.NotAudio, streams[1].UnscoredReason);
    }

    private SipScript Call(string callId, double at = 0, params string[] formats) => new SipScript(_wire, callId)
        .Answered(at, at + 1, Sdp.Audio("198.18.0.1", 4000, formats), Sdp.Audio("198.18.0.2", 6000, formats));

    private StreamRecord OnlyStream(MonitorOptions? options = null) =>
        Assert.Single(Measurement.Of(_wire, options).Streams);

    private static (long Received, long Lost, long Segments) Counts(StreamRecord stream) =>
        (stream.Total.Received, stream.Total.Lost, stream.Total.Segments);
}
