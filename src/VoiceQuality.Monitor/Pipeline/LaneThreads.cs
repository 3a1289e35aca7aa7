using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using VoiceQuality.Monitor.Sources;

namespace VoiceQuality.Monitor.Pipeline;

/// <summary>
/// Lanes on threads of their own, each behind a bounded queue with one writer and one reader. Who waits is a thread, so
/// the queues block, and no thread of a pool comes between. A block passes all lanes before the assembler takes it,
/// block after block, so the order of results is that of the capture. When a lane is behind, the reader waits: a file
/// loses nothing. A single lane shares its thread with the assembler.
/// </summary>
internal sealed class LaneThreads : LaneGroup
{
    /// <summary>
    /// Batches that a single lane holds: it is never far from the reader, and more would only take memory.
    /// </summary>
    private const int MostOfSingle = 2;

    private readonly BlockingCollection<BlockWork>[] _inputs;
    private readonly BlockingCollection<BlockWork>[] _outputs;
    private readonly BlockingCollection<BlockWork> _order;
    private readonly Thread[] _threads;
    private readonly Assembler _assembler;
    private readonly ConcurrentQueue<BlockWork> _free = new();
    private ExceptionDispatchInfo? _failure;
    private bool _isCompleted;

    public LaneThreads(MonitorOptions options, Func<MediaLane> createLane, Assembler assembler)
    {
        _assembler = assembler;
        var isSingle = options.Lanes == 1;
        var capacity = isSingle ? Math.Min(MostOfSingle, options.LaneQueueCapacity) : options.LaneQueueCapacity;
        _inputs = Queues(options.Lanes, capacity);
        _outputs = isSingle ? [] : Queues(options.Lanes, capacity);
        _order = isSingle ? _inputs[0] : new(capacity);
        _threads = new Thread[isSingle ? 1 : options.Lanes + 1];
        for (var i = 0; i < options.Lanes; i++)
        {
            var index = i;
            var lane = createLane();
            _threads[i] = Thread($"media lane {index}", isSingle ? () => RunSingle(lane) : () => RunLane(lane, index));
        }

        if (!isSingle)
        {
            _threads[^1] = Thread("media assembler", RunAssembler);
        }

        foreach (var thread in _threads)
        {
            thread.Start();
        }
    }

    public override BlockWork Begin(PacketBlock? block)
    {
        if (!_free.TryDequeue(out var work))
        {
            work = new BlockWork(_inputs.Length);
        }

        block?.Retain();
        work.Begin(block);
        return work;
    }

    public override void Submit(BlockWork work)
    {
        foreach (var input in _inputs)
        {
            Write(input, work);
        }

        if (_inputs.Length > 1)
        {
            Write(_order, work);
        }
    }

    public override void SubmitAndWait(BlockWork work)
    {
        var reached = work.Report.Reached!.Task;
        Submit(work);

        // A lane that has failed will never set it.
        while (!reached.Wait(TimeSpan.FromMilliseconds(50)))
        {
            _failure?.Throw();
        }
    }

    public override void Complete()
    {
        if (_isCompleted)
        {
            return;
        }

        _isCompleted = true;
        EndThreads();
        _failure?.Throw();
    }

    /// <summary>Whatever failed, nothing reaches the sink any more when it returns: its owner may dispose it.</summary>
    public override void Dispose() => EndThreads();

    private void EndThreads()
    {
        foreach (var input in _inputs)
        {
            input.CompleteAdding();
        }

        _order.CompleteAdding();
        foreach (var thread in _threads)
        {
            thread.Join();
        }
    }

    private Thread Thread(string name, Action run) => new(() => RunGuarded(run)) { Name = name, IsBackground = true };

    private static BlockingCollection<BlockWork>[] Queues(int count, int capacity)
    {
        var queues = new BlockingCollection<BlockWork>[count];
        for (var i = 0; i < queues.Length; i++)
        {
            queues[i] = new BlockingCollection<BlockWork>(capacity);
        }

        return queues;
    }

    private void Write(BlockingCollection<BlockWork> queue, BlockWork work)
    {
        try
        {
            queue.Add(work);
        }
        catch (InvalidOperationException) when (queue.IsAddingCompleted)
        {
            _failure?.Throw();
            throw new InvalidOperationException("The lanes have stopped; give no further packets.");
        }
    }

    private void RunLane(MediaLane lane, int index)
    {
        while (_inputs[index].TryTake(out var work, Timeout.Infinite))
        {
            lane.Process(work.Batches[index]);
            Write(_outputs[index], work);
        }

        _outputs[index].CompleteAdding();
    }

    private void RunAssembler()
    {
        while (_order.TryTake(out var work, Timeout.Infinite))
        {
            foreach (var output in _outputs)
            {
                if (!output.TryTake(out _, Timeout.Infinite))
                {
                    return;
                }
            }

            Assemble(work);
        }
    }

    private void RunSingle(MediaLane lane)
    {
        while (_inputs[0].TryTake(out var work, Timeout.Infinite))
        {
            lane.Process(work.Batches[0]);
            Assemble(work);
        }
    }

    private void Assemble(BlockWork work)
    {
        _assembler.Take(work.Report, work.Batches);
        work.Block?.Release();
        work.Begin(null);
        _free.Enqueue(work);
    }

    /// <summary>A failure of the sink ends the pipeline and reaches the caller; it must not hang it.</summary>
    private void RunGuarded(Action run)
    {
        try
        {
            run();
        }
        catch (Exception exception)
        {
            Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(exception), null);
            foreach (var queue in _inputs.Concat(_outputs).Append(_order))
            {
                queue.CompleteAdding();
            }
        }
    }
}
