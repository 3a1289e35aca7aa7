using System.Collections.Immutable;
using VoiceQuality.Monitor.Calls;
using VoiceQuality.Monitor.Streams;

namespace VoiceQuality.Monitor.Pipeline;

/// <summary>
/// Puts together what reader and lanes found in a block: streams and calls go to the sink in an order that depends on
/// packet time alone. It runs on one thread at a time.
/// </summary>
internal sealed class Assembler(IMeasurementSink sink, StreamCompletion completion)
{
    private readonly Dictionary<int, List<StreamRecord>> _pending = [];
    private readonly List<(int Tick, int CallRef, StreamRecord Stream)> _ended = [];
    private readonly List<(int Tick, int CallRef, CallRecord Call)> _closed = [];

    public void Take(BlockReport report, ReadOnlySpan<LaneBatch> lanes)
    {
        var counted = default(LaneCounters);
        foreach (var lane in lanes)
        {
            _ended.AddRange(lane.Finished);
            counted += lane.Counters;
        }

        completion.Begin(report, lanes);
        _closed.AddRange(report.Closed);
        _ended.Sort(static (a, b) => a.Tick != b.Tick
            ? a.Tick.CompareTo(b.Tick)
            : StreamRecordOrder.Compare(a.Stream, b.Stream));
        var stream = 0;
        var call = 0;
        for (var tick = 0; tick < report.Ticks; tick++)
        {
            completion.ReadUpTo(tick);
            completion.Judge();
            var ended = stream;
            for (; stream < _ended.Count && _ended[stream].Tick == tick; stream++)
            {
                Pend(_ended[stream].CallRef, _ended[stream].Stream);
            }

            for (; ended < stream; ended++)
            {
                Complete(_ended[ended].CallRef, _ended[ended].Stream);
            }

            for (; call < _closed.Count && _closed[call].Tick == tick; call++)
            {
                HandOver(_closed[call].CallRef, _closed[call].Call);
            }
        }

        completion.ReadUpTo(int.MaxValue);
        foreach (var (_, probe) in report.Probes)
        {
            sink.OnProbe(probe);
        }

        KeepForNextTick(_ended, stream, static (item) => (0, item.CallRef, item.Stream));
        KeepForNextTick(_closed, call, static (item) => (0, item.CallRef, item.Call));

        HandOverOpen(report, lanes);

        if (report.Counters is { } counters)
        {
            sink.OnTick(counters.LastPacketAtUs ?? 0, With(counters, counted));
        }

        report.Reached?.TrySetResult();
    }

    /// <summary>At a checkpoint: what goes on, as it stands.</summary>
    private void HandOverOpen(BlockReport report, ReadOnlySpan<LaneBatch> lanes)
    {
        if (report.Reached is null)
        {
            return;
        }

        var running = new List<(int CallRef, StreamRecord Stream)>();
        foreach (var lane in lanes)
        {
            running.AddRange(lane.Open);
        }

        var runningOf = running.ToLookup(static item => item.CallRef, static item => item.Stream);
        var open = running.ConvertAll(item => (
            item.CallRef,
            Stream: completion.Complete(
                item.Stream,
                item.CallRef == 0 ? [] : [.. _pending.GetValueOrDefault(item.CallRef) ?? [], .. runningOf[item.CallRef]],
                isFinal: false)));

        open.Sort(static (a, b) => StreamRecordOrder.Compare(a.Stream, b.Stream));
        var byCall = open.ToLookup(static item => item.CallRef, static item => item.Stream);
        foreach (var stream in byCall[0])
        {
            sink.OnOpenStream(stream);
        }

        foreach (var (callRef, call) in report.Open)
        {
            List<StreamRecord> streams = [.. _pending.GetValueOrDefault(callRef) ?? [], .. byCall[callRef]];
            streams.Sort(StreamRecordOrder.Compare);
            sink.OnOpenCall(CallScorer.Score(call, streams));
        }
    }

    private PipelineCounters With(PipelineCounters reader, in LaneCounters lanes)
    {
        var rejects = reader.Rejects.ToBuilder();
        Add(rejects, "rtp.malformed", lanes.NotRtp);
        Add(rejects, "rtp.notRecognised", lanes.NotRecognised);
        Add(rejects, "rtp.flowTableFull", lanes.FlowTableFull);
        Add(rejects, "rtp.tooManyStreams", lanes.TooManyStreams);
        Add(rejects, "rtp.tooManyCandidates", lanes.TooManyCandidates);
        Add(rejects, "rtp.tooManyStreamsInCall", lanes.UntiedStreams);
        Add(rejects, "rtcp.malformed", lanes.NotRtcp);
        Add(rejects, "rtcp.tableFull", completion.RefusedRtcp);
        Add(rejects, "sip.qualityReportTableFull", completion.RefusedReports);
        Add(rejects, "rtp.tooManyGaps", completion.RefusedGaps);
        Add(rejects, "sdp.endpointTableFull", lanes.EndpointTableFull);
        Add(rejects, "rtp.tooManyFlowsAtOnePlace", lanes.Unwatched);
        Add(rejects, "rtp.shed", lanes.Shed);
        return reader with
        {
            RtpPackets = lanes.RtpPackets,
            RtcpPackets = lanes.RtcpPackets,
            ActiveStreams = lanes.ActiveStreams,
            CaptureLossSpans = completion.CaptureLossSpans,
            UnseenPackets = completion.UnseenPackets,
            LatestLoss = completion.LatestLoss,
            Rejects = rejects.ToImmutable(),
        };
    }

    private static void Add(ImmutableSortedDictionary<string, long>.Builder rejects, string reason, long count)
    {
        if (count > 0)
        {
            rejects[reason] = count;
        }
    }

    /// <summary>What ended after the last tick of a block belongs to the first tick of a later one.</summary>
    private static void KeepForNextTick<T>(List<T> items, int handedOver, Func<T, T> toFirstTick)
    {
        items.RemoveRange(0, handedOver);
        for (var i = 0; i < items.Count; i++)
        {
            items[i] = toFirstTick(items[i]);
        }
    }

    /// <summary>All that end at one time wait for their call before one is completed: each may need the
    /// others.</summary>
    private void Pend(int callRef, StreamRecord stream)
    {
        if (callRef == 0)
        {
            return;
        }

        if (!_pending.TryGetValue(callRef, out var streams))
        {
            streams = [];
            _pending.Add(callRef, streams);
        }

        streams.Add(stream);
    }

    private void Complete(int callRef, StreamRecord stream)
    {
        var ofCall = callRef == 0 ? null : _pending[callRef];
        var whole = completion.Complete(stream, ofCall ?? [], isFinal: true);
        if (ofCall is not null)
        {
            // Those of a call are few, and what has just ended is at the end.
            ofCall[ofCall.FindLastIndex(other => ReferenceEquals(other, stream))] = whole;
        }

        sink.OnStream(whole);
    }

    private void HandOver(int callRef, CallRecord call)
    {
        _pending.Remove(callRef, out var streams);
        streams?.Sort(StreamRecordOrder.Compare);
        sink.OnCall(CallScorer.Score(call, streams ?? (IReadOnlyList<StreamRecord>)[]));
    }
}
