using System.Collections.Immutable;

namespace VoiceQuality.Sla.Usage;

/// <summary>One kind of charge as the billing system billed it and as the measured calls are rated.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Imported">US dollars imported; null when nothing was imported for the unit's month.</param>
/// <param name="Rated">US dollars rated; null when the usage by calls is not known.</param>
public readonly record struct KindDifference(ChargeKind Kind, decimal? Imported, decimal? Rated)
{
    /// <summary>Imported less rated, US dollars; null when either is not known.</summary>
    public decimal? Difference => Imported - Rated;
}

/// <summary>Imported and rated usage of one unit's month side by side. It decides nothing.</summary>
/// <param name="Kinds">The kinds that make up the base of a credit, where either side has a line .</param>
public sealed record UsageDifference(ImmutableArray<KindDifference> Kinds)
{
    /// <summary>US dollars imported, of all kinds; null when nothing was imported.</summary>
    public decimal? Imported { get; private init; }

    /// <summary>US dollars rated, of all kinds; null when not known.</summary>
    public decimal? Rated { get; private init; }

    /// <summary>Imported less rated, US dollars; null when either is not known.</summary>
    public decimal? Difference => Imported - Rated;

    /// <summary>Compares two sets of lines, each complete or null for not known.</summary>
    public static UsageDifference Of(IReadOnlyCollection<UsageLine>? imported, IReadOnlyCollection<UsageLine>? rated)
    {
        var kinds = (imported ?? []).Concat(rated ?? []).Select(line => line.Kind).Where(UsageBase.Includes).Distinct()
            .Order().Select(kind => new KindDifference(kind, SumOf(imported, kind), SumOf(rated, kind)));
        return new UsageDifference([.. kinds])
        {
            Imported = SumOf(imported, null),
            Rated = SumOf(rated, null),
        };
    }

    private static decimal? SumOf(IReadOnlyCollection<UsageLine>? lines, ChargeKind? kind) =>
        lines?.Where(line => UsageBase.Includes(line.Kind) && (kind is null || line.Kind == kind))
            .Sum(line => line.Amount);
}
