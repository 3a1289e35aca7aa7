using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using VoiceQuality.Monitor.Calls;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Protocols.Network;
using VoiceQuality.Service.Ingest;
using VoiceQuality.Service.Telemetry;
using VoiceQuality.Service.Telemetry.Influx;
using VoiceQuality.Service.Telemetry.Prometheus;
using VoiceQuality.Service.Tests.Hosting;
using VoiceQuality.Storage;
using VoiceQuality.Storage.Calls;
using VoiceQuality.Storage.Credits;
using VoiceQuality.Storage.Months;
using VoiceQuality.Storage.Usage;

namespace VoiceQuality.Service.Tests.Ingest;

public sealed class IngestWorkerTests : IAsyncLifetime, IDisposable
{
    private const long StartUs = 1_760_000_000_000_000;

    private readonly ManualTime _time = new(new DateTimeOffset(2026, 11, 22, 10, 0, 0, TimeSpan.Zero));
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly FailingStore _store = new();
    private Database _database = null!;
    private MeasurementQueue _queue = null!;
    private IngestState _state = null!;
    private CreditAssessor _assessor = null!;
    private IngestWorker _worker = null!;

    public async Task InitializeAsync()
    {
        _database = await Database.OpenAsync(Database.InMemoryPath, CancellationToken.None);
        var totals = new PipelineTotals();
        var directory = new AccountDirectory();
        var metrics = new ServiceMetrics(
            _services.GetRequiredService<IMeterFactory>(), totals, new InfluxCounters(), new PrometheusOptions(), _time);
        _queue = new MeasurementQueue(totals, metrics);
        _state = new IngestState(_time);
        _assessor = new CreditAssessor(
            new AssessorPace(TimeSpan.FromMinutes(5)), directory, new MonthQueries(_database),
            new UsageRepository(_database), new CreditRepository(_database), metrics, _time,
            NullLogger<CreditAssessor>.Instance);
        _worker = new IngestWorker(
            _queue, new CallResolver(directory), _store, _assessor, _state, metrics, influx: null, _time,
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

    private void Hand(int over)
    {
        using var sink = _queue.OpenSink();

        for (var i = 0; i < over; i++)
        {
            sink.OnCall(Call(StartUs + i));
        }
    }

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

        public List<long> StartedAtUs { get; } = [];

        public Task<WriteOutcome> WriteAsync(
            IReadOnlyList<MeasuredCall> calls, IReadOnlyList<StreamRecord> unannounced, CancellationToken cancellationToken)
        {
            if (FailuresLeft > 0)
            {
                FailuresLeft--;
                throw new IOException("The disk is full.");
            }

            StartedAtUs.AddRange(calls.Select(call => call.Call.StartedAtUs));
            return Task.FromResult(new WriteOutcome(calls.Count, 0, 0, 0, 0, 0, 0));
        }
    }
}
