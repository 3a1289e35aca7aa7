using System.Security.Cryptography;
using System.Text;
using NodaTime;
using VoiceQuality.Sla.Ledger;
using VoiceQuality.Sla.Periods;

namespace VoiceQuality.Sla.Tests.Ledger;

public class LedgerChainTests
{
    private const string FirstText = """
        id=L1
        account=A-1
        unit=U-1
        component=
        posting_period=2026-11
        service_month=2026-10
        kind=MOS_CREDIT
        amount=2526.05
        policy_version=2026-2
        evidence_digest=e1
        corrects=
        state=POSTED
        actor=claims
        approver=
        posted_at=2026-11-22T10:00:00.000001Z

        """;

    private static readonly LedgerEntry First = new()
    {
        Id = "L1",
        Claim = new ClaimKey("A-1", "U-1", new ServiceMonth(2026, 10), LedgerEntryKind.MosCredit),
        PostingPeriod = new ServiceMonth(2026, 11),
        Amount = 2526.05m,
        PolicyVersion = "2026-2",
        EvidenceDigest = "e1",
        State = LedgerEntryState.Posted,
        Actor = "claims",
        PostedAt = Instant.FromUtc(2026, 11, 22, 10, 0).PlusTicks(10),
    };

    [Fact]
    public void The_text_of_an_entry_is_fixed() =>
        Assert.Equal(FirstText.ReplaceLineEndings("\n"), First.CanonicalText);

    [Fact]
    public void Each_hash_covers_the_place_the_hash_before_and_the_text()
    {
        var zeros = new string('0', 64);
        var first = LedgerChain.Append(ChainHead.Empty, First);
        Assert.Equal(
            (1L, zeros, Sha($"sequence=1\nprevious={zeros}\n{First.CanonicalText}")),
            (first.Sequence, first.PreviousHash, first.Hash));

        var second = LedgerChain.Append(new ChainHead(1, first.Hash), First with { Id = "L2" });
        Assert.Equal(
            (2L, first.Hash, Sha($"sequence=2\nprevious={first.Hash}\n{second.Entry.CanonicalText}")),
            (second.Sequence, second.PreviousHash, second.Hash));
    }

    [Fact]
    public void A_whole_chain_holds()
    {
        var chain = Chain(5);
        var verdict = LedgerChain.Verify(chain);
        Assert.True(verdict.Holds);
        Assert.Equal(new ChainHead(5, chain[4].Hash), verdict.Head);
        Assert.Equal(new ChainVerdict(ChainHead.Empty, null), LedgerChain.Verify([]));
    }

    [Fact]
    public void Any_field_that_is_changed_is_found_at_its_entry()
    {
        Func<LedgerEntry, LedgerEntry>[] changes =
        [
            e => e with { Id = "X" },
            e => e with { Claim = e.Claim with { AccountId = "A-2" } },
            e => e with { Claim = e.Claim with { UnitId = "U-2" } },
            e => e with { Claim = e.Claim with { ComponentId = "C-1" } },
            e => e with { Claim = e.Claim with { ServiceMonth = e.Claim.ServiceMonth.Next } },
            e => e with { Claim = e.Claim with { Kind = LedgerEntryKind.GoodwillCredit } },
            e => e with { PostingPeriod = e.PostingPeriod.Next },
            e => e with { Amount = e.Amount + 0.01m },
            e => e with { PolicyVersion = "2026-3" },
            e => e with { EvidenceDigest = "e2" },
            e => e with { Corrects = "L1" },
            e => e with { State = LedgerEntryState.PendingSecondApproval },
            e => e with { Actor = "other" },
            e => e with { Approver = "other" },
            e => e with { PostedAt = e.PostedAt.PlusTicks(10) },
        ];

        Assert.All(changes, change =>
        {
            var chain = Chain(4);
            chain[2] = chain[2] with { Entry = change(chain[2].Entry) };
            Assert.Equal(
                new ChainFault(ChainBreak.HashDiffers, 3, chain[2].Entry.Id), LedgerChain.Verify(chain).Fault);
        });
    }

    [Fact]
    public void An_entry_that_is_taken_out_put_in_or_moved_is_found()
    {
        var chain = Chain(4);
        Assert.Equal(
            new ChainFault(ChainBreak.SequenceHasGap, 3, "L3"), LedgerChain.Verify([chain[0], chain[2], chain[3]]).Fault);

        // Whoever numbers and hashes anew still does not fit the entry that follows.
        var forged = LedgerChain.Append(new ChainHead(1, chain[0].Hash), chain[1].Entry with { Amount = 1m });
        var verdict = LedgerChain.Verify([chain[0], forged, chain[2], chain[3]]);
        Assert.Equal(new ChainFault(ChainBreak.PreviousHashDiffers, 3, "L3"), verdict.Fault);
        Assert.Equal(2, verdict.Head.Sequence);
    }

    [Fact]
    public void A_hash_that_is_right_does_not_make_an_impossible_entry_hold()
    {
        var entry = First with { Amount = -1m };
        var chained = new ChainedEntry(1, entry, ChainHead.Empty.Hash, LedgerChain.HashOf(1, ChainHead.Empty.Hash, entry));
        Assert.Equal(ChainBreak.EntryIsInconsistent, LedgerChain.Verify([chained]).Fault!.Reason);
        Assert.Throws<ArgumentException>(() => LedgerChain.Append(ChainHead.Empty, entry));
    }

    [Fact]
    public void An_entry_that_cannot_be_is_refused_with_the_reason()
    {
        (LedgerEntry Entry, LedgerEntryFault? Fault)[] cases =
        [
            (First, null),
            (First with { Amount = 0m }, null),
            (First with { Id = "" }, LedgerEntryFault.TextIsUnusable),
            (First with { Id = "L1\namount=9" }, LedgerEntryFault.TextIsUnusable),
            (First with { Actor = new string('a', 129) }, LedgerEntryFault.TextIsUnusable),
            (First with { Claim = First.Claim with { ComponentId = "" } }, LedgerEntryFault.TextIsUnusable),
            (First with { Amount = 0.005m }, LedgerEntryFault.AmountHasFractionsOfACent),
            (First with { Amount = 1_000_000_000_000m }, null),
            (First with { Amount = 1_000_000_000_000.01m }, LedgerEntryFault.AmountIsTooLarge),
            (First with { State = (LedgerEntryState)9 }, LedgerEntryFault.UnknownName),
            (First with { Amount = -1m }, LedgerEntryFault.NoSecondPerson),
            (First with { Amount = -1m, Approver = "claims" }, LedgerEntryFault.ApprovedByItsActor),
            (First with { Amount = -1m, Corrects = "L0", Approver = "other" }, null),
            (First with { Amount = -1m, State = LedgerEntryState.PendingSecondApproval }, null),
            (First with { State = LedgerEntryState.PendingSecondApproval }, LedgerEntryFault.PendingWithoutNeed),
            (First with { Amount = -1m, Claim = First.Claim with { Kind = LedgerEntryKind.Charge } }, null),
            (First with { Amount = -1m, Corrects = "L0", Claim = First.Claim with { Kind = LedgerEntryKind.Charge } },
                LedgerEntryFault.NoSecondPerson),
        ];
        Assert.All(cases, one => Assert.Equal(one.Fault, one.Entry.FindFault()));
    }

    [Fact]
    public void Control_totals_count_what_moves_money() =>
        Assert.Equal(
            new ControlTotals(2, 2526.05m + 3m),
            ControlTotals.Of([
                First,
                First with { Amount = 3m },
                First with { Amount = -1m, State = LedgerEntryState.PendingSecondApproval },
            ]));

    [Theory]
    [InlineData("2026-11", null, "2026-11")]
    [InlineData("2026-11", "2026-10", "2026-11")]
    [InlineData("2026-11", "2026-11", "2026-12")]
    [InlineData("2026-09", "2026-12", "2027-01")] // a clock that was set back
    public void A_posting_goes_to_the_next_open_period(string wanted, string? pulled, string expected) =>
        Assert.Equal(
            ServiceMonth.Parse(expected),
            PostingPeriods.OpenFor(ServiceMonth.Parse(wanted), pulled is null ? null : ServiceMonth.Parse(pulled)));

    private static List<ChainedEntry> Chain(int length)
    {
        var chain = new List<ChainedEntry>();
        var head = ChainHead.Empty;
        for (var i = 1; i <= length; i++)
        {
            chain.Add(LedgerChain.Append(head, First with { Id = $"L{i}" }));
            head = new ChainHead(i, chain[^1].Hash);
        }

        return chain;
    }

    private static string Sha(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
