using VoiceQuality.Monitor.Calls;

namespace VoiceQuality.Storage.Calls;

/// <summary>Which calls a list shows. A null does not narrow it.</summary>
public sealed record CallFilter
{
    /// <summary>Most calls of one page.</summary>
    public const int MaxLimit = 500;

    /// <summary>Earliest start, inclusive, microseconds since 1970-01-01 UTC.</summary>
    public long? FromUs { get; init; }

    /// <summary>Latest start, exclusive, microseconds since 1970-01-01 UTC.</summary>
    public long? ToUs { get; init; }

    /// <summary>The account.</summary>
    public string? AccountId { get; init; }

    /// <summary>The business unit.</summary>
    public string? UnitId { get; init; }

    /// <summary>How it ended.</summary>
    public CallOutcome? Outcome { get; init; }

    /// <summary>Only answered calls that have no score .</summary>
    public bool UnscoredOnly { get; init; }

    /// <summary>Only calls whose score is outside 1 to 5 .</summary>
    public bool QuarantinedOnly { get; init; }

    /// <summary>Lowest score, inclusive, ten-thousandths of a MOS point. Calls without a score are left out.</summary>
    public int? MinMosE4 { get; init; }

    /// <summary>Highest score, inclusive, ten-thousandths of a MOS point. Calls without a score are left out.</summary>
    public int? MaxMosE4 { get; init; }

    /// <summary>
    /// Where the page before this one ended, from <see cref="CallPage.NextCursor"/>; null for the first.
    /// </summary>
    public string? Cursor { get; init; }

    /// <summary>Calls of a page, 1 to 500.</summary>
    public int Limit { get; init; } = 50;
}

/// <summary>One page of calls, newest first.</summary>
/// <param name="Calls">The calls.</param>
/// <param name="NextCursor">For the page that follows; null when this is the last.</param>
public sealed record CallPage(IReadOnlyList<CallSummary> Calls, string? NextCursor);
