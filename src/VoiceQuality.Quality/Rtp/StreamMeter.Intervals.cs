namespace VoiceQuality.Quality.Rtp;

/// <content>What was counted, by interval and in all.</content>
public sealed partial class StreamMeter
{
    /// <summary>
    /// Intervals that will not change any more, in order; all of them after <see cref="Finish"/>. An interval is
    /// complete when the window has left it; intervals in which no packet was expected are left out. They are kept
    /// packed, so that each call takes memory for all of them.
    /// </summary>
    public ReadOnlySpan<IntervalCounters> Intervals => _isFinished ? All() : All()[.._intervals.Complete];

    /// <summary>
    /// Index of the interval that packets come to now; it never goes back. -1 before the first packet.
    /// </summary>
    public int OpenInterval => _intervals.Count - 1;

    /// <summary>
    /// All intervals merged, exact. Before <see cref="Finish"/> it lacks what the window still holds.
    /// </summary>
    public IntervalCounters Total() => IntervalCounters.Merge(All(), withEarlyMedia: true);

    /// <summary>The intervals that are not early media, merged: what the score is made of.</summary>
    public IntervalCounters TotalScored() => IntervalCounters.Merge(All(), withEarlyMedia: false);

    /// <summary>All intervals, unpacked into room of the caller's; valid until the room is used again.</summary>
    /// <param name="room">Replaced by a larger one when they do not fit.</param>
    public ReadOnlySpan<IntervalCounters> ReadAll(scoped ref IntervalCounters[] room)
    {
        if (room.Length < _intervals.Count)
        {
            room = new IntervalCounters[_intervals.Count];
        }

        var all = room.AsSpan(0, _intervals.Count);
        _intervals.CopyTo(all);
        return all;
    }

    private ReadOnlySpan<IntervalCounters> All()
    {
        IntervalCounters[] room = [];
        return ReadAll(ref room);
    }
}
