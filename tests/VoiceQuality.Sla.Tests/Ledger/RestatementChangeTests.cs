using NodaTime;
using VoiceQuality.Sla.Credits;
using VoiceQuality.Sla.Ledger;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Sla.Usage;

namespace VoiceQuality.Sla.Tests.Ledger;

/// <summary>Every version of a month says what is other than before, and why .</summary>
public class RestatementChangeTests
{
    private static readonly Instant March = Instant.FromUtc(2025, 3, 1, 7, 0);
    private static readonly Instant April = Instant.FromUtc(2025, 4, 1, 6, 0);

    private static readonly PublishedFigures Before = new(
        1, new UnitMonthCalls(3, new MeanMos(68_001, 2)), MosStatus.Scored, "3.400", 30,
        new UsageBase(UsageBaseStatus.Known, 100m, 20m), 30.00m, March, April, "aa", "2025a");

    [Fact]
    public void Nothing_differs_between_two_versions_with_the_same_figures()
    {
        var change = RestatementChange.Of(Before, Before with { Version = 2 });
        Assert.True(change.IsEmpty);
        Assert.Empty(change.Reasons);
    }

    [Fact]
    public void Late_calls_are_told_with_their_count_sum_and_average()
    {
        // A fourth call that was scored 3.0000: 68001 + 30000 = 98001 of three, mean 3.26670.
        var after = Before with
        {
            Calls = new UnitMonthCalls(4, new MeanMos(98_001, 3)),
            MosDisplay = "3.266",
        };
        AssertChange(
            after,
            [RestatementReason.CallsChanged],
            ("answered", "3", "4"), ("scored", "2", "3"), ("sumMosE4", "68001", "98001"), ("meanMos", "3.400", "3.266"));
    }

    [Fact]
    public void A_month_that_loses_its_only_scores_has_another_status_and_no_average() => AssertChange(
        Before with
        {
            Calls = new UnitMonthCalls(3, default),
            MosStatus = MosStatus.Undetermined,
            MosDisplay = null,
            Percent = 0,
            CreditIfClaimed = null,
        },
        [RestatementReason.CallsChanged],
        ("scored", "2", "0"), ("sumMosE4", "68001", "0"), ("mosStatus", "SCORED", "UNDETERMINED"),
        ("meanMos", "3.400", null), ("percent", "30", "0"), ("creditIfClaimed", "30.00", null));

    [Fact]
    public void Other_billed_usage_is_a_change_of_usage() => AssertChange(
        Before with { Base = new UsageBase(UsageBaseStatus.Known, 110.5m, 20m), CreditIfClaimed = 33.15m },
        [RestatementReason.UsageChanged],
        ("base", "100.00", "110.50"), ("creditIfClaimed", "30.00", "33.15"));

    [Fact]
    public void What_is_barred_moves_within_the_billed_sum_and_is_no_change_of_usage() => AssertChange(
        Before with { Base = new UsageBase(UsageBaseStatus.Known, 90m, 30m) },
        [RestatementReason.BarChanged],
        ("base", "100.00", "90.00"), ("barred", "20.00", "30.00"));

    // 100 and 20 of 120 billed; then 120 and 20 of 140.
    [Fact]
    public void More_usage_outside_the_barred_numbers_leaves_the_bar_alone() => AssertChange(
        Before with { Base = new UsageBase(UsageBaseStatus.Known, 120m, 20m) },
        [RestatementReason.UsageChanged],
        ("base", "100.00", "120.00"));

    [Fact]
    public void Usage_that_is_not_known_any_more_is_a_change_of_usage_and_not_of_the_bar() => AssertChange(
        Before with { Base = new UsageBase(UsageBaseStatus.NotImported, null, 20m) },
        [RestatementReason.UsageChanged],
        ("usageStatus", "KNOWN", "NOT_IMPORTED"), ("base", "100.00", null));

    [Fact]
    public void A_missing_toll_free_number_is_a_change_of_the_bar_whichever_way_it_goes()
    {
        var missing = Before with { Base = new UsageBase(UsageBaseStatus.TollFreeNumberMissing, null, 20m) };
        foreach (var (one, other) in new[] { (Before, missing), (missing, Before) })
        {
            Assert.Equal(
                [RestatementReason.UsageChanged, RestatementReason.BarChanged],
                RestatementChange.Of(one, other).Reasons.AsEnumerable());
        }

        Assert.Empty(RestatementChange.Of(missing, missing).Reasons);
    }

    [Fact]
    public void Another_reading_of_the_contract_is_a_change_of_policy() => AssertChange(
        Before with { PolicyDigest = "bb" }, [RestatementReason.PolicyChanged], ("policyDigest", "aa", "bb"));

    [Fact]
    public void Other_bounds_or_other_zone_data_are_a_change_of_the_calendar()
    {
        AssertChange(
            Before with { PeriodStart = March + Duration.FromHours(1) },
            [RestatementReason.CalendarChanged],
            ("periodStart", "2025-03-01T07:00:00Z", "2025-03-01T08:00:00Z"));
        AssertChange(
            Before with { PeriodEnd = April + Duration.FromHours(1) },
            [RestatementReason.CalendarChanged],
            ("periodEnd", "2025-04-01T06:00:00Z", "2025-04-01T07:00:00Z"));
        AssertChange(
            Before with { TimeZoneDatabaseVersion = "2025b" },
            [RestatementReason.CalendarChanged],
            ("tzdbVersion", "2025a", "2025b"));
    }

    [Fact]
    public void Reasons_are_told_in_their_order_whatever_changed() => Assert.Equal(
        [
            RestatementReason.CallsChanged, RestatementReason.UsageChanged, RestatementReason.BarChanged,
            RestatementReason.PolicyChanged, RestatementReason.CalendarChanged,
        ],
        RestatementChange.Of(
            Before,
            Before with
            {
                Calls = default,
                Base = UsageBase.Known(1m),
                PolicyDigest = "bb",
                TimeZoneDatabaseVersion = "2025b",
            }).Reasons.AsEnumerable());

    [Fact]
    public void A_computed_month_is_published_as_it_was_computed()
    {
        var calendar = new AccountCalendar(DateTimeZone.Utc);
        var calls = new UnitMonthCalls(3, new MeanMos(68_001, 2));
        var month = MonthlyEligibility.Of(
            new ServiceMonth(2025, 2), calendar, calls, UsageBase.Known(658.26m), April, ContractPolicy.Default);

        // (3.4000 + 3.4001) / 2 = 3.40005 is below 3.5: 30 % of 658.26 = 197.478.
        Assert.Equal(
            new PublishedFigures(
                7, calls, MosStatus.Scored, "3.400", 30, UsageBase.Known(658.26m), 197.48m,
                Instant.FromUtc(2025, 2, 1, 0, 0), Instant.FromUtc(2025, 3, 1, 0, 0), ContractPolicy.Default.Digest,
                TimeZones.DatabaseVersion),
            PublishedFigures.Of(month, 7));
    }

    private static void AssertChange(
        PublishedFigures after, RestatementReason[] reasons, params (string Figure, string? Was, string? IsNow)[] figures)
    {
        var change = RestatementChange.Of(Before, after);
        Assert.False(change.IsEmpty);
        Assert.Equal(reasons, change.Reasons.AsEnumerable());
        Assert.Equal(
            figures, change.Differences.Select(difference => (difference.Figure, difference.Before, difference.After)));
    }
}
