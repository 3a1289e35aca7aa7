using VoiceQuality.Monitor.Pipeline;
using VoiceQuality.Monitor.Probes;
using VoiceQuality.Monitor.Sources;
using VoiceQuality.Testing.Captures;

namespace VoiceQuality.Monitor.Tests.Probes;

public sealed class ProbeTests
{
    private readonly Wire _wire = new();

    [Fact]
    public void An_answered_OPTIONS_is_a_probe_with_its_status_and_times()
    {
        Ask("one", 10);
        Answer("one", 10.02, 200);
        Later(60);

        var probe = Assert.Single(Measurement.Of(_wire).Probes);

        Assert.Equal("198.18.0.1:5060", probe.Source.ToString());
        Assert.Equal("198.18.0.2:5060", probe.Destination.ToString());
        Assert.Equal(Wire.Us(10), probe.StartedAtUs);
        Assert.Equal(Wire.Us(10.02), probe.EndedAtUs);
        Assert.Equal(200, probe.FinalStatus);
        Assert.Equal(0, probe.Retransmissions);
    }

    [Fact]
    public void Without_a_final_response_within_32_seconds_there_is_no_status()
    {
        Ask("silent", 10);
        Ask("silent", 10.5);
        Ask("silent", 11.5);
        Answer("silent", 12, 100);
        Answer("silent", 42.001, 200);
        Later(60);

        var probe = Assert.Single(Measurement.Of(_wire).Probes);

        Assert.Null(probe.FinalStatus);
        Assert.Null(probe.EndedAtUs);
        Assert.Equal(2, probe.Retransmissions);
    }

    [Fact]
    public void The_first_final_response_is_the_one_that_counts()
    {
        Ask("twice", 10);
        Answer("twice", 10.1, 503);
        Answer("twice", 10.2, 200);
        Later(60);

        Assert.Equal(503, Assert.Single(Measurement.Of(_wire).Probes).FinalStatus);
    }

    [Fact]
    public void What_the_end_of_the_capture_cuts_short_is_no_result()
    {
        Ask("answered", 10);
        Answer("answered", 10.1, 200);
        Ask("pending", 11);
        Later(30);

        // 30 s - 11 s is less than 32 s: an answer may have come after the end.
        Assert.Equal([200], Measurement.Of(_wire).Probes.Select(static probe => probe.FinalStatus));
    }

    [Fact]
    public void OPTIONS_within_a_dialog_are_of_the_dialog()
    {
        var sip = new SipScript(_wire, "call").Answered(0, 1);
        sip.Request(5, "OPTIONS", inDialog: true);
        sip.Response(5.1, 200, "OPTIONS");
        Later(60);

        Assert.Empty(Measurement.Of(_wire).Probes);
    }

    [Fact]
    public void Two_hops_of_one_OPTIONS_are_two_probes()
    {
        Ask("same", 10, hop: "a");
        Ask("same", 10.01, hop: "b");
        Answer("same", 10.02, 200, hop: "b");
        Later(60);

        // The branch of the topmost Via tells them apart (RFC 3261 §17.1.3).
        Assert.Equal([null, 200], Measurement.Of(_wire).Probes.Select(static probe => probe.FinalStatus));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 3)]
    [InlineData(4, 4_096)]
    public void Lanes_and_blocks_change_neither_probes_nor_their_order(int lanes, int framesPerBlock)
    {
        for (var i = 0; i < 40; i++)
        {
            Ask($"probe-{i}", 10 + i);
            if (i % 3 != 0)
            {
                Answer($"probe-{i}", 10.5 + i, i % 2 == 0 ? 200 : 503);
            }
        }

        Later(120);
        var expected = Measurement.Of(_wire).Probes;

        Assert.Equal(40, expected.Count);
        Assert.Equal(
            expected, Measurement.Of(_wire, new MonitorOptions { Lanes = lanes }, framesPerBlock).Probes);
    }

    [Fact]
    public void A_flood_of_forged_OPTIONS_finds_the_table_full_and_is_counted()
    {
        Ask("real", 10);
        for (var i = 0; i < 100; i++)
        {
            Ask($"forged-{i}", 11 + (i * 0.001));
        }

        Answer("real", 12, 200);
        Later(60);

        var measured = Measurement.Of(_wire, new MonitorOptions { MaxProbes = 16, MaxPercentOfOneSource = 100 });

        // 101 requests, 16 places: 85 were left out, and what had its place kept it.
        Assert.Equal(85, measured.Rejected("probe.tableFull"));
        Assert.Equal(16, measured.Probes.Count);
        Assert.Equal(200, measured.Probes[0].FinalStatus);
    }

    [Fact]
    public void One_source_leaves_a_quarter_of_the_table_to_others()
    {
        for (var i = 0; i < 100; i++)
        {
            Ask($"forged-{i}", 10 + (i * 0.001));
        }

        new SipScript(_wire, "real") { Caller = "198.18.7.7:5060" }.Request(11, "OPTIONS", inDialog: false);
        new SipScript(_wire, "real") { Caller = "198.18.7.7:5060" }.Response(11.1, 200, "OPTIONS");
        Later(60);

        var measured = Measurement.Of(_wire, new MonitorOptions { MaxProbes = 16 });

        // 75 % of 16 places are 12.
        Assert.Equal(88, measured.Rejected("probe.tableFull"));
        Assert.Equal(13, measured.Probes.Count);
        Assert.Equal(200, measured.Probes[^1].FinalStatus);
    }

    [Fact]
    public void A_retransmission_allocates_nothing()
    {
        var few = Allocated(1_000);
        var many = Allocated(11_000);

        // 10,000 more requests of one transaction; the runtime counts in pieces of 8 KiB.
        Assert.InRange((many - few) / 10_000.0, double.MinValue, 1);
    }

    [Fact]
    public void A_capture_clock_that_is_set_back_makes_no_probe_without_answer()
    {
        var wire = new Wire { KeepsOrder = true };
        Ask(wire, "before", 10_000, "h");
        for (var i = 0; i < 600; i++)
        {
            wire.Udp(10 + i, "198.18.0.9:9", "198.18.0.8:9", "tick"u8);
        }

        // Packet time went back by hours, so that nobody knows how long the sender waited.
        Assert.Empty(Measurement.Of(wire).Probes);
    }

    private static long Allocated(int requests)
    {
        var wire = new Wire();
        for (var i = 0; i < requests; i++)
        {
            Ask(wire, "same", 10 + (i * 0.0001), "h");
        }

        var pool = new PacketBlockPool();
        var frames = wire.Frames;
        var lowest = long.MaxValue;
        for (var run = 0; run < 3; run++)
        {
            using var pipeline = new MonitorPipeline(new MonitorOptions(), new Measurement());
            using var source = new FrameSource(frames, 1_000);
            var before = GC.GetAllocatedBytesForCurrentThread();
            PipelineRunner.Run(source, pipeline, pool);
            lowest = Math.Min(lowest, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return lowest;
    }

    private void Ask(string callId, double at, string hop = "h") => Ask(_wire, callId, at, hop);

    private static void Ask(Wire wire, string callId, double at, string hop) =>
        new SipScript(wire, callId) { Hop = hop }.Request(at, "OPTIONS", inDialog: false);

    private void Answer(string callId, double at, int status, string hop = "h") =>
        new SipScript(_wire, callId) { Hop = hop }.Response(at, status, "OPTIONS");

    private void Later(double at) => _wire.Udp(at, "198.18.0.9:9", "198.18.0.8:9", "tick"u8);
}
