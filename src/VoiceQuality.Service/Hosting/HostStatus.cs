using VoiceQuality.Service.Ingest;
using VoiceQuality.Service.Pages;
using VoiceQuality.Service.Telemetry;

namespace VoiceQuality.Service.Hosting;

/// <summary>What the status page shows of the service.</summary>
internal sealed class HostStatus(
    ServiceHealth health, SourceProgress sources, IngestState ingest, PipelineTotals totals, TimeProvider time)
    : IServiceStatus
{
    private readonly DateTimeOffset _startedAt = time.GetUtcNow();

    public ServiceStatus Current
    {
        get
        {
            var counted = totals.Current;
            return new ServiceStatus(
                StateOf(), _startedAt, sources.Current.LastPacketAt, ingest.LastStoredAt, totals.Dropped,
                counted.CaptureLossSpans, counted.UnseenPackets);
        }
    }

    private ServiceState StateOf()
    {
        if (!health.Check().IsReady)
        {
            return ServiceState.Degraded;
        }

        return sources.Current.State is "filling" or "measuring" ? ServiceState.Measuring : ServiceState.Idle;
    }
}
