using System.Collections.Immutable;
using NodaTime;
using VoiceQuality.Sla.Outages;

namespace VoiceQuality.Storage.Failures;

/// <summary>Where a failure is known from.</summary>
public enum FailureOrigin
{
    /// <summary>It was found in the traffic.</summary>
    Detected,

    /// <summary>The operations centre reported it.</summary>
    Reported,
}

/// <summary>Why a version of a failure was recorded.</summary>
public enum FailureChangeKind
{
    /// <summary>It is new.</summary>
    Found,

    /// <summary>It was over: the first success was seen.</summary>
    Ended,

    /// <summary>Late data moved its bounds, or other gaps of the monitor are known.</summary>
    Moved,

    /// <summary>Late data show that it was none, or that it is part of another.</summary>
    Withdrawn,

    /// <summary>A person set its times.</summary>
    SetByHand,
}

/// <summary>One version of a failure.</summary>
public sealed record StoredFailure
{
    /// <summary>Id, which stays when bounds move.</summary>
    public required string FailureId { get; init; }

    /// <summary>1 for the first.</summary>
    public required int Version { get; init; }

    /// <summary>The component.</summary>
    public required string ComponentId { get; init; }

    /// <summary>The account that the component is for.</summary>
    public required string AccountId { get; init; }

    /// <summary>Where it is known from.</summary>
    public required FailureOrigin Origin { get; init; }

    /// <summary>Why this version was recorded.</summary>
    public required FailureChangeKind Change { get; init; }

    /// <summary>Whether it is no failure any more.</summary>
    public bool IsWithdrawn { get; init; }

    /// <summary>First attempt or probe that failed.</summary>
    public required Instant Start { get; init; }

    /// <summary>First that worked; null while it goes on.</summary>
    public required Instant? End { get; init; }

    /// <summary>Unwatched times in it, up to the last sign that it went on.</summary>
    public ImmutableArray<Interval> Gaps { get; init; } = [];

    /// <summary>
    /// Attempts and probes that failed in it when this was recorded; never more than 1,000 are counted.
    /// </summary>
    public int FailedAttempts { get; init; }

    /// <summary>The reading that it was found by.</summary>
    public required string PolicyVersion { get; init; }

    /// <summary>Digest of that reading.</summary>
    public required string PolicyDigest { get; init; }

    /// <summary>Who reported it; null when it was found in the traffic.</summary>
    public string? Actor { get; init; }

    /// <summary>What was said about it.</summary>
    public string? Notes { get; init; }

    /// <summary>When this version was recorded.</summary>
    public required Instant RecordedAt { get; init; }

    /// <summary>Its bounds.</summary>
    public FoundFailure Time => new(Start, End);

    /// <summary>Whether two versions say the same.</summary>
    public bool SaysTheSameAs(StoredFailure other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return IsWithdrawn == other.IsWithdrawn && Start == other.Start && End == other.End
            && Gaps.SequenceEqual(other.Gaps);
    }
}

/// <summary>What the operations centre found out about a failure.</summary>
/// <param name="FailureId">The failure.</param>
/// <param name="Sequence">1 for the first; the last one stands.</param>
/// <param name="Version">The version that was looked at.</param>
/// <param name="Cause">Where it came from. It excludes nothing by itself.</param>
/// <param name="Notes">In words.</param>
/// <param name="Actor">Who confirmed it.</param>
/// <param name="RecordedAt">When.</param>
public sealed record FailureConfirmation(
    string FailureId, int Sequence, int Version, FailureCause Cause, string Notes, string Actor, Instant RecordedAt);

/// <summary>A time in which failures of some way are to be looked for.</summary>
/// <param name="PairId">The way; 0 for what was watched.</param>
/// <param name="Pair">Its ends; null for what was watched.</param>
/// <param name="From">First instant.</param>
/// <param name="Until">Last instant.</param>
/// <param name="Revision">Goes up when it grows.</param>
public sealed record DueTime(long PairId, AttemptPair? Pair, Instant From, Instant Until, long Revision);
