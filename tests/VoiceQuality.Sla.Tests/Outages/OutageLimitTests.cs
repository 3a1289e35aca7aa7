using NodaTime;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Outages;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Sla.TollFree;

namespace VoiceQuality.Sla.Tests.Outages;

public class OutageLimitTests
{
    private static readonly ContractPolicy Policy = ContractPolicy.Default;
    private static readonly Instant Start = Times.At("2025-05-05T10:00:00-06:00");
    private static readonly Duration Tick = Duration.Epsilon;

    [Fact]
    public void A_credit_that_is_not_whole_cents_is_refused()
    {
        var refused = Assert.Throws<ArgumentException>(() => CreditStack.TotalOf([1m, 0.001m]));
        Assert.Equal("credits", refused.ParamName);
        Assert.Contains("whole cents", refused.Message, StringComparison.Ordinal);
        Assert.Equal(-1.5m, CreditStack.TotalOf([1m, -2.5m]));
    }

    [Fact]
    public void A_failure_does_not_end_before_it_begins()
    {
        var backwards = new ComponentFailure("F", "c", Start, Start - Tick);
        Assert.Contains(
            "before it begins", Assert.Throws<InvalidOperationException>(() => backwards.TimeUntil(Start)).Message,
            StringComparison.Ordinal);
        Assert.Equal(new Interval(Start, Start), new ComponentFailure("F", "c", Start, null).TimeUntil(Start - Tick));
        var ongoing = new ComponentFailure("F", "c", Start, null);
        Assert.Equal(new Interval(Start, Start + Tick), ongoing.TimeUntil(Start + Tick));
    }

    [Fact]
    public void An_mrc_says_what_is_wrong_with_it()
    {
        var day = Times.Date("2025-01-01");
        Assert.Contains("at least one", MessageOf([]), StringComparison.Ordinal);
        Assert.Contains("negative", MessageOf([new MrcChange(day, -1m)]), StringComparison.Ordinal);
        Assert.Contains(
            "negative",
            MessageOf([new MrcChange(day, 1m), new MrcChange(day.PlusDays(1), -1m)]),
            StringComparison.Ordinal);
        MrcChange[] twice = [new(day, 1m), new(day, 2m)];
        Assert.Contains("same date", MessageOf(twice), StringComparison.Ordinal);
        Assert.Equal(0m, ComponentMrc.Of([new MrcChange(day, 0m)]).InForceOn(day));

        static string MessageOf(MrcChange[] changes) =>
            Assert.Throws<ArgumentException>(nameof(changes), () => ComponentMrc.Of(changes)).Message;
    }

    // 300.00 from January, 600.00 from May 5, 90.00 from May 7, given in any order.
    [Theory]
    [InlineData("2024-12-31", 0)]
    [InlineData("2025-01-01", 300)]
    [InlineData("2025-05-04", 300)]
    [InlineData("2025-05-05", 600)]
    [InlineData("2025-05-06", 600)]
    [InlineData("2025-05-07", 90)]
    [InlineData("2030-01-01", 90)]
    public void The_mrc_of_a_date_is_the_last_that_began(string date, int dollars)
    {
        var mrc = ComponentMrc.Of(
        [
            new MrcChange(Times.Date("2025-05-07"), 90m),
            new MrcChange(Times.Date("2025-01-01"), 300m),
            new MrcChange(Times.Date("2025-05-05"), 600m),
        ]);
        Assert.Equal(dollars, mrc.InForceOn(Times.Date(date)));
        Assert.Null(ComponentMrc.UnsplitBundle.InForceOn(Times.Date(date)));
        Assert.Equal(0m, ComponentMrc.UsageOnly.InForceOn(Times.Date(date)));
    }

    [Fact]
    public void Intervals_that_only_touch_are_joined_and_do_not_overlap()
    {
        var first = new Interval(Start, Start + Duration.FromHours(1));
        var next = new Interval(first.End, first.End + Duration.FromHours(1));
        Assert.Equal([new Interval(Start, next.End)], IntervalSet.Union([next, first]));
        Assert.False(IntervalSet.Overlap(first, next));
        Assert.True(IntervalSet.Overlap(first, new Interval(next.Start - Tick, next.End)));
        Assert.Equal([first], IntervalSet.Subtract([first], [next]));
        Assert.Empty(IntervalSet.Subtract([first], [first]));
    }

    [Fact]
    public void Notice_as_long_ahead_as_the_policy_asks_is_enough()
    {
        var window = new Interval(Start, Start + Duration.FromHours(2));
        var strict = Policy with { MaintenanceNoticeMinutes = 60 };
        Assert.Null(Refusal(Start - Duration.FromMinutes(60)));
        Assert.Equal(ExclusionRefusal.NoticeNotInAdvance, Refusal(Start - Duration.FromMinutes(60) + Tick));
        Assert.Throws<ArgumentException>("accountId", () => ExclusionRules.Decide(Maintenance(Start), "", strict));

        ExclusionRefusal? Refusal(Instant sentAt) => ExclusionRules.Decide(Maintenance(sentAt), "A-1", strict).Refusal;

        Exclusion Maintenance(Instant sentAt) => new()
        {
            Cause = ExclusionCause.NotifiedSoftwareMaintenance,
            Time = window,
            Evidence = ["", "doc-1"],
            Author = "engineer",
            ApprovedBy = "lead",
            RecordedAt = Start,
            Notice = new MaintenanceNotice("A-1", sentAt, "mail-1", window),
        };
    }

    [Fact]
    public void Work_outside_the_announced_window_excludes_nothing()
    {
        var exclusion = new Exclusion
        {
            Cause = ExclusionCause.NotifiedSoftwareMaintenance,
            Time = new Interval(Start + Duration.FromHours(3), Start + Duration.FromHours(4)),
            Evidence = ["doc-1"],
            Author = "engineer",
            ApprovedBy = "lead",
            RecordedAt = Start,
            Notice = new MaintenanceNotice(
                "A-1", Start - Duration.FromDays(1), "mail-1", new Interval(Start, Start + Duration.FromHours(3))),
        };
        var decision = ExclusionRules.Decide(exclusion, "A-1", Policy);
        Assert.Equal((true, (Interval?)null), (decision.Applies, decision.Time));
    }

    [Fact]
    public void A_component_that_is_named_twice_is_refused_by_name()
    {
        var none = new Dictionary<ServiceMonth, decimal>();
        var component = new ComponentOutage("a", ComponentMrc.UsageOnly, none, [], none);
        var refused = Assert.Throws<ArgumentException>(
            "components", () => OutageCredit.Calculate([component, component], Times.Denver, Policy));
        Assert.Contains("twice", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_use_of_a_local_number_is_one_of_the_enum() => Assert.Throws<ArgumentOutOfRangeException>(
        "use", () => LocalNumber.Decide((LocalNumberUse)99));

    [Fact]
    public void A_block_holds_from_its_beginning_until_it_is_lifted_and_a_prefix_is_not_empty()
    {
        var block = new InternationalBlock("999", "reason", "author", Start, Start + Duration.FromDays(1));
        Assert.Equal(InternationalDecision.Allowed, Decide(block, Start - Tick));
        Assert.Equal(InternationalDecision.Blocked, Decide(block, Start));
        Assert.Equal(InternationalDecision.Blocked, Decide(block, Start + Duration.FromDays(1) - Tick));
        Assert.Equal(InternationalDecision.Allowed, Decide(block, Start + Duration.FromDays(1)));
        Assert.Equal(InternationalDecision.Blocked, Decide(block with { Until = null }, Instant.MaxValue));
        Assert.Equal(InternationalDecision.Allowed, Decide(block with { Prefix = "" }, Start));
        Assert.Equal(InternationalDecision.Allowed, Decide(block with { AccountId = "A-2" }, Start));
        var access = new InternationalAccess([], [], []);
        Assert.Throws<ArgumentException>("accountId", () => access.Decide("", Number(), Start));

        static InternationalDecision Decide(InternationalBlock block, Instant at) =>
            new InternationalAccess([block], [], []).Decide("A-1", Number(), at);
    }

    [Fact]
    public void A_consent_without_a_signed_form_is_none_and_holds_until_it_ends()
    {
        var consent = new InternationalConsent("A-1", "form-1", Start, Start, Start + Duration.FromDays(1));
        Assert.Equal(InternationalDecision.Allowed, Decide(consent, Start));
        Assert.Equal(InternationalDecision.Allowed, Decide(consent, Start + Duration.FromDays(1) - Tick));
        Assert.Equal(InternationalDecision.ConsentMissing, Decide(consent, Start + Duration.FromDays(1)));
        Assert.Equal(InternationalDecision.ConsentMissing, Decide(consent with { FormReference = " " }, Start));
        Assert.Equal(
            InternationalDecision.CreditStandardsNotMet, Decide(consent with { CreditStandardsMetAt = null }, Start));

        static InternationalDecision Decide(InternationalConsent consent, Instant at) => new InternationalAccess(
            [], [new RestrictedDestination("99")], [consent]).Decide("A-1", Number(), at);
    }

    private static PhoneNumber Number() =>
        PhoneNumber.TryNormalize("+99955501000", out var number) ? number : throw new InvalidOperationException();
}
