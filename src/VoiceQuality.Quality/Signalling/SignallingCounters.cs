namespace VoiceQuality.Quality.Signalling;

/// <summary>
/// What was counted of call attempts in one place and time: integers, so that merging is exact and every ratio can be
/// made again. Challenges, retransmissions, forks and re-INVITEs are no attempts.
/// </summary>
public readonly record struct SignallingCounters
{
    /// <summary>Attempts whose set-up was seen.</summary>
    public long Attempts { get; init; }

    /// <summary>Attempts that got a 2xx.</summary>
    public long Answered { get; init; }

    /// <summary>Attempts that ended with a 3xx: neither a success nor a failure (RFC 6076 §4.6).</summary>
    public long Redirected { get; init; }

    /// <summary>
    /// Attempts that ended with 480, 486, 600 or 603: the network did its part, the callee did not want to (RFC 6076
    /// §4.7).
    /// </summary>
    public long Declined { get; init; }

    /// <summary>Attempts that ended with 408, 500, 503 or 504, or without any response (RFC 6076 §4.8).</summary>
    public long Ineffective { get; init; }

    /// <summary>
    /// Attempts that did not reach an answer for a reason of the callee or the caller: busy, no answer after ringing,
    /// rejected by the callee, given up by the caller after ringing (ITU-T E.425).
    /// </summary>
    public long NotAnsweredByUser { get; init; }

    /// <summary>Answered calls whose BYE was seen and confirmed (RFC 6076 §4.9).</summary>
    public long Completed { get; init; }

    /// <summary>Retransmitted messages.</summary>
    public long Retransmissions { get; init; }

    /// <summary>Challenges for a password (401, 407).</summary>
    public long Challenges { get; init; }

    /// <summary>
    /// Attempts that were stored before challenges, ring time, SRD, SDD and the confirmed end were kept: these are not
    /// known of them.
    /// </summary>
    public long Partial { get; init; }

    /// <summary>INVITE to the first 18x.</summary>
    public DelaySum PostDial { get; init; }

    /// <summary>First 18x to the answer or the end of the attempt.</summary>
    public DelaySum Ringing { get; init; }

    /// <summary>SRD of attempts that did not fail: INVITE to the first response that says something (RFC 6076
    /// §4.3.1).</summary>
    public DelaySum RequestDelay { get; init; }

    /// <summary>SRD of failed attempts: INVITE to the 4xx, 5xx or 6xx that ended it (RFC 6076 §4.3.2).</summary>
    public DelaySum FailedRequestDelay { get; init; }

    /// <summary>SDD: BYE to its final response (RFC 6076 §4.4).</summary>
    public DelaySum DisconnectDelay { get; init; }

    /// <summary>SDT: answer to BYE, of calls whose end was seen (RFC 6076 §4.5).</summary>
    public DelaySum Talk { get; init; }

    /// <summary>SER, percent: answered of the attempts that were not redirected (RFC 6076 §4.6).</summary>
    public double? SerPercent => Percent(Answered, Attempts - Redirected);

    /// <summary>SEER, percent: answered or declined by the callee, of those not redirected (RFC 6076 §4.7).</summary>
    public double? SeerPercent => Percent(Answered + Declined, Attempts - Redirected);

    /// <summary>ISA, percent: ineffective attempts of all (RFC 6076 §4.8).</summary>
    public double? IsaPercent => Percent(Ineffective, Attempts);

    /// <summary>SCR, percent: completed of all of which it is known (RFC 6076 §4.9).</summary>
    public double? ScrPercent => Percent(Completed, Attempts - Partial);

    /// <summary>ASR, percent: answered of all (ITU-T E.411).</summary>
    public double? AsrPercent => Percent(Answered, Attempts);

    /// <summary>NER, percent: answered, or not for a reason of the users, of all (ITU-T E.425).</summary>
    public double? NerPercent => Percent(Answered + NotAnsweredByUser, Attempts);

    /// <summary>ACD, seconds: mean length of calls whose end was seen.</summary>
    public double? AcdSeconds => Talk.MeanUs / 1e6;

    /// <summary>The sums of both.</summary>
    public static SignallingCounters operator +(in SignallingCounters a, in SignallingCounters b) => new()
    {
        Attempts = a.Attempts + b.Attempts,
        Answered = a.Answered + b.Answered,
        Redirected = a.Redirected + b.Redirected,
        Declined = a.Declined + b.Declined,
        Ineffective = a.Ineffective + b.Ineffective,
        NotAnsweredByUser = a.NotAnsweredByUser + b.NotAnsweredByUser,
        Completed = a.Completed + b.Completed,
        Retransmissions = a.Retransmissions + b.Retransmissions,
        Challenges = a.Challenges + b.Challenges,
        Partial = a.Partial + b.Partial,
        PostDial = a.PostDial + b.PostDial,
        Ringing = a.Ringing + b.Ringing,
        RequestDelay = a.RequestDelay + b.RequestDelay,
        FailedRequestDelay = a.FailedRequestDelay + b.FailedRequestDelay,
        DisconnectDelay = a.DisconnectDelay + b.DisconnectDelay,
        Talk = a.Talk + b.Talk,
    };

    private static double? Percent(long part, long whole) => whole > 0 ? 100.0 * part / whole : null;
}

/// <summary>Sum and number of delays.</summary>
/// <param name="Count">Delays.</param>
/// <param name="SumUs">Their sum, µs.</param>
public readonly record struct DelaySum(long Count, long SumUs)
{
    /// <summary>Mean, µs; null without a delay.</summary>
    public double? MeanUs => Count > 0 ? (double)SumUs / Count : null;

    /// <summary>One delay, or none when it is unknown.</summary>
    public static DelaySum Of(long? us) => us is { } known ? new DelaySum(1, known) : default;

    /// <summary>The sums of both.</summary>
    public static DelaySum operator +(DelaySum a, DelaySum b) => new(a.Count + b.Count, a.SumUs + b.SumUs);
}
