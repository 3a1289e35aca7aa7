using System.Collections.Immutable;
using NodaTime;
using VoiceQuality.Sla.Credits;
using VoiceQuality.Sla.Ledger;
using VoiceQuality.Sla.Outages;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Sla.Tests.Evidence;

namespace VoiceQuality.Sla.Tests.Outages;

/// <summary>
/// What is decided on a request and why. The trunk T-1 costs 300.00 a month, so a day is 10.00; it
/// failed on 9 October (F-0, accepted before and posted) and on 14 October (F-1, claimed now).
/// </summary>
public class OutageDecisionTests
{
    private static readonly ServiceMonth October = new(2026, 10);
    private static readonly ServiceMonth November = new(2026, 11);
    private static readonly ComponentFacts Trunk = Documents.Outage.Components[0];
    private static readonly ImmutableSortedDictionary<ServiceMonth, ImmutableArray<LedgerAmount>> NoEntries =
        ImmutableSortedDictionary<ServiceMonth, ImmutableArray<LedgerAmount>>.Empty;

    [Fact]
    public void Each_component_is_credited_for_its_own_failures()
    {
        var settlement = OutageSettlement.Of(Asking(
            [Item("T-1", 14), Item("T-2", 14)],
            Trunk,
            Trunk with { ComponentId = "T-2", Failures = [], AcceptedBefore = [], Posted = NoEntries }));
        Assert.Equal("T-1", Assert.Single(settlement.Components).ComponentId);
        var line = Assert.Single(settlement.Lines);
        Assert.Equal(
            ("T-1", October, 2, 20.00m),
            (line.Claim.ComponentId!, line.Line.Month, line.Line.Days, line.Line.TotalSoFar!.Value));
        Assert.Equal([new LocalDate(2026, 10, 9), new LocalDate(2026, 10, 14)], line.Dates.AsEnumerable());

        Assert.Equal([(1, "T-1"), (2, "T-2")], settlement.Items.Select(item => (item.Item, item.ComponentId)));

        // Nothing was measured on T-2: a person decides, and what T-1 earned is posted all the same.
        Assert.Equal(
            (CreditDecision.Review, OutageClaimReason.NoMatch, 10.00m),
            (settlement.Decision!.Value, settlement.Reason!.Value, settlement.Credit));
    }

    [Fact]
    public void A_component_that_the_account_does_not_have_goes_to_a_person_and_earns_nothing()
    {
        foreach (var failures in new[] { Trunk.Failures, [] })
        {
            var settlement = OutageSettlement.Of(
                Asking([Item("T-1", 14)], Trunk with { IsKnown = false, Failures = failures }));
            Assert.Empty(settlement.Lines);
            Assert.Equal(
                (CreditDecision.Review, OutageClaimReason.ComponentUnknown, 0m),
                (settlement.Decision!.Value, settlement.Reason!.Value, settlement.Credit));
        }
    }

    [Fact]
    public void Where_nothing_was_measured_a_person_is_told_which_dates_and_why()
    {
        // The monitor did not see 12 October at that time.
        var blind = Assert.Single(OutageSettlement.Of(Asking([Item("T-1", 12)], Trunk)).Items);
        Assert.Equal(
            (OutageRequestDecision.Review, OutageClaimReason.MonitorGap), (blind.Decision, blind.Reason!.Value));
        Assert.Equal([new LocalDate(2026, 10, 12)], blind.DatesToReview.AsEnumerable());
        Assert.Equal(
            OutageClaimReason.NoMatch, Assert.Single(OutageSettlement.Of(Asking([Item("T-1", 20)], Trunk)).Items).Reason);

        // 5 October + 30 days is 4 November, before it was submitted: denied, with nothing left for a person.
        var late = Assert.Single(OutageSettlement.Of(Asking([Item("T-1", 5)], Trunk)).Items);
        Assert.Equal((OutageRequestDecision.Denied, OutageClaimReason.Late), (late.Decision, late.Reason!.Value));
        Assert.Empty(late.DatesToReview);
        Assert.Equal(new LocalDate(2026, 11, 4), late.LastDate);
    }

    [Fact]
    public void An_incomplete_request_is_told_its_earliest_deadline()
    {
        var dated = new OutageItem("T-1", new LocalDate(2026, 10, 14), null, null, false);
        var begun = new OutageItem(null, null, new LocalDateTime(2026, 10, 12, 9, 0), null, false);

        // 12 and 14 October + 30 days are 11 and 13 November; the midnights after them in Denver are 07:00 UTC.
        Assert.Equal(Instant.FromUtc(2026, 11, 14, 7, 0), OutageSettlement.Of(Asking([dated], Trunk)).CompleteBefore);
        Assert.Equal(Instant.FromUtc(2026, 11, 12, 7, 0), OutageSettlement.Of(Asking([begun], Trunk)).CompleteBefore);
        Assert.Equal(
            Instant.FromUtc(2026, 11, 12, 7, 0), OutageSettlement.Of(Asking([dated, begun], Trunk)).CompleteBefore);
        var dateless = OutageSettlement.Of(Asking([dated with { Date = null }], Trunk));
        Assert.Null(dateless.CompleteBefore);
        Assert.Equal([RequestElement.Dates, RequestElement.BeginEndTimes], dateless.Missing.AsEnumerable());
    }

    [Fact]
    public void A_barred_component_is_denied_and_earns_nothing()
    {
        var settlement = OutageSettlement.Of(Asking([Item("T-1", 14)], Trunk with { IsBarred = true }));
        Assert.Empty(settlement.Lines);
        Assert.Equal(
            (CreditDecision.Denied, OutageClaimReason.TollFreeBarred),
            (settlement.Decision!.Value, settlement.Reason!.Value));
    }

    [Fact]
    public void Without_a_known_MRC_a_person_decides()
    {
        AssertReview(OutageClaimReason.MrcUnknown, Trunk with { Mrc = null });
        AssertReview(OutageClaimReason.BundleWithoutSplit, Trunk with { Mrc = ComponentMrc.UnsplitBundle });
        AssertReview(
            OutageClaimReason.MrcBilledUnknown,
            Trunk with { MrcBilled = ImmutableSortedDictionary<ServiceMonth, decimal>.Empty });

        static void AssertReview(OutageClaimReason reason, ComponentFacts facts)
        {
            var settlement = OutageSettlement.Of(Asking([Item("T-1", 14)], facts));
            Assert.Equal(
                (CreditDecision.Review, reason, 0m),
                (settlement.Decision!.Value, settlement.Reason!.Value, settlement.Credit));
            var line = Assert.Single(settlement.Lines);
            Assert.Equal((2, false, null), (line.Line.Days, line.Line.IsCapped, line.Line.TotalSoFar));
            Assert.Null(line.Restatement);
        }
    }

    [Fact]
    public void Of_several_reasons_for_a_person_the_first_is_told() => Assert.Equal(
        OutageClaimReason.NoMatch,
        OutageSettlement.Of(Asking([Item("T-1", 14), Item("T-1", 20)], Trunk with { Mrc = null })).Reason);

    [Fact]
    public void Days_that_were_credited_before_are_denied_as_such()
    {
        // 9 and 14 October were posted: 20.00 of 20.00.
        var facts = Trunk with
        {
            AcceptedBefore = Trunk.AcceptedBefore.Add(new AcceptedFailure("F-1", Whole("F-1"))),
            Posted = NoEntries.Add(October, [new LedgerAmount("L-1", 20.00m, LedgerEntryState.Posted)]),
        };
        var settlement = OutageSettlement.Of(Asking([Item("T-1", 14)], facts));
        Assert.Equal(
            (CreditDecision.Denied, OutageClaimReason.AlreadyCredited, 0m),
            (settlement.Decision!.Value, settlement.Reason!.Value, settlement.Credit));

        // 10 November is day 32 after 9 October: that failure is late, and that is told first.
        settlement = OutageSettlement.Of(Asking([Item("T-1", 14), Item("T-1", 9)], facts));
        Assert.Equal(
            (CreditDecision.Denied, OutageClaimReason.Late), (settlement.Decision!.Value, settlement.Reason!.Value));
    }

    [Fact]
    public void A_failure_that_is_excluded_altogether_is_denied_as_such_whether_the_MRC_is_known_or_not()
    {
        var excluded = Trunk with
        {
            Failures = [Trunk.Failures[0]],
            AcceptedBefore = [],
            Posted = NoEntries,
            Exclusions = [Excluding(Whole("F-1"))],
        };
        foreach (var facts in new[] { excluded, excluded with { Mrc = null } })
        {
            var settlement = OutageSettlement.Of(Asking([Item("T-1", 14)], facts));
            Assert.Equal(
                (CreditDecision.Denied, OutageClaimReason.Excluded),
                (settlement.Decision!.Value, settlement.Reason!.Value));
        }

        // The month is told with a line of nothing, so that it is seen to have been looked at.
        var line = Assert.Single(OutageSettlement.Of(Asking([Item("T-1", 14)], excluded)).Lines).Line;
        Assert.Equal(
            (October, 0, false, 0m, 0m),
            (line.Month, line.Days, line.IsCapped, line.TotalSoFar, line.AlreadyPosted));
        Assert.Equal(0m, line.Credit);
    }

    [Fact]
    public void The_policy_at_the_failure_says_what_notice_excludes_it()
    {
        // Told an hour before: enough in October, too late by the policy of November, when it is decided.
        var window = Whole("F-1");
        var exclusion = Excluding(window).Exclusion with
        {
            Cause = ExclusionCause.NotifiedSoftwareMaintenance,
            Notice = new MaintenanceNotice("A-1", window.Start - Duration.FromHours(1), "mail-1", window),
        };
        var inputs = Asking(
            [Item("T-1", 14)],
            Trunk with
            {
                Failures = [Trunk.Failures[0]], AcceptedBefore = [], Posted = NoEntries,
                Exclusions = [new RecordedExclusion("X-1", exclusion)],
            });
        inputs = inputs with
        {
            Policies =
            [
                (new ServiceMonth(2026, 9), ContractPolicy.Default),
                (November, ContractPolicy.Default with { MaintenanceNoticeMinutes = 24 * 60 }),
            ],
        };
        Assert.Equal(OutageClaimReason.Excluded, OutageSettlement.Of(inputs).Reason);
        inputs = inputs with { Policies = [(new ServiceMonth(2026, 9), inputs.Policies[1].Policy)] };
        var granted = OutageSettlement.Of(inputs);
        Assert.Equal((CreditDecision.Granted, 10.00m), (granted.Decision!.Value, granted.Credit));
    }

    [Fact]
    public void What_was_accepted_before_is_known_by_its_name_or_by_its_time()
    {
        var failure = new ComponentFailure("F-1", "T-1", At(10), At(20));
        Assert.True(new AcceptedFailure("F-1", new Interval(At(30), At(40))).Is(failure, At(50)));
        Assert.True(new AcceptedFailure("F-9", new Interval(At(19), At(40))).Is(failure, At(50)));
        Assert.False(new AcceptedFailure("F-9", new Interval(At(20), At(40))).Is(failure, At(50)));
        Assert.Throws<ArgumentNullException>(
            "failure", () => new AcceptedFailure("F-9", new Interval(At(20), At(40))).Is(null!, At(50)));

        // One of two earlier decisions is enough.
        var facts = Trunk with
        {
            AcceptedBefore = Trunk.AcceptedBefore.Insert(0, new AcceptedFailure("F-7", new Interval(At(0), At(1)))),
        };
        Assert.Equal(2, Assert.Single(OutageSettlement.Of(Asking([Item("T-1", 14)], facts)).Lines).Line.Days);
    }

    [Fact]
    public void Lines_go_by_month_each_with_its_own_dates()
    {
        // From 31 October to 2 November in Denver; 1 day in October, 2 in November.
        var failure = new ComponentFailure(
            "F-3", "T-1", Instant.FromUtc(2026, 10, 31, 18, 0), Instant.FromUtc(2026, 11, 2, 18, 0));
        var facts = Trunk with
        {
            Failures = [new MeasuredFailure(failure, null)],
            AcceptedBefore = [],
            Posted = NoEntries,
            Exclusions = [],
            MrcBilled = ImmutableSortedDictionary<ServiceMonth, decimal>.Empty.Add(October, 300m).Add(November, 300m),
        };
        var item = new OutageItem(
            "T-1", null, new LocalDateTime(2026, 10, 31, 12, 0), new LocalDateTime(2026, 11, 2, 11, 0), false);
        foreach (var mrc in new[] { facts.Mrc, null })
        {
            var lines = OutageSettlement.Of(Asking([item], facts with { Mrc = mrc })).Lines;
            Assert.Equal([October, November], lines.Select(line => line.Line.Month));
            Assert.Equal([new LocalDate(2026, 10, 31)], lines[0].Dates.AsEnumerable());
            Assert.Equal([new LocalDate(2026, 11, 1), new LocalDate(2026, 11, 2)], lines[1].Dates.AsEnumerable());
            Assert.Equal([1, 2], lines.Select(line => line.Line.Days));
            Assert.Equal(mrc is null ? [null, null] : [10.00m, 20.00m], lines.Select(line => line.Line.TotalSoFar));
        }
    }

    [Fact]
    public void Why_a_line_adds_nothing_and_why_a_person_decides_on_it()
    {
        var line = new OutageCreditLine("T-1", October, 2, false, 20m, 20m, 0m, null);
        Assert.Equal(OutageClaimReason.AlreadyCredited, OutageLines.NothingBecause(line));
        Assert.Equal(OutageClaimReason.NoMrc, OutageLines.NothingBecause(line with { TotalSoFar = 0m }));
        Assert.Equal(OutageClaimReason.Excluded, OutageLines.NothingBecause(line with { Days = 0, TotalSoFar = 0m }));
        Assert.Equal(OutageClaimReason.MrcUnknown, OutageLines.ReasonOf(line with { Review = null }));
        Assert.Equal(
            OutageClaimReason.BundleWithoutSplit,
            OutageLines.ReasonOf(line with { Review = OutageReviewReason.BundleWithoutSplit }));
        Assert.Equal(
            OutageClaimReason.MrcBilledUnknown,
            OutageLines.ReasonOf(line with { Review = OutageReviewReason.MrcBilledUnknown }));
    }

    private static OutageSettlementInputs Asking(ImmutableArray<OutageItem> items, params ComponentFacts[] facts) =>
        Documents.Outage with
        {
            Messages = [new OutageMessage(Bundles.Received, items)],
            Components = [.. facts],
        };

    private static OutageItem Item(string component, int day) => new(
        component, null, new LocalDateTime(2026, 10, day, 9, 0), new LocalDateTime(2026, 10, day, 10, 30), false);

    private static RecordedExclusion Excluding(Interval time) => new("X-1", new Exclusion
    {
        Cause = ExclusionCause.CustomerInternet,
        Time = time,
        Evidence = ["ticket-1"],
        Author = "author",
        ApprovedBy = "other",
        RecordedAt = time.Start,
    });

    private static Interval Whole(string id)
    {
        var failure = Trunk.Failures.Single(measured => measured.Failure.Id == id).Failure;
        return new Interval(failure.Start, failure.End);
    }

    private static Instant At(int second) => Instant.FromUtc(2026, 10, 1, 12, 0) + Duration.FromSeconds(second);
}
