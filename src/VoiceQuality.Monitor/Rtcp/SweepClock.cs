namespace VoiceQuality.Monitor.Rtcp;

/// <summary>
/// When a table is swept, by the times of what comes. A time more than an hour from the last sweep sweeps nothing and
/// begins anew: one stray time neither empties a table nor keeps it from ever being swept again.
/// </summary>
internal struct SweepClock
{
    private const long StrayNs = 3_600_000_000_000;

    private long _nextNs;
    private bool _hasBegun;

    /// <summary>Whether to sweep now.</summary>
    /// <param name="nowNs">Time of what came, ns.</param>
    /// <param name="everyNs">Time between sweeps, ns.</param>
    public bool IsDue(long nowNs, long everyNs)
    {
        var isStray = !_hasBegun || nowNs > _nextNs + StrayNs || nowNs < _nextNs - StrayNs;
        if (!isStray && nowNs < _nextNs)
        {
            return false;
        }

        _hasBegun = true;
        _nextNs = nowNs + everyNs;
        return !isStray;
    }
}
