using System.Buffers.Binary;
using VoiceQuality.Protocols.Network;

namespace VoiceQuality.Protocols.Pcap;

/// <content>The classic libpcap file: one header, then records.</content>
public sealed partial class CaptureParser
{
    private const int PcapFileHeaderLength = 24;
    private const int PcapRecordHeaderLength = 16;

    // The "modified" format of 1990s Linux kernels has eight more octets in each record header.
    private const int PcapModifiedRecordHeaderLength = 24;

    private int _recordHeaderLength = PcapRecordHeaderLength;
    private uint _fractionsPerSecond;
    private uint _nanosecondsPerFraction;
    private uint _maxCapturedLength;

    private void ReadPcapFileHeader(ReadOnlySpan<byte> buffer)
    {
        var magic = BinaryPrimitives.ReadUInt32LittleEndian(buffer);
        _isSwapped = !CaptureFormatSniffer.IsPcapMagic(magic);
        magic = ReadUInt32(buffer);
        var isNanoseconds = magic == CaptureFormatSniffer.PcapNanoseconds;
        _fractionsPerSecond = isNanoseconds ? 1_000_000_000u : 1_000_000u;
        _nanosecondsPerFraction = isNanoseconds ? 1u : 1_000u;
        _recordHeaderLength = magic == CaptureFormatSniffer.PcapModified
            ? PcapModifiedRecordHeaderLength
            : PcapRecordHeaderLength;

        var snapLength = ReadUInt32(buffer[16..]);
        _maxCapturedLength = Math.Max(MaxBelievedCapturedLength, Math.Min(snapLength, MaxBlockLength));

        // The upper bits hold the length of a frame check sequence.
        var linkType = (LinkType)(ReadUInt32(buffer[20..]) & 0xFFFF);
        _interfaces[0] = new CaptureInterface
        {
            LinkType = linkType,
            IsSupported = LinkTypes.IsSupported(linkType),
            SnapLength = snapLength == 0 ? MaxBelievedCapturedLength : snapLength,
        };
        _interfaceCount = 1;
        if (!_interfaces[0].IsSupported)
        {
            Report(CaptureAnomalyReason.UnsupportedLinkType, 20, stops: false, (long)linkType);
        }
    }

    /// <summary>
    /// Most records taken at once: what is called often is soon compiled for this processor.
    /// </summary>
    private const int PlainRecords = 64;

    private Step ParsePcap(
        ReadOnlySpan<byte> buffer, Span<CaptureRecord> records, ref int recordCount, ref int offset)
    {
        var headerLength = _recordHeaderLength;
        var captureInterface = _interfaces[0];
        var count = recordCount;
        var position = offset;
        var step = Step.NeedMoreData;
        while (true)
        {
            TakePlain(buffer, records, ref count, ref position);
            var left = buffer[position..];
            if (left.Length < headerLength)
            {
                RequiredBufferLength = headerLength;
                break;
            }

            var seconds = ReadUInt32(left);
            var fraction = ReadUInt32(left[4..]);
            var captured = ReadUInt32(left[8..]);
            var original = ReadUInt32(left[12..]);
            if (captured > _maxCapturedLength)
            {
                step = Stop(CaptureAnomalyReason.RecordLengthAbsurd, position, captured);
                break;
            }

            var recordLength = headerLength + (int)captured;
            if (left.Length < recordLength)
            {
                RequiredBufferLength = recordLength;
                break;
            }

            if (captured - 1 >= captureInterface.SnapLength || fraction >= _fractionsPerSecond)
            {
                ReportPcapRecord(position, captured, captureInterface.SnapLength, fraction);
            }

            if (captured != 0 && captureInterface.IsSupported)
            {
                if (count == records.Length)
                {
                    step = Step.RecordsFull;
                    break;
                }

                fraction = Math.Min(fraction, _fractionsPerSecond - 1);
                records[count++] = new CaptureRecord
                {
                    Offset = position + headerLength,
                    CapturedLength = (int)captured,
                    OriginalLength = (int)Math.Min(original, int.MaxValue),
                    TimestampNs = (seconds * 1_000_000_000L) + (fraction * (long)_nanosecondsPerFraction),
                    LinkType = captureInterface.LinkType,
                };
            }
            else
            {
                CountSkipped(captureInterface.IsSupported);
            }

            position += recordLength;
        }

        recordCount = count;
        offset = position;
        return step;
    }

    /// <summary>Takes some records as nearly all are, up to the first that is anything else or not whole.</summary>
    private void TakePlain(
        ReadOnlySpan<byte> buffer, Span<CaptureRecord> records, ref int recordCount, ref int offset)
    {
        var linkType = _interfaces[0].LinkType;
        var mostCaptured = Math.Min(_maxCapturedLength, _interfaces[0].SnapLength);
        if (_isSwapped || _recordHeaderLength != PcapRecordHeaderLength || !_interfaces[0].IsSupported)
        {
            return;
        }

        var count = recordCount;
        var position = offset;
        var most = Math.Min(records.Length, count + PlainRecords);
        while (count < most && buffer.Length - position >= PcapRecordHeaderLength)
        {
            var header = buffer.Slice(position, PcapRecordHeaderLength);
            var time = BinaryPrimitives.ReadUInt64LittleEndian(header);
            var lengths = BinaryPrimitives.ReadUInt64LittleEndian(header[8..]);
            var fraction = (uint)(time >> 32);
            var captured = (uint)lengths;
            if (captured - 1 >= mostCaptured || fraction >= _fractionsPerSecond
                || captured > (uint)(buffer.Length - position - PcapRecordHeaderLength))
            {
                break;
            }

            records[count++] = new CaptureRecord
            {
                Offset = position + PcapRecordHeaderLength,
                CapturedLength = (int)captured,
                OriginalLength = (int)Math.Min((uint)(lengths >> 32), int.MaxValue),
                TimestampNs = ((long)(uint)time * 1_000_000_000L) + (fraction * (long)_nanosecondsPerFraction),
                LinkType = linkType,
            };
            position += PcapRecordHeaderLength + (int)captured;
        }

        recordCount = count;
        offset = position;
    }

    private void ReportPcapRecord(int offset, uint captured, uint snapLength, uint fraction)
    {
        if (captured == 0)
        {
            Report(CaptureAnomalyReason.RecordEmpty, offset, stops: false, null);
        }

        ReportLongRecord(offset, captured, snapLength);
        if (fraction >= _fractionsPerSecond)
        {
            Report(CaptureAnomalyReason.TimestampOutOfRange, offset, stops: false, fraction);
        }
    }

    // One such record says that the writer ignores its snap length; the others would fill the list.
    private void ReportLongRecord(int offset, uint captured, uint snapLength)
    {
        if (captured > snapLength && !_hasReportedLongRecord)
        {
            _hasReportedLongRecord = true;
            Report(CaptureAnomalyReason.RecordLongerThanSnapLength, offset, stops: false, captured);
        }
    }

    private void CountSkipped(bool isSupported)
    {
        SkippedPackets++;
        if (!isSupported)
        {
            UnsupportedLinkTypePackets++;
        }
    }

    private uint ReadUInt32(ReadOnlySpan<byte> octets)
    {
        var value = BinaryPrimitives.ReadUInt32LittleEndian(octets);
        return _isSwapped ? BinaryPrimitives.ReverseEndianness(value) : value;
    }

    private ushort ReadUInt16(ReadOnlySpan<byte> octets)
    {
        var value = BinaryPrimitives.ReadUInt16LittleEndian(octets);
        return _isSwapped ? BinaryPrimitives.ReverseEndianness(value) : value;
    }
}
