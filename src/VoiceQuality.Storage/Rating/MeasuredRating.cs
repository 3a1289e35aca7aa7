using VoiceQuality.Sla.Rating;

namespace VoiceQuality.Storage.Rating;

/// <summary>What a call was rated as, and by what.</summary>
/// <param name="Result">What it costs and why.</param>
/// <param name="Fingerprint">Of the reference data, see <see cref="RatingFingerprints"/>.</param>
public sealed record MeasuredRating(CallRatingResult Result, string Fingerprint);
