using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using NodaTime;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Sla.Rating;
using VoiceQuality.Sla.Usage;
using static VoiceQuality.Sla.Tests.Rating.RatingFixture;

namespace VoiceQuality.Sla.Tests.Rating;

/// <summary>A month from sums is the month from calls, whatever the policy.</summary>
public class RatedMonthTests
{
    private static readonly ServiceMonth Month = new(2025, 5);
    private static readonly AccountCalendar Utc = new(DateTimeZone.Utc);

    [Fact]
    public void Sums_give_the_same_lines_and_surcharge_as_the_calls() => Prop.ForAll(
        (from dnis in Gen.Elements(UtahFar, CaliforniaFar, CaliforniaFar, "+442079460000", "+33199000000", "+18775550100")
         from ani in Gen.Elements(UtahOwn, "anonymous")
         from unit in Gen.Elements("u", "other")
         from minute in Gen.Choose(0, 200)
         from ms in Gen.Choose(0, 200_000)
         from isInbound in Gen.Elements(false, false, true)
         select (dnis, ani, unit, minute, ms, isInbound)).ListOf().ToArbitrary(),
        specs =>
        {
            List<UsageCall> calls =
            [
                .. specs.Select((spec, i) => new UsageCall(
                    new CallIds($"c{i:0000}"), spec.unit,
                    spec.isInbound ? CallDirection.Inbound : CallDirection.Outbound,
                    spec.isInbound ? VoiceService.TollFree : VoiceService.Termination,
                    PartyNumber.Read(spec.isInbound ? spec.dnis : spec.ani),
                    PartyNumber.Read(spec.isInbound ? TollFreeOwn : spec.dnis),
                    May + Duration.FromMinutes(spec.minute), spec.ms)),
            ];

            foreach (var policy in Policies())
            {
                var expected = UsageRating.Of("A-1", Month, Utc, calls, Tables, policy);
                var actual = FromSums(calls, policy);

                Assert.Equal(expected.Units.Select(unit => unit.UnitId), actual.Units.Select(unit => unit.UnitId));
                foreach (var (left, right) in expected.Units.Zip(actual.Units))
                {
                    Assert.Equal(left.Lines.AsEnumerable(), right.Lines.AsEnumerable());
                    Assert.Equal((left.IsComplete, left.Total), (right.IsComplete, right.Total));
                }

                Assert.Equal(expected.Patterns.Keys, actual.Patterns.Keys);
                foreach (var (scope, pattern) in expected.Patterns)
                {
                    AssertSame(pattern, actual.Patterns[scope]);
                }
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Only_the_hour_in_which_the_allowance_ends_is_asked_for()
    {
        // Ten domestic calls: allowance 3. Seven Tier C in the hours 0 (3 calls), 1 (2) and 2 (2): four in excess,
        // which are the two of hour 2, the two of hour 1, and none of hour 0.
        PatternSum[] patterns = [new("u", PricingProgram.FlatRate, 3, 0, 7, 0, 7 * 60)];
        TierCHour[] hours = [Hour(0, 3), Hour(1, 2), Hour(2, 2)];
        var whole = SurchargeFromSums.Of(patterns, hours, ContractPolicy.Default);
        Assert.Null(whole.SplitHour);

        // 4 calls × 1 min × 0.03.
        Assert.Equal(0.12m, whole.Complete([]).Total.ToDecimal());

        // With eleven calls the allowance is floor(3.3) = 3 still, and 8 Tier C leave 5: one of the three of hour 0.
        patterns = [new("u", PricingProgram.FlatRate, 3, 0, 8, 0, 8 * 60)];
        hours = [Hour(0, 4), Hour(1, 2), Hour(2, 2)];
        var split = SurchargeFromSums.Of(patterns, hours, ContractPolicy.Default);
        Assert.Equal(May, split.SplitHour);
        Assert.Throws<ArgumentException>(() => split.Complete([]));
        Assert.Equal(
            0.15m,
            split.Complete([.. Enumerable.Range(0, 4).Select(i => new PatternCall(
                new CallIds($"{i}"), May, NetworkTier.C, PricingProgram.FlatRate, 60, "u"))]).Total.ToDecimal());
    }

    [Fact]
    public void Hours_that_do_not_add_up_are_refused() => Assert.Throws<ArgumentException>(() => SurchargeFromSums.Of(
        [new("u", PricingProgram.FlatRate, 0, 0, 2, 0, 120)], [Hour(0, 1)], ContractPolicy.Default));

    private static TierCHour Hour(int hour, long calls) => new(May + Duration.FromHours(hour), "u", null, calls, calls * 60);

    private static IEnumerable<ContractPolicy> Policies() =>
        from method in Enum.GetValues<SurchargeMethod>()
        from scope in Enum.GetValues<SurchargeScope>()
        select ContractPolicy.Default with { SurchargeMethod = method, SurchargeScope = scope };

    /// <summary>Sums by the plainest way there is, as a database would hold them.</summary>
    private static RatedMonth FromSums(List<UsageCall> calls, ContractPolicy policy)
    {
        var rated = calls.Select(call => (Call: call, Result: CallRatingResult.Of(
            CallRating.Rate(call, Tables), CallerIdSource.From, CalledNumberSource.RequestUri))).ToList();
        var tierC = rated
            .Where(pair => pair.Result.Pattern is { Program: PricingProgram.FlatRate, Tier: NetworkTier.C })
            .Select(pair => new PatternCall(
                pair.Call.Ids, pair.Call.AnsweredAt!.Value, NetworkTier.C, PricingProgram.FlatRate,
                pair.Result.Pattern!.Value.Seconds, pair.Call.UnitId, pair.Result.TollFreeNumber))
            .ToList();
        var sums = new RatedSums(
            [.. rated.Where(pair => pair.Result.ChargeUnits is not null)
                .GroupBy(pair => (pair.Call.UnitId, pair.Result.Kind!.Value, pair.Result.TollFreeNumber))
                .Select(group => new ChargeSum(
                    group.Key.UnitId, group.Key.Value, group.Key.TollFreeNumber, group.Count(),
                    group.Sum(pair => pair.Result.BillableSeconds!.Value),
                    group.Sum(pair => pair.Result.ChargeUnits!.Value)))],
            [.. rated.GroupBy(pair => (
                    pair.Call.UnitId, pair.Result.State, pair.Result.Unrated, pair.Result.LeavesPatternOpen))
                .Select(group => new StateSum(
                    group.Key.UnitId, group.Key.State, group.Key.Unrated, group.Key.LeavesPatternOpen, group.Count()))],
            [.. rated.Where(pair => pair.Result.Pattern is not null)
                .GroupBy(pair => (pair.Call.UnitId, pair.Result.Pattern!.Value.Program))
                .Select(group => new PatternSum(
                    group.Key.UnitId, group.Key.Program, Count(group, NetworkTier.A), Count(group, NetworkTier.B),
                    Count(group, NetworkTier.C), Count(group, null),
                    group.Where(pair => pair.Result.Pattern!.Value.Tier == NetworkTier.C)
                        .Sum(pair => pair.Result.Pattern!.Value.Seconds)))],
            [.. tierC.GroupBy(call => (HourOf(call.AnsweredAt), call.UnitId, call.Number))
                .Select(group => new TierCHour(
                    group.Key.Item1, group.Key.UnitId, group.Key.Number, group.Count(),
                    group.Sum(call => call.BillableSeconds)))]);
        var patterns = sums.Surcharges(policy).ToImmutableSortedDictionary(
            pair => pair.Key,
            pair => pair.Value?.Complete(
                [.. tierC.Where(call => HourOf(call.AnsweredAt) == pair.Value.SplitHour
                    && (pair.Key.Length == 0 || call.UnitId == pair.Key))]),
            StringComparer.Ordinal);
        return RatedMonth.Of("A-1", Month, sums, patterns, policy);

        static long Count(IEnumerable<(UsageCall Call, CallRatingResult Result)> group, NetworkTier? tier) =>
            group.Count(pair => pair.Result.Pattern!.Value.Tier == tier);
    }

    private static Instant HourOf(Instant at) => May + Duration.FromHours((int)(at - May).TotalHours);

    private static void AssertSame(SurchargeResult? expected, SurchargeResult? actual)
    {
        Assert.Equal(expected is null, actual is null);
        if (expected is not null && actual is not null)
        {
            Assert.Equal(
                (expected.DomesticCalls, expected.TierCCalls, expected.UnknownTierCalls, expected.Allowance,
                    expected.ExcessCalls, expected.ExcessSeconds, expected.Total),
                (actual.DomesticCalls, actual.TierCCalls, actual.UnknownTierCalls, actual.Allowance,
                    actual.ExcessCalls, actual.ExcessSeconds, actual.Total));
            Assert.Equal(expected.Shares.AsEnumerable(), actual.Shares.AsEnumerable());
        }
    }

    private static RatingTables Tables { get; } = ReferenceFixture.Book.RatingTablesOf("A-1");
}
