using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace VoiceQuality.Service.Telemetry.Prometheus;

/// <summary>All series of one instrument. It locks itself, so any thread may record.</summary>
internal sealed class MetricFamily
{
    private static readonly double[] DefaultBounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Series> _series = new(StringComparer.Ordinal);
    private readonly StringBuilder _key = new();
    private readonly double[] _bounds;
    private readonly bool _isAbsolute;
    private readonly bool _isObserved;
    private readonly int _limit;
    private readonly string _help;

    public MetricFamily(Instrument instrument, int limit)
    {
        Kind = KindOf(instrument);
        Name = MetricName.Of(instrument.Name, instrument.Unit, Kind);
        InstrumentName = instrument.Name;
        _help = Escape(instrument.Description ?? instrument.Name);
        _bounds = Kind == MetricKind.Histogram ? BoundsOf(instrument) : [];
        _isObserved = instrument.IsObservable;
        _isAbsolute = _isObserved || IsGeneric(instrument, typeof(Gauge<>));
        _limit = limit;
    }

    public string Name { get; }

    public string InstrumentName { get; }

    public MetricKind Kind { get; }

    /// <summary>Measurements left out because the instrument already had its number of series.</summary>
    public long Overflowed { get; private set; }

    /// <summary>
    /// Records one measurement: counters add, gauges and observed instruments replace, histograms count.
    /// </summary>
    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        lock (_lock)
        {
            if (Find(tags) is not { } series)
            {
                Overflowed++;
                return;
            }

            if (Kind == MetricKind.Histogram)
            {
                series.Count(value, _bounds);
            }
            else
            {
                series.Value = _isAbsolute ? value : series.Value + value;
            }
        }
    }

    /// <summary>Forgets what was observed before: a series that is not reported again is gone.</summary>
    public void BeginCollection()
    {
        lock (_lock)
        {
            if (_isObserved)
            {
                _series.Clear();
            }
        }
    }

    /// <summary>Appends the family in the text format 0.0.4, its series in the order of their labels.</summary>
    public void Write(StringBuilder text)
    {
        lock (_lock)
        {
            if (_series.Count == 0)
            {
                return;
            }

            text.Append("# HELP ").Append(Name).Append(' ').Append(_help).Append('\n');
            text.Append("# TYPE ").Append(Name).Append(' ').Append(Kind.ToString().ToLowerInvariant()).Append('\n');

            foreach (var (labels, series) in _series.OrderBy(s => s.Key, StringComparer.Ordinal))
            {
                if (Kind == MetricKind.Histogram)
                {
                    WriteHistogram(text, labels, series);
                }
                else
                {
                    Line(text, "", labels, series.Value);
                }
            }
        }
    }

    private void WriteHistogram(StringBuilder text, string labels, Series series)
    {
        var cumulative = 0L;
        var separator = labels.Length > 0 ? "," : "";

        for (var i = 0; i <= _bounds.Length; i++)
        {
            cumulative += series.Buckets[i];
            var bound = i < _bounds.Length ? Number(_bounds[i]) : "+Inf";
            Line(text, "_bucket", $"{labels}{separator}le=\"{bound}\"", cumulative);
        }

        Line(text, "_sum", labels, series.Value);
        Line(text, "_count", labels, cumulative);
    }

    private void Line(StringBuilder text, string suffix, string labels, double value)
    {
        text.Append(Name).Append(suffix);

        if (labels.Length > 0)
        {
            text.Append('{').Append(labels).Append('}');
        }

        text.Append(' ').Append(Number(value)).Append('\n');
    }

    private Series? Find(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        _key.Clear();
        LabelSet.Write(_key, tags);
        var key = _key.ToString();

        if (!_series.TryGetValue(key, out var series))
        {
            if (_series.Count >= _limit)
            {
                return null;
            }

            series = new Series(_bounds.Length + 1);
            _series.Add(key, series);
        }

        return series;
    }

    private static MetricKind KindOf(Instrument instrument) =>
        IsGeneric(instrument, typeof(Counter<>)) || IsGeneric(instrument, typeof(ObservableCounter<>))
            ? MetricKind.Counter
            : IsGeneric(instrument, typeof(Histogram<>)) ? MetricKind.Histogram : MetricKind.Gauge;

    private static bool IsGeneric(Instrument instrument, Type definition) =>
        instrument.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() == definition;

    private static double[] BoundsOf(Instrument instrument) => instrument switch
    {
        Histogram<double> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds],
        Histogram<long> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds.Select(b => (double)b)],
        Histogram<int> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds.Select(b => (double)b)],
        _ => DefaultBounds,
    };

    private static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        double.NaN => "NaN",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    private static string Escape(string help) =>
        help.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private sealed class Series(int buckets)
    {
        public double Value { get; set; }

        public long[] Buckets { get; } = new long[buckets];

        public void Count(double value, double[] bounds)
        {
            var i = 0;

            // NaN is above no bound and belongs to no bucket; it would also make the sum useless for ever.
            if (double.IsNaN(value))
            {
                return;
            }

            while (i < bounds.Length && value > bounds[i])
            {
                i++;
            }

            Buckets[i]++;
            Value += value;
        }
    }
}
