using VoiceQuality.Monitor;
using VoiceQuality.Monitor.CaptureLoss;

namespace VoiceQuality.Service.CaptureLoss;

/// <summary>What a tap lost, and whether that time is over.</summary>
/// <param name="Tap">Which tap.</param>
/// <param name="Loss">The time.</param>
/// <param name="ResolvedAtUs">When it was over, microseconds since 1970-01-01 UTC; null while it may go on.</param>
internal readonly record struct CaptureLossReport(string Tap, CaptureLossTime Loss, long? ResolvedAtUs) : ILossReport
{
    /// <inheritdoc/>
    public long FromUs => Loss.FromUs;

    /// <summary>Whether it was told as over before, and is known better now or goes on after all.</summary>
    public bool IsCorrection { get; init; }
}

/// <summary>
/// Collects from the pipelines' threads what their taps lost, until it is stored. Many pipelines may tell at once. A
/// time that becomes known only when it is over is told as over.
/// </summary>
internal sealed class CaptureLossReports
{
    /// <summary>Reports that wait; further times are left out and only counted.</summary>
    private const int MaxWaiting = 10_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<object, Watch> _watches = new(ReferenceEqualityComparer.Instance);
    private readonly ChangedReports<CaptureLossReport> _changed = new(MaxWaiting);

    /// <summary>Times that may go on.</summary>
    public int OpenCount
    {
        get
        {
            lock (_lock)
            {
                return _watches.Values.Count(static watch => watch.Open is not null);
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
            if (!_watches.TryGetValue(pipeline, out var watch))
            {
                watch = new Watch();
                _watches.Add(pipeline, watch);
            }

            if (!ReferenceEquals(watch.Seen, latest))
            {
                watch.Seen = latest;
                Take(watch, tap, latest, nowUs);
            }

            if (watch.Open is { } open && IsOver(open, nowUs))
            {
                Resolve(watch);
            }
        }
    }

    /// <summary>Nothing comes to a pipeline for now: what its tap lost is over, until it goes on.</summary>
    public void Pause(object pipeline)
    {
        lock (_lock)
        {
            if (_watches.TryGetValue(pipeline, out var watch))
            {
                Resolve(watch);
            }
        }
    }

    /// <summary>A pipeline ended; what its tap lost is over.</summary>
    public void End(object pipeline)
    {
        lock (_lock)
        {
            if (_watches.Remove(pipeline, out var watch))
            {
                Resolve(watch);
            }
        }
    }

    /// <summary>Takes what has changed since the last time, by begin.</summary>
    public IReadOnlyList<CaptureLossReport> TakeChanged()
    {
        lock (_lock)
        {
            return _changed.Take();
        }
    }

    /// <summary>Puts back what could not be stored, unless it has changed again.</summary>
    public void Return(CaptureLossReport report)
    {
        lock (_lock)
        {
            _changed.Return(report);
        }
    }

    private static bool IsOver(CaptureLossTime loss, long nowUs) => nowUs - loss.UntilUs > CaptureLossTime.QuietUs;

    private void Take(Watch watch, string tap, CaptureLossTime latest, long nowUs)
    {
        if (watch.Open is { } open && open.FromUs == latest.FromUs)
        {
            watch.Open = latest;
            _changed.Note(new CaptureLossReport(watch.Tap, latest, null));
        }
        else if (IsOver(latest, nowUs))
        {
            // Late news: of a time that nobody was told of, or of one that was told last.
            var isCorrection = true;
            if (watch.ToldFromUs == latest.FromUs)
            {
                tap = watch.Tap;
            }
            else if (watch.Late is { } late && late.FromUs == latest.FromUs)
            {
                tap = late.Tap;
            }
            else
            {
                isCorrection = false;
                watch.Late = (tap, latest.FromUs);
            }

            _changed.Note(Over(tap, latest) with { IsCorrection = isCorrection });
        }
        else
        {
            Resolve(watch);
            var goesOn = watch.ToldFromUs == latest.FromUs;
            tap = goesOn ? watch.Tap : tap;
            (watch.Tap, watch.ToldFromUs, watch.Open) = (tap, latest.FromUs, latest);
            _changed.Note(new CaptureLossReport(tap, latest, null) { IsCorrection = goesOn });
        }
    }

    private void Resolve(Watch watch)
    {
        if (watch.Open is { } open)
        {
            watch.Open = null;
            _changed.Note(Over(watch.Tap, open));
        }
    }

    private static CaptureLossReport Over(string tap, CaptureLossTime loss) =>
        new(tap, loss, loss.UntilUs + CaptureLossTime.QuietUs);

    /// <summary>What one pipeline told.</summary>
    private sealed class Watch
    {
        /// <summary>The tap of the time that was told last before it was over.</summary>
        public string Tap { get; set; } = "";

        /// <summary>The begin of that time.</summary>
        public long? ToldFromUs { get; set; }

        /// <summary>The time that was told last when it was over.</summary>
        public (string Tap, long FromUs)? Late { get; set; }

        /// <summary>The same time while it may go on.</summary>
        public CaptureLossTime? Open { get; set; }

        public CaptureLossTime? Seen { get; set; }
    }
}
