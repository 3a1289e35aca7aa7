using System.Text;
using VoiceQuality.Monitor.Sources;
using VoiceQuality.Monitor.Sources.Synthetic;
using VoiceQuality.Service.Hosting;
using VoiceQuality.Service.Ingest;
using VoiceQuality.Service.Rating;
using VoiceQuality.Service.Reference;

namespace VoiceQuality.Service.Demo;

/// <summary>
/// Makes up the past of the demonstration and sends it through the same pipeline as captured traffic, then goes on with
/// a few calls at a time in real time.
/// </summary>
internal sealed class DemoService(
    DemoOptions options,
    StartUpImports imports,
    AccountDirectory accounts,
    PipelineThread pipelines,
    MeasurementQueue queue,
    CreditAssessor assessor,
    ReferenceImport references,
    RatingWorker rating,
    RatedUsages rated,
    DemoClaims claims,
    DemoOutageClaims outages,
    SourceProgress progress,
    TimeProvider time,
    ILogger<DemoService> logger) : BackgroundService
{
    /// <summary>Who imports.</summary>
    private const string Actor = "demo";

    private readonly TaskCompletionSource _filled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the past is stored and assessed.</summary>
    public Task Filled => _filled.Task;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            var began = time.GetTimestamp();
            var now = time.GetUtcNow();
            await PrepareAsync(now, stoppingToken);
            var calls = await FillAsync(now, stoppingToken);
            var durationMs = time.GetElapsedTime(began).TotalMilliseconds;
            logger.DemoFilled(calls, durationMs);
            _filled.TrySetResult();
            await GoOnAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            _filled.TrySetCanceled(stoppingToken);
        }
        catch (Exception e)
        {
            _filled.TrySetException(e);
            throw;
        }
    }

    private async Task PrepareAsync(DateTimeOffset now, CancellationToken stoppingToken)
    {
        progress.Set("filling", 0, "the demonstration imports its accounts and usage");
        var document = Encoding.UTF8.GetBytes(DemoWorld.AccountDocument());
        Require(await imports.ImportAccountsAsync("demo accounts", document, stoppingToken));
        await imports.LoadAsync(stoppingToken);

        var outcome = await references.ApplyAsync(DemoReference.Documents(accounts.Book, now), Actor, "demo", stoppingToken);
        Require([.. outcome.Check.Errors.Select(error => error.ToString())]);

        var usage = Encoding.UTF8.GetBytes(DemoWorld.UsageCsv(accounts.Book, now, options.Seed));
        Require(await imports.ImportUsageAsync("demo usage", usage, stoppingToken));
    }

    private async Task<long> FillAsync(DateTimeOffset now, CancellationToken stoppingToken)
    {
        var plans = new DemoCalls(accounts.Book, options);
        var calls = await MeasureAsync(plans.Past(now), options.Seed, stoppingToken);
        await BillRatedCallsAsync(now, stoppingToken);
        assessor.TouchAll();
        await assessor.AssessTouchedAsync(stoppingToken);
        await claims.FileAsync(stoppingToken);
        await outages.FileAsync(stoppingToken);

        // Last month was claimed and paid when these come; what it is worth is stated again.
        calls += await MeasureAsync(plans.Late(now), options.Seed ^ 0x1A7E, stoppingToken);
        await assessor.AssessTouchedAsync(stoppingToken);
        assessor.Resume();
        progress.Set("measuring", 1, $"the demonstration has filled in {calls} calls");
        return calls;
    }

    private async Task<long> MeasureAsync(
        IReadOnlyList<SyntheticCallPlan> plans, ulong seed, CancellationToken stoppingToken)
    {
        var traffic = new SyntheticTraffic(plans, new SyntheticTrafficOptions { Seed = seed });
        using var source = new SyntheticSource("demo", traffic);
        var result = await pipelines.RunAsync(
            source,
            _ => progress.Set(
                "filling",
                (double)traffic.Totals.Calls / plans.Count,
                $"the demonstration has measured {traffic.Totals.Calls} of {plans.Count} calls"),
            stoppingToken);
        await queue.FlushAsync(stoppingToken);
        return result.Calls;
    }

    private async Task BillRatedCallsAsync(DateTimeOffset now, CancellationToken stoppingToken)
    {
        await rating.RateDueAsync(stoppingToken);
        if (await DemoUsage.CsvAsync(accounts.Book, rated, now, stoppingToken) is { } csv)
        {
            Require(await imports.ImportUsageAsync("demo billing", Encoding.UTF8.GetBytes(csv), stoppingToken));
        }
    }

    private async Task GoOnAsync(CancellationToken stoppingToken)
    {
        if (!options.IsLive)
        {
            return;
        }

        var plans = new DemoCalls(accounts.Book, options).Live(time.GetUtcNow());
        var traffic = new SyntheticTraffic(plans, new SyntheticTrafficOptions { Seed = options.Seed ^ 0x11FE });
        using var source = new PacedSource(traffic, time, stoppingToken);
        await pipelines.RunAsync(source, _ => { }, stoppingToken);
    }

    private static void Require(IReadOnlyList<string> errors)
    {
        if (errors.Count > 0)
        {
            throw new InvalidOperationException($"The demonstration is inconsistent: {errors[0]}");
        }
    }
}
