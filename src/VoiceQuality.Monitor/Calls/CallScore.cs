using VoiceQuality.Quality.Scoring;

namespace VoiceQuality.Monitor.Calls;

/// <summary>What the streams of a call come to.</summary>
/// <param name="MosE4">The call's score in ten-thousandths, 10000 to 45000; null when unscored.</param>
/// <param name="R">Mean R of the listening quality; null when unscored.</param>
/// <param name="Reason">Why there is no score; <see cref="UnscoredReason.None"/> when there is one.</param>
public readonly record struct CallScore(int? MosE4, double? R, UnscoredReason Reason);
