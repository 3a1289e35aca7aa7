namespace VoiceQuality.Service.Telemetry.Influx;

/// <summary>What the writer has counted since it started.</summary>
internal sealed class InfluxCounters
{
    private readonly long[] _dropped = new long[Enum.GetValues<InfluxDropReason>().Length];
    private long _written;
    private long _failedRequests;

    /// <summary>Points that the server took.</summary>
    public long Written => Interlocked.Read(ref _written);

    /// <summary>Requests that failed, those included that a retry made good.</summary>
    public long FailedRequests => Interlocked.Read(ref _failedRequests);

    /// <summary>Points given up for a reason.</summary>
    public long Dropped(InfluxDropReason reason) => Interlocked.Read(ref _dropped[(int)reason]);

    public void AddWritten(int points) => Interlocked.Add(ref _written, points);

    public void AddFailedRequest() => Interlocked.Increment(ref _failedRequests);

    public void AddDropped(InfluxDropReason reason, int points) => Interlocked.Add(ref _dropped[(int)reason], points);
}
