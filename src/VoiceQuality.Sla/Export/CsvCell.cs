using System.Buffers;
using System.Globalization;
using VoiceQuality.Sla.Accounts;

namespace VoiceQuality.Sla.Export;

/// <summary>
/// Typed cells of a CSV file that a spreadsheet opens without running anything: text that could be a formula
/// gets an apostrophe before it, numbers never do, so that a negative amount stays an amount. Quoting is RFC 4180's.
/// </summary>
public static class CsvCell
{
    private static readonly SearchValues<char> NeedsQuotes = SearchValues.Create("\",\r\n");
    private static readonly SearchValues<char> BeginsFormula = SearchValues.Create("=+-@\t\r\n\0");

    /// <summary>A cell of text; null and "" are an empty cell.</summary>
    public static string Text(string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            return "";
        }

        var guarded = BeginsFormula.Contains(value[0]) ? "'" + value : value;
        return guarded.AsSpan().ContainsAny(NeedsQuotes)
            ? $"\"{guarded.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : guarded;
    }

    /// <summary>
    /// A cell of a phone number, which is text and begins with "+": a spreadsheet neither adds it up nor cuts it. What
    /// is no number ("anonymous") is written as the text it is.
    /// </summary>
    public static string Phone(string? value) =>
        Text(PhoneNumber.TryNormalize(value ?? "", out var number) ? number.ToE164() : value);

    /// <summary>A cell of US dollars with at least two decimals; null is an empty cell.</summary>
    public static string Amount(decimal? value) => value is { } known ? Money.Format(known) : "";

    /// <summary>A cell of a decimal number with all its digits; null is an empty cell.</summary>
    public static string Number(decimal? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "";
}
