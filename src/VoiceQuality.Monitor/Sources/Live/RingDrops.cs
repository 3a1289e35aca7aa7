namespace VoiceQuality.Monitor.Sources.Live;

/// <summary>
/// Finds the place in a ring where packets are missing. The kernel drops packets while the block that it comes to next
/// has not been given back, and only then: what it counted before block n is given back lies just before that block is
/// filled again, one turn of the ring later.
/// </summary>
/// <param name="blocks">Blocks of the ring.</param>
internal sealed class RingDrops(int blocks)
{
    private readonly List<(long Block, long Packets)> _ahead = [];
    private long _taken;
    private long _lastNs;

    /// <summary>The kernel counted drops since the last time, and no block was given back since then.</summary>
    public void Note(long packets)
    {
        var block = _taken + blocks;
        if (packets > 0 && _ahead.Count > 0 && _ahead[^1].Block == block)
        {
            _ahead[^1] = (block, _ahead[^1].Packets + packets);
        }
        else if (packets > 0)
        {
            _ahead.Add((block, packets));
        }
    }

    /// <summary>The next block was taken, and nothing of it can be used: times are those of the block before.</summary>
    public (long FromNs, long ToNs, long Packets)? Take() => Take(_lastNs, _lastNs);

    /// <summary>The next block was taken; <see cref="Note"/> had what was counted before it is given back.</summary>
    /// <param name="firstNs">Time of its first packet, ns since 1970-01-01 UTC.</param>
    /// <param name="lastNs">Time of its last packet.</param>
    /// <returns>What was dropped between the block before and this one; null for nothing.</returns>
    public (long FromNs, long ToNs, long Packets)? Take(long firstNs, long lastNs)
    {
        (long, long, long)? drop = null;
        if (_ahead.Count > 0 && _ahead[0].Block == _taken)
        {
            drop = (_lastNs, Math.Max(_lastNs, firstNs), _ahead[0].Packets);
            _ahead.RemoveAt(0);
        }

        _taken++;
        _lastNs = lastNs;
        return drop;
    }
}
