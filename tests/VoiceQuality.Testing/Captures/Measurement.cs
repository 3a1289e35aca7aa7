using VoiceQuality.Monitor;
using VoiceQuality.Monitor.Calls;
using VoiceQuality.Monitor.Pipeline;
using VoiceQuality.Monitor.Probes;
using VoiceQuality.Monitor.Sources;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Protocols.Pcap;

namespace VoiceQuality.Testing.Captures;

/// <summary>What a pipeline made of a capture.</summary>
public sealed class Measurement : IMeasurementSink
{
    /// <summary>Calls in the order in which they were handed over.</summary>
    public List<CallRecord> Calls { get; } = [];

    /// <summary>Streams in the order in which they were handed over.</summary>
    public List<StreamRecord> Streams { get; } = [];

    /// <summary>OPTIONS transactions in the order in which they were handed over.</summary>
    public List<ProbeRecord> Probes { get; } = [];

    /// <summary>The last counters.</summary>
    public PipelineCounters Counters { get; private set; } = new();

    /// <summary>Runs the frames of <paramref name="wire"/> through a pipeline to its end.</summary>
    /// <param name="wire">The capture.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="framesPerBlock">Frames that the source puts into one block, 1 to 4,096.</param>
    public static Measurement Of(
        Wire wire, MonitorOptions? options = null, int framesPerBlock = PacketBlock.RecordCapacity)
    {
        ArgumentNullException.ThrowIfNull(wire);
        using var source = new FrameSource(wire.Frames, framesPerBlock);
        return Of(source, options);
    }

    /// <summary>Runs a source through a pipeline to its end.</summary>
    public static Measurement Of(IPacketSource source, MonitorOptions? options = null)
    {
        var measurement = new Measurement();
        using var pipeline = new MonitorPipeline(options ?? new MonitorOptions(), measurement);
        PipelineRunner.Run(source, pipeline, new PacketBlockPool());
        pipeline.Complete();
        return measurement;
    }

    /// <summary>How often something was left out for this reason.</summary>
    public long Rejected(string reason) => Counters.Rejects.GetValueOrDefault(reason);

    /// <inheritdoc/>
    public void OnStream(StreamRecord stream) => Streams.Add(stream);

    /// <inheritdoc/>
    public void OnCall(CallRecord call) => Calls.Add(call);

    /// <inheritdoc/>
    public void OnProbe(ProbeRecord probe) => Probes.Add(probe);

    /// <inheritdoc/>
    public void OnTick(long packetTimeUs, PipelineCounters counters) => Counters = counters;
}

/// <summary>Frames as a source, with as many in a block as a test wants.</summary>
public sealed class FrameSource(IReadOnlyList<WireFrame> frames, int framesPerBlock) : IPacketSource
{
    private int _next;

    /// <inheritdoc/>
    public string Name => "frames";

    /// <inheritdoc/>
    public bool TryFill(PacketBlock block)
    {
        ArgumentNullException.ThrowIfNull(block);

        block.RecordCount = 0;
        var offset = 0;
        while (block.RecordCount < framesPerBlock && _next < frames.Count
            && offset + frames[_next].Octets.Length <= block.Octets.Length)
        {
            var frame = frames[_next++];
            frame.Octets.CopyTo(block.Octets, offset);
            block.Records[block.RecordCount++] = new CaptureRecord
            {
                Offset = offset,
                CapturedLength = frame.Octets.Length,
                OriginalLength = frame.OriginalLength,
                TimestampNs = frame.AtNs,
                LinkType = frame.LinkType,
            };
            offset += frame.Octets.Length;
        }

        return block.RecordCount > 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
