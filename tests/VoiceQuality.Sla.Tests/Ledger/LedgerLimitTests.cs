using NodaTime;
using VoiceQuality.Sla.Ledger;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Policies;

namespace VoiceQuality.Sla.Tests.Ledger;

public class LedgerLimitTests
{
    private static readonly LedgerEntry Entry = new()
    {
        Id = "L1",
        Claim = new ClaimKey("A-1", "U-1", new ServiceMonth(2026, 10), LedgerEntryKind.OutageCredit, "C-1"),
        PostingPeriod = new ServiceMonth(2026, 11),
        Amount = 10m,
        PolicyVersion = "2026-2",
        EvidenceDigest = "e1",
        Corrects = "L0",
        State = LedgerEntryState.Posted,
        Actor = "claims",
        Approver = "other",
        PostedAt = Instant.FromUtc(2026, 11, 22, 10, 0),
    };

    private static readonly Func<LedgerEntry, string, LedgerEntry>[] Texts =
    [
        (entry, text) => entry with { Id = text },
        (entry, text) => entry with { Claim = entry.Claim with { AccountId = text } },
        (entry, text) => entry with { Claim = entry.Claim with { UnitId = text } },
        (entry, text) => entry with { Claim = entry.Claim with { ComponentId = text } },
        (entry, text) => entry with { PolicyVersion = text },
        (entry, text) => entry with { EvidenceDigest = text },
        (entry, text) => entry with { Corrects = text },
        (entry, text) => entry with { Actor = text },
        (entry, text) => entry with { Approver = text },
    ];

    [Theory]
    [InlineData("", false)]
    [InlineData("a", true)]
    [InlineData("a\nb", false)]
    [InlineData("a\u007fb", false)]
    public void Every_text_of_an_entry_is_short_plain_text(string text, bool isText) => Assert.All(
        Texts, with => Assert.Equal(isText ? null : LedgerEntryFault.TextIsUnusable, with(Entry, text).FindFault()));

    // It has no UTF-8, so what is hashed would not be what is stored.
    [Fact]
    public void No_text_of_an_entry_has_half_of_a_character() => Assert.All(
        Texts,
        with => Assert.Equal(LedgerEntryFault.TextIsUnusable, with(Entry, $"a{(char)0xD800}b").FindFault()));

    [Theory]
    [InlineData(128, true)]
    [InlineData(129, false)]
    public void Every_text_of_an_entry_has_at_most_128_characters(int length, bool isText) => Assert.All(
        Texts,
        with => Assert.Equal(
            isText ? null : LedgerEntryFault.TextIsUnusable, with(Entry, new string('a', length)).FindFault()));

    [Fact]
    public void A_pending_entry_takes_something_and_has_no_approver_yet()
    {
        var pending = Entry with { Amount = -0.01m, Approver = null, State = LedgerEntryState.PendingSecondApproval };
        Assert.Null(pending.FindFault());
        Assert.Equal(LedgerEntryFault.PendingWithoutNeed, (pending with { Approver = "other" }).FindFault());
        Assert.Equal(LedgerEntryFault.PendingWithoutNeed, (pending with { Amount = 0m }).FindFault());
        Assert.Equal(
            LedgerEntryFault.NoSecondPerson, (pending with { State = LedgerEntryState.Posted }).FindFault());
    }

    [Fact]
    public void An_amount_is_limited_both_ways_and_a_kind_is_one_of_the_enum()
    {
        Assert.Null((Entry with { Amount = -LedgerEntry.LargestAmount }).FindFault());
        Assert.Equal(
            LedgerEntryFault.AmountIsTooLarge,
            (Entry with { Amount = -LedgerEntry.LargestAmount - 0.01m }).FindFault());
        Assert.Equal(
            LedgerEntryFault.UnknownName,
            (Entry with { Claim = Entry.Claim with { Kind = (LedgerEntryKind)99 } }).FindFault());
    }

    [Fact]
    public void What_the_ledger_refuses_it_names()
    {
        var refused = Assert.Throws<ArgumentException>(
            () => LedgerChain.Append(ChainHead.Empty, Entry with { Amount = 0.001m }));
        Assert.Equal("entry", refused.ParamName);
        Assert.Contains(nameof(LedgerEntryFault.AmountHasFractionsOfACent), refused.Message, StringComparison.Ordinal);
    }

    // Visible ASCII is ! to ~, 0x21 to 0x7E.
    [Theory]
    [InlineData("!", true)]
    [InlineData("~", true)]
    [InlineData(" ", false)]
    [InlineData("\u007f", false)]
    [InlineData("é", false)]
    public void A_key_is_visible_ascii(string key, bool isKey) => Assert.Equal(
        isKey ? IdempotencyDecision.Run : IdempotencyDecision.NoKey, Idempotency.Decide(key, "h", null));

    [Theory]
    [InlineData(255, true)]
    [InlineData(256, false)]
    public void A_key_has_at_most_255_characters(int length, bool isKey) => Assert.Equal(
        isKey ? IdempotencyDecision.Run : IdempotencyDecision.NoKey,
        Idempotency.Decide(new string('k', length), "h", null));

    [Fact]
    public void Only_a_refusal_has_a_status_of_its_own_and_only_a_decision_has_one()
    {
        Assert.Null(Idempotency.RefusalStatus(IdempotencyDecision.Replay, ContractPolicy.Default));
        Assert.Equal("decision", Assert.Throws<ArgumentOutOfRangeException>(
            () => Idempotency.RefusalStatus((IdempotencyDecision)99, ContractPolicy.Default)).ParamName);
    }
}
