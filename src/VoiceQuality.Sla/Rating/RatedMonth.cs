using System.Collections.Immutable;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Sla.Usage;

namespace VoiceQuality.Sla.Rating;

/// <summary>The exact sum of the charges of one kind and number.</summary>
/// <param name="UnitId">Business unit.</param>
/// <param name="Kind">Kind of the line.</param>
/// <param name="Number">Toll-free number; null for none.</param>
/// <param name="Calls">Number of calls.</param>
/// <param name="BillableSeconds">Their billable seconds.</param>
/// <param name="ChargeUnits">Their charges, see <see cref="Charge.OfUnits"/>.</param>
public readonly record struct ChargeSum(
    string UnitId, ChargeKind Kind, PhoneNumber? Number, long Calls, long BillableSeconds, long ChargeUnits);

/// <summary>Answered calls in one state.</summary>
/// <param name="UnitId">Business unit.</param>
/// <param name="State">The state.</param>
/// <param name="Unrated">Why they have no charge; null when they have, or are rejected.</param>
/// <param name="LeavesPatternOpen">Whether the call pattern cannot be told without them.</param>
/// <param name="Calls">Number of calls.</param>
public readonly record struct StateSum(
    string UnitId, RatingState State, UnratedReason? Unrated, bool LeavesPatternOpen, long Calls);

/// <summary>The sums of an account's month: all that its usage is made from.</summary>
/// <param name="Charges">Charges by unit, kind and number.</param>
/// <param name="States">Calls by unit and state.</param>
/// <param name="Patterns">Domestic calls by unit, program and tier.</param>
/// <param name="TierCHours">Tier C calls by unit, hour and number.</param>
public sealed record RatedSums(
    ImmutableArray<ChargeSum> Charges,
    ImmutableArray<StateSum> States,
    ImmutableArray<PatternSum> Patterns,
    ImmutableArray<TierCHour> TierCHours)
{
    /// <summary>No call.</summary>
    public static RatedSums Empty { get; } = new([], [], [], []);

    /// <summary>Rows that it was made from.</summary>
    public int RowCount => Charges.Length + States.Length + Patterns.Length + TierCHours.Length;

    /// <summary>The surcharge of each scope as the policy has it, by unit id ("" for the account); null for an open
    /// pattern.</summary>
    public ImmutableSortedDictionary<string, SurchargeFromSums?> Surcharges(ContractPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        var isByUnit = policy.SurchargeScope == SurchargeScope.Unit;
        string ScopeOf(string unitId) => isByUnit ? unitId : "";
        var patterns = Patterns.ToLookup(sum => ScopeOf(sum.UnitId), StringComparer.Ordinal);
        var hours = TierCHours.ToLookup(hour => ScopeOf(hour.UnitId), StringComparer.Ordinal);
        return States.Where(sum => sum.Calls > 0).GroupBy(sum => ScopeOf(sum.UnitId), StringComparer.Ordinal)
            .ToImmutableSortedDictionary(
                scope => scope.Key,
                scope => scope.Any(sum => sum.LeavesPatternOpen)
                    ? null
                    : SurchargeFromSums.Of([.. patterns[scope.Key]], [.. hours[scope.Key]], policy),
                StringComparer.Ordinal);
    }
}

/// <summary>What an account used in a month, from sums.</summary>
/// <param name="Month">The month.</param>
/// <param name="Units">Its units with answered calls in the month, in the order of their ids.</param>
/// <param name="Patterns">The pattern and surcharge of each scope; null for one that cannot be told.</param>
/// <param name="States">Calls by unit and state.</param>
public sealed record RatedMonth(
    ServiceMonth Month,
    ImmutableArray<UnitUsage> Units,
    ImmutableSortedDictionary<string, SurchargeResult?> Patterns,
    ImmutableArray<StateSum> States)
{
    /// <summary>Answered calls.</summary>
    public long Calls => States.Sum(sum => sum.Calls);

    /// <summary>
    /// Makes the lines and the surcharge. The result is that of <see cref="UsageRating.Of"/> over every call.
    /// </summary>
    /// <param name="accountId">The account.</param>
    /// <param name="month">The month.</param>
    /// <param name="sums">Its sums.</param>
    /// <param name="patterns">The completed surcharge of each scope; null for an open pattern.</param>
    /// <param name="policy">The reading of the contract, by which the scopes were made.</param>
    public static RatedMonth Of(
        string accountId,
        ServiceMonth month,
        RatedSums sums,
        ImmutableSortedDictionary<string, SurchargeResult?> patterns,
        ContractPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(accountId);
        ArgumentNullException.ThrowIfNull(sums);
        ArgumentNullException.ThrowIfNull(patterns);
        ArgumentNullException.ThrowIfNull(policy);
        var totals = new UsageTotals();
        foreach (var sum in sums.Charges.Where(sum => sum.Calls > 0))
        {
            totals.Add(sum.UnitId, sum.Kind, sum.Number, Charge.OfUnits(sum.ChargeUnits));
        }

        foreach (var share in patterns.Values.OfType<SurchargeResult>().SelectMany(pattern => pattern.Shares))
        {
            totals.Add(share.UnitId, ChargeKind.TierCSurcharge, share.Number, share.Charge);
        }

        var open = patterns.Where(pattern => pattern.Value is null).Select(pattern => pattern.Key)
            .ToHashSet(StringComparer.Ordinal);
        var units = sums.States.Where(sum => sum.Calls > 0).GroupBy(sum => sum.UnitId, StringComparer.Ordinal)
            .OrderBy(unit => unit.Key, StringComparer.Ordinal)
            .Select(unit => new UnitUsage(
                unit.Key,
                month,
                totals.Lines(accountId, unit.Key, month),
                unit.All(sum => sum.State != RatingState.Unrated)
                    && !open.Contains(policy.SurchargeScope == SurchargeScope.Unit ? unit.Key : "")));
        return new RatedMonth(month, [.. units], patterns, [.. sums.States.Where(sum => sum.Calls > 0)]);
    }

    /// <summary>The usage of a unit; null when it had no answered call.</summary>
    public UnitUsage? Unit(string unitId) => Units.FirstOrDefault(unit => unit.UnitId == unitId);
}
