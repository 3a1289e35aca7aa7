namespace VoiceQuality.Service.Pages;

/// <summary>What the running service says about itself. The host registers its own implementation.</summary>
internal interface IServiceStatus
{
    /// <summary>A snapshot of now.</summary>
    ServiceStatus Current { get; }
}

/// <summary>Whether the service measures.</summary>
internal enum ServiceState
{
    /// <summary>Nothing reports: the pages run without a capture.</summary>
    Unknown,

    /// <summary>A source is open and packets arrive.</summary>
    Measuring,

    /// <summary>A source is open, and nothing has arrived lately.</summary>
    Idle,

    /// <summary>Something that was captured could not be counted: queues overflowed or storage failed.</summary>
    Degraded,
}

/// <summary>The service at one instant; nothing in it belongs to one customer.</summary>
/// <param name="State">Whether it measures.</param>
/// <param name="StartedAt">When it started; null when unknown.</param>
/// <param name="LastPacketAt">Capture time of the latest packet; null when there was none.</param>
/// <param name="LastStoredAt">When measurements were last written; null when not yet.</param>
/// <param name="DroppedPackets">Packets thrown away by the service itself since it started; null when unknown.</param>
/// <param name="CaptureLossSpans">Times in which the tap itself lost packets since the service started.</param>
/// <param name="UnseenPackets">RTP packets sent in those times and not seen.</param>
internal sealed record ServiceStatus(
    ServiceState State,
    DateTimeOffset? StartedAt = null,
    DateTimeOffset? LastPacketAt = null,
    DateTimeOffset? LastStoredAt = null,
    long? DroppedPackets = null,
    long CaptureLossSpans = 0,
    long UnseenPackets = 0);

/// <summary>Stands in where the host registered nothing.</summary>
internal sealed class UnknownServiceStatus : IServiceStatus
{
    public ServiceStatus Current { get; } = new(ServiceState.Unknown);
}
