using System.Diagnostics.Metrics;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using VoiceQuality.Monitor.Calls;
using VoiceQuality.Service.Telemetry;
using VoiceQuality.Service.Telemetry.Influx;
using VoiceQuality.Service.Telemetry.Prometheus;
using VoiceQuality.Service.Tests.Grafana;
using VoiceQuality.Service.Tests.Signalling;
using VoiceQuality.Storage.Calls;

namespace VoiceQuality.Service.Tests.Telemetry;

public sealed partial class SignallingInstrumentsTests
{
    [Fact]
    public void Counters_by_unit_hold_what_each_ratio_is_made_of()
    {
        var lines = Collect().Split('\n');

        // One answered and one busy call of U-1.
        Assert.Contains("voicequality_unit_attempts_total{account=\"A-1\",unit=\"U-1\"} 2", lines);
        Assert.Contains("voicequality_unit_answered_attempts_total{account=\"A-1\",unit=\"U-1\"} 1", lines);
        Assert.Contains("voicequality_unit_user_attempts_total{account=\"A-1\",unit=\"U-1\"} 1", lines);
        Assert.Contains("voicequality_unit_ineffective_attempts_total{account=\"A-1\",unit=\"U-1\"} 0", lines);
        Assert.Contains("voicequality_call_disconnect_delay_seconds_count 1", lines);
    }

    [Fact]
    public void Dashboards_ask_for_names_of_calls_and_units_that_there_are()
    {
        var known = Names().Matches(Collect()).Select(match => match.Value).ToHashSet();
        var asked = Dashboards.Queries("prometheus").SelectMany(query => Names().Matches(query.Text))
            .Select(match => match.Value).Where(name => !name.Contains("_unit_month_", StringComparison.Ordinal));

        Assert.Empty(asked.Except(known));
        Assert.Contains("voicequality_unit_user_attempts_total", asked);
    }

    [Fact]
    public void A_point_of_InfluxDB_has_the_delays_and_what_each_ratio_is_made_of()
    {
        var call = SignallingSite.Answered("A-1", "U-1", 1).Call;
        var lines = new LineProtocol();

        InfluxPoints.Write(lines, call, CallKey.Of(call), "A-1", "U-1");

        var point = Encoding.UTF8.GetString(lines.Lines);
        Assert.Contains(
            ",srd_s=0.85,ring_s=1.15,sdd_s=0.02,challenges=1i,retransmissions=0i,q850_cause=16i,attempts=1i,answered=1i,"
            + "redirected=0i,declined=0i,ineffective=0i,not_answered_by_user=0i,completed=1i ", point);
    }

    private static string Collect()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var options = new PrometheusOptions();
        var metrics = new ServiceMetrics(
            services.GetRequiredService<IMeterFactory>(), new PipelineTotals(), new InfluxCounters(), options,
            TimeProvider.System);
        using var collector = new PrometheusCollector(meter => ReferenceEquals(meter, metrics.Meter), options);
        var answered = SignallingSite.Answered("A-1", "U-1", 1).Call;
        var busy = answered with
        {
            AnsweredAtUs = null, FinalStatus = 486, Outcome = CallOutcome.Rejected, DisconnectDelayUs = null,
        };
        foreach (var call in new[] { answered, busy })
        {
            metrics.CallFinished(call);
            metrics.CallAssigned(call, "A-1", "U-1");
        }

        return collector.Collect();
    }

    [GeneratedRegex("voicequality_(?:unit|call)_[a-z_0-9]+")]
    private static partial Regex Names();
}
