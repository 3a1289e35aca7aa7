using System.Collections.Immutable;
using VoiceQuality.Monitor;

namespace VoiceQuality.Service.CaptureLoss;

/// <summary>
/// A time in which SIP over TLS could not be read, again and again with less than a minute between.
/// </summary>
/// <param name="FromUs">Its begin, microseconds since 1970-01-01 UTC, to the tick of the capture.</param>
/// <param name="UntilUs">The last event so far.</param>
/// <param name="Gaps">Times that octets of a connection were missing and reading went on behind them.</param>
/// <param name="GivenUp">Connections that were given up because octets were missing or made no sense.</param>
/// <param name="SuitesNotRead">Connections of a version or suite that is not read.</param>
/// <param name="WithoutRoom">Connections that were given up for want of room.</param>
internal sealed record TlsLossTime(
    long FromUs, long UntilUs, long Gaps, long GivenUp, long SuitesNotRead, long WithoutRoom)
{
    /// <summary>So long without an event ends such a time, µs of capture time.</summary>
    public const long QuietUs = 60_000_000;

    /// <summary>All of them.</summary>
    public long Events => Gaps + GivenUp + SuitesNotRead + WithoutRoom;

    /// <summary>What a pipeline has counted, without a time. What is known to be no SIP is not in it.</summary>
    public static TlsLossTime Counted(ImmutableSortedDictionary<string, long> rejects) => new(
        0, 0,
        rejects.GetValueOrDefault("tls.resumed"),
        rejects.GetValueOrDefault("tls.broken") + rejects.GetValueOrDefault("tls.placeLost"),
        rejects.GetValueOrDefault("tls.suiteNotRead"),
        rejects.GetValueOrDefault("tls.tooManyConnections"));

    /// <summary>The same with what was counted since.</summary>
    public TlsLossTime With(TlsLossTime before, TlsLossTime now, long untilUs) => new(
        FromUs, Math.Max(UntilUs, untilUs), Gaps + now.Gaps - before.Gaps, GivenUp + now.GivenUp - before.GivenUp,
        SuitesNotRead + now.SuitesNotRead - before.SuitesNotRead, WithoutRoom + now.WithoutRoom - before.WithoutRoom);
}

/// <summary>What a tap could not read of SIP over TLS, and whether that time is over.</summary>
/// <param name="Tap">Which tap.</param>
/// <param name="Loss">The time.</param>
/// <param name="ResolvedAtUs">When it was over, microseconds since 1970-01-01 UTC; null while it may go on.</param>
internal readonly record struct TlsLossReport(string Tap, TlsLossTime Loss, long? ResolvedAtUs) : ILossReport
{
    /// <inheritdoc/>
    public long FromUs => Loss.FromUs;

    /// <summary>Whether it was told as over before, and goes on after all.</summary>
    public bool IsCorrection { get; init; }
}

/// <summary>
/// Collects from the pipelines' threads what they could not read of SIP over TLS, until it is stored. Many pipelines
/// may tell at once.
/// </summary>
/// <param name="alarmAt">So many events make a time an alarm, 1 or more.</param>
internal sealed class TlsLossReports(int alarmAt)
{
    /// <summary>Reports that wait; further times are left out and only counted.</summary>
    private const int MaxWaiting = 10_000;

    private static readonly TlsLossTime Nothing = new(0, 0, 0, 0, 0, 0);

    private readonly Lock _lock = new();
    private readonly Dictionary<object, Watch> _watches = new(ReferenceEqualityComparer.Instance);
    private readonly ChangedReports<TlsLossReport> _changed = new(MaxWaiting);

    /// <summary>Alarms that may go on.</summary>
    public int OpenCount
    {
        get
        {
            lock (_lock)
            {
                return _watches.Values.Count(watch => IsAlarm(watch) && !watch.IsPaused);
            }
        }
    }

    /// <summary>A pipeline has counted on.</summary>
    public void Note(object pipeline, string tap, PipelineCounters counters)
    {
        var counted = TlsLossTime.Counted(counters.Rejects);
        if (counted.Events == 0)
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

            if (watch.Open is { } open && nowUs - open.UntilUs > TlsLossTime.QuietUs)
            {
                Resolve(watch);
            }

            if (counted.Events > watch.Counted.Events)
            {
                if (watch.Open is null)
                {
                    watch.Tap = tap;
                    watch.Open = Nothing with { FromUs = nowUs, UntilUs = nowUs };
                }

                watch.Open = watch.Open.With(watch.Counted, counted, nowUs);
                (watch.Counted, watch.IsPaused) = (counted, false);
                if (IsAlarm(watch))
                {
                    _changed.Note(new TlsLossReport(watch.Tap, watch.Open, null) { IsCorrection = watch.WasOver });
                }
            }
        }
    }

    /// <summary>Nothing comes to a pipeline for now: its alarm is over, until it goes on.</summary>
    public void Pause(object pipeline)
    {
        lock (_lock)
        {
            if (_watches.TryGetValue(pipeline, out var watch) && watch.Open is not null)
            {
                TellOver(watch);
                watch.IsPaused = true;
            }
        }
    }

    /// <summary>A pipeline ended; what it could not read is over.</summary>
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
    public IReadOnlyList<TlsLossReport> TakeChanged()
    {
        lock (_lock)
        {
            return _changed.Take();
        }
    }

    /// <summary>Puts back what could not be stored, unless it has changed again.</summary>
    public void Return(TlsLossReport report)
    {
        lock (_lock)
        {
            _changed.Return(report);
        }
    }

    private bool IsAlarm(Watch watch) => watch.Open?.Events >= alarmAt;

    private void Resolve(Watch watch)
    {
        TellOver(watch);
        (watch.Open, watch.IsPaused, watch.WasOver) = (null, false, false);
    }

    private void TellOver(Watch watch)
    {
        if (IsAlarm(watch) && !watch.IsPaused)
        {
            _changed.Note(new TlsLossReport(watch.Tap, watch.Open!, watch.Open!.UntilUs + TlsLossTime.QuietUs)
            {
                IsCorrection = watch.WasOver,
            });
            watch.WasOver = true;
        }
    }

    /// <summary>What one pipeline told.</summary>
    private sealed class Watch
    {
        public string Tap { get; set; } = "";

        /// <summary>All that was counted so far.</summary>
        public TlsLossTime Counted { get; set; } = Nothing;

        /// <summary>The time that may go on; an alarm or not.</summary>
        public TlsLossTime? Open { get; set; }

        /// <summary>Whether nothing comes for now.</summary>
        public bool IsPaused { get; set; }

        /// <summary>Whether it was told as over already.</summary>
        public bool WasOver { get; set; }
    }
}
