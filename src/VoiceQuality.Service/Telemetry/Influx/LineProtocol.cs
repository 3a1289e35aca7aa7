using System.Buffers;
using System.Globalization;
using System.Text;

namespace VoiceQuality.Service.Telemetry.Influx;

/// <summary>
/// Writes points in InfluxDB line protocol: <c>measurement,tag=value field=1.5,count=2i 1700000000000000000</c>.
/// A point is begun, gets its tags (in ascending order of their keys), then its fields, and is ended. A point without a
/// field, or with a name that cannot be written, leaves nothing behind.
/// </summary>
internal sealed class LineProtocol
{
    private readonly ArrayBufferWriter<byte> _lines = new(65_536);
    private readonly StringBuilder _line = new(512);
    private bool _hasField;

    /// <summary>Complete lines since the last <see cref="Clear"/>.</summary>
    public int Points { get; private set; }

    /// <summary>The lines, UTF-8.</summary>
    public ReadOnlySpan<byte> Lines => _lines.WrittenSpan;

    public void Begin(string measurement)
    {
        ArgumentException.ThrowIfNullOrEmpty(measurement);
        _line.Clear();
        _hasField = false;
        Escape(measurement, ", ");
    }

    /// <summary>A tag. Null and empty are left out: line protocol has no empty tag.</summary>
    public void Tag(string key, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            _line.Append(',');
            Escape(key, ",= ");
            _line.Append('=');
            Escape(value, ",= ");
        }
    }

    /// <summary>A whole number; null is left out.</summary>
    public void Field(string key, long? value)
    {
        if (value is { } number)
        {
            FieldKey(key);
            _line.Append(CultureInfo.InvariantCulture, $"{number}i");
        }
    }

    /// <summary>A real number; null, NaN and the infinities are left out: line protocol has none of them.</summary>
    public void Field(string key, double? value)
    {
        if (value is { } number && double.IsFinite(number))
        {
            FieldKey(key);
            _line.Append(number.ToString("R", CultureInfo.InvariantCulture));
        }
    }

    /// <summary>Text in quotes; null is left out.</summary>
    public void Field(string key, string? value)
    {
        if (value is not null)
        {
            FieldKey(key);
            _line.Append('"');
            _line.Append(value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal));
            _line.Append('"');
        }
    }

    /// <summary>Ends the point.</summary>
    /// <param name="timestampNs">Nanoseconds since 1970-01-01 UTC.</param>
    /// <returns>False when it had no field and was left out.</returns>
    public bool End(long timestampNs)
    {
        if (!_hasField)
        {
            return false;
        }

        _line.Append(' ').Append(CultureInfo.InvariantCulture, $"{timestampNs}").Append('\n');

        Encoding.UTF8.GetBytes(_line.ToString(), _lines);
        Points++;
        return true;
    }

    public void Clear()
    {
        _lines.ResetWrittenCount();
        Points = 0;
    }

    private void FieldKey(string key)
    {
        _line.Append(_hasField ? ',' : ' ');
        Escape(key, ",= ");
        _line.Append('=');
        _hasField = true;
    }

    /// <summary>
    /// A backslash before each special character. Line breaks cannot be escaped and a backslash at the end would escape
    /// what follows the name, so both become an underscore.
    /// </summary>
    private void Escape(string name, string special)
    {
        for (var i = 0; i < name.Length; i++)
        {
            var c = name[i];

            if (char.IsControl(c) || (c == '\\' && i == name.Length - 1))
            {
                _line.Append('_');
                continue;
            }

            if (special.Contains(c, StringComparison.Ordinal))
            {
                _line.Append('\\');
            }

            _line.Append(c);
        }
    }
}
