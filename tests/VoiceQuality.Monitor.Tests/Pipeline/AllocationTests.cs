using VoiceQuality.Monitor.Pipeline;
using VoiceQuality.Monitor.Sources;
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

    private static long Allocated(int packets)
    {
        var wire = new Wire();
        new SipScript(wire, "call").Answered(0, 1, Sdp.Audio("198.18.0.1", 4000), Sdp.Audio("198.18.0.2", 6000));
        new RtpScript(wire, "198.18.0.1:4000", "198.18.0.2:6000") { IntervalUs = 100 }.Send(packets, at: 2);
        new RtpScript(wire, "198.18.0.2:6000", "198.18.0.1:4000") { IntervalUs = 100 }.Send(packets, at: 2);
        var frames = wire.Frames;

        var pool = new PacketBlockPool();
        var options = new MonitorOptions { IntervalSeconds = 60 };
        var lowest = long.MaxValue;
        for (var run = 0; run < 3; run++)
        {
            using var pipeline = new MonitorPipeline(options, new Measurement());
            using var source = new FrameSource(frames, 1_000);
            var before = GC.GetAllocatedBytesForCurrentThread();
            PipelineRunner.Run(source, pipeline, pool);
            lowest = Math.Min(lowest, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return lowest;
    }
}
