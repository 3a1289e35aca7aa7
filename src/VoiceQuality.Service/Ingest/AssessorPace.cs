namespace VoiceQuality.Service.Ingest;

/// <summary>How often months are assessed.</summary>
/// <param name="Interval">
/// Least time between two assessments of the same month of an account. Each that changed is kept for ever, so that a
/// second would fill the disk with figures that nobody saw.
/// </param>
/// <param name="BeginsPaused">Whether somebody else says when to begin.</param>
internal sealed record AssessorPace(TimeSpan Interval, bool BeginsPaused = false);
