namespace VoiceQuality.Sla.Outages;

/// <summary>What a call attempt or a probe says of the component that it went over .</summary>
public enum AttemptClass
{
    /// <summary>An answered call with media at least one way. It worked.</summary>
    Media = 1,

    /// <summary>
    /// The component answered: any final status but 408 and 5xx, or it rang. 404, 486, 603 and a challenge count.
    /// </summary>
    Responded = 2,

    /// <summary>A final 5xx, or 408 without ringing. It failed.</summary>
    ServerFailure = 3,

    /// <summary>
    /// No final response and no ringing, until the timers of RFC 3261 ended it, or no response at all until the caller
    /// hung up. It failed, if it lasted long enough and the two sides have ever talked.
    /// </summary>
    NoResponse = 4,

    /// <summary>
    /// An answered call without media either way. It failed, if it lasted long enough and media can be seen at all.
    /// </summary>
    NoMedia = 5,
}

/// <summary>What was seen of a call attempt. Times are microseconds since 1970-01-01 UTC.</summary>
/// <param name="StartedAtUs">First INVITE.</param>
public readonly record struct AttemptFacts(long StartedAtUs)
{
    /// <summary>First response of any kind; null for none.</summary>
    public long? FirstResponseAtUs { get; init; }

    /// <summary>First 18x; null for none.</summary>
    public long? RangAtUs { get; init; }

    /// <summary>First CANCEL; null for none.</summary>
    public long? CancelledAtUs { get; init; }

    /// <summary>First 2xx; null for none.</summary>
    public long? AnsweredAtUs { get; init; }

    /// <summary>BYE, or the final response that ended it; null when that was not seen.</summary>
    public long? EndedAtUs { get; init; }

    /// <summary>Final status, 200 to 699; null for none.</summary>
    public int? FinalStatus { get; init; }

    /// <summary>Whether a timer of RFC 3261 ran out without a final response.</summary>
    public bool HasTimedOut { get; init; }

    /// <summary>Whether any media was received, either way.</summary>
    public bool HasMedia { get; init; }
}

/// <summary>An attempt or probe as the detection of failures takes it.</summary>
/// <param name="Class">What it says.</param>
/// <param name="AtUs">
/// A failed one: when it began, for from then on it failed. One that worked: when the component first answered.
/// </param>
/// <param name="LastedMs">
/// For the classes that ask how long: milliseconds without response or without media; else 0.
/// </param>
public readonly record struct ClassifiedAttempt(AttemptClass Class, long AtUs, long LastedMs = 0);

/// <summary>Says what an attempt or probe shows. What says nothing either way is null and never counts.</summary>
public static class AttemptRules
{
    /// <summary>RFC 3261 timers B and F, ms: what runs into them lasted that long at least.</summary>
    private const long TimerMs = 32_000;

    /// <summary>A call attempt. One whose INVITE was not seen is none; do not ask.</summary>
    public static ClassifiedAttempt? OfCall(in AttemptFacts facts) => facts switch
    {
        { AnsweredAtUs: not null } => OfAnswered(facts),
        { FinalStatus: >= 500 and < 600 } => new(AttemptClass.ServerFailure, facts.StartedAtUs),
        { RangAtUs: { } rang } => new(AttemptClass.Responded, rang),
        { FinalStatus: 408 } => new(AttemptClass.ServerFailure, facts.StartedAtUs),

        // A 100 before the CANCEL shows too little to call it a success, and enough to call it no failure.
        { FinalStatus: 487 } => null,
        { FinalStatus: null, CancelledAtUs: { } cancelled } => facts.FirstResponseAtUs is null
            ? new(AttemptClass.NoResponse, facts.StartedAtUs, (cancelled - facts.StartedAtUs) / 1_000)
            : null,
        { FinalStatus: not null } => new(
            AttemptClass.Responded, facts.FirstResponseAtUs ?? facts.EndedAtUs ?? facts.StartedAtUs),
        { HasTimedOut: true } => new(AttemptClass.NoResponse, facts.StartedAtUs, TimerMs),
        _ => null,
    };

    /// <summary>A probe: an OPTIONS transaction outside a dialog.</summary>
    /// <param name="startedAtUs">First request.</param>
    /// <param name="endedAtUs">First final response; null for none.</param>
    /// <param name="finalStatus">Its status; null when none came within 32 s.</param>
    public static ClassifiedAttempt OfProbe(long startedAtUs, long? endedAtUs, int? finalStatus) => finalStatus switch
    {
        null => new(AttemptClass.NoResponse, startedAtUs, TimerMs),

        // 501 says that the method is not implemented (RFC 3261 §21.5.2), by somebody who is there.
        501 => new(AttemptClass.Responded, endedAtUs ?? startedAtUs),
        408 or (>= 500 and < 600) => new(AttemptClass.ServerFailure, startedAtUs),
        _ => new(AttemptClass.Responded, endedAtUs ?? startedAtUs),
    };

    private static ClassifiedAttempt OfAnswered(in AttemptFacts facts) =>
        facts.HasMedia || facts.EndedAtUs is not { } ended
            ? new(
                facts.HasMedia ? AttemptClass.Media : AttemptClass.Responded,
                facts.FirstResponseAtUs ?? facts.AnsweredAtUs!.Value)
            : new(AttemptClass.NoMedia, facts.StartedAtUs, Math.Max(0, ended - facts.AnsweredAtUs!.Value) / 1_000);
}
