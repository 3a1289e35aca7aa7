namespace VoiceQuality.Monitor.Sources;

/// <summary>
/// Several live sources as one capture, so that a call whose signalling comes from one and whose media from another
/// is one call. They are asked in turn; packets of different sources are in order as far as they arrive in order.
/// </summary>
/// <param name="sources">At least one; the caller disposes them.</param>
public sealed class CombinedSource(IReadOnlyList<ILiveSource> sources) : IPacketSource
{
    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(20);

    private readonly bool[] _hasEnded = new bool[sources.Count];
    private readonly int[] _backlogs = new int[sources.Count];
    private int _next;

    /// <inheritdoc/>
    public string Name { get; } = string.Join(", ", sources.Select(static source => source.Name));

    /// <inheritdoc/>
    public bool TryFill(PacketBlock block)
    {
        ArgumentNullException.ThrowIfNull(block);

        var (notSeen, quiet, listened, isFirst) = (0L, long.MaxValue, 0L, true);
        for (var i = 0; i < sources.Count; i++)
        {
            var index = (_next + i) % sources.Count;
            if (_hasEnded[index])
            {
                continue;
            }

            (block.NotSeen, block.QuietUntilNs, block.ListenedUntilNs, block.BacklogPercent) = (0, 0, 0, 0);
            _hasEnded[index] = !sources[index].TryFill(block, isFirst ? Wait : TimeSpan.Zero);
            isFirst = false;
            _backlogs[index] = block.BacklogPercent;
            notSeen += block.NotSeen;
            listened = Math.Max(listened, block.ListenedUntilNs);
            if (block.RecordCount > 0)
            {
                // Each has its turn, however much comes from another.
                (_next, block.NotSeen, block.BacklogPercent) = (index + 1, notSeen, _backlogs.Max());
                return true;
            }

            quiet = Math.Min(quiet, block.QuietUntilNs);
        }

        _next++;
        (block.NotSeen, block.ListenedUntilNs, block.BacklogPercent) = (notSeen, listened, _backlogs.Max());
        block.QuietUntilNs = quiet == long.MaxValue ? 0 : quiet;
        return Array.Exists(_hasEnded, static hasEnded => !hasEnded);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
