using System.Diagnostics;
using System.Diagnostics.Metrics;
using VoiceQuality.Service.Telemetry.Prometheus;
using VoiceQuality.Testing.Programs;

namespace VoiceQuality.Service.Tests.Telemetry;

public sealed class PrometheusCollectorTests : IDisposable
{
    private readonly Meter _meter = new("test." + Guid.NewGuid());
    private readonly PrometheusCollector _collector;

    public PrometheusCollectorTests() =>
        _collector = new PrometheusCollector(
            meter => ReferenceEquals(meter, _meter), new PrometheusOptions { SeriesPerInstrument = 16 });

    public void Dispose()
    {
        _collector.Dispose();
        _meter.Dispose();
    }

    [Theory]
    [InlineData("voicequality.capture.packets", "{packet}", "voicequality_capture_packets_total")]
    [InlineData("voicequality.capture.bytes", "By", "voicequality_capture_bytes_total")]
    [InlineData("process.cpu", "s", "process_cpu_seconds_total")]
    public void A_counter_gets_its_unit_and_total(string instrument, string unit, string expected) =>
        Assert.Equal(expected, MetricName.Of(instrument, unit, MetricKind.Counter));

    [Fact]
    public void A_unit_that_is_no_base_unit_is_refused() =>
        Assert.Throws<ArgumentException>(() => MetricName.Of("call.delay", "ms", MetricKind.Histogram));

    [Fact]
    public void Counters_add_up_by_their_labels_in_a_stable_order()
    {
        var calls = _meter.CreateCounter<long>("calls", "{call}", "Calls.");
        calls.Add(2, new KeyValuePair<string, object?>("outcome", "rejected"));
        calls.Add(3, new KeyValuePair<string, object?>("outcome", "answered"));
        calls.Add(4, new KeyValuePair<string, object?>("outcome", "answered"));

        Assert.StartsWith(
            """
            # HELP calls_total Calls.
            # TYPE calls_total counter
            calls_total{outcome="answered"} 7
            calls_total{outcome="rejected"} 2

            """.ReplaceLineEndings("\n"),
            _collector.Collect(),
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_buckets_of_a_histogram_are_cumulative_and_a_bound_belongs_to_its_bucket()
    {
        var mos = _meter.CreateHistogram(
            "mos", "{mos}", "MOS.", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [3.5, 3.9] });

        // 3.9 itself is in the bucket up to 3.9; the sum is 3.4 + 3.9 + 4.2 = 11.5.
        mos.Record(3.4);
        mos.Record(3.9);
        mos.Record(4.2);

        Assert.Contains(
            """
            mos_bucket{le="3.5"} 1
            mos_bucket{le="3.9"} 2
            mos_bucket{le="+Inf"} 3
            mos_sum 11.5
            mos_count 3
            """.ReplaceLineEndings("\n"),
            _collector.Collect(),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Label_values_are_escaped()
    {
        _meter.CreateCounter<int>("odd", null, "A \\ and\na break.").Add(
            1, new KeyValuePair<string, object?>("name", "a\"b\\c\nd"));

        var text = _collector.Collect();
        Assert.Contains("odd_total{name=\"a\\\"b\\\\c\\nd\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("# HELP odd_total A \\\\ and\\na break.\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Series_beyond_the_limit_are_left_out_and_counted()
    {
        var counter = _meter.CreateCounter<int>("many", null, "Many.");

        for (var i = 0; i < 20; i++)
        {
            counter.Add(1, new KeyValuePair<string, object?>("i", i));
        }

        var lines = _collector.Collect().Split('\n');
        Assert.Equal(16, lines.Count(line => line.StartsWith("many_total{", StringComparison.Ordinal)));
        Assert.Contains("voicequality_metrics_overflow_total{instrument=\"many\"} 4", lines);
    }

    [Fact]
    public void An_observed_series_that_is_not_reported_again_is_gone()
    {
        var units = new List<string> { "a", "b" };
        _meter.CreateObservableGauge(
            "unit", () => units.Select(u => new Measurement<int>(1, new KeyValuePair<string, object?>("unit", u))));

        Assert.Contains("unit{unit=\"b\"} 1", _collector.Collect(), StringComparison.Ordinal);
        units.Remove("b");
        Assert.DoesNotContain("unit{unit=\"b\"}", _collector.Collect(), StringComparison.Ordinal);
    }

    [RequiresProgramFact("promtool")]
    public async Task Promtool_finds_nothing_to_say()
    {
        _meter.CreateCounter<long>("vq.packets", "{packet}", "Packets.").Add(1);
        _meter.CreateHistogram<double>("vq.delay", "s", "Delay.").Record(0.2);
        _meter.CreateObservableGauge("vq.loss", () => 0.5, "1", "Loss.");

        Assert.Equal(("", 0), await CheckAsync(_collector.Collect()));
    }

    /// <summary>What <c>promtool check metrics</c> says of a page of metrics, and its exit status.</summary>
    internal static async Task<(string Output, int Status)> CheckAsync(string metrics)
    {
        using var promtool = Process.Start(new ProcessStartInfo(RequiredProgram.PathOf("promtool"), "check metrics")
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        await promtool.StandardInput.WriteAsync(metrics);
        promtool.StandardInput.Close();
        var output = await promtool.StandardOutput.ReadToEndAsync() + await promtool.StandardError.ReadToEndAsync();
        await promtool.WaitForExitAsync();
        return (output, promtool.ExitCode);
    }
}
