using System.Collections.Immutable;
using NodaTime;

namespace VoiceQuality.Sla.Outages;

/// <summary>How a component is charged for each month .</summary>
public enum MrcBasis
{
    /// <summary>By an amount of its own.</summary>
    OwnAmount,

    /// <summary>By use alone: there is no MRC, and its share is 0.00.</summary>
    UsageOnly,

    /// <summary>In a bundle that the contract does not split: its share is not known.</summary>
    UnsplitBundle,
}

/// <summary>From a date on, the MRC of a component is this.</summary>
/// <param name="From">First civil date, in the account's zone.</param>
/// <param name="Amount">US dollars for each month, 0 or more.</param>
public sealed record MrcChange(LocalDate From, decimal Amount);

/// <summary>The MRC of one component over time .</summary>
public sealed class ComponentMrc
{
    private readonly ImmutableArray<MrcChange> _changes;

    private ComponentMrc(MrcBasis basis, ImmutableArray<MrcChange> changes)
    {
        Basis = basis;
        _changes = changes;
    }

    /// <summary>A component that is charged by use alone.</summary>
    public static ComponentMrc UsageOnly { get; } = new(MrcBasis.UsageOnly, []);

    /// <summary>A component in a bundle that the contract does not split.</summary>
    public static ComponentMrc UnsplitBundle { get; } = new(MrcBasis.UnsplitBundle, []);

    /// <summary>How it is charged.</summary>
    public MrcBasis Basis { get; }

    /// <summary>The amounts, earliest first.</summary>
    public ImmutableArray<MrcChange> Changes => _changes;

    /// <summary>A component with an amount of its own.</summary>
    /// <exception cref="ArgumentException">There is no amount, a negative one, or two from one date on.</exception>
    public static ComponentMrc Of(IEnumerable<MrcChange> changes)
    {
        ArgumentNullException.ThrowIfNull(changes);
        ImmutableArray<MrcChange> ordered = [.. changes.OrderBy(change => change.From)];

        if (ordered.Length == 0 || ordered.Any(change => change.Amount < 0))
        {
            throw new ArgumentException("An MRC has at least one amount, and none is negative.", nameof(changes));
        }

        if (ordered.DistinctBy(change => change.From).Count() != ordered.Length)
        {
            throw new ArgumentException("Two amounts begin on the same date.", nameof(changes));
        }

        return new ComponentMrc(MrcBasis.OwnAmount, ordered);
    }

    /// <summary>
    /// The MRC in force on a date, in US dollars: 0 before the component was ever charged for, null when it is not
    /// known.
    /// </summary>
    public decimal? InForceOn(LocalDate date)
    {
        if (Basis == MrcBasis.UnsplitBundle)
        {
            return null;
        }

        var amount = 0m;
        foreach (var change in _changes)
        {
            if (change.From > date)
            {
                break;
            }

            amount = change.Amount;
        }

        return amount;
    }
}
