namespace VoiceQuality.Service.Rating;

/// <summary>Events of rating, 4500 to 4599.</summary>
internal static partial class RatingLog
{
    [LoggerMessage(EventId = 4500, Level = LogLevel.Error,
        Message = "Could not read the reference data; {Calls} calls are stored unrated and rated later")]
    public static partial void ReferenceUnreadable(this ILogger logger, Exception exception, int calls);

    [LoggerMessage(EventId = 4501, Level = LogLevel.Information,
        Message = "Rated {Month} of {AccountId} again: {Read} calls, {Changed} changed, {Kept} kept without their "
            + "numbers, in {DurationMs} ms")]
    public static partial void MonthRated(
        this ILogger logger, string month, string accountId, int read, int changed, int kept, double durationMs);

    [LoggerMessage(EventId = 4503, Level = LogLevel.Warning,
        Message = "{Alarms} calls of {Month} of {AccountId} used a number that is held as a Local Number by now otherwise than "
            + "inbound; the operations centre looks at /alarms")]
    public static partial void LaterAlarms(this ILogger logger, int alarms, string month, string accountId);

    [LoggerMessage(EventId = 4502, Level = LogLevel.Error,
        Message = "Could not rate months again; next try in {DelayMs} ms, and their usage is not known meanwhile")]
    public static partial void RatingFailed(this ILogger logger, Exception exception, double delayMs);
}
