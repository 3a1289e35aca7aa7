using VoiceQuality.Monitor.Sources;
using VoiceQuality.Monitor.Streams;

namespace VoiceQuality.Monitor.Pipeline;

/// <summary>One block on its way: a batch for each lane and the report of the reader. Pooled.</summary>
internal sealed class BlockWork
{
    private readonly CommandTexts _texts = new();

    public BlockWork(int lanes)
    {
        Batches = new LaneBatch[lanes];
        for (var i = 0; i < lanes; i++)
        {
            Batches[i] = new LaneBatch(_texts);
        }
    }

    public LaneBatch[] Batches { get; }

    public BlockReport Report { get; } = new();

    public PacketBlock? Block { get; private set; }

    public void Begin(PacketBlock? block)
    {
        Block = block;
        Report.Clear();
        _texts.Clear();
        foreach (var batch in Batches)
        {
            batch.Clear();
            batch.Block = block;
        }
    }

    /// <summary>Tells every lane, between the packets read so far and those to come.</summary>
    public void Broadcast(
        LaneCommandKind kind,
        long atNs,
        int callRef = 0,
        ReadOnlySpan<byte> callId = default,
        MediaAnnouncement? announcement = null)
    {
        var text = _texts.Add(callId);
        foreach (var batch in Batches)
        {
            batch.Commands.Add(new LaneCommand(kind, batch.PacketCount, atNs, callRef, text, announcement));
        }
    }

    /// <summary>Tells every lane that packet time has advanced.</summary>
    public void Tick(long atNs)
    {
        Broadcast(LaneCommandKind.Tick, atNs);
        Report.Ticks++;
    }
}

/// <summary>The lanes of a pipeline, on the reader's thread or on their own.</summary>
internal abstract class LaneGroup : IDisposable
{
    public abstract BlockWork Begin(PacketBlock? block);

    public abstract void Submit(BlockWork work);

    /// <summary>Submits what has <see cref="BlockReport.Reached"/> and waits until it is set.</summary>
    public abstract void SubmitAndWait(BlockWork work);

    public abstract void Complete();

    public abstract void Dispose();
}

/// <summary>The only lane, on the reader's thread: nothing is handed over, nothing waits.</summary>
internal sealed class InlineLane(MediaLane lane, Assembler assembler) : LaneGroup
{
    private readonly BlockWork _work = new(1);

    public override BlockWork Begin(PacketBlock? block)
    {
        _work.Begin(block);
        return _work;
    }

    public override void Submit(BlockWork work)
    {
        lane.Process(work.Batches[0]);
        assembler.Take(work.Report, work.Batches);
    }

    public override void SubmitAndWait(BlockWork work) => Submit(work);

    public override void Complete()
    {
    }

    public override void Dispose()
    {
    }
}
