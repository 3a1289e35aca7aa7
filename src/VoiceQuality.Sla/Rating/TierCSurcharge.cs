using System.Collections.Immutable;
using NodaTime;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Policies;

namespace VoiceQuality.Sla.Rating;

/// <summary>Which calls above the allowance bear the surcharge .</summary>
public enum SurchargeMethod
{
    /// <summary>Those that were answered last.</summary>
    ExcessCalls,

    /// <summary>All Tier C minutes, in the proportion of the excess calls to the Tier C calls.</summary>
    ProRataMinutes,
}

/// <summary>Whose calls make up one pattern.</summary>
public enum SurchargeScope
{
    /// <summary>All calls of the account: the contract speaks of the customer's usage .</summary>
    Account,

    /// <summary>Those of each business unit by itself.</summary>
    Unit,
}

/// <summary>An answered domestic call of the period, or a run of identical ones .</summary>
/// <param name="Ids">Ids, for the order.</param>
/// <param name="AnsweredAt">Instant of answer.</param>
/// <param name="Tier">Tier of the far-end network; null when the table has no row for it .</param>
/// <param name="Program">Program in force at the answer .</param>
/// <param name="BillableSeconds">Billable seconds of one call.</param>
/// <param name="UnitId">Business unit of the call.</param>
/// <param name="Number">Toll-free number that was called, where there is one.</param>
public readonly record struct PatternCall(
    CallIds Ids,
    Instant AnsweredAt,
    NetworkTier? Tier,
    PricingProgram Program,
    long BillableSeconds,
    string UnitId = "",
    PhoneNumber? Number = null);

/// <summary>Those of a run that are in excess: its last ones in the order of ids.</summary>
/// <param name="Call">The run.</param>
/// <param name="Count">How many of it, 1 or more.</param>
public readonly record struct ExcessRun(PatternCall Call, long Count)
{
    /// <summary>Billable seconds of them together.</summary>
    public Int128 Seconds => (Int128)Call.BillableSeconds * Count;
}

/// <summary>A share of the surcharge.</summary>
/// <param name="UnitId">Business unit.</param>
/// <param name="Number">Toll-free number; null for none.</param>
/// <param name="Charge">US dollars, exact.</param>
public readonly record struct SurchargeShare(string UnitId, PhoneNumber? Number, Charge Charge);

/// <summary>The call pattern of a period and what it costs.</summary>
/// <param name="DomesticCalls">N: answered domestic calls under the flat-rate program.</param>
/// <param name="TierCCalls">Those of Tier C.</param>
/// <param name="UnknownTierCalls">Those of unknown tier: in N, never in C .</param>
/// <param name="Allowance">Tier C calls without surcharge.</param>
/// <param name="ExcessCalls">Tier C calls above that.</param>
/// <param name="ExcessSeconds">Billable seconds that bear the surcharge; a fraction when pro rata.</param>
/// <param name="Total">US dollars, exact.</param>
/// <param name="Shares">The total by unit and number, in their order.</param>
/// <param name="ExcessRuns">
/// The calls in excess, in no order that matters; none when pro rata, and of sums by hour only those of the split hour.
/// </param>
public sealed record SurchargeResult(
    long DomesticCalls,
    long TierCCalls,
    long UnknownTierCalls,
    long Allowance,
    long ExcessCalls,
    decimal ExcessSeconds,
    Charge Total,
    ImmutableArray<SurchargeShare> Shares,
    ImmutableArray<ExcessRun> ExcessRuns)
{
    /// <summary>Ids of the calls in excess, in the order of answer, then id.</summary>
    public IEnumerable<string> ExcessIds() => ExcessRuns
        .SelectMany(run => run.Call.Ids.FromLast().Zip(Below(run.Count), (id, _) => (run.Call.AnsweredAt, Id: id)))
        .OrderBy(call => call.AnsweredAt)
        .ThenBy(call => call.Id, StringComparer.Ordinal)
        .Select(call => call.Id);

    private static IEnumerable<long> Below(long count)
    {
        for (var i = 0L; i < count; i++)
        {
            yield return i;
        }
    }
}

/// <summary>The surcharge on Tier C calls above 30 % of a month's calls .</summary>
public static class TierCSurcharge
{
    /// <summary>
    /// Counts the pattern and finds the calls above the allowance. The order in which the calls come does not matter.
    /// Only calls under the flat-rate program make a pattern and can bear the surcharge; where there is none at all,
    /// the distribution of the others is told, with nothing in excess.
    /// </summary>
    /// <param name="calls">Answered domestic calls of one account (or unit) and month.</param>
    /// <param name="policy">The reading of the contract.</param>
    public static SurchargeResult Of(IEnumerable<PatternCall> calls, ContractPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(calls);
        ArgumentNullException.ThrowIfNull(policy);
        var flat = default(Counts);
        var other = default(Counts);
        var tierC = new List<PatternCall>();

        foreach (var call in calls)
        {
            if (call.Program != PricingProgram.FlatRate)
            {
                other = other.With(call);
                continue;
            }

            flat = flat.With(call);
            if (call.Tier == NetworkTier.C && call.Ids.Count > 0)
            {
                tierC.Add(call);
            }
        }

        var counts = flat.All > 0 ? flat : other;
        var allowance = AllowanceOf(counts.All, policy);
        var excess = flat.All > 0 ? Math.Max(0, counts.TierC - allowance) : 0;
        var runs = excess > 0 && policy.SurchargeMethod == SurchargeMethod.ExcessCalls
            ? ExcessCalls.Of(tierC, excess)
            : [];
        var rate = Rate.Round(policy.TierCSurchargePerMinute);
        var shares = excess == 0 ? []
            : policy.SurchargeMethod == SurchargeMethod.ExcessCalls
                ? SharesOf(runs.Select(run => (run.Call, Charge.Of(rate, run.Call.BillableSeconds, run.Count))))
                : SharesOf(tierC.Select(call => (
                    call,
                    Charge.Of(rate, call.BillableSeconds, call.Ids.Count).Share(excess, counts.TierC))));

        return new SurchargeResult(
            counts.All,
            counts.TierC,
            counts.Unknown,
            allowance,
            excess,
            excess == 0 ? 0 : SecondsOf(runs, tierC, excess, counts.TierC, policy),
            shares.Aggregate(Charge.Zero, (sum, share) => sum + share.Charge),
            shares,
            runs);
    }

    /// <summary>Tier C calls without surcharge among so many calls: rounded down .</summary>
    public static long AllowanceOf(long domesticCalls, ContractPolicy policy)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(domesticCalls);
        ArgumentNullException.ThrowIfNull(policy);
        return (long)((Int128)domesticCalls * policy.TierCAllowancePercent / 100);
    }

    private static decimal SecondsOf(
        ImmutableArray<ExcessRun> runs, List<PatternCall> tierC, long excess, long all, ContractPolicy policy)
    {
        if (policy.SurchargeMethod == SurchargeMethod.ExcessCalls)
        {
            return (decimal)runs.Aggregate(Int128.Zero, (sum, run) => checked(sum + run.Seconds));
        }

        var seconds = tierC.Aggregate(
            Int128.Zero, (sum, call) => checked(sum + ((Int128)call.BillableSeconds * call.Ids.Count)));
        return (decimal)checked(seconds * excess) / all;
    }

    private static ImmutableArray<SurchargeShare> SharesOf(IEnumerable<(PatternCall Call, Charge Charge)> charges) =>
    [
        .. charges
            .GroupBy(item => (item.Call.UnitId, item.Call.Number))
            .Select(group => new SurchargeShare(
                group.Key.UnitId,
                group.Key.Number,
                group.Aggregate(Charge.Zero, (sum, item) => sum + item.Charge)))
            .OrderBy(share => share.UnitId, StringComparer.Ordinal)
            .ThenBy(share => share.Number?.Digits ?? 0),
    ];

    private readonly record struct Counts(long All, long TierC, long Unknown)
    {
        public Counts With(PatternCall call) => new(
            checked(All + call.Ids.Count),
            call.Tier == NetworkTier.C ? checked(TierC + call.Ids.Count) : TierC,
            call.Tier is null ? checked(Unknown + call.Ids.Count) : Unknown);
    }
}
