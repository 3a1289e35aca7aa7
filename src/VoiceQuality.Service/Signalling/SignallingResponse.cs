using VoiceQuality.Quality.Signalling;

namespace VoiceQuality.Service.Signalling;

/// <summary>A share with what it was made of.</summary>
/// <param name="Percent">0 to 100; null when there is nothing to divide by.</param>
/// <param name="Numerator">Attempts that count.</param>
/// <param name="Denominator">Attempts that they are counted of.</param>
internal sealed record SignallingShare(double? Percent, long Numerator, long Denominator);

/// <summary>A mean delay with what it was made of.</summary>
/// <param name="MeanMs">Milliseconds; null when none was measured.</param>
/// <param name="Count">Delays.</param>
/// <param name="SumUs">Their sum, µs.</param>
internal sealed record SignallingDelay(double? MeanMs, long Count, long SumUs)
{
    public static SignallingDelay Of(DelaySum sum) => new(sum.MeanUs / 1e3, sum.Count, sum.SumUs);
}

/// <summary>How call attempts went: the same fields in the API and in <c>analyze --format json</c>.</summary>
internal sealed record SignallingResponse
{
    public required long Attempts { get; init; }

    public required long Answered { get; init; }

    public required long Redirected { get; init; }

    /// <summary>480, 486, 600, 603 (RFC 6076 §4.7).</summary>
    public required long Declined { get; init; }

    /// <summary>408, 500, 503, 504, or no response (RFC 6076 §4.8).</summary>
    public required long Ineffective { get; init; }

    /// <summary>Not answered for a reason of caller or callee (ITU-T E.425).</summary>
    public required long NotAnsweredByUser { get; init; }

    public required long Completed { get; init; }

    public required long Retransmissions { get; init; }

    public required long Challenges { get; init; }

    /// <summary>
    /// Attempts that were stored before challenges, ring time, SRD, SDD and SCR were kept: they count in none of these.
    /// </summary>
    public required long PartlyKnown { get; init; }

    /// <summary>Answered of all (ITU-T E.411).</summary>
    public required SignallingShare Asr { get; init; }

    /// <summary>Answered, or not for a reason of the users, of all (ITU-T E.425).</summary>
    public required SignallingShare Ner { get; init; }

    /// <summary>RFC 6076 §4.6.</summary>
    public required SignallingShare Ser { get; init; }

    /// <summary>RFC 6076 §4.7.</summary>
    public required SignallingShare Seer { get; init; }

    /// <summary>RFC 6076 §4.8.</summary>
    public required SignallingShare Isa { get; init; }

    /// <summary>RFC 6076 §4.9.</summary>
    public required SignallingShare Scr { get; init; }

    /// <summary>Mean length of calls whose end was seen, s; null without one.</summary>
    public required double? AcdSeconds { get; init; }

    /// <summary>What <see cref="AcdSeconds"/> is made of (SDT, RFC 6076 §4.5).</summary>
    public required SignallingDelay Talk { get; init; }

    /// <summary>INVITE to the first 18x.</summary>
    public required SignallingDelay Pdd { get; init; }

    /// <summary>First 18x to the answer or the end of the attempt.</summary>
    public required SignallingDelay RingTime { get; init; }

    /// <summary>SRD of attempts that did not fail (RFC 6076 §4.3.1).</summary>
    public required SignallingDelay Srd { get; init; }

    /// <summary>SRD of failed attempts (RFC 6076 §4.3.2).</summary>
    public required SignallingDelay FailedSrd { get; init; }

    /// <summary>SDD (RFC 6076 §4.4).</summary>
    public required SignallingDelay Sdd { get; init; }

    public static SignallingResponse Of(SignallingCounters sums) => new()
    {
        Attempts = sums.Attempts,
        Answered = sums.Answered,
        Redirected = sums.Redirected,
        Declined = sums.Declined,
        Ineffective = sums.Ineffective,
        NotAnsweredByUser = sums.NotAnsweredByUser,
        Completed = sums.Completed,
        Retransmissions = sums.Retransmissions,
        Challenges = sums.Challenges,
        PartlyKnown = sums.Partial,
        Asr = new SignallingShare(sums.AsrPercent, sums.Answered, sums.Attempts),
        Ner = new SignallingShare(sums.NerPercent, sums.Answered + sums.NotAnsweredByUser, sums.Attempts),
        Ser = new SignallingShare(sums.SerPercent, sums.Answered, sums.Attempts - sums.Redirected),
        Seer = new SignallingShare(
            sums.SeerPercent, sums.Answered + sums.Declined, sums.Attempts - sums.Redirected),
        Isa = new SignallingShare(sums.IsaPercent, sums.Ineffective, sums.Attempts),
        Scr = new SignallingShare(sums.ScrPercent, sums.Completed, sums.Attempts - sums.Partial),
        AcdSeconds = sums.AcdSeconds,
        Talk = SignallingDelay.Of(sums.Talk),
        Pdd = SignallingDelay.Of(sums.PostDial),
        RingTime = SignallingDelay.Of(sums.Ringing),
        Srd = SignallingDelay.Of(sums.RequestDelay),
        FailedSrd = SignallingDelay.Of(sums.FailedRequestDelay),
        Sdd = SignallingDelay.Of(sums.DisconnectDelay),
    };
}
