using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using VoiceQuality.Monitor.Calls;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Protocols.Network;
using VoiceQuality.Service.Ingest;
using VoiceQuality.Service.Policies;
using VoiceQuality.Service.Telemetry;
using VoiceQuality.Service.Telemetry.Influx;
using VoiceQuality.Service.Telemetry.Prometheus;
using VoiceQuality.Service.Tests.Hosting;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Storage;
using VoiceQuality.Storage.Calls;
using VoiceQuality.Storage.Credits;
using VoiceQuality.Storage.Months;
using VoiceQuality.Storage.Policies;
using VoiceQuality.Storage.Usage;

namespace VoiceQuality.Service.Tests.Ingest;

public sealed class IngestWorkerTests : IAsyncLifetime, IDisposable
{
    private const long StartUs = 1_760_000_000_000_000;

    private readonly ManualTime _time = new(new DateTimeOffset(2026, 11, 22, 10, 0, 0, TimeSpan.Zero));
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly FailingStore _store = new();
    private Database _database = null!;
    private readonly AccountDirectory _directory = new();
    private ServiceMetrics _metrics = null!;
    private MeasurementQueue _queue = null!;
    private IngestState _state = null!;
    private CreditAssessor _assessor = null!;
    private IngestWorker _worker = null!;

    public async Task InitializeAsync()
    {
        _database = await Database.OpenAsync(Database.InMemoryPath, CancellationToken.None);
        var totals = new PipelineTotals();
        _metrics = new ServiceMetrics(
            _services.GetRequiredService<IMeterFactory>(), totals, new InfluxCounters(), new PrometheusOptions(),
            _time);
        _queue = new MeasurementQueue(totals, _metrics);
        _state = new IngestState(_time);
        _assessor = Assessors.Of(_database, _directory, _metrics, _time);
        _worker = new IngestWorker(
            _queue, new CallResolver(_directory), _store, _assessor, _state, _metrics, influx: null, _time,
            NullLogger<IngestWorker>.Instance);
    }

    public async Task DisposeAsync() => await _database.DisposeAsync();

    public void Dispose()
    {
        _worker.Dispose();
        _assessor.Dispose();
        _services.Dispose();
    }

    [Fact]
    public async Task Nothing_is_lost_and_order_is_kept_while_storage_fails()
    {
        _store.FailuresLeft = 4;
        await _worker.StartAsync(CancellationToken.None);
        Hand(over: 1_300);
        var flushed = _queue.FlushAsync(CancellationToken.None);

        while (!flushed.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await flushed;
        Assert.Equal(0, _store.FailuresLeft);
        Assert.Equal(Enumerable.Range(0, 1_300).Select(i => StartUs + i), _store.StartedAtUs);
        Assert.Equal(0, _state.Failures);
    }

    [Fact]
    public async Task A_stop_stores_what_is_queued()
    {
        Hand(over: 700);
        await _worker.StartAsync(CancellationToken.None);
        await _worker.StopAsync(CancellationToken.None);
        Assert.Equal(700, _store.StartedAtUs.Count);
    }

    [Fact]
    public async Task A_measurement_with_an_impossible_time_is_left_out_and_the_rest_goes_on()
    {
        using (var sink = _queue.OpenSink())
        {
            sink.OnCall(Call(-1));
            sink.OnCall(Call(long.MaxValue));
            sink.OnCall(Call(StartUs));
        }

        await _worker.StartAsync(CancellationToken.None);
        await _worker.StopAsync(CancellationToken.None);
        Assert.Equal(StartUs, Assert.Single(_store.StartedAtUs));
    }

    [Fact]
    public async Task A_scored_call_that_storage_had_already_is_not_counted_a_second_time()
    {
        var counted = 0L;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, own) =>
            {
                if (instrument.Meter == _metrics.Meter && instrument.Name == "voicequality.unit.scored_calls")
                {
                    own.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, _, _) => counted += value);
        listener.Start();
        _store.Unchanged = [0, 2];

        using (var sink = _queue.OpenSink())
        {
            for (var i = 0; i < 4; i++)
            {
                sink.OnCall(Scored(StartUs + i, scoreE4: 4_0000));
            }
        }

        await _worker.StartAsync(CancellationToken.None);
        await _worker.StopAsync(CancellationToken.None);
        Assert.Equal(4, _store.StartedAtUs.Count);
        Assert.Equal(2, counted);
    }

    [Fact]
    public async Task Metrics_show_the_current_month_as_stored_without_waiting_for_the_next_assessment()
    {
        _directory.Replace(AccountBook.Parse("""
            {"accounts":[{"accountId":"A-1","name":"One","timeZone":"Etc/UTC","billingDay":1,
              "units":[{"unitId":"U-1","name":"Unit"}]}],
             "rules":[{"ruleId":"r","unitId":"U-1","match":{"trunk":"198.18.1.0/24"}}]}
            """u8).Book!);
        using var writer = new MeasurementWriter(_database);
        var resolver = new CallResolver(_directory);
        var november = new DateTimeOffset(2026, 11, 3, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds() * 1_000;

        await writer.WriteAsync([resolver.Resolve(Scored(november, scoreE4: 3_2000))], [], CancellationToken.None);
        _assessor.TouchAll();
        await _assessor.AssessTouchedAsync(CancellationToken.None);
        await _assessor.ShowDueAsync(CancellationToken.None);
        Assert.Equal(3.2, Assert.Single(_metrics.Units).MeanMos);

        // The pace of assessments is five minutes; six seconds later the page shows (3.2 + 4.2) / 2 already.
        await writer.WriteAsync([resolver.Resolve(Scored(november + 1, scoreE4: 4_2000))], [], CancellationToken.None);
        _assessor.TouchAll();
        _time.Advance(TimeSpan.FromSeconds(6));
        await _assessor.ShowDueAsync(CancellationToken.None);
        var shown = Assert.Single(_metrics.Units);
        Assert.Equal((2, 2, 3.7, 10), (shown.AnsweredCalls, shown.ScoredCalls, shown.MeanMos, shown.CreditPercent));
    }

    private void Hand(int over)
    {
        using var sink = _queue.OpenSink();

        for (var i = 0; i < over; i++)
        {
            sink.OnCall(Call(StartUs + i));
        }
    }

    private static CallRecord Scored(long startedAtUs, int scoreE4) => Call(startedAtUs) with
    {
        Outcome = CallOutcome.Answered,
        FinalStatus = 200,
        AnsweredAtUs = startedAtUs,
        MosLqE4 = scoreE4,
    };

    private static CallRecord Call(long startedAtUs) => new()
    {
        CallId = $"{startedAtUs}@test.example",
        FromTag = "f",
        SignallingSource = new IpEndpoint(IpAddress128.FromIPv4(0xC612_0101), 5060),
        SignallingDestination = new IpEndpoint(IpAddress128.FromIPv4(0xC612_0102), 5060),
        StartedAtUs = startedAtUs,
        Outcome = CallOutcome.Failed,
        FinalStatus = 503,
    };

    private sealed class FailingStore : IMeasurementStore
    {
        public int FailuresLeft { get; set; }

        public IReadOnlyList<int> Unchanged { get; set; } = [];

        public List<long> StartedAtUs { get; } = [];

        public Task<WriteOutcome> WriteAsync(
            IReadOnlyList<MeasuredCall> calls, IReadOnlyList<StreamRecord> unannounced,
            CancellationToken cancellationToken)
        {
            if (FailuresLeft > 0)
            {
                FailuresLeft--;
                throw new IOException("The disk is full.");
            }

            StartedAtUs.AddRange(calls.Select(call => call.Call.StartedAtUs));
            return Task.FromResult(new WriteOutcome(calls.Count, 0, 0, 0, 0, 0, 0) { UnchangedCalls = Unchanged });
        }
    }
}
