using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;

namespace VoiceQuality.Service.Telemetry.Prometheus;

/// <summary>
/// Listens to the meters of one service and writes them in the Prometheus text format 0.0.4. The number of series is
/// bounded by instrument; what did not fit is counted in <c>voicequality_metrics_overflow_total</c>.
/// </summary>
internal sealed class PrometheusCollector : IDisposable
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private const string OverflowName = "voicequality_metrics_overflow_total";

    private readonly Lock _collection = new();
    private readonly ConcurrentDictionary<string, MetricFamily> _families = new(StringComparer.Ordinal);
    private readonly MeterListener _listener = new();

    /// <param name="isOurs">Whether a meter is shown; several services may live in one process.</param>
    /// <param name="options">Limits.</param>
    public PrometheusCollector(Func<Meter, bool> isOurs, PrometheusOptions options)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (isOurs(instrument.Meter))
            {
                var family = new MetricFamily(instrument, options.SeriesPerInstrument);

                if (!_families.TryAdd(family.Name, family))
                {
                    throw new InvalidOperationException(
                        $"instrument {instrument.Name} has the name {family.Name} of another instrument");
                }

                listener.EnableMeasurementEvents(instrument, family);
            }
        };

        _listener.MeasurementsCompleted = (_, state) =>
        {
            if (state is MetricFamily family)
            {
                _families.TryRemove(family.Name, out MetricFamily? _);
            }
        };

        _listener.SetMeasurementEventCallback<long>(static (_, v, tags, f) => ((MetricFamily)f!).Record(v, tags));
        _listener.SetMeasurementEventCallback<int>(static (_, v, tags, f) => ((MetricFamily)f!).Record(v, tags));
        _listener.SetMeasurementEventCallback<double>(static (_, v, tags, f) => ((MetricFamily)f!).Record(v, tags));
        _listener.Start();
    }

    /// <summary>Everything there is to show now, families by name.</summary>
    public string Collect()
    {
        lock (_collection)
        {
            var families = _families.Values.OrderBy(f => f.Name, StringComparer.Ordinal).ToArray();

            foreach (var family in families)
            {
                family.BeginCollection();
            }

            _listener.RecordObservableInstruments();

            var text = new StringBuilder(16_384);

            foreach (var family in families)
            {
                family.Write(text);
            }

            WriteOverflow(text, families);
            return text.ToString();
        }
    }

    public void Dispose() => _listener.Dispose();

    private static void WriteOverflow(StringBuilder text, MetricFamily[] families)
    {
        text.Append("# HELP ").Append(OverflowName)
            .Append(" Measurements left out because their instrument had its number of series.\n# TYPE ")
            .Append(OverflowName).Append(" counter\n");

        foreach (var family in families)
        {
            text.Append(OverflowName).Append("{instrument=\"").Append(family.InstrumentName).Append("\"} ")
                .Append(family.Overflowed).Append('\n');
        }
    }
}
