using System.Buffers;
using System.Globalization;
using System.Text;

namespace VoiceQuality.Service.Api;

/// <summary>
/// Typed CSV (RFC 4180) that a spreadsheet opens without running anything (contract R-86): text that could be a formula
/// gets an apostrophe before it, and numbers never do, so that a negative amount stays an amount.
/// </summary>
internal sealed class CsvWriter
{
    private static readonly SearchValues<char> NeedsQuotes = SearchValues.Create(",\"\r\n");
    private static readonly SearchValues<char> Dangerous = SearchValues.Create("=+-@\t\r\n\0");

    private readonly StringBuilder _csv = new();
    private bool _isLineStart = true;

    /// <summary>A cell of text; null is an empty cell.</summary>
    public CsvWriter Text(string? value)
    {
        Separate();
        if (string.IsNullOrEmpty(value))
        {
            return this;
        }

        var isGuarded = Dangerous.Contains(value[0]);
        var isQuoted = value.AsSpan().ContainsAny(NeedsQuotes) || value[0] == ' ' || value[^1] == ' ';
        if (isQuoted)
        {
            _csv.Append('"');
        }

        if (isGuarded)
        {
            _csv.Append('\'');
        }

        _csv.Append(isQuoted ? value.Replace("\"", "\"\"", StringComparison.Ordinal) : value);
        if (isQuoted)
        {
            _csv.Append('"');
        }

        return this;
    }

    /// <summary>A cell of a decimal number, all digits, never guarded; null is an empty cell.</summary>
    public CsvWriter Number(decimal? value)
    {
        Separate();
        _csv.Append(value?.ToString(CultureInfo.InvariantCulture));
        return this;
    }

    /// <summary>A cell of US dollars with at least two decimals, never guarded; null is an empty cell.</summary>
    public CsvWriter Amount(decimal? value)
    {
        Separate();
        _csv.Append(Wire.Money(value));
        return this;
    }

    /// <summary>Ends the line.</summary>
    public CsvWriter EndLine()
    {
        _csv.Append("\r\n");
        _isLineStart = true;
        return this;
    }

    /// <inheritdoc/>
    public override string ToString() => _csv.ToString();

    private void Separate()
    {
        if (!_isLineStart)
        {
            _csv.Append(',');
        }

        _isLineStart = false;
    }
}
