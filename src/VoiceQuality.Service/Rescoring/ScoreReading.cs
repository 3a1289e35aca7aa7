using VoiceQuality.Monitor.Calls;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Quality.Scoring;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Storage.Calls;

namespace VoiceQuality.Service.Rescoring;

/// <summary>What a call counts as a contract reads it.</summary>
internal static class ScoreReading
{
    /// <summary>The score of a stored call by a reading, or why there is none; null when it is not known.</summary>
    /// <param name="reading">The reading.</param>
    /// <param name="call">What is kept longest.</param>
    /// <param name="streams">Its streams; null when they were deleted.</param>
    public static CallScore? Of(MosReading reading, CallSummary call, IReadOnlyList<StreamRecord>? streams)
    {
        if (reading == MosReading.Default)
        {
            return new CallScore(call.MosLqE4, call.RFactor, call.UnscoredReason);
        }

        if (streams is not null)
        {
            return Of(reading, call.Outcome, streams);
        }

        // A call without MOS-LQ has no other score either, for the same reason.
        return call.MosLqE4 is null
            ? new CallScore(null, null, call.UnscoredReason)
            : call.Readings is { } known ? Kept(reading, known) : null;
    }

    /// <summary>The score by a reading, or why there is none.</summary>
    public static CallScore Of(MosReading reading, CallOutcome outcome, IReadOnlyList<StreamRecord> streams) =>
        CallReadings.ScoreOf(
            outcome,
            streams,
            reading.Basis == MosScoreBasis.Conversational ? ScoreBasis.MosCq : ScoreBasis.MosLq,
            reading.Wideband switch
            {
                MosWideband.CappedAtNarrowband => WidebandRule.CappedAtNarrowband,
                MosWideband.LeftOut => WidebandRule.Unscored,
                _ => WidebandRule.OwnScale,
            });

    /// <summary>
    /// What was kept of a call with MOS-LQ; null without a score by this reading where only its streams told why.
    /// </summary>
    private static CallScore? Kept(MosReading reading, in CallReadings known)
    {
        var isConversational = reading.Basis == MosScoreBasis.Conversational;
        var mosE4 = reading.Wideband switch
        {
            MosWideband.CappedAtNarrowband => isConversational ? known.CqCappedE4 : known.LqCappedE4,
            MosWideband.LeftOut => isConversational ? known.CqNarrowbandE4 : known.LqNarrowbandE4,
            _ => known.CqE4,
        };
        if (mosE4 is not null)
        {
            return new CallScore(mosE4, null, UnscoredReason.None);
        }

        return reading.Wideband == MosWideband.LeftOut
            ? null
            : new CallScore(null, null, UnscoredReason.DelayNotMeasured);
    }
}
