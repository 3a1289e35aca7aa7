using VoiceQuality.Monitor.Calls;
using VoiceQuality.Sla.Credits;

namespace VoiceQuality.Storage.Months;

/// <summary>Exact sums over a set of calls. They merge by addition.</summary>
public readonly record struct CallCounts
{
    /// <summary>Call attempts, whatever came of them.</summary>
    public long Calls { get; init; }

    /// <summary>Calls that were answered.</summary>
    public long Answered { get; init; }

    /// <summary>Attempts that the caller gave up.</summary>
    public long Cancelled { get; init; }

    /// <summary>Attempts that were refused.</summary>
    public long Rejected { get; init; }

    /// <summary>Attempts that failed.</summary>
    public long Failed { get; init; }

    /// <summary>Attempts that rang and were not answered.</summary>
    public long Unanswered { get; init; }

    /// <summary>Attempts of which the set-up or the end was not seen.</summary>
    public long Incomplete { get; init; }

    /// <summary>Answered calls with a score of 1 to 5: the votes of the mean .</summary>
    public long Scored { get; init; }

    /// <summary>Calls whose score is outside 1 to 5; none of them is in <see cref="Scored"/> (R-04).</summary>
    public long Quarantined { get; init; }

    /// <summary>Sum of the scores of <see cref="Scored"/>, ten-thousandths of a MOS point.</summary>
    public long SumMosE4 { get; init; }

    /// <summary>The exact mean of the scored calls.</summary>
    public MeanMos Mean => new(SumMosE4, Scored);

    /// <summary>What the contract needs of a unit's month.</summary>
    public UnitMonthCalls ToUnitMonthCalls() => new(Answered, Mean);

    /// <summary>The counts of one call.</summary>
    internal static CallCounts Of(CallOutcome outcome, int? mosE4)
    {
        var isQuarantined = IsOutsideScale(mosE4);
        var isScored = outcome == CallOutcome.Answered && mosE4 is not null && !isQuarantined;
        return new CallCounts
        {
            Calls = 1,
            Answered = outcome == CallOutcome.Answered ? 1 : 0,
            Cancelled = outcome == CallOutcome.Cancelled ? 1 : 0,
            Rejected = outcome == CallOutcome.Rejected ? 1 : 0,
            Failed = outcome == CallOutcome.Failed ? 1 : 0,
            Unanswered = outcome == CallOutcome.Unanswered ? 1 : 0,
            Incomplete = outcome == CallOutcome.Incomplete ? 1 : 0,
            Scored = isScored ? 1 : 0,
            Quarantined = isQuarantined ? 1 : 0,
            SumMosE4 = isScored ? mosE4!.Value : 0,
        };
    }

    /// <summary>Whether there is a score and it is none that a call can have .</summary>
    internal static bool IsOutsideScale(int? mosE4) => mosE4 is < MeanMos.LowestE4 or > MeanMos.HighestE4;

    public static CallCounts operator +(CallCounts left, CallCounts right) => Add(left, right);

    public static CallCounts operator -(CallCounts left, CallCounts right) => Subtract(left, right);

    /// <summary>The counts of two sets that share no call.</summary>
    public static CallCounts Add(CallCounts left, CallCounts right) => Combine(left, right, 1);

    /// <summary>The counts of a set without those of a part of it.</summary>
    public static CallCounts Subtract(CallCounts left, CallCounts right) => Combine(left, right, -1);

    private static CallCounts Combine(CallCounts left, CallCounts right, long sign) => checked(new CallCounts
    {
        Calls = left.Calls + (sign * right.Calls),
        Answered = left.Answered + (sign * right.Answered),
        Cancelled = left.Cancelled + (sign * right.Cancelled),
        Rejected = left.Rejected + (sign * right.Rejected),
        Failed = left.Failed + (sign * right.Failed),
        Unanswered = left.Unanswered + (sign * right.Unanswered),
        Incomplete = left.Incomplete + (sign * right.Incomplete),
        Scored = left.Scored + (sign * right.Scored),
        Quarantined = left.Quarantined + (sign * right.Quarantined),
        SumMosE4 = left.SumMosE4 + (sign * right.SumMosE4),
    });
}
