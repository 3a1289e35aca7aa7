namespace VoiceQuality.Service.Audit;

/// <summary>Events of the audit trail, 4720 to 4739.</summary>
internal static partial class AuditMessages
{
    [LoggerMessage(EventId = 4720, Level = LogLevel.Error,
        Message = "The audit trail did not take {Accesses} accesses; next try in {DelayMs} ms, and whoever looks at "
            + "customers' data waits meanwhile. Check the disk of Audit:Path")]
    public static partial void AccessesNotRecorded(
        this ILogger logger, Exception exception, int accesses, double delayMs);

    [LoggerMessage(EventId = 4721, Level = LogLevel.Critical,
        Message = "Stopped with {Accesses} accesses that the audit trail did not take")]
    public static partial void AccessesLost(this ILogger logger, int accesses);
}
