using VoiceQuality.Monitor.Calls;
using VoiceQuality.Quality.Signalling;

namespace VoiceQuality.Monitor.Signalling;

/// <summary>What one call adds to the counters of signalling (RFC 6076, ITU-T E.411 and E.425).</summary>
public static class SignallingRules
{
    /// <summary>The counters of one call; nothing for a call whose set-up was not seen.</summary>
    public static SignallingCounters Of(CallRecord call)
    {
        ArgumentNullException.ThrowIfNull(call);

        if (call.Outcome == CallOutcome.Incomplete)
        {
            return default;
        }

        var isAnswered = call.Outcome == CallOutcome.Answered;
        var isRedirected = !isAnswered && call.FinalStatus is >= 300 and < 400;
        var hasFailed = !isAnswered && call.FinalStatus is >= 400;
        return new SignallingCounters
        {
            Attempts = 1,
            Answered = isAnswered ? 1 : 0,
            Redirected = isRedirected ? 1 : 0,
            Declined = !isAnswered && call.FinalStatus is 480 or 486 or 600 or 603 ? 1 : 0,
            Ineffective = !isAnswered && IsIneffective(call) ? 1 : 0,
            NotAnsweredByUser = !isAnswered && IsForTheUser(call) ? 1 : 0,
            Completed = isAnswered && call.DisconnectDelayUs is not null ? 1 : 0,
            Retransmissions = call.Retransmissions,
            Challenges = call.Challenges,
            PostDial = DelaySum.Of(call.PostDialDelayUs),
            Ringing = DelaySum.Of(call.RingTimeUs),
            RequestDelay = DelaySum.Of(hasFailed || isRedirected ? null : call.RequestDelayUs),
            FailedRequestDelay = DelaySum.Of(hasFailed ? call.RequestDelayUs : null),
            DisconnectDelay = DelaySum.Of(isAnswered ? call.DisconnectDelayUs : null),
            Talk = DelaySum.Of(isAnswered && call.EndedAtUs >= call.AnsweredAtUs
                ? call.EndedAtUs - call.AnsweredAtUs
                : null),
        };
    }

    private static bool IsIneffective(CallRecord call) =>
        call.FinalStatus is 408 or 500 or 503 or 504
        || (call.FinalStatus is null && call.Outcome == CallOutcome.Failed);

    private static bool IsForTheUser(CallRecord call) =>
        call.FinalStatus is 480 or 486 or 600 or 603
        || call.Outcome == CallOutcome.Unanswered
        || (call.Outcome == CallOutcome.Cancelled && call.PostDialDelayUs is not null);
}
