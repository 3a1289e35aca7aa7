using System.Diagnostics.Metrics;
using VoiceQuality.Monitor.Calls;
using VoiceQuality.Monitor.Signalling;

namespace VoiceQuality.Service.Telemetry;

/// <summary>
/// Instruments of call attempts (RFC 6076, ITU-T E.411 and E.425). Those by unit are counters, so that every ratio can
/// be made over any time.
/// </summary>
internal sealed class SignallingInstruments
{
    private static readonly double[] DelayBounds =
        [0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2, 4, 8, 16, 32];

    private static readonly double[] RingBounds = [0.5, 1, 2, 5, 10, 15, 20, 30, 45, 60, 120, 180];

    private readonly Histogram<double> _requestDelay;
    private readonly Histogram<double> _ringTime;
    private readonly Histogram<double> _disconnectDelay;
    private readonly Counter<long> _attempts;
    private readonly Counter<long> _answered;
    private readonly Counter<long> _redirected;
    private readonly Counter<long> _declined;
    private readonly Counter<long> _ineffective;
    private readonly Counter<long> _notAnsweredByUser;
    private readonly Counter<long> _completed;

    public SignallingInstruments(Meter meter)
    {
        _requestDelay = Histogram(
            meter, "voicequality.call.request_delay", "INVITE to the first response that says something (SRD).",
            DelayBounds);
        _ringTime = Histogram(
            meter, "voicequality.call.ring_time", "First 18x to the answer or the end of the attempt.", RingBounds);
        _disconnectDelay = Histogram(
            meter, "voicequality.call.disconnect_delay", "BYE to its final response (SDD).", DelayBounds);
        _attempts = Counter(meter, "attempts", "Call attempts whose set-up was seen, by unit.");
        _answered = Counter(meter, "answered_attempts", "Call attempts that were answered, by unit.");
        _redirected = Counter(meter, "redirected_attempts", "Call attempts that ended with a 3xx, by unit.");
        _declined = Counter(
            meter, "declined_attempts", "Call attempts that ended with 480, 486, 600 or 603, by unit.");
        _ineffective = Counter(
            meter, "ineffective_attempts", "Call attempts that ended with 408, 500, 503, 504 or no response, by unit.");
        _notAnsweredByUser = Counter(
            meter, "user_attempts", "Call attempts not answered for a reason of caller or callee (E.425), by unit.");
        _completed = Counter(
            meter, "completed_attempts", "Answered calls whose BYE was seen and confirmed, by unit.");
    }

    public void CallFinished(CallRecord call)
    {
        Record(_requestDelay, call.RequestDelayUs);
        Record(_ringTime, call.RingTimeUs);
        Record(_disconnectDelay, call.DisconnectDelayUs);
    }

    /// <summary>A call was put into its unit. What it adds nothing to is there as 0: so can a ratio be.</summary>
    public void CallAssigned(
        CallRecord call, KeyValuePair<string, object?> account, KeyValuePair<string, object?> unit)
    {
        var sums = SignallingRules.Of(call);
        if (sums.Attempts == 0)
        {
            return;
        }

        _attempts.Add(sums.Attempts, account, unit);
        _answered.Add(sums.Answered, account, unit);
        _redirected.Add(sums.Redirected, account, unit);
        _declined.Add(sums.Declined, account, unit);
        _ineffective.Add(sums.Ineffective, account, unit);
        _notAnsweredByUser.Add(sums.NotAnsweredByUser, account, unit);
        _completed.Add(sums.Completed, account, unit);
    }

    private static void Record(Histogram<double> histogram, long? us)
    {
        if (us is { } known)
        {
            histogram.Record(known / 1e6);
        }
    }

    private static Histogram<double> Histogram(Meter meter, string name, string description, double[] bounds) =>
        meter.CreateHistogram(
            name, "s", description, advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = bounds });

    private static Counter<long> Counter(Meter meter, string name, string description) =>
        meter.CreateCounter<long>("voicequality.unit." + name, "{call}", description);
}
