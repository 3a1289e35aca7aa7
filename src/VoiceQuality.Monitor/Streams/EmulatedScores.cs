using VoiceQuality.Quality.Codecs;
using VoiceQuality.Quality.Rtp;
using VoiceQuality.Quality.Scoring;

namespace VoiceQuality.Monitor.Streams;

/// <summary>The score of a stream as another jitter buffer would have played it.</summary>
/// <param name="JitterBuffer">The buffer, "adaptive:200".</param>
/// <param name="Discarded">Packets too late for it; null when that says nothing.</param>
/// <param name="BurstR">BurstR over lost and discarded packets, 1 or more; null when the discards say nothing.</param>
/// <param name="MosLqE4">MOS-LQ of the scored part in ten-thousandths; null when unscored.</param>
public sealed record EmulatedScore(string JitterBuffer, long? Discarded, double? BurstR, int? MosLqE4);

/// <summary>What the further jitter buffers of a stream make of it, from its counters alone.</summary>
public static class EmulatedScores
{
    /// <summary>The scores in the order of <see cref="StreamRecord.Emulations"/>.</summary>
    /// <param name="stream">The stream; without a score of its own it has none by another buffer.</param>
    /// <param name="row">Row of the codec table that it is scored with; null without one.</param>
    /// <param name="policy">The policy but for the buffer.</param>
    public static IReadOnlyList<EmulatedScore> Of(StreamRecord stream, CodecRow? row, in ScoringPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var scores = new EmulatedScore[stream.Emulations.Length];
        for (var i = 0; i < scores.Length; i++)
        {
            var emulation = stream.Emulations[i];
            var own = policy with { JitterBuffer = emulation.Buffer.Kind, JitterBufferMs = emulation.Buffer.DepthMs };
            scores[i] = new EmulatedScore(
                emulation.Buffer.ToString(),
                stream.IsClockKept ? emulation.Discarded : null,
                stream.IsClockKept ? emulation.Apply(stream.Total).BurstR : null,
                stream.MosLqE4 is null
                    ? null
                    : StreamScorer.Score(emulation.ApplyScored(stream.Scored), row, own).MosE4);
        }

        return scores;
    }
}
