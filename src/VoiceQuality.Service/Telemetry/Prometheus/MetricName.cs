using System.Text;

namespace VoiceQuality.Service.Telemetry.Prometheus;

/// <summary>Kinds of the text format 0.0.4 that instruments map to.</summary>
internal enum MetricKind
{
    Counter,
    Gauge,
    Histogram,
}

/// <summary>Turns an instrument's name and unit into a Prometheus name.</summary>
internal static class MetricName
{
    /// <summary>
    /// Dots become underscores; the unit becomes a suffix unless the name already ends in it ("s" to <c>_seconds</c>,
    /// "By" to <c>_bytes</c>, "1" to <c>_ratio</c>, "{packet}" to nothing); a counter ends in <c>_total</c>.
    /// </summary>
    public static string Of(string instrument, string? unit, MetricKind kind)
    {
        var name = new StringBuilder(instrument.Length + 16);

        foreach (var c in instrument)
        {
            var letter = char.IsAsciiLetter(c) || c == '_' || (char.IsAsciiDigit(c) && name.Length > 0);
            name.Append(letter ? c : '_');
        }

        AppendUnit(name, SuffixOf(unit, kind));

        if (kind == MetricKind.Counter)
        {
            AppendUnit(name, "total");
        }

        return name.ToString();
    }

    private static string SuffixOf(string? unit, MetricKind kind) => unit switch
    {
        null or "" => "",
        "s" => "seconds",
        "By" => "bytes",
        "1" => kind == MetricKind.Counter ? "" : "ratio",
        "%" => "percent",
        ['{', ..] => "",
        _ => throw new ArgumentException($"unit \"{unit}\" has no base unit in Prometheus", nameof(unit)),
    };

    private static void AppendUnit(StringBuilder name, string suffix)
    {
        if (suffix.Length == 0 || name.ToString().EndsWith("_" + suffix, StringComparison.Ordinal))
        {
            return;
        }

        name.Append('_').Append(suffix);
    }
}
