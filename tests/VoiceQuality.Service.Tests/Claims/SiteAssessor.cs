using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using VoiceQuality.Service.Ingest;
using VoiceQuality.Service.Telemetry;
using VoiceQuality.Service.Telemetry.Influx;
using VoiceQuality.Service.Telemetry.Prometheus;
using VoiceQuality.Service.Tests.Api;
using VoiceQuality.Service.Tests.Ingest;
using VoiceQuality.Service.TrustPage;
using VoiceQuality.Sla.Periods;

namespace VoiceQuality.Service.Tests.Claims;

/// <summary>The assessor of a site, run by hand.</summary>
internal sealed class SiteAssessor : IDisposable
{
    private readonly ServiceProvider _meters = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly CreditAssessor _assessor;

    public SiteAssessor(TestSite site)
    {
        var directory = new AccountDirectory();
        directory.Replace(site.Services.GetRequiredService<IAccountBookSource>().Book);
        var metrics = new ServiceMetrics(
            _meters.GetRequiredService<IMeterFactory>(), new PipelineTotals(), new InfluxCounters(),
            new PrometheusOptions(), site.Clock);
        _assessor = Assessors.Of(site.Database, directory, metrics, site.Clock);
    }

    /// <summary>Assesses a month of A-1 now; the number of assessments that changed.</summary>
    public Task<int> AssessAsync(ServiceMonth month)
    {
        _assessor.Touch("A-1", month);
        return _assessor.AssessTouchedAsync(CancellationToken.None);
    }

    /// <summary>Finds by itself what is behind, and assesses it.</summary>
    public async Task<int> AssessStaleAsync()
    {
        await _assessor.TouchStaleAsync(CancellationToken.None);
        return await _assessor.AssessTouchedAsync(CancellationToken.None);
    }

    public void Dispose()
    {
        _assessor.Dispose();
        _meters.Dispose();
    }
}
