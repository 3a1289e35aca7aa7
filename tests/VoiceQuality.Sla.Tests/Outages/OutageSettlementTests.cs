using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using NodaTime;
using VoiceQuality.Sla.Credits;
using VoiceQuality.Sla.Ledger;
using VoiceQuality.Sla.Outages;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Tests.Evidence;

namespace VoiceQuality.Sla.Tests.Outages;

public class OutageSettlementTests
{
    private static readonly ServiceMonth October = new(2026, 10);

    [Fact]
    public void The_order_in_which_days_are_claimed_changes_no_amount_and_no_credit_exceeds_the_MRC_billed() =>
        Prop.ForAll(
            Gen.Choose(1, 31).ListOf().SelectMany(days => Gen.Shuffle(days.Distinct().ToArray())
                .SelectMany(order => Gen.Choose(1, 100_00).SelectMany(mrc => Gen.Choose(0, 100_00)
                    .Select(billed => (days: order, mrc: mrc / 100m, billed: billed / 100m))))).ToArbitrary(),
            given =>
            {
                var forward = Claim(given.days, given.mrc, given.billed);
                var backward = Claim([.. given.days.Reverse()], given.mrc, given.billed);
                var all = Money.RoundToCents(given.mrc * given.days.Length / 30m);
                return forward.Sum() == backward.Sum()
                    && forward.Sum() == Math.Min(all, given.billed)
                    && forward.All(amount => amount >= 0);
            }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_lines_add_up_to_the_credit_and_deciding_again_is_the_same()
    {
        var first = OutageSettlement.Of(Documents.Outage);
        Assert.Equal(first.Lines.Sum(line => line.PostedNow), first.Credit);
        Assert.Equal(CreditDecision.Granted, first.Decision);
        var again = OutageSettlement.Of(Documents.Outage);
        Assert.Equal(first.Credit, again.Credit);
        Assert.Equal(first.Items.Select(item => item.FailureId), again.Items.Select(item => item.FailureId));
    }

    [Fact]
    public void A_request_counts_from_the_message_that_brings_its_last_element()
    {
        var inputs = Documents.Outage;
        Assert.Equal(inputs.Messages[1].At, OutageSettlement.Of(inputs).SubmittedAt);
        var half = OutageSettlement.Of(inputs with { Messages = [inputs.Messages[0]] });
        Assert.Null(half.Decision);
        Assert.Equal(RequestElement.BeginEndTimes, Assert.Single(half.Missing));

        // 14 October + 30 days is 13 November; the next midnight in Denver is 07:00 UTC.
        Assert.Equal(Instant.FromUtc(2026, 11, 14, 7, 0), half.CompleteBefore);
    }

    [Fact]
    public void A_decrease_of_an_earlier_posting_waits_for_a_second_person()
    {
        var facts = Documents.Outage.Components[0];
        var inputs = Documents.Outage with
        {
            Components =
            [
                facts with
                {
                    Posted = ImmutableSortedDictionary<ServiceMonth, ImmutableArray<LedgerAmount>>.Empty
                        .Add(October, [new LedgerAmount("L-1", 50.00m, LedgerEntryState.Posted)]),
                },
            ],
        };

        // Two days earn 20.00; 50.00 was posted.
        var line = Assert.Single(OutageSettlement.Of(inputs).Lines);
        Assert.Equal((-30.00m, LedgerEntryState.PendingSecondApproval),
            (line.Restatement!.NewEntry!.Amount, line.Restatement.NewEntry.State));
        Assert.Equal(0m, line.PostedNow);
    }

    // Claims each day by itself, in this order, and posts what each earns.
    private static List<decimal> Claim(int[] days, decimal mrc, decimal billed)
    {
        var facts = Documents.Outage.Components[0] with
        {
            Mrc = ComponentMrc.Of([new MrcChange(new LocalDate(2026, 1, 1), mrc)]),
            MrcBilled = ImmutableSortedDictionary<ServiceMonth, decimal>.Empty.Add(October, billed),
            Exclusions = [],
            Gaps = [],
            AcceptedBefore = [],
            Posted = ImmutableSortedDictionary<ServiceMonth, ImmutableArray<LedgerAmount>>.Empty,
            Failures =
            [
                .. days.Select(day => new MeasuredFailure(
                    new ComponentFailure(
                        $"F-{day}", "T-1", Instant.FromUtc(2026, 10, day, 15, 0), Instant.FromUtc(2026, 10, day, 16, 0)),
                    null)),
            ],
        };
        var amounts = new List<decimal>();
        foreach (var day in days)
        {
            var settlement = OutageSettlement.Of(Documents.Outage with
            {
                AsOf = Instant.FromUtc(2026, 10, 31, 20, 0),
                Messages =
                [
                    new OutageMessage(
                        Instant.FromUtc(2026, 10, 31, 20, 0),
                        [
                            new OutageItem(
                                "T-1", null, new LocalDateTime(2026, 10, day, 9, 0), new LocalDateTime(2026, 10, day, 10, 0), false),
                        ]),
                ],
                Components = [facts],
            });
            amounts.Add(settlement.Credit);
            var failure = facts.Failures.First(one => one.Failure.Id == $"F-{day}").Failure;
            facts = facts with
            {
                AcceptedBefore = facts.AcceptedBefore.Add(
                    new AcceptedFailure(failure.Id, new NodaTime.Interval(failure.Start, failure.End))),
                Posted = settlement.Credit == 0 ? facts.Posted : facts.Posted.SetItem(
                    October,
                    facts.Posted.GetValueOrDefault(October, []).Add(
                        new LedgerAmount($"L-{day}", settlement.Credit, LedgerEntryState.Posted))),
            };
        }

        return amounts;
    }
}
