using System.Collections.Immutable;

namespace VoiceQuality.Sla.Credits;

/// <summary>What is known about the average score of a month.</summary>
public enum MosStatus
{
    /// <summary>There is an average.</summary>
    Scored,

    /// <summary>No average was given, and not why. No score is not 0.000 .</summary>
    NoScore,

    /// <summary>No call was answered in the month .</summary>
    NoCalls,

    /// <summary>Calls were answered and none was scored: a person decides .</summary>
    Undetermined,

    /// <summary>The average is outside 1 to 5: a fault, not a bad month .</summary>
    Invalid,
}

/// <summary>Where an average falls in the credit table.</summary>
/// <param name="Status">What is known about the average.</param>
/// <param name="Row">The row of the table; null when the average earns nothing or is not known.</param>
/// <param name="Display">The average cut to three decimals; null when it is not known.</param>
public sealed record MosTier(MosStatus Status, MosCreditTier? Row, string? Display)
{
    /// <summary>Percent of the usage billing, 0 to 100.</summary>
    public int Percent => Row?.CreditPercent ?? 0;

    /// <summary>The row as the contract prints it, such as "3.500-3.899"; null without one.</summary>
    public string? RowName => Row?.RowName;

    /// <summary>The tier of a month, from its calls.</summary>
    /// <param name="answeredCount">Answered calls of the month, scored or not.</param>
    /// <param name="mean">The mean over those that were scored.</param>
    /// <param name="table">Rows from worst to best; the contract's own when default.</param>
    /// <exception cref="ArgumentException">More calls were scored than answered.</exception>
    public static MosTier ForMonth(
        long answeredCount, MeanMos mean, ImmutableArray<MosCreditTier> table = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(answeredCount);
        if (mean.CallCount > answeredCount)
        {
            throw new ArgumentException("More calls were scored than answered.", nameof(mean));
        }

        return answeredCount == 0 ? Without(MosStatus.NoCalls)
            : mean.CallCount == 0 ? Without(MosStatus.Undetermined)
            : ForMean(mean, table);
    }

    /// <summary>The tier of a mean of calls.</summary>
    public static MosTier ForMean(MeanMos mean, ImmutableArray<MosCreditTier> table = default)
    {
        if (mean.CallCount == 0)
        {
            return Without(MosStatus.NoScore);
        }

        if (mean.IsOutsideScale)
        {
            return Without(MosStatus.Invalid);
        }

        foreach (var row in table.IsDefault ? MosCreditTiers.Table : table)
        {
            if (mean.IsBelow(row.UpperBoundE4))
            {
                return new MosTier(MosStatus.Scored, row, mean.Display());
            }
        }

        return new MosTier(MosStatus.Scored, null, mean.Display());
    }

    /// <summary>The tier of a mean that is given as a number, unrounded.</summary>
    public static MosTier ForMean(decimal? mean, ImmutableArray<MosCreditTier> table = default)
    {
        if (mean is not { } value)
        {
            return Without(MosStatus.NoScore);
        }

        if (value is < 1m or > 5m)
        {
            return Without(MosStatus.Invalid);
        }

        var display = MeanMos.DisplayOf((int)decimal.Truncate(value * 1000m));
        foreach (var row in table.IsDefault ? MosCreditTiers.Table : table)
        {
            if (value < row.UpperBoundE4 / 10_000m)
            {
                return new MosTier(MosStatus.Scored, row, display);
            }
        }

        return new MosTier(MosStatus.Scored, null, display);
    }

    private static MosTier Without(MosStatus status) => new(status, null, null);
}
