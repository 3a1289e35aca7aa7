using VoiceQuality.Service.Telemetry;

namespace VoiceQuality.Service.Hosting;

/// <summary>How far the sources are. They set it; health and status read it.</summary>
internal sealed class SourceProgress(PipelineTotals totals)
{
    private volatile Stage _stage = new("starting", null, "sources are about to start");

    public SourceHealth Current
    {
        get
        {
            var stage = _stage;
            DateTimeOffset? last = totals.Current.LastPacketAtUs is { } us and > 0 and < 32_503_680_000_000_000
                ? DateTimeOffset.UnixEpoch.AddMicroseconds(us)
                : null;
            return new SourceHealth(stage.State, stage.Progress, stage.Detail, last);
        }
    }

    /// <param name="state">One of the states of <see cref="SourceHealth"/>.</param>
    /// <param name="progress">0 to 1; null when it is not known.</param>
    /// <param name="detail">In words, without names of customers.</param>
    public void Set(string state, double? progress, string detail) => _stage = new Stage(state, progress, detail);

    private sealed record Stage(string State, double? Progress, string Detail);
}
