using System.Collections.Immutable;
using VoiceQuality.Monitor.Calls;
using VoiceQuality.Monitor.Pipeline;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Protocols.Network;
using VoiceQuality.Protocols.Sip;

namespace VoiceQuality.Monitor.Rtcp;

/// <summary>What a voice quality report (RFC 6035) says of one stream. It holds no name or number.</summary>
/// <param name="AtNs">When the report passed, ns.</param>
/// <param name="CallId">Call-ID that it names.</param>
/// <param name="Source">Where the stream comes from; a part is null when the report does not say.</param>
/// <param name="Destination">Where the stream goes to.</param>
/// <param name="Metrics">What is said of it.</param>
internal sealed record QualityReport(
    long AtNs, string CallId, VqAddress Source, VqAddress Destination, VqMetrics Metrics);

/// <summary>Takes voice quality reports out of PUBLISH and NOTIFY.</summary>
internal sealed class QualityReportReader
{
    /// <summary>Bodies of the type that could not be read.</summary>
    public long Malformed { get; private set; }

    public void Read(in SipMessage message, long atNs, BlockReport to)
    {
        if (message.Method is not (SipMethod.Publish or SipMethod.Notify) || message.Body.IsEmpty
            || !SipBody.TryFindPart(
                message.ContentType, message.Body, VoiceQualityReport.MediaType, out var body))
        {
            return;
        }

        if (!VoiceQualityReport.TryParse(body, out var report))
        {
            Malformed++;
            return;
        }

        var callId = SipStrings.Decode(report.CallId);
        Add(report.Remote, report.Local, report.LocalMetrics);
        Add(report.Local, report.Remote, report.RemoteMetrics);

        void Add(VqAddress source, VqAddress destination, VqMetrics metrics)
        {
            if (!metrics.IsEmpty)
            {
                to.QualityReports.Add((to.Ticks, new QualityReport(atNs, callId, source, destination, metrics)));
            }
        }
    }
}

/// <summary>
/// Reports until their stream ends. A report belongs to a stream with its SSRC and its Call-ID or one of its
/// addresses, or, without an SSRC, with its Call-ID and both of its endpoints.
/// </summary>
internal sealed class QualityReportTable(int maxReports)
{
    /// <summary>How long a report waits, ns.</summary>
    private const long IdleNs = 900_000_000_000;

    /// <summary>Of retransmissions and of a message seen on two hops one counts, ns.</summary>
    private const long RepeatedNs = 32_000_000_000;

    private const long SweepNs = 60_000_000_000;

    private readonly Dictionary<uint, List<Entry>> _byPlace = [];
    private readonly List<uint> _dead = [];
    private SweepClock _sweeps;
    private int _count;

    /// <summary>Reports that found the table full.</summary>
    public long Refused { get; private set; }

    public void Add(QualityReport report)
    {
        if (_sweeps.IsDue(report.AtNs, SweepNs))
        {
            Sweep(report.AtNs);
        }

        var place = report.Source.Ssrc ?? PlaceOf(report.CallId);
        if (!_byPlace.TryGetValue(place, out var entries))
        {
            entries = new List<Entry>(1);
            _byPlace.Add(place, entries);
        }

        var known = entries.Find(entry => entry.Last.CallId == report.CallId
            && entry.Last.Source == report.Source && entry.Last.Destination == report.Destination);
        if (known is not null)
        {
            known.Note(report, isRepeated: report.Metrics == known.Last.Metrics
                && report.AtNs - known.Last.AtNs < RepeatedNs);
        }
        else if (_count < maxReports && entries.Count < 64)
        {
            _count++;
            entries.Add(new Entry(report));
        }
        else
        {
            Refused++;
        }
    }

    /// <summary>Adds what was said of a stream.</summary>
    public void AddTo(ImmutableArray<RemoteReport>.Builder reports, StreamRecord stream)
    {
        if (_count == 0)
        {
            return;
        }

        AddMatching(reports, stream, stream.Ssrc);
        if (stream.CallId is { } callId && PlaceOf(callId) is var place && place != stream.Ssrc)
        {
            AddMatching(reports, stream, place);
        }
    }

    /// <summary>Where reports without an SSRC wait; whose SSRC is the same number waits there too (FNV-1a).</summary>
    private static uint PlaceOf(string callId)
    {
        var hash = 2_166_136_261;
        foreach (var character in callId)
        {
            hash = unchecked((hash ^ character) * 16_777_619);
        }

        return hash;
    }

    private static bool IsOf(QualityReport report, StreamRecord stream)
    {
        var isOfCall = stream.CallId is not null && report.CallId == stream.CallId;
        return report.Source.Ssrc is { } ssrc
            ? ssrc == stream.Ssrc && (isOfCall || report.Source.Address == stream.Source.Address
                || report.Destination.Address == stream.Destination.Address)
            : isOfCall && Is(report.Source, stream.Source) && Is(report.Destination, stream.Destination);
    }

    private static bool Is(VqAddress told, IpEndpoint endpoint) =>
        told.Address == endpoint.Address && told.Port == endpoint.Port;

    private void AddMatching(ImmutableArray<RemoteReport>.Builder reports, StreamRecord stream, uint place)
    {
        foreach (var entry in _byPlace.GetValueOrDefault(place) ?? [])
        {
            if (IsOf(entry.Last, stream))
            {
                reports.Add(entry.ToReport());
            }
        }
    }

    private void Sweep(long nowNs)
    {
        foreach (var (place, entries) in _byPlace)
        {
            _count -= entries.RemoveAll(entry => nowNs - entry.Last.AtNs > IdleNs);
            if (entries.Count == 0)
            {
                _dead.Add(place);
            }
        }

        foreach (var place in _dead)
        {
            _byPlace.Remove(place);
        }

        _dead.Clear();
    }

    private sealed class Entry(QualityReport first)
    {
        private readonly long _firstNs = first.AtNs;
        private long _reports = 1;

        public QualityReport Last { get; private set; } = first;

        public void Note(QualityReport report, bool isRepeated)
        {
            if (!isRepeated)
            {
                _reports++;
                Last = report;
            }
        }

        public RemoteReport ToReport()
        {
            var told = Last.Metrics;
            return new RemoteReport(
                RemoteSource.VoiceQualityReport,
                Last.Destination.Ssrc,
                _reports,
                _firstNs / 1_000,
                Last.AtNs / 1_000,
                [
                    new("lossPercent", told.LossRate / 1_000m),
                    new("discardPercent", told.DiscardRate / 1_000m),
                    new("burstDensityPercent", told.BurstDensity / 1_000m),
                    new("burstDurationMs", told.BurstDuration / 1_000m),
                    new("gapDensityPercent", told.GapDensity / 1_000m),
                    new("gapDurationMs", told.GapDuration / 1_000m),
                    new("roundTripMs", told.RoundTrip / 1_000m),
                    new("endSystemDelayMs", told.EndSystemDelay / 1_000m),
                    new("oneWayDelayMs", told.OneWayDelay / 1_000m),
                    new("jitterMs", told.Jitter / 1_000m),
                    new("meanAbsoluteJitterMs", told.MeanAbsoluteJitter / 1_000m),
                    new("jitterBufferNominalMs", told.JitterBufferNominal / 1_000m),
                    new("rFactor", told.RFactorLq / 1_000m),
                    new("rFactorCq", told.RFactorCq / 1_000m),
                    new("mosLq", told.MosLq / 1_000m),
                    new("mosCq", told.MosCq / 1_000m),
                ]);
        }
    }
}
