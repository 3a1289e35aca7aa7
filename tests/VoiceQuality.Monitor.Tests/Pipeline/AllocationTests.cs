using VoiceQuality.Monitor.Calls;
using VoiceQuality.Monitor.Pipeline;
using VoiceQuality.Monitor.Sources;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Testing.Captures;

namespace VoiceQuality.Monitor.Tests.Pipeline;

public sealed class AllocationTests
{
    [Fact]
    public void An_established_stream_allocates_nothing_for_a_packet()
    {
        // All within one interval of 60 s, so that what grows is packets and nothing else.
        var few = Allocated(packets: 4_000);
        var many = Allocated(packets: 40_000);

        // 72,000 more packets. Beside them there are a few more ticks, with a snapshot of the counters each, and the
        // runtime counts in pieces of 8 KiB.
        Assert.InRange((many - few) / 72_000.0, double.MinValue, 0.5);
    }

    [Fact]
    public void A_message_of_a_known_call_allocates_nothing()
    {
        var few = Allocated(Repeated(1_000), LadderOf(0));
        var many = Allocated(Repeated(20_000), LadderOf(0));

        // 57,000 more messages: 18x, ACK and INVITE again.
        Assert.InRange((many - few) / 57_000.0, double.MinValue, 0.5);
    }

    [Theory]
    [InlineData(0, 1_000)]
    [InlineData(64, 1_300)]
    public void A_call_that_fails_allocates_its_record_and_an_announcement(int ladder, int most)
    {
        var few = Allocated(Failing(8_000), LadderOf(ladder));
        var many = Allocated(Failing(16_000), LadderOf(ladder));

        // The record with its strings is some 700 octets, the announcement 100, four messages of the ladder 200; ticks,
        // a snapshot of the counters each, are shared by 200 calls.
        Assert.InRange((many - few) / 8_000.0, 400, most);
    }

    private static MonitorOptions LadderOf(int limit) => new() { LadderLimit = limit, IntervalSeconds = 60 };

    private static IReadOnlyList<WireFrame> Repeated(int times)
    {
        var wire = new Wire();
        var sip = new SipScript(wire, "call");
        sip.Request(0, "INVITE", Sdp.Audio("198.18.0.1", 4000));
        for (var i = 0; i < times; i++)
        {
            sip.Response(1 + (i * 1e-5), 180);
            sip.Request(1 + (i * 1e-5), "INVITE", Sdp.Audio("198.18.0.1", 4000));
            sip.Request(1 + (i * 1e-5), "ACK");
        }

        return wire.Frames;
    }

    private static IReadOnlyList<WireFrame> Failing(int calls)
    {
        var wire = new Wire();
        for (var i = 0; i < calls; i++)
        {
            var sip = new SipScript(wire, $"call-{i}");
            var at = i * 0.005;
            sip.Request(at, "INVITE", Sdp.Audio("198.18.0.1", 4000 + (2 * (i % 20_000))));
            sip.Response(at + 0.001, 100);
            sip.Response(at + 0.002, 486);
            sip.Request(at + 0.003, "ACK");
        }

        return wire.Frames;
    }

    private static long Allocated(int packets)
    {
        var wire = new Wire();
        new SipScript(wire, "call").Answered(0, 1, Sdp.Audio("198.18.0.1", 4000), Sdp.Audio("198.18.0.2", 6000));
        new RtpScript(wire, "198.18.0.1:4000", "198.18.0.2:6000") { IntervalUs = 100 }.Send(packets, at: 2);
        new RtpScript(wire, "198.18.0.2:6000", "198.18.0.1:4000") { IntervalUs = 100 }.Send(packets, at: 2);
        return Allocated(wire.Frames, new MonitorOptions { IntervalSeconds = 60 });
    }

    private static long Allocated(IReadOnlyList<WireFrame> frames, MonitorOptions options)
    {
        var pool = new PacketBlockPool();
        var lowest = long.MaxValue;
        for (var run = 0; run < 3; run++)
        {
            using var pipeline = new MonitorPipeline(options, new Nobody());
            using var source = new FrameSource(frames, 1_000);
            var before = GC.GetAllocatedBytesForCurrentThread();
            PipelineRunner.Run(source, pipeline, pool);
            lowest = Math.Min(lowest, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return lowest;
    }

    private sealed class Nobody : IMeasurementSink
    {
        public void OnStream(StreamRecord stream)
        {
        }

        public void OnCall(CallRecord call)
        {
        }

        public void OnTick(long packetTimeUs, PipelineCounters counters)
        {
        }
    }
}
