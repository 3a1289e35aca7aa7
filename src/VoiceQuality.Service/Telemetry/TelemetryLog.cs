namespace VoiceQuality.Service.Telemetry;

/// <summary>Events of metrics and InfluxDB, 4300 to 4399.</summary>
internal static partial class TelemetryLog
{
    [LoggerMessage(EventId = 4300, Level = LogLevel.Warning,
        Message = "InfluxDB did not take {Points} points (status {Status}, 0 is no response); next try in {DelayMs} ms, "
            + "they wait in memory up to Influx:SpoolOctets")]
    public static partial void InfluxNotWritten(this ILogger logger, int status, int points, double delayMs);

    [LoggerMessage(EventId = 4301, Level = LogLevel.Information,
        Message = "InfluxDB takes points again after {Failures} failed requests")]
    public static partial void InfluxRecovered(this ILogger logger, int failures);

    [LoggerMessage(EventId = 4302, Level = LogLevel.Error,
        Message = "InfluxDB refused {Points} points with status {Status}; they are dropped and counted. Check that the "
            + "fields of vq_call and vq_interval have no other type in this database")]
    public static partial void InfluxPointsRefused(this ILogger logger, int points, int status);

    [LoggerMessage(EventId = 4303, Level = LogLevel.Error,
        Message = "Gave up {Points} points after {Seconds} s without InfluxDB; raise Influx:GiveUpAfter or mend the server")]
    public static partial void InfluxPointsExpired(this ILogger logger, int points, double seconds);

    [LoggerMessage(EventId = 4304, Level = LogLevel.Warning,
        Message = "Stopped before InfluxDB took {Points} points; raise Influx:StopTimeout to wait longer")]
    public static partial void InfluxPointsLostAtStop(this ILogger logger, int points);
}
