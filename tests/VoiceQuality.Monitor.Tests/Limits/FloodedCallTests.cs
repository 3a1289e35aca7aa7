using VoiceQuality.Monitor.Calls;
using VoiceQuality.Monitor.Pipeline;
using VoiceQuality.Monitor.Sources;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Protocols.Rtcp;
using VoiceQuality.Testing.Captures;

namespace VoiceQuality.Monitor.Tests.Limits;

/// <summary>Whatever strangers send, and however much of it: no figure of a real call is another, and no table
/// grows.</summary>
[Collection(AloneCollection.Name)]
public sealed class FloodedCallTests
{
    // Tables that the floods fill many times over.
    private static readonly MonitorOptions Options = new()
    {
        MaxCalls = 4_000,
        MaxProbes = 4_000,
        MaxFlowsPerLane = 8_000,
        MaxCandidatesPerLane = 4_000,
        MaxEndpoints = 16_000,
        MaxSipConnections = 2_000,
        MaxSipConnectionOctets = 8_388_608,
        MaxRtcpSources = 4_000,
    };

    public static TheoryData<string> Kinds =>
    [
        "INVITEs of one source", "INVITEs of forged sources", "INVITEs with forged answers", "OPTIONS of forged sources",
        "SSRCs at the call's place", "SSRCs in the call's own flow", "SSRCs of a party's address", "INVITEs for the call's place", "SSRCs everywhere", "fragments of one source",
        "fragments of forged sources", "TCP segments", "TCP segments ahead of their time", "RTCP of forged sources",
    ];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_flood_changes_no_figure_of_a_call_and_no_memory_beyond_the_limits(string kind)
    {
        var frames = RealCall();
        var (quiet, _) = Run(frames, kind, 0);
        var (call, memory) = Run(frames, kind, 100_000);
        var (again, more) = Run(frames, kind, 300_000);

        Assert.NotNull(quiet.MosCqE4);
        Assert.Equal((2, 2), (quiet.Streams.Count, call.Streams.Count(IsOfTheCall)));
        Assert.Equal(Figures(quiet), Figures(call));
        Assert.Equal(Figures(quiet), Figures(again));

        // 4,000 calls of 3,000 octets, 8,000 flows and 4,000 candidates of 1,500, 8 MiB of TCP: 38 MB, and a flood
        // fills one of them. 300,000 of anything that is not given up would be more.
        Assert.InRange(Math.Max(memory, more), 0, 20_000_000);
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

    private static bool IsOfTheCall(StreamRecord stream) => stream.Ssrc is 1 or 2;

    private static object Figures(CallRecord call) => (
        call.Outcome, call.MosLqE4, call.MosCqE4, call.UnscoredReason, call.StartedAtUs, call.AnsweredAtUs, call.EndedAtUs,
        call.OneWayDelayUs, call.ReleasedBy,
        string.Join('|', call.Streams.Where(IsOfTheCall).Select(static stream => (
            stream.Ssrc, stream.Total.Expected, stream.Total.Received, stream.Total.Lost, stream.Total.Discarded,
            stream.Total.BadRuns, stream.Total.JitterMeanMs, stream.MosLqE4, stream.MosCqE4, stream.Intervals.Count,
            stream.Delay?.RoundTripUs).ToString())));

    private static (CallRecord Call, long Memory) Run(IReadOnlyList<WireFrame> frames, string kind, int count)
    {
        var sink = new OneCall();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        long most;
        using (var pipeline = new MonitorPipeline(Options, sink))
        {
            // From before the answer to the end of the talk.
            using var source = new FloodedSource(
                frames, Flood.Of(kind), count, Wire.Us(1) * 1_000, Wire.Us(43) * 1_000);
            var pool = new PacketBlockPool();
            PipelineRunner.Run(source, pipeline, pool);
            most = GC.GetTotalMemory(forceFullCollection: true) - before;
            pipeline.Complete();
            GC.KeepAlive(pool);
        }

        return (Assert.IsType<CallRecord>(sink.Call), most);
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
