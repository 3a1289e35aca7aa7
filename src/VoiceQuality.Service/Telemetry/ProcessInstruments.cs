using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Reflection;
using System.Runtime.InteropServices;

namespace VoiceQuality.Service.Telemetry;

/// <summary>The process itself, under the names that Prometheus dashboards expect.</summary>
internal static class ProcessInstruments
{
    public static void Create(Meter meter, TimeProvider time)
    {
        var startedAt = time.GetUtcNow();
        var version = typeof(ProcessInstruments).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()
            ?.InformationalVersion.Split('+')[0] ?? "unknown";

        meter.CreateObservableGauge(
            "voicequality.build.info",
            () => new Measurement<int>(
                1, new("version", version), new("runtime", RuntimeInformation.FrameworkDescription)),
            null, "Version that runs, always 1.");
        meter.CreateObservableGauge(
            "process.start_time", () => startedAt.ToUnixTimeMilliseconds() / 1e3, "s",
            "Start of the service since 1970-01-01 UTC.");
        meter.CreateObservableCounter(
            "process.cpu", () => Environment.CpuUsage.TotalTime.TotalSeconds, "s", "User and system CPU time.");
        meter.CreateObservableGauge(
            "process.resident_memory", () => Environment.WorkingSet, "By", "Resident memory.");
        meter.CreateObservableGauge(
            "dotnet.gc.heap", () => GC.GetTotalMemory(false), "By", "Managed memory in use.");
        meter.CreateObservableCounter(
            "dotnet.gc.allocated", () => GC.GetTotalAllocatedBytes(), "By", "Managed memory allocated so far.");
        meter.CreateObservableCounter("dotnet.gc.collections", Collections, "{collection}", "Collections by generation.");
        meter.CreateObservableGauge(
            "dotnet.threadpool.queue", () => ThreadPool.PendingWorkItemCount, "{item}", "Work that waits for a thread.");
        meter.CreateObservableGauge(
            "process.threads", () => Process.GetCurrentProcess().Threads.Count, "{thread}", "Threads.");
    }

    private static IEnumerable<Measurement<int>> Collections() => Enumerable.Range(0, GC.MaxGeneration + 1)
        .Select(generation => new Measurement<int>(
            GC.CollectionCount(generation), new KeyValuePair<string, object?>("generation", generation)));
}
