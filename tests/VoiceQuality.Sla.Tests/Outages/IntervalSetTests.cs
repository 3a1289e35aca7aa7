using FsCheck;
using FsCheck.Fluent;
using NodaTime;
using VoiceQuality.Sla.Outages;
using Interval = NodaTime.Interval;

namespace VoiceQuality.Sla.Tests.Outages;

public class IntervalSetTests
{
    private static readonly Gen<Interval> Small = from start in Gen.Choose(0, 30) from length in Gen.Choose(0, 8)
        select new Interval(Instant.FromUnixTimeSeconds(start), Instant.FromUnixTimeSeconds(start + length));

    [Fact]
    public void What_remains_is_what_failed_and_was_not_excluded_second_by_second() =>
        Prop.ForAll(Small.ListOf().ToArbitrary(), Small.ListOf().ToArbitrary(), (failed, excluded) =>
        {
            var rest = IntervalSet.Subtract(failed, excluded);
            return Enumerable.Range(0, 45).Select(second => Instant.FromUnixTimeSeconds(second)).All(at =>
                rest.Any(one => one.Contains(at))
                    == (failed.Any(one => one.Contains(at)) && !excluded.Any(one => one.Contains(at))));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_union_is_disjoint_in_order_and_without_empty_intervals() =>
        Prop.ForAll(Small.ListOf().ToArbitrary(), list =>
        {
            var union = IntervalSet.Union(list);
            return union.All(one => one.Start < one.End)
                && union.Zip(union.Skip(1)).All(pair => pair.First.End < pair.Second.Start);
        }).QuickCheckThrowOnFailure();
}
