using BenchmarkDotNet.Attributes;
using VoiceQuality.Monitor;
using VoiceQuality.Monitor.Calls;
using VoiceQuality.Monitor.Pipeline;
using VoiceQuality.Monitor.Probes;
using VoiceQuality.Monitor.Sources;
using VoiceQuality.Monitor.Sources.Synthetic;
using VoiceQuality.Monitor.Streams;

namespace VoiceQuality.Benchmarks;

/// <summary>
/// The whole way from frames in memory to records: with one lane on the reader's thread, and with lanes on threads of
/// their own, which is what handing packets over costs.
/// </summary>
[MemoryDiagnoser]
public class PipelineBenchmarks
{
    private readonly List<PacketBlock> _blocks = [];
    private long _packets;

    /// <summary>Threads that measure media.</summary>
    [Params(1, 2)]
    public int Lanes { get; set; }

    /// <summary>Concurrent calls.</summary>
    [Params(100, 2_000)]
    public int Calls { get; set; }

    [GlobalSetup]
    public void Generate()
    {
        var scenario = SyntheticScenario.Mixed with
        {
            Calls = Calls,
            Duration = TimeSpan.FromSeconds(200_000.0 / 100 / Calls),
            Stagger = TimeSpan.Zero,
        };
        using var traffic = new SyntheticTraffic(scenario.ToPlans(), scenario.ToOptions());
        using var source = new SyntheticSource("benchmark", traffic);
        var pool = new PacketBlockPool();
        for (var block = pool.Rent(); source.TryFill(block); block = pool.Rent())
        {
            _blocks.Add(block);
            _packets += block.RecordCount;
        }
    }

    /// <summary>Some 200,000 packets, set-up and end of the calls among them.</summary>
    [Benchmark]
    public long Measure()
    {
        using var pipeline = new MonitorPipeline(new MonitorOptions { Lanes = Lanes }, new Nobody());
        foreach (var block in _blocks)
        {
            pipeline.Process(block);
        }

        pipeline.Complete();
        return _packets;
    }

    private sealed class Nobody : IMeasurementSink
    {
        public void OnStream(StreamRecord stream)
        {
        }

        public void OnCall(CallRecord call)
        {
        }

        public void OnProbe(ProbeRecord probe)
        {
        }

        public void OnTick(long packetTimeUs, PipelineCounters counters)
        {
        }
    }
}
