using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using NodaTime;
using NodaTime.Text;
using VoiceQuality.Sla.Credits;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Sla.Usage;

namespace VoiceQuality.Sla.Tests.Credits;

public class MosCreditTests
{
    private static readonly AccountCalendar Denver = CalendarOf("America/Denver");
    private static readonly ServiceMonth February = new(2025, 2);

    [Theory]
    [InlineData("3.4", 30, "8420.15", "2526.05")]     // 2526.045, half away from zero
    [InlineData("3.62", 10, "12345.67", "1234.57")]   // 1234.567
    [InlineData("3.62", 10, "0.05", "0.01")]          // 0.005
    [InlineData("2.5", 100, "812.34", "812.34")]
    [InlineData("3.1", 60, "1000.01", "600.01")]      // 600.006
    [InlineData("3.8995", 10, "100.00", "10.00")]
    public void A_claim_in_time_is_granted_at_the_percentage_of_its_row(
        string mean, int percent, string usage, string credit)
    {
        var decision = Decide(mean: mean, usage: usage);
        Assert.Equal((CreditDecision.Granted, null, percent), (decision.Decision, decision.Reason, decision.Percent));
        Assert.Equal(Amount(usage), decision.Base);
        Assert.Equal(Amount(credit), decision.Credit);
    }

    [Theory]
    [InlineData("2025-02-28T23:59:59.999-07:00", CreditDecision.Denied, MosCreditReason.MonthNotClosed)]
    [InlineData("2025-03-01T00:00:00-07:00", CreditDecision.Granted, null)]
    [InlineData("2025-03-31T23:59:59.999999999-06:00", CreditDecision.Granted, null)]
    [InlineData("2025-04-01T00:00:00-06:00", CreditDecision.Denied, MosCreditReason.NotPrecedingMonth)]
    [InlineData("2026-03-10T00:00:00-06:00", CreditDecision.Denied, MosCreditReason.NotPrecedingMonth)]
    public void The_window_is_the_month_that_follows_on_the_accounts_clock(
        string requestedAt, CreditDecision decision, MosCreditReason? reason)
    {
        var decided = Decide(requestedAt: requestedAt);
        Assert.Equal((decision, reason), (decided.Decision, decided.Reason));
        if (reason is not null)
        {
            Assert.Equal((0, (decimal?)null, 0m), (decided.Percent, decided.Base, decided.Credit));
        }
    }

    [Fact]
    public void A_half_hour_zone_decides_by_its_own_midnight()
    {
        // Kolkata is UTC+5:30: its April begins at 18:30 UTC on March 31.
        var kolkata = CalendarOf("Asia/Kolkata");
        Assert.Null(Decide(requestedAt: "2025-03-31T18:29:59Z", calendar: kolkata).Reason);
        Assert.Equal(
            MosCreditReason.NotPrecedingMonth, Decide(requestedAt: "2025-03-31T18:30:00Z", calendar: kolkata).Reason);
    }

    [Theory]
    [InlineData("0.00")]
    [InlineData("-12.00")]
    public void Without_a_positive_base_nothing_is_credited_and_the_base_is_recorded(string usage)
    {
        var decision = Decide(mean: "3.0", usage: usage);
        Assert.Equal(
            (CreditDecision.Denied, MosCreditReason.NoBase, 60, Amount(usage), 0m),
            (decision.Decision, decision.Reason, decision.Percent, decision.Base, decision.Credit));
    }

    [Fact]
    public void A_good_month_is_denied_before_its_base_is_asked_for()
    {
        Assert.Equal(MosCreditReason.MosNotBelowThreshold, Decide(mean: "3.9", usage: "0.00").Reason);
        Assert.Equal(MosCreditReason.MosNotBelowThreshold, Decide(mean: "4.2", usage: null).Reason);
    }

    [Fact]
    public void Unknown_usage_is_for_a_person_and_never_a_denial()
    {
        var decision = Decide(usage: null);
        Assert.Equal(
            (CreditDecision.Review, MosCreditReason.UsageUnknown, 10, (decimal?)null, 0m),
            (decision.Decision, decision.Reason, decision.Percent, decision.Base, decision.Credit));
    }

    [Fact]
    public void A_blind_month_is_for_a_person_and_a_month_without_calls_is_denied()
    {
        var blind = Decide(tier: MosTier.ForMonth(412, default));
        var silent = Decide(tier: MosTier.ForMonth(0, default));
        var faulty = Decide(tier: MosTier.ForMean(0.0m));
        Assert.Equal((CreditDecision.Review, MosCreditReason.Undetermined), (blind.Decision, blind.Reason));
        Assert.Equal((CreditDecision.Denied, MosCreditReason.NoCalls), (silent.Decision, silent.Reason));
        Assert.Equal((CreditDecision.Review, MosCreditReason.Invalid), (faulty.Decision, faulty.Reason));
        Assert.All([blind, silent, faulty], decision => Assert.Equal((null, 0m), (decision.Base, decision.Credit)));
    }

    [Fact]
    public void A_repeat_points_at_the_first_decision_and_credits_nothing()
    {
        var decision = Decide(firstDecisionId: "D-1");
        Assert.Equal(
            (CreditDecision.Denied, MosCreditReason.Duplicate, "D-1", 0m),
            (decision.Decision, decision.Reason, decision.DuplicateOf, decision.Credit));
        Assert.False(decision.SettlesMonth);
    }

    [Fact]
    public void A_claim_that_came_too_early_does_not_use_up_the_claim()
    {
        Assert.False(Decide(requestedAt: "2025-02-15T12:00:00Z").SettlesMonth);
        Assert.True(Decide().SettlesMonth);
        Assert.True(Decide(requestedAt: "2025-05-15T12:00:00Z").SettlesMonth);
    }

    [Fact]
    public void A_decision_says_by_which_reading_and_which_clock_it_was_made()
    {
        var decision = Decide();
        Assert.Equal((February, "3.600"), (decision.Month, decision.Tier.Display));
        Assert.Equal(ContractPolicy.Default.Version, decision.PolicyVersion);
        Assert.Equal(ContractPolicy.Default.Digest, decision.PolicyDigest);
        Assert.Equal(TimeZones.DatabaseVersion, decision.TimeZoneDatabaseVersion);
        Assert.Matches("^20[0-9]{2}[a-z]$", decision.TimeZoneDatabaseVersion);
    }

    [Fact]
    public void The_base_month_follows_the_policy()
    {
        var requestedAt = OffsetDateTimePattern.ExtendedIso.Parse("2025-03-10T10:00:00-06:00").Value.ToInstant();
        var request = ContractPolicy.Default with { MosBasePeriod = MosBasePeriod.RequestMonth };
        Assert.Equal(February, MosCredit.BaseMonth(February, requestedAt, Denver, ContractPolicy.Default));
        Assert.Equal(new ServiceMonth(2025, 3), MosCredit.BaseMonth(February, requestedAt, Denver, request));
    }

    [Fact]
    public void A_credit_is_whole_cents_and_never_below_zero_or_above_its_base() =>
        Prop.ForAll(
            Gen.Choose(-1_000_000, 100_000_000).ToArbitrary(),
            Gen.Elements(0, 10, 30, 60, 100).ToArbitrary(),
            (tenThousandths, percent) =>
            {
                var usage = tenThousandths / 10_000m;
                var credit = MosCredit.AmountOf(percent, usage);
                return credit >= 0 && credit <= Math.Max(usage, 0) && credit == decimal.Round(credit, 2);
            }).QuickCheckThrowOnFailure();

    private static MosDecision Decide(
        string mean = "3.6",
        string? usage = "100.00",
        string requestedAt = "2025-03-10T10:00:00-06:00",
        AccountCalendar? calendar = null,
        MosTier? tier = null,
        string? firstDecisionId = null) => MosCredit.Decide(
            new MosClaim(
                February,
                OffsetDateTimePattern.ExtendedIso.Parse(requestedAt).Value.ToInstant(),
                calendar ?? Denver,
                tier ?? MosTier.ForMean(Amount(mean)),
                usage is null ? UsageBase.Unknown : UsageBase.Known(Amount(usage)),
                firstDecisionId),
            ContractPolicy.Default);

    private static AccountCalendar CalendarOf(string zone) => new(DateTimeZoneProviders.Tzdb[zone]);

    private static decimal Amount(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);
}
