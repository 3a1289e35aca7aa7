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
    /// <summary>Most rows of a table.</summary>
    public const int MaxRows = 16;

    /// <summary>Lowest bound, in ten-thousandths of a MOS point: the first that a mean can be below.</summary>
    public const int LowestBoundE4 = MeanMos.LowestE4 + BoundStepE4;

    /// <summary>
    /// Bounds are multiples of this, so that an average that is cut to three decimals shows its row.
    /// </summary>
    public const int BoundStepE4 = 10;

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

    /// <summary>The rows with their names, "0.000-2.999" for the first; the contract's table as it is.</summary>
    /// <exception cref="ArgumentException">
    /// There are none or too many, a bound is none, bounds do not rise, or percentages do.
    /// </exception>
    public static ImmutableArray<MosCreditTier> Checked(ImmutableArray<MosCreditTier> rows)
    {
        if (rows.IsDefaultOrEmpty || rows.Length > MaxRows)
        {
            throw new ArgumentException($"A credit table has 1 to {MaxRows} rows.", nameof(rows));
        }

        var named = ImmutableArray.CreateBuilder<MosCreditTier>(rows.Length);
        var (lowestE3, percent) = (0, 100);

        foreach (var (boundE4, rowPercent, _) in rows)
        {
            if (boundE4 is < LowestBoundE4 or > MeanMos.HighestE4
                || boundE4 % BoundStepE4 != 0
                || boundE4 / BoundStepE4 <= lowestE3
                || rowPercent < 1
                || rowPercent > percent)
            {
                throw new ArgumentException("The rows of a credit table are out of order or out of range.", nameof(rows));
            }

            var boundE3 = boundE4 / BoundStepE4;
            named.Add(new MosCreditTier(
                boundE4, rowPercent, $"{MeanMos.DisplayOf(lowestE3)}-{MeanMos.DisplayOf(boundE3 - 1)}"));
            (lowestE3, percent) = (boundE3, rowPercent);
        }

        return named.SequenceEqual(Table) ? Table : named.MoveToImmutable();
    }
}
