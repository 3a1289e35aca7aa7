using BenchmarkDotNet.Attributes;
using VoiceQuality.Quality.Rtp;

namespace VoiceQuality.Benchmarks;

/// <summary>The cost of counting one packet, spread over many streams as a monitor sees them.</summary>
[MemoryDiagnoser]
public class StreamMeterBenchmarks
{
    private const int Packets = 4_096;
    private const int SeriesFrames = 4_096;
    private const long FrameNs = 20_000_000;

    private RtpArrival[] _series = [];
    private StreamMeter[] _meters = [];
    private readonly RtpArrival[] _run = new RtpArrival[SteadyPackets.Capacity];
    private int _next;
    private long _lap;

    /// <summary>Streams whose packets take turns; one stays in the cache, 4,096 do not.</summary>
    [Params(1, 4_096)]
    public int Streams { get; set; }

    /// <summary>Jitter of 2 ms alone, or 2 % loss, swaps, duplicates and late packets too.</summary>
    [Params("clean", "impaired")]
    public string Shape { get; set; } = "";

    [GlobalSetup]
    public void BuildSeries()
    {
        var random = new Random(20_261);
        var isImpaired = Shape == "impaired";
        var series = new List<RtpArrival>();

        for (var i = 0; i < SeriesFrames; i++)
        {
            var arrival = new RtpArrival
            {
                ArrivalNs = i * FrameNs + random.Next(isImpaired && random.Next(20) == 0 ? 90_000_000 : 2_000_000),
                SequenceNumber = (ushort)i,
                Timestamp = (uint)(i * 160),
                ClockRateHz = 8_000,
                PayloadLength = 160,
            };
            var copies = !isImpaired ? 1 : random.Next(100) switch { < 2 => 0, 2 => 2, _ => 1 };
            series.AddRange(Enumerable.Repeat(arrival, copies));
        }

        _series = [.. series.OrderBy(arrival => arrival.ArrivalNs)];
        var policy = new MeterPolicy { MaxIntervals = 64 };
        _meters = [.. Enumerable.Range(0, Streams).Select(_ => new StreamMeter(policy))];
    }

    [Benchmark(OperationsPerInvoke = Packets)]
    public long AddPacket()
    {
        long outcomes = 0;

        for (var round = 0; round < Packets / Streams; round++)
        {
            var arrival = Next();

            foreach (var meter in _meters)
            {
                outcomes += (long)meter.Add(arrival);
            }
        }

        return outcomes;
    }

    /// <summary>
    /// The same, sixteen packets of a stream at once where they are in good order, one by one where they are not.
    /// </summary>
    [Benchmark(OperationsPerInvoke = Packets)]
    public long AddRuns()
    {
        Span<uint> offsets = stackalloc uint[SteadyPackets.Capacity];

        for (var round = 0; round < Packets / Streams; round += SteadyPackets.Capacity)
        {
            for (var i = 0; i < SteadyPackets.Capacity; i++)
            {
                _run[i] = Next();
            }

            foreach (var meter in _meters)
            {
                AddRun(meter, offsets);
            }
        }

        return _meters[0].LastArrivalNs;
    }

    private void AddRun(StreamMeter meter, Span<uint> offsets)
    {
        for (var first = 0; first < _run.Length;)
        {
            var length = 0;

            while (first + length < _run.Length
                && _run[first + length].SequenceNumber == (ushort)(_run[first].SequenceNumber + length)
                && _run[first + length].ArrivalNs >= _run[first + Math.Max(0, length - 1)].ArrivalNs)
            {
                offsets[length] = (uint)(_run[first + length].ArrivalNs - _run[first].ArrivalNs);
                length++;
            }

            meter.AddSteady(new SteadyPackets
            {
                FirstSequenceNumber = _run[first].SequenceNumber,
                FirstTimestamp = _run[first].Timestamp,
                FrameTicks = 160,
                ClockRateHz = 8_000,
                PayloadLength = 160,
                BaseNs = _run[first].ArrivalNs,
                OffsetsNs = offsets[..length],
            });
            first += length;
        }
    }

    /// <summary>The series repeats for ever: sequence number, timestamp and time go on where it ended.</summary>
    private RtpArrival Next()
    {
        if (_next == _series.Length)
        {
            _next = 0;
            _lap++;
        }

        var arrival = _series[_next++];
        arrival.ArrivalNs += _lap * SeriesFrames * FrameNs;
        arrival.SequenceNumber += (ushort)(_lap * SeriesFrames);
        arrival.Timestamp += (uint)(_lap * SeriesFrames * 160);
        return arrival;
    }
}
