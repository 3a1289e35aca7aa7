using FsCheck;
using FsCheck.Fluent;
using VoiceQuality.Sla.Ledger;

namespace VoiceQuality.Sla.Tests.Ledger;

public class RestatementTests
{
    private const LedgerEntryState Posted = LedgerEntryState.Posted;
    private const LedgerEntryState Pending = LedgerEntryState.PendingSecondApproval;

    [Fact]
    public void A_decrease_waits_and_until_then_the_customer_keeps_the_amount()
    {
        // 60.00 − 100.00 = −40.00
        var restatement = Restatement.Of([new("L1", 100m, Posted)], 60m);
        Assert.Equal(new RestatementEntry(-40m, "L1", Pending), restatement.NewEntry);
        Assert.Equal((100m, 60m), (restatement.NetNow, restatement.NetAfterApproval));
    }

    [Fact]
    public void The_first_posting_corrects_nothing() =>
        Assert.Equal(new Restatement(new(12.35m, null, Posted), 12.35m, 12.35m), Restatement.Of([], 12.345m));

    [Fact]
    public void Nothing_posted_and_nothing_due_needs_no_entry() =>
        Assert.Equal(new Restatement(null, 0m, 0m), Restatement.Of([], 0.004m));

    [Fact]
    public void A_decrease_that_already_waits_is_not_asked_for_twice() =>
        Assert.Equal(
            new Restatement(null, 100m, 60m), Restatement.Of([new("L1", 100m, Posted), new("L2", -40m, Pending)], 60m));

    [Theory]
    [InlineData("80", "-20", true, "100", "80")]    // 80 − 100: the posted sum, not the one that waits
    [InlineData("100", "0", false, "100", "100")]   // taken back: an entry of 0.00 takes the place of the one that waits
    [InlineData("130", "30", false, "130", "130")]
    public void A_later_value_takes_the_place_of_a_decrease_that_waits(
        string recomputed, string amount, bool waits, string netNow, string netAfter)
    {
        var restatement = Restatement.Of(
            [new("L1", 100m, Posted), new("L2", -40m, Pending)], D(recomputed));
        Assert.Equal(new RestatementEntry(D(amount), "L2", waits ? Pending : Posted), restatement.NewEntry);
        Assert.Equal((D(netNow), D(netAfter)), (restatement.NetNow, restatement.NetAfterApproval));
    }

    [Fact]
    public void Two_days_of_a_component_are_the_cents_of_the_total_whatever_comes_first()
    {
        // 100.00 / 30 = 3.3333…: the first day posts 3.33, both days are 6.67, so the second posts 3.34.
        var first = Restatement.Of([], 100m / 30m);
        var second = Restatement.Of([new("L1", first.NetNow, Posted)], 200m / 30m);
        Assert.Equal((3.33m, 3.34m, 6.67m), (first.NetNow, second.NewEntry!.Amount, second.NetNow));
    }

    [Fact]
    public void After_any_sequence_of_values_and_approvals_the_net_is_the_recomputed_value() =>
        Prop.ForAll<int[], bool[]>((cents, approvals) =>
        {
            var ledger = new List<LedgerAmount>();
            for (var i = 0; i < cents.Length; i++)
            {
                var value = cents[i] / 100m;
                var before = Restatement.NetOf(ledger);
                var restatement = Restatement.Of(ledger, value);
                Add(ledger, restatement);
                var now = Restatement.NetOf(ledger);
                if (now != restatement.NetNow || restatement.NetAfterApproval != value || now < before)
                {
                    return false;
                }

                // Replay changes nothing.
                if (Restatement.Of(ledger, value).NewEntry is not null)
                {
                    return false;
                }

                if (i < approvals.Length && approvals[i])
                {
                    Approve(ledger);
                    if (Restatement.NetOf(ledger) != value || Restatement.Of(ledger, value).NewEntry is not null)
                    {
                        return false;
                    }
                }
            }

            return true;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_order_in_which_facts_arrive_changes_no_net() =>
        Prop.ForAll<int[], int>((facts, seed) =>
        {
            var shuffled = facts.OrderBy(fact => unchecked((fact * 397) ^ seed)).ToArray();
            return NetAfter(facts) == NetAfter(shuffled)
                && NetAfter(facts) == Money.RoundToCents(facts.Sum(fact => (decimal)fact) / 30m);
        }).QuickCheckThrowOnFailure();

    private static decimal NetAfter(int[] facts)
    {
        var ledger = new List<LedgerAmount>();
        var total = 0m;
        foreach (var fact in facts)
        {
            total += fact;
            Add(ledger, Restatement.Of(ledger, total / 30m));
        }

        Approve(ledger);
        return Restatement.NetOf(ledger);
    }

    private static void Add(List<LedgerAmount> ledger, Restatement restatement)
    {
        if (restatement.NewEntry is { } entry)
        {
            Assert.Equal(ledger.LastOrDefault()?.Id, entry.Corrects);
            ledger.Add(new($"L{ledger.Count + 1}", entry.Amount, entry.State));
        }
    }

    private static void Approve(List<LedgerAmount> ledger)
    {
        if (ledger.LastOrDefault() is { State: Pending } waiting)
        {
            ledger.Add(new($"L{ledger.Count + 1}", waiting.Amount, Posted));
        }
    }

    private static decimal D(string text) => decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    [Theory]
    [InlineData("facts", 30.00, null, 100.00)]      // the same facts: the customer keeps 100.00
    [InlineData("others", 30.00, -70.00, 30.00)]    // other facts ask again, also for the same amount
    [InlineData("others", 40.00, -60.00, 40.00)]
    [InlineData("others", 120.00, 20.00, 120.00)]   // an increase was never rejected
    [InlineData(null, 30.00, -70.00, 30.00)]        // a person names the amount
    public void A_rejected_decrease_is_asked_for_again_by_other_facts_alone(
        string? facts, double recomputed, double? entry, double net)
    {
        LedgerAmount[] history =
        [
            new("L-1", 100.00m, LedgerEntryState.Posted),
            new("L-2", -70.00m, LedgerEntryState.PendingSecondApproval),
            new("L-3", 0m, LedgerEntryState.Posted) { RejectedFacts = "facts" },
        ];
        var restatement = Restatement.Of(history, (decimal)recomputed, facts);
        Assert.Equal((decimal?)entry, restatement.NewEntry?.Amount);
        Assert.Equal(entry is null ? null : "L-3", restatement.NewEntry?.Corrects);
        Assert.Equal((decimal)net, restatement.NetAfterApproval);
    }
}
