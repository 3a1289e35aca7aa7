using System.Buffers.Binary;
using VoiceQuality.Protocols.Network;

namespace VoiceQuality.Protocols.Pcap;

/// <content>pcapng (draft-ietf-opsawg-pcapng): sections of blocks, each section in its own byte order.</content>
public sealed partial class CaptureParser
{
    private const int MinBlockLength = 12;
    private const uint InterfaceDescriptionBlock = 1;
    private const uint ObsoletePacketBlock = 2;
    private const uint SimplePacketBlock = 3;
    private const uint EnhancedPacketBlock = 6;
    private const int OptionEnd = 0;
    private const int OptionTimestampResolution = 9;
    private const int OptionTimestampOffset = 14;
    private const byte MicrosecondResolution = 6;

    private bool _hasSection;

    private Step ParsePcapNg(
        ReadOnlySpan<byte> buffer, Span<CaptureRecord> records, ref int recordCount, ref int offset)
    {
        while (true)
        {
            var left = buffer[offset..];
            if (left.Length < MinBlockLength)
            {
                RequiredBufferLength = MinBlockLength;
                return Step.NeedMoreData;
            }

            var step = ReadBlockLength(left, offset, out var type, out var length);
            if (step != Step.Skip)
            {
                return step;
            }

            var isPacket = type is EnhancedPacketBlock or SimplePacketBlock or ObsoletePacketBlock;
            if (isPacket && recordCount == records.Length)
            {
                return Step.RecordsFull;
            }

            var body = left[8..(length - 4)];
            step = isPacket
                ? ReadPacket(type, body, offset, records, ref recordCount)
                : ReadDescription(type, body, offset);
            if (step != Step.Skip)
            {
                return step;
            }

            offset += length;
        }
    }

    // Checks the block at the start of `left`. Skip means that it is whole and its two lengths agree.
    private Step ReadBlockLength(ReadOnlySpan<byte> left, int offset, out uint type, out int length)
    {
        length = 0;
        type = ReadUInt32(left);
        if (type == CaptureFormatSniffer.SectionHeaderBlock)
        {
            // The type reads the same in both orders; the byte-order magic decides for what follows.
            var magic = BinaryPrimitives.ReadUInt32LittleEndian(left[8..]);
            if (magic is not (0x1A2B3C4D or 0x4D3C2B1A))
            {
                return Stop(CaptureAnomalyReason.ByteOrderMagicUnknown, offset, magic);
            }

            _isSwapped = magic == 0x4D3C2B1A;
        }

        var declared = ReadUInt32(left[4..]);
        var minimum = type switch
        {
            CaptureFormatSniffer.SectionHeaderBlock => 28u,
            InterfaceDescriptionBlock => 20u,
            ObsoletePacketBlock or EnhancedPacketBlock => 32u,
            SimplePacketBlock => 16u,
            _ => (uint)MinBlockLength,
        };
        if (declared < minimum)
        {
            return Stop(CaptureAnomalyReason.BlockTooShort, offset, declared);
        }

        if ((declared & 3) != 0)
        {
            return Stop(CaptureAnomalyReason.BlockLengthUnaligned, offset, declared);
        }

        if (declared > MaxBlockLength)
        {
            return Stop(CaptureAnomalyReason.BlockTooLong, offset, declared);
        }

        length = (int)declared;
        if (left.Length < length)
        {
            RequiredBufferLength = length;
            return Step.NeedMoreData;
        }

        var trailing = ReadUInt32(left[(length - 4)..]);
        return trailing == declared
            ? Step.Skip
            : Stop(CaptureAnomalyReason.BlockLengthMismatch, offset, trailing);
    }

    private Step ReadDescription(uint type, ReadOnlySpan<byte> body, int offset)
    {
        if (type == CaptureFormatSniffer.SectionHeaderBlock)
        {
            _hasSection = true;
            KeepStatistics();
            _interfaceCount = 0;
        }
        else if (type == InterfaceStatisticsBlock)
        {
            ReadStatistics(body);
        }
        else if (type == InterfaceDescriptionBlock)
        {
            AddInterface(body, offset);
        }

        return Step.Skip;
    }

    private void AddInterface(ReadOnlySpan<byte> body, int offset)
    {
        if (_interfaceCount == MaxInterfaces)
        {
            if (!_hasReportedTooManyInterfaces)
            {
                _hasReportedTooManyInterfaces = true;
                Report(CaptureAnomalyReason.TooManyInterfaces, offset, stops: false, MaxInterfaces);
            }

            return;
        }

        if (_interfaceCount == _interfaces.Length)
        {
            Array.Resize(ref _interfaces, _interfaceCount * 2);
        }

        var linkType = (LinkType)ReadUInt16(body);
        var snapLength = ReadUInt32(body[4..]);
        var added = new CaptureInterface
        {
            LinkType = linkType,
            IsSupported = LinkTypes.IsSupported(linkType),
            SnapLength = snapLength == 0 ? uint.MaxValue : snapLength,
        };
        added.SetResolution(MicrosecondResolution);
        ReadInterfaceOptions(body[8..], ref added);
        _interfaces[_interfaceCount++] = added;
        if (!added.IsSupported)
        {
            Report(CaptureAnomalyReason.UnsupportedLinkType, offset, stops: false, (long)linkType);
        }
    }

    private void ReadInterfaceOptions(ReadOnlySpan<byte> options, ref CaptureInterface target)
    {
        while (options.Length >= 4)
        {
            var code = ReadUInt16(options);
            int length = ReadUInt16(options[2..]);
            var padded = 4 + ((length + 3) & ~3);
            if (code == OptionEnd || padded > options.Length)
            {
                return;
            }

            if (code == OptionTimestampResolution && length >= 1)
            {
                target.SetResolution(options[4]);
            }
            else if (code == OptionTimestampOffset && length >= 8)
            {
                var seconds = BinaryPrimitives.ReadInt64LittleEndian(options[4..]);
                target.SetOffset(_isSwapped ? BinaryPrimitives.ReverseEndianness(seconds) : seconds);
            }

            options = options[padded..];
        }
    }

    private Step ReadPacket(
        uint type, ReadOnlySpan<byte> body, int offset, Span<CaptureRecord> records, ref int recordCount)
    {
        var isSimple = type == SimplePacketBlock;
        var dataOffset = isSimple ? 4 : 20;
        var interfaceId = type switch
        {
            EnhancedPacketBlock => ReadUInt32(body),
            ObsoletePacketBlock => ReadUInt16(body),
            _ => 0u,
        };
        if (interfaceId >= (uint)_interfaceCount)
        {
            Report(CaptureAnomalyReason.InterfaceUndefined, offset, stops: false, interfaceId);
            SkippedPackets++;
            return Step.Skip;
        }

        ref readonly var source = ref _interfaces[interfaceId];
        var original = ReadUInt32(body[(dataOffset - 4)..]);
        var available = (uint)(body.Length - dataOffset);
        var captured = isSimple
            ? Math.Min(Math.Min(original, source.SnapLength), available)
            : ReadUInt32(body[(dataOffset - 8)..]);
        if (!source.IsSupported || captured - 1 >= available)
        {
            SkipPacket(source.IsSupported, captured, offset);
            return Step.Skip;
        }

        // A simple packet block has no time; the epoch says so.
        var timestampNs = 0L;
        if (!isSimple)
        {
            var ticks = ((ulong)ReadUInt32(body[4..]) << 32) | ReadUInt32(body[8..]);
            if (!source.TryGetTimestampNs(ticks, out timestampNs))
            {
                Report(CaptureAnomalyReason.TimestampOutOfRange, offset, stops: false, null);
            }
        }

        ReportLongRecord(offset, captured, source.SnapLength);
        records[recordCount++] = new CaptureRecord
        {
            Offset = offset + 8 + dataOffset,
            CapturedLength = (int)captured,
            OriginalLength = (int)Math.Min(original, int.MaxValue),
            TimestampNs = timestampNs,
            LinkType = source.LinkType,
        };
        return Step.Skip;
    }

    private void SkipPacket(bool isSupported, uint captured, int offset)
    {
        CountSkipped(isSupported);
        if (captured == 0)
        {
            Report(CaptureAnomalyReason.RecordEmpty, offset, stops: false, null);
        }
        else if (isSupported)
        {
            Report(CaptureAnomalyReason.PacketBeyondBlock, offset, stops: false, captured);
        }
    }
}
