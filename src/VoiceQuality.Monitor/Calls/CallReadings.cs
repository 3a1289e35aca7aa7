using VoiceQuality.Monitor.Streams;
using VoiceQuality.Quality.EModel;
using VoiceQuality.Quality.Scoring;

namespace VoiceQuality.Monitor.Calls;

/// <summary>
/// What a call counts by each reading of a contract but the built-in one, which is MOS-LQ with every call by its own
/// model and is the call's own score. All are made of the scores that its streams have, so each is a function of what
/// is stored. Ten-thousandths of a MOS point, 10,000 to 45,000; null: unscored by that reading.
/// </summary>
public readonly record struct CallReadings
{
    /// <summary>MOS-CQ, every call by its own model.</summary>
    public int? CqE4 { get; init; }

    /// <summary>MOS-LQ, wideband calls at most as good as the best narrowband connection.</summary>
    public int? LqCappedE4 { get; init; }

    /// <summary>MOS-CQ, likewise.</summary>
    public int? CqCappedE4 { get; init; }

    /// <summary>MOS-LQ, wideband streams left out.</summary>
    public int? LqNarrowbandE4 { get; init; }

    /// <summary>MOS-CQ, likewise.</summary>
    public int? CqNarrowbandE4 { get; init; }

    // MOS rises with R and is rounded once, so the lower of the two is the MOS of the lower R.
    private static int BestNarrowbandE4 { get; } =
        StreamScorer.ToE4(Mos.FromRClamped(StreamScorer.BestNarrowbandR));

    /// <summary>The readings of a call.</summary>
    /// <param name="outcome">What became of it.</param>
    /// <param name="streams">Its streams with their scores.</param>
    public static CallReadings Of(CallOutcome outcome, IReadOnlyList<StreamRecord> streams)
    {
        ArgumentNullException.ThrowIfNull(streams);
        var (lq, cq) = CallScorer.MosOf(outcome, streams);
        if (streams.All(IsNarrowband))
        {
            return new CallReadings
            {
                CqE4 = cq, LqCappedE4 = lq, CqCappedE4 = cq, LqNarrowbandE4 = lq, CqNarrowbandE4 = cq,
            };
        }

        var capped = CallScorer.MosOf(outcome, Read(streams, WidebandRule.CappedAtNarrowband));
        var narrowband = CallScorer.MosOf(outcome, Read(streams, WidebandRule.Unscored));
        return new CallReadings
        {
            CqE4 = cq,
            LqCappedE4 = capped.LqE4,
            CqCappedE4 = capped.CqE4,
            LqNarrowbandE4 = narrowband.LqE4,
            CqNarrowbandE4 = narrowband.CqE4,
        };
    }

    /// <summary>What a call counts by one reading, or why it does not.</summary>
    /// <param name="outcome">What became of it.</param>
    /// <param name="streams">Its streams with their scores.</param>
    /// <param name="basis">Which MOS.</param>
    /// <param name="wideband">How wideband and fullband streams count.</param>
    public static CallScore ScoreOf(
        CallOutcome outcome, IReadOnlyList<StreamRecord> streams, ScoreBasis basis, WidebandRule wideband)
    {
        ArgumentNullException.ThrowIfNull(streams);
        return CallScorer.ScoreOf(
            outcome,
            wideband == WidebandRule.OwnScale ? streams : Read(streams, wideband),
            basis);
    }

    private static StreamRecord[] Read(IReadOnlyList<StreamRecord> streams, WidebandRule wideband) =>
        [.. streams.Select(stream => Read(stream, wideband))];

    private static StreamRecord Read(StreamRecord stream, WidebandRule wideband)
    {
        if (IsNarrowband(stream))
        {
            return stream;
        }

        return wideband == WidebandRule.CappedAtNarrowband
            ? stream with { MosLqE4 = Capped(stream.MosLqE4), MosCqE4 = Capped(stream.MosCqE4) }
            : stream with
            {
                MosLqE4 = null, MosCqE4 = null, RFactor = null, UnscoredReason = UnscoredReason.ScaleNotCounted,
            };
    }

    // Only a score has a model; what has none is the same by every reading.
    private static bool IsNarrowband(StreamRecord stream) =>
        stream.MosLqE4 is null || stream.Model.Name == Narrowband.ModelName;

    private static int? Capped(int? mosE4) => mosE4 is { } score ? Math.Min(score, BestNarrowbandE4) : null;
}
