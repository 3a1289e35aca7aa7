namespace VoiceQuality.Service.Hosting;

/// <summary>Events of start-up, sources and stop, 4000 to 4099.</summary>
internal static partial class HostingLog
{
    [LoggerMessage(EventId = 4000, Level = LogLevel.Information,
        Message = "Listening on {Urls}, loopback only: there is no login yet, so other machines are refused")]
    public static partial void Listening(this ILogger logger, string urls);

    [LoggerMessage(
        EventId = 4001, Level = LogLevel.Information, Message = "Stopping: sources end, then storage drains")]
    public static partial void Stopping(this ILogger logger);

    [LoggerMessage(EventId = 4010, Level = LogLevel.Information,
        Message = "Read {File}: {Packets} packets, {Calls} calls in {DurationMs} ms")]
    public static partial void FileRead(this ILogger logger, string file, long packets, long calls, double durationMs);

    [LoggerMessage(EventId = 4011, Level = LogLevel.Warning,
        Message = "Read {File} up to where it is damaged: {Anomalies} anomalies, the first is {First}. It is not read "
            + "again until it changes")]
    public static partial void FileDamaged(this ILogger logger, string file, long anomalies, string first);

    [LoggerMessage(EventId = 4012, Level = LogLevel.Error,
        Message = "Cannot read {File}: {Reason}. It is not tried again until it changes")]
    public static partial void FileUnreadable(this ILogger logger, string file, string reason);

    [LoggerMessage(EventId = 4013, Level = LogLevel.Information,
        Message = "Passed over {File}: its content was read before as {KnownAs}")]
    public static partial void FileKnown(this ILogger logger, string file, string knownAs);

    [LoggerMessage(EventId = 4014, Level = LogLevel.Error,
        Message = "Cannot look into Sources:WatchedFolder:Path: {Reason}. It is tried again at each poll")]
    public static partial void FolderUnreadable(this ILogger logger, string reason);

    [LoggerMessage(EventId = 4015, Level = LogLevel.Information,
        Message = "A file came late: {Calls} calls that had been measured without it were taken back and measured anew")]
    public static partial void PartsRetracted(this ILogger logger, int calls);

    [LoggerMessage(EventId = 4016, Level = LogLevel.Information, Message = "Capturing from {Source}")]
    public static partial void ListeningOn(this ILogger logger, string source);

    [LoggerMessage(EventId = 4017, Level = LogLevel.Warning,
        Message = "Did not see {Packets} packets on {Source} within {IntervalMs} ms: they came faster than they were "
            + "read. Streams of that time show them as lost. Raise Sources:Capture:RingMiB or Monitor:Lanes")]
    public static partial void PacketsNotSeen(this ILogger logger, long packets, string source, long intervalMs);

    [LoggerMessage(EventId = 4018, Level = LogLevel.Warning,
        Message = "An interface of {Source} went down or away; it is captured again when it is back")]
    public static partial void InterfaceDown(this ILogger logger, string source);

    [LoggerMessage(EventId = 4019, Level = LogLevel.Error,
        Message = "{Source} ended by a failure and is opened again in {DelayMs} ms")]
    public static partial void LiveSourceFailed(this ILogger logger, Exception exception, string source, long delayMs);

    [LoggerMessage(EventId = 4026, Level = LogLevel.Information,
        Message = "Left {File} before its end, because another file is complete; it is read again from its start")]
    public static partial void FileGivenUp(this ILogger logger, string file);

    [LoggerMessage(EventId = 4027, Level = LogLevel.Warning,
        Message = "{File} grows and waits: {Limit} other files that grow are followed. It is read when one of them or "
            + "it is complete. Raise Sources:WatchedFolder:FollowAtOnce")]
    public static partial void FileWaits(this ILogger logger, string file, int limit);

    [LoggerMessage(EventId = 4020, Level = LogLevel.Information,
        Message = "Accounts: {Accounts} accounts, {Units} units, {Rules} rules")]
    public static partial void AccountsLoaded(this ILogger logger, int accounts, int units, int rules);

    [LoggerMessage(EventId = 4021, Level = LogLevel.Information,
        Message = "Usage: {Lines} lines of {File}, control total {Total} US dollars")]
    public static partial void UsageImported(this ILogger logger, string file, int lines, string total);
}
