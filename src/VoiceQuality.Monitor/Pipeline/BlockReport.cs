using VoiceQuality.Monitor.Calls;
using VoiceQuality.Monitor.Probes;
using VoiceQuality.Monitor.Rtcp;
using VoiceQuality.Monitor.Sources;

namespace VoiceQuality.Monitor.Pipeline;

/// <summary>
/// What the reader knows after a block: the ticks in it, the calls that ended with each, its counters.
/// </summary>
internal sealed class BlockReport
{
    /// <summary>Number of ticks in the block.</summary>
    public int Ticks;

    /// <summary>Calls given up, with the index of the tick of this block.</summary>
    public readonly List<(int Tick, int CallRef, CallRecord Call)> Closed = [];

    /// <summary>OPTIONS transactions that are final, with the index of the tick of this block.</summary>
    public readonly List<(int Tick, ProbeRecord Probe)> Probes = [];

    /// <summary>Voice quality reports that endpoints sent in SIP, with the index of the tick of this block.</summary>
    public readonly List<(int Tick, QualityReport Report)> QualityReports = [];

    /// <summary>Times without any media packet, with the index of the tick of this block before which they ended.
    /// </summary>
    public readonly List<(int Tick, long FromNs, long ToNs)> Silences = [];

    /// <summary>Capture times of media packets that lie before the end of a silence that was told already, with the
    /// index of the tick of this block.</summary>
    public readonly List<(int Tick, long AtNs)> Belated = [];

    /// <summary>When the source lost packets itself, before the packets of this block.</summary>
    public readonly List<DropSpan> Drops = [];

    /// <summary>At a checkpoint: the calls in progress.</summary>
    public readonly List<(int CallRef, CallRecord Call)> Open = [];

    /// <summary>At a checkpoint: set when the sink has received everything.</summary>
    public TaskCompletionSource? Reached;

    /// <summary>What was counted up to here, lanes left out; null when no tick passed.</summary>
    public PipelineCounters? Counters;

    public void Clear()
    {
        Ticks = 0;
        Closed.Clear();
        Open.Clear();
        Reached = null;
        Probes.Clear();
        QualityReports.Clear();
        Silences.Clear();
        Belated.Clear();
        Drops.Clear();
        Counters = null;
    }
}
