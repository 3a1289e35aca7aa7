using System.Globalization;

namespace VoiceQuality.Sla.Rating;

/// <summary>
/// US dollars per minute with four decimals, rounded half away from zero before anything is multiplied.
/// 0 or more, below 10¹². The default is 0.0000.
/// </summary>
public readonly record struct Rate : IComparable<Rate>
{
    private const int StepsPerDollar = 10_000;
    private const decimal Limit = 1_000_000_000_000m;

    private Rate(long e4) => E4 = e4;

    /// <summary>Ten-thousandths of a dollar per minute.</summary>
    public long E4 { get; }

    /// <summary>US dollars per minute, exact.</summary>
    public decimal PerMinute => E4 / (decimal)StepsPerDollar;

    /// <summary>Rounds a rate as it is agreed. 0.01225 becomes 0.0123.</summary>
    /// <param name="perMinute">US dollars per minute, 0 or more, below 10¹².</param>
    public static Rate Round(decimal perMinute)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(perMinute);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(perMinute, Limit);
        return new Rate((long)(decimal.Round(perMinute, 4, MidpointRounding.AwayFromZero) * StepsPerDollar));
    }

    /// <inheritdoc/>
    public int CompareTo(Rate other) => E4.CompareTo(other.E4);

    public static bool operator <(Rate left, Rate right) => left.E4 < right.E4;

    public static bool operator >(Rate left, Rate right) => left.E4 > right.E4;

    public static bool operator <=(Rate left, Rate right) => left.E4 <= right.E4;

    public static bool operator >=(Rate left, Rate right) => left.E4 >= right.E4;

    /// <summary>With four decimals: "0.0124".</summary>
    public override string ToString() => PerMinute.ToString("0.0000", CultureInfo.InvariantCulture);
}
