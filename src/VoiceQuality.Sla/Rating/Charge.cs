using System.Globalization;

namespace VoiceQuality.Sla.Rating;

/// <summary>
/// What usage costs, exact and unrounded (R-54): 0 or more US dollars as a fraction, so that neither a second that is
/// no tenth of a minute nor a sum over a billion calls loses anything. It is rounded once, when it becomes a line.
/// </summary>
/// <remarks>Arithmetic is checked: a sum too large is refused with an <see cref="OverflowException"/>.</remarks>
public readonly record struct Charge : IComparable<Charge>
{
    // One step of a rate (10⁻⁴ dollar a minute) for one second.
    private const int UnitsPerDollar = 10_000 * 60;
    private const int UnitsPerCent = UnitsPerDollar / 100;

    private readonly Int128 _units;
    private readonly Int128 _partsLessOne;

    private Charge(Int128 units, Int128 parts)
    {
        var divisor = GreatestCommonDivisor(units, parts);
        _units = units / divisor;
        _partsLessOne = (parts / divisor) - 1;
    }

    /// <summary>Nothing. Also the default value.</summary>
    public static Charge Zero => default;

    private Int128 Parts => _partsLessOne + 1;

    /// <summary>Billable seconds over sixty, times the rate, times the number of such calls.</summary>
    /// <param name="rate">US dollars per minute.</param>
    /// <param name="billableSeconds">Seconds of one call, 0 or more.</param>
    /// <param name="callCount">Number of identical calls, 0 or more.</param>
    public static Charge Of(Rate rate, long billableSeconds, long callCount = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(billableSeconds);
        ArgumentOutOfRangeException.ThrowIfNegative(callCount);
        return new Charge(checked((Int128)rate.E4 * billableSeconds * callCount), 1);
    }

    /// <summary>A charge of so many units: ten-thousandths of a dollar per minute, for one second.</summary>
    /// <param name="units">0 or more.</param>
    public static Charge OfUnits(Int128 units)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(units);
        return new Charge(units, 1);
    }

    /// <summary>So many parts of so many.</summary>
    /// <param name="numerator">0 or more.</param>
    /// <param name="denominator">1 or more.</param>
    public Charge Share(long numerator, long denominator)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(numerator);
        ArgumentOutOfRangeException.ThrowIfLessThan(denominator, 1);
        return new Charge(checked(_units * numerator), checked(Parts * denominator));
    }

    public static Charge operator +(Charge left, Charge right) => left.Add(right);

    /// <summary>The sum, exact.</summary>
    public Charge Add(Charge other) => Parts == other.Parts
        ? new Charge(checked(_units + other._units), Parts)
        : new Charge(checked((_units * other.Parts) + (other._units * Parts)), checked(Parts * other.Parts));

    /// <summary>
    /// US dollars. Exact when the billable seconds are a multiple of six, then with at most five decimals (R-54);
    /// otherwise as near as a decimal comes. Never round this: <see cref="RoundToCents"/> rounds the fraction.
    /// </summary>
    public decimal ToDecimal()
    {
        var (whole, rest) = Int128.DivRem(_units, checked(Parts * UnitsPerDollar));
        return checked((decimal)whole + ((decimal)rest / (decimal)(Parts * UnitsPerDollar)));
    }

    /// <summary>US dollars and whole cents, half away from zero: the one rounding of a line (R-18, R-55).</summary>
    public decimal RoundToCents()
    {
        var (cents, rest) = Int128.DivRem(_units, checked(Parts * UnitsPerCent));
        return (decimal)checked(rest * 2 >= Parts * UnitsPerCent ? cents + 1 : cents) / 100m;
    }

    /// <inheritdoc/>
    public int CompareTo(Charge other) => checked(_units * other.Parts).CompareTo(checked(other._units * Parts));

    public static bool operator <(Charge left, Charge right) => left.CompareTo(right) < 0;

    public static bool operator >(Charge left, Charge right) => left.CompareTo(right) > 0;

    public static bool operator <=(Charge left, Charge right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Charge left, Charge right) => left.CompareTo(right) >= 0;

    /// <summary>US dollars without trailing zeros: "0.01375", "1.25", "0".</summary>
    public override string ToString() =>
        ToDecimal().ToString("0.############################", CultureInfo.InvariantCulture);

    private static Int128 GreatestCommonDivisor(Int128 left, Int128 right)
    {
        while (left != 0)
        {
            (left, right) = (right % left, left);
        }

        return right;
    }
}
