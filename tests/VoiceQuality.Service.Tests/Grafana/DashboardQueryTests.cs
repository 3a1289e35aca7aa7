using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using VoiceQuality.Service.Demo;
using VoiceQuality.Service.Telemetry.Influx;
using VoiceQuality.Service.Tests.Hosting;
using VoiceQuality.Storage.Months;
using VoiceQuality.Testing.Programs;

namespace VoiceQuality.Service.Tests.Grafana;

/// <summary>Runs every query of every dashboard against real servers that a demonstration feeds.</summary>
public sealed class DashboardQueryTests
{
    // The demonstration loses nothing of its own, so nothing is left out, and it sends no broken packet.
    private static readonly string[] MayBeEmpty = ["Left out"];

    private static readonly DemoOptions Options = new() { CallsPerUnitMonth = 20 };

    [RequiresProgramFact("prometheus")]
    public async Task Prometheus_answers_every_query()
    {
        await using var service = await RunningService.StartAsync(TimeProvider.System, Options);
        var target = service.Client.BaseAddress!.Authority;
        await using var prometheus = await ServerProcess.StartAsync("prometheus", "/-/ready", (folder, port, _) =>
        {
            File.WriteAllText(
                Path.Combine(folder, "prometheus.yml"),
                $$"""
                scrape_configs:
                  - job_name: voicequality
                    scrape_interval: 2s
                    scrape_timeout: 2s
                    static_configs: [ { targets: [ "{{target}}" ] } ]
                """);
            return
            [
                "--config.file=prometheus.yml", "--storage.tsdb.path=data", $"--web.listen-address=127.0.0.1:{port}",
            ];
        });
        await service.FilledAsync();

        // A scrape that takes longer than its time leaves every gauge without a value until the next: where all suites
        // run at once half a second was too short. Two scrapes after the last unit was assessed, and a scored call among the live ones.
        await prometheus.UntilAsync(async () => await HasValueAsync(
            prometheus, "min(count_over_time(voicequality_unit_month_mos[1m])) > 2"));
        await prometheus.UntilAsync(async () => await HasValueAsync(
            prometheus, "sum(increase(voicequality_call_mos_count[5m])) > 0"));
        await CheckAsync(Dashboards.Queries("prometheus"), query => PromAsync(prometheus, query));
    }

    [RequiresProgramFact("influxd")]
    public async Task InfluxDB_answers_every_query_over_the_first_interface()
    {
        await using var influx = await StartInfluxAsync();
        using (await influx.Client.PostAsync(new Uri("/query?q=CREATE+DATABASE+vq", UriKind.Relative), null))
        {
        }

        await using var service = await RunningService.StartAsync(
            TimeProvider.System, Options, settings => settings with
            {
                Influx = new InfluxOptions
                {
                    Url = influx.Address, Database = "vq",
                    BatchAge = TimeSpan.FromSeconds(1), HeartbeatInterval = TimeSpan.FromSeconds(1),
                },
            });
        var beganNs = (DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch).Ticks * 100;
        await service.FilledAsync();
        var months = new MonthQueries(service.Database);
        var stored = 0L;

        foreach (var month in await months.ListMonthsAsync(CancellationToken.None))
        {
            stored += (await months.GetNetworkTotalAsync(month, CancellationToken.None)).Calls;
        }

        await influx.UntilAsync(async () =>
            (await InfluxAsync(influx, "SELECT count(\"mos\") FROM \"vq_unit_month\"")).Count > 0);
        await influx.UntilAsync(() => Task.FromResult(
            service.App.Services.GetRequiredService<InfluxSpool>().Points < Options.CallsPerUnitMonth));

        var counters = service.App.Services.GetRequiredService<InfluxCounters>();
        Assert.All(Enum.GetValues<InfluxDropReason>(), reason => Assert.Equal(0, counters.Dropped(reason)));
        await CheckAsync(Dashboards.Queries("influxdb"), query => InfluxAsync(influx, query));

        // Every call of the past is a point of its own: none has overwritten another.
        Assert.Equal(
            [stored.ToString(CultureInfo.InvariantCulture)],
            await InfluxAsync(influx, $"SELECT sum(\"count\") FROM \"vq_call\" WHERE time < {beganNs}"));
    }

    [RequiresProgramFact("victoria-metrics")]
    public async Task VictoriaMetrics_takes_points_over_the_second_interface_and_answers_every_query()
    {
        await using var victoria = await ServerProcess.StartAsync("victoria-metrics", "/health", (_, port, _) =>
        [
            "-storageDataPath=data", $"-httpListenAddr=127.0.0.1:{port}", "-retentionPeriod=12",
            "-search.latencyOffset=0s", "-search.disableCache",
        ]);
        await using var service = await RunningService.StartAsync(
            TimeProvider.System, Options, settings => settings with
            {
                Influx = new InfluxOptions
                {
                    Url = victoria.Address, Org = "o", Bucket = "vq", Token = "t",
                    BatchAge = TimeSpan.FromSeconds(1), HeartbeatInterval = TimeSpan.FromSeconds(1),
                },
            });
        await service.FilledAsync();

        // Its own scraping is another program's; the page of metrics is pushed instead, twice, as two scrapes would,
        // with live calls in between.
        var calls = await CountAsync(service);
        await PushAsync(victoria, service);
        await victoria.UntilAsync(async () => await CountAsync(service) > calls + 2);
        await PushAsync(victoria, service);
        await victoria.UntilAsync(async () => await HasValueAsync(
            victoria, "min(count_over_time(voicequality_call_mos_count[5m])) > 1"));
        await victoria.UntilAsync(async () => await HasValueAsync(
            victoria, "count(last_over_time(vq_call_mos{unit=\"DEN-SALES\"}[70d]))"));
        await victoria.UntilAsync(async () => await HasValueAsync(
            victoria, "count(last_over_time(vq_interval_mos{direction=\"fromCaller\"}[70d]))"));
        await CheckAsync(Dashboards.Queries("prometheus"), query => PromAsync(victoria, query));
    }

    private static async Task PushAsync(ServerProcess victoria, RunningService service)
    {
        using var content = new StringContent(await service.GetAsync("/metrics"));
        using var response = await victoria.Client.PostAsync(
            new Uri("/api/v1/import/prometheus?extra_label=job=voicequality", UriKind.Relative), content);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>Scored calls so far.</summary>
    private static async Task<long> CountAsync(RunningService service) => long.Parse(
        Regex.Match(await service.GetAsync("/metrics"), "voicequality_call_mos_count (\\d+)").Groups[1].Value,
        CultureInfo.InvariantCulture);

    private static Task<ServerProcess> StartInfluxAsync() =>
        ServerProcess.StartAsync("influxd", "/ping", (folder, port, second) =>
        {
            File.WriteAllText(
                Path.Combine(folder, "influx.conf"),
                $"""
                reporting-disabled = true
                bind-address = "127.0.0.1:{second}"
                [meta]
                dir = "{folder}/meta"
                [data]
                dir = "{folder}/data"
                wal-dir = "{folder}/wal"
                [http]
                bind-address = "127.0.0.1:{port}"
                log-enabled = false
                """);
            return ["-config", "influx.conf"];
        });

    private static async Task CheckAsync(List<DashboardQuery> queries, Func<string, Task<List<string>>> run)
    {
        var failures = new List<string>();
        Assert.NotEmpty(queries);

        foreach (var query in queries)
        {
            try
            {
                var values = await run(query.Text);

                if (values.Count == 0 && !MayBeEmpty.Contains(query.Panel))
                {
                    failures.Add($"{query.Dashboard}, {query.Panel}: no value for {query.Text}");
                }
            }
            catch (HttpRequestException e)
            {
                failures.Add($"{query.Dashboard}, {query.Panel}: {e.Message} for {query.Text}");
            }
        }

        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }

    private static async Task<bool> HasValueAsync(ServerProcess server, string query) =>
        (await PromAsync(server, query)).Count > 0;

    private static async Task<List<string>> PromAsync(ServerProcess server, string query)
    {
        using var json = JsonDocument.Parse(await TextAsync(
            server, "/api/v1/query?query=" + Uri.EscapeDataString(query)));
        return [.. json.RootElement.GetProperty("data").GetProperty("result").EnumerateArray()
            .Select(result => result.GetProperty("value")[1].GetString()!)];
    }

    private static async Task<List<string>> InfluxAsync(ServerProcess server, string query)
    {
        using var json = JsonDocument.Parse(await TextAsync(server, "/query?db=vq&q=" + Uri.EscapeDataString(query)));
        var result = json.RootElement.GetProperty("results")[0];

        if (result.TryGetProperty("error", out var error))
        {
            throw new HttpRequestException(error.GetString());
        }

        return result.TryGetProperty("series", out var series)
            ? [.. series.EnumerateArray().SelectMany(s => s.GetProperty("values").EnumerateArray())
                .Select(row => row[1]).Where(value => value.ValueKind != JsonValueKind.Null).Select(v => v.ToString())]
            : [];
    }

    private static async Task<string> TextAsync(ServerProcess server, string path)
    {
        using var response = await server.Client.GetAsync(new Uri(path, UriKind.Relative));
        var text = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode ? text : throw new HttpRequestException(text);
    }
}
