using BenchmarkDotNet.Attributes;
using VoiceQuality.Quality.Codecs;
using VoiceQuality.Quality.EModel;
using VoiceQuality.Quality.Rtp;
using VoiceQuality.Quality.Scoring;

namespace VoiceQuality.Benchmarks;

/// <summary>The E-model, a score from counters, and the emulated jitter buffers packet by packet.</summary>
[MemoryDiagnoser]
public class ScoreBenchmarks
{
    private const int Packets = 1_024;

    private readonly IntervalCounters _counters = new()
    {
        StartNs = 0, EndNs = 10_000_000_000, Expected = 500, Received = 490, Discarded = 2, BadRuns = 8,
    };

    private readonly AdaptiveJitterBuffer _adaptive = new(200);
    private FixedJitterBuffer _fixed = new(60);
    private CodecRow? _row;
    private long _packet;

    [GlobalSetup]
    public void FindRow() => CodecTable.Default.TryFind(new CodecQuery("PCMU", 8_000), default, out _row, out _);

    /// <summary>G.107 with all its terms.</summary>
    [Benchmark]
    public double Narrowband() => Quality.EModel.Narrowband.Calculate(NarrowbandParameters.Default).R;

    /// <summary>MOS-LQ from the counters of an interval.</summary>
    [Benchmark]
    public int? Score() => StreamScorer.Score(_counters, _row, ScoringPolicy.ForIntervals).MosE4;

    /// <summary>One packet in a fixed buffer of 60 ms.</summary>
    [Benchmark(OperationsPerInvoke = Packets)]
    public int FixedBuffer()
    {
        var late = 0;
        for (var i = 0; i < Packets; i++)
        {
            _packet++;
            late += _fixed.IsLate(ArrivalNs, (uint)(_packet * 160), _packet, false, 8_000, out _) ? 1 : 0;
        }

        return late;
    }

    /// <summary>One packet in an adaptive buffer of 200 ms at most.</summary>
    [Benchmark(OperationsPerInvoke = Packets)]
    public int AdaptiveBuffer()
    {
        var late = 0;
        for (var i = 0; i < Packets; i++)
        {
            _packet++;
            late += _adaptive.IsLate(ArrivalNs, (uint)(_packet * 160), _packet, false, 8_000, out _) ? 1 : 0;
        }

        return late;
    }

    // 20 ms a packet and up to 8 ms of jitter that repeats.
    private long ArrivalNs => (_packet * 20_000_000) + (_packet * 7_919 % 8_000 * 1_000);
}
