using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using VoiceQuality.Monitor;
using VoiceQuality.Service.CaptureLoss;
using VoiceQuality.Service.Telemetry;
using VoiceQuality.Service.Telemetry.Influx;
using VoiceQuality.Service.Telemetry.Prometheus;
using VoiceQuality.Service.Tests.Api;
using VoiceQuality.Service.Tests.Claims;
using VoiceQuality.Storage.CaptureLoss;

namespace VoiceQuality.Service.Tests.CaptureLoss;

public sealed class TlsLossAlarmTests : IDisposable
{
    // 2026-11-10T06:00:00Z.
    private const long StartUs = 1_794_290_400_000_000;

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly PipelineTotals _totals = new() { TlsLosses = new TlsLossReports(alarmAt: 3) };
    private readonly object _pipeline = new();

    public void Dispose() => _services.Dispose();

    [Fact]
    public async Task Lost_signalling_is_an_alarm_that_is_held_and_cleared_and_stays_in_the_history()
    {
        await using var site = await ContractSite.StartAsync();
        using var worker = Worker(site);

        // Two events are below three.
        Tell(10, ("tls.resumed", 1), ("tls.placeLost", 1));
        await worker.StoreAsync(CancellationToken.None);
        Assert.Empty(await LossesAsync(site));
        Assert.Equal(0, _totals.TlsLosses.OpenCount);

        Tell(20, ("tls.resumed", 1), ("tls.placeLost", 1), ("tls.broken", 2), ("tls.suiteNotRead", 3));
        await worker.StoreAsync(CancellationToken.None);
        Assert.Equal(
            "eth1|2026-11-10T06:00:10.000000Z|2026-11-10T06:00:20.000000Z||1|3|3|0",
            Assert.Single(await LossesAsync(site)));
        Assert.Equal(1, _totals.TlsLosses.OpenCount);
        var page = await site.GetAsync("/alarms");
        Assert.Contains("SIP over TLS that could not be read", page, StringComparison.Ordinal);
        Assert.Contains("going on", page, StringComparison.Ordinal);

        // 60 s after the last event it is still held, at 61 s it is over.
        Tell(80, ("tls.resumed", 1), ("tls.placeLost", 1), ("tls.broken", 2), ("tls.suiteNotRead", 3));
        Assert.Equal(1, _totals.TlsLosses.OpenCount);
        Tell(81, ("tls.resumed", 1), ("tls.placeLost", 1), ("tls.broken", 2), ("tls.suiteNotRead", 3));
        await worker.StoreAsync(CancellationToken.None);
        Assert.Equal(0, _totals.TlsLosses.OpenCount);
        Assert.Equal(
            "eth1|2026-11-10T06:00:10.000000Z|2026-11-10T06:00:20.000000Z|2026-11-10T06:01:20.000000Z|1|3|3|0",
            Assert.Single(await LossesAsync(site)));
        Assert.DoesNotContain("going on", await site.GetAsync("/alarms"), StringComparison.Ordinal);

        // Another time counts anew, and is over with its pipeline.
        Tell(300, ("tls.resumed", 1), ("tls.placeLost", 1), ("tls.broken", 2), ("tls.suiteNotRead", 3),
            ("tls.tooManyConnections", 4));
        _totals.End(_pipeline);
        await worker.StoreAsync(CancellationToken.None);
        Assert.Equal(
            "eth1|2026-11-10T06:05:00.000000Z|2026-11-10T06:05:00.000000Z|2026-11-10T06:06:00.000000Z|0|0|0|4",
            (await LossesAsync(site))[0]);
        var one = await site.GetJsonAsync("/api/v1/alarms/tls-loss?limit=1");
        var rest = await site.GetJsonAsync($"/api/v1/alarms/tls-loss?before={one.Text("before")}");
        Assert.Equal(1, rest.GetProperty("tlsLoss").GetArrayLength());
    }

    [Fact]
    public void Events_that_are_further_apart_than_a_minute_do_not_add_up()
    {
        Tell(10, ("tls.resumed", 2));
        Tell(71, ("tls.resumed", 4));
        Tell(132, ("tls.resumed", 6));
        Assert.Empty(_totals.TlsLosses.TakeChanged());

        Tell(190, ("tls.resumed", 7));
        var report = Assert.Single(_totals.TlsLosses.TakeChanged());
        Assert.Equal(
            (At(132), At(190), 3L, null),
            (report.Loss.FromUs, report.Loss.UntilUs, report.Loss.Gaps, report.ResolvedAtUs));
    }

    [Fact]
    public void Connections_that_may_carry_anything_else_are_no_alarm()
    {
        Tell(10, ("tls.noSecret", 100), ("tls.notSip", 100), ("tls.earlyData", 100), ("tcp.brokenOff", 100));

        Assert.Equal(0, _totals.TlsLosses.OpenCount);
        Assert.Empty(_totals.TlsLosses.TakeChanged());
    }

    [Fact]
    public async Task The_alarm_is_in_the_metrics_without_a_label_and_what_an_earlier_start_left_open_is_over()
    {
        await using var site = await ContractSite.StartAsync();
        using var worker = Worker(site);
        long? raised = null, open = null;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (ReferenceEquals(instrument.Meter.Scope, _services.GetRequiredService<IMeterFactory>())
                    && instrument.Name.StartsWith("voicequality.tls.loss", StringComparison.Ordinal))
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        void Note(ref long? into, long value, ReadOnlySpan<KeyValuePair<string, object?>> labels)
        {
            Assert.Equal(0, labels.Length);
            into = (into ?? 0) + value;
        }

        listener.SetMeasurementEventCallback<long>((_, value, labels, _) => Note(ref raised, value, labels));
        listener.SetMeasurementEventCallback<int>((_, value, labels, _) => Note(ref open, value, labels));
        listener.Start();

        Tell(10, ("tls.placeLost", 3));
        Tell(12, ("tls.placeLost", 5));
        await worker.StoreAsync(CancellationToken.None);
        Tell(14, ("tls.placeLost", 6));
        await worker.StoreAsync(CancellationToken.None);
        listener.RecordObservableInstruments();
        Assert.Equal((1L, 1L), (raised, open));

        Assert.Equal(1, await new TlsLossRepository(site.Database).ResolveOpenAsync(CancellationToken.None));
        Assert.Equal("2026-11-10T06:00:14.000000Z", (await LossesAsync(site)).Single().Split('|')[3]);
    }

    [Fact]
    public async Task An_alarm_is_over_with_its_file_and_the_same_one_when_the_next_file_goes_on()
    {
        await using var site = await ContractSite.StartAsync();
        using var worker = Worker(site);
        Tell(10, ("tls.resumed", 2));
        _totals.Pause(_pipeline);
        Assert.Empty(_totals.TlsLosses.TakeChanged());

        // Two and one, over the cut, are three.
        Tell(20, ("tls.resumed", 3));
        await worker.StoreAsync(CancellationToken.None);
        Assert.Equal(1, _totals.TlsLosses.OpenCount);
        _totals.Pause(_pipeline);
        await worker.StoreAsync(CancellationToken.None);
        Assert.Equal(0, _totals.TlsLosses.OpenCount);
        Assert.Equal("2026-11-10T06:01:20.000000Z", Assert.Single(await LossesAsync(site)).Split('|')[3]);

        Tell(30, ("tls.resumed", 4));
        var report = Assert.Single(_totals.TlsLosses.TakeChanged());
        Assert.Equal((At(10), null, true), (report.Loss.FromUs, report.ResolvedAtUs, report.IsCorrection));
        Assert.Equal(1, _totals.TlsLosses.OpenCount);

        // A quiet minute after a pause ends it without another word, and the next one is new.
        _totals.Pause(_pipeline);
        Assert.Equal(At(90), Assert.Single(_totals.TlsLosses.TakeChanged()).ResolvedAtUs);
        Tell(91, ("tls.resumed", 4));
        _totals.Pause(_pipeline);
        Assert.Empty(_totals.TlsLosses.TakeChanged());
        Tell(92, ("tls.resumed", 7));
        report = Assert.Single(_totals.TlsLosses.TakeChanged());
        Assert.Equal((At(92), 3L, false), (report.Loss.FromUs, report.Loss.Gaps, report.IsCorrection));
    }

    [Fact]
    public void What_could_not_be_stored_comes_again()
    {
        Tell(10, ("tls.resumed", 3));
        var report = Assert.Single(_totals.TlsLosses.TakeChanged());
        _totals.TlsLosses.Return(report);
        Assert.Equal(report, Assert.Single(_totals.TlsLosses.TakeChanged()));

        // What is known better by then is not put back.
        Tell(11, ("tls.resumed", 4));
        _totals.TlsLosses.Return(report);
        Assert.Equal(4, Assert.Single(_totals.TlsLosses.TakeChanged()).Loss.Gaps);
    }

    private static long At(int seconds) => StartUs + (seconds * 1_000_000L);

    private void Tell(int seconds, params (string Reason, long Count)[] rejects) => _totals.Update(
        _pipeline,
        new PipelineCounters
        {
            LastPacketAtUs = At(seconds),
            Rejects = rejects.ToImmutableSortedDictionary(
                static reject => reject.Reason, static reject => reject.Count, StringComparer.Ordinal),
        },
        "eth1");

    private TlsLossWorker Worker(TestSite site) => new(
        _totals,
        new TlsLossRepository(site.Database),
        new ServiceMetrics(
            _services.GetRequiredService<IMeterFactory>(), _totals, new InfluxCounters(), new PrometheusOptions(),
            site.Clock),
        site.Clock,
        NullLogger<TlsLossWorker>.Instance);

    private static async Task<List<string>> LossesAsync(TestSite site) =>
    [
        .. (await site.GetJsonAsync("/api/v1/alarms/tls-loss")).GetProperty("tlsLoss").EnumerateArray()
            .Select(static loss => string.Join(
                '|',
                loss.Text("tap"), loss.Text("beganAt"), loss.Text("endedAt"), loss.Text("resolvedAt"),
                loss.GetProperty("gaps").GetInt64(), loss.GetProperty("givenUp").GetInt64(),
                loss.GetProperty("suitesNotRead").GetInt64(), loss.GetProperty("withoutRoom").GetInt64())),
    ];
}
