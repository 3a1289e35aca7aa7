namespace VoiceQuality.Protocols.Pcap;

/// <summary>
/// Finds the frames of a pcap or pcapng file in buffers that the caller reads. After each call the caller keeps
/// the octets that were not consumed at the front of its buffer, reads more behind them and calls again.
/// A parser belongs to one input and to one thread.
/// </summary>
public sealed partial class CaptureParser
{
    /// <summary>Anomalies that are kept in full; the others are only counted.</summary>
    public const int MaxAnomalies = 64;

    /// <summary>The longest pcapng block or pcap record that is read, in octets.</summary>
    public const int MaxBlockLength = 16 * 1024 * 1024;

    /// <summary>The longest frame that is believed whatever the snap length says, in octets.</summary>
    public const int MaxBelievedCapturedLength = 262_144;

    /// <summary>Interfaces of one section that are kept.</summary>
    public const int MaxInterfaces = 65_536;

    private readonly List<CaptureAnomaly> _anomalies = [];
    private CaptureInterface[] _interfaces = new CaptureInterface[1];
    private int _interfaceCount;
    private long _position;
    private bool _isSwapped;
    private bool _isStopped;
    private bool _hasReportedLongRecord;
    private bool _hasReportedTooManyInterfaces;

    private enum Step
    {
        NeedMoreData,
        RecordsFull,
        Skip,
        Stop,
    }

    /// <summary>The container, known after the first four octets.</summary>
    public CaptureFormat Format { get; private set; }

    /// <summary>The first <see cref="MaxAnomalies"/> anomalies in the order of the input.</summary>
    public IReadOnlyList<CaptureAnomaly> Anomalies => _anomalies;

    /// <summary>All anomalies, also those that are not kept.</summary>
    public long AnomalyCount { get; private set; }

    /// <summary>Packets that were passed over: unsupported link type, unknown interface, empty or broken.</summary>
    public long SkippedPackets { get; private set; }

    /// <summary>Of <see cref="SkippedPackets"/>, those of an unsupported link type.</summary>
    public long UnsupportedLinkTypePackets { get; private set; }

    /// <summary>
    /// Octets the buffer must be able to hold from the first that was not consumed, so that parsing can go on;
    /// at most <see cref="MaxBlockLength"/> plus a record header.
    /// </summary>
    public int RequiredBufferLength { get; private set; } = PcapFileHeaderLength;

    /// <summary>
    /// Finds the frames in <paramref name="buffer"/>. Never throws and allocates nothing for a frame.
    /// </summary>
    /// <param name="buffer">The input from the first octet that was not consumed before.</param>
    /// <param name="endOfInput">True when no octets follow those in the buffer.</param>
    /// <param name="records">Receives the frames; their offsets count from the start of the buffer.</param>
    /// <param name="recordCount">How many frames were found.</param>
    /// <param name="bytesConsumed">How many octets of the buffer are done with.</param>
    public CaptureParseStatus Parse(
        ReadOnlySpan<byte> buffer,
        bool endOfInput,
        Span<CaptureRecord> records,
        out int recordCount,
        out int bytesConsumed)
    {
        recordCount = 0;
        bytesConsumed = 0;
        if (_isStopped)
        {
            bytesConsumed = buffer.Length;
            return CaptureParseStatus.Stopped;
        }

        var step = Step.Skip;
        if (Format == CaptureFormat.Unknown)
        {
            step = ReadFileStart(buffer, endOfInput, ref bytesConsumed);
        }

        if (step == Step.Skip)
        {
            step = Format == CaptureFormat.Pcap
                ? ParsePcap(buffer, records, ref recordCount, ref bytesConsumed)
                : ParsePcapNg(buffer, records, ref recordCount, ref bytesConsumed);
        }

        if (step == Step.NeedMoreData && endOfInput)
        {
            return Finish(buffer, ref bytesConsumed);
        }

        _position += bytesConsumed;
        switch (step)
        {
            case Step.Stop:
                _isStopped = true;
                return CaptureParseStatus.Stopped;
            case Step.RecordsFull:
                return CaptureParseStatus.RecordsFull;
            default:
                return CaptureParseStatus.NeedMoreData;
        }
    }

    private CaptureParseStatus Finish(ReadOnlySpan<byte> buffer, ref int bytesConsumed)
    {
        var left = buffer.Length - bytesConsumed;
        if (left > 0)
        {
            var reason = Format == CaptureFormat.Unknown || (Format == CaptureFormat.PcapNg && !_hasSection)
                ? CaptureAnomalyReason.FileHeaderCut
                : CaptureAnomalyReason.RecordCut;
            Report(reason, bytesConsumed, stops: true, Math.Max(RequiredBufferLength - left, 1));
        }

        bytesConsumed = buffer.Length;
        _position += bytesConsumed;
        _isStopped = left > 0;
        return left > 0 ? CaptureParseStatus.Stopped : CaptureParseStatus.EndOfInput;
    }

    private Step ReadFileStart(ReadOnlySpan<byte> buffer, bool endOfInput, ref int offset)
    {
        if (buffer.Length < 4)
        {
            if (!endOfInput)
            {
                return Step.NeedMoreData;
            }

            Report(CaptureAnomalyReason.NotACaptureFile, 0, stops: true, null);
            return Step.Stop;
        }

        var format = CaptureFormatSniffer.Sniff(buffer);
        switch (format)
        {
            case CaptureFormat.PcapNg:
                Format = format;
                return Step.Skip;
            case CaptureFormat.Pcap:
                if (buffer.Length < PcapFileHeaderLength)
                {
                    RequiredBufferLength = PcapFileHeaderLength;
                    return Step.NeedMoreData;
                }

                Format = format;
                ReadPcapFileHeader(buffer);
                offset = PcapFileHeaderLength;
                return Step.Skip;
            default:
                Report(CaptureAnomalyReason.NotACaptureFile, 0, stops: true, null);
                return Step.Stop;
        }
    }

    // What lies in the buffer before `offset` is consumed by this call, so `_position` is the buffer's start.
    private void Report(CaptureAnomalyReason reason, int offset, bool stops, long? value)
    {
        AnomalyCount++;
        var anomaly = new CaptureAnomaly(reason, _position + offset, stops, value);
        if (_anomalies.Count < MaxAnomalies)
        {
            _anomalies.Add(anomaly);
        }
        else if (stops)
        {
            // The one that ended the parsing is always to be seen.
            _anomalies[MaxAnomalies - 1] = anomaly;
        }
    }

    private Step Stop(CaptureAnomalyReason reason, int offset, long? value)
    {
        Report(reason, offset, stops: true, value);
        return Step.Stop;
    }
}
