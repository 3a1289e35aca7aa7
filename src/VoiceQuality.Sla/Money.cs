using System.Globalization;

namespace VoiceQuality.Sla;

/// <summary>
/// US dollars as <see cref="decimal"/>: exact until rounded once, half away from zero, to cents (R-18).
/// </summary>
public static class Money
{
    /// <summary>
    /// Rounds to whole cents, half away from zero. 2526.045 becomes 2526.05, and -0.005 becomes -0.01.
    /// </summary>
    public static decimal RoundToCents(decimal amount) => decimal.Round(amount, 2, MidpointRounding.AwayFromZero);

    /// <summary>The percentage of an amount, rounded once to cents.</summary>
    /// <param name="percent">Percent, 0 to 100.</param>
    /// <param name="amount">US dollars.</param>
    public static decimal PercentOf(int percent, decimal amount)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(percent);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(percent, 100);
        return RoundToCents(amount * percent / 100m);
    }

    /// <summary>
    /// Writes an amount with a decimal point and at least two decimals, more only where the amount has them: "1234.57".
    /// </summary>
    public static string Format(decimal amount) =>
        amount.ToString("0.00##########################", CultureInfo.InvariantCulture);

    /// <summary>
    /// Reads an amount strictly: an optional minus, 1 to 12 digits, and optionally a point with 1 to
    /// <paramref name="maxDecimals"/> digits. No exponent, no plus, no blanks, no thousands separator.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, int maxDecimals, out decimal amount)
    {
        amount = 0;
        var digits = text.StartsWith("-") ? text[1..] : text;
        var point = digits.IndexOf('.');
        var whole = point < 0 ? digits : digits[..point];
        var fraction = point < 0 ? default : digits[(point + 1)..];

        if (whole.Length is < 1 or > 12
            || whole.ContainsAnyExceptInRange('0', '9')
            || (point >= 0 && (fraction.Length < 1 || fraction.Length > maxDecimals))
            || fraction.ContainsAnyExceptInRange('0', '9'))
        {
            return false;
        }

        amount = decimal.Parse(
            text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);
        return true;
    }
}
