using System.Text;
using VoiceQuality.Monitor.Sources;
using VoiceQuality.Monitor.Sources.Synthetic;
using VoiceQuality.Service.Hosting;
using VoiceQuality.Service.Ingest;

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
    DemoClaims claims,
    SourceProgress progress,
    TimeProvider time,
    ILogger<DemoService> logger) : BackgroundService
{
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

        var usage = Encoding.UTF8.GetBytes(DemoWorld.UsageCsv(accounts.Book, now, options.Seed));
        Require(await imports.ImportUsageAsync("demo usage", usage, stoppingToken));
    }

    private async Task<long> FillAsync(DateTimeOffset now, CancellationToken stoppingToken)
    {
        var plans = new DemoCalls(accounts.Book, options).Past(now);
        var traffic = new SyntheticTraffic(plans, new SyntheticTrafficOptions { Seed = options.Seed });
        using var source = new SyntheticSource("demo", traffic);
        var result = await pipelines.RunAsync(
            source,
            _ => progress.Set(
                "filling",
                (double)traffic.Totals.Calls / plans.Count,
                $"the demonstration has measured {traffic.Totals.Calls} of {plans.Count} calls"),
            stoppingToken);
        await queue.FlushAsync(stoppingToken);
        assessor.TouchAll();
        await assessor.AssessTouchedAsync(stoppingToken);
        await claims.FileAsync(stoppingToken);
        assessor.Resume();
        progress.Set("measuring", 1, $"the demonstration has filled in {result.Calls} calls");
        return result.Calls;
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
