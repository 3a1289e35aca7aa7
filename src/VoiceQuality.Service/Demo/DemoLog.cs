namespace VoiceQuality.Service.Demo;

/// <summary>Events of the demonstration, 4200 to 4299.</summary>
internal static partial class DemoLog
{
    [LoggerMessage(EventId = 4200, Level = LogLevel.Information,
        Message = "The demonstration filled in {Calls} calls in {DurationMs} ms; calls go on in real time")]
    public static partial void DemoFilled(this ILogger logger, long calls, double durationMs);
}
