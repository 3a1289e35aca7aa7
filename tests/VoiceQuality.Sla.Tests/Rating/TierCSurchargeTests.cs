using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using NodaTime;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Sla.Rating;

namespace VoiceQuality.Sla.Tests.Rating;

public class TierCSurchargeTests
{
    private static readonly ContractPolicy Policy = ContractPolicy.Default;
    private static readonly ContractPolicy ProRata = Policy with { SurchargeMethod = SurchargeMethod.ProRataMinutes };

    // Ids that stand between one another's: "c-0-0001" < "c-0001" < "c-0001x" < "c-0002".
    private static readonly string[] Ids = ["c", "c-0", "c-0001x", "c-0005", "b", "d"];

    private static readonly Gen<PatternCall> AnyRun =
        from id in Gen.Elements(Ids)
        from length in Gen.Choose(0, 14)
        from hour in Gen.Choose(0, 2)
        from tier in Gen.Elements<NetworkTier?>(NetworkTier.A, NetworkTier.C, NetworkTier.C, NetworkTier.C, null)
        from steps in Gen.Choose(1, 5)
        from program in Gen.Frequency(
            (9, Gen.Constant(PricingProgram.FlatRate)), (1, Gen.Constant(PricingProgram.Tiered)))
        from unit in Gen.Elements("u1", "u2")
        select new PatternCall(
            new CallIds(id, length == 0 ? null : length), At(hour), tier, program, steps * 6, unit);

    [Fact]
    public void The_allowance_is_thirty_percent_of_the_calls_rounded_down()
    {
        Assert.Equal((3L, 0L), Pattern(7, 3));       // 30 % of 10 = 3
        Assert.Equal((3L, 1L), Pattern(7, 4));       // 30 % of 11 = 3.3
        Assert.Equal((300L, 50L), Pattern(650, 350));
        Assert.Equal((0L, 1L), Pattern(0, 1));

        static (long, long) Pattern(long a, long c)
        {
            var result = TierCSurcharge.Of([Run("a", NetworkTier.A, 0, a), Run("c", NetworkTier.C, 0, c)], Policy);
            return (result.Allowance, result.ExcessCalls);
        }
    }

    [Fact]
    public void The_calls_in_excess_are_the_last_by_answer_and_then_by_id()
    {
        // N = 10, 3 free of 5. At hour 1 "y" comes before "z"; the calls at hour 2 are the last.
        var result = TierCSurcharge.Of(
            [
                Call("z", 1), Call("y", 1), Call("a", 2), Call("x", 0), Call("w", 0),
                Run("other", NetworkTier.B, 3, 5),
            ],
            Policy);
        Assert.Equal(["z", "a"], result.ExcessIds());
        Assert.Equal("0.06", result.Total.ToString());     // 2 × 1 min × 0.03
    }

    [Fact]
    public void An_unknown_tier_counts_in_n_and_never_as_c()
    {
        var result = TierCSurcharge.Of([Run("u", null, 0, 6), Run("c", NetworkTier.C, 0, 4)], Policy);
        Assert.Equal((10L, 4L, 6L, 3L, 1L), (
            result.DomesticCalls, result.TierCCalls, result.UnknownTierCalls, result.Allowance, result.ExcessCalls));
    }

    [Theory]
    [InlineData(PricingProgram.Tiered)]
    [InlineData(PricingProgram.LataOcn)]
    public void Other_programs_bear_no_surcharge_and_do_not_enter_the_pattern_of_the_flat_rate(PricingProgram program)
    {
        var others = Run("t", NetworkTier.C, 0, 100) with { Program = program };
        var alone = TierCSurcharge.Of([others], Policy);
        Assert.Equal((100L, 100L, 0L, Charge.Zero), (
            alone.DomesticCalls, alone.TierCCalls, alone.ExcessCalls, alone.Total));

        var mixed = TierCSurcharge.Of([others, Run("a", NetworkTier.A, 1, 7), Run("c", NetworkTier.C, 1, 4)], Policy);
        Assert.Equal((11L, 4L, 1L), (mixed.DomesticCalls, mixed.TierCCalls, mixed.ExcessCalls));
    }

    [Fact]
    public void Pro_rata_shares_the_excess_over_all_tier_c_minutes()
    {
        // 7 A and 4 C, allowance 3: a quarter of the 60 + 60 + 60 + 30 = 210 s; 52.5/60 × 0.03 = 0.02625.
        var result = TierCSurcharge.Of(
            [Run("a", NetworkTier.A, 0, 7), Run("c", NetworkTier.C, 0, 3), Call("d", 1) with { BillableSeconds = 30 }],
            ProRata);
        Assert.Equal((52.5m, "0.02625"), (result.ExcessSeconds, result.Total.ToString()));
    }

    [Fact]
    public void Pro_rata_is_exact_where_the_share_has_no_end()
    {
        // 0 A and 3 C of 6 s, allowance 0: all of it. With 4 A and 3 C, allowance 2: 1/3 of 18 s = 6 s → 0.003.
        var result = TierCSurcharge.Of([Run("a", NetworkTier.A, 0, 4), Run("c", NetworkTier.C, 0, 3, 6)], ProRata);
        Assert.Equal("0.003", result.Total.ToString());
    }

    [Fact]
    public void A_billion_calls_are_not_listed_one_by_one()
    {
        // N = 2·10⁹, 6·10⁸ free of 10⁹: 4·10⁸ × 0.1 min × 0.03 = 1 200 000.
        var result = TierCSurcharge.Of(
            [Run("a", NetworkTier.A, 0, 1_000_000_000), Run("c", NetworkTier.C, 0, 1_000_000_000, 6)], Policy);
        Assert.Equal((400_000_000L, 1_200_000.00m), (result.ExcessCalls, result.Total.RoundToCents()));
    }

    [Fact]
    public void Long_runs_are_ordered_by_the_text_of_their_ids()
    {
        // 12 345 Tier C calls alone, floor(3703.5) = 3703 free; "c-10000" stands before "c-1001".
        const int Length = 12_345;
        var listed = Enumerable.Range(1, Length)
            .Select(i => "c-" + i.ToString("0000", CultureInfo.InvariantCulture))
            .Order(StringComparer.Ordinal)
            .Skip(3703);
        var result = TierCSurcharge.Of([Run("c", NetworkTier.C, 0, Length)], Policy);
        Assert.Equal(listed, result.ExcessIds());
    }

    [Fact]
    public void Grouping_calls_equals_listing_them_whatever_order_they_come_in() => Prop.ForAll(
        AnyRun.ListOf().ToArbitrary(),
        runs =>
        {
            var calls = DistinctIds(runs);
            var listed = calls.SelectMany(Listed).ToList();
            var grouped = TierCSurcharge.Of(calls, Policy);
            var single = TierCSurcharge.Of(Enumerable.Reverse(listed), Policy);

            var flat = listed.Where(call => call.Program == PricingProgram.FlatRate).ToList();
            var inExcess = flat.Where(call => call.Tier == NetworkTier.C)
                .OrderBy(call => call.AnsweredAt).ThenBy(call => call.Ids.Id, StringComparer.Ordinal)
                .Skip((int)decimal.Floor(flat.Count * 0.30m)).ToList();
            var seconds = inExcess.Sum(call => call.BillableSeconds);

            Assert.Equal(inExcess.Select(call => call.Ids.Id), grouped.ExcessIds());
            Assert.Equal(inExcess.Select(call => call.Ids.Id), single.ExcessIds());
            Assert.Equal(seconds, grouped.ExcessSeconds);
            Assert.Equal(seconds * 0.0005m, grouped.Total.ToDecimal());
            Assert.Equal(grouped.Shares.AsEnumerable(), single.Shares.AsEnumerable());
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_surcharge_never_exceeds_that_of_all_tier_c_calls_and_its_shares_add_up_to_it() => Prop.ForAll(
        AnyRun.ListOf().ToArbitrary(),
        runs =>
        {
            var calls = DistinctIds(runs);
            var all = calls.Where(call => call is { Tier: NetworkTier.C, Program: PricingProgram.FlatRate })
                .Sum(call => call.BillableSeconds * call.Ids.Count) * 0.0005m;

            foreach (var policy in new[] { Policy, ProRata })
            {
                var result = TierCSurcharge.Of(calls, policy);
                var sum = result.Shares.Aggregate(Charge.Zero, (total, share) => total + share.Charge);
                Assert.Equal(result.Total, sum);
                Assert.True(result.Total.ToDecimal() <= all);
            }
        }).QuickCheckThrowOnFailure();

    private static List<PatternCall> DistinctIds(IEnumerable<PatternCall> runs)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        return [.. runs.Where(run => Listed(run).Select(call => call.Ids.Id).ToList() is var ids
            && !ids.Any(taken.Contains) && ids.All(taken.Add))];
    }

    private static IEnumerable<PatternCall> Listed(PatternCall run) => run.Ids.RunLength is { } length
        ? Enumerable.Range(1, (int)length).Select(i => run with
        {
            Ids = new CallIds(string.Create(CultureInfo.InvariantCulture, $"{run.Ids.Id}-{i:0000}")),
        })
        : [run];

    private static Instant At(int hour) => RatingFixture.May + Duration.FromHours(hour);

    private static PatternCall Call(string id, int hour) =>
        new(new CallIds(id), At(hour), NetworkTier.C, PricingProgram.FlatRate, 60);

    private static PatternCall Run(string id, NetworkTier? tier, int hour, long length, long seconds = 60) =>
        new(new CallIds(id, length), At(hour), tier, PricingProgram.FlatRate, seconds);
}
