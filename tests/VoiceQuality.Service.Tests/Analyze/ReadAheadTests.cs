using VoiceQuality.Monitor;
using VoiceQuality.Monitor.Pipeline;
using VoiceQuality.Monitor.Sources;
using VoiceQuality.Service.Analyze;
using VoiceQuality.Testing.Captures;

namespace VoiceQuality.Service.Tests.Analyze;

public sealed class ReadAheadTests
{
    [Fact]
    public void All_blocks_are_processed_in_their_order()
    {
        var wire = Calls(200);
        var ahead = new Measurement();
        using (var pipeline = new MonitorPipeline(new MonitorOptions(), ahead))
        {
            var blocks = 0;
            ReadAhead.Run(
                new FrameSource(wire.Frames, 7), pipeline, new PacketBlockPool(), () => blocks++, CancellationToken.None);
            pipeline.Complete();
            Assert.Equal((wire.Frames.Count + 6) / 7, blocks);
        }

        var expected = Measurement.Of(wire);
        Assert.Equal(expected.Counters.Packets, ahead.Counters.Packets);
        Assert.Equal(
            expected.Calls.Select(static call => (call.CallId, call.EndedAtUs)),
            ahead.Calls.Select(static call => (call.CallId, call.EndedAtUs)));
    }

    [Fact]
    public void A_failure_of_the_source_comes_out_after_what_it_gave()
    {
        var source = new Failing(new FrameSource(Calls(50).Frames, 10), after: 5);
        var measured = new Measurement();
        using var pipeline = new MonitorPipeline(new MonitorOptions(), measured);
        var blocks = 0;

        Assert.Throws<InvalidOperationException>(() => ReadAhead.Run(
            source, pipeline, new PacketBlockPool(), () => blocks++, CancellationToken.None));
        Assert.Equal(5, blocks);
    }

    [Fact]
    public void Who_stops_it_is_heard_and_the_source_is_left_alone_from_then_on()
    {
        var source = new Failing(new FrameSource(Calls(400).Frames, 1), after: int.MaxValue);
        using var stop = new CancellationTokenSource();
        using var pipeline = new MonitorPipeline(new MonitorOptions(), new Measurement());
        var blocks = 0;

        Assert.Throws<OperationCanceledException>(() => ReadAhead.Run(
            source,
            pipeline,
            new PacketBlockPool(),
            () =>
            {
                if (++blocks == 3)
                {
                    stop.Cancel();
                }
            },
            stop.Token));
        Assert.Equal(3, blocks);

        // What waits, what was being filled, and what was processed.
        Assert.InRange(source.Filled, 3, 12);
    }

    private static Wire Calls(int count)
    {
        var wire = new Wire();
        for (var i = 0; i < count; i++)
        {
            new SipScript(wire, $"call-{i}").Answered(i * 0.5, (i * 0.5) + 0.1).Released((i * 0.5) + 0.4);
        }

        return wire;
    }

    private sealed class Failing(IPacketSource source, int after) : IPacketSource
    {
        public int Filled;

        public string Name => source.Name;

        public bool TryFill(PacketBlock block) =>
            Filled++ < after ? source.TryFill(block) : throw new InvalidOperationException("The source is broken.");

        public void Dispose() => source.Dispose();
    }
}
