using System.Collections.Immutable;
using VoiceQuality.Monitor;
using VoiceQuality.Service.CaptureLoss;
using VoiceQuality.Service.Hosting;

namespace VoiceQuality.Service.Telemetry;

/// <summary>
/// What all pipelines have counted since the service started: those that ended, and the latest snapshot of those that
/// run. Counters never go back when a pipeline ends.
/// </summary>
internal sealed class PipelineTotals
{
    private readonly Lock _lock = new();
    private readonly Dictionary<object, PipelineCounters> _running = new(ReferenceEqualityComparer.Instance);
    private PipelineCounters _ended = new();

    /// <summary>What the taps lost, for whoever stores it.</summary>
    public CaptureLossReports Losses { get; } = new();

    /// <summary>What they could not read of SIP over TLS, for whoever stores it.</summary>
    public TlsLossReports TlsLosses { get; init; } = new(SourceOptions.DefaultTlsLossAlarmAt);

    /// <summary>The sum now.</summary>
    public PipelineCounters Current
    {
        get
        {
            lock (_lock)
            {
                return _running.Values.Aggregate(_ended, Add);
            }
        }
    }

    /// <summary>Calls and packets that were thrown away because a table or the ring of an interface was full.</summary>
    public long Dropped => Current.Rejects
        .Where(reject => reject.Key.EndsWith(".evicted", StringComparison.Ordinal)
            || reject.Key.EndsWith("Full", StringComparison.Ordinal)
            || reject.Key == "source.notSeen")
        .Sum(reject => reject.Value);

    /// <summary>Takes the latest snapshot of one pipeline, which listens at a tap.</summary>
    public void Update(object pipeline, PipelineCounters counters, string tap = "capture")
    {
        Losses.Note(pipeline, tap, counters);
        TlsLosses.Note(pipeline, tap, counters);
        lock (_lock)
        {
            _running[pipeline] = counters;
        }
    }

    /// <summary>Nothing comes to a pipeline for now: its alarms do not go on.</summary>
    public void Pause(object pipeline)
    {
        Losses.Pause(pipeline);
        TlsLosses.Pause(pipeline);
    }

    /// <summary>The pipeline ended; what it counted stays.</summary>
    public void End(object pipeline)
    {
        lock (_lock)
        {
            if (_running.Remove(pipeline, out var last))
            {
                Losses.End(pipeline);
                TlsLosses.End(pipeline);
                _ended = Add(_ended, last with { ActiveCalls = 0, ActiveStreams = 0 });
            }
        }
    }

    private static PipelineCounters Add(PipelineCounters a, PipelineCounters b) => new()
    {
        Packets = a.Packets + b.Packets,
        NotSeen = a.NotSeen + b.NotSeen,
        ListenedUntilUs = Pick(a.ListenedUntilUs, b.ListenedUntilUs, Math.Max),
        Octets = a.Octets + b.Octets,
        FirstPacketAtUs = Pick(a.FirstPacketAtUs, b.FirstPacketAtUs, Math.Min),
        LastPacketAtUs = Pick(a.LastPacketAtUs, b.LastPacketAtUs, Math.Max),
        SipMessages = a.SipMessages + b.SipMessages,
        RtpPackets = a.RtpPackets + b.RtpPackets,
        RtcpPackets = a.RtcpPackets + b.RtcpPackets,
        CaptureLossSpans = a.CaptureLossSpans + b.CaptureLossSpans,
        UnseenPackets = a.UnseenPackets + b.UnseenPackets,
        ActiveCalls = a.ActiveCalls + b.ActiveCalls,
        ActiveStreams = a.ActiveStreams + b.ActiveStreams,
        Rejects = a.Rejects.Count == 0 ? b.Rejects : Add(a.Rejects, b.Rejects),
    };

    private static ImmutableSortedDictionary<string, long> Add(
        ImmutableSortedDictionary<string, long> a, ImmutableSortedDictionary<string, long> b)
    {
        var sum = a.ToBuilder();

        foreach (var (key, count) in b)
        {
            sum[key] = sum.GetValueOrDefault(key) + count;
        }

        return sum.ToImmutable();
    }

    private static long? Pick(long? a, long? b, Func<long, long, long> choose) =>
        a is { } x && b is { } y ? choose(x, y) : a ?? b;
}
