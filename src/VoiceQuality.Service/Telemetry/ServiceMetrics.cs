using System.Diagnostics.Metrics;
using VoiceQuality.Monitor.Calls;
using VoiceQuality.Monitor.Sources.Hep;
using VoiceQuality.Monitor.Sources.Reports;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Service.Telemetry.Influx;
using VoiceQuality.Service.Telemetry.Prometheus;
using VoiceQuality.Sla.TollFree;

namespace VoiceQuality.Service.Telemetry;

/// <summary>
/// The instruments of the service. Labels come from closed sets, but for the ids of accounts and units, whose number
/// is bounded by <see cref="PrometheusOptions.UnitLimit"/>. No number, address, URI, name or Call-ID is among them.
/// </summary>
internal sealed class ServiceMetrics
{
    private static readonly double[] MosBounds =
        [1, 2, 2.5, 3, 3.25, 3.5, 3.75, 3.9, 4, 4.1, 4.2, 4.3, 4.4, 4.5];

    private static readonly double[] LossBounds =
        [0, 0.001, 0.0025, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5, 1];

    private static readonly double[] JitterBounds =
        [0.0005, 0.001, 0.002, 0.005, 0.01, 0.015, 0.02, 0.03, 0.05, 0.1, 0.2];

    private static readonly double[] DelayBounds = [0.1, 0.25, 0.5, 1, 2, 3, 4, 5, 8, 11, 16, 32];

    private static readonly double[] DurationBounds = [1, 5, 10, 30, 60, 120, 300, 600, 1_800, 3_600, 7_200];

    private readonly Counter<long> _calls;
    private readonly Counter<long> _scored;
    private readonly Counter<long> _unscored;
    private readonly Counter<long> _streams;
    private readonly Histogram<double> _mos;
    private readonly Histogram<double> _postDialDelay;
    private readonly Histogram<double> _duration;
    private readonly Histogram<double> _loss;
    private readonly Histogram<double> _jitter;
    private readonly Counter<long> _batches;
    private readonly Counter<long> _stored;
    private readonly Counter<long> _storageFailures;
    private readonly Histogram<double> _storageDuration;
    private readonly Counter<long> _alarms;
    private readonly Counter<long> _captureLosses;
    private readonly Counter<long> _tlsLosses;
    private readonly Counter<long> _files;
    private readonly Counter<long> _filesWaited;
    private readonly Counter<long> _unitScored;
    private readonly Counter<double> _unitMosSum;
    private readonly SignallingInstruments _signalling;
    private readonly PrometheusOptions _options;
    private IReadOnlyList<UnitMonthFigures> _units = [];
    private int _unitsLeftOut;
    private int _filesFollowed;
    private int _filesWaiting;

    public ServiceMetrics(
        IMeterFactory factory, PipelineTotals totals, InfluxCounters influx, PrometheusOptions options,
        TimeProvider time)
    {
        _options = options;
        Meter = factory.Create(MetricNames.MeterName);

        _calls = Meter.CreateCounter<long>("voicequality.calls", "{call}", "Finished calls by how they ended.");
        _scored = Meter.CreateCounter<long>("voicequality.calls.scored", "{call}", "Answered calls with a score.");
        _unscored = Meter.CreateCounter<long>(
            "voicequality.calls.unscored", "{call}", "Answered calls without a score by why.");
        _streams = Meter.CreateCounter<long>(
            "voicequality.streams", "{stream}", "Finished RTP streams by whether SDP announced them.");
        _mos = Histogram("voicequality.call.mos", "{mos}", "MOS-LQ of scored calls.", MosBounds);
        _postDialDelay = Histogram(
            "voicequality.call.post_dial_delay", "s", "First INVITE to first 18x response.", DelayBounds);
        _duration = Histogram("voicequality.call.duration", "s", "Answer to end of answered calls.", DurationBounds);
        _loss = Histogram(
            "voicequality.stream.loss", "1", "Packets of a stream that never arrived, of those expected.", LossBounds);
        _jitter = Histogram(
            "voicequality.stream.jitter", "s", "Mean RFC 3550 interarrival jitter of a stream.", JitterBounds);
        _batches = Meter.CreateCounter<long>(
            "voicequality.storage.batches", "{batch}", "Batches of measurements that were committed.");
        _stored = Meter.CreateCounter<long>(
            "voicequality.storage.calls", "{call}", "Calls given to storage by what became of them.");
        _storageFailures = Meter.CreateCounter<long>(
            "voicequality.storage.failures", "{failure}", "Writes that failed, retried ones included.");
        _storageDuration = Histogram(
            "voicequality.storage.batch.duration", "s", "Time to commit a batch.",
            [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5]);
        _alarms = Meter.CreateCounter<long>(
            "voicequality.local_number.alarms", "{alarm}",
            "Uses of Local Numbers that the contract does not know, by what the operations centre is told.");
        _captureLosses = Meter.CreateCounter<long>(
            "voicequality.capture.loss.alarms", "{alarm}",
            "Times in which a tap lost packets itself that the operations centre was told of.");
        Meter.CreateObservableGauge(
            "voicequality.capture.loss.open", () => totals.Losses.OpenCount, "{alarm}",
            "Taps that lost packets within the last minute of capture time.");
        _tlsLosses = Meter.CreateCounter<long>(
            "voicequality.tls.loss.alarms", "{alarm}",
            "Times in which SIP over TLS could not be read that the operations centre was told of.");
        Meter.CreateObservableGauge(
            "voicequality.tls.loss.open", () => totals.TlsLosses.OpenCount, "{alarm}",
            "Taps at which SIP over TLS cannot be read, told as alarms that go on.");
        _files = Meter.CreateCounter<long>(
            "voicequality.source.files", "{file}", "Capture files by what became of them.");
        _filesWaited = Meter.CreateCounter<long>(
            "voicequality.source.files.waited", "{file}",
            "Files that grew and found as many others followed as Sources:WatchedFolder:FollowAtOnce allows.");
        Meter.CreateObservableGauge(
            "voicequality.source.files.followed", () => Volatile.Read(ref _filesFollowed), "{file}",
            "Files that are measured while they are written.");
        Meter.CreateObservableGauge(
            "voicequality.source.files.waiting", () => Volatile.Read(ref _filesWaiting), "{file}",
            "Files that grow and wait until another one is complete.");
        _unitScored = Meter.CreateCounter<long>(
            "voicequality.unit.scored_calls", "{call}", "Scored calls by unit.");
        _unitMosSum = Meter.CreateCounter<double>(
            "voicequality.unit.mos_sum", "{mos}", "Sum of the MOS-LQ of the scored calls by unit.");

        _signalling = new SignallingInstruments(Meter);
        PipelineInstruments.Create(Meter, totals, time);
        ProcessInstruments.Create(Meter, time);
        CreateInflux(influx);
        CreateUnits();
    }

    public Meter Meter { get; }

    /// <summary>Points that wait for InfluxDB.</summary>
    public Func<int> SpooledPoints { get; set; } = static () => 0;

    /// <summary>Packets that the kernel kept outside because they were UDP of no use.</summary>
    public Func<long> LeftOutByCapture { get; set; } = static () => 0;

    /// <summary>Messages of capture agents that were left out for a reason.</summary>
    public Func<HepDropReason, long> HepDropped { get; set; } = static _ => 0;

    /// <summary>Datagrams to the receiver of reports that were left out for a reason.</summary>
    public Func<ReportDropReason, long> ReportsDropped { get; set; } = static _ => 0;

    /// <summary>Measurements that wait for storage.</summary>
    public Func<int> QueueLength { get; set; } = static () => 0;

    /// <summary>A tap began to lose packets itself.</summary>
    public void CaptureLossRaised() => _captureLosses.Add(1);

    /// <summary>A tap began to lose SIP over TLS.</summary>
    public void TlsLossRaised() => _tlsLosses.Add(1);

    /// <summary>New alarms of a batch .</summary>
    public void AlarmsRaised(LocalNumberAlarm kind, int count)
    {
        if (count > 0)
        {
            _alarms.Add(count, Label("kind", MetricNames.Of(kind)));
        }
    }

    public void CallFinished(CallRecord call)
    {
        _calls.Add(1, Label("outcome", MetricNames.Of(call.Outcome)));

        if (call.PostDialDelayUs is { } delay)
        {
            _postDialDelay.Record(delay / 1e6);
        }

        _signalling.CallFinished(call);

        if (call.Outcome != CallOutcome.Answered)
        {
            return;
        }

        if (call is { AnsweredAtUs: { } answered, EndedAtUs: { } ended } && ended >= answered)
        {
            _duration.Record((ended - answered) / 1e6);
        }

        if (call.MosLqE4 is { } mos)
        {
            _scored.Add(1);
            _mos.Record(mos / 1e4);
        }
        else
        {
            _unscored.Add(1, Label("reason", MetricNames.Of(call.UnscoredReason)));
        }
    }

    /// <summary>A call was put into its unit.</summary>
    public void CallAssigned(CallRecord call, string accountId, string unitId)
    {
        _signalling.CallAssigned(call, Label("account", accountId), Label("unit", unitId));
        if (call is { Outcome: CallOutcome.Answered, MosLqE4: { } mos })
        {
            var account = Label("account", accountId);
            var unit = Label("unit", unitId);
            _unitScored.Add(1, account, unit);
            _unitMosSum.Add(mos / 1e4, account, unit);
        }
    }

    public void StreamFinished(StreamRecord stream)
    {
        _streams.Add(1, Label("announced", stream.CallId is null ? "no" : "yes"));

        if (stream.Total.LossPercent is { } loss)
        {
            _loss.Record(loss / 100);
        }

        if (stream.Total.JitterMeanMs is { } jitter)
        {
            _jitter.Record(jitter / 1e3);
        }
    }

    public void BatchStored(long inserted, long replaced, long unchanged, TimeSpan duration)
    {
        _batches.Add(1);
        _stored.Add(inserted, Label("outcome", "inserted"));
        _stored.Add(replaced, Label("outcome", "replaced"));
        _stored.Add(unchanged, Label("outcome", "unchanged"));
        _storageDuration.Record(duration.TotalSeconds);
    }

    public void StorageFailed() => _storageFailures.Add(1);

    /// <param name="outcome">What became of the file.</param>
    public void FileDone(SourceFileOutcome outcome) => _files.Add(1, Label("outcome", MetricNames.Of(outcome)));

    /// <summary>A file that grows waits for its turn.</summary>
    public void FileWaited() => _filesWaited.Add(1);

    /// <summary>How many files that grow are followed, and how many wait.</summary>
    public void ShowGrowing(int followed, int waiting)
    {
        Volatile.Write(ref _filesFollowed, followed);
        Volatile.Write(ref _filesWaiting, waiting);
    }

    /// <summary>Units that have gauges.</summary>
    public IReadOnlyList<UnitMonthFigures> Units => Volatile.Read(ref _units);

    /// <summary>Replaces the units' gauges.</summary>
    public void ShowUnits(IReadOnlyList<UnitMonthFigures> units)
    {
        var shown = units.OrderBy(u => u.UnitId, StringComparer.Ordinal).Take(_options.UnitLimit).ToArray();
        Volatile.Write(ref _unitsLeftOut, units.Count - shown.Length);
        Volatile.Write(ref _units, shown);
    }

    private static KeyValuePair<string, object?> Label(string key, string value) => new(key, value);

    private Histogram<double> Histogram(string name, string unit, string description, double[] bounds) =>
        Meter.CreateHistogram(
            name, unit, description, advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = bounds });

    private void CreateInflux(InfluxCounters influx)
    {
        Meter.CreateObservableCounter(
            "voicequality.influx.points.written", () => influx.Written, "{point}", "Points that InfluxDB took.");
        Meter.CreateObservableCounter(
            "voicequality.influx.requests.failed", () => influx.FailedRequests, "{request}",
            "Requests to InfluxDB that failed, retried ones included.");
        Meter.CreateObservableCounter(
            "voicequality.influx.points.dropped",
            () => Enum.GetValues<InfluxDropReason>().Select(reason =>
                new Measurement<long>(influx.Dropped(reason), Label("reason", MetricNames.Of(reason)))),
            "{point}", "Points that never reached InfluxDB by why.");
        Meter.CreateObservableGauge(
            "voicequality.influx.points.spooled", () => SpooledPoints(), "{point}", "Points that wait for InfluxDB.");
        Meter.CreateObservableCounter(
            "voicequality.capture.left_out", () => LeftOutByCapture(), "{packet}",
            "Packets that the kernel kept outside because they were UDP of no use.");
        Meter.CreateObservableCounter(
            "voicequality.hep.dropped",
            () => Enum.GetValues<HepDropReason>().Where(static reason => reason != HepDropReason.None)
                .Select(reason => new Measurement<long>(HepDropped(reason), Label("reason", MetricNames.Of(reason)))),
            "{message}", "Messages of capture agents that were left out by why.");
        Meter.CreateObservableCounter(
            "voicequality.reports.dropped",
            () => Enum.GetValues<ReportDropReason>().Where(static reason => reason != ReportDropReason.None)
                .Select(reason => new Measurement<long>(
                    ReportsDropped(reason), Label("reason", MetricNames.Of(reason)))),
            "{message}", "Datagrams to the receiver of voice quality reports that were left out by why.");
        Meter.CreateObservableGauge(
            "voicequality.ingest.queue", () => QueueLength(), "{measurement}", "Measurements that wait for storage.");
    }

    private void CreateUnits()
    {
        Meter.CreateObservableGauge(
            "voicequality.unit.month.left_out", () => Volatile.Read(ref _unitsLeftOut), "{unit}",
            "Units without gauges because of Prometheus:UnitLimit.");
        UnitGauge("voicequality.unit.month.mos", "{mos}", "Mean MOS of the current month, by what unit_month_reading says.",
            u => u.MeanMos);
        CreateReadings();
        UnitGauge(
            "voicequality.unit.month.answered_calls", "{call}", "Answered calls of the current month.",
            u => u.AnsweredCalls);
        UnitGauge(
            "voicequality.unit.month.scored_calls", "{call}", "Scored calls of the current month.", u => u.ScoredCalls);
        UnitGauge(
            "voicequality.unit.month.coverage", "1", "Scored of the answered calls of the current month.",
            u => u.AnsweredCalls > 0 ? (double)u.ScoredCalls / u.AnsweredCalls : null);
        UnitGauge(
            "voicequality.unit.month.credit", "%", "Row of the credit table that the current month is in.",
            u => u.CreditPercent);
        UnitGauge(
            "voicequality.unit.month.credit_dollars", "{USD}",
            "US dollars that a claim for the current month would be granted, for display only.",
            u => u.CreditUsd is { } usd ? (double)usd : null);
        UnitGauge(
            "voicequality.unit.month.credit_forecast_dollars", "{USD}",
            "US dollars that a claim is expected to be granted when the month is over, for display only.",
            u => u.ForecastUsd is { } usd ? (double)usd : null);
        UnitGauge(
            "voicequality.unit.month.credit_forecast_low_dollars", "{USD}",
            "Lower end of the forecast's range, for display only.",
            u => u.ForecastLowUsd is { } usd ? (double)usd : null);
        UnitGauge(
            "voicequality.unit.month.credit_forecast_high_dollars", "{USD}",
            "Upper end of the forecast's range, for display only.",
            u => u.ForecastHighUsd is { } usd ? (double)usd : null);
    }

    private void CreateReadings() => Meter.CreateObservableGauge(
        "voicequality.unit.month.reading",
        () => Units.Select(u => new Measurement<long>(
            1,
            [
                .. LabelsOf(u),
                Label("basis", MetricNames.Of(u.Reading.Basis)),
                Label("wideband", MetricNames.Of(u.Reading.Wideband)),
            ])),
        "1",
        "Which score of its calls the contract of the unit counts: always 1, the labels say it.");

    private void UnitGauge(string name, string unit, string description, Func<UnitMonthFigures, double?> figure) =>
        Meter.CreateObservableGauge(
            name,
            () => Units
                .Select(u => (Unit: u, Value: figure(u)))
                .Where(u => u.Value is not null)
                .Select(u => new Measurement<double>(u.Value!.Value, LabelsOf(u.Unit))),
            unit,
            description);

    private KeyValuePair<string, object?>[] LabelsOf(UnitMonthFigures unit) => _options.ShowNames
        ?
        [
            new("account", unit.AccountId), new("unit", unit.UnitId),
            new("account_name", unit.AccountName), new("unit_name", unit.UnitName),
        ]
        : [new("account", unit.AccountId), new("unit", unit.UnitId)];
}

/// <summary>What became of a capture file.</summary>
internal enum SourceFileOutcome
{
    /// <summary>Read to its end.</summary>
    Read,

    /// <summary>Read up to where it is damaged.</summary>
    Damaged,

    /// <summary>Its content had been read before.</summary>
    Known,

    /// <summary>It could not be opened or is no capture file.</summary>
    Unreadable,
}
