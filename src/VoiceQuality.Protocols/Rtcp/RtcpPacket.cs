using System.Buffers.Binary;

namespace VoiceQuality.Protocols.Rtcp;

/// <summary>One packet of a compound.</summary>
/// <remarks>
/// <code>
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// |V=2|P|  count  |      PT       |  length in words, minus one   |
/// </code>
/// </remarks>
public readonly ref struct RtcpPacket
{
    internal const int HeaderLength = 4;

    private readonly ReadOnlySpan<byte> _packet;

    internal RtcpPacket(ReadOnlySpan<byte> packet) => _packet = packet;

    public RtcpPacketType PacketType => (RtcpPacketType)_packet[1];

    /// <summary>Reports, chunks or sources, or a subtype or message type: 0 to 31.</summary>
    public int Count => _packet[0] & 0x1F;

    /// <summary>The whole packet with header and padding.</summary>
    public ReadOnlySpan<byte> Octets => _packet;

    /// <summary>What follows the header of four octets, without padding.</summary>
    public ReadOnlySpan<byte> Body =>
        _packet[HeaderLength..(_packet.Length - ((_packet[0] & 0x20) != 0 ? _packet[^1] : 0))];

    /// <summary>
    /// The first source that the packet names, the sender's for all but SDES and BYE; null without one.
    /// </summary>
    public uint? Ssrc => Body.Length >= 4 ? BinaryPrimitives.ReadUInt32BigEndian(Body) : null;

    /// <summary>The sender's part of an SR.</summary>
    public bool TryGetSenderInfo(out RtcpSenderInfo senderInfo)
    {
        var isSenderReport = PacketType == RtcpPacketType.SenderReport;
        senderInfo = isSenderReport ? RtcpSenderInfo.Read(Body) : default;
        return isSenderReport;
    }

    /// <summary>The report blocks of an SR or RR; none for other types.</summary>
    public RtcpReportBlocks ReportBlocks => PacketType switch
    {
        RtcpPacketType.SenderReport => new RtcpReportBlocks(Body[24..], Count),
        RtcpPacketType.ReceiverReport => new RtcpReportBlocks(Body[4..], Count),
        _ => default,
    };

    /// <summary>The items of an SDES, with the source of their chunk; none for other types.</summary>
    public RtcpSdesItems SdesItems =>
        PacketType == RtcpPacketType.SourceDescription ? new RtcpSdesItems(Body, Count) : default;

    /// <summary>The blocks of an XR; none for other types.</summary>
    public RtcpXrBlocks XrBlocks => PacketType == RtcpPacketType.ExtendedReport ? new RtcpXrBlocks(Body[4..]) : default;

    /// <summary>The source at <paramref name="index"/> of a BYE.</summary>
    /// <param name="index">0 to <see cref="Count"/> - 1.</param>
    /// <param name="ssrc">The source that leaves.</param>
    public bool TryGetGoodbyeSsrc(int index, out uint ssrc)
    {
        var isThere = PacketType == RtcpPacketType.Goodbye && (uint)index < (uint)Count;
        ssrc = isThere ? BinaryPrimitives.ReadUInt32BigEndian(Body[(index * 4)..]) : 0;
        return isThere;
    }

    /// <summary>The reason for leaving of a BYE, empty without one.</summary>
    public ReadOnlySpan<byte> GoodbyeReason
    {
        get
        {
            var rest = PacketType == RtcpPacketType.Goodbye ? Body[(Count * 4)..] : default;
            return rest.Length > 1 && rest[0] < rest.Length ? rest.Slice(1, rest[0]) : default;
        }
    }

    /// <summary>Checks the packet that starts <paramref name="rest"/> (RFC 3550 A.2) and gives its length.</summary>
    internal static RtcpRejectReason Check(ReadOnlySpan<byte> rest, out int length)
    {
        length = 0;
        if (rest.Length < HeaderLength)
        {
            return RtcpRejectReason.TooShort;
        }

        if (rest[0] >> 6 != 2)
        {
            return RtcpRejectReason.VersionIsNotTwo;
        }

        if ((uint)(rest[1] - 192) > 31)
        {
            return RtcpRejectReason.PacketTypeIsNotRtcp;
        }

        length = (BinaryPrimitives.ReadUInt16BigEndian(rest[2..]) + 1) * 4;
        if (length > rest.Length)
        {
            return RtcpRejectReason.LengthBeyondDatagram;
        }

        if ((rest[0] & 0x20) != 0)
        {
            var padding = rest[length - 1];
            if (rest.Length - length >= HeaderLength || padding == 0 || padding > length - HeaderLength)
            {
                return RtcpRejectReason.PaddingInvalid;
            }
        }

        return new RtcpPacket(rest[..length]).HoldsItsItems()
            ? RtcpRejectReason.None
            : RtcpRejectReason.CountBeyondLength;
    }

    private bool HoldsItsItems()
    {
        var body = Body;
        return PacketType switch
        {
            RtcpPacketType.SenderReport => body.Length >= 24 + (Count * RtcpReportBlock.Length),
            RtcpPacketType.ReceiverReport => body.Length >= 4 + (Count * RtcpReportBlock.Length),
            RtcpPacketType.SourceDescription => RtcpSdesItems.AreWhole(body, Count),
            RtcpPacketType.Goodbye => body.Length >= Count * 4,
            RtcpPacketType.ApplicationDefined => body.Length >= 8,
            RtcpPacketType.TransportFeedback or RtcpPacketType.PayloadFeedback => body.Length >= 8,
            RtcpPacketType.ExtendedReport => body.Length >= 4,
            _ => true,
        };
    }
}
