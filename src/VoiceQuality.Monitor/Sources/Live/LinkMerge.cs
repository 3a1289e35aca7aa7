namespace VoiceQuality.Monitor.Sources.Live;

/// <summary>
/// Puts the packets of several rings in the order of their times: the two directions of a link often come from two
/// interfaces, and a call is measured from both.
/// </summary>
internal static class LinkMerge
{
    /// <summary>Fills a block as far as the order is certain.</summary>
    /// <param name="rings">Where packets come from.</param>
    /// <param name="block">Takes the packets.</param>
    /// <returns>Whether there is a packet in the block.</returns>
    public static bool TryFill(RingThread[] rings, PacketBlock block)
    {
        var used = 0;
        while (block.RecordCount < block.Records.Length)
        {
            if (Earliest(rings) is not { } ring || used + ring.Head.CapturedLength > block.Octets.Length)
            {
                break;
            }

            block.Records[block.RecordCount++] = ring.Head with { Offset = used };
            var frame = ring.TakeHead();
            frame.CopyTo(block.Octets.AsSpan(used));
            used += frame.Length;
        }

        return block.RecordCount > 0;
    }

    private static RingThread? Earliest(RingThread[] rings)
    {
        RingThread? earliest = null;
        var completeUntilNs = long.MaxValue;
        foreach (var ring in rings)
        {
            if (!ring.HasPackets)
            {
                var ringUntilNs = ring.CompleteUntilNs;
                if (!ring.TryRefill())
                {
                    completeUntilNs = Math.Min(completeUntilNs, ringUntilNs);
                    continue;
                }
            }

            if (earliest is null || ring.Head.TimestampNs < earliest.Head.TimestampNs)
            {
                earliest = ring;
            }
        }

        return earliest?.Head.TimestampNs <= completeUntilNs ? earliest : null;
    }
}
