namespace VoiceQuality.Monitor.Pipeline;

/// <content>What is handed over at a checkpoint, and at the end of a capture.</content>
internal sealed partial class PacketReader
{
    /// <summary>Calls that are ended together at the end of a capture.</summary>
    private const int CallsToFinish = 32;

    /// <summary>Reports every call as it stands.</summary>
    public void Checkpoint(BlockWork work, TaskCompletionSource reached)
    {
        _calls.ReportOpen(work.Report);
        work.Broadcast(LaneCommandKind.Checkpoint, _lastNs);
        work.Report.Ticks++;
        work.Report.Reached = reached;
        work.Report.Counters = Counters();
    }

    /// <summary>Ends some of the calls, and everything else with the last of them.</summary>
    /// <returns>Whether calls are left.</returns>
    public bool FinishSome(BlockWork work)
    {
        var hasMore = _calls.CloseSome(CallsToFinish, work);
        if (hasMore)
        {
            work.Broadcast(LaneCommandKind.Step, _lastNs);
        }
        else
        {
            _probes.CloseAll(work.Report);
            work.Broadcast(LaneCommandKind.Finish, _lastNs);
            work.Report.Counters = Counters();
        }

        work.Report.Ticks++;
        return hasMore;
    }
}
