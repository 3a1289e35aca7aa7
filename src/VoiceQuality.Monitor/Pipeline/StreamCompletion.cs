using System.Collections.Immutable;
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
    private readonly List<RtcpDatagram> _datagrams = [];
    private readonly ImmutableArray<RemoteReport>.Builder _remote = ImmutableArray.CreateBuilder<RemoteReport>();
    private BlockReport? _block;
    private byte[] _octets = [];
    private int _nextDatagram;
    private int _nextReport;

    public StreamCompletion(MonitorOptions options)
    {
        _rtcp = new RtcpTracker(options.MaxRtcpSources);
        _reports = new QualityReportTable(options.MaxQualityReports);
        _rows = options.Codecs.Rows.ToDictionary(static row => row.Id, StringComparer.Ordinal);
        _buffer = new JitterBufferModel(options.JitterBuffer, options.JitterBufferMs);
        _policy = new ScoringPolicy
        {
            MinExpectedPackets = options.MinExpectedPackets,
            JitterBuffer = options.JitterBuffer,
            JitterBufferMs = options.JitterBufferMs,
        };
    }

    /// <summary>Reports on sources that found the table full.</summary>
    public long RefusedRtcp => _rtcp.Refused;

    /// <summary>Voice quality reports that found the table full.</summary>
    public long RefusedReports => _reports.Refused;

    /// <summary>Looks at what a block has; its octets must stay until <see cref="ReadUpTo"/> has read all.</summary>
    public void Begin(BlockReport report, ReadOnlySpan<LaneBatch> lanes)
    {
        _block = report;
        _nextReport = 0;
        _nextDatagram = 0;
        _datagrams.Clear();
        foreach (var lane in lanes)
        {
            _octets = lane.Block?.Octets ?? [];
            foreach (var (tick, packet) in lane.Rtcp)
            {
                _datagrams.Add(new RtcpDatagram(tick, lane.Packets[packet]));
            }
        }

        // Places in the block rise in capture order.
        if (lanes.Length > 1)
        {
            _datagrams.Sort(static (a, b) => a.Packet.PayloadOffset.CompareTo(b.Packet.PayloadOffset));
        }
    }

    /// <summary>Reads what came before the end of a tick of the block.</summary>
    public void ReadUpTo(int tick)
    {
        for (; _nextDatagram < _datagrams.Count && _datagrams[_nextDatagram].Tick <= tick; _nextDatagram++)
        {
            var packet = _datagrams[_nextDatagram].Packet;
            var (source, destination) = Flow.EndsOf(packet, _octets);
            _rtcp.Read(
                _octets.AsSpan(packet.PayloadOffset, packet.PayloadLength), source, destination, packet.CapturedAtNs);
        }

        var reports = _block!.QualityReports;
        for (; _nextReport < reports.Count && reports[_nextReport].Tick <= tick; _nextReport++)
        {
            _reports.Add(reports[_nextReport].Report);
        }
    }

    /// <summary>The stream with what is known beside its own packets.</summary>
    /// <param name="stream">As its lane recorded it.</param>
    /// <param name="isFinal">False at a checkpoint: it goes on.</param>
    public StreamRecord Complete(StreamRecord stream, bool isFinal)
    {
        _remote.Clear();
        var delay = _rtcp.Take(stream, isFinal, _remote);
        _reports.AddTo(_remote, stream);
        if (delay is null && _remote.Count == 0)
        {
            return stream;
        }

        var row = stream.Model.CodecRow is { } id ? _rows.GetValueOrDefault(id) : null;
        var taMs = stream.MosLqE4 is not null && delay?.RoundTripUs is { } roundTripUs
            ? MouthToEar.TaMs(roundTripUs, stream.Scored, row, _buffer)
            : null;
        var mosCqE4 = MouthToEar.MosCqE4(stream.Scored, row, _policy, taMs);
        return stream with
        {
            Remote = _remote.ToImmutable(),
            Delay = delay,
            TaMs = mosCqE4 is null ? null : taMs,
            MosCqE4 = mosCqE4,
        };
    }

    private readonly record struct RtcpDatagram(int Tick, MediaPacket Packet);
}
