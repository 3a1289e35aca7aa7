using VoiceQuality.Monitor.Calls;
using VoiceQuality.Monitor.Pipeline;
using VoiceQuality.Monitor.Sources;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Protocols.Network;
using VoiceQuality.Protocols.Pcap;
using VoiceQuality.Testing.Captures;

namespace VoiceQuality.Monitor.Tests.Pipeline;

public sealed class FailureTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Theory]
    [InlineData(1, 50)]
    [InlineData(LaneOptions.ReadingAhead, 50)]
    [InlineData(4, 50)]
    [InlineData(1, 1_000_000)]
    [InlineData(LaneOptions.ReadingAhead, 1_000_000)]
    [InlineData(4, 1_000_000)]
    public async Task An_exception_of_the_sink_ends_the_pipeline_and_nothing_hangs(int lanes, int survivesTicks)
    {
        var sink = new FailingSink(survivesTicks);
        var wire = Minutes();

        var run = Task.Factory.StartNew(
            () =>
            {
                using var pipeline = new MonitorPipeline(LaneOptions.Of(lanes), sink);
                using var source = new FrameSource(wire.Frames, 20);
                PipelineRunner.Run(source, pipeline, new PacketBlockPool());
                pipeline.Complete();
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);

        await Assert.ThrowsAsync<SinkFailure>(() => run.WaitAsync(Patience));
        Assert.Equal(1, sink.Failures);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(LaneOptions.ReadingAhead)]
    [InlineData(4)]
    public void Completing_twice_hands_everything_over_once(int lanes)
    {
        var measured = new Measurement();
        using var pipeline = new MonitorPipeline(LaneOptions.Of(lanes), measured);
        PipelineRunner.Run(new FrameSource(Minutes().Frames, 100), pipeline, new PacketBlockPool());

        pipeline.Complete();
        pipeline.Complete();

        Assert.Single(measured.Streams);
        Assert.Single(measured.Calls);
        Assert.Throws<ObjectDisposedException>(() => pipeline.Process(new PacketBlockPool().Rent()));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(LaneOptions.ReadingAhead)]
    [InlineData(4)]
    public void Disposing_hands_over_what_is_left(int lanes)
    {
        var measured = new Measurement();
        using (var pipeline = new MonitorPipeline(LaneOptions.Of(lanes), measured))
        {
            PipelineRunner.Run(new FrameSource(Minutes().Frames, 100), pipeline, new PacketBlockPool());
        }

        Assert.Single(measured.Streams);
        Assert.Single(measured.Calls);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(LaneOptions.ReadingAhead)]
    [InlineData(4)]
    public void A_pipeline_without_packets_hands_over_nothing_but_its_counters(int lanes)
    {
        var measured = Measurement.Of(new FrameSource([], 1), LaneOptions.Of(lanes));

        Assert.Empty(measured.Streams);
        Assert.Empty(measured.Calls);
        Assert.Equal(0, measured.Counters.Packets);
        Assert.Null(measured.Counters.FirstPacketAtUs);
        Assert.Null(measured.Counters.LastPacketAtUs);
    }

    [Theory]
    [InlineData(LaneOptions.ReadingAhead)]
    [InlineData(2)]
    public void When_the_reader_has_failed_nothing_reaches_the_sink_behind_the_end(int lanes)
    {
        using var sink = new WaitingSink();
        var pipeline = new MonitorPipeline(LaneOptions.Of(lanes), sink);
        var pool = new PacketBlockPool();
        PipelineRunner.Run(new FrameSource([.. Minutes().Frames.Take(20)], 20), pipeline, pool);
        var broken = pool.Rent();
        broken.Records[0] = new CaptureRecord { Offset = int.MaxValue, CapturedLength = 60, LinkType = LinkType.Ethernet };
        broken.RecordCount = 1;
        Assert.ThrowsAny<ArgumentException>(() => pipeline.Process(broken));
        Assert.True(sink.Entered.Wait(Patience));

        // Whoever ends it waits, or is over while the sink is still at work.
        var isOverTooSoon = false;
        var ending = new Thread(() =>
        {
            pipeline.Dispose();
            isOverTooSoon = sink.IsAtWork;
        });
        ending.Start();
        SpinWait.SpinUntil(() => ending.ThreadState.HasFlag(ThreadState.WaitSleepJoin) || !ending.IsAlive, Patience);
        sink.MayLeave.Set();

        Assert.True(ending.Join(Patience));
        Assert.False(isOverTooSoon);
    }

    [Fact]
    public void Cancelling_stops_between_two_blocks()
    {
        var measured = new Measurement();
        using var stop = new CancellationTokenSource();
        using var pipeline = new MonitorPipeline(new MonitorOptions(), measured);
        var blocks = 0;

        Assert.Throws<OperationCanceledException>(() => PipelineRunner.Run(
            new FrameSource(Minutes().Frames, 10),
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
    }

    /// <summary>A call of two minutes with one stream.</summary>
    private static Wire Minutes()
    {
        var wire = new Wire();
        new SipScript(wire, "call").Answered(0, 1, Sdp.Audio("198.18.0.1", 4000), Sdp.Audio("198.18.0.2", 6000));
        new RtpScript(wire, "198.18.0.1:4000", "198.18.0.2:6000") { IntervalUs = 100_000, Ticks = 800 }
            .Send(1_200, at: 1.5);
        return wire;
    }

    private sealed class SinkFailure : Exception;

    /// <summary>Stays with its first tick until it may leave.</summary>
    private sealed class WaitingSink : IMeasurementSink, IDisposable
    {
        private volatile bool _isAtWork;

        public ManualResetEventSlim Entered { get; } = new();

        public ManualResetEventSlim MayLeave { get; } = new();

        public bool IsAtWork => _isAtWork;

        public void OnStream(StreamRecord stream)
        {
        }

        public void OnCall(CallRecord call)
        {
        }

        public void OnTick(long packetTimeUs, PipelineCounters counters)
        {
            _isAtWork = true;
            Entered.Set();
            MayLeave.Wait();
            _isAtWork = false;
        }

        public void Dispose()
        {
            Entered.Dispose();
            MayLeave.Dispose();
        }
    }

    private sealed class FailingSink(int survivesTicks) : IMeasurementSink
    {
        private int _ticks;
        private int _failures;

        public int Failures => _failures;

        public void OnStream(StreamRecord stream) => Fail();

        public void OnCall(CallRecord call) => Fail();

        public void OnTick(long packetTimeUs, PipelineCounters counters)
        {
            if (++_ticks > survivesTicks)
            {
                Fail();
            }
        }

        private void Fail()
        {
            Interlocked.Increment(ref _failures);
            throw new SinkFailure();
        }
    }
}
