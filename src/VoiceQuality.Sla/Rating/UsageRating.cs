using System.Collections.Immutable;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Sla.Usage;

namespace VoiceQuality.Sla.Rating;

/// <summary>What one business unit used in a month.</summary>
/// <param name="UnitId">The unit.</param>
/// <param name="Month">The month.</param>
/// <param name="Lines">Usage and surcharge lines of what could be rated, whole cents.</param>
/// <param name="IsComplete">
/// Whether nothing is missing: each answered call is rated, and the surcharge is known. Lines of an incomplete unit
/// are for looking at, not for billing.
/// </param>
public sealed record UnitUsage(string UnitId, ServiceMonth Month, ImmutableArray<UsageLine> Lines, bool IsComplete)
{
    /// <summary>Sum of the lines, US dollars; null while something is missing: unknown is not zero.</summary>
    public decimal? Total => IsComplete ? Lines.Sum(line => line.Amount) : null;

    /// <summary>The base of the unit's MOS credit; not known while something is missing.</summary>
    /// <param name="barredNumbers">Toll-free numbers without right to credits.</param>
    public UsageBase Base(IReadOnlySet<PhoneNumber> barredNumbers) =>
        IsComplete ? UsageBase.OfComplete(Lines, Month, barredNumbers) : UsageBase.Unknown;
}

/// <summary>What an account used in a month.</summary>
/// <param name="Month">The month.</param>
/// <param name="Units">Its units with calls in the month, in the order of their ids.</param>
/// <param name="Patterns">
/// The call pattern and surcharge, of the account or of each unit as the policy says, by unit id ("" for the account);
/// null for one that cannot be told.
/// </param>
/// <param name="Unrated">Answered calls without a charge, and why.</param>
/// <param name="Rejected">
/// Answered calls that the service does not offer: they are not billed, and raise an alarm.
/// </param>
/// <param name="ZeroForWantOfRate">
/// Calls to toll-free numbers that were billed 0.0000 without a contract rate.
/// </param>
/// <param name="UnansweredCalls">Calls that were not answered, whatever the month.</param>
/// <param name="OtherMonthCalls">Calls that belong to another month .</param>
/// <param name="RepeatedCalls">Calls that came more than once, word for word; they count once.</param>
public sealed record AccountUsage(
    ServiceMonth Month,
    ImmutableArray<UnitUsage> Units,
    ImmutableSortedDictionary<string, SurchargeResult?> Patterns,
    ImmutableArray<RatedCall> Unrated,
    ImmutableArray<RatedCall> Rejected,
    ImmutableArray<RatedCall> ZeroForWantOfRate,
    long UnansweredCalls,
    long OtherMonthCalls,
    long RepeatedCalls);

/// <summary>Turns the calls of an account and month into usage lines .</summary>
public static class UsageRating
{
    /// <summary>
    /// Rates the calls whose answer falls in the month. The order in which they come changes no amount.
    /// </summary>
    /// <param name="accountId">The account.</param>
    /// <param name="month">The month.</param>
    /// <param name="calendar">The account's months.</param>
    /// <param name="calls">Calls of this account; those of other months are passed over.</param>
    /// <param name="tables">What they are rated by.</param>
    /// <param name="policy">The reading of the contract.</param>
    /// <exception cref="OverflowException">An amount is too large to hold.</exception>
    public static AccountUsage Of(
        string accountId,
        ServiceMonth month,
        AccountCalendar calendar,
        IEnumerable<UsageCall> calls,
        RatingTables tables,
        ContractPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(accountId);
        ArgumentNullException.ThrowIfNull(calendar);
        ArgumentNullException.ThrowIfNull(calls);
        ArgumentNullException.ThrowIfNull(tables);
        ArgumentNullException.ThrowIfNull(policy);
        var period = calendar.Bounds(month);
        var (unanswered, otherMonth, repeated) = (0L, 0L, 0L);
        var rated = new List<RatedCall>();

        foreach (var sameId in calls.GroupBy(call => call.Ids.Id, StringComparer.Ordinal))
        {
            List<UsageCall> different = [.. sameId.Distinct()];
            repeated = checked(repeated + sameId.Sum(call => call.Ids.Count) - different.Sum(call => call.Ids.Count));
            foreach (var call in different)
            {
                if (call.AnsweredAt is not { } answeredAt)
                {
                    unanswered = checked(unanswered + call.Ids.Count);
                }
                else if (!period.Contains(answeredAt))
                {
                    otherMonth = checked(otherMonth + call.Ids.Count);
                }
                else
                {
                    rated.Add(different.Count == 1 ? CallRating.Rate(call, tables) : Conflicting(call, tables));
                }
            }
        }

        return Sum(accountId, month, rated, policy) with
        {
            UnansweredCalls = unanswered,
            OtherMonthCalls = otherMonth,
            RepeatedCalls = repeated,
        };
    }

    private static RatedCall Conflicting(UsageCall call, RatingTables tables) => CallRating.Rate(call, tables) with
    {
        BillableSeconds = null,
        Rate = null,
        Charge = null,
        IsZeroForWantOfRate = false,
        Unrated = UnratedReason.ConflictingCalls,
    };

    private static AccountUsage Sum(
        string accountId, ServiceMonth month, List<RatedCall> rated, ContractPolicy policy)
    {
        var totals = new UsageTotals();
        foreach (var call in rated)
        {
            if (call.Charge is { } charge)
            {
                totals.Add(call.Call.UnitId, KindOf(call), call.TollFreeNumber, charge);
            }
        }

        var unitIds = rated.Select(call => call.Call.UnitId).Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal).ToList();
        var incomplete = rated.Where(call => call.Unrated is not null).Select(call => call.Call.UnitId)
            .ToHashSet(StringComparer.Ordinal);
        var patterns = PatternsOf(rated, policy);

        foreach (var (scope, pattern) in patterns)
        {
            if (pattern is null)
            {
                incomplete.UnionWith(policy.SurchargeScope == SurchargeScope.Unit ? [scope] : unitIds);
                continue;
            }

            foreach (var share in pattern.Shares)
            {
                totals.Add(share.UnitId, ChargeKind.TierCSurcharge, share.Number, share.Charge);
            }
        }

        return new AccountUsage(
            month,
            [.. unitIds.Select(id => new UnitUsage(
                id, month, totals.Lines(accountId, id, month), !incomplete.Contains(id)))],
            patterns,
            [.. rated.Where(call => call.Unrated is not null)],
            [.. rated.Where(call => call.Jurisdiction.Jurisdiction == Jurisdiction.Rejected && call.Unrated is null)],
            [.. rated.Where(call => call.IsZeroForWantOfRate)],
            0,
            0,
            0);
    }

    private static ImmutableSortedDictionary<string, SurchargeResult?> PatternsOf(
        List<RatedCall> rated, ContractPolicy policy) => rated
        .GroupBy(call => policy.SurchargeScope == SurchargeScope.Unit ? call.Call.UnitId : "", StringComparer.Ordinal)
        .ToImmutableSortedDictionary(
            scope => scope.Key,
            scope => scope.Any(LeavesPatternOpen)
                ? null
                : TierCSurcharge.Of(scope.Where(call => call.Jurisdiction.IsDomestic).Select(PatternCallOf), policy),
            StringComparer.Ordinal);

    // A call that could be domestic, or of Tier C, or of any length, leaves the pattern and its price open.
    internal static bool LeavesPatternOpen(RatedCall call) => call.Unrated switch
    {
        null or UnratedReason.DeckRowMissing => false,
        UnratedReason.RateMissing => false,
        UnratedReason.NoRuleForService => false,
        UnratedReason.DurationUnknown => call.Jurisdiction.IsDomestic,
        _ => true,
    };

    private static PatternCall PatternCallOf(RatedCall call) => new(
        call.Call.Ids,
        call.Call.AnsweredAt!.Value,
        call.Tier,
        call.Program!.Value,
        Rating.BillableSeconds.Of(true, call.Call.DurationMs!.Value, BillingIncrement.Domestic),
        call.Call.UnitId,
        call.TollFreeNumber);

    internal static ChargeKind KindOf(RatedCall call) => call.Jurisdiction.RateClass switch
    {
        RateClass.Termination => ChargeKind.UsageDomestic,
        RateClass.TollFree => ChargeKind.UsageTollFree,
        RateClass.Default => ChargeKind.UsageIndeterminate,
        RateClass.International => ChargeKind.UsageInternational,
        RateClass.Extended => ChargeKind.UsageExtended,
        RateClass.OutboundTollFree => ChargeKind.UsageOutboundTollFree,
        _ => throw new ArgumentOutOfRangeException(nameof(call), call.Jurisdiction.RateClass, "Not a rate class."),
    };
}
