using VoiceQuality.Monitor.Sources;

namespace VoiceQuality.Monitor.Pipeline;

/// <summary>Feeds a pipeline from a source until the source ends.</summary>
public static class PipelineRunner
{
    /// <summary>
    /// Reads <paramref name="source"/> to its end on the calling thread. Does not complete the pipeline.
    /// </summary>
    /// <param name="source">Where packets come from.</param>
    /// <param name="pipeline">What measures them.</param>
    /// <param name="pool">Where blocks come from and go back to.</param>
    /// <param name="onBlock">Called after each block, for progress; null when nobody watches.</param>
    /// <param name="cancellationToken">Stops between two blocks.</param>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public static void Run(
        IPacketSource source,
        MonitorPipeline pipeline,
        PacketBlockPool pool,
        Action? onBlock = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(pipeline);
        ArgumentNullException.ThrowIfNull(pool);

        var hasMore = true;
        while (hasMore)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var block = pool.Rent();
            try
            {
                hasMore = source.TryFill(block);
                if (hasMore || block.QuietUntilNs > 0)
                {
                    pipeline.Process(block);
                }
            }
            finally
            {
                block.Release();
            }

            onBlock?.Invoke();
        }
    }
}
