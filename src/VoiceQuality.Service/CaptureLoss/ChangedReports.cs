namespace VoiceQuality.Service.CaptureLoss;

/// <summary>A time in which a tap lost something, as it stands.</summary>
internal interface ILossReport
{
    /// <summary>Which tap.</summary>
    string Tap { get; }

    /// <summary>When it began, microseconds since 1970-01-01 UTC.</summary>
    long FromUs { get; }

    /// <summary>Whether it was told as over before; then it is not counted again.</summary>
    bool IsCorrection { get; init; }
}

/// <summary>Times that have changed since they were taken last, the latest state of each. Not safe for two threads.</summary>
/// <param name="most">So many wait at most; further ones are left out.</param>
internal sealed class ChangedReports<T>(int most)
    where T : struct, ILossReport
{
    private readonly Dictionary<(string Tap, long FromUs), T> _changed = [];

    /// <summary>Notes a state in place of the one that waits, which was new when that was.</summary>
    public void Note(T report)
    {
        var key = (report.Tap, report.FromUs);
        if (_changed.TryGetValue(key, out var waiting))
        {
            _changed[key] = report with { IsCorrection = waiting.IsCorrection };
        }
        else if (_changed.Count < most)
        {
            _changed[key] = report;
        }
    }

    /// <summary>Takes all, by begin.</summary>
    public IReadOnlyList<T> Take()
    {
        T[] changed = [.. _changed.Values.OrderBy(static report => report.FromUs)];
        _changed.Clear();
        return changed;
    }

    /// <summary>Puts one back, unless it has changed again.</summary>
    public void Return(T report)
    {
        var key = (report.Tap, report.FromUs);
        if (!_changed.TryAdd(key, report) && !report.IsCorrection)
        {
            _changed[key] = _changed[key] with { IsCorrection = false };
        }
    }
}
