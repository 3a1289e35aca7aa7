using VoiceQuality.Monitor.Calls;
using VoiceQuality.Sla.Credits;
using VoiceQuality.Sla.Policies;

namespace VoiceQuality.Storage.Months;

/// <summary>The votes of a set of calls by one reading of the contract.</summary>
/// <param name="Scored">Answered calls with a score of 1 to 5 by it.</param>
/// <param name="SumE4">Sum of their scores, ten-thousandths of a MOS point.</param>
public readonly record struct Votes(long Scored, long SumE4)
{
    internal static Votes Of(int? mosE4) =>
        mosE4 is { } score && !CallCounts.IsOutsideScale(score) ? new Votes(1, score) : default;

    internal static Votes Combine(Votes left, Votes right, long sign) => checked(
        new Votes(left.Scored + (sign * right.Scored), left.SumE4 + (sign * right.SumE4)));
}

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

    /// <summary>Answered calls of which it is known what they count by the further readings.</summary>
    public long ReadAnswered { get; init; }

    /// <summary>By MOS-CQ, every call by its own model.</summary>
    public Votes Cq { get; init; }

    /// <summary>By MOS-LQ, wideband calls capped at the best narrowband connection.</summary>
    public Votes LqCapped { get; init; }

    /// <summary>By MOS-CQ, likewise.</summary>
    public Votes CqCapped { get; init; }

    /// <summary>By MOS-LQ, wideband streams left out.</summary>
    public Votes LqNarrowband { get; init; }

    /// <summary>By MOS-CQ, likewise.</summary>
    public Votes CqNarrowband { get; init; }

    /// <summary>The exact mean of the scored calls.</summary>
    public MeanMos Mean => new(SumMosE4, Scored);

    /// <summary>What the contract needs of a unit's month.</summary>
    public UnitMonthCalls ToUnitMonthCalls() => new(Answered, Mean);

    /// <summary>
    /// The same calls as a contract reads them: <see cref="Scored"/> and <see cref="SumMosE4"/> are by its reading. By
    /// one that is not known of every answered call yet no call is scored, so that nothing is decided by a part of
    /// them.
    /// </summary>
    public CallCounts By(MosReading reading)
    {
        if (reading == MosReading.Default)
        {
            return this;
        }

        var votes = ReadAnswered != Answered ? default : reading switch
        {
            (MosScoreBasis.Conversational, MosWideband.OwnScale) => Cq,
            (MosScoreBasis.Listening, MosWideband.CappedAtNarrowband) => LqCapped,
            (MosScoreBasis.Conversational, MosWideband.CappedAtNarrowband) => CqCapped,
            (MosScoreBasis.Listening, MosWideband.LeftOut) => LqNarrowband,
            (MosScoreBasis.Conversational, MosWideband.LeftOut) => CqNarrowband,
            _ => throw new System.Diagnostics.UnreachableException("A reading that no sum is kept of."),
        };
        return this with { Scored = votes.Scored, SumMosE4 = votes.SumE4 };
    }

    /// <summary>The counts of one call.</summary>
    /// <param name="outcome">What became of it.</param>
    /// <param name="mosE4">Its score.</param>
    /// <param name="readings">What it counts by the further readings; null when that is not known.</param>
    internal static CallCounts Of(CallOutcome outcome, int? mosE4, CallReadings? readings)
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
        } + Of(outcome, readings);
    }

    /// <summary>What one call is by the further readings alone.</summary>
    internal static CallCounts Of(CallOutcome outcome, CallReadings? readings) =>
        outcome != CallOutcome.Answered || readings is not { } known
            ? default
            : new CallCounts
            {
                ReadAnswered = 1,
                Cq = Votes.Of(known.CqE4),
                LqCapped = Votes.Of(known.LqCappedE4),
                CqCapped = Votes.Of(known.CqCappedE4),
                LqNarrowband = Votes.Of(known.LqNarrowbandE4),
                CqNarrowband = Votes.Of(known.CqNarrowbandE4),
            };

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
        ReadAnswered = left.ReadAnswered + (sign * right.ReadAnswered),
        Cq = Votes.Combine(left.Cq, right.Cq, sign),
        LqCapped = Votes.Combine(left.LqCapped, right.LqCapped, sign),
        CqCapped = Votes.Combine(left.CqCapped, right.CqCapped, sign),
        LqNarrowband = Votes.Combine(left.LqNarrowband, right.LqNarrowband, sign),
        CqNarrowband = Votes.Combine(left.CqNarrowband, right.CqNarrowband, sign),
    });
}
