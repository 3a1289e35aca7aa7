namespace VoiceQuality.Monitor.CaptureLoss;

/// <summary>Puts what a tap lost together to times. What is told late belongs to the time that it lies
/// beside.</summary>
internal sealed class CaptureLossTimes
{
    /// <summary>Streams of one time that are told apart; further ones are not counted.</summary>
    private const int MaxStreams = 262_144;

    private readonly HashSet<StreamKey> _streams = [];
    private CaptureLossTime? _latest;

    /// <summary>The latest time; another object whenever it has changed. Null before the first.</summary>
    public CaptureLossTime? Latest => _latest;

    /// <summary>The tap was silent, or the source dropped packets.</summary>
    public void NoteSpan(long fromNs, long toNs, long dropped)
    {
        var time = At(fromNs, toNs);
        _latest = time with { Spans = time.Spans + 1, DroppedPackets = time.DroppedPackets + dropped };
    }

    /// <summary>Packets of a stream were not seen.</summary>
    public void NoteUnseen(in StreamGap gap, long count)
    {
        var time = At(gap.FromNs, gap.ToNs);
        if (_streams.Count < MaxStreams)
        {
            _streams.Add(gap.Stream);
        }

        _latest = time with { UnseenPackets = time.UnseenPackets + count, Streams = _streams.Count };
    }

    private CaptureLossTime At(long fromNs, long toNs)
    {
        var (fromUs, untilUs) = (fromNs / 1_000, toNs / 1_000);
        if (_latest is { } time
            && fromUs <= time.UntilUs + CaptureLossTime.QuietUs && untilUs >= time.FromUs - CaptureLossTime.QuietUs)
        {
            // What is judged late may lie before the begin; the begin stays, for it names the time.
            return time with { UntilUs = Math.Max(time.UntilUs, untilUs) };
        }

        _streams.Clear();
        return new CaptureLossTime(fromUs, untilUs, 0, 0, 0, 0);
    }
}
