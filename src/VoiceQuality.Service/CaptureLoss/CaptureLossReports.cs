using VoiceQuality.Monitor;
using VoiceQuality.Monitor.CaptureLoss;

namespace VoiceQuality.Service.CaptureLoss;

/// <summary>What a tap lost, and whether that time is over.</summary>
/// <param name="Tap">Which tap.</param>
/// <param name="Loss">The time.</param>
/// <param name="ResolvedAtUs">When it was over, microseconds since 1970-01-01 UTC; null while it may go on.</param>
internal readonly record struct CaptureLossReport(string Tap, CaptureLossTime Loss, long? ResolvedAtUs);

/// <summary>
/// Collects from the pipelines' threads what their taps lost, until it is stored. Many pipelines may tell at once.
/// </summary>
internal sealed class CaptureLossReports
{
    /// <summary>Reports that wait; further times are left out and only counted.</summary>
    private const int MaxWaiting = 10_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<object, (string Tap, CaptureLossTime Loss)> _open =
        new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<(string Tap, long FromUs), CaptureLossReport> _changed = [];

    /// <summary>Times that may go on.</summary>
    public int OpenCount
    {
        get
        {
            lock (_lock)
            {
                return _open.Count;
            }
        }
    }

    /// <summary>A pipeline has counted on.</summary>
    public void Note(object pipeline, string tap, PipelineCounters counters)
    {
        if (counters.LatestLoss is not { } latest)
        {
            return;
        }

        var nowUs = Math.Max(counters.LastPacketAtUs ?? 0, counters.ListenedUntilUs ?? 0);
        lock (_lock)
        {
            var isOpen = _open.TryGetValue(pipeline, out var open);
            if (isOpen && open.Loss.FromUs != latest.FromUs)
            {
                Resolve(open.Tap, open.Loss);
                isOpen = false;
            }

            if (nowUs - latest.UntilUs > CaptureLossTime.QuietUs)
            {
                if (isOpen)
                {
                    Resolve(open.Tap, latest);
                    _open.Remove(pipeline);
                }

                return;
            }

            tap = isOpen ? open.Tap : tap;
            if (!isOpen || !ReferenceEquals(open.Loss, latest))
            {
                _open[pipeline] = (tap, latest);
                Change(new CaptureLossReport(tap, latest, null));
            }
        }
    }

    /// <summary>A pipeline ended; what its tap lost is over.</summary>
    public void End(object pipeline, PipelineCounters last)
    {
        lock (_lock)
        {
            if (_open.Remove(pipeline, out var open))
            {
                Resolve(open.Tap, last.LatestLoss ?? open.Loss);
            }
        }
    }

    /// <summary>Takes what has changed since the last time, by begin.</summary>
    public IReadOnlyList<CaptureLossReport> TakeChanged()
    {
        lock (_lock)
        {
            CaptureLossReport[] changed = [.. _changed.Values.OrderBy(static report => report.Loss.FromUs)];
            _changed.Clear();
            return changed;
        }
    }

    /// <summary>Puts back what could not be stored, unless it has changed again.</summary>
    public void Return(CaptureLossReport report)
    {
        lock (_lock)
        {
            _changed.TryAdd((report.Tap, report.Loss.FromUs), report);
        }
    }

    private void Resolve(string tap, CaptureLossTime loss) =>
        Change(new CaptureLossReport(tap, loss, loss.UntilUs + CaptureLossTime.QuietUs));

    private void Change(CaptureLossReport report)
    {
        var key = (report.Tap, report.Loss.FromUs);
        if (_changed.Count < MaxWaiting || _changed.ContainsKey(key))
        {
            _changed[key] = report;
        }
    }
}
