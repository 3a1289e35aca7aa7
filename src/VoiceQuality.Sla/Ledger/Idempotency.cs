using NodaTime;
using VoiceQuality.Sla.Policies;

namespace VoiceQuality.Sla.Ledger;

/// <summary>What to do with a request that carries an Idempotency-Key.</summary>
public enum IdempotencyDecision
{
    /// <summary>The key is new for this account: do it.</summary>
    Run,

    /// <summary>Done before: give the stored answer, octet by octet, and do nothing.</summary>
    Replay,

    /// <summary>The key was used with another body.</summary>
    BodyDiffers,

    /// <summary>The first request with this key has not been answered yet.</summary>
    StillRunning,

    /// <summary>The request has no key, or one that is not 1 to 255 visible ASCII characters.</summary>
    NoKey,
}

/// <summary>What is known of an account's key.</summary>
/// <param name="BodyDigest">Digest of the body it first came with.</param>
/// <param name="IsAnswered">Whether that request was answered.</param>
public readonly record struct KnownKey(string BodyDigest, bool IsAnswered);

/// <summary>
/// A repeated request does nothing twice. A key belongs to an account: the same key of another account is
/// another key.
/// </summary>
public static class Idempotency
{
    private const int LongestKey = 255;

    /// <summary>How long an answer that moved no money is kept at least.</summary>
    public static Duration ShortestRetention { get; } = Duration.FromHours(24);

    /// <summary>Decides for one request.</summary>
    /// <param name="key">The request's key; null when it has none.</param>
    /// <param name="bodyDigest">Digest of its body.</param>
    /// <param name="known">What is known of this account's key; null when it was never used.</param>
    public static IdempotencyDecision Decide(string? key, string bodyDigest, KnownKey? known)
    {
        ArgumentNullException.ThrowIfNull(bodyDigest);
        return !IsKey(key) ? IdempotencyDecision.NoKey
            : known is not { } first ? IdempotencyDecision.Run
            : first.BodyDigest != bodyDigest ? IdempotencyDecision.BodyDiffers
            : first.IsAnswered ? IdempotencyDecision.Replay
            : IdempotencyDecision.StillRunning;
    }

    /// <summary>HTTP status of a refusal; null where the request's own answer is given.</summary>
    public static int? RefusalStatus(IdempotencyDecision decision, ContractPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return decision switch
        {
            IdempotencyDecision.Run or IdempotencyDecision.Replay => null,
            IdempotencyDecision.BodyDiffers => policy.IdempotencyConflictStatus,
            IdempotencyDecision.StillRunning => 409,
            IdempotencyDecision.NoKey => 400,
            _ => throw new ArgumentOutOfRangeException(nameof(decision)),
        };
    }

    /// <summary>Whether an answer may be forgotten: one that moved money never, any other after 24 hours.</summary>
    public static bool MayForget(bool movedMoney, Instant answeredAt, Instant now) =>
        !movedMoney && now - answeredAt >= ShortestRetention;

    private static bool IsKey(string? key) =>
        key is { Length: >= 1 and <= LongestKey } && key.All(character => character is >= '!' and <= '~');
}
