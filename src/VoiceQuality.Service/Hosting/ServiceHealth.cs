using VoiceQuality.Service.Ingest;
using VoiceQuality.Storage;

namespace VoiceQuality.Service.Hosting;

/// <summary>Whether the service does its work, and what keeps it from it.</summary>
/// <param name="Status">"ready" or "notReady".</param>
/// <param name="Storage">Whether measurements can be stored.</param>
/// <param name="Queue">Whether measurements move on.</param>
/// <param name="Sources">How far the sources are.</param>
internal sealed record HealthReport(string Status, StorageHealth Storage, QueueHealth Queue, SourceHealth Sources)
{
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsReady => Status == "ready";
}

/// <param name="Ok">Whether the last write worked and there is room for the next.</param>
/// <param name="Failures">Failed writes in a row.</param>
/// <param name="FreeBytes">Room on the disk of the database, octets.</param>
/// <param name="LastStoredAt">Last commit; null before the first.</param>
internal sealed record StorageHealth(bool Ok, int Failures, long FreeBytes, DateTimeOffset? LastStoredAt);

/// <param name="Ok">Whether the queue moved within the last minute, or is empty.</param>
/// <param name="Waiting">Measurements that wait for storage.</param>
/// <param name="Capacity">How many may wait before the sources do.</param>
/// <param name="StalledMs">Time since it moved; 0 when there is nothing to do.</param>
internal sealed record QueueHealth(bool Ok, int Waiting, int Capacity, long StalledMs);

/// <param name="State">"starting", "filling", "measuring", "idle" or "stopped".</param>
/// <param name="Progress">Share of the start-up work that is done, 0 to 1; null when it is not known.</param>
/// <param name="Detail">The same in words.</param>
/// <param name="LastPacketAt">Capture time of the latest packet; null before the first.</param>
internal sealed record SourceHealth(string State, double? Progress, string Detail, DateTimeOffset? LastPacketAt);

/// <summary>Puts the report together.</summary>
internal sealed class ServiceHealth(
    Database database, IngestState ingest, MeasurementQueue queue, SourceProgress sources)
{
    private const long LeastFreeBytes = 16 * 1024 * 1024;

    private static readonly TimeSpan StallLimit = TimeSpan.FromMinutes(1);

    public HealthReport Check()
    {
        var free = FreeBytes();
        var storage = new StorageHealth(
            ingest.Failures == 0 && free >= LeastFreeBytes && File.Exists(database.Path),
            ingest.Failures,
            free,
            ingest.LastStoredAt);
        var stalled = ingest.Stalled;
        var moving = new QueueHealth(
            stalled < StallLimit, queue.Count, MeasurementQueue.Capacity, (long)stalled.TotalMilliseconds);

        return new HealthReport(storage.Ok && moving.Ok ? "ready" : "notReady", storage, moving, sources.Current);
    }

    private long FreeBytes()
    {
        try
        {
            return new DriveInfo(Path.GetFullPath(database.Path)).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return 0;
        }
    }
}
