using VoiceQuality.Monitor.Calls;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Quality.Scoring;
using VoiceQuality.Sla.Policies;

namespace VoiceQuality.Service.Rescoring;

/// <summary>What a call counts as a contract reads it.</summary>
internal static class ScoreReading
{
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
}
