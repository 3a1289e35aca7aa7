using VoiceQuality.Monitor;
using VoiceQuality.Service.Ingest;

namespace VoiceQuality.Service.Telemetry.Influx;

/// <summary>
/// Writes how the service itself does (<c>vq_service</c>, <c>vq_reject</c>) and the current month of each unit
/// (<c>vq_unit_month</c>) at a fixed interval, so that a site without Prometheus has the same dashboards.
/// </summary>
internal sealed class InfluxHeartbeat(
    InfluxSpool spool,
    InfluxCounters influx,
    InfluxOptions options,
    PipelineTotals totals,
    ServiceMetrics metrics,
    IngestState ingest,
    TimeProvider time) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.HeartbeatInterval, time);

        do
        {
            spool.Add(Write);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private void Write(LineProtocol lines)
    {
        var now = time.GetUtcNow();
        var timestampNs = (now - DateTimeOffset.UnixEpoch).Ticks * 100;
        var counters = totals.Current;
        WriteService(lines, counters, now);
        lines.End(timestampNs);

        foreach (var (key, count) in counters.Rejects)
        {
            var dot = key.IndexOf('.', StringComparison.Ordinal);
            lines.Begin("vq_reject");
            lines.Tag("layer", dot < 0 ? "other" : key[..dot]);
            lines.Tag("reason", key[(dot + 1)..]);
            lines.Field("count", count);
            lines.End(timestampNs);
        }

        foreach (var unit in metrics.Units)
        {
            lines.Begin("vq_unit_month");
            lines.Tag("account", unit.AccountId);
            lines.Tag("unit", unit.UnitId);
            lines.Field("mos", unit.MeanMos);
            lines.Field("answered", unit.AnsweredCalls);
            lines.Field("scored", unit.ScoredCalls);
            lines.Field("coverage", unit.AnsweredCalls > 0 ? (double)unit.ScoredCalls / unit.AnsweredCalls : null);
            lines.Field("credit_percent", (long?)unit.CreditPercent);
            lines.Field("credit_usd", (double?)unit.CreditUsd);
            lines.End(timestampNs);
        }
    }

    private void WriteService(LineProtocol lines, PipelineCounters counters, DateTimeOffset now)
    {
        var lag = now - DateTimeOffset.UnixEpoch - TimeSpan.FromMicroseconds(counters.LastPacketAtUs ?? 0);
        lines.Begin("vq_service");
        lines.Field("packets", counters.Packets);
        lines.Field("octets", counters.Octets);
        lines.Field("sip_messages", counters.SipMessages);
        lines.Field("rtp_packets", counters.RtpPackets);
        lines.Field("rtcp_packets", counters.RtcpPackets);
        lines.Field("active_calls", counters.ActiveCalls);
        lines.Field("active_streams", counters.ActiveStreams);
        lines.Field("lag_s", counters.LastPacketAtUs is null ? null : lag.TotalSeconds);
        lines.Field("queue", metrics.QueueLength());
        lines.Field("storage_failures", ingest.Failures);
        lines.Field("points_written", influx.Written);
        lines.Field("points_dropped", Enum.GetValues<InfluxDropReason>().Sum(influx.Dropped));
        lines.Field("points_spooled", metrics.SpooledPoints());
        lines.Field("memory_bytes", Environment.WorkingSet);
    }
}
