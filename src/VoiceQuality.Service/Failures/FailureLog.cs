using VoiceQuality.Storage.Failures;

namespace VoiceQuality.Service.Failures;

/// <summary>Events of components and their failures, 4400 to 4499.</summary>
internal static partial class FailureLog
{
    [LoggerMessage(EventId = 4400, Level = LogLevel.Error,
        Message = "Could not look for failures of components; next try in {DelayMs} ms, nothing is lost meanwhile")]
    public static partial void LookFailed(this ILogger logger, Exception exception, double delayMs);

    [LoggerMessage(EventId = 4401, Level = LogLevel.Warning,
        Message = "Failure {FailureId} version {Version} of component {ComponentId}: {Change}, {FailedAttempts} failed "
            + "attempts; the operations centre confirms it or finds its cause")]
    public static partial void FailureRecorded(
        this ILogger logger, string failureId, int version, string componentId, FailureChangeKind change,
        int failedAttempts);

    [LoggerMessage(EventId = 4402, Level = LogLevel.Information,
        Message = "Looked at {Looked} unanswered calls by the international blocks in force: {Marked} are blocked now and "
            + "say nothing of components any more, {Unmarked} say it again")]
    public static partial void BlocksReviewed(this ILogger logger, long looked, long marked, long unmarked);
}
