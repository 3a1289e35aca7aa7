namespace VoiceQuality.Sla.Rating;

/// <summary>
/// By what steps a call is billed: the first so many seconds at once, then so many at a time.
/// </summary>
public readonly record struct BillingIncrement
{
    /// <summary>Longest step in seconds: one hour.</summary>
    public const int MaxSeconds = 3600;

    private readonly int _initialLessSix;
    private readonly int _incrementLessSix;

    /// <summary>Steps of a rate deck.</summary>
    /// <param name="initialSeconds">Seconds billed for any answered call, 1 to 3600.</param>
    /// <param name="incrementSeconds">Seconds billed at a time after that, 1 to 3600.</param>
    public BillingIncrement(int initialSeconds, int incrementSeconds)
    {
        ThrowUnlessStep(initialSeconds, nameof(initialSeconds));
        ThrowUnlessStep(incrementSeconds, nameof(incrementSeconds));
        _initialLessSix = initialSeconds - 6;
        _incrementLessSix = incrementSeconds - 6;
    }

    /// <summary>Domestic calls: six seconds at least, rounded up to six. Also the default value.</summary>
    public static BillingIncrement Domestic => default;

    /// <summary>Seconds billed for any answered call.</summary>
    public int InitialSeconds => _initialLessSix + 6;

    /// <summary>Seconds billed at a time after that.</summary>
    public int IncrementSeconds => _incrementLessSix + 6;

    /// <summary>Whether a number of seconds can be a step.</summary>
    public static bool IsStep(long seconds) => seconds is >= 1 and <= MaxSeconds;

    private static void ThrowUnlessStep(int seconds, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(seconds, 1, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(seconds, MaxSeconds, name);
    }
}

/// <summary>The seconds that a call is billed for.</summary>
public static class BillableSeconds
{
    /// <summary>Longest call in milliseconds: one hundred years of 365.25 days.</summary>
    public const long MaxDurationMs = 3_155_760_000_000;

    /// <summary>
    /// Rounds up once, from milliseconds: a call is never cut to whole seconds first. A call that was answered
    /// and ended at once is billed the initial step; one that was not answered is billed nothing.
    /// </summary>
    /// <param name="isAnswered">Whether the call was answered.</param>
    /// <param name="durationMs">Milliseconds from answer to end, 0 to <see cref="MaxDurationMs"/>.</param>
    /// <param name="increment">The steps; six and six for a domestic call.</param>
    public static long Of(bool isAnswered, long durationMs, BillingIncrement increment)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(durationMs);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(durationMs, MaxDurationMs);
        if (!isAnswered)
        {
            return 0;
        }

        var beyondInitialMs = durationMs - (increment.InitialSeconds * 1000L);
        if (beyondInitialMs <= 0)
        {
            return increment.InitialSeconds;
        }

        var stepMs = increment.IncrementSeconds * 1000L;
        var steps = (beyondInitialMs + stepMs - 1) / stepMs;
        return increment.InitialSeconds + (steps * increment.IncrementSeconds);
    }
}
