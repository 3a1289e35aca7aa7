using VoiceQuality.Monitor;

namespace VoiceQuality.Testing.Captures;

/// <summary>Options that differ by who measures.</summary>
public static class LaneOptions
{
    /// <summary>Stands among numbers of lanes for one lane with a thread of its own.</summary>
    public const int ReadingAhead = 0;

    /// <summary>As many lanes, or one that measures beside the reader.</summary>
    public static MonitorOptions Of(int lanes) =>
        lanes == ReadingAhead ? new MonitorOptions { ReadsAhead = true } : new MonitorOptions { Lanes = lanes };
}
