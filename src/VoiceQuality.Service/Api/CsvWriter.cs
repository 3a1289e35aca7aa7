using System.Text;
using VoiceQuality.Sla.Export;

namespace VoiceQuality.Service.Api;

/// <summary>
/// Typed CSV (RFC 4180) that a spreadsheet opens without running anything (contract R-86): text that could be a formula
/// gets an apostrophe before it, and numbers never do, so that a negative amount stays an amount.
/// </summary>
internal sealed class CsvWriter
{
    private readonly StringBuilder _csv = new();
    private bool _isLineStart = true;

    /// <summary>A cell of text; null is an empty cell.</summary>
    public CsvWriter Text(string? value)
    {
        Separate();
        _csv.Append(CsvCell.Text(value));
        return this;
    }

    /// <summary>A cell of a decimal number, all digits, never guarded; null is an empty cell.</summary>
    public CsvWriter Number(decimal? value)
    {
        Separate();
        _csv.Append(CsvCell.Number(value));
        return this;
    }

    /// <summary>A cell of US dollars with at least two decimals, never guarded; null is an empty cell.</summary>
    public CsvWriter Amount(decimal? value)
    {
        Separate();
        _csv.Append(CsvCell.Amount(value));
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
