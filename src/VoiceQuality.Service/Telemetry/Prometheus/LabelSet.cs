using System.Text;

namespace VoiceQuality.Service.Telemetry.Prometheus;

/// <summary>Writes labels in the text format: <c>a="1",b="2"</c>, sorted by name, values escaped.</summary>
internal static class LabelSet
{
    /// <summary>Labels that one measurement may carry; more is a defect of the caller.</summary>
    public const int Limit = 8;

    /// <summary>Characters of one value that are kept.</summary>
    public const int ValueLimit = 128;

    /// <summary>Appends the labels of one measurement; nothing when there are none.</summary>
    public static void Write(StringBuilder text, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(tags.Length, Limit, nameof(tags));

        Span<int> order = stackalloc int[tags.Length];

        for (var i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        for (var i = 1; i < order.Length; i++)
        {
            for (var j = i; j > 0 && string.CompareOrdinal(tags[order[j]].Key, tags[order[j - 1]].Key) < 0; j--)
            {
                (order[j], order[j - 1]) = (order[j - 1], order[j]);
            }
        }

        for (var i = 0; i < order.Length; i++)
        {
            var (key, value) = tags[order[i]];
            text.Append(i > 0 ? "," : "").Append(key.Replace('.', '_')).Append("=\"");
            WriteValue(text, value?.ToString() ?? "");
            text.Append('"');
        }
    }

    private static void WriteValue(StringBuilder text, string value)
    {
        foreach (var c in value.AsSpan(0, Math.Min(value.Length, ValueLimit)))
        {
            _ = c switch
            {
                '\\' => text.Append("\\\\"),
                '"' => text.Append("\\\""),
                '\n' => text.Append("\\n"),
                _ => text.Append(c),
            };
        }
    }
}
