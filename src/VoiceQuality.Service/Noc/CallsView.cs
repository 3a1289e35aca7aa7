using VoiceQuality.Monitor.Calls;
using VoiceQuality.Quality.Scoring;
using VoiceQuality.Sla.Policies;

namespace VoiceQuality.Service.Noc;

/// <summary>One row of the list of calls.</summary>
internal sealed record CallLine
{
    /// <summary>32 hexadecimal digits.</summary>
    public required string Id { get; init; }

    /// <summary>The account; null for calls that no rule knows.</summary>
    public string? AccountId { get; init; }

    /// <summary>The business unit.</summary>
    public required string UnitId { get; init; }

    /// <summary>Name of the unit.</summary>
    public required string UnitName { get; init; }

    /// <summary>User part of the caller's URI; null when not seen or forgotten.</summary>
    public string? From { get; init; }

    /// <summary>User part of the callee's URI; null when not seen or forgotten.</summary>
    public string? To { get; init; }

    /// <summary>Microseconds since 1970-01-01 UTC.</summary>
    public required long StartedAtUs { get; init; }

    /// <summary>First 2xx; null when none was seen.</summary>
    public long? AnsweredAtUs { get; init; }

    /// <summary>End; null when it was not seen.</summary>
    public long? EndedAtUs { get; init; }

    /// <summary>Answer to end, microseconds; null unless both were seen.</summary>
    public long? DurationUs => CallSpan.Of(AnsweredAtUs, EndedAtUs);

    /// <summary>Microseconds.</summary>
    public long? PostDialDelayUs { get; init; }

    /// <summary>How it ended.</summary>
    public required CallOutcome Outcome { get; init; }

    /// <summary>Final status of the INVITE.</summary>
    public int? FinalStatus { get; init; }

    /// <summary>Ten-thousandths of a MOS point; null when unscored.</summary>
    public int? MosE4 { get; init; }

    /// <summary>Which score the contract of the account counts in the call's month.</summary>
    public MosReading Reading { get; init; }

    /// <summary>What the contract counts, or why it does not; null when that is not known.</summary>
    public CallScore? Counted { get; init; }

    /// <summary>Lost in percent of expected packets over the streams; null when there were none.</summary>
    public double? LossPercent { get; init; }

    /// <summary>Why there is no score.</summary>
    public UnscoredReason UnscoredReason { get; init; }
}

/// <summary>A choice of a form field.</summary>
/// <param name="Value">What is sent.</param>
/// <param name="Text">What is read.</param>
internal sealed record Choice(string Value, string Text);

/// <summary>What the list of calls shows.</summary>
/// <param name="Search">What was asked for.</param>
/// <param name="Lines">Rows, newest first.</param>
/// <param name="NextCursor">Where the next rows begin; null when there are none.</param>
/// <param name="Accounts">Accounts to choose from.</param>
/// <param name="Units">Units to choose from.</param>
internal sealed record CallsView(
    CallSearch Search,
    IReadOnlyList<CallLine> Lines,
    string? NextCursor,
    IReadOnlyList<Choice> Accounts,
    IReadOnlyList<Choice> Units);

/// <summary>How long a call was connected.</summary>
internal static class CallSpan
{
    /// <summary>Answer to end, microseconds; null unless both were seen in this order.</summary>
    public static long? Of(long? answeredAtUs, long? endedAtUs) => endedAtUs >= answeredAtUs ? endedAtUs - answeredAtUs : null;
}
