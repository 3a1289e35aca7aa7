using System.Diagnostics;
using System.Globalization;
using System.Text;
using NodaTime;
using VoiceQuality.Monitor;
using VoiceQuality.Monitor.Calls;
using VoiceQuality.Monitor.Pipeline;
using VoiceQuality.Monitor.Sources;
using VoiceQuality.Monitor.Sources.Synthetic;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Storage;
using VoiceQuality.Storage.Accounts;
using VoiceQuality.Storage.Calls;

namespace VoiceQuality.Benchmarks.Rescoring;

/// <summary>
/// Fills a database with calls to score again: some hundred generated calls of a minute, measured by the pipeline with
/// all of their intervals, each stored again and again at other times of a month.
/// </summary>
internal static class StoredCalls
{
    private const int Measured = 200;
    private const int BatchSize = 2_000;
    private const int Units = 10;

    // 2026-10-01T00:00:00Z.
    private const long OctoberUs = 1_790_812_800_000_000;

    public static async Task<int> RunAsync(string[] args)
    {
        if (args is not [var path, var text] || !int.TryParse(text, CultureInfo.InvariantCulture, out var count))
        {
            Console.Error.WriteLine("usage: stored-calls FILE COUNT");
            return 2;
        }

        var calls = Measure();
        var began = Stopwatch.GetTimestamp();
        await using var database = await Database.OpenAsync(path, CancellationToken.None);
        await new AccountRepository(database).ReplaceAsync(
            Encoding.UTF8.GetBytes(Accounts()), Instant.FromUtc(2026, 10, 1, 0, 0), CancellationToken.None);
        using var writer = new MeasurementWriter(database);
        foreach (var batch in Enumerable.Range(0, count).Chunk(BatchSize))
        {
            await writer.WriteAsync(
                [.. batch.Select(number => Copy(calls[number % calls.Count], number, count))], [], CancellationToken.None);
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{count} calls with {calls.Average(static call => call.Streams.Count):0.00} streams and "
            + $"{calls.Average(static call => call.Streams.Sum(static stream => stream.Intervals.Count)):0.0} intervals each, "
            + $"{new FileInfo(path).Length >> 20} MiB, written in {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s"));
        return 0;
    }

    private static List<CallRecord> Measure()
    {
        var scenario = SyntheticScenario.Mixed with
        {
            Calls = Measured,
            Duration = TimeSpan.FromSeconds(60),
            Seed = 5,
            RtcpInterval = TimeSpan.FromSeconds(5),
        };
        var sink = new Calls();
        using (var source = new SyntheticSource("s", new SyntheticTraffic(scenario.ToPlans(), scenario.ToOptions())))
        using (var pipeline = new MonitorPipeline(new MonitorOptions(), sink))
        {
            PipelineRunner.Run(source, pipeline, new PacketBlockPool());
            pipeline.Complete();
        }

        return [.. sink.All.Where(static call => call.Outcome == CallOutcome.Answered)];
    }

    private static MeasuredCall Copy(CallRecord call, int number, int count)
    {
        var startedAtUs = OctoberUs + (number * (30L * 86_400_000_000 / count));
        var shiftUs = startedAtUs - call.StartedAtUs;
        var callId = string.Create(CultureInfo.InvariantCulture, $"{number:x}@198.18.0.1");
        var copy = call with
        {
            CallId = callId,
            StartedAtUs = startedAtUs,
            AnsweredAtUs = call.AnsweredAtUs + shiftUs,
            EndedAtUs = call.EndedAtUs + shiftUs,
            Ladder = [],
            Streams =
            [
                .. call.Streams.Select(stream => stream with
                {
                    CallId = callId, StartedAtUs = stream.StartedAtUs + shiftUs, EndedAtUs = stream.EndedAtUs + shiftUs,
                }),
            ],
        };
        return new MeasuredCall(
            copy, "A-1", string.Create(CultureInfo.InvariantCulture, $"U-{number % Units}"), null,
            new ServiceMonth(2026, 10), Instant.FromUnixTimeTicks(startedAtUs * 10).InUtc().Date, TimeZones.DatabaseVersion);
    }

    private static string Accounts()
    {
        var units = Enumerable.Range(0, Units).Select(static unit => $$"""{ "unitId": "U-{{unit}}", "name": "Unit {{unit}}" }""");
        return $$"""
            { "accounts": [ { "accountId": "A-1", "name": "Example", "timeZone": "UTC",
                "units": [ {{string.Join(", ", units)}} ] } ], "rules": [] }
            """;
    }

    private sealed class Calls : IMeasurementSink
    {
        public List<CallRecord> All { get; } = [];

        public void OnStream(StreamRecord stream)
        {
        }

        public void OnCall(CallRecord call) => All.Add(call);

        public void OnTick(long packetTimeUs, PipelineCounters counters)
        {
        }
    }
}
