using VoiceQuality.Monitor.Calls;
using VoiceQuality.Testing.Captures;

namespace VoiceQuality.Monitor.Tests.Pipeline;

public sealed class ClockTests
{
    private const string Caller = "198.18.0.1:4000";
    private const string Callee = "198.18.0.2:6000";

    [Theory]
    [InlineData(-3_600)]
    [InlineData(-86_400)]
    [InlineData(3_600)]
    [InlineData(86_400)]
    public void A_capture_clock_that_is_set_during_a_call_makes_no_duration_negative(double stepSeconds)
    {
        var wire = new Wire { KeepsOrder = true };
        var sip = new SipScript(wire, "stepped");
        sip.Request(100_000, "INVITE", Sdp.Audio("198.18.0.1", 4000));
        sip.Response(100_000.5 + stepSeconds, 180);
        sip.Response(100_002 + stepSeconds, 200, "INVITE", Sdp.Audio("198.18.0.2", 6000));
        var rtp = new RtpScript(wire, Caller, Callee);
        rtp.Send(200, at: 100_003 + stepSeconds);
        rtp.Send(200, at: 100_003 + (2 * stepSeconds));
        sip.Released(100_010 + (2 * stepSeconds));

        var measured = Measurement.Of(wire);

        Assert.All(measured.Calls, static call =>
        {
            Assert.True(call.PostDialDelayUs is null or >= 0);
            Assert.True(call.AnsweredAtUs is null || call.AnsweredAtUs >= call.StartedAtUs);
            Assert.True(call.EndedAtUs is null || call.EndedAtUs >= (call.AnsweredAtUs ?? call.StartedAtUs));
        });
        Assert.NotEmpty(measured.Streams);
        Assert.All(measured.Streams, static stream =>
        {
            Assert.True(stream.EndedAtUs >= stream.StartedAtUs);
            Assert.True(stream.ScoredSeconds >= 0);
            Assert.All(stream.Intervals, static interval => Assert.True(interval.Counters.DurationNs >= 0));
            Assert.True(stream.Total.MaxDeltaMs >= 0);
        });
        Assert.Equal(400, measured.Streams.Sum(static stream => stream.Total.Received));
    }

    [Fact]
    public void A_post_dial_delay_that_the_clock_made_negative_is_unknown()
    {
        var wire = new Wire { KeepsOrder = true };
        var sip = new SipScript(wire, "pdd");
        sip.Request(1_000, "INVITE");
        sip.Response(990, 180);

        Assert.Null(Assert.Single(Measurement.Of(wire).Calls).PostDialDelayUs);
    }

    [Fact]
    public void Timers_go_on_after_the_clock_was_set_back_by_a_day()
    {
        var wire = new Wire { KeepsOrder = true };
        new SipScript(wire, "before").Request(200_000, "INVITE");
        for (var i = 0; i < 600; i++)
        {
            wire.Udp(100_000 + (i * 0.1), "198.18.9.1:9", "198.18.9.2:9", "time passes"u8);
        }

        // It fails after 32 s, 100 s before the capture ends.
        new SipScript(wire, "after").Request(100_060, "INVITE");
        for (var i = 0; i < 1_000; i++)
        {
            wire.Udp(100_060 + (i * 0.1), "198.18.9.1:9", "198.18.9.2:9", "time passes"u8);
        }

        var calls = Measurement.Of(wire).Calls;

        Assert.Equal(CallOutcome.Failed, Assert.Single(calls, static call => call.CallId == "after").Outcome);
    }

    [Fact]
    public void One_packet_with_a_stray_time_expires_nothing_that_follows_and_turns_no_timer_back()
    {
        var wire = new Wire { KeepsOrder = true };
        new SipScript(wire, "call").Request(1_000, "INVITE");
        wire.Udp(0, "198.18.9.1:9", "198.18.9.2:9", "an hour ago"u8);
        for (var i = 0; i < 400; i++)
        {
            wire.Udp(1_000 + (i * 0.1), "198.18.9.1:9", "198.18.9.2:9", "time passes"u8);
        }

        Assert.Equal(CallOutcome.Failed, Assert.Single(Measurement.Of(wire).Calls).Outcome);
    }

    [Fact]
    public void One_packet_from_thirty_years_ahead_ends_no_call()
    {
        var (alone, stray) = (Call(strayAt: null), Call(strayAt: 950_000_000));

        var expected = Assert.Single(Measurement.Of(alone).Calls);
        var call = Assert.Single(Measurement.Of(stray).Calls);

        Assert.Equal(expected.EndedAtUs, call.EndedAtUs);
        Assert.Equal(expected.MosLqE4, call.MosLqE4);
        Assert.Equal(2_000, Assert.Single(call.Streams).Total.Received);
    }

    [Fact]
    public void A_clock_that_is_set_ahead_by_a_day_is_followed_at_the_second_packet()
    {
        var wire = new Wire { KeepsOrder = true };
        new SipScript(wire, "before").Request(1_000, "INVITE");
        wire.Udp(87_400, "198.18.9.1:9", "198.18.9.2:9", "a day on"u8);
        wire.Udp(87_401, "198.18.9.1:9", "198.18.9.2:9", "and it stays"u8);

        Assert.Equal(CallOutcome.Failed, Assert.Single(Measurement.Of(wire).Calls).Outcome);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_capture_may_begin_at_time_0(bool beginsAtZero)
    {
        var startsAt = beginsAtZero ? -Wire.Us(0) / 1e6 : 0;

        // Ticks 0, 5, … 60, 65 look for streams silent for more than 60 s: this one has been for 59.82 s, and goes on
        // before the next look.
        var wire = new Wire { KeepsOrder = true };
        var rtp = new RtpScript(wire, Caller, Callee);
        rtp.Send(10, at: startsAt);
        for (var i = 1; i < 63; i++)
        {
            wire.Udp(startsAt + i, "198.18.9.1:9", "198.18.9.2:9", "time passes"u8);
        }

        rtp.Send(10, at: startsAt + 63);

        Assert.Equal(20, Assert.Single(Measurement.Of(wire).Streams).Total.Received);
    }

    private static Wire Call(double? strayAt)
    {
        var wire = new Wire { KeepsOrder = true };
        var sip = new SipScript(wire, "call");
        sip.Answered(1_000, 1_002, Sdp.Audio("198.18.0.1", 4000), Sdp.Audio("198.18.0.2", 6000));
        var rtp = new RtpScript(wire, Caller, Callee);
        rtp.Send(1_000, at: 1_003);
        if (strayAt is { } at)
        {
            wire.Udp(at, "198.18.9.1:9", "198.18.9.2:9", "another time"u8);
        }

        rtp.Send(1_000);
        sip.Released(1_044);
        return wire;
    }
}
