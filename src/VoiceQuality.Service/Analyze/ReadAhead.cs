using System.Runtime.ExceptionServices;
using System.Threading.Channels;
using VoiceQuality.Monitor.Pipeline;
using VoiceQuality.Monitor.Sources;

namespace VoiceQuality.Service.Analyze;

/// <summary>
/// Feeds a pipeline as <see cref="PipelineRunner"/> does, and reads the next blocks of a file meanwhile, on a thread of
/// its own.
/// </summary>
internal sealed class ReadAhead
{
    /// <summary>Blocks that wait at most: enough to hide a slow piece, few enough to stay in the cache.</summary>
    private const int BlocksAhead = 3;

    private readonly IPacketSource _source;
    private readonly PacketBlockPool _pool;
    private readonly Channel<PacketBlock> _blocks = Channel.CreateBounded<PacketBlock>(new BoundedChannelOptions(BlocksAhead)
    {
        FullMode = BoundedChannelFullMode.Wait,
        SingleReader = true,
        SingleWriter = true,

        // Threads wait here, which are woken at once.
        AllowSynchronousContinuations = true,
    });

    private ExceptionDispatchInfo? _failure;

    private ReadAhead(IPacketSource source, PacketBlockPool pool)
    {
        _source = source;
        _pool = pool;
    }

    /// <summary>Reads <paramref name="source"/> to its end. Does not complete the pipeline.</summary>
    /// <param name="source">A file: what waits for more would wait here too.</param>
    /// <param name="pipeline">What measures its packets, on the calling thread.</param>
    /// <param name="pool">Where blocks come from and go back to.</param>
    /// <param name="onBlock">Called after each block, for progress.</param>
    /// <param name="cancellationToken">Stops between two blocks.</param>
    public static void Run(
        IPacketSource source,
        MonitorPipeline pipeline,
        PacketBlockPool pool,
        Action onBlock,
        CancellationToken cancellationToken)
    {
        var ahead = new ReadAhead(source, pool);
        var thread = new Thread(ahead.Fill) { Name = "capture", IsBackground = true };
        thread.Start();
        try
        {
            ahead.Process(pipeline, onBlock, cancellationToken);
        }
        finally
        {
            // Nothing reads the source any more when it is given back.
            ahead._blocks.Writer.TryComplete();
            thread.Join();
        }

        ahead._failure?.Throw();
    }

    private void Process(MonitorPipeline pipeline, Action onBlock, CancellationToken cancellationToken)
    {
        var reader = _blocks.Reader;
        while (reader.TryRead(out var block) || reader.WaitToReadAsync(cancellationToken).AsTask().GetAwaiter().GetResult())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (block is null)
            {
                continue;
            }

            try
            {
                pipeline.Process(block);
            }
            finally
            {
                block.Release();
            }

            onBlock();
        }
    }

    private void Fill()
    {
        try
        {
            while (FillOne())
            {
            }
        }
        catch (Exception exception)
        {
            // It belongs to whoever processes.
            _failure = ExceptionDispatchInfo.Capture(exception);
        }

        _blocks.Writer.TryComplete();
    }

    private bool FillOne()
    {
        var block = _pool.Rent();
        var hasMore = false;
        try
        {
            hasMore = _source.TryFill(block);
            return hasMore && HandOver(block);
        }
        finally
        {
            if (!hasMore)
            {
                block.Release();
            }
        }
    }

    // False when nobody wants more.
    private bool HandOver(PacketBlock block)
    {
        while (!_blocks.Writer.TryWrite(block))
        {
            if (!_blocks.Writer.WaitToWriteAsync().AsTask().GetAwaiter().GetResult())
            {
                block.Release();
                return false;
            }
        }

        return true;
    }
}
