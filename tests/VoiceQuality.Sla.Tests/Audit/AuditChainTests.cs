using System.Security.Cryptography;
using System.Text;
using NodaTime;
using VoiceQuality.Sla.Audit;

namespace VoiceQuality.Sla.Tests.Audit;

public sealed class AuditChainTests
{
    private static readonly Instant Now = Instant.FromUtc(2026, 11, 2, 12, 0);

    private static readonly AuditEvent Event = new()
    {
        Category = AuditCategory.Change,
        Actor = "j.doe",
        Action = "REFERENCE_IMPORTED",
        Subject = "reference/rates",
        Origin = "command",
        Outcome = "APPLIED",
        AccountId = "A-1",
        After = new string('a', 64),
    };

    [Fact]
    public void The_hash_is_that_of_the_written_form()
    {
        var entry = AuditChain.Append(AuditHead.Empty, Event, Now);

        // 2026-11-02T12:00:00Z is 1,793,620,800 s after 1970.
        var text = $"""
            voicequality-audit-1
            sequence=1
            previous={new string('0', 64)}
            recorded_at_us=1793620800000000
            category=6:CHANGE
            actor=5:j.doe
            action=18:REFERENCE_IMPORTED
            subject=15:reference/rates
            origin=7:command
            outcome=7:APPLIED
            account=3:A-1
            before=-
            after=64:{new string('a', 64)}
            policy=-
            purpose=-

            """.ReplaceLineEndings("\n");
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))), entry.Hash);
        Assert.Equal(new AuditHead(1, entry.Hash), Parse($"1:{entry.Hash}"));
    }

    [Fact]
    public void Whatever_is_altered_in_an_entry_shows()
    {
        var first = AuditChain.Append(AuditHead.Empty, Event, Now);
        var head = new AuditHead(1, first.Hash);
        var second = AuditChain.Append(head, Event, Now);
        Assert.Null(AuditChain.Check(head, second));

        AuditEvent[] others =
        [
            Event with { Category = AuditCategory.Access }, Event with { Actor = "b.roe" }, Event with { Action = "X" },
            Event with { Subject = "reference/decks" }, Event with { Origin = "settings" }, Event with { Outcome = "REFUSED" },
            Event with { AccountId = null }, Event with { AccountId = "" }, Event with { Before = "x" },
            Event with { After = null }, Event with { PolicyVersion = "1" }, Event with { Purpose = "ticket-1" },

            // The same characters with another boundary between two fields.
            Event with { Origin = "commandA", Outcome = "PPLIED" },
        ];
        Assert.All(others, other =>
            Assert.Equal(AuditBreak.HashDiffers, AuditChain.Check(head, second with { Event = other })));
        Assert.Equal(
            AuditBreak.HashDiffers, AuditChain.Check(head, second with { RecordedAt = Now + Duration.FromMilliseconds(1) }));
        Assert.Equal(AuditBreak.SequenceHasGap, AuditChain.Check(head, second with { Sequence = 3 }));
        Assert.Equal(
            AuditBreak.PreviousHashDiffers, AuditChain.Check(new AuditHead(1, new string('b', 64)), second));
    }

    [Fact]
    public void A_time_is_kept_to_the_microsecond_also_before_1970()
    {
        // 0.3 µs are cut off towards the past, as storage does.
        var entry = AuditChain.Append(AuditHead.Empty, Event, Instant.FromUnixTimeTicks(-13));
        Assert.Equal(Instant.FromUnixTimeTicks(-20), entry.RecordedAt);
    }

    [Theory]
    [InlineData("+15550100123", true)]
    [InlineData("tel 5550100", true)]
    [InlineData("call1-15550100123-x", true)]
    [InlineData("x15550100123", true)]
    [InlineData("555010", false)]
    [InlineData("2026-11-02", false)]
    [InlineData("http 198.18.100.200", false)]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123", false)] // a digest
    [InlineData("01234567890123456789012345678901", false)]                                 // id of a call
    public void A_run_of_seven_digits_could_be_a_number(string text, bool expected) =>
        Assert.Equal(expected, AuditEvent.LooksLikeNumber(text));

    [Fact]
    public void What_is_no_event_is_refused_and_its_values_are_not_repeated()
    {
        AuditEvent[] wrong =
        [
            Event with { Actor = "" }, Event with { Action = "" }, Event with { Subject = "calls/+15550100123" },
            Event with { Purpose = "15550100123" }, Event with { Outcome = "a\nb" },
            Event with { Before = new string('x', 301) }, Event with { Actor = new string('x', 65) },
            Event with { Category = (AuditCategory)7 },
        ];

        Assert.All(wrong, what =>
        {
            var refusal = Assert.Throws<ArgumentException>(() => AuditChain.Append(AuditHead.Empty, what, Now));
            Assert.DoesNotContain("15550100123", refusal.Message, StringComparison.Ordinal);
        });

        // Opaque ids of people and accounts may be digits alone.
        Assert.Null((Event with { Actor = "10020030", AccountId = "200300400" }).FindFault());
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData(":a")]
    [InlineData("1:abc")]
    [InlineData("-1:0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("1:000000000000000000000000000000000000000000000000000000000000000G")]
    public void What_is_no_head_is_refused(string text) => Assert.False(AuditHead.TryParse(text, out _));

    private static AuditHead Parse(string text)
    {
        Assert.True(AuditHead.TryParse(text, out var head));
        Assert.Equal(text, head.ToString());
        return head;
    }
}
