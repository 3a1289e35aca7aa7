using FsCheck;
using FsCheck.Fluent;
using NodaTime;
using VoiceQuality.Sla.Outages;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Policies;

namespace VoiceQuality.Sla.Tests.Outages;

public class OutageCreditTests
{
    private static readonly ServiceMonth May = new(2025, 5);
    private static readonly ServiceMonth June = new(2025, 6);

    [Fact]
    public void Each_date_earns_a_thirtieth_of_the_mrc_in_force_on_it()
    {
        // 300/30 + 600/30 = 10 + 20.
        var mrc = ComponentMrc.Of(
            [new MrcChange(Times.Date("2025-05-06"), 600m), new MrcChange(Times.Date("2025-01-01"), 300m)]);
        var line = LineOf(mrc, billed: 600m, posted: 0, "2025-05-05", "2025-05-06");
        Assert.Equal((2, 30.00m, false), (line.Days, line.Credit, line.IsCapped));
    }

    [Fact]
    public void A_date_before_the_component_was_charged_for_earns_nothing()
    {
        var mrc = ComponentMrc.Of([new MrcChange(Times.Date("2025-05-06"), 300m)]);
        Assert.Equal(10.00m, LineOf(mrc, billed: 251.61m, posted: 0, "2025-05-05", "2025-05-06").Credit);
    }

    [Fact]
    public void Thirty_one_days_are_capped_at_the_mrc_billed()
    {
        // 31 × 300/30 = 310.
        var dates = Enumerable.Range(1, 31).Select(day => $"2025-05-{day:00}").ToArray();
        var line = LineOf(Fixed(300m), billed: 300m, posted: 0, dates);
        Assert.Equal((31, 300.00m, true), (line.Days, line.Credit, line.IsCapped));

        // 30 × 300/30 = 300, which is not above it.
        line = LineOf(Fixed(300m), billed: 300m, posted: 0, dates[..30]);
        Assert.Equal((30, 300.00m, false), (line.Days, line.Credit, line.IsCapped));
    }

    [Fact]
    public void A_credited_bill_caps_at_zero_and_fractions_of_a_cent_are_not_credited()
    {
        Assert.Equal(0m, LineOf(Fixed(300m), billed: -5m, posted: 0, "2025-05-05").Credit);
        Assert.Equal(9.99m, LineOf(Fixed(300m), billed: 9.999m, posted: 0, "2025-05-05").Credit);
    }

    [Fact]
    public void Days_claimed_one_by_one_add_up_to_the_days_claimed_together()
    {
        // 100/30 = 3.333 → 3.33; 200/30 = 6.667 → 6.67 − 3.33 = 3.34; 300/30 = 10.00 − 6.67 = 3.33.
        Assert.Equal(3.33m, LineOf(Fixed(100m), 100m, 0m, "2025-05-05").Credit);
        Assert.Equal(3.34m, LineOf(Fixed(100m), 100m, 3.33m, "2025-05-05", "2025-05-09").Credit);
        Assert.Equal(3.33m, LineOf(Fixed(100m), 100m, 6.67m, "2025-05-05", "2025-05-09", "2025-05-01").Credit);
    }

    [Fact]
    public void Dates_that_were_excluded_after_all_leave_a_decrease()
    {
        var line = LineOf(Fixed(100m), billed: 100m, posted: 3.33m);
        Assert.Equal((0, 0m, -3.33m), (line.Days, line.TotalSoFar, line.Credit));
    }

    [Fact]
    public void Dates_go_to_the_month_that_holds_them_each_under_its_own_cap()
    {
        // 10.00 in May; 10.00 in June, of which 4.00 were billed.
        var statement = Calculate(Component(
            Fixed(300m), new() { [May] = 300m, [June] = 4m }, [], "2025-06-01", "2025-05-31"));
        Assert.Equal([(May, 10.00m, false), (June, 4.00m, true)],
            statement.Lines.Select(line => (line.Month, line.Credit!.Value, line.IsCapped)));
        Assert.Equal(14.00m, statement.Total);
        Assert.Equal((ContractPolicy.Default.Version, ContractPolicy.Default.Digest),
            (statement.PolicyVersion, statement.PolicyDigest));
    }

    [Fact]
    public void The_months_are_those_of_the_billing_cycle()
    {
        var calendar = new AccountCalendar(Times.Zone("America/Denver"), 15);
        var statement = OutageCredit.Calculate(
            [Component(Fixed(300m), new() { [May] = 300m }, [], "2025-05-31", "2025-06-14")],
            calendar, ContractPolicy.Default);
        Assert.Equal((May, 2, 20.00m),
            (statement.Lines.Single().Month, statement.Lines.Single().Days, statement.Total));
    }

    [Fact]
    public void What_the_contract_does_not_say_is_for_a_person_and_not_for_the_total()
    {
        var statement = Calculate(
            Component(ComponentMrc.UnsplitBundle, new() { [May] = 500m }, [], "2025-05-05"),
            Component(Fixed(300m), [], [], "2025-05-05") with { ComponentId = "b" },
            Component(ComponentMrc.UsageOnly, [], [], "2025-05-05") with { ComponentId = "c" },
            Component(Fixed(30m), new() { [May] = 30m }, [], "2025-05-05") with { ComponentId = "d" });
        Assert.Equal(
            [
                ("sip-trunk", null, OutageReviewReason.BundleWithoutSplit),
                ("b", null, OutageReviewReason.MrcBilledUnknown),
                ("c", 0m, null),
                ("d", 1.00m, (OutageReviewReason?)null),
            ],
            statement.Lines.Select(line => (line.ComponentId, line.Credit, line.Review)));
        Assert.Equal(1.00m, statement.Total);
    }

    [Fact]
    public void A_component_that_is_named_twice_would_have_two_caps_and_is_refused() =>
        Assert.Throws<ArgumentException>(() => Calculate(
            Component(Fixed(300m), new() { [May] = 300m }, [], "2025-05-05"),
            Component(Fixed(300m), new() { [May] = 300m }, [], "2025-05-06")));

    [Fact]
    public void An_mrc_has_one_amount_for_a_date_and_none_below_zero()
    {
        var day = Times.Date("2025-01-01");
        Assert.Throws<ArgumentException>(() => ComponentMrc.Of([]));
        Assert.Throws<ArgumentException>(() => ComponentMrc.Of([new MrcChange(day, -0.01m)]));
        Assert.Throws<ArgumentException>(() => ComponentMrc.Of([new MrcChange(day, 1m), new MrcChange(day, 2m)]));
    }

    [Fact]
    public void In_whatever_order_days_are_claimed_the_sum_is_the_same_never_above_the_bill_and_replay_adds_nothing()
    {
        var days = Gen.Choose(0, 60).ListOf();
        Prop.ForAll(
            days.ToArbitrary(), Gen.Choose(0, 200_000).ToArbitrary(), Gen.Choose(0, 200_000).ToArbitrary(),
            (offsets, mrcCents, billedCents) =>
            {
                var billed = billedCents / 100m;
                var all = offsets.Select(offset => Times.Date("2025-05-01").PlusDays(offset)).ToList();
                var component = Component(
                    Fixed(mrcCents / 100m), new() { [May] = billed, [June] = billed }, []);
                var posted = new Dictionary<ServiceMonth, decimal>();

                for (var count = 1; count <= all.Count; count++)
                {
                    foreach (var line in Calculate(
                        component with { Dates = all[..count], AlreadyPosted = posted }).Lines)
                    {
                        posted[line.Month] = posted.GetValueOrDefault(line.Month) + line.Credit!.Value;
                    }
                }

                var together = Calculate(component with { Dates = [.. Enumerable.Reverse(all)] });
                var replay = Calculate(component with { Dates = all, AlreadyPosted = posted });
                return together.Total == posted.Values.Sum()
                    && together.Total == together.Lines.Sum(line => line.Credit)
                    && together.Lines.All(line => line.Credit <= billed && line.Credit >= 0
                        && line.Credit == Money.RoundToCents(line.Credit.Value)
                        && line.IsCapped == (Math.Round(
                            line.Days * mrcCents / 3_000m, 2, MidpointRounding.AwayFromZero) > billed))
                    && replay.Total == 0;
            }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Credits_of_different_bases_stand_side_by_side()
    {
        Assert.Equal(116.00m, CreditStack.TotalOf([10.00m, 106.00m]));
        Assert.Equal(0m, CreditStack.TotalOf([]));
        Assert.Throws<ArgumentException>(() => CreditStack.TotalOf([0.005m]));
    }

    private static ComponentMrc Fixed(decimal amount) =>
        ComponentMrc.Of([new MrcChange(Times.Date("2025-01-01"), amount)]);

    private static ComponentOutage Component(
        ComponentMrc mrc,
        Dictionary<ServiceMonth, decimal> billed,
        Dictionary<ServiceMonth, decimal> posted,
        params string[] dates) =>
        new("sip-trunk", mrc, billed, [.. dates.Select(Times.Date)], posted);

    private static OutageCreditStatement Calculate(params ComponentOutage[] components) =>
        OutageCredit.Calculate(components, Times.Denver, ContractPolicy.Default);

    private static OutageCreditLine LineOf(ComponentMrc mrc, decimal billed, decimal posted, params string[] dates) =>
        Assert.Single(Calculate(Component(mrc, new() { [May] = billed }, new() { [May] = posted }, dates)).Lines);
}
