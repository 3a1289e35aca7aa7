using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using VoiceQuality.Service.Telemetry;
using VoiceQuality.Service.Telemetry.Influx;
using VoiceQuality.Service.Telemetry.Prometheus;

namespace VoiceQuality.Service.Tests.Telemetry;

public class UnitGaugeTests
{
    [Fact]
    public void Units_beyond_the_limit_are_counted_as_they_are_and_not_once_more_at_each_show()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var factory = services.GetRequiredService<IMeterFactory>();
        var options = new PrometheusOptions { UnitLimit = 2 };
        var metrics = new ServiceMetrics(
            factory, new PipelineTotals(), new InfluxCounters(), options, TimeProvider.System);
        using var collector = new PrometheusCollector(meter => ReferenceEquals(meter, metrics.Meter), options);

        metrics.ShowUnits([Unit("U-1"), Unit("U-2"), Unit("U-3"), Unit("U-4"), Unit("U-5")]);
        metrics.ShowUnits([Unit("U-1"), Unit("U-2"), Unit("U-3"), Unit("U-4"), Unit("U-5")]);
        Assert.Contains("voicequality_unit_month_left_out 3", collector.Collect().Split('\n'));

        metrics.ShowUnits([Unit("U-1")]);
        Assert.Contains("voicequality_unit_month_left_out 0", collector.Collect().Split('\n'));
    }

    private static UnitMonthFigures Unit(string id) => new("A-1", id, "One", id, 4.1, 1, 1, 0, null);
}
