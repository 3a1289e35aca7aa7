using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Protocols.Network;
using VoiceQuality.Protocols.Rtcp;

namespace VoiceQuality.Monitor.Rtcp;

/// <summary>Who reports: the place that its RTCP comes from, and the SSRC that it sends with.</summary>
internal readonly record struct RtcpReporter(IpEndpoint Place, uint Ssrc);

/// <summary>One SSRC that is sent from one place, and what RTCP says of it.</summary>
/// <param name="place">The place, with the even port of the pair.</param>
/// <param name="ssrc">Its SSRC.</param>
internal sealed class RtcpSource(IpEndpoint place, uint ssrc)
{
    /// <summary>References kept: an endpoint may still quote the SR before the last.</summary>
    private const int ReferenceCount = 4;

    // Made when they are needed: whoever floods the table with reports on nothing has them small.
    private References? _references;
    private (uint Lsr, uint Dlsr) _lastEcho;
    private RoundTripSamples _receiverSide;

    private const int HistoryCount = 8;

    private (ushort Highest, int CumulativeLost)[]? _history;
    private long _reports;
    private long _firstReportNs;
    private long _lastReportNs;
    private RtcpReportBlock _last;
    private byte _largestFraction;
    private uint _largestJitterTicks;
    private RtcpExtendedFacts? _extended;

    /// <summary>Last RTCP packet of or about it, ns.</summary>
    public long LastAtNs;

    /// <summary>The next one at the same place; null for the last.</summary>
    public RtcpSource? Next;

    private IpAddress128 _heardAt;
    private bool _isHeard;
    private IpEndpoint _reporter;
    private uint _reporterSsrc;
    private bool _hasReporter;

    /// <summary>Where its reports were sent to first; null before one.</summary>
    public IpAddress128? HeardAt
    {
        get => _isHeard ? _heardAt : null;
        set => (_heardAt, _isHeard) = (value.GetValueOrDefault(), value is not null);
    }

    /// <summary>Whether a stream that is final has taken it.</summary>
    public bool IsTaken;

    /// <summary>The place that it is sent from, with the even port of the pair.</summary>
    public IpEndpoint Place => place;

    /// <summary>Its SSRC.</summary>
    public uint Ssrc => ssrc;

    /// <summary>Whether a receiver said something of it.</summary>
    public bool IsReportedOn => _reports > 0 || _extended is not null;

    /// <summary>Whether both directions of RTCP were seen: a quotation of it, or what a receiver knows of the
    /// path.</summary>
    public bool IsComplete => _receiverSide.Count > 0 || _extended is not null;

    /// <summary>Whether report blocks about it began after a time.</summary>
    public bool IsReportedOnSince(long sinceNs) => _reports > 0 && _firstReportNs >= sinceNs;

    /// <summary>Who reports on it; null before the first report.</summary>
    public RtcpReporter? Reporter
    {
        get => _hasReporter ? new RtcpReporter(_reporter, _reporterSsrc) : null;
        private set => (_reporter, _reporterSsrc, _hasReporter) =
            (value.GetValueOrDefault().Place, value.GetValueOrDefault().Ssrc, value is not null);
    }

    /// <summary>Median round trip between the tap and the receiver, µs.</summary>
    public long? ReceiverSideUs => _receiverSide.MedianUs;

    /// <summary>Median round trip that the receiver told in VoIP metrics, µs.</summary>
    public long? ToldRoundTripUs => _extended?.RoundTripUs;

    /// <summary>Notes a timestamp that passed the tap and that the other side will quote: an SR or a reference time.
    /// </summary>
    public void NoteReference(uint ntpMiddle, long atNs)
    {
        (_references ??= new References()).Note(ntpMiddle, atNs);
    }

    /// <summary>Notes that the other side quotes a timestamp: the time since is a round trip to it and back.</summary>
    /// <param name="lsr">Middle bits of the timestamp; 0 for none.</param>
    /// <param name="dlsr">How long it waited, 1/65,536 s.</param>
    /// <param name="atNs">When the quotation passed the tap.</param>
    /// <param name="heard">
    /// The same sender where its own reports come from, when that is another address; null without one.
    /// </param>
    public void NoteEcho(uint lsr, uint dlsr, long atNs, RtcpSource? heard)
    {
        if (lsr == 0 || (_references ?? heard?._references) is null || (lsr, dlsr) == _lastEcho)
        {
            return;
        }

        _lastEcho = (lsr, dlsr);
        if ((SentNs(lsr) ?? heard?.SentNs(lsr)) is { } sentNs)
        {
            // Less than 2^62.
            var waitedNs = (dlsr * 1_000_000_000L) >> 16;
            _receiverSide.Add((atNs - sentNs - waitedNs) / 1_000);
        }
    }

    /// <summary>Notes a report block about it.</summary>
    public void NoteReport(in RtcpReportBlock block, RtcpReporter reporter, long atNs, RtcpSource? heard)
    {
        Reporter = reporter;
        if (_reports > 0 && block == _last && atNs - _lastReportNs < 1_000_000)
        {
            // The same packet mirrored again.
            return;
        }

        if (_reports == 1)
        {
            // A second report is the first that losses between two can be told from.
            _history = new (ushort, int)[HistoryCount];
            _history[0] = ((ushort)_last.ExtendedHighestSequenceNumber, _last.CumulativeLost);
        }

        if (_history is not null)
        {
            _history[_reports % HistoryCount] = ((ushort)block.ExtendedHighestSequenceNumber, block.CumulativeLost);
        }

        _firstReportNs = _reports++ == 0 ? atNs : _firstReportNs;
        _lastReportNs = atNs;
        _last = block;
        _largestFraction = Math.Max(_largestFraction, block.FractionLost);
        _largestJitterTicks = Math.Max(_largestJitterTicks, block.JitterTicks);
        NoteEcho(block.Lsr, block.Dlsr, atNs, heard);
    }

    /// <summary>
    /// Packets that the receiver lost between its last report before some numbers and its first after them; null when
    /// it did not report on both sides.
    /// </summary>
    public int? LostOver(ushort first, ushort last)
    {
        (ushort Highest, int CumulativeLost)? before = null;
        for (var i = Math.Max(0, _reports - HistoryCount); i < _reports && _history is not null; i++)
        {
            var report = _history[i % HistoryCount];
            if (unchecked((short)(first - report.Highest)) > 0)
            {
                before = report;
            }
            else if (unchecked((short)(report.Highest - last)) > 0)
            {
                return report.CumulativeLost - before?.CumulativeLost;
            }
        }

        return null;
    }

    /// <summary>What XR says of it, made when there is something.</summary>
    public RtcpExtendedFacts Extended(RtcpReporter reporter, long atNs)
    {
        Reporter = reporter;
        _extended ??= new RtcpExtendedFacts(atNs);
        return _extended;
    }

    /// <summary>Adds what was told, in the order of <see cref="RemoteSource"/>.</summary>
    /// <param name="reports">Where it goes.</param>
    /// <param name="clockRateHz">Media clock of the stream, Hz; 0 when unknown.</param>
    public void AddTo(ImmutableArray<RemoteReport>.Builder reports, int clockRateHz)
    {
        if (_reports > 0)
        {
            reports.Add(new RemoteReport(
                RemoteSource.RtcpReceiverReport,
                Reporter?.Ssrc,
                _reports,
                _firstReportNs / 1_000,
                _lastReportNs / 1_000,
                [
                    new("lossPercent", Figure.Of256ths(_last.FractionLost)),
                    new("lossPercentMax", Figure.Of256ths(_largestFraction)),
                    new("cumulativeLost", _last.CumulativeLost),
                    new("highestSequenceNumber", _last.ExtendedHighestSequenceNumber),
                    new("jitterMs", Figure.MsOfTicks(_last.JitterTicks, clockRateHz)),
                    new("jitterMaxMs", Figure.MsOfTicks(_largestJitterTicks, clockRateHz)),
                    new("roundTripMs", ReceiverSideUs / 1_000m),
                    new("roundTrips", _receiverSide.Count),
                ]));
        }

        if (_extended is not null)
        {
            reports.Add(_extended.ToReport(Reporter?.Ssrc, clockRateHz));
        }
    }

    private long? SentNs(uint ntpMiddle) => _references?.AtNs(ntpMiddle);

    /// <summary>The latest timestamps that the other side may quote, and when they passed.</summary>
    private sealed class References
    {
        private Timestamps _ntpMiddles;
        private Times _atNs;
        private int _next;

        public void Note(uint ntpMiddle, long atNs)
        {
            // A mirrored copy must not move the time.
            foreach (var known in (ReadOnlySpan<uint>)_ntpMiddles)
            {
                if (known == ntpMiddle)
                {
                    return;
                }
            }

            _ntpMiddles[_next] = ntpMiddle;
            _atNs[_next] = atNs;
            _next = (_next + 1) % ReferenceCount;
        }

        public long? AtNs(uint ntpMiddle)
        {
            for (var i = 0; i < ReferenceCount; i++)
            {
                if (_ntpMiddles[i] == ntpMiddle && _atNs[i] != 0)
                {
                    return _atNs[i];
                }
            }

            return null;
        }

        [InlineArray(ReferenceCount)]
        private struct Timestamps
        {
            private uint _first;
        }

        [InlineArray(ReferenceCount)]
        private struct Times
        {
            private long _first;
        }
    }
}

/// <summary>Numbers of the wire as figures.</summary>
internal static class Figure
{
    /// <summary>256ths as percent with two decimals.</summary>
    public static decimal Of256ths(byte value) => Math.Round(value * 100m / 256m, 2);

    /// <summary>Ticks of the media clock as ms with three decimals; null when the clock is unknown.</summary>
    public static decimal? MsOfTicks(uint? ticks, int clockRateHz) =>
        ticks is { } known && clockRateHz > 0 ? Math.Round(known * 1_000m / clockRateHz, 3) : null;
}
