using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using VoiceQuality.Monitor;
using VoiceQuality.Monitor.CaptureLoss;
using VoiceQuality.Service.CaptureLoss;
using VoiceQuality.Service.Telemetry;
using VoiceQuality.Service.Telemetry.Influx;
using VoiceQuality.Service.Telemetry.Prometheus;
using VoiceQuality.Service.Tests.Api;
using VoiceQuality.Service.Tests.Claims;
using VoiceQuality.Storage.CaptureLoss;

namespace VoiceQuality.Service.Tests.CaptureLoss;

public sealed class CaptureLossAlarmTests : IDisposable
{
    // 2026-11-10T06:00:00Z.
    private const long StartUs = 1_794_290_400_000_000;
    private const long SecondUs = 1_000_000;

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly PipelineTotals _totals = new();
    private readonly object _pipeline = new();

    public void Dispose() => _services.Dispose();

    [Fact]
    public async Task A_tap_that_loses_packets_is_an_alarm_that_resolves_by_itself_and_stays_in_the_history()
    {
        await using var site = await ContractSite.StartAsync();
        using var worker = Worker(site);
        Tell(0, null);
        Tell(10, new CaptureLossTime(At(9), At(9), 1, 60, 0, 8));
        await worker.StoreAsync(CancellationToken.None);

        var (_, first) = Assert.Single(await LossesAsync(site));
        Assert.Equal(
            "eth1|2026-11-10T06:00:09.000000Z|2026-11-10T06:00:09.000000Z||1|60|0|8", first);
        Assert.Equal(1, _totals.Losses.OpenCount);
        var page = await site.GetAsync("/alarms");
        Assert.Contains("Packets that a tap lost itself", page, StringComparison.Ordinal);
        Assert.Contains("going on", page, StringComparison.Ordinal);

        // Half a minute later again: the same time goes on. 61 s after that it is over.
        Tell(40, new CaptureLossTime(At(9), At(39), 2, 130, 44, 9));
        Tell(99, new CaptureLossTime(At(9), At(39), 2, 130, 44, 9));
        await worker.StoreAsync(CancellationToken.None);
        Assert.Equal("", (await LossesAsync(site)).Single().Text.Split('|')[3]);
        Tell(100, new CaptureLossTime(At(9), At(39), 2, 130, 44, 9));
        await worker.StoreAsync(CancellationToken.None);
        Assert.Equal(
            "eth1|2026-11-10T06:00:09.000000Z|2026-11-10T06:00:39.000000Z|2026-11-10T06:01:39.000000Z|2|130|44|9",
            (await LossesAsync(site)).Single().Text);
        Assert.Equal(0, _totals.Losses.OpenCount);

        // Another time is another alarm, and what ends with its pipeline is over.
        Tell(300, new CaptureLossTime(At(299), At(299), 1, 0, 7, 0));
        _totals.End(_pipeline);
        await worker.StoreAsync(CancellationToken.None);
        Assert.Equal(
            ["2026-11-10T06:04:59.000000Z", "2026-11-10T06:00:09.000000Z"],
            (await LossesAsync(site)).Select(static loss => loss.Text.Split('|')[1]));
        var one = await site.GetJsonAsync("/api/v1/alarms/capture-loss?limit=1");
        Assert.Equal("2026-11-10T06:04:59.000000Z", one.Text("before"));
        var rest = await site.GetJsonAsync($"/api/v1/alarms/capture-loss?before={one.Text("before")}");
        Assert.Equal(1, rest.GetProperty("captureLoss").GetArrayLength());
        Assert.DoesNotContain("going on", await site.GetAsync("/alarms"), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_times_between_two_looks_are_two_alarms()
    {
        Tell(10, new CaptureLossTime(At(9), At(9), 1, 60, 0, 8));
        Tell(200, new CaptureLossTime(At(199), At(199), 1, 5, 0, 1));

        Assert.Equal(
            [(At(9), (long?)At(69)), (At(199), null)],
            _totals.Losses.TakeChanged().Select(static report => (report.Loss.FromUs, report.ResolvedAtUs)));
        Assert.Empty(_totals.Losses.TakeChanged());
    }

    [Fact]
    public async Task What_a_service_left_open_is_over_when_it_begins_again()
    {
        await using var site = await ContractSite.StartAsync();
        using var worker = Worker(site);
        Tell(10, new CaptureLossTime(At(9), At(9), 1, 60, 0, 8));
        await worker.StoreAsync(CancellationToken.None);

        Assert.Equal(1, await new CaptureLossRepository(site.Database).ResolveOpenAsync(CancellationToken.None));
        Assert.Equal(
            "2026-11-10T06:00:09.000000Z", (await LossesAsync(site)).Single().Text.Split('|')[3]);

        // The file is read again: what is known better already stays.
        Tell(20, new CaptureLossTime(At(9), At(9), 1, 10, 0, 2));
        await worker.StoreAsync(CancellationToken.None);
        Assert.Equal("60", (await LossesAsync(site)).Single().Text.Split('|')[5]);
    }

    [Fact]
    public async Task Loss_that_becomes_known_late_is_an_alarm_that_is_over_and_counts_once()
    {
        await using var site = await ContractSite.StartAsync();
        using var worker = Worker(site);
        var raised = 0L;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (ReferenceEquals(instrument.Meter.Scope, _services.GetRequiredService<IMeterFactory>())
                    && instrument.Name == "voicequality.capture.loss.alarms")
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, _, _) => raised += value);
        listener.Start();

        // First heard of at 200 s: 191 s old.
        Tell(200, new CaptureLossTime(At(9), At(9), 1, 60, 0, 8));
        Assert.Equal(0, _totals.Losses.OpenCount);
        await worker.StoreAsync(CancellationToken.None);
        Assert.Equal(
            "eth1|2026-11-10T06:00:09.000000Z|2026-11-10T06:00:09.000000Z|2026-11-10T06:01:09.000000Z|1|60|0|8",
            (await LossesAsync(site)).Single().Text);
        Assert.Equal(1, raised);

        // More is known of the same time, later still: the record follows, and no second alarm.
        Tell(210, new CaptureLossTime(At(9), At(12), 1, 75, 0, 9));
        Tell(211, new CaptureLossTime(At(9), At(12), 1, 80, 0, 9));
        await worker.StoreAsync(CancellationToken.None);
        Assert.Equal(
            "eth1|2026-11-10T06:00:09.000000Z|2026-11-10T06:00:12.000000Z|2026-11-10T06:01:12.000000Z|1|80|0|9",
            (await LossesAsync(site)).Single().Text);
        Assert.Equal(1, raised);
    }

    [Fact]
    public void Late_news_do_not_end_an_alarm_that_goes_on()
    {
        var late = new CaptureLossTime(At(9), At(9), 1, 60, 0, 8);
        Tell(200, new CaptureLossTime(At(199), At(199), 1, 5, 0, 1));
        Tell(210, late);

        Assert.Equal(1, _totals.Losses.OpenCount);
        Assert.Equal(
            [(At(9), (long?)At(69)), (At(199), null)],
            _totals.Losses.TakeChanged().Select(static report => (report.Loss.FromUs, report.ResolvedAtUs)));

        // More of the late one corrects it; the other ends by itself, although nothing else is told of it.
        late = late with { UnseenPackets = 61 };
        Tell(220, late);
        var correction = Assert.Single(_totals.Losses.TakeChanged());
        Assert.Equal(
            (At(9), 61L, true), (correction.Loss.FromUs, correction.Loss.UnseenPackets, correction.IsCorrection));
        Tell(259, late);
        Assert.Equal(1, _totals.Losses.OpenCount);
        Tell(260, late);
        Assert.Equal(0, _totals.Losses.OpenCount);
        Assert.Equal(
            [(At(199), (long?)At(259))],
            _totals.Losses.TakeChanged().Select(static report => (report.Loss.FromUs, report.ResolvedAtUs)));
    }

    [Fact]
    public void Loss_at_the_end_of_a_file_is_over_with_it_and_the_same_alarm_when_the_next_file_goes_on()
    {
        Tell(10, new CaptureLossTime(At(9), At(9), 1, 60, 0, 8));
        Assert.Null(Assert.Single(_totals.Losses.TakeChanged()).ResolvedAtUs);
        _totals.Pause(_pipeline);
        Assert.Equal(0, _totals.Losses.OpenCount);
        Assert.Equal(At(69), Assert.Single(_totals.Losses.TakeChanged()).ResolvedAtUs);

        _totals.Update(
            _pipeline,
            new PipelineCounters
            {
                LastPacketAtUs = At(30), LatestLoss = new CaptureLossTime(At(9), At(29), 2, 70, 0, 8),
            },
            "the next file");
        var report = Assert.Single(_totals.Losses.TakeChanged());
        Assert.Equal(
            ("eth1", 70L, null, true),
            (report.Tap, report.Loss.UnseenPackets, report.ResolvedAtUs, report.IsCorrection));
        Assert.Equal(1, _totals.Losses.OpenCount);
    }

    [Fact]
    public void A_late_alarm_that_could_not_be_stored_stays_one_when_more_is_known()
    {
        Tell(200, new CaptureLossTime(At(9), At(9), 1, 60, 0, 8));
        var first = Assert.Single(_totals.Losses.TakeChanged());
        Tell(201, new CaptureLossTime(At(9), At(9), 1, 61, 0, 8));
        _totals.Losses.Return(first);

        var again = Assert.Single(_totals.Losses.TakeChanged());
        Assert.Equal((61L, false), (again.Loss.UnseenPackets, again.IsCorrection));
    }

    private static long At(int seconds) => StartUs + (seconds * SecondUs);

    private void Tell(int seconds, CaptureLossTime? latest) => _totals.Update(
        _pipeline, new PipelineCounters { LastPacketAtUs = At(seconds), LatestLoss = latest }, "eth1");

    private CaptureLossWorker Worker(TestSite site) => new(
        _totals,
        new CaptureLossRepository(site.Database),
        new ServiceMetrics(
            _services.GetRequiredService<IMeterFactory>(), _totals, new InfluxCounters(), new PrometheusOptions(),
            site.Clock),
        site.Clock,
        NullLogger<CaptureLossWorker>.Instance);

    private static async Task<List<(string Tap, string Text)>> LossesAsync(TestSite site) =>
    [
        .. (await site.GetJsonAsync("/api/v1/alarms/capture-loss")).GetProperty("captureLoss").EnumerateArray()
            .Select(static loss => (loss.Text("tap")!, string.Join(
                '|',
                loss.Text("tap"), loss.Text("beganAt"), loss.Text("endedAt"), loss.Text("resolvedAt"),
                loss.GetProperty("spans").GetInt32(), loss.GetProperty("unseenPackets").GetInt32(),
                loss.GetProperty("droppedPackets").GetInt32(), loss.GetProperty("streams").GetInt32()))),
    ];
}
