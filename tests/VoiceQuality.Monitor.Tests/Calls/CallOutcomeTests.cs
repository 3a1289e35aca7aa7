using VoiceQuality.Monitor.Calls;
using VoiceQuality.Quality.Scoring;
using VoiceQuality.Testing.Captures;

namespace VoiceQuality.Monitor.Tests.Calls;

public sealed class CallOutcomeTests
{
    private readonly Wire _wire = new();

    [Fact]
    public void A_plain_answered_call_has_its_times_parties_and_status()
    {
        new SipScript(_wire, "plain").Answered(1, 4.25).Released(64.5);

        var call = Only();

        Assert.Equal("plain", call.CallId);
        Assert.Equal("caller-1", call.FromTag);
        Assert.Equal("+15550100", call.Caller);
        Assert.Equal("+15550199", call.Callee);
        Assert.Equal("caller.example", call.CallerDomain);
        Assert.Equal("callee.example", call.CalleeDomain);
        Assert.Equal("sip.example", call.RequestDomain);
        Assert.Equal(CallOutcome.Answered, call.Outcome);
        Assert.Equal(200, call.FinalStatus);
        Assert.Equal(Wire.Us(1), call.StartedAtUs);
        Assert.Equal(Wire.Us(4.25), call.AnsweredAtUs);
        Assert.Equal(Wire.Us(64.5), call.EndedAtUs);
        Assert.Equal(500_000, call.PostDialDelayUs);
        Assert.Equal(CallParty.Caller, call.ReleasedBy);
        Assert.Equal(0, call.Retransmissions);
        Assert.Equal(1, call.Branches);
        Assert.Equal("198.18.0.1:5060", call.SignallingSource.ToString());
        Assert.Equal("198.18.0.2:5060", call.SignallingDestination.ToString());
        Assert.Equal(UnscoredReason.NoMedia, call.UnscoredReason);
        Assert.Equal(
            ["INVITE", "100 Trying", "180 Ringing", "200 OK", "ACK", "BYE", "200 OK (BYE)"],
            call.Ladder.Select(static step => step.Summary));
    }

    [Theory]
    [InlineData(false, CallParty.Caller)]
    [InlineData(true, CallParty.Callee)]
    public void The_side_that_sends_BYE_released_the_call(bool byCallee, CallParty expected)
    {
        new SipScript(_wire, "released").Answered(0, 2).Released(30, byCallee);

        Assert.Equal(expected, Only().ReleasedBy);
    }

    [Fact]
    public void Retransmitted_requests_and_responses_count_once_and_move_no_time()
    {
        var sip = new SipScript(_wire, "again");
        sip.Answered(0, 2);
        sip.Request(0.5, "INVITE");
        sip.Request(1.5, "INVITE");
        sip.Response(2.5, 200);
        sip.Response(3.5, 200);
        sip.Released(10);
        sip.Request(10.5, "BYE");
        sip.Response(10.51, 200, "BYE");

        var call = Only();

        // Two INVITE, two 200, one BYE and one 200 of BYE came again.
        Assert.Equal(6, call.Retransmissions);
        Assert.Equal(Wire.Us(0), call.StartedAtUs);
        Assert.Equal(Wire.Us(2), call.AnsweredAtUs);
        Assert.Equal(Wire.Us(10), call.EndedAtUs);
        Assert.Equal(6, call.Ladder.Count(static step => step.IsRetransmission));
    }

    [Fact]
    public void CANCEL_and_487_make_a_cancelled_call()
    {
        var sip = new SipScript(_wire, "cancelled");
        sip.Request(0, "INVITE");
        sip.Response(1, 180);
        sip.Request(8, "CANCEL");
        sip.Response(8.1, 200, "CANCEL");
        sip.Response(8.2, 487);
        sip.Request(8.3, "ACK");

        var call = Only();

        Assert.Equal(CallOutcome.Cancelled, call.Outcome);
        Assert.Equal(487, call.FinalStatus);
        Assert.Equal(CallParty.Caller, call.ReleasedBy);
        Assert.Null(call.AnsweredAtUs);
        Assert.Equal(Wire.Us(8.2), call.EndedAtUs);
        Assert.Equal(UnscoredReason.NoAnswer, call.UnscoredReason);
    }

    [Fact]
    public void A_200_that_crosses_CANCEL_answers_the_call_and_the_BYE_says_who_released_it()
    {
        var sip = new SipScript(_wire, "crossing");
        sip.Request(0, "INVITE");
        sip.Response(1, 180);
        sip.Request(8, "CANCEL");
        sip.Response(8.005, 200);
        sip.Response(8.1, 481, "CANCEL");
        sip.Request(8.2, "ACK");
        sip.Released(9, byCallee: true);

        var call = Only();

        Assert.Equal(CallOutcome.Answered, call.Outcome);
        Assert.Equal(200, call.FinalStatus);
        Assert.Equal(Wire.Us(8.005), call.AnsweredAtUs);
        Assert.Equal(Wire.Us(9), call.EndedAtUs);

        // The CANCEL came too late to release anything.
        Assert.Equal(CallParty.Callee, call.ReleasedBy);
    }

    [Theory]
    [InlineData(486, false, CallOutcome.Rejected)]
    [InlineData(404, false, CallOutcome.Rejected)]
    [InlineData(603, true, CallOutcome.Rejected)]
    [InlineData(302, false, CallOutcome.Rejected)]
    [InlineData(480, false, CallOutcome.Rejected)]
    [InlineData(480, true, CallOutcome.Unanswered)]
    [InlineData(408, true, CallOutcome.Unanswered)]
    [InlineData(408, false, CallOutcome.Failed)]
    [InlineData(503, false, CallOutcome.Failed)]
    [InlineData(500, true, CallOutcome.Failed)]
    public void A_final_response_decides_the_outcome(int status, bool hasRung, CallOutcome expected)
    {
        var sip = new SipScript(_wire, "final");
        sip.Request(0, "INVITE");
        if (hasRung)
        {
            sip.Response(1, 180);
        }

        sip.Response(5, status);
        sip.Request(5.1, "ACK");

        var call = Only();

        Assert.Equal(expected, call.Outcome);
        Assert.Equal(status, call.FinalStatus);
        Assert.Equal(Wire.Us(5), call.EndedAtUs);
        Assert.Null(call.AnsweredAtUs);
    }

    [Fact]
    public void A_call_that_rings_for_180_s_of_packet_time_is_unanswered()
    {
        var sip = new SipScript(_wire, "rings");
        sip.Request(0, "INVITE");
        sip.Response(2, 180);
        KeepTimeRunning(until: 190);

        var call = Only();

        Assert.Equal(CallOutcome.Unanswered, call.Outcome);
        Assert.Null(call.FinalStatus);
        Assert.Null(call.EndedAtUs);
    }

    [Fact]
    public void A_call_that_still_rings_when_the_capture_ends_is_incomplete()
    {
        var sip = new SipScript(_wire, "rings");
        sip.Request(0, "INVITE");
        sip.Response(2, 180);
        KeepTimeRunning(until: 179);

        Assert.Equal(CallOutcome.Incomplete, Only().Outcome);
    }

    [Theory]
    [InlineData(31, CallOutcome.Incomplete)]
    [InlineData(34, CallOutcome.Failed)]
    public void An_INVITE_without_any_response_fails_after_32_s(int captureEndsAt, CallOutcome expected)
    {
        new SipScript(_wire, "silence").Request(0, "INVITE");
        KeepTimeRunning(captureEndsAt);

        Assert.Equal(expected, Only().Outcome);
    }

    [Fact]
    public void BYE_of_a_call_that_began_before_the_capture_is_incomplete()
    {
        new SipScript(_wire, "late").Released(3);

        var call = Only();

        Assert.Equal(CallOutcome.Incomplete, call.Outcome);
        Assert.Equal(Wire.Us(3), call.EndedAtUs);
        Assert.Null(call.ReleasedBy);
        Assert.Null(call.FinalStatus);
        Assert.Null(call.Caller);
        Assert.Equal(UnscoredReason.PartlyObserved, call.UnscoredReason);
    }

    [Fact]
    public void A_session_refresh_of_a_call_that_began_before_the_capture_does_not_answer_it()
    {
        var sip = new SipScript(_wire, "refresh") { CSeq = 7 };
        sip.Request(3, "INVITE", Sdp.Audio("198.18.0.1", 4000), inDialog: true);
        sip.Response(3.1, 200, "INVITE", Sdp.Audio("198.18.0.2", 6000));
        sip.Request(3.2, "ACK");
        new RtpScript(_wire, "198.18.0.1:4000", "198.18.0.2:6000").Send(1_000, at: 0);
        sip.Released(30);

        var measured = Measurement.Of(_wire);
        var call = Assert.Single(measured.Calls);

        Assert.Equal(CallOutcome.Incomplete, call.Outcome);
        Assert.Null(call.AnsweredAtUs);
        Assert.Equal(UnscoredReason.PartlyObserved, call.UnscoredReason);

        // The dialog stood already, so its media is no early media: the stream has a score, the call has none.
        var stream = Assert.Single(measured.Streams);
        Assert.Equal("refresh", stream.CallId);
        Assert.Equal(1_000, stream.Scored.Expected);
        Assert.NotNull(stream.MosLqE4);
        Assert.Null(call.MosLqE4);
    }

    [Fact]
    public void An_answered_call_whose_BYE_is_lost_ends_with_the_capture_at_an_unknown_time()
    {
        new SipScript(_wire, "lostBye").Answered(0, 1);
        KeepTimeRunning(until: 300);

        var call = Only();

        Assert.Equal(CallOutcome.Answered, call.Outcome);
        Assert.Null(call.EndedAtUs);
        Assert.Null(call.ReleasedBy);
    }

    [Fact]
    public void An_answered_call_whose_BYE_is_lost_is_given_up_after_its_idle_time()
    {
        new SipScript(_wire, "lostBye").Answered(0, 1);
        KeepTimeRunning(until: 65);
        new SipScript(_wire, "next").Request(66, "INVITE");

        var calls = Measurement.Of(_wire, new MonitorOptions { AnsweredIdleSeconds = 60 }).Calls;

        // It was handed over before the other call, which was still going on at the end.
        Assert.Equal(["lostBye", "next"], calls.Select(static call => call.CallId));
        Assert.Equal(CallOutcome.Answered, calls[0].Outcome);
        Assert.Null(calls[0].EndedAtUs);
    }

    [Fact]
    public void Media_does_not_keep_a_call_from_being_given_up_and_the_order_of_blocks_does_not_matter()
    {
        new SipScript(_wire, "a").Answered(0, 1).Released(5);
        KeepTimeRunning(until: 60);

        for (var frames = 1; frames <= 64; frames *= 4)
        {
            var call = Assert.Single(Measurement.Of(_wire, framesPerBlock: frames).Calls);
            Assert.Equal(Wire.Us(5), call.EndedAtUs);
        }
    }

    [Fact]
    public void Sixty_retransmitted_BYEs_do_not_open_another_call()
    {
        var sip = new SipScript(_wire, "bye");
        sip.Answered(0, 1);
        for (var i = 0; i < 60; i++)
        {
            sip.Request(10 + (i * 0.5), "BYE");
        }

        sip.Response(41, 200, "BYE");
        KeepTimeRunning(until: 100);

        var call = Only();

        Assert.Equal(Wire.Us(10), call.EndedAtUs);
        Assert.Equal(59, call.Retransmissions);
    }

    private CallRecord Only() => Assert.Single(Measurement.Of(_wire).Calls);

    private void KeepTimeRunning(double until)
    {
        for (var at = 0.0; at <= until; at += 0.5)
        {
            _wire.Udp(at, "198.18.9.1:9", "198.18.9.2:9", "time passes"u8);
        }
    }
}
