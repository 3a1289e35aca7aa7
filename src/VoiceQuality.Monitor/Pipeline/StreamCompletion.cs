using System.Collections.Immutable;
using VoiceQuality.Monitor.CaptureLoss;
using VoiceQuality.Monitor.Rtcp;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Protocols.Network;
using VoiceQuality.Quality.Codecs;
using VoiceQuality.Quality.Delay;
using VoiceQuality.Quality.Rtp;
using VoiceQuality.Quality.Scoring;

namespace VoiceQuality.Monitor.Pipeline;

/// <summary>
/// What one lane cannot know of a stream, because it passed another lane or the reader: RTCP about it, voice quality
/// reports, the delay of its path. It reads in capture order and runs where the assembler runs.
/// </summary>
internal sealed class StreamCompletion
{
    private readonly RtcpTracker _rtcp;
    private readonly QualityReportTable _reports;
    private readonly Dictionary<string, CodecRow> _rows;
    private readonly ScoringPolicy _policy;
    private readonly JitterBufferModel _buffer;
    private readonly CaptureLossDetector _captureLoss;
    private readonly List<RtcpDatagram> _datagrams = [];
    private readonly List<StreamGap> _gaps = [];
    private readonly ImmutableArray<RemoteReport>.Builder _remote = ImmutableArray.CreateBuilder<RemoteReport>();
    private BlockReport? _block;
    private byte[] _octets = [];
    private int _nextDatagram;
    private int _nextReport;
    private int _nextSilence;
    private int _nextBelated;
    private int _nextGap;

    public StreamCompletion(MonitorOptions options)
    {
        _rtcp = new RtcpTracker(options.MaxRtcpSources);
        _captureLoss = new CaptureLossDetector(_rtcp);
        _reports = new QualityReportTable(options.MaxQualityReports);
        _rows = options.Codecs.Rows.ToDictionary(static row => row.Id, StringComparer.Ordinal);
        _buffer = new JitterBufferModel(options.JitterBuffer, options.JitterBufferMs);
        _policy = options.ToScoringPolicy().ToScoringPolicy();
    }

    /// <summary>Reports on sources that found the table full.</summary>
    public long RefusedRtcp => _rtcp.Refused;

    /// <summary>Voice quality reports that found the table full.</summary>
    public long RefusedReports => _reports.Refused;

    /// <summary>Gaps of streams that found too many waiting for their judgement.</summary>
    public long RefusedGaps => _captureLoss.Refused;

    /// <summary>Silences of the tap over which it lost packets itself.</summary>
    public long CaptureLossSpans => _captureLoss.Spans;

    /// <summary>The latest time in which it lost packets; null before the first.</summary>
    public CaptureLossTime? LatestLoss => _captureLoss.Latest;

    /// <summary>Packets that the tap lost itself, as the streams' numbers tell.</summary>
    public long UnseenPackets => _captureLoss.UnseenPackets;

    /// <summary>Looks at what a block has; its octets must stay until <see cref="ReadUpTo"/> has read all.</summary>
    public void Begin(BlockReport report, ReadOnlySpan<LaneBatch> lanes)
    {
        _block = report;
        _nextReport = 0;
        _nextDatagram = 0;
        _nextSilence = 0;
        _nextBelated = 0;
        _nextGap = 0;
        _datagrams.Clear();
        _gaps.Clear();
        foreach (var lane in lanes)
        {
            _octets = lane.Block?.Octets ?? [];
            foreach (var (tick, packet, trust) in lane.Rtcp)
            {
                _datagrams.Add(new RtcpDatagram(tick, lane.Packets[packet], trust));
            }
        }

        foreach (var drop in report.Drops)
        {
            _captureLoss.NoteDrop(drop);
        }

        foreach (var lane in lanes)
        {
            _gaps.AddRange(lane.Gaps);
        }

        // Places in the block rise in capture order.
        if (lanes.Length > 1)
        {
            _datagrams.Sort(static (a, b) => a.Packet.PayloadOffset.CompareTo(b.Packet.PayloadOffset));
            _gaps.Sort(static (a, b) => a.Place.CompareTo(b.Place));
        }
    }

    /// <summary>Reads what came before the end of a tick of the block.</summary>
    public void ReadUpTo(int tick)
    {
        for (; _nextDatagram < _datagrams.Count && _datagrams[_nextDatagram].Tick <= tick; _nextDatagram++)
        {
            var (_, packet, trust) = _datagrams[_nextDatagram];
            var (source, destination) = Flow.EndsOf(packet, _octets);
            _rtcp.Read(
                _octets.AsSpan(packet.PayloadOffset, packet.PayloadLength), source, destination, packet.CapturedAtNs,
                trust);
        }

        var silences = _block!.Silences;
        for (; _nextSilence < silences.Count && silences[_nextSilence].Tick <= tick; _nextSilence++)
        {
            _captureLoss.NoteSilence(silences[_nextSilence].FromNs, silences[_nextSilence].ToNs);
        }

        // Before the gaps: they look for silences.
        var belated = _block.Belated;
        for (; _nextBelated < belated.Count && belated[_nextBelated].Tick <= tick; _nextBelated++)
        {
            _captureLoss.NoteMedia(belated[_nextBelated].AtNs);
        }

        for (; _nextGap < _gaps.Count && _gaps[_nextGap].Tick <= tick; _nextGap++)
        {
            _captureLoss.Note(_gaps[_nextGap]);
        }

        var reports = _block.QualityReports;
        for (; _nextReport < reports.Count && reports[_nextReport].Tick <= tick; _nextReport++)
        {
            _reports.Add(reports[_nextReport].Report);
        }
    }

    /// <summary>Judges what is old enough; at ticks alone, so that blocks of any size give the same.</summary>
    public void Judge() => _captureLoss.Advance();

    /// <summary>The stream with what is known beside its own packets.</summary>
    /// <param name="stream">As its lane recorded it.</param>
    /// <param name="ofCall">Streams of its call that ended by now, itself among them; empty without a call.</param>
    /// <param name="isFinal">False at a checkpoint: it goes on.</param>
    public StreamRecord Complete(StreamRecord stream, IReadOnlyList<StreamRecord> ofCall, bool isFinal)
    {
        var row = stream.Model.CodecRow is { } id ? _rows.GetValueOrDefault(id) : null;
        var key = new StreamKey(stream.Source, stream.Destination, stream.Ssrc, stream.StartedAtUs);
        if (_captureLoss.Take(key, isFinal) is { } unseen)
        {
            stream = UnseenCorrection.Apply(stream, unseen, row, _policy);
        }

        _remote.Clear();
        var (delay, isTerminated) = _rtcp.Take(stream, ofCall, isFinal, _remote);
        _reports.AddTo(_remote, stream);
        if (delay is null && !isTerminated && _remote.Count == 0)
        {
            return stream;
        }

        var taMs = stream.MosLqE4 is not null && delay?.RoundTripUs is { } roundTripUs
            ? MouthToEar.TaMs(roundTripUs, stream.Scored, row, _buffer)
            : null;
        var mosCqE4 = MouthToEar.MosCqE4(stream.Scored, row, _policy, taMs);
        return stream with
        {
            Remote = _remote.ToImmutable(),
            Delay = delay,
            IsRtcpTerminated = isTerminated,
            TaMs = mosCqE4 is null ? null : taMs,
            MosCqE4 = mosCqE4,
        };
    }

    private readonly record struct RtcpDatagram(int Tick, MediaPacket Packet, FlowTrust Trust);
}
