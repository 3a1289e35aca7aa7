using NodaTime;
using VoiceQuality.Sla.Ledger;
using VoiceQuality.Sla.Policies;

namespace VoiceQuality.Sla.Tests.Ledger;

public class IdempotencyTests
{
    [Theory]
    [InlineData("k1", null, true, IdempotencyDecision.Run, null)]
    [InlineData("k1", "h1", true, IdempotencyDecision.Replay, null)]
    [InlineData("k1", "h2", true, IdempotencyDecision.BodyDiffers, 422)]
    [InlineData("k1", "h1", false, IdempotencyDecision.StillRunning, 409)]
    [InlineData("k1", "h2", false, IdempotencyDecision.BodyDiffers, 422)]
    [InlineData(null, null, true, IdempotencyDecision.NoKey, 400)]
    [InlineData("", null, true, IdempotencyDecision.NoKey, 400)]
    [InlineData("a b", null, true, IdempotencyDecision.NoKey, 400)]
    public void A_repeat_is_replayed_and_a_contradiction_is_refused(
        string? key, string? knownBody, bool isAnswered, IdempotencyDecision expected, int? status)
    {
        var decision = Idempotency.Decide(key, "h1", knownBody is null ? null : new KnownKey(knownBody, isAnswered));
        Assert.Equal(expected, decision);
        Assert.Equal(status, Idempotency.RefusalStatus(decision, ContractPolicy.Default));
    }

    [Fact]
    public void An_answer_that_moved_money_is_kept_for_ever_and_any_other_for_a_day()
    {
        var at = Instant.FromUtc(2026, 3, 8, 1, 0);
        Assert.False(Idempotency.MayForget(movedMoney: true, at, at + Duration.FromDays(3650)));
        Assert.False(Idempotency.MayForget(movedMoney: false, at, at + Duration.FromHours(24) - Duration.Epsilon));
        Assert.True(Idempotency.MayForget(movedMoney: false, at, at + Duration.FromHours(24)));
        Assert.False(Idempotency.MayForget(movedMoney: false, at, at - Duration.FromHours(1)));
    }
}
