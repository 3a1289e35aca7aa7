using System.Globalization;

namespace VoiceQuality.Sla.Credits;

/// <summary>
/// An exact mean of call scores, one vote per scored call. It compares without dividing, so rounding cannot
/// move a row of the table.
/// </summary>
public readonly record struct MeanMos
{
    /// <summary>Lowest score, in ten-thousandths of a MOS point.</summary>
    public const int LowestE4 = 1_0000;

    /// <summary>Highest score, in ten-thousandths of a MOS point.</summary>
    public const int HighestE4 = 5_0000;

    /// <summary>A mean by its sum and count.</summary>
    /// <param name="sumE4">Sum of the scores in ten-thousandths of a MOS point, 0 or more.</param>
    /// <param name="callCount">Number of scored calls, 0 or more; with 0 the sum is 0.</param>
    public MeanMos(long sumE4, long callCount)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sumE4);
        ArgumentOutOfRangeException.ThrowIfNegative(callCount);
        if (callCount == 0 && sumE4 != 0)
        {
            throw new ArgumentException("A sum without a call.", nameof(sumE4));
        }

        SumE4 = sumE4;
        CallCount = callCount;
    }

    /// <summary>Sum of the scores in ten-thousandths of a MOS point.</summary>
    public long SumE4 { get; }

    /// <summary>Number of scored calls.</summary>
    public long CallCount { get; }

    /// <summary>
    /// Whether the mean of at least one call is outside 1 to 5, which no sum of valid scores can be.
    /// </summary>
    public bool IsOutsideScale => CallCount > 0 && (IsBelow(LowestE4) || SumE4 > (Int128)HighestE4 * CallCount);

    /// <summary>Whether the mean is below a bound given in ten-thousandths; false without calls.</summary>
    public bool IsBelow(int boundE4) => SumE4 < (Int128)boundE4 * CallCount;

    /// <summary>
    /// The mean cut, not rounded, to three decimals, so that the shown figure lies in the row applied;
    /// null without calls.
    /// </summary>
    public string? Display() => CallCount == 0 ? null : DisplayOf((int)(SumE4 / CallCount / 10));

    /// <summary>This mean with one more call.</summary>
    /// <param name="scoreE4">Ten-thousandths of a MOS point, 10000 to 50000.</param>
    public MeanMos Add(int scoreE4)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(scoreE4, LowestE4);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(scoreE4, HighestE4);
        return new MeanMos(SumE4 + scoreE4, CallCount + 1);
    }

    /// <summary>The mean over both sets of calls.</summary>
    public MeanMos Merge(MeanMos other) => new(SumE4 + other.SumE4, CallCount + other.CallCount);

    internal static string DisplayOf(int meanE3) => string.Create(
        CultureInfo.InvariantCulture, $"{meanE3 / 1000}.{meanE3 % 1000:000}");
}
