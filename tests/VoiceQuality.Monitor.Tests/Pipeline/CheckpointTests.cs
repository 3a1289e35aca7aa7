using VoiceQuality.Monitor.Calls;
using VoiceQuality.Monitor.Pipeline;
using VoiceQuality.Monitor.Sources;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Testing.Captures;

namespace VoiceQuality.Monitor.Tests.Pipeline;

public sealed class CheckpointTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(LaneOptions.ReadingAhead)]
    [InlineData(3)]
    public void What_goes_on_is_reported_as_if_it_ended_now_and_goes_on_as_if_nothing_had_been_asked(int lanes)
    {
        var options = LaneOptions.Of(lanes);
        var frames = Traffic().Frames;
        var half = frames.Count(frame => frame.AtNs < Wire.Us(12) * 1_000);
        var whole = Run([.. frames], options, checkpoint: null);
        var first = Run([.. frames.Take(half)], options, checkpoint: null);
        var cut = Run([.. frames], options, checkpoint: half);

        // The call began and its streams are measured up to the checkpoint, as if the capture ended there.
        var open = Assert.Single(cut.OpenCalls);
        var ended = Assert.Single(first.Calls);
        Assert.Equal((ended.MosLqE4, ended.EndedAtUs), (open.MosLqE4, open.EndedAtUs));
        Assert.Equal(ended.Streams.Select(Facts), open.Streams.Select(Facts));
        Assert.Equal(first.Streams.Where(Untied).Select(Facts), cut.OpenStreams.Select(Facts));

        // And the end is the same as without a checkpoint.
        Assert.Equal(whole.Streams.Select(Facts), cut.Streams.Select(Facts));
        Assert.Equal(whole.Calls.Select(Facts), cut.Calls.Select(Facts));
    }

    [Fact]
    public void An_abandoned_pipeline_hands_nothing_over()
    {
        var sink = new Recorder();
        using var pipeline = new MonitorPipeline(new MonitorOptions { Lanes = 2 }, sink);
        using var source = new FrameSource([.. Traffic().Frames.Take(300)], PacketBlock.RecordCapacity);
        PipelineRunner.Run(source, pipeline, new PacketBlockPool());

        pipeline.Abandon();

        Assert.Empty(sink.Calls);
        Assert.Empty(sink.Streams);
        Assert.Throws<ObjectDisposedException>(pipeline.Checkpoint);
    }

    private static bool Untied(StreamRecord stream) => stream.CallId is null;

    private static (string?, uint, long, long, int?, int) Facts(StreamRecord stream) =>
        (stream.CallId, stream.Ssrc, stream.Total.Expected, stream.Total.Received, stream.MosLqE4, stream.Intervals.Count);

    private static (string, long?, int?, int) Facts(CallRecord call) =>
        (call.CallId, call.EndedAtUs, call.MosLqE4, call.Streams.Count);

    /// <summary>A call of 20 s with a lost packet in each second of one direction, and RTP that nothing
    /// announced.</summary>
    private static Wire Traffic()
    {
        var wire = new Wire();
        var sip = new SipScript(wire, "checkpoint@example");
        sip.Answered(0, 1, Sdp.Audio("198.18.0.1", 4_000), Sdp.Audio("198.18.0.2", 6_000));
        for (var i = 0; i < 1_000; i++)
        {
            if (i % 50 != 7)
            {
                Rtp(wire, 1 + (i * 0.02), "198.18.0.1:4000", "198.18.0.2:6000", 1, i);
            }

            Rtp(wire, 1.005 + (i * 0.02), "198.18.0.2:6000", "198.18.0.1:4000", 2, i);
            Rtp(wire, 1.007 + (i * 0.02), "198.18.0.9:7000", "198.18.0.8:7000", 3, i);
        }

        sip.Released(21.5);
        return wire;
    }

    private static void Rtp(Wire wire, double at, string source, string destination, byte ssrc, int number)
    {
        var packet = new byte[172];
        packet[0] = 0x80;
        packet[2] = (byte)(number >> 8);
        packet[3] = (byte)number;
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(4), (uint)(number * 160));
        packet[11] = ssrc;
        wire.Udp(at, source, destination, packet);
    }

    private static Recorder Run(IReadOnlyList<WireFrame> frames, MonitorOptions options, int? checkpoint)
    {
        var sink = new Recorder();
        var pool = new PacketBlockPool();
        using var pipeline = new MonitorPipeline(options, sink);
        var first = checkpoint ?? frames.Count;
        PipelineRunner.Run(new FrameSource([.. frames.Take(first)], PacketBlock.RecordCapacity), pipeline, pool);
        if (checkpoint is not null)
        {
            pipeline.Checkpoint();
            PipelineRunner.Run(new FrameSource([.. frames.Skip(first)], PacketBlock.RecordCapacity), pipeline, pool);
        }

        pipeline.Complete();
        return sink;
    }

    private sealed class Recorder : IMeasurementSink
    {
        public List<StreamRecord> Streams { get; } = [];

        public List<CallRecord> Calls { get; } = [];

        public List<StreamRecord> OpenStreams { get; } = [];

        public List<CallRecord> OpenCalls { get; } = [];

        public void OnStream(StreamRecord stream) => Streams.Add(stream);

        public void OnCall(CallRecord call) => Calls.Add(call);

        public void OnOpenStream(StreamRecord stream) => OpenStreams.Add(stream);

        public void OnOpenCall(CallRecord call) => OpenCalls.Add(call);

        public void OnTick(long packetTimeUs, PipelineCounters counters)
        {
        }
    }
}
