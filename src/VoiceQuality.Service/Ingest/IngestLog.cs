namespace VoiceQuality.Service.Ingest;

/// <summary>Events of storing and assessing, 4100 to 4199.</summary>
internal static partial class IngestLog
{
    [LoggerMessage(EventId = 4100, Level = LogLevel.Error,
        Message = "Storage did not take {Measurements} measurements; next try in {DelayMs} ms, sources wait meanwhile")]
    public static partial void StorageFailed(
        this ILogger logger, Exception exception, int measurements, double delayMs);

    [LoggerMessage(EventId = 4101, Level = LogLevel.Information, Message = "Storage works again after {Failures} failures")]
    public static partial void StorageRecovered(this ILogger logger, int failures);

    [LoggerMessage(EventId = 4102, Level = LogLevel.Critical,
        Message = "Stopped with {Measurements} measurements that storage did not take; read their sources again")]
    public static partial void MeasurementsLost(this ILogger logger, int measurements);

    [LoggerMessage(EventId = 4103, Level = LogLevel.Warning,
        Message = "Left out {Measurements} measurements whose packets carry impossible times; check the capture's clock")]
    public static partial void ImpossibleTimes(this ILogger logger, int measurements);

    [LoggerMessage(EventId = 4104, Level = LogLevel.Debug,
        Message = "Stored {Calls} calls: {Inserted} new, {Replaced} replaced, {Unchanged} known, in {DurationMs} ms")]
    public static partial void BatchStored(
        this ILogger logger, int calls, long inserted, long replaced, long unchanged, double durationMs);

    [LoggerMessage(EventId = 4105, Level = LogLevel.Warning,
        Message = "{EmergencyAttempts} attempts to reach the emergency service from a Local Number and {Uses} other uses of "
            + "one that the contract does not know; the operations centre looks at /alarms")]
    public static partial void AlarmsRaised(this ILogger logger, int emergencyAttempts, int uses);

    [LoggerMessage(EventId = 4106, Level = LogLevel.Information,
        Message = "Found out of {Calls} stored calls what they count by each mos_score_basis and mos_wideband; a policy can "
            + "choose them now")]
    public static partial void CallsRead(this ILogger logger, long calls);

    [LoggerMessage(EventId = 4108, Level = LogLevel.Information,
        Message = "Counted {Calls} stored calls of an older version by hours of signalling, as far as they are known")]
    public static partial void SignallingCounted(this ILogger logger, long calls);

    [LoggerMessage(EventId = 4107, Level = LogLevel.Error,
        Message = "Could not look at the stored calls of an older version; next try in {DelayMs} ms, nothing is lost meanwhile")]
    public static partial void BackfillFailed(this ILogger logger, Exception exception, double delayMs);

    [LoggerMessage(EventId = 4110, Level = LogLevel.Debug,
        Message = "Assessed {Assessed} unit months, {Changed} changed, in {DurationMs} ms")]
    public static partial void Assessed(this ILogger logger, int assessed, int changed, double durationMs);

    [LoggerMessage(EventId = 4111, Level = LogLevel.Error,
        Message = "Could not assess {AccountMonths} account months; they are tried again in {DelayMs} ms")]
    public static partial void AssessmentFailed(
        this ILogger logger, Exception exception, int accountMonths, double delayMs);
}
