using System.Collections.Immutable;
using NodaTime;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Policies;

namespace VoiceQuality.Sla.Rating;

/// <summary>
/// Answered domestic calls of a unit under one pricing program, by the tier of the far end.
/// </summary>
/// <param name="UnitId">Business unit.</param>
/// <param name="Program">Pricing program at the answer.</param>
/// <param name="TierA">Calls of Tier A.</param>
/// <param name="TierB">Calls of Tier B.</param>
/// <param name="TierC">Calls of Tier C.</param>
/// <param name="UnknownTier">Calls that the table has no row for .</param>
/// <param name="TierCSeconds">Billable seconds of the calls of Tier C.</param>
public readonly record struct PatternSum(
    string UnitId, PricingProgram Program, long TierA, long TierB, long TierC, long UnknownTier, long TierCSeconds)
{
    /// <summary>All of them.</summary>
    public long Calls => checked(TierA + TierB + TierC + UnknownTier);
}

/// <summary>Tier C calls under the flat-rate program that were answered in one hour, of one unit and number.</summary>
/// <param name="Hour">First instant of the hour; calls are put into the hour of their answer in UTC.</param>
/// <param name="UnitId">Business unit.</param>
/// <param name="Number">Toll-free number; null for none.</param>
/// <param name="Calls">Number of calls.</param>
/// <param name="Seconds">Their billable seconds.</param>
public readonly record struct TierCHour(Instant Hour, string UnitId, PhoneNumber? Number, long Calls, long Seconds);

/// <summary>
/// The surcharge of a month from its sums. The calls above the allowance are those that were answered
/// last, so all but one of the hours count wholly or not at all; of that one hour alone the calls are asked for. The
/// result is the same, to the last fraction of a cent, as that of <see cref="TierCSurcharge.Of"/> over every call.
/// </summary>
public sealed class SurchargeFromSums
{
    private readonly ContractPolicy _policy;
    private readonly ImmutableArray<TierCHour> _wholeHours;
    private readonly PatternSum _flat;
    private readonly PatternSum _counted;
    private readonly long _allowance;
    private readonly long _excess;
    private readonly long _ofSplitHour;

    private SurchargeFromSums(
        ContractPolicy policy, PatternSum flat, PatternSum counted, IReadOnlyList<TierCHour> hours)
    {
        _policy = policy;
        _flat = flat;
        _counted = counted;
        _allowance = TierCSurcharge.AllowanceOf(counted.Calls, policy);
        _excess = flat.Calls > 0 ? Math.Max(0, flat.TierC - _allowance) : 0;
        if (_excess == 0 || policy.SurchargeMethod == SurchargeMethod.ProRataMinutes)
        {
            _wholeHours = _excess == 0 ? [] : [.. hours];
            return;
        }

        var whole = ImmutableArray.CreateBuilder<TierCHour>();
        var left = _excess;
        foreach (var hour in hours.GroupBy(hour => hour.Hour).OrderByDescending(group => group.Key))
        {
            var calls = hour.Sum(part => part.Calls);
            if (calls > left)
            {
                SplitHour = left > 0 ? hour.Key : null;
                break;
            }

            whole.AddRange(hour);
            left -= calls;
        }

        _ofSplitHour = left;
        _wholeHours = whole.ToImmutable();
    }

    /// <summary>The hour of which some calls are in excess and some are not; null when there is none.</summary>
    public Instant? SplitHour { get; }

    /// <summary>Reads the pattern off the sums of one scope.</summary>
    /// <param name="patterns">The pattern sums of the scope: of all units of an account, or of one unit.</param>
    /// <param name="hours">Its Tier C calls by hour.</param>
    /// <param name="policy">The reading of the contract.</param>
    /// <exception cref="ArgumentException">The hours do not add up to the Tier C calls.</exception>
    public static SurchargeFromSums Of(
        IReadOnlyList<PatternSum> patterns, IReadOnlyList<TierCHour> hours, ContractPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(patterns);
        ArgumentNullException.ThrowIfNull(hours);
        ArgumentNullException.ThrowIfNull(policy);
        var flat = Total(patterns.Where(sum => sum.Program == PricingProgram.FlatRate));
        if (hours.Sum(hour => hour.Calls) != flat.TierC || hours.Sum(hour => hour.Seconds) != flat.TierCSeconds)
        {
            throw new ArgumentException("The hours do not add up to the Tier C calls.", nameof(hours));
        }

        var counted = flat.Calls > 0
            ? flat
            : Total(patterns.Where(sum => sum.Program != PricingProgram.FlatRate));
        return new SurchargeFromSums(policy, flat, counted, hours);
    }

    /// <summary>The surcharge.</summary>
    /// <param name="callsOfSplitHour">
    /// All Tier C calls of <see cref="SplitHour"/> and the scope, in any order; none when there is no such hour.
    /// </param>
    /// <exception cref="ArgumentException">There are fewer calls than the hour has in excess.</exception>
    public SurchargeResult Complete(IReadOnlyList<PatternCall> callsOfSplitHour)
    {
        ArgumentNullException.ThrowIfNull(callsOfSplitHour);
        if (callsOfSplitHour.Sum(call => call.Ids.Count) < _ofSplitHour)
        {
            throw new ArgumentException("Calls of the split hour are missing.", nameof(callsOfSplitHour));
        }

        var split = _ofSplitHour > 0 ? ExcessCalls.Of([.. callsOfSplitHour], _ofSplitHour) : [];
        var seconds = _wholeHours.Select(hour => (hour.UnitId, hour.Number, Seconds: (Int128)hour.Seconds))
            .Concat(split.Select(run => (run.Call.UnitId, run.Call.Number, run.Seconds)))
            .GroupBy(part => (part.UnitId, part.Number))
            .Select(group => (
                group.Key, Seconds: group.Aggregate(Int128.Zero, (sum, part) => checked(sum + part.Seconds))))
            .OrderBy(part => part.Key.UnitId, StringComparer.Ordinal).ThenBy(part => part.Key.Number?.Digits ?? 0)
            .ToList();
        var isProRata = _policy.SurchargeMethod == SurchargeMethod.ProRataMinutes;
        var rate = Rate.Round(_policy.TierCSurchargePerMinute);
        ImmutableArray<SurchargeShare> shares =
        [
            .. seconds.Select(part => new SurchargeShare(
                part.Key.UnitId, part.Key.Number, ChargeOf(rate, checked((long)part.Seconds), isProRata))),
        ];
        var all = seconds.Aggregate(Int128.Zero, (sum, part) => checked(sum + part.Seconds));

        return new SurchargeResult(
            _counted.Calls,
            _counted.TierC,
            _counted.UnknownTier,
            _allowance,
            _excess,
            _excess == 0 ? 0 : isProRata ? (decimal)checked(all * _excess) / _flat.TierC : (decimal)all,
            shares.Aggregate(Charge.Zero, (sum, share) => sum + share.Charge),
            shares,
            split);
    }

    private Charge ChargeOf(Rate rate, long seconds, bool isProRata) => isProRata
        ? Charge.Of(rate, seconds).Share(_excess, _flat.TierC)
        : Charge.Of(rate, seconds);

    private static PatternSum Total(IEnumerable<PatternSum> sums) => sums.Aggregate(
        new PatternSum("", PricingProgram.FlatRate, 0, 0, 0, 0, 0),
        (total, sum) => checked(total with
        {
            TierA = total.TierA + sum.TierA,
            TierB = total.TierB + sum.TierB,
            TierC = total.TierC + sum.TierC,
            UnknownTier = total.UnknownTier + sum.UnknownTier,
            TierCSeconds = total.TierCSeconds + sum.TierCSeconds,
        }));
}
