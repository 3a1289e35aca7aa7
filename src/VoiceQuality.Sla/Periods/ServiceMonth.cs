using System.Globalization;

namespace VoiceQuality.Sla.Periods;

/// <summary>A month of service, named by year and month: "2025-03". Years 1 to 9998.</summary>
public readonly record struct ServiceMonth : IComparable<ServiceMonth>
{
    private const int MonthsPerYear = 12;
    private const int FirstYearInText = 1900;
    private const int LastYearInText = 2199;
    private const int LastIndex = (9998 * MonthsPerYear) - 1;

    // Months since 0001-01, so that the default value is a month too.
    private readonly int _index;

    /// <summary>Names a month.</summary>
    /// <param name="year">Year, 1 to 9998.</param>
    /// <param name="month">Month, 1 to 12.</param>
    public ServiceMonth(int year, int month)
        : this(IndexOf(year, month))
    {
    }

    private ServiceMonth(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(index, LastIndex);
        _index = index;
    }

    /// <summary>Year, 1 to 9998.</summary>
    public int Year => (_index / MonthsPerYear) + 1;

    /// <summary>Month, 1 to 12.</summary>
    public int Month => (_index % MonthsPerYear) + 1;

    /// <summary>The month after this one.</summary>
    public ServiceMonth Next => Plus(1);

    /// <summary>The month before this one.</summary>
    public ServiceMonth Previous => Plus(-1);

    /// <summary>The month so many months later; earlier when negative.</summary>
    public ServiceMonth Plus(int months) => new(_index + months);

    /// <summary>How many months this one is after the other.</summary>
    public int MonthsSince(ServiceMonth other) => _index - other._index;

    /// <inheritdoc/>
    public int CompareTo(ServiceMonth other) => _index.CompareTo(other._index);

    public static bool operator <(ServiceMonth left, ServiceMonth right) => left._index < right._index;

    public static bool operator >(ServiceMonth left, ServiceMonth right) => left._index > right._index;

    public static bool operator <=(ServiceMonth left, ServiceMonth right) => left._index <= right._index;

    public static bool operator >=(ServiceMonth left, ServiceMonth right) => left._index >= right._index;

    /// <summary>"yyyy-MM".</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Year:0000}-{Month:00}");

    /// <summary>
    /// Reads exactly "yyyy-MM", from 1900 to 2199: a year beyond that is a slip of the hand, and no date computed
    /// from it can leave the calendar.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, out ServiceMonth month)
    {
        month = default;

        if (text.Length != 7
            || text[4] != '-'
            || text[..4].ContainsAnyExceptInRange('0', '9')
            || text[5..].ContainsAnyExceptInRange('0', '9'))
        {
            return false;
        }

        var year = int.Parse(text[..4], NumberStyles.None, CultureInfo.InvariantCulture);
        var number = int.Parse(text[5..], NumberStyles.None, CultureInfo.InvariantCulture);

        if (year is < FirstYearInText or > LastYearInText || number is < 1 or > MonthsPerYear)
        {
            return false;
        }

        month = new ServiceMonth(year, number);
        return true;
    }

    /// <summary>Reads exactly "yyyy-MM".</summary>
    /// <exception cref="FormatException">The text is not a month.</exception>
    public static ServiceMonth Parse(ReadOnlySpan<char> text) =>
        TryParse(text, out var month) ? month : throw new FormatException("A month is written yyyy-MM.");

    private static int IndexOf(int year, int month)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(year, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(year, 9998);
        ArgumentOutOfRangeException.ThrowIfLessThan(month, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(month, MonthsPerYear);
        return ((year - 1) * MonthsPerYear) + month - 1;
    }
}
