using System.Buffers.Binary;

namespace VoiceQuality.Protocols.Rtcp;

/// <summary>The values of one report block to write (RFC 3550 §6.4.1).</summary>
/// <param name="Ssrc">The source that the block is about.</param>
/// <param name="FractionLost">Loss since the previous report, in 1/256.</param>
/// <param name="CumulativeLost">Packets lost since the start, -2²³ to 2²³-1; beyond that it is clamped.</param>
/// <param name="ExtendedHighestSequenceNumber">Cycles in the upper 16 bits, sequence number in the lower.</param>
/// <param name="Jitter">Interarrival jitter, in media-clock ticks.</param>
/// <param name="Lsr">Middle 32 bits of the NTP stamp of the last SR received; 0 when none was.</param>
/// <param name="Dlsr">Delay since that SR, in 1/65,536 s; 0 when none was received.</param>
public readonly record struct RtcpReportValues(
    uint Ssrc,
    byte FractionLost,
    int CumulativeLost,
    uint ExtendedHighestSequenceNumber,
    uint Jitter,
    uint Lsr,
    uint Dlsr);

/// <summary>
/// Writes RTCP packets (RFC 3550 §6) into spans. Every method returns the octets written; a compound packet is one
/// call after the other, an SR or RR first.
/// </summary>
public static class RtcpWriter
{
    /// <summary>Largest number of report blocks in one SR or RR.</summary>
    public const int MaxReportBlocks = 31;

    private const int ReportBlockLength = 24;
    private const byte SenderReport = 200;
    private const byte ReceiverReport = 201;
    private const byte SourceDescription = 202;
    private const byte Bye = 203;
    private const byte CnameItem = 1;
    private const int MaxCumulativeLost = 0x7F_FFFF;
    private const int MinCumulativeLost = -0x80_0000;

    /// <summary>Writes an SR (§6.4.1).</summary>
    /// <param name="destination">28 octets and 24 for each report block.</param>
    /// <param name="ssrc">The sender.</param>
    /// <param name="ntpTimestamp">Seconds since 1900-01-01 in the upper 32 bits, their fraction in the lower.</param>
    /// <param name="rtpTimestamp">The same instant in media-clock ticks.</param>
    /// <param name="packetCount">RTP packets sent under this SSRC.</param>
    /// <param name="octetCount">Their payload octets.</param>
    /// <param name="reports">At most <see cref="MaxReportBlocks"/> blocks.</param>
    public static int WriteSenderReport(
        Span<byte> destination,
        uint ssrc,
        ulong ntpTimestamp,
        uint rtpTimestamp,
        uint packetCount,
        uint octetCount,
        ReadOnlySpan<RtcpReportValues> reports)
    {
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], ssrc);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], ntpTimestamp);
        BinaryPrimitives.WriteUInt32BigEndian(destination[16..], rtpTimestamp);
        BinaryPrimitives.WriteUInt32BigEndian(destination[20..], packetCount);
        BinaryPrimitives.WriteUInt32BigEndian(destination[24..], octetCount);
        var length = 28 + WriteReportBlocks(destination[28..], reports);

        return WriteHeader(destination, SenderReport, reports.Length, length);
    }

    /// <summary>Writes an RR (§6.4.2): 8 octets and 24 for each report block.</summary>
    public static int WriteReceiverReport(
        Span<byte> destination, uint ssrc, ReadOnlySpan<RtcpReportValues> reports)
    {
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], ssrc);
        var length = 8 + WriteReportBlocks(destination[8..], reports);

        return WriteHeader(destination, ReceiverReport, reports.Length, length);
    }

    /// <summary>Writes an SDES packet with one chunk that holds CNAME (§6.5.1), padded to 32 bits.</summary>
    /// <param name="destination">At least the length of the name and 14 octets.</param>
    /// <param name="ssrc">The source that the name is about.</param>
    /// <param name="cname">UTF-8, at most 255 octets.</param>
    public static int WriteSourceDescription(Span<byte> destination, uint ssrc, ReadOnlySpan<byte> cname)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(cname.Length, byte.MaxValue, nameof(cname));

        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], ssrc);
        destination[8] = CnameItem;
        destination[9] = (byte)cname.Length;
        cname.CopyTo(destination[10..]);

        // At least one null octet ends the items of a chunk.
        var end = 10 + cname.Length;
        var length = (end + 4) & ~3;
        destination[end..length].Clear();

        return WriteHeader(destination, SourceDescription, 1, length);
    }

    /// <summary>Writes a BYE for one source, without a reason (§6.6): 8 octets.</summary>
    public static int WriteBye(Span<byte> destination, uint ssrc)
    {
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], ssrc);

        return WriteHeader(destination, Bye, 1, 8);
    }

    private static int WriteHeader(Span<byte> destination, byte packetType, int count, int length)
    {
        destination[0] = (byte)(0x80 | count);
        destination[1] = packetType;
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)(length / 4 - 1));

        return length;
    }

    private static int WriteReportBlocks(Span<byte> destination, ReadOnlySpan<RtcpReportValues> reports)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(reports.Length, MaxReportBlocks, nameof(reports));

        foreach (ref readonly var report in reports)
        {
            var cumulativeLost = Math.Clamp(report.CumulativeLost, MinCumulativeLost, MaxCumulativeLost) & 0xFF_FFFF;
            BinaryPrimitives.WriteUInt32BigEndian(destination, report.Ssrc);
            BinaryPrimitives.WriteUInt32BigEndian(
                destination[4..], ((uint)report.FractionLost << 24) | (uint)cumulativeLost);
            BinaryPrimitives.WriteUInt32BigEndian(destination[8..], report.ExtendedHighestSequenceNumber);
            BinaryPrimitives.WriteUInt32BigEndian(destination[12..], report.Jitter);
            BinaryPrimitives.WriteUInt32BigEndian(destination[16..], report.Lsr);
            BinaryPrimitives.WriteUInt32BigEndian(destination[20..], report.Dlsr);
            destination = destination[ReportBlockLength..];
        }

        return reports.Length * ReportBlockLength;
    }
}
