using VoiceQuality.Monitor;
using VoiceQuality.Monitor.Calls;
using VoiceQuality.Monitor.Pipeline;
using VoiceQuality.Monitor.Sources;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Protocols.Rtcp;

namespace VoiceQuality.Testing.Captures;

/// <summary>A real call, measured while strangers flood the capture.</summary>
public static class FloodedCall
{
    /// <summary>Measures the call with a flood from before its answer to the end of its talk.</summary>
    /// <param name="kind">One of <see cref="Flood.Kinds"/>.</param>
    /// <param name="count">Frames of the flood.</param>
    /// <param name="options">How it is measured.</param>
    /// <returns>The call, and what the pipeline held at the end of the flood, octets.</returns>
    /// <exception cref="InvalidOperationException">The call was not found.</exception>
    public static (CallRecord Call, long Memory) Measure(string kind, int count, MonitorOptions options)
    {
        var sink = new OneCall();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        long most;
        using (var pipeline = new MonitorPipeline(options, sink))
        {
            using var source = new FloodedSource(
                RealCall(), Flood.Of(kind), count, Wire.Us(1) * 1_000, Wire.Us(43) * 1_000);
            var pool = new PacketBlockPool();
            PipelineRunner.Run(source, pipeline, pool);
            most = GC.GetTotalMemory(forceFullCollection: true) - before;
            pipeline.Complete();
            GC.KeepAlive(pool);
        }

        return (sink.Call ?? throw new InvalidOperationException("the call was not found"), most);
    }

    /// <summary>What must not change.</summary>
    public static string Figures(CallRecord call)
    {
        ArgumentNullException.ThrowIfNull(call);
        return (
            call.Outcome, call.MosLqE4, call.MosCqE4, call.UnscoredReason, call.StartedAtUs, call.AnsweredAtUs,
            call.EndedAtUs, call.OneWayDelayUs, call.ReleasedBy,
            string.Join('|', call.Streams.Where(static stream => stream.Ssrc is 1 or 2).Select(static stream => (
                stream.Ssrc, stream.Total.Expected, stream.Total.Received, stream.Total.Lost, stream.Total.Discarded,
                stream.Total.BadRuns, stream.Total.JitterMeanMs, stream.MosLqE4, stream.MosCqE4, stream.Intervals.Count,
                stream.Delay?.RoundTripUs).ToString()))).ToString();
    }

    /// <summary>40 s of talk with some loss on both sides, reports on it, and a BYE of two fragments.</summary>
    private static IReadOnlyList<WireFrame> RealCall()
    {
        var wire = new Wire();
        var sip = new SipScript(wire, "real");
        sip.Answered(0, 2, Sdp.Audio("198.18.0.1", 4000), Sdp.Audio("198.18.0.2", 6000));
        new RtpScript(wire, "198.18.0.1:4000", "198.18.0.2:6000") { Ssrc = 1 }.Send(2_000, 3, static i => i % 50 == 7);
        new RtpScript(wire, "198.18.0.2:6000", "198.18.0.1:4000") { Ssrc = 2 }.Send(2_000, 3.005, static i => i % 90 < 2);
        for (var at = 5; at < 43; at += 5)
        {
            Report(wire, at, "198.18.0.1:4001", "198.18.0.2:6001", 1, 2, at - 4.9);
            Report(wire, at + 0.1, "198.18.0.2:6001", "198.18.0.1:4001", 2, 1, at);
        }

        sip.Released(44);
        return wire.Frames;
    }

    // A sender's report that names the other's last one as received 20 ms after that was seen here: the delay of the
    // side that it reports from.
    private static void Report(
        Wire wire, double at, string source, string destination, uint ssrc, uint other, double otherSentAt)
    {
        Span<byte> octets = stackalloc byte[64];
        var ntp = (ulong)((at + 3_976_588_800.0) * 4_294_967_296.0);
        var earlier = (uint)((ulong)((otherSentAt + 3_976_588_800.0) * 4_294_967_296.0) >> 16);
        RtcpReportValues[] blocks = [new(other, 0, 0, 0, 0, earlier, (uint)((at - otherSentAt - 0.02) * 65_536))];
        var length = RtcpWriter.WriteSenderReport(octets, ssrc, ntp, 0, 0, 0, blocks);
        wire.Udp(at, source, destination, octets[..length]);
    }

    private sealed class OneCall : IMeasurementSink
    {
        public CallRecord? Call { get; private set; }

        public void OnStream(StreamRecord stream)
        {
        }

        public void OnCall(CallRecord call) => Call = call.CallId == "real" ? call : Call;

        public void OnTick(long packetTimeUs, PipelineCounters counters)
        {
        }
    }
}
