using NodaTime;

namespace VoiceQuality.Sla.Clocks;

/// <summary>Both clocks read together: the wall clock says when, the monotonic clock how long .</summary>
/// <param name="Utc">What the wall clock shows; it may be set, forward or back.</param>
/// <param name="Monotonic">Time since some start of the machine; it never goes back while the process lives.</param>
public readonly record struct ClockReading(Instant Utc, Duration Monotonic);

/// <summary>What happened between two readings.</summary>
/// <param name="Elapsed">How much time passed, 0 or more, by the monotonic clock.</param>
/// <param name="WallStep">How much further the wall clock went than time did; negative when it was set back.</param>
/// <param name="IsSkewed">Whether the step is beyond the tolerance, so that somebody must be told.</param>
public readonly record struct ClockComparison(Duration Elapsed, Duration WallStep, bool IsSkewed)
{
    /// <summary>Compares two readings of one process.</summary>
    /// <param name="earlier">The first reading.</param>
    /// <param name="later">The second reading.</param>
    /// <param name="tolerance">How far the clocks may part; above 0.</param>
    public static ClockComparison Between(ClockReading earlier, ClockReading later, Duration tolerance)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(tolerance, Duration.Zero);

        // Readings that were taken by two threads may arrive the other way round; no time has passed then.
        var elapsed = Duration.Max(later.Monotonic - earlier.Monotonic, Duration.Zero);
        var step = later.Utc - earlier.Utc - elapsed;
        return new ClockComparison(elapsed, step, step > tolerance || step < -tolerance);
    }
}
