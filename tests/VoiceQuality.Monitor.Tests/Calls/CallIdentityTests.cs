using VoiceQuality.Monitor.Calls;
using VoiceQuality.Testing.Captures;

namespace VoiceQuality.Monitor.Tests.Calls;

public sealed class CallIdentityTests
{
    private readonly Wire _wire = new();

    [Fact]
    public void A_forked_call_is_one_call_with_a_branch_for_each_To_tag()
    {
        var sip = new SipScript(_wire, "fork");
        sip.Request(0, "INVITE");
        sip.CalleeTag = "phone-a";
        sip.Response(1, 183);
        sip.CalleeTag = "phone-b";
        sip.Response(1.5, 183);
        sip.Response(3, 200);
        sip.Request(3.1, "ACK");
        sip.Released(20);

        var call = Only();

        Assert.Equal(2, call.Branches);
        Assert.Equal(CallOutcome.Answered, call.Outcome);
        Assert.Equal(1_000_000, call.PostDialDelayUs);
        Assert.Equal(Wire.Us(3), call.AnsweredAtUs);
    }

    [Fact]
    public void A_busy_branch_of_a_forked_call_does_not_end_it()
    {
        // Caller 0.1, forking proxy 0.2, phones 0.3 and 0.4: only what reaches the caller is final.
        var edge = new SipScript(_wire, "fork");
        var left = new SipScript(_wire, "fork") { Caller = "198.18.0.2:5060", Callee = "198.18.0.3:5060", Hop = "l" };
        var right = new SipScript(_wire, "fork")
        {
            Caller = "198.18.0.2:5060", Callee = "198.18.0.4:5060", Hop = "r", CalleeTag = "callee-2",
        };
        edge.Request(0, "INVITE");
        left.Request(0.01, "INVITE");
        right.Request(0.02, "INVITE");
        left.Response(1, 486);
        left.Request(1.01, "ACK");
        right.Response(1.5, 180);
        edge.CalleeTag = "callee-2";
        edge.Response(1.51, 180);
        KeepTimeRunning(40);
        right.Response(41, 200);
        edge.Response(41.01, 200);
        edge.Request(41.1, "ACK");
        edge.Released(50);

        var call = Only();

        Assert.Equal(CallOutcome.Answered, call.Outcome);
        Assert.Equal(200, call.FinalStatus);
        Assert.Equal(Wire.Us(50), call.EndedAtUs);
    }

    [Theory]
    [InlineData(401, false)]
    [InlineData(407, true)]
    public void A_challenged_INVITE_and_the_one_with_credentials_are_one_call(int status, bool newFromTag)
    {
        var sip = new SipScript(_wire, "auth");
        sip.Request(0, "INVITE");
        sip.Response(0.1, status);
        sip.Request(0.2, "ACK");
        sip.CSeq = 2;
        if (newFromTag)
        {
            sip.CallerTag = "caller-2";
        }

        sip.Answered(0.3, 3).Released(20);

        var call = Only();

        Assert.Equal(CallOutcome.Answered, call.Outcome);
        Assert.Equal("caller-1", call.FromTag);
        Assert.Equal(Wire.Us(0), call.StartedAtUs);
        Assert.Equal(Wire.Us(20), call.EndedAtUs);
        Assert.Equal(CallParty.Caller, call.ReleasedBy);
        Assert.Equal(200, call.FinalStatus);
    }

    [Fact]
    public void A_challenge_that_nobody_answers_is_a_rejected_call()
    {
        var sip = new SipScript(_wire, "auth");
        sip.Request(0, "INVITE");
        sip.Response(0.1, 407);
        sip.Request(0.2, "ACK");

        var call = Only();

        Assert.Equal(CallOutcome.Rejected, call.Outcome);
        Assert.Equal(407, call.FinalStatus);
    }

    [Fact]
    public void Hold_resume_and_a_refused_reINVITE_leave_one_answered_call()
    {
        var sip = new SipScript(_wire, "hold");
        sip.Answered(0, 1, Sdp.Audio("198.18.0.1", 4000), Sdp.Audio("198.18.0.2", 6000));
        sip.CSeq = 2;
        sip.Request(10, "INVITE", Sdp.Audio("198.18.0.1", 4000) + "a=sendonly\r\n", inDialog: true);
        sip.Response(10.1, 200, "INVITE", Sdp.Audio("198.18.0.2", 6000) + "a=recvonly\r\n");
        sip.Request(10.2, "ACK");
        sip.CSeq = 3;
        sip.Request(20, "INVITE", Sdp.Audio("198.18.0.1", 4000), inDialog: true);
        sip.Response(20.1, 491);
        sip.Request(20.2, "ACK");
        sip.CSeq = 4;
        sip.Released(30, byCallee: true);

        var call = Only();

        Assert.Equal(CallOutcome.Answered, call.Outcome);
        Assert.Equal(200, call.FinalStatus);
        Assert.Equal(Wire.Us(1), call.AnsweredAtUs);
        Assert.Equal(Wire.Us(30), call.EndedAtUs);
        Assert.Equal(CallParty.Callee, call.ReleasedBy);
    }

    [Fact]
    public void Both_hops_of_a_proxied_call_are_one_call_with_the_times_of_the_first()
    {
        var first = new SipScript(_wire, "proxied") { Callee = "198.18.0.9:5060" };
        var second = new SipScript(_wire, "proxied") { Caller = "198.18.0.9:5060", Hop = "h2" };
        first.Request(0, "INVITE");
        second.Request(0.01, "INVITE");
        second.Response(0.5, 180);
        first.Response(0.52, 180);
        second.Response(2, 200);
        first.Response(2.02, 200);
        first.Request(2.1, "ACK");
        second.Request(2.11, "ACK");
        first.Request(9, "BYE");
        second.Request(9.01, "BYE");
        second.Response(9.1, 200, "BYE");
        first.Response(9.11, 200, "BYE");

        var call = Only();

        Assert.Equal(Wire.Us(0), call.StartedAtUs);

        // First seen: the tap hears the answer on the far hop before the near one.
        Assert.Equal(Wire.Us(2), call.AnsweredAtUs);
        Assert.Equal(Wire.Us(9), call.EndedAtUs);
        Assert.Equal(0, call.Retransmissions);
        Assert.Equal(1, call.Branches);
        Assert.Equal("198.18.0.1:5060", call.SignallingSource.ToString());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4_096)]
    public void A_Call_ID_used_again_after_the_end_with_another_From_tag_is_another_call(int framesPerBlock)
    {
        new SipScript(_wire, "reused").Answered(0, 1).Released(5);
        new SipScript(_wire, "reused") { CallerTag = "caller-2", CSeq = 10, Hop = "again" }.Answered(6, 7).Released(8);

        var calls = Measurement.Of(_wire, framesPerBlock: framesPerBlock).Calls;

        Assert.Equal(2, calls.Count);
        Assert.Equal(["caller-1", "caller-2"], calls.Select(static call => call.FromTag));
        Assert.Equal([Wire.Us(5), Wire.Us(8)], calls.Select(static call => call.EndedAtUs!.Value));
    }

    [Fact]
    public void A_second_183_with_another_body_is_no_retransmission()
    {
        var sip = new SipScript(_wire, "early");
        sip.Request(0, "INVITE", Sdp.Audio("198.18.0.1", 4000));
        sip.Response(0.5, 183);
        sip.Response(1, 183, "INVITE", Sdp.Audio("198.18.0.2", 6000));
        new RtpScript(_wire, "198.18.0.77:6002", "198.18.0.2:6000").Send(10, at: 1.5);

        var measured = Measurement.Of(_wire);

        Assert.Equal(0, Assert.Single(measured.Calls).Retransmissions);
        Assert.Equal("early", Assert.Single(measured.Streams).CallId);
    }

    [Fact]
    public void Two_Call_IDs_that_agree_in_their_first_thousand_octets_are_two_calls()
    {
        var stem = new string('x', 1_000);
        new SipScript(_wire, stem + "a").Answered(0, 1).Released(5);
        new SipScript(_wire, stem + "b").Answered(0.1, 2).Released(6);

        var calls = Measurement.Of(_wire).Calls;

        Assert.Equal([Wire.Us(5), Wire.Us(6)], calls.Select(static call => call.EndedAtUs!.Value));
        Assert.All(calls, static call => Assert.InRange(call.CallId.Length, 1, 256));
    }

    [Fact]
    public void Compact_headers_are_understood()
    {
        const string invite = "INVITE sip:+15550199@sip.example SIP/2.0\r\n"
            + "v: SIP/2.0/UDP 198.18.0.1:5060;branch=z9hG4bK1\r\nf: <sip:+15550100@caller.example>;tag=f\r\n"
            + "t: <sip:+15550199@callee.example>\r\ni: compact\r\nCSeq: 1 INVITE\r\nc: application/sdp\r\nl: ";
        var sdp = Sdp.Audio("198.18.0.1", 4000);
        _wire.Udp(0, "198.18.0.1:5060", "198.18.0.2:5060", $"{invite}{sdp.Length}\r\n\r\n{sdp}");
        new RtpScript(_wire, "198.18.0.2:6000", "198.18.0.1:4000").Send(3, at: 1);

        var measured = Measurement.Of(_wire);

        Assert.Equal("+15550100", Assert.Single(measured.Calls).Caller);
        Assert.Equal("compact", Assert.Single(measured.Streams).CallId);
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
