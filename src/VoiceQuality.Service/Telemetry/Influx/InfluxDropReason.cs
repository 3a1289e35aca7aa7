namespace VoiceQuality.Service.Telemetry.Influx;

/// <summary>Why points never reached InfluxDB.</summary>
internal enum InfluxDropReason
{
    /// <summary>The spool had no room.</summary>
    SpoolFull,

    /// <summary>The server refused the points as such; sending them again would not help.</summary>
    Refused,

    /// <summary>They were older than <see cref="InfluxOptions.GiveUpAfter"/>.</summary>
    Expired,

    /// <summary>The service stopped before the server took them.</summary>
    Stopped,
}
