namespace VoiceQuality.Monitor.Sources.Live;

/// <summary>
/// Puts the packets of several interfaces in the order of their times: the two directions of a link often come from
/// two, and a call is measured from both.
/// </summary>
internal static class LinkMerge
{
    /// <summary>Fills a block as far as the order is certain.</summary>
    /// <param name="links">The interfaces.</param>
    /// <param name="block">Takes the packets.</param>
    /// <param name="completeUntilNs">
    /// Up to then an interface has handed over everything, even if nothing comes from it now, ns since 1970-01-01 UTC.
    /// </param>
    /// <returns>Whether there is a packet in the block.</returns>
    public static bool TryFill(LinkReader[] links, PacketBlock block, long completeUntilNs)
    {
        var used = 0;
        while (block.RecordCount < block.Records.Length)
        {
            if (Earliest(links, completeUntilNs) is not { } link
                || used + link.Head.CapturedLength > block.Octets.Length)
            {
                break;
            }

            block.Records[block.RecordCount++] = link.Head with { Offset = used };
            var frame = link.TakeHead();
            frame.CopyTo(block.Octets.AsSpan(used));
            used += frame.Length;
        }

        return block.RecordCount > 0;
    }

    private static LinkReader? Earliest(LinkReader[] links, long completeUntilNs)
    {
        LinkReader? earliest = null;
        var isAllThere = true;
        foreach (var link in links)
        {
            if (!link.HasPackets && !link.TryRefill())
            {
                isAllThere = false;
            }
            else if (earliest is null || link.Head.TimestampNs < earliest.Head.TimestampNs)
            {
                earliest = link;
            }
        }

        return isAllThere || earliest?.Head.TimestampNs <= completeUntilNs ? earliest : null;
    }
}
