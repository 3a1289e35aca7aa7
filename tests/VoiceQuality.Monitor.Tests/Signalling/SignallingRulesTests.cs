using VoiceQuality.Monitor.Calls;
using VoiceQuality.Monitor.Signalling;
using VoiceQuality.Quality.Signalling;
using VoiceQuality.Testing.Captures;

namespace VoiceQuality.Monitor.Tests.Signalling;

public sealed class SignallingRulesTests
{
    private readonly Wire _wire = new();

    [Fact]
    public void An_answered_call_has_its_delays_from_the_messages_that_define_them()
    {
        // INVITE at 10, 100 at 10.05, 180 at 10.5, 200 at 13, BYE at 33, its 200 at 33.01.
        new SipScript(_wire, "a").Answered(10, 13).Released(33);

        var call = Assert.Single(Measurement.Of(_wire).Calls);

        Assert.Equal(500_000, call.RequestDelayUs);
        Assert.Equal(500_000, call.PostDialDelayUs);
        Assert.Equal(2_500_000, call.RingTimeUs);
        Assert.Equal(10_000, call.DisconnectDelayUs);
        Assert.Equal(
            new SignallingCounters
            {
                Attempts = 1,
                Answered = 1,
                Completed = 1,
                PostDial = new DelaySum(1, 500_000),
                Ringing = new DelaySum(1, 2_500_000),
                RequestDelay = new DelaySum(1, 500_000),
                DisconnectDelay = new DelaySum(1, 10_000),
                Talk = new DelaySum(1, 20_000_000),
            },
            SignallingRules.Of(call));
    }

    [Fact]
    public void A_challenge_is_no_answer_and_its_INVITE_no_attempt()
    {
        var sip = new SipScript(_wire, "c");
        sip.Request(10, "INVITE");
        sip.Response(10.1, 407);
        sip.Request(10.11, "ACK");
        sip.CSeq = 2;
        sip.Hop = "h2";
        sip.Request(14, "INVITE");
        sip.Response(14.3, 183);
        sip.Response(16, 200);
        sip.Request(16.1, "ACK");

        var call = Assert.Single(Measurement.Of(_wire).Calls);
        var counters = SignallingRules.Of(call);

        Assert.Equal(1, counters.Attempts);
        Assert.Equal(1, counters.Challenges);
        Assert.Equal(1, counters.Answered);

        // From the second INVITE at 14 to the 183 at 14.3; entering a password is no delay of the network.
        Assert.Equal(new DelaySum(1, 300_000), counters.RequestDelay);
        Assert.Equal(0, counters.Completed);
    }

    [Theory]
    [InlineData(302, 0, 1, 0, 0, 0, false)]
    [InlineData(404, 0, 0, 0, 0, 0, true)]
    [InlineData(408, 0, 0, 0, 1, 0, true)]
    [InlineData(480, 0, 0, 1, 0, 1, true)]
    [InlineData(486, 0, 0, 1, 0, 1, true)]
    [InlineData(500, 0, 0, 0, 1, 0, true)]
    [InlineData(502, 0, 0, 0, 0, 0, true)]
    [InlineData(503, 0, 0, 0, 1, 0, true)]
    [InlineData(504, 0, 0, 0, 1, 0, true)]
    [InlineData(600, 0, 0, 1, 0, 1, true)]
    [InlineData(603, 0, 0, 1, 0, 1, true)]
    [InlineData(200, 1, 0, 0, 0, 0, false)]
    public void Final_statuses_count_as_RFC_6076_and_E_425_have_them(
        int status, int answered, int redirected, int declined, int ineffective, int byUser, bool isFailedDelay)
    {
        var sip = new SipScript(_wire, "s");
        sip.Request(10, "INVITE");
        sip.Response(10.05, 100);
        sip.Response(10.2, status);
        sip.Request(10.21, "ACK");

        var counters = SignallingRules.Of(Assert.Single(Measurement.Of(_wire).Calls));

        Assert.Equal(1, counters.Attempts);
        Assert.Equal(answered, counters.Answered);
        Assert.Equal(redirected, counters.Redirected);
        Assert.Equal(declined, counters.Declined);
        Assert.Equal(ineffective, counters.Ineffective);
        Assert.Equal(byUser, counters.NotAnsweredByUser);
        Assert.Equal(isFailedDelay ? new DelaySum(1, 200_000) : default, counters.FailedRequestDelay);
        Assert.Equal(answered == 1 ? new DelaySum(1, 200_000) : default, counters.RequestDelay);
    }

    [Fact]
    public void Silence_is_an_ineffective_attempt_and_giving_up_a_ringing_call_is_the_callers_choice()
    {
        new SipScript(_wire, "silent").Request(0, "INVITE");
        var given = new SipScript(_wire, "given-up");
        given.Request(1, "INVITE");
        given.Response(2, 180);
        given.Request(20, "CANCEL");
        given.Response(20.1, 487);
        new SipScript(_wire, "last").Answered(300, 301).Released(302);

        var calls = Measurement.Of(_wire).Calls.ToDictionary(static call => call.CallId, SignallingRules.Of);

        Assert.Equal(1, calls["silent"].Ineffective);
        Assert.Equal(1, calls["given-up"].NotAnsweredByUser);
        Assert.Equal(0, calls["given-up"].Ineffective);
    }

    [Fact]
    public void Why_a_call_was_released_is_what_its_Reason_header_says()
    {
        var sip = new SipScript(_wire, "r");
        sip.Answered(0, 1);
        sip.Request(5, "BYE", extra: "Reason: Q.850;cause=16;text=\"Normal call clearing\"\r\n");
        sip.Response(5.1, 200, "BYE");

        Assert.Equal(new ReleaseReason("Q.850", 16), Assert.Single(Measurement.Of(_wire).Calls).ReleaseReason);
    }

    [Fact]
    public void Repeated_messages_and_re_INVITEs_change_nothing_but_the_count_of_retransmissions()
    {
        var once = new SipScript(_wire, "once");
        once.Answered(10, 13);
        once.Request(13.01, "ACK");
        once.Request(20, "INVITE", inDialog: true, cseq: 5);
        once.Response(20.1, 200, cseq: 5);
        once.Released(33);

        var call = Assert.Single(Measurement.Of(_wire).Calls);
        var counters = SignallingRules.Of(call);

        Assert.Equal(1, counters.Attempts);
        Assert.Equal(1, counters.Retransmissions);
        Assert.Equal(500_000, call.RequestDelayUs);
        Assert.Equal(1, counters.Completed);
    }
}
