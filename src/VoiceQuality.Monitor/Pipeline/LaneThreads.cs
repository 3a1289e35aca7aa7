using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using System.Threading.Channels;
using VoiceQuality.Monitor.Sources;

namespace VoiceQuality.Monitor.Pipeline;

/// <summary>
/// Lanes on threads of their own, each behind a bounded channel with one writer and one reader. A block passes all
/// lanes before the assembler takes it, block after block, so the order of results is that of the capture. When a
/// lane is behind, the reader waits: a file loses nothing. A single lane shares its thread with the assembler.
/// </summary>
internal sealed class LaneThreads : LaneGroup
{
    /// <summary>
    /// Batches that a single lane holds: it is never far from the reader, and more would only take memory.
    /// </summary>
    private const int MostOfSingle = 2;

    private readonly Channel<BlockWork>[] _inputs;
    private readonly Channel<BlockWork>[] _outputs;
    private readonly Channel<BlockWork> _order;
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
        _inputs = Channels(options.Lanes, capacity);
        _outputs = isSingle ? [] : Channels(options.Lanes, capacity);
        _order = isSingle ? _inputs[0] : Bounded(capacity);
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
            Write(input.Writer, work);
        }

        if (_inputs.Length > 1)
        {
            Write(_order.Writer, work);
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
        foreach (var input in _inputs)
        {
            input.Writer.TryComplete();
        }

        _order.Writer.TryComplete();
        foreach (var thread in _threads)
        {
            thread.Join();
        }

        _failure?.Throw();
    }

    public override void Dispose()
    {
        foreach (var input in _inputs)
        {
            input.Writer.TryComplete();
        }

        _order.Writer.TryComplete();
    }

    private Thread Thread(string name, Action run) => new(() => RunGuarded(run)) { Name = name, IsBackground = true };

    private static Channel<BlockWork>[] Channels(int count, int capacity)
    {
        var channels = new Channel<BlockWork>[count];
        for (var i = 0; i < channels.Length; i++)
        {
            channels[i] = Bounded(capacity);
        }

        return channels;
    }

    private static Channel<BlockWork> Bounded(int capacity) =>
        Channel.CreateBounded<BlockWork>(new BoundedChannelOptions(capacity)
        {
            FullMode = BoundedChannelFullMode.Wait,
            SingleReader = true,
            SingleWriter = true,

            // Who waits here is a thread, which is woken at once; there is nothing that a pool would have to run.
            AllowSynchronousContinuations = true,
        });

    private static bool TryRead(ChannelReader<BlockWork> reader, out BlockWork work)
    {
        while (!reader.TryRead(out work!))
        {
            var wait = reader.WaitToReadAsync();
            if (!(wait.IsCompleted ? wait.Result : wait.AsTask().GetAwaiter().GetResult()))
            {
                return false;
            }
        }

        return true;
    }

    private void Write(ChannelWriter<BlockWork> writer, BlockWork work)
    {
        while (!writer.TryWrite(work))
        {
            var wait = writer.WaitToWriteAsync();
            if (!(wait.IsCompleted ? wait.Result : wait.AsTask().GetAwaiter().GetResult()))
            {
                _failure?.Throw();
                throw new InvalidOperationException("The lanes have stopped; give no further packets.");
            }
        }
    }

    private void RunLane(MediaLane lane, int index)
    {
        while (TryRead(_inputs[index].Reader, out var work))
        {
            lane.Process(work.Batches[index]);
            Write(_outputs[index].Writer, work);
        }

        _outputs[index].Writer.TryComplete();
    }

    private void RunAssembler()
    {
        while (TryRead(_order.Reader, out var work))
        {
            foreach (var output in _outputs)
            {
                if (!TryRead(output.Reader, out _))
                {
                    return;
                }
            }

            Assemble(work);
        }
    }

    private void RunSingle(MediaLane lane)
    {
        while (TryRead(_inputs[0].Reader, out var work))
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
            foreach (var channel in _inputs.Concat(_outputs).Append(_order))
            {
                channel.Writer.TryComplete(exception);
            }
        }
    }
}
