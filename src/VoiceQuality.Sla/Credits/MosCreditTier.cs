using System.Collections.Immutable;

namespace VoiceQuality.Sla.Credits;

/// <summary>One row of the credit table.</summary>
/// <param name="UpperBoundE4">The row ends below this mean, in ten-thousandths of a MOS point.</param>
/// <param name="CreditPercent">Percent of the usage billing, 1 to 100.</param>
/// <param name="RowName">The row as the contract prints it, with three decimals and closed ends.</param>
public sealed record MosCreditTier(int UpperBoundE4, int CreditPercent, string RowName);

/// <summary>The credit table of voice connectivity terms, section 5 .</summary>
public static class MosCreditTiers
{
    /// <summary>
    /// Rows from worst to best. A mean equal to a bound belongs to the next row. All bounds are multiples of 0.001,
    /// so the printed rows and these half-open ones agree on a mean that is cut to three decimals.
    /// </summary>
    public static ImmutableArray<MosCreditTier> Table { get; } =
    [
        new(UpperBoundE4: 3_0000, CreditPercent: 100, RowName: "0.000-2.999"),
        new(UpperBoundE4: 3_2500, CreditPercent: 60, RowName: "3.000-3.249"),
        new(UpperBoundE4: 3_5000, CreditPercent: 30, RowName: "3.250-3.499"),
        new(UpperBoundE4: 3_9000, CreditPercent: 10, RowName: "3.500-3.899"),
    ];
}
