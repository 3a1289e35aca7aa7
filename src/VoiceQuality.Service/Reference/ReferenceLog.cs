namespace VoiceQuality.Service.Reference;

/// <summary>Events of reference data, 4700 to 4719.</summary>
internal static partial class ReferenceLog
{
    [LoggerMessage(EventId = 4700, Level = LogLevel.Information,
        Message = "Reference data: {Rows} rows of {Documents} documents in force")]
    public static partial void Loaded(this ILogger logger, int documents, long rows);

    [LoggerMessage(EventId = 4701, Level = LogLevel.Warning,
        Message = "Left out {Rows} rows of reference data that no longer fit the accounts; what they say is not known, "
            + "and what needs it is not decided. Import corrected files. The first is {First}")]
    public static partial void RowsLeftOut(this ILogger logger, int rows, string first);

    [LoggerMessage(EventId = 4702, Level = LogLevel.Information,
        Message = "Reference data: {Documents} of {Files} files put in force")]
    public static partial void Imported(this ILogger logger, int documents, int files);
}
