using VoiceQuality.Monitor.Calls;
using VoiceQuality.Monitor.Pipeline;
using VoiceQuality.Monitor.Sources;
using VoiceQuality.Testing.Captures;

namespace VoiceQuality.Monitor.Tests.Calls;

public sealed class CallLimitTests
{
    private readonly Wire _wire = new();

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(4_096)]
    public void A_flood_of_forged_INVITEs_evicts_forged_calls_and_never_an_answered_one(int framesPerBlock)
    {
        new SipScript(_wire, "real").Answered(0, 2);
        for (var i = 0; i < 500; i++)
        {
            new SipScript(_wire, $"forged-{i}") { Caller = "192.0.2.66:5060" }.Request(10 + (i * 0.001), "INVITE");
        }

        new SipScript(_wire, "real").Released(60);

        var measured = Measurement.Of(_wire, new MonitorOptions { MaxCalls = 16, MaxPercentOfOneSource = 100 }, framesPerBlock);

        // 501 calls, 16 places: 485 had to go, and every call is handed over once.
        Assert.Equal(485, measured.Rejected("call.evicted"));
        Assert.Equal(501, measured.Calls.Count);
        var real = Assert.Single(measured.Calls, static call => call.CallId == "real");
        Assert.Equal(CallOutcome.Answered, real.Outcome);
        Assert.Equal(Wire.Us(60), real.EndedAtUs);
    }

    [Fact]
    public void A_source_with_too_many_calls_gives_up_its_own_even_when_they_seem_to_talk()
    {
        // Each forged call has a forged answer, so its deadline is hours away and later than that of the real one.
        new SipScript(_wire, "real").Answered(0, 2);
        for (var i = 0; i < 100; i++)
        {
            new SipScript(_wire, $"forged-{i}") { Caller = "192.0.2.66:5060" }.Answered(10 + i, 10.6 + i);
        }

        new SipScript(_wire, "forged-ringing") { Caller = "192.0.2.66:5060" }.Request(150, "INVITE");
        new SipScript(_wire, "forged-last") { Caller = "192.0.2.66:5060" }.Request(151, "INVITE");
        new SipScript(_wire, "real").Released(160);

        var measured = Measurement.Of(_wire, new MonitorOptions { MaxCalls = 16 });

        // 12 of the 16 places are what one source may have: of its 102 calls 90 had to go, the one that rings before
        // those that seem to talk.
        Assert.Equal((90, 0), (measured.Rejected("call.tooManyOfSource"), measured.Rejected("call.evicted")));
        Assert.Equal(103, measured.Calls.Count);
        Assert.Equal(Wire.Us(160), Assert.Single(measured.Calls, static call => call.CallId == "real").EndedAtUs);
        Assert.Equal(
            ["forged-ringing"],
            measured.Calls.Where(static call => call.CallId.StartsWith("forged-", StringComparison.Ordinal))
                .Skip(89).Take(1).Select(static call => call.CallId));
    }

    [Fact]
    public void Calls_that_begin_later_are_read_for_the_header_fields_asked_for_by_then()
    {
        new SipScript(_wire, "before").Request(0, "INVITE", extra: "X-Trunk: a\r\nX-Unit: b\r\n");
        new SipScript(_wire, "after").Request(10, "INVITE", extra: "X-Trunk: c\r\nX-Unit: d\r\n");
        var measured = new Measurement();
        using (var pipeline = new MonitorPipeline(new MonitorOptions { Headers = ["X-Trunk"] }, measured))
        {
            using var source = new FrameSource(_wire.Frames, framesPerBlock: 1);
            PipelineRunner.Run(source, pipeline, new PacketBlockPool(), () => pipeline.LookAt(["X-Unit"]));
            pipeline.Complete();
        }

        Assert.Equal(
            ["x-trunk=a", "x-unit=d"],
            measured.Calls.OrderBy(static call => call.StartedAtUs)
                .Select(static call => string.Join(',', call.Headers.Select(static pair => $"{pair.Key}={pair.Value}"))));
    }

    [Fact]
    public void Calls_that_are_over_leave_nothing_behind()
    {
        // Each is answered, so that its place in the timers is four hours ahead, and then released.
        const int calls = 6_000;
        for (var i = 0; i < calls; i++)
        {
            new SipScript(_wire, $"short-{i}").Answered(i * 1.0, (i * 1.0) + 0.6).Released((i * 1.0) + 40);
        }

        var tracker = new CallTracker(new MonitorOptions());
        var most = 0;
        TrackerRun.Over(tracker, _wire, () => most = Math.Max(most, tracker.TimerCount));

        // Up to 40 s of talk and 32 s of lingering: some 75 calls are in progress at a time.
        Assert.InRange(most, 1, 1_200);
    }

    [Fact]
    public void The_ladder_has_a_limit_and_counts_what_it_leaves_out()
    {
        var sip = new SipScript(_wire, "talkative");
        sip.Answered(0, 1);
        for (uint i = 0; i < 100; i++)
        {
            sip.Request(2 + (i * 0.1), "INFO", cseq: 10 + i);
        }

        sip.Released(30);

        var call = Assert.Single(Measurement.Of(_wire, new MonitorOptions { LadderLimit = 20 }).Calls);

        // 5 messages of the set-up, 100 INFO, 2 of the release.
        Assert.Equal(20, call.Ladder.Count);
        Assert.Equal(87, call.LadderOmitted);
        Assert.Equal(Wire.Us(30), call.EndedAtUs);
    }

    [Fact]
    public void A_ladder_of_nothing_is_possible()
    {
        new SipScript(_wire, "none").Answered(0, 1).Released(2);

        var call = Assert.Single(Measurement.Of(_wire, new MonitorOptions { LadderLimit = 0 }).Calls);

        Assert.Empty(call.Ladder);
        Assert.Equal(7, call.LadderOmitted);
    }

    [Fact]
    public void Hostile_signalling_is_counted_and_never_throws()
    {
        string[] messages =
        [
            "INVITE sip:x SIP/2.0\r\n\r\n",
            "INVITE sip:x SIP/2.0\r\nCall-ID: a\r\nCSeq: 99999999999 INVITE\r\n\r\n",
            "INVITE sip:x SIP/2.0\r\nCall-ID: a\r\nCSeq: 1 INVITE\r\nContent-Length: -5\r\n\r\nv=0\r\n",
            "SIP/2.0 999999 OK\r\nCall-ID: a\r\nCSeq: 1 INVITE\r\n\r\n",
            "BYE \0\u0001\u001b[31m SIP/2.0\r\nCall-ID: \0\0\0\r\nCSeq: 1 BYE\r\nFrom: <sip:\u202e@x>;tag=\0\r\n"
                + "To: ;;;=\r\n\r\n",
            $"INVITE sip:x SIP/2.0\r\nCall-ID: {new string('c', 60_000)}\r\nCSeq: 1 INVITE\r\n"
                + "From: a;tag=b\r\nTo: c\r\n\r\n",
        ];
        for (var i = 0; i < messages.Length; i++)
        {
            _wire.Udp(i, "192.0.2.66:5060", "198.18.0.2:5060", messages[i]);
        }

        var measured = Measurement.Of(_wire);

        var rejected = measured.Counters.Rejects
            .Where(static pair => pair.Key.StartsWith("sip.", StringComparison.Ordinal))
            .Sum(static pair => pair.Value);
        Assert.Equal(
            messages.Length, measured.Counters.SipMessages + rejected + measured.Rejected("udp.otherProtocol"));
        Assert.All(measured.Calls, static call => Assert.DoesNotContain(call.CallId, char.IsControl));
        Assert.All(measured.Calls, static call => Assert.InRange(call.CallId.Length, 0, 256));
    }
}
